//! A connection to whatever kind of Redis there is.

use super::able;
use super::address::{Place, RedisAddress};
use redis::aio::{
    ConnectionLike, ConnectionManager, ConnectionManagerConfig, MultiplexedConnection,
};
use redis::cluster::ClusterClientBuilder;
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{Route, RoutingInfo, SingleNodeRoutingInfo, SlotAddr};
use redis::sentinel::{SentinelClientBuilder, SentinelServerType};
use redis::{
    Client, Cmd, ConnectionAddr, ConnectionInfo, ErrorKind, FromRedisValue, IntoConnectionInfo,
    Pipeline, RedisConnectionInfo, RedisError, RedisFuture, RedisResult, TlsCertificates, TlsMode,
    Value,
};
use secrecy::ExposeSecret;
use std::fs;
use std::time::Duration;

/// A server that takes longer to connect or to answer is not there. Nobody waits so long: this ends
/// what goes on in the background.
const PATIENCE: Duration = Duration::from_secs(2);

/// A connection; clones share it.
#[derive(Clone)]
pub(super) enum Connection {
    Server(ConnectionManager),
    Sentinels(MultiplexedConnection),
    Cluster(ClusterConnection),
}

/// A new connection to `address`.
pub(super) async fn connect(address: &RedisAddress) -> RedisResult<Connection> {
    match &address.place {
        Place::Server { host, port } => {
            let place = match address.tls {
                None => ConnectionAddr::Tcp(host.clone(), *port),
                Some(_) => tls(host, *port),
            };
            server(address, place).await
        }
        Place::Socket(path) => server(address, ConnectionAddr::Unix(path.clone())).await,
        Place::Sentinels { hosts, name } => sentinels(address, hosts, name).await,
        Place::Cluster { hosts } => cluster(address, hosts).await,
    }
}

fn tls(host: &str, port: u16) -> ConnectionAddr {
    ConnectionAddr::TcpTls { host: host.to_owned(), port, insecure: false, tls_params: None }
}

async fn server(address: &RedisAddress, place: ConnectionAddr) -> RedisResult<Connection> {
    let info = place.into_connection_info()?.set_redis_settings(login(address));
    let client = match certificates(address)? {
        Some(certificates) => Client::build_with_tls(info, certificates)?,
        None => Client::open(info)?,
    };
    // Whether and when to try again is decided by the link alone.
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(PATIENCE))
        .set_number_of_retries(0);
    ConnectionManager::new_with_config(client, config).await.map(Connection::Server)
}

fn login(address: &RedisAddress) -> RedisConnectionInfo {
    let login = RedisConnectionInfo::default().set_db(address.db);
    let login = match &address.user {
        Some(user) => login.set_username(user),
        None => login,
    };
    match &address.password {
        Some(password) => login.set_password(password.expose_secret()),
        None => login,
    }
}

/// The authority of one's own, read anew for each connection: it may have been replaced.
fn certificates(address: &RedisAddress) -> RedisResult<Option<TlsCertificates>> {
    let ca = address.tls.as_ref().and_then(|tls| tls.ca.as_ref());
    let read = |file| fs::read(file).map_err(RedisError::from);
    let ca = ca.map(read).transpose()?;
    Ok(ca.map(|ca| TlsCertificates { client_tls: None, root_cert: Some(ca) }))
}

async fn sentinels(
    address: &RedisAddress,
    hosts: &[(String, u16)],
    name: &str,
) -> RedisResult<Connection> {
    let is_secure = address.tls.is_some();
    let sentinel = |(host, port): &(String, u16)| match is_secure {
        true => tls(host, *port),
        false => ConnectionAddr::Tcp(host.clone(), *port),
    };
    let mut builder =
        SentinelClientBuilder::new(hosts.iter().map(sentinel), name, SentinelServerType::Master)?
            .set_client_to_redis_db(address.db);
    if let Some(user) = &address.user {
        builder = builder.set_client_to_redis_username(user);
    }
    if let Some(password) = &address.password {
        builder = builder.set_client_to_redis_password(password.expose_secret());
    }
    if is_secure {
        builder = builder.set_client_to_redis_tls_mode(TlsMode::Secure);
    }
    if let Some(certificates) = certificates(address)? {
        builder = builder
            .set_client_to_redis_certificates(certificates.clone())
            .set_client_to_sentinel_certificates(certificates);
    }
    // What it knows of its sentinels lasts for one question: who they are may have changed.
    builder.build()?.get_async_connection().await.map(Connection::Sentinels)
}

async fn cluster(address: &RedisAddress, hosts: &[(String, u16)]) -> RedisResult<Connection> {
    let node = |(host, port): &(String, u16)| -> RedisResult<ConnectionInfo> {
        let place = match address.tls {
            None => ConnectionAddr::Tcp(host.clone(), *port),
            Some(_) => tls(host, *port),
        };
        place.into_connection_info()
    };
    let nodes = hosts.iter().map(node).collect::<RedisResult<Vec<_>>>()?;
    let mut builder = ClusterClientBuilder::new(nodes)
        .connection_timeout(PATIENCE)
        .response_timeout(PATIENCE)
        .retries(1);
    if let Some(user) = &address.user {
        builder = builder.username(user);
    }
    if let Some(password) = &address.password {
        builder = builder.password(password.expose_secret());
    }
    if let Some(certificates) = certificates(address)? {
        builder = builder.certs(certificates);
    }
    builder.build()?.get_async_connection().await.map(Connection::Cluster)
}

impl Connection {
    /// Sends `command`, which names no key, to the server that keeps `key`.
    pub(super) async fn ask_keeper_of<T: FromRedisValue>(
        &mut self,
        key: &str,
        command: &Cmd,
    ) -> RedisResult<T> {
        let Self::Cluster(cluster) = self else {
            return command.query_async(self).await;
        };
        let node = SingleNodeRoutingInfo::SpecificNode(Route::with_key(key, SlotAddr::Master));
        let value = cluster.route_command(command.clone(), RoutingInfo::SingleNode(node)).await?;
        Ok(T::from_redis_value(value)?)
    }
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Server(it) => it.req_packed_command(command),
            Self::Sentinels(it) => it.req_packed_command(command),
            Self::Cluster(it) => it.req_packed_command(command),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        commands: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Server(it) => it.req_packed_commands(commands, offset, count),
            Self::Sentinels(it) => it.req_packed_commands(commands, offset, count),
            Self::Cluster(it) => it.req_packed_commands(commands, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Server(it) => it.get_db(),
            Self::Sentinels(it) => it.get_db(),
            Self::Cluster(it) => it.get_db(),
        }
    }
}

/// The code that the server gives its error, of the first command that failed.
pub(super) fn code(error: &RedisError) -> Option<String> {
    let errors = error.clone().into_server_errors()?;
    errors.first().map(|(_, error)| error.code().to_owned())
}

/// True when something else than ours lies under one of our keys, which is no fault of Redis.
pub(super) fn is_wrong_type(error: &RedisError) -> bool {
    code(error).is_some_and(|code| code == "WRONGTYPE")
}

/// What a failure says about Redis. Its kind alone is told, its code, and the command of ours that
/// is lacking: nothing that was sent can be quoted in those.
pub(super) fn told(error: &RedisError) -> String {
    if let Some(lacking) = able::named(error) {
        return lacking;
    }
    match (error.kind(), code(error)) {
        (ErrorKind::Io, _) if error.is_timeout() => "it does not answer".to_owned(),
        (ErrorKind::Io, _) if error.is_connection_refusal() => "nobody listens there".to_owned(),
        (ErrorKind::Io, _) => "the connection broke".to_owned(),
        (ErrorKind::AuthenticationFailed, _) => "it refuses the user or password".to_owned(),
        (_, Some(code)) => format!("it answers with {code}"),
        (_, None) => error.category().to_owned(),
    }
}
