//! Where Redis is.

use crate::cache::CacheError;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use url::Url;

const REDIS_PORT: u16 = 6_379;
const SENTINEL_PORT: u16 = 26_379;

/// Where Redis is, and who we are to it. Shows itself without the password.
///
/// | address | what is there |
/// |---|---|
/// | `redis://[user[:password]@]host[:6379][/db]` | one server |
/// | `unix:///path[?db=N]`, `redis+unix:///path` | one server on this machine |
/// | `redis-sentinel://[user[:password]@]host[:26379],…/name[/db]` | sentinels who know the server |
/// | `redis-cluster://[user[:password]@]host[:6379],…` | nodes of a cluster |
///
/// `rediss`, `rediss-sentinel` and `rediss-cluster` are the same by TLS, with certificates that this
/// machine trusts or that `?tls-ca=FILE` signed. A user is one of Redis's ACL; a password without a
/// user is that of `requirepass`. Sentinels themselves are asked without a password.
#[derive(Clone)]
pub struct RedisAddress {
    pub(super) place: Place,
    pub(super) tls: Option<Tls>,
    pub(super) db: i64,
    pub(super) user: Option<String>,
    pub(super) password: Option<SecretString>,
}

/// What is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Server { host: String, port: u16 },
    Socket(PathBuf),
    Sentinels { hosts: Vec<(String, u16)>, name: String },
    Cluster { hosts: Vec<(String, u16)> },
}

/// TLS, with an authority of one's own or those that the machine trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tls {
    pub(super) ca: Option<PathBuf>,
}

impl RedisAddress {
    /// True when it holds a password.
    pub fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// Files that are opened: a socket, and certificates.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let socket = match &self.place {
            Place::Socket(path) => Some(path),
            Place::Server { .. } | Place::Sentinels { .. } | Place::Cluster { .. } => None,
        };
        let ca = self.tls.as_ref().and_then(|tls| tls.ca.as_ref());
        socket.into_iter().chain(ca).cloned().collect()
    }

    /// The same with a password, unless it is empty.
    #[must_use]
    pub fn with_password(self, password: SecretString) -> Self {
        use secrecy::ExposeSecret as _;
        if password.expose_secret().is_empty() {
            return self;
        }
        Self { password: Some(password), ..self }
    }
}

impl FromStr for RedisAddress {
    type Err = CacheError;

    fn from_str(text: &str) -> Result<Self, CacheError> {
        parsed(text).ok_or(CacheError::Address)
    }
}

impl fmt::Display for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secure = if self.tls.is_some() { "s" } else { "" };
        let user = self.user.as_ref().map_or_else(String::new, |user| format!("{user}@"));
        let db = if self.db == 0 { String::new() } else { format!("/{}", self.db) };
        match &self.place {
            Place::Server { host, port } => write!(f, "redis{secure}://{user}{host}:{port}{db}"),
            Place::Socket(path) => write!(f, "unix://{user}{}", path.display()),
            Place::Sentinels { hosts, name } => {
                write!(f, "redis{secure}-sentinel://{user}{}/{name}{db}", listed(hosts))
            }
            Place::Cluster { hosts } => {
                write!(f, "redis{secure}-cluster://{user}{}", listed(hosts))
            }
        }
    }
}

impl fmt::Debug for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

fn listed(hosts: &[(String, u16)]) -> String {
    hosts.iter().map(|(host, port)| format!("{host}:{port}")).collect::<Vec<_>>().join(",")
}

/// `None` for what is no address. It is not shown, because the password in it cannot be found.
fn parsed(text: &str) -> Option<RedisAddress> {
    let (scheme, rest) = text.split_once("://")?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (login, rest) = rest.rsplit_once('@').unwrap_or(("", rest));
    let (hosts, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (mut db, mut ca) = (0, None);
    for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match &*key {
            "db" => db = value.parse().ok()?,
            "tls-ca" => ca = Some(PathBuf::from(&*value)),
            _ => return None,
        }
    }
    let is_secure = scheme.starts_with("rediss");
    let number = |text: &str| if text.is_empty() { Some(db) } else { text.parse().ok() };
    let (place, db) = match scheme {
        "redis" | "rediss" => {
            let (host, port) = host(hosts, REDIS_PORT)?;
            (Place::Server { host, port }, number(path)?)
        }
        "unix" | "redis+unix" if hosts.is_empty() && !path.is_empty() => {
            (Place::Socket(PathBuf::from(format!("/{}", decoded(path)?))), db)
        }
        "redis-sentinel" | "rediss-sentinel" => {
            let (name, number_text) = path.split_once('/').unwrap_or((path, ""));
            let name = decoded(name).filter(|name| !name.is_empty())?;
            (Place::Sentinels { hosts: all(hosts, SENTINEL_PORT)?, name }, number(number_text)?)
        }
        "redis-cluster" | "rediss-cluster" if path.is_empty() => {
            (Place::Cluster { hosts: all(hosts, REDIS_PORT)? }, db)
        }
        _ => return None,
    };
    let (user, password) = login.split_once(':').map_or((login, ""), |pair| pair);
    let given = |text: &str| Some(decoded(text)?).filter(|text| !text.is_empty());
    let is_fit = db >= 0 && (ca.is_none() || is_secure);
    is_fit.then(|| RedisAddress {
        place,
        tls: is_secure.then_some(Tls { ca }),
        db,
        user: given(user),
        password: given(password).map(SecretString::from),
    })
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(Into::into)
}

fn all(hosts: &str, port: u16) -> Option<Vec<(String, u16)>> {
    hosts.split(',').map(|text| host(text, port)).collect()
}

/// A host and its port, as the rules of addresses have it.
fn host(text: &str, port: u16) -> Option<(String, u16)> {
    // A scheme of the web: only those have names and numbers of hosts checked.
    let url = Url::parse(&format!("http://{text}:{port}"))
        .or_else(|_| Url::parse(&format!("http://{text}")));
    let is_one = |url: &Url| url.path() == "/" && url.username().is_empty() && !text.contains(',');
    let url = url.ok().filter(is_one)?;
    Some((url.host_str()?.to_owned(), url.port().unwrap_or(80)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn address(text: &str) -> RedisAddress {
        text.parse().expect(text)
    }

    #[test]
    fn addresses_are_shown_in_full_but_for_the_password() {
        for (text, shown) in [
            ("redis://db", "redis://db:6379"),
            ("redis://:hunter2@db:7000/3", "redis://db:7000/3"),
            ("redis://ada:hunter2@[::1]:80", "redis://ada@[::1]:80"),
            ("rediss://ada@db/1?tls-ca=/ca.pem", "rediss://ada@db:6379/1"),
            ("unix:///run/redis.sock?db=2", "unix:///run/redis.sock"),
            ("redis+unix:///run/redis.sock", "unix:///run/redis.sock"),
            ("redis-sentinel://a,b:1/cache/2", "redis-sentinel://a:26379,b:1/cache/2"),
            ("rediss-cluster://ada:hunter2@a,b:1", "rediss-cluster://ada@a:6379,b:1"),
        ] {
            let address = address(text);
            assert_eq!(address.to_string(), shown);
            assert!(!format!("{address:?}").contains("hunter2"));
        }
    }

    #[test]
    fn passwords_are_decoded() {
        let of = |text| address(text).password.map(|it| it.expose_secret().to_owned());
        assert_eq!(of("redis://ada:p%40s%2Fs@db").as_deref(), Some("p@s/s"));
        assert_eq!(of("redis://ada@db"), None);
        let given = address("redis://db").with_password("x".to_owned().into()).password;
        assert_eq!(given.expect("it is given").expose_secret(), "x");
    }

    #[test]
    fn what_is_no_address_is_not_repeated() {
        for text in [
            "",
            "db",
            "http://db",
            "redis://",
            "redis://hunter2:x:y@a b",
            "redis://db/x",
            "redis://db?hunter2=1",
            "redis://db?tls-ca=/ca.pem",
            "redis-sentinel://a",
            "redis-cluster://a/1",
            "unix://relative",
            "redis://db/-1",
            "redis://a,b",
        ] {
            let error = text.parse::<RedisAddress>().expect_err(text).to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
