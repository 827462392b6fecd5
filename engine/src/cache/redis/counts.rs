//! What all processes of a namespace counted, added up in Redis.

use super::{Away, Budget, Connection, KEPT_S, SCAN_COUNT, Shared, escaped_for_redis};
use redis::{Pipeline, RedisResult, cmd, pipe};
use std::collections::HashMap;
use std::time::Duration;

/// What a process said of its size counts for so long.
const SIZE_MS_MAX: i64 = 600_000;

/// Steps of a scan that measures; what is behind them is not counted.
const STEPS_MAX: usize = 100;

/// Statistics are no lookup.
const STATISTICS_WAIT: Duration = Duration::from_secs(1);

/// Counts that are not in Redis yet, and what this process holds.
#[derive(Debug, Clone)]
pub(in crate::cache) struct Counted {
    /// What was counted, by its field.
    pub(in crate::cache) counts: Vec<(&'static str, u64)>,
    /// Which cache of which process says so.
    pub(in crate::cache) process: String,
    pub(in crate::cache) entries: u64,
    pub(in crate::cache) bytes: u64,
    pub(in crate::cache) now_ms: i64,
}

/// What all processes counted and hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::cache) struct Totals {
    pub(in crate::cache) counts: HashMap<String, u64>,
    pub(in crate::cache) processes: u64,
    pub(in crate::cache) memory_entries: u64,
    pub(in crate::cache) memory_bytes: u64,
    pub(in crate::cache) redis_entries: u64,
    pub(in crate::cache) redis_bytes: u64,
}

impl Shared {
    /// Adds `counted` to what all counted, without waiting; false where it is not added.
    pub(in crate::cache) fn count(&self, counted: &Counted) -> bool {
        let added = self.added(counted);
        self.link.tell(|mut redis| async move { added.exec_async(&mut redis).await })
    }

    /// Adds `counted`, and takes the process from the list: it ends.
    pub(in crate::cache) fn count_last(&self, counted: &Counted) {
        let mut added = self.added(counted);
        added.cmd("HDEL").arg(self.beside("sizes")).arg(&counted.process).ignore();
        let last = |mut redis: Connection| async move { added.exec_async(&mut redis).await };
        // Where Redis is away they are lost, as it was for those they would be told.
        let _ = self.link.ask(&mut Budget::of(Duration::from_millis(100)), last);
    }

    /// Adds `counted`, and tells what all counted.
    pub(in crate::cache) fn totals(&self, counted: &Counted) -> Result<Totals, Away> {
        let mut asked = self.added(counted);
        asked.cmd("HGETALL").arg(self.beside("stats"));
        asked.cmd("HGETALL").arg(self.beside("sizes"));
        let (names, now_ms) = (format!("{}:", self.prefix), counted.now_ms);
        self.link.ask(&mut Budget::of(STATISTICS_WAIT), move |mut redis| async move {
            let (counts, sizes): (HashMap<String, String>, HashMap<String, String>) =
                asked.query_async(&mut redis).await?;
            let (redis_entries, redis_bytes) = measured(&mut redis, &names).await?;
            let memory = sizes.values().filter_map(|text| size(text, now_ms));
            let (processes, memory_entries, memory_bytes) = memory
                .fold((0, 0, 0), |sum, (entries, bytes)| {
                    (sum.0 + 1, sum.1 + entries, sum.2 + bytes)
                });
            // Anybody may have written there.
            let number = |(name, text): (String, String)| Some((name, text.parse().ok()?));
            let counts = counts.into_iter().filter_map(number).collect();
            Ok(Totals {
                counts,
                processes,
                memory_entries,
                memory_bytes,
                redis_entries,
                redis_bytes,
            })
        })
    }

    fn added(&self, counted: &Counted) -> Pipeline {
        let (stats, sizes) = (self.beside("stats"), self.beside("sizes"));
        let mut added = pipe();
        for (field, count) in counted.counts.iter().filter(|(_, count)| *count > 0) {
            added.cmd("HINCRBY").arg(&stats).arg(field).arg(count).ignore();
        }
        let Counted { entries, bytes, now_ms, .. } = counted;
        let size = format!("{entries} {bytes} {now_ms}");
        added.cmd("HSET").arg(&sizes).arg(&counted.process).arg(size).ignore();
        for key in [&stats, &sizes] {
            added.cmd("EXPIRE").arg(key).arg(KEPT_S).ignore();
        }
        added
    }
}

/// Entries and bytes that a process said it holds, unless that was long ago.
fn size(text: &str, now_ms: i64) -> Option<(u64, u64)> {
    let mut numbers = text.split(' ');
    let (entries, bytes) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    let said_ms: i64 = numbers.next()?.parse().ok()?;
    (now_ms.saturating_sub(said_ms) < SIZE_MS_MAX).then_some((entries, bytes))
}

/// Number and bytes of the entries whose keys begin with `prefix`.
async fn measured(redis: &mut Connection, prefix: &str) -> RedisResult<(u64, u64)> {
    let begins = format!("{}*", escaped_for_redis(prefix));
    let (mut entries, mut bytes, mut cursor) = (0, 0, 0_u64);
    for _ in 0..STEPS_MAX {
        let mut scan = cmd("SCAN");
        // Not by type, which Redis 5 does not know: what is no text has no length.
        scan.arg(cursor).arg("MATCH").arg(&begins).arg("COUNT").arg(SCAN_COUNT);
        let (next, keys): (u64, Vec<Vec<u8>>) = redis.ask_keeper_of(prefix, &scan).await?;
        if !keys.is_empty() {
            let mut lengths = pipe();
            for key in &keys {
                lengths.cmd("STRLEN").arg(key);
            }
            let lengths: Vec<RedisResult<u64>> = lengths.ignore_errors().query_async(redis).await?;
            let lengths: Vec<u64> = lengths.into_iter().flatten().collect();
            entries += lengths.len() as u64;
            bytes += lengths.iter().sum::<u64>();
        }
        cursor = next;
        if cursor == 0 {
            break;
        }
    }
    Ok((entries, bytes))
}
