//! What the fault tests share: databases that change all the time, processes that ask meanwhile,
//! and a judge who knows which answers were right when.

pub mod ask;
pub mod child;
pub mod database;
pub mod driver;
pub mod folder;
pub mod job;
pub mod ledger;
pub mod rows;

/// Wall clock, microseconds since 1970: processes share it.
pub fn now_us() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    u64::try_from(since.expect("a clock after 1970").as_micros()).expect("a clock before 500 000")
}
