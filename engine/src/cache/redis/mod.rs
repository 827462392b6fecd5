//! The second tier: entries in Redis, which all processes share.
//!
//! | key | holds |
//! |---|---|
//! | `PREFIX:{NAMESPACE}:NAME` | an entry, see `envelope` |
//! | `PREFIX:{NAMESPACE}@news` | a stream of the last patterns that were invalidated |
//! | `PREFIX:{NAMESPACE}@lock:NAME` | that somebody computes it, for a short time |
//! | `PREFIX:{NAMESPACE}@stats`, `@sizes` | what all processes counted |
//!
//! The braces keep all keys of a namespace on one node of a cluster.

mod able;
mod address;
mod connect;
mod counts;
mod health;
mod link;

pub use address::RedisAddress;
pub(super) use counts::{Counted, Totals};
pub(super) use link::{Away, Budget};

use super::CacheConfig;
use super::entry::Entry;
use super::envelope::{Refused, opened, sealed};
use super::glob::{Pattern, escaped_for_redis};
use connect::{Connection, code, is_wrong_type};
use link::Link;
use redis::{RedisError, RedisResult, cmd};
use secrecy::SecretString;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Patterns that the stream remembers. Who has missed more forgets everything.
const NEWS_MAX: usize = 1_000;

/// After so long without a word what is beside the entries goes, as it would after an uninstallation.
const KEPT_S: u64 = 604_800;

/// Names that one step of a scan looks at.
const SCAN_COUNT: usize = 1_000;

/// A first connection may take so long.
const CONNECTION_WAIT: Duration = Duration::from_millis(100);

/// An invalidation may take so long: it is no lookup, and it is worth nothing by half.
const INVALIDATION_WAIT: Duration = Duration::from_secs(5);

/// Redis as the second tier of one namespace.
pub(super) struct Shared {
    link: Link,
    /// What all keys begin with.
    prefix: String,
    /// With what entries are sealed.
    seal: Option<SecretString>,
    /// Whether anybody was told that it answers, or that it does not.
    has_answered: AtomicBool,
}

/// What others invalidated.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct News {
    /// Their patterns; `None` where some may be missing.
    pub(super) patterns: Option<Vec<String>>,
    /// Where to go on next time.
    pub(super) position: String,
}

/// A stream as Redis answers it: its name, and of each line its id, fields and values.
type Stream = Vec<(Vec<u8>, Vec<(String, Vec<Vec<u8>>)>)>;

/// Where a stream begins.
pub(super) const FIRST_POSITION: &str = "0-0";

impl Shared {
    pub(super) fn new(address: RedisAddress, config: &CacheConfig) -> Self {
        let prefix = format!("{}:{{{}}}", config.prefix, config.namespace);
        // A key that nothing is ever written to.
        let probe = format!("{prefix}@probe");
        Self {
            link: Link::new(address, config.redis_budget, probe),
            prefix,
            seal: config.seal.clone(),
            has_answered: AtomicBool::new(false),
        }
    }

    pub(super) fn is_up(&self) -> bool {
        self.link.health(health::Health::is_up).unwrap_or(false)
    }

    /// Whether Redis answers a question now. The first who asks in a process waits a little longer:
    /// a connection takes its time also where all is well.
    pub(super) fn answers(&self, budget: &mut Budget) -> bool {
        let is_first = !self.has_answered.swap(true, Ordering::Relaxed);
        let budget = if is_first { &mut Budget::of(CONNECTION_WAIT) } else { budget };
        self.link
            .ask(budget, |mut redis| async move { cmd("PING").exec_async(&mut redis).await })
            .is_ok()
    }

    /// How often Redis came; 0 before it did.
    pub(super) fn arrivals(&self) -> u64 {
        self.link.health(health::Health::arrivals).unwrap_or(0)
    }

    pub(super) fn outages(&self) -> u64 {
        self.link.health(health::Health::outages).unwrap_or(0)
    }

    /// What is wrong with Redis, if anything is.
    pub(super) fn reason(&self) -> Option<String> {
        self.link.health(health::Health::reason).flatten()
    }

    /// The entry under `name`, or why what lies there is none.
    pub(super) fn get(
        &self,
        name: &str,
        now_ms: i64,
        budget: &mut Budget,
    ) -> Result<Option<Result<Entry, Refused>>, Away> {
        let key = self.key(name);
        let get = |mut redis: Connection| async move {
            match cmd("GET").arg(key).query_async(&mut redis).await {
                Err(error) if is_wrong_type(&error) => Ok(Some(Vec::new())),
                outcome => outcome,
            }
        };
        let bytes: Option<Vec<u8>> = self.link.ask(budget, get)?;
        Ok(bytes.map(|bytes| opened(name, &bytes, now_ms, self.seal.as_ref())))
    }

    /// Keeps `entry` under `name`, and takes the lock of it away; false where Redis does not take it.
    pub(super) fn set(&self, name: &str, entry: &Entry, now_ms: i64, budget: &mut Budget) -> bool {
        let is_full = self.link.health(|health| health.is_full(now_ms)).unwrap_or(false);
        let left_ms = entry.stale_until_ms.saturating_sub(now_ms);
        let bytes = sealed(name, entry, self.seal.as_ref());
        let Some(bytes) = bytes.filter(|_| left_ms > 0 && !is_full) else {
            return false;
        };
        let key = self.key(name);
        let set = move |mut redis: Connection| async move {
            cmd("SET").arg(key).arg(bytes).arg("PX").arg(left_ms).exec_async(&mut redis).await
        };
        let has_set = self.link.ask(budget, set).is_ok();
        if has_set {
            self.link.health(health::Health::took);
        }
        has_set
    }

    /// Forgets what `pattern` means and tells the others; how many entries there were.
    pub(super) fn invalidate(&self, pattern: &Pattern) -> Result<u64, Away> {
        let (names, news, pattern) = (self.key(""), self.beside("news"), pattern.clone());
        let work = |redis| invalidated(redis, names, news, pattern);
        self.link.ask(&mut Budget::of(INVALIDATION_WAIT), work)
    }

    /// As [`Self::invalidate`], without waiting for it.
    pub(super) fn invalidate_later(&self, pattern: &Pattern) {
        let (names, news, pattern) = (self.key(""), self.beside("news"), pattern.clone());
        self.link.tell(|redis| async { invalidated(redis, names, news, pattern).await.map(drop) });
    }

    /// What others invalidated after `position`.
    ///
    /// The line at `position` is read once more: where it is gone the stream is another one, or has
    /// lost lines that nobody here has seen.
    pub(super) fn news(&self, position: &str, budget: &mut Budget) -> Result<News, Away> {
        let (news, after) = (self.beside("news"), before(position));
        let stream: Option<Stream> = self.link.ask(budget, |mut redis| async move {
            let mut read = cmd("XREAD");
            read.arg("COUNT").arg(NEWS_MAX + 1).arg("STREAMS").arg(&news).arg(after);
            match read.query_async(&mut redis).await {
                Err(error) if is_wrong_type(&error) => {
                    cmd("UNLINK").arg(news).exec_async(&mut redis).await?;
                    Ok(None)
                }
                outcome => outcome,
            }
        })?;
        let lines = stream.unwrap_or_default().into_iter().flat_map(|(_, lines)| lines);
        Ok(told(position, lines.collect()))
    }

    /// True when nobody else computes `name` now and all will know that we do, for at most `ms`.
    pub(super) fn lock(&self, name: &str, ms: u64, budget: &mut Budget) -> Result<bool, Away> {
        let key = self.beside(&format!("lock:{name}"));
        let locked: Option<String> = self.link.ask(budget, move |mut redis| async move {
            cmd("SET").arg(key).arg(&["1", "NX", "PX"]).arg(ms).query_async(&mut redis).await
        })?;
        Ok(locked.is_some())
    }

    /// Lets others compute `name`. Nobody waits for it: the lock ends by itself.
    pub(super) fn unlock(&self, name: &str) {
        let key = self.beside(&format!("lock:{name}"));
        self.link
            .tell(|mut redis| async move { cmd("UNLINK").arg(key).exec_async(&mut redis).await });
    }

    fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.prefix)
    }

    /// A key that no pattern of names means.
    fn beside(&self, what: &str) -> String {
        format!("{}@{what}", self.prefix)
    }
}

/// Removes what `pattern` means and says so in `news`; how many entries that were.
async fn invalidated(
    mut redis: Connection,
    names: String,
    news: String,
    pattern: Pattern,
) -> RedisResult<u64> {
    let removed = unlink_matching(&mut redis, &names, &pattern).await?;
    // After that, or somebody might take up again what is about to go.
    let mut line = cmd("XADD");
    line.arg(&news).arg("MAXLEN").arg(NEWS_MAX).arg("*").arg("pattern").arg(pattern.as_str());
    match line.exec_async(&mut redis).await {
        // Somebody has written a line with the highest id there is, or something that is no stream.
        // The others see that their line is gone, and forget everything.
        Err(error) if takes_no_line(&error) => {
            cmd("UNLINK").arg(&news).exec_async(&mut redis).await?;
            line.exec_async(&mut redis).await?;
        }
        outcome => outcome?,
    }
    cmd("EXPIRE").arg(news).arg(KEPT_S).exec_async(&mut redis).await?;
    Ok(removed)
}

/// Removes the keys below `prefix` whose names `pattern` means. Redis goes on serving others
/// meanwhile: it is asked in steps, and it frees what it removes in the background.
async fn unlink_matching(
    redis: &mut Connection,
    prefix: &str,
    pattern: &Pattern,
) -> RedisResult<u64> {
    let begins = format!("{}{}*", escaped_for_redis(prefix), escaped_for_redis(pattern.head()));
    let (mut removed, mut cursor) = (0, 0_u64);
    loop {
        let mut scan = cmd("SCAN");
        scan.arg(cursor).arg("MATCH").arg(&begins).arg("COUNT").arg(SCAN_COUNT);
        let (next, keys): (u64, Vec<Vec<u8>>) = redis.ask_keeper_of(prefix, &scan).await?;
        let is_meant = |key: &Vec<u8>| {
            let name = key.strip_prefix(prefix.as_bytes());
            name.is_some_and(|name| str::from_utf8(name).is_ok_and(|name| pattern.matches(name)))
        };
        let meant: Vec<Vec<u8>> = keys.into_iter().filter(is_meant).collect();
        if !meant.is_empty() {
            let unlinked: u64 = cmd("UNLINK").arg(meant).query_async(redis).await?;
            removed += unlinked;
        }
        cursor = next;
        if cursor == 0 {
            return Ok(removed);
        }
    }
}

/// True when a stream takes no line, whoever asks.
fn takes_no_line(error: &RedisError) -> bool {
    let is_refused = code(error).is_some_and(|code| code == "ERR") && able::named(error).is_none();
    is_refused || is_wrong_type(error)
}

/// The greatest id below `position`, so that reading after it begins with `position` itself.
fn before(position: &str) -> String {
    let parsed = position.split_once('-').and_then(|(ms, number)| {
        let (ms, number): (u64, u64) = (ms.parse().ok()?, number.parse().ok()?);
        match number.checked_sub(1) {
            Some(number) => Some((ms, number)),
            None => Some((ms.checked_sub(1)?, u64::MAX)),
        }
    });
    // The first position has none below it.
    parsed.map_or_else(|| FIRST_POSITION.to_owned(), |(ms, number)| format!("{ms}-{number}"))
}

/// What the lines of the stream say, which begin with the one at `position`. Anybody may have
/// written them: whatever is not understood may mean everything.
fn told(position: &str, mut lines: Vec<(String, Vec<Vec<u8>>)>) -> News {
    let is_first = position == FIRST_POSITION;
    let is_known = lines.first().is_some_and(|(id, _)| id == position);
    if is_known {
        lines.remove(0);
    }
    let last = match lines.last() {
        Some((id, _)) => id.clone(),
        None if is_known || is_first => position.to_owned(),
        // The stream is gone; the next one begins anew.
        None => FIRST_POSITION.to_owned(),
    };
    let is_all_there = (is_known || is_first) && lines.len() < NEWS_MAX;
    let patterns = lines.into_iter().map(|(_, fields)| match <[Vec<u8>; 2]>::try_from(fields) {
        Ok([field, pattern]) if field == b"pattern" => String::from_utf8(pattern).ok(),
        _ => None,
    });
    let patterns = if is_all_there { patterns.collect() } else { None };
    News { patterns, position: last }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: &str, fields: &[&[u8]]) -> (String, Vec<Vec<u8>>) {
        (id.to_owned(), fields.iter().map(|it| it.to_vec()).collect())
    }

    #[test]
    fn news_are_taken_whole_or_mean_everything() {
        let at = || line("5-0", &[b"pattern", b"x"]);
        let quiet = News { patterns: Some(Vec::new()), position: "5-0".to_owned() };
        assert_eq!(told("5-0", vec![at()]), quiet);
        let known = vec![at(), line("6-0", &[b"pattern", b"a*"]), line("7-0", &[b"pattern", b"b"])];
        let patterns = Some(vec!["a*".to_owned(), "b".to_owned()]);
        assert_eq!(told("5-0", known), News { patterns, position: "7-0".to_owned() });
        for strange in
            [&[b"pattern".as_slice(), b"\xff"][..], &[b"other", b"a"], &[b"pattern"], &[]]
        {
            assert_eq!(told("5-0", vec![at(), line("6-0", strange)]).patterns, None);
        }
        let many = (1..=NEWS_MAX).map(|at| line(&format!("{at}-0"), &[b"pattern", b"a"])).collect();
        assert_eq!(told("0-0", many).patterns, None);
    }

    #[test]
    fn a_line_that_is_gone_means_everything() {
        let gone = News { patterns: None, position: FIRST_POSITION.to_owned() };
        assert_eq!(told("5-0", Vec::new()), gone);
        let other = told("5-0", vec![line("7-0", &[b"pattern", b"b"])]);
        assert_eq!(other, News { patterns: None, position: "7-0".to_owned() });
        let first = News { patterns: Some(Vec::new()), position: FIRST_POSITION.to_owned() };
        assert_eq!(told(FIRST_POSITION, Vec::new()), first);
    }

    #[test]
    fn the_line_before_is_the_greatest_below() {
        for (position, expected) in [
            ("5-3", "5-2"),
            ("5-0", "4-18446744073709551615"),
            ("0-1", "0-0"),
            ("0-0", "0-0"),
            ("strange", "0-0"),
        ] {
            assert_eq!(before(position), expected);
        }
    }
}
