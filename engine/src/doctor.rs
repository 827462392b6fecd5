//! What to think of a database, and what to do about it.

use crate::calendar::Calendar;
use crate::store::{
    BadValues, ClockFacts, Facts, Fault, LoginFacts, Table, TableFacts, UsageFacts,
};
use serde::Serialize;

/// A server's clock may differ from ours by this much without anybody noticing.
const CLOCK_SKEW_S_MAX: i64 = 5;

/// Rows from which a missing index on `t` is worth a word.
const INDEX_ROWS_MIN: u64 = 100_000;

/// One thing looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Check {
    /// What was looked at.
    pub check: String,
    /// How it is.
    pub status: Status,
    /// What was found.
    pub detail: String,
    /// What to do, empty when there is nothing to do.
    pub advice: String,
}

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Well.
    #[default]
    Ok,
    /// Answers are right, but something could be better.
    Warn,
    /// Some or all answers are impossible or wrong.
    Fail,
}

/// All checks of a database, in the order they matter.
pub(crate) fn checks(facts: &Facts, calendar: &Calendar) -> Vec<Check> {
    let mut checks = vec![ok("connection", facts.version.clone())];
    if let Some(login) = &facts.login {
        checks.push(privileges(login));
        checks.push(encryption(login));
    }
    checks.push(time_zone(facts.clock.as_ref(), calendar));
    checks.extend(facts.clock.as_ref().map(|clock| clock_skew(clock, calendar)));
    checks.extend(Table::ALL.map(|which| table(which, &facts.tables)));
    if let Some(usage) = &facts.usage {
        checks.extend(facts.tables.iter().map(values));
        checks.push(usage_span(usage, calendar));
        checks.extend(usage_index(usage, &facts.tables));
    }
    checks
}

fn ok(check: &str, detail: String) -> Check {
    Check { check: check.to_owned(), status: Status::Ok, detail, advice: String::new() }
}

fn not_ok(status: Status, check: &str, detail: String, advice: &str) -> Check {
    Check { check: check.to_owned(), status, detail, advice: advice.to_owned() }
}

fn privileges(login: &LoginFacts) -> Check {
    let LoginFacts { account, grants, .. } = login;
    let detail = format!("{account}: {}", grants.join("; "));
    let privileges = |grant: &String| grant.split(" ON ").next().unwrap_or_default().to_owned();
    // PROCESS tells whether writes are under way, which spares the snapshot comparisons.
    let needed = ["SELECT", "USAGE", "SHOW VIEW", "PROCESS"];
    let more = grants
        .iter()
        .map(privileges)
        .any(|list| list.split(',').map(str::trim).any(|privilege| !needed.contains(&privilege)));
    if more {
        let advice = "reading needs SELECT, and PROCESS helps; use an account that may do no more";
        return not_ok(Status::Warn, "privileges", detail, advice);
    }
    ok("privileges", detail)
}

fn encryption(login: &LoginFacts) -> Check {
    match (login.encrypted, login.local) {
        (true, _) => ok("encryption", "the connection is encrypted".to_owned()),
        (false, true) => ok("encryption", "not needed on this machine".to_owned()),
        (false, false) => not_ok(
            Status::Warn,
            "encryption",
            "the connection to another machine is not encrypted".to_owned(),
            "add ?tls=verify-identity (and tls-ca=FILE) to the store address",
        ),
    }
}

fn time_zone(clock: Option<&ClockFacts>, calendar: &Calendar) -> Check {
    let ours = calendar.zone_name();
    let detail = match clock {
        Some(clock) => format!("days are cut in {ours}; the server's own zone is {}", clock.zone),
        None => format!("days are cut in {ours}"),
    };
    ok("time zone", detail)
}

fn clock_skew(clock: &ClockFacts, calendar: &Calendar) -> Check {
    let skew = clock.now - calendar.now();
    let detail = format!("the server's clock is {skew:+} s from ours");
    if skew.abs() > CLOCK_SKEW_S_MAX {
        let advice = "synchronise both clocks (NTP), or leave out --now";
        return not_ok(Status::Warn, "clock", detail, advice);
    }
    ok("clock", detail)
}

fn table(which: Table, found: &[TableFacts]) -> Check {
    let check = format!("table {which}");
    let Some(facts) = found.iter().find(|facts| facts.table == which) else {
        let advice = "choose the V2RaySocks database, or grant SELECT on this table";
        return not_ok(Status::Fail, &check, "missing or not readable".to_owned(), advice);
    };
    if !facts.missing_columns.is_empty() {
        let detail = format!("lacks {}", facts.missing_columns.join(", "));
        return not_ok(Status::Fail, &check, detail, "is this a V2RaySocks database?");
    }
    if let Some((column, kind)) = &facts.no_seconds {
        let detail = format!("{column} is of the kind {kind}, but must hold unix seconds");
        let advice = "make the table a view in which that column is UNIX_TIMESTAMP of this one";
        return not_ok(Status::Fail, &check, detail, advice);
    }
    ok(&check, format!("{} rows", facts.rows))
}

fn usage_span(usage: &UsageFacts, calendar: &Calendar) -> Check {
    let Some((first, last)) = usage.span else {
        let advice = "wait for traffic, or try `generate` on an empty store";
        return not_ok(Status::Warn, "usage", "no rows yet".to_owned(), advice);
    };
    let detail = format!(
        "{} to {}; {} rows of merged days, {} rows of deleted users",
        calendar.format(first),
        calendar.format(last),
        usage.day_rows,
        usage.orphan_rows,
    );
    if last > calendar.tomorrow_start() {
        let advice = "rows lie in the future: check the clock of the machine that writes them";
        return not_ok(Status::Warn, "usage", detail, advice);
    }
    ok("usage", detail)
}

/// Whether every value of every column that is read is what it must be.
fn values(facts: &TableFacts) -> Check {
    let check = format!("values of {}", facts.table);
    if facts.bad_values.is_empty() {
        return ok(&check, "every column that is read holds what it must".to_owned());
    }
    let of_column = |bad: &BadValues| {
        let Fault { column, value, expected } = &bad.fault;
        let (rows, first) = (bad.rows, &bad.first);
        format!("{column} of {rows} rows must be {expected}, and of id {first} is {value}")
    };
    let detail = facts.bad_values.iter().map(of_column).collect::<Vec<_>>().join("; ");
    let advice = match facts.table {
        Table::UserUsage => "correct the values, or delete those rows; questions about them fail",
        // A row is a customer or a server: nobody should lose one to a value.
        Table::User | Table::Node => "correct the values; questions that need them fail",
    };
    not_ok(Status::Fail, &check, detail, advice)
}

fn usage_index(usage: &UsageFacts, tables: &[TableFacts]) -> Option<Check> {
    let facts = tables.iter().find(|facts| facts.table == Table::UserUsage)?;
    let rows = facts.rows;
    if facts.is_view {
        return Some(ok("index", "user_usage is a view, and uses those of its tables".to_owned()));
    }
    Some(match (usage.indexed_by_time, rows >= INDEX_ROWS_MIN) {
        (true, _) => ok("index", "user_usage has an index that begins with t".to_owned()),
        (false, false) => ok("index", "not needed at this size".to_owned()),
        (false, true) => not_ok(
            Status::Warn,
            "index",
            format!("none of user_usage begins with t, so every question reads all {rows} rows"),
            "have the owner of the database run `traffic-engine schema apply`; `schema plan` shows it",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    fn facts() -> Facts {
        Facts { version: "x".to_owned(), login: None, clock: None, tables: vec![], usage: None }
    }

    fn status_of(facts: &Facts, check: &str) -> Option<Status> {
        let calendar = Calendar::new(TimeZone::UTC, 1_755_673_445);
        let checks = checks(facts, &calendar);
        checks.into_iter().find(|it| it.check == check).map(|it| it.status)
    }

    #[test]
    fn a_missing_table_fails() {
        assert_eq!(status_of(&facts(), "table user_usage"), Some(Status::Fail));
    }

    #[test]
    fn a_clock_that_is_off_warns() {
        let clock = |now| Some(ClockFacts { zone: "UTC".to_owned(), now });
        let off = Facts { clock: clock(1_755_673_455), ..facts() };
        let fine = Facts { clock: clock(1_755_673_446), ..facts() };
        assert_eq!(status_of(&off, "clock"), Some(Status::Warn));
        assert_eq!(status_of(&fine, "clock"), Some(Status::Ok));
    }

    #[test]
    fn privileges_beyond_reading_warn() {
        let login = |grants: &[&str]| {
            let grants = grants.iter().map(|&grant| grant.to_owned()).collect();
            let account = "ada@%".to_owned();
            Some(LoginFacts { account, grants, encrypted: false, local: false })
        };
        let reader = Facts { login: login(&["USAGE ON *.*", "SELECT ON `v2r`.*"]), ..facts() };
        let writer = Facts { login: login(&["SELECT, INSERT ON `v2r`.*"]), ..facts() };
        assert_eq!(status_of(&reader, "privileges"), Some(Status::Ok));
        assert_eq!(status_of(&writer, "privileges"), Some(Status::Warn));
        assert_eq!(status_of(&reader, "encryption"), Some(Status::Warn));
    }
}
