//! How rankings are ordered, and the first k rows without sorting all.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;
use thiserror::Error;

/// A sort order that a ranking does not know.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown sort order {given:?} for {ranking}; use one of: {known}")]
pub struct UnknownSort {
    given: String,
    ranking: &'static str,
    known: &'static str,
}

/// Orders of the user ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UserSort {
    /// Traffic of the period, most first.
    #[default]
    TrafficDesc,
    /// Traffic of the period, least first.
    TrafficAsc,
    /// Quota left (may be negative), most first.
    RemainingDesc,
    /// Quota left (may be negative), least first.
    RemainingAsc,
    /// Number of nodes used, most first.
    NodesDesc,
    /// Last usage, newest first; users without usage last.
    RecentActivity,
}

impl FromStr for UserSort {
    type Err = UnknownSort;

    fn from_str(name: &str) -> Result<Self, UnknownSort> {
        Ok(match name {
            "traffic_desc" => Self::TrafficDesc,
            "traffic_asc" => Self::TrafficAsc,
            "remaining_desc" => Self::RemainingDesc,
            "remaining_asc" => Self::RemainingAsc,
            "nodes_desc" => Self::NodesDesc,
            "recent_activity" => Self::RecentActivity,
            _ => {
                return Err(UnknownSort {
                    given: name.to_owned(),
                    ranking: "users",
                    known: "traffic_desc, traffic_asc, remaining_desc, remaining_asc, nodes_desc, recent_activity",
                });
            }
        })
    }
}

/// Orders of the node ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NodeSort {
    /// Traffic of the period, most first.
    #[default]
    TrafficDesc,
    /// Traffic of the period, least first.
    TrafficAsc,
    /// Limit less statistics (may be negative), most first.
    RemainingDesc,
    /// Limit less statistics (may be negative), least first.
    RemainingAsc,
    /// Number of users, most first.
    UsersDesc,
    /// Name, in the order of the Unicode Collation Algorithm, case and accents ignored.
    NameAsc,
}

impl FromStr for NodeSort {
    type Err = UnknownSort;

    fn from_str(name: &str) -> Result<Self, UnknownSort> {
        Ok(match name {
            "traffic_desc" => Self::TrafficDesc,
            "traffic_asc" => Self::TrafficAsc,
            "remaining_desc" => Self::RemainingDesc,
            "remaining_asc" => Self::RemainingAsc,
            "users_desc" => Self::UsersDesc,
            "name_asc" => Self::NameAsc,
            _ => {
                return Err(UnknownSort {
                    given: name.to_owned(),
                    ranking: "nodes",
                    known: "traffic_desc, traffic_asc, remaining_desc, remaining_asc, users_desc, name_asc",
                });
            }
        })
    }
}

/// How many rows an answer may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limit {
    /// All of them.
    #[default]
    All,
    /// At most this many.
    AtMost(NonZeroU64),
}

impl Limit {
    /// The limit as a number of rows.
    pub fn rows(self) -> Option<u64> {
        match self {
            Self::All => None,
            Self::AtMost(rows) => Some(rows.get()),
        }
    }
}

/// A limit that is neither `all` nor a number of rows.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{given:?} is not a limit; give a number of rows, or all, which 0 means too")]
pub struct BadLimit {
    given: String,
}

impl FromStr for Limit {
    type Err = BadLimit;

    fn from_str(text: &str) -> Result<Self, BadLimit> {
        if text == "all" {
            return Ok(Self::All);
        }
        let rows = text.parse::<u64>().map_err(|_| BadLimit { given: text.to_owned() })?;
        // As in C, where a field that nobody set is 0.
        Ok(NonZeroU64::new(rows).map_or(Self::All, Self::AtMost))
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::AtMost(rows) => rows.fmt(f),
        }
    }
}

/// The positions of the `limit` smallest keys, ascending by key; equal keys by position.
///
/// Keys that are not among the smallest so far cost one comparison, so that the first hundred of
/// 50 000 take about as long as reading the keys.
pub fn top<K: Ord + Copy>(keys: impl ExactSizeIterator<Item = K>, limit: Limit) -> Vec<usize> {
    let len = keys.len();
    let wanted = limit.rows().map_or(len, |rows| usize::try_from(rows).unwrap_or(len).min(len));
    let room = wanted.saturating_mul(2).min(len);
    let (mut kept, mut worst) = (Vec::with_capacity(room), None);
    for (position, key) in keys.enumerate() {
        // Among equal keys the earlier positions are kept already.
        if worst.is_some_and(|worst| key >= worst) {
            continue;
        }
        kept.push((key, position));
        if kept.len() == room && wanted < len {
            worst = Some(kept.select_nth_unstable(wanted - 1).1.0);
            kept.truncate(wanted);
        }
    }
    kept.sort_unstable();
    kept.into_iter().take(wanted).map(|(_, position)| position).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Reverse;

    #[test]
    fn top_agrees_with_a_full_sort_for_every_limit() {
        let keys = [5, 1, 5, 9, 2, 9, 0, 5].map(Reverse);
        let all = top(keys.into_iter(), Limit::All);
        assert_eq!(all, [3, 5, 0, 2, 7, 4, 1, 6]);
        for limit in 1..12_usize {
            let some: Limit = limit.to_string().parse().expect("a positive limit");
            assert_eq!(top(keys.into_iter(), some), all[..limit.min(keys.len())]);
        }
        assert!(top(std::iter::empty::<u8>(), Limit::All).is_empty());
    }

    #[test]
    fn top_of_many_agrees_with_a_full_sort() {
        // Multiplying by a prime shuffles; the remainder makes equal keys.
        let keys: Vec<u64> = (0..5_000).map(|at| at * 7_919 % 5_003 / 3).collect();
        let all = top(keys.iter().copied(), Limit::All);
        assert!(all.is_sorted_by_key(|&at| (keys[at], at)));
        for limit in ["1", "100", "2500", "4999", "5000", "18446744073709551615"] {
            let some = top(keys.iter().copied(), limit.parse().expect("a limit"));
            assert_eq!(some, all[..some.len()], "{limit}");
        }
    }

    #[test]
    fn limits_are_all_or_a_number_of_rows() {
        assert_eq!("all".parse(), Ok(Limit::All));
        assert_eq!("0".parse(), Ok(Limit::All));
        assert_eq!("7".parse().map(Limit::rows), Ok(Some(7)));
        for bad in ["-1", "", "ten", "1.5", "ALL", "99999999999999999999999"] {
            let error = bad.parse::<Limit>().expect_err(bad);
            assert!(error.to_string().contains(&format!("{bad:?}")), "{error}");
        }
    }
}
