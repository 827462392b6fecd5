//! Where a store is: `mysql://user:password@host:port/database` or `sqlite://path`.

use super::StoreError;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use std::fmt;
use std::net::IpAddr;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use url::Url;

const MYSQL_PORT: u16 = 3_306;

/// Where Debian, Red Hat and the makers themselves put a server's socket.
const LOCAL_SOCKETS: [&str; 3] =
    ["/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"];

/// Where a store is. Shown without its password.
#[derive(Debug, Clone)]
pub enum Location {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A MySQL or MariaDB database.
    Mysql(MysqlLocation),
}

/// How to reach a MySQL or MariaDB database.
#[derive(Debug, Clone)]
pub struct MysqlLocation {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Unix socket to use instead of host and port.
    pub socket: Option<PathBuf>,
    /// Sockets to look for where the host is `localhost` without a port, which other clients take
    /// for the server's socket too: some servers let `user@localhost` in by no other way.
    pub local_sockets: Vec<PathBuf>,
    /// Login name.
    pub user: String,
    /// Password, where one is needed.
    pub password: Option<SecretString>,
    /// Database that holds the tables.
    pub database: String,
    /// Encryption of the connection.
    pub tls: TlsMode,
    /// File with the certificates (PEM) to trust, instead of the well-known ones.
    pub tls_ca: Option<PathBuf>,
    /// Nobody else is on the way to the server, so the password may be told without TLS.
    pub trusted_network: bool,
}

/// How far the connection to a server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TlsMode {
    /// Not encrypted.
    #[default]
    Off,
    /// Encrypted to whoever answers.
    Required,
    /// Encrypted to a server with a trusted certificate.
    VerifyCa,
    /// Encrypted to a server with a trusted certificate for this host name.
    VerifyIdentity,
}

impl Location {
    /// Reads a store address. Parameters of `mysql://` are `tls` (`off`, `required`, `verify-ca`,
    /// `verify-identity`), `tls-ca` (file), `trusted-network` (`yes`, `no`) and `socket` (file).
    ///
    /// # Errors
    /// [`StoreError::BadLocation`], which never repeats a password.
    pub fn parse(address: &str) -> Result<Self, StoreError> {
        if let Some(path) = address.strip_prefix("sqlite://") {
            return match path {
                "" => Err(bad("the path is missing")),
                path => Ok(Self::Sqlite(path.into())),
            };
        }
        match address.split_once("://") {
            Some(("mysql" | "mariadb", _)) => mysql(address).map(Self::Mysql),
            Some((scheme, _)) => Err(bad(&format!("unknown kind of store {scheme:?}"))),
            None => Err(bad("it does not begin with mysql:// or sqlite://")),
        }
    }

    /// The same store, with a password where the address has none and the store takes one.
    #[must_use]
    pub fn with_password(self, password: SecretString) -> Self {
        match self {
            Self::Mysql(mysql) => {
                let password = Some(mysql.password.unwrap_or(password));
                Self::Mysql(MysqlLocation { password, ..mysql })
            }
            sqlite @ Self::Sqlite(_) => sqlite,
        }
    }

    /// The same store, by this socket where it is there and the address says no more than
    /// `localhost`: what a host's own client would take.
    #[must_use]
    pub fn with_local_socket(mut self, socket: PathBuf) -> Self {
        if let Self::Mysql(mysql) = &mut self
            && !mysql.local_sockets.is_empty()
        {
            mysql.local_sockets.insert(0, socket);
        }
        self
    }

    /// True when the address holds a password.
    pub fn has_password(&self) -> bool {
        matches!(self, Self::Mysql(mysql) if mysql.password.is_some())
    }
}

impl MysqlLocation {
    /// The socket to go by at this moment, if any.
    pub(super) fn socket_now(&self) -> Option<&Path> {
        let is_socket =
            |path: &&PathBuf| path.metadata().is_ok_and(|it| it.file_type().is_socket());
        let found = || self.local_sockets.iter().find(is_socket);
        self.socket.as_ref().or_else(found).map(PathBuf::as_path)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Mysql(mysql) => mysql.fmt(f),
        }
    }
}

impl MysqlLocation {
    /// True when the way to the server leaves this machine nowhere.
    pub(super) fn is_of_this_machine(&self) -> bool {
        let is_loopback = || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        self.socket.is_some() || self.host.eq_ignore_ascii_case("localhost") || is_loopback()
    }
}

impl fmt::Display for MysqlLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { user, host, port, database, .. } = self;
        let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
        write!(f, "mysql://{user}@{host}:{port}/{database}")
    }
}

fn mysql(address: &str) -> Result<MysqlLocation, StoreError> {
    let url = Url::parse(address).map_err(|error| bad(&error.to_string()))?;
    if url.fragment().is_some() {
        return Err(bad("write # in user or password as %23"));
    }
    let host = url.host_str().unwrap_or_default();
    let mut location = MysqlLocation {
        host: decoded(host.trim_start_matches('[').trim_end_matches(']'), "host")?,
        port: url.port().unwrap_or(MYSQL_PORT),
        socket: None,
        local_sockets: Vec::new(),
        user: decoded(url.username(), "user")?,
        password: url
            .password()
            .map(|text| decoded(text, "password").map(Into::into))
            .transpose()?,
        database: decoded(url.path().trim_start_matches('/'), "database")?,
        tls: TlsMode::Off,
        tls_ca: None,
        trusted_network: false,
    };
    for (name, value) in url.query_pairs() {
        set(&mut location, &name, &value)?;
    }
    // Encryption is for the network, and its certificates name hosts.
    if host.eq_ignore_ascii_case("localhost")
        && url.port().is_none()
        && location.socket.is_none()
        && location.tls == TlsMode::Off
    {
        location.local_sockets = LOCAL_SOCKETS.map(PathBuf::from).into();
    }
    complete(location)
}

fn set(location: &mut MysqlLocation, name: &str, value: &str) -> Result<(), StoreError> {
    match name {
        "tls" => location.tls = tls_mode(value)?,
        "tls-ca" => location.tls_ca = Some(value.into()),
        "socket" => location.socket = Some(value.into()),
        "trusted-network" => location.trusted_network = is_yes(value)?,
        _ => {
            return Err(bad(
                "unknown parameter; known are tls, tls-ca, trusted-network and socket",
            ));
        }
    }
    Ok(())
}

fn is_yes(value: &str) -> Result<bool, StoreError> {
    match value {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(bad("trusted-network is yes or no")),
    }
}

fn tls_mode(value: &str) -> Result<TlsMode, StoreError> {
    Ok(match value {
        "off" => TlsMode::Off,
        "required" => TlsMode::Required,
        "verify-ca" => TlsMode::VerifyCa,
        "verify-identity" => TlsMode::VerifyIdentity,
        _ => {
            return Err(bad("tls is one of off, required, verify-ca, verify-identity"));
        }
    })
}

fn complete(location: MysqlLocation) -> Result<MysqlLocation, StoreError> {
    let missing = [
        (location.host.is_empty() && location.socket.is_none(), "the host is missing"),
        (location.user.is_empty(), "the user is missing"),
        (location.database.is_empty(), "the database is missing"),
        (location.database.contains('/'), "write / in user or password as %2F"),
    ];
    match missing.iter().find(|(is_wrong, _)| *is_wrong) {
        Some((_, problem)) => Err(bad(problem)),
        None => Ok(location),
    }
}

fn decoded(text: &str, part: &str) -> Result<String, StoreError> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(Into::into).map_err(|_| bad(&format!("the {part} is not UTF-8")))
}

/// What cannot be parsed cannot be stripped of its password, so the address is not shown.
fn bad(problem: &str) -> StoreError {
    StoreError::BadLocation { problem: problem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn mysql(address: &str) -> MysqlLocation {
        match Location::parse(address) {
            Ok(Location::Mysql(mysql)) => mysql,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn addresses_are_taken_apart() {
        let store =
            mysql("mysql://ada:p%40ss%2Fword@db.example:3307/v2r?tls=verify-ca&tls-ca=/ca.pem");
        assert_eq!((store.host.as_str(), store.port), ("db.example", 3_307));
        assert_eq!((store.user.as_str(), store.database.as_str()), ("ada", "v2r"));
        assert_eq!(store.password.as_ref().map(ExposeSecret::expose_secret), Some("p@ss/word"));
        assert_eq!((store.tls, store.tls_ca), (TlsMode::VerifyCa, Some("/ca.pem".into())));
        assert_eq!(mysql("mariadb://ada@[::1]/v2r").to_string(), "mysql://ada@[::1]:3306/v2r");
        assert!(matches!(Location::parse("sqlite://a/b c.db"), Ok(Location::Sqlite(_))));
    }

    #[test]
    fn passwords_show_nowhere() {
        let secret = "hunter2";
        let good =
            Location::parse(&format!("mysql://ada:{secret}@db/v2r")).expect("a good address");
        assert!(!format!("{good} {good:?}").contains(secret));
        for bad in
            ["@db", "/x@db/v2r", "#x@db/v2r", "@db:99999/v2r", "@db/v2r?tls=on", "@db/v2r?x=1"]
        {
            let error = Location::parse(&format!("mysql://ada:{secret}{bad}")).expect_err(bad);
            assert!(!format!("{error} {error:?}").contains(secret), "{error}");
        }
        let error = Location::parse(&format!("mysql:ada:{secret}@db/v2r")).expect_err("no scheme");
        assert!(!format!("{error} {error:?}").contains(secret), "{error}");
    }

    #[test]
    fn a_given_password_does_not_replace_the_one_in_the_address() {
        let password = |address: &str| {
            let location = Location::parse(address).expect("a good address");
            match location.with_password("given".to_owned().into()) {
                Location::Mysql(mysql) => mysql.password.map(|it| it.expose_secret().to_owned()),
                Location::Sqlite(_) => None,
            }
        };
        assert_eq!(password("mysql://ada@db/v2r").as_deref(), Some("given"));
        assert_eq!(password("mysql://ada:own@db/v2r").as_deref(), Some("own"));
        assert_eq!(password("sqlite://x.db"), None);
    }

    #[test]
    fn localhost_without_a_port_is_a_socket_where_there_is_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("mysql.sock");
        let by = |address: &str| match Location::parse(address)
            .expect("an address")
            .with_local_socket(socket.clone())
        {
            Location::Mysql(mysql) => mysql,
            Location::Sqlite(_) => panic!("{address}"),
        };
        let local = by("mysql://ada@localhost/v2r");
        assert_ne!(local.socket_now(), Some(&*socket), "there is none yet");
        let _server = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
        assert_eq!(local.socket_now(), Some(&*socket));
        // The snapshot of a database is told by its address, which stays what it was.
        assert_eq!(local.to_string(), "mysql://ada@localhost:3306/v2r");
        for elsewhere in [
            "mysql://ada@localhost:3306/v2r",
            "mysql://ada@127.0.0.1/v2r",
            "mysql://ada@localhost/v2r?tls=required",
        ] {
            assert_eq!(by(elsewhere).socket_now(), None, "{elsewhere}");
        }
        let named = by("mysql://ada@localhost/v2r?socket=/else.sock");
        assert_eq!(named.socket_now(), Some(Path::new("/else.sock")));
    }

    #[test]
    fn incomplete_addresses_say_what_is_missing() {
        for (address, problem) in [
            ("sqlite://", "path"),
            ("postgres://x", "postgres"),
            ("v2r.db", "begin"),
            ("mysql://db/v2r", "user"),
            ("mysql://ada@db", "database"),
            ("mysql://ada@db/v2r?tls=maybe", "tls"),
            ("mysql://ada@db/v2r?trusted-network=maybe", "yes or no"),
        ] {
            let error = Location::parse(address).expect_err(address).to_string();
            assert!(error.contains(problem), "{address}: {error}");
        }
    }
}
