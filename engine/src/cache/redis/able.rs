//! Whether a Redis can do what we need.
//!
//! Old servers lack streams, and operators rename commands or keep them from users (ACL). Each
//! command is tried once for a connection, with arguments that change nothing, so that one that is
//! lacking is named at once and in one place, and not by whatever fails first.

use super::connect::{Connection, code};
use redis::{RedisError, RedisResult, Value, cmd, pipe};

/// All commands we use, and arguments with which they change nothing: they find nothing, or are
/// refused after the server has looked whether the user may.
const TRIED: [(&str, &[&str]); 11] = [
    ("GET", &[]),
    ("SET", &["", "PX", "0"]),
    ("EXPIRE", &["1"]),
    ("STRLEN", &[]),
    ("UNLINK", &[]),
    ("HGETALL", &[]),
    ("HINCRBY", &["field", "no number"]),
    ("HSET", &["field", "value", "field without value"]),
    ("HDEL", &["field"]),
    ("XADD", &["no id", "field", "value"]),
    ("XREAD", &[]),
];

const SCAN: &str = "SCAN";

/// What Redis lacks that we need, in words; `key` is one that holds nothing.
pub(super) async fn lacking(redis: &mut Connection, key: &str) -> RedisResult<Option<String>> {
    let mut tried = pipe();
    for (name, arguments) in TRIED {
        match name {
            "XREAD" => tried.cmd(name).arg("STREAMS").arg(key).arg("0-0"),
            _ => tried.cmd(name).arg(key).arg(arguments),
        };
    }
    let outcomes: Vec<RedisResult<Value>> = tried.ignore_errors().query_async(redis).await?;
    let scan = cmd(SCAN).arg("0").arg("COUNT").arg("1").to_owned();
    let scanned: RedisResult<Value> = redis.ask_keeper_of(key, &scan).await;
    let names = TRIED.iter().map(|(name, _)| *name).chain([SCAN]);
    let refused = names.zip(outcomes.into_iter().chain([scanned])).filter_map(|(name, outcome)| {
        let refusal = refusal(&outcome.err()?)?;
        Some((name, refusal))
    });
    Ok(refused.into_iter().next().map(|(name, refusal)| told(name, refusal)))
}

/// Which command of ours an error says is lacking, in words; `None` for other errors.
pub(super) fn named(error: &RedisError) -> Option<String> {
    let refusal = refusal(error)?;
    // Anything may be quoted behind the name, which is near the beginning.
    let words: String = details(error).chars().take(60).collect::<String>().to_uppercase();
    let mut names = TRIED.iter().map(|(name, _)| *name).chain([SCAN]);
    let is_named =
        |name: &&str| words.split(|it: char| !it.is_alphanumeric()).any(|it| it == *name);
    names.find(is_named).map(|name| told(name, refusal))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Unknown,
    Forbidden,
}

fn refusal(error: &RedisError) -> Option<Refusal> {
    match code(error).as_deref() {
        Some("NOPERM") => Some(Refusal::Forbidden),
        Some("ERR") if details(error).to_lowercase().starts_with("unknown command") => {
            Some(Refusal::Unknown)
        }
        _ => None,
    }
}

fn details(error: &RedisError) -> String {
    let errors = error.clone().into_server_errors();
    let first = errors.as_ref().and_then(|errors| errors.first());
    first.and_then(|(_, error)| error.details()).unwrap_or_default().to_owned()
}

fn told(name: &str, refusal: Refusal) -> String {
    match refusal {
        Refusal::Unknown => format!("unknown command {name}; Redis 5 or newer, or allow it"),
        Refusal::Forbidden => format!("the user may not use the command {name}; allow it (ACL)"),
    }
}
