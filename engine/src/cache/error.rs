//! What can be wrong with a request to the cache. That Redis is away is none of it.

use super::trigger::Trigger;
use thiserror::Error;

/// A request to the cache, or a configuration of it, that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CacheError {
    /// A pattern that is none.
    #[error(
        "{pattern:?} is no pattern of names: {problem}; use *, ?, [abc] and \\ before what is meant as it is"
    )]
    Pattern {
        /// What was given.
        pattern: String,
        /// What is wrong with it.
        problem: String,
    },
    /// An address of Redis that is none. It is not shown: there may be a password in it.
    #[error(
        "the address of Redis is not understood; give redis://user@host:6379/0, rediss://…?tls-ca=FILE, \
         unix:///path, redis-sentinel://host,host/name or redis-cluster://host,host"
    )]
    Address,
    /// Two ways to say what is to be forgotten.
    #[error("a pattern and a trigger are given; give one of them")]
    TwoWays,
    /// A cache that there is not.
    #[error("no cache is configured; give redis, cache_entries or cache_mb")]
    NotConfigured,
    /// A trigger that nobody knows.
    #[error("unknown trigger {name:?}; use one of: {}", trigger_names())]
    Trigger {
        /// What was given.
        name: String,
    },
}

fn trigger_names() -> String {
    Trigger::ALL.map(Trigger::as_str).join(", ")
}
