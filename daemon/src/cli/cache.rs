//! `cache stats` and `cache clear`.

mod clear;
mod stats;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::Reply;
use crate::secrets;
use clap::Subcommand;
use secrecy::{ExposeSecret, SecretString};
use std::convert::Infallible;
use std::path::PathBuf;
use std::time::Duration;
use traffic_engine::EngineError;
use traffic_engine::cache::{Cache as Kept, CacheConfig, RedisAddress};

const VARIABLE: &str = "TRAFFIC_ENGINE_REDIS";

/// A person waits longer than a page may.
const BUDGET: Duration = Duration::from_secs(2);

/// Kept answers in Redis: how well they do, and forgetting them
#[derive(clap::Args)]
pub(super) struct Cache {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Stats(stats::Stats),
    Clear(clear::Clear),
}

impl Cache {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        match self.what {
            What::Stats(stats) => stats.answer(context),
            What::Clear(clear) => clear.answer(context),
        }
    }
}

/// Where the answers are kept, and which are meant.
#[derive(clap::Args)]
struct Place {
    /// Where Redis is: redis://host:6379/0, rediss://host?tls-ca=FILE, unix:///path,
    /// redis-sentinel://host,host/name or redis-cluster://host,host
    ///
    /// A user of Redis goes before the host. A password goes into the variable's address or into a
    /// file, since options show in lists of processes.
    #[arg(long, value_name = "URL", value_parser = secret, env = VARIABLE, hide_env_values = true)]
    redis: Option<SecretString>,
    /// File that holds the password of Redis, and nothing else
    #[arg(long, value_name = "FILE")]
    redis_password_file: Option<PathBuf>,
    /// Installation the answers are of, as its configuration has it
    #[arg(long, value_name = "NAME", default_value = "default")]
    cache_namespace: String,
    /// What its keys begin with
    #[arg(long, value_name = "TEXT", default_value = "traffic_engine:v1")]
    cache_prefix: String,
}

fn secret(text: &str) -> Result<SecretString, Infallible> {
    Ok(text.into())
}

impl Place {
    /// The cache there: of the store and zone that are named, else what the namespace itself holds.
    fn cache(self, context: &Context) -> Result<Opened, Failure> {
        let config = self.config()?;
        Ok(match context.engine_that_keeps(&config)? {
            Some(engine) => Opened::Engine(Box::new(engine)),
            None => Opened::Cache(Box::new(Kept::new(config))),
        })
    }

    fn config(self) -> Result<CacheConfig, Failure> {
        let given =
            self.redis.filter(|it| !it.expose_secret().is_empty()).ok_or(Failure::NoRedis)?;
        let address: RedisAddress = given.expose_secret().parse().map_err(EngineError::from)?;
        let by_variable = std::env::var(VARIABLE).is_ok_and(|it| it == given.expose_secret());
        if address.has_password() && !by_variable {
            return Err(Failure::PasswordInOption);
        }
        let password =
            self.redis_password_file.map(|file| secrets::from_file(&file)).transpose()?;
        let address = match password {
            Some(password) => address.with_password(password),
            None => address,
        };
        Ok(CacheConfig {
            redis: Some(address),
            redis_budget: BUDGET,
            namespace: self.cache_namespace,
            prefix: self.cache_prefix,
            ..CacheConfig::default()
        })
    }
}

/// A cache by itself, or that of an engine.
enum Opened {
    Engine(Box<traffic_engine::Engine>),
    Cache(Box<Kept>),
}
