//! What to do about the indexes of a database: pure advice, from what it says of itself.
//!
//! An index that is led by `t` and holds every column we sum helps every question about a period
//! (500 000 rows of MariaDB 10.11, a day by user: 126 → 35 ms). One led by `user_id` helps questions
//! about one user, service or UUID (188 → 7 ms), and only beside the first: by itself servers walk it
//! to group a day by user, which takes nine times as long as reading the day. So it comes second.

use super::{Catalogue, Index, Table};
use serde::Serialize;

/// Rows a server indexes in a second; half of what an idle MariaDB on two slow cores does.
const ROWS_BY_SECOND: u64 = 250_000;

/// An index that helps, from so many rows on.
struct Wanted {
    table: Table,
    name: &'static str,
    columns: &'static [&'static str],
    rows_min: u64,
    /// Bytes of an entry, with what a tree of pages adds.
    entry_bytes: u64,
    why: &'static str,
}

const WANTED: [Wanted; 4] = [
    Wanted {
        table: Table::UserUsage,
        name: "idx_user_usage_large_data",
        columns: &["t", "user_id", "node", "u", "d"],
        rows_min: 100_000,
        entry_bytes: 64,
        why: "questions about a period read its rows, from the index alone",
    },
    Wanted {
        table: Table::UserUsage,
        name: "idx_user_usage_user_time",
        columns: &["user_id", "t"],
        rows_min: 100_000,
        entry_bytes: 24,
        why: "questions about one user, service or UUID read its rows alone",
    },
    Wanted {
        table: Table::User,
        name: "idx_user_sid",
        columns: &["sid"],
        rows_min: 1_000,
        entry_bytes: 20,
        why: "questions about a service find its user",
    },
    Wanted {
        table: Table::User,
        name: "idx_user_uuid",
        columns: &["uuid"],
        rows_min: 1_000,
        entry_bytes: 64,
        why: "questions about a UUID find its user",
    },
];

/// Indexes that the original module makes and that do not help.
const REDUNDANT: [(&str, &str); 6] = [
    (
        "idx_user_usage_node_time",
        "questions about a node in a period read idx_user_usage_large_data as well",
    ),
    ("idx_user_usage_time_traffic", "idx_user_usage_large_data serves the same questions"),
    ("idx_user_enable", "it has two values, so no question reads it"),
    ("idx_node_name", "the table is too small to need it"),
    ("idx_node_id_name", "the primary key serves the same questions"),
    ("idx_user_enable_transfer", "every question reads all users, or one by id"),
];

/// An index to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// It.
    #[serde(flatten)]
    pub index: Index,
    /// What for.
    pub why: &'static str,
    /// Rows of its table.
    pub rows: u64,
    /// Bytes it will take, roughly.
    pub estimated_bytes: u64,
    /// Seconds it will take to make, roughly.
    pub estimated_seconds: u64,
    /// The statement.
    pub sql: String,
}

/// An index that may go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Droppable {
    /// It.
    #[serde(flatten)]
    pub index: Index,
    /// Why it is not needed.
    pub why: &'static str,
    /// The statement.
    pub sql: String,
}

/// What to make and what may go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SchemaPlan {
    /// Those that are missing and help, most useful first.
    pub create: Vec<Step>,
    /// Those of the original module that do not help; nothing drops them unasked.
    pub droppable: Vec<Droppable>,
}

/// What an index is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It helps.
    Helps,
    /// The original module made it, and it does not help.
    Droppable,
    /// It is the business of others.
    OfOthers,
}

/// An index there is, and what it is to us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// It.
    #[serde(flatten)]
    pub index: Index,
    /// What it is to us.
    pub verdict: Verdict,
}

/// How a database writes what is done to an index.
pub trait IndexSql {
    /// The statement that makes it.
    fn create(&self, index: &Index) -> String;

    /// The statement that drops it.
    fn drop(&self, index: &Index) -> String;
}

/// Tables that may need an index, each once; the rows of others make no difference.
pub(crate) fn lacking(indexes: &[Index]) -> Vec<Table> {
    let lacks = |wanted: &&Wanted| !indexes.iter().any(|there| there.serves_as(&wanted.index()));
    let mut tables: Vec<Table> = WANTED.iter().filter(lacks).map(|wanted| wanted.table).collect();
    tables.dedup();
    tables
}

/// What to do about the indexes of `catalogue`.
pub(crate) fn plan(catalogue: &Catalogue, sql: &dyn IndexSql) -> SchemaPlan {
    let create = WANTED.iter().filter_map(|wanted| step(wanted, catalogue, sql)).collect();
    let droppable = catalogue.indexes.iter().filter_map(|index| {
        let why = redundant(index)?;
        Some(Droppable { index: index.clone(), why, sql: sql.drop(index) })
    });
    SchemaPlan { create, droppable: droppable.collect() }
}

/// What each of these indexes is to us.
pub(crate) fn judged(indexes: &[Index]) -> Vec<Judged> {
    let helps = |index: &Index| WANTED.iter().any(|wanted| index.serves_as(&wanted.index()));
    let judge = |index: &Index| {
        let verdict = match index {
            index if redundant(index).is_some() => Verdict::Droppable,
            index if helps(index) => Verdict::Helps,
            _ => Verdict::OfOthers,
        };
        Judged { index: index.clone(), verdict }
    };
    indexes.iter().map(judge).collect()
}

impl Wanted {
    fn index(&self) -> Index {
        let columns = self.columns.iter().map(|&column| column.to_owned()).collect();
        Index { table: self.table, name: self.name.to_owned(), columns }
    }
}

fn step(wanted: &Wanted, catalogue: &Catalogue, sql: &dyn IndexSql) -> Option<Step> {
    let rows = catalogue.rows_of(wanted.table).filter(|&rows| rows >= wanted.rows_min)?;
    let mut index = wanted.index();
    if catalogue.indexes.iter().any(|there| there.serves_as(&index)) {
        return None;
    }
    // Somebody may have given the name to other columns; theirs stays.
    while catalogue.indexes.iter().any(|there| there.name.eq_ignore_ascii_case(&index.name)) {
        index.name.push_str("_te");
    }
    Some(Step {
        why: wanted.why,
        rows,
        estimated_bytes: rows * wanted.entry_bytes,
        estimated_seconds: rows.div_ceil(ROWS_BY_SECOND),
        sql: sql.create(&index),
        index,
    })
}

/// Why the original module's index is not needed; others' are none of our business.
fn redundant(index: &Index) -> Option<&'static str> {
    REDUNDANT.iter().find(|(name, _)| index.name.eq_ignore_ascii_case(name)).map(|(_, why)| *why)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Words;

    impl IndexSql for Words {
        fn create(&self, index: &Index) -> String {
            format!("create {}", index.name)
        }

        fn drop(&self, index: &Index) -> String {
            format!("drop {}", index.name)
        }
    }

    fn index(table: Table, name: &str, columns: &[&str]) -> Index {
        let columns = columns.iter().map(|&column| column.to_owned()).collect();
        Index { table, name: name.to_owned(), columns }
    }

    fn catalogue(usage: u64, users: u64, indexes: Vec<Index>) -> Catalogue {
        Catalogue { indexes, rows: vec![(Table::UserUsage, usage), (Table::User, users)] }
    }

    fn names(plan: &SchemaPlan) -> Vec<&str> {
        plan.create.iter().map(|step| step.index.name.as_str()).collect()
    }

    #[test]
    fn small_tables_need_nothing() {
        assert!(plan(&catalogue(99_999, 999, Vec::new()), &Words).create.is_empty());
        let large = plan(&catalogue(500_000, 5_000, Vec::new()), &Words);
        let wanted = WANTED.map(|it| it.name);
        assert_eq!(names(&large), wanted);
        assert_eq!(wanted[..2], ["idx_user_usage_large_data", "idx_user_usage_user_time"]);
        let step = &large.create[0];
        assert_eq!((step.estimated_bytes, step.estimated_seconds), (32_000_000, 2));
        assert_eq!(step.sql, "create idx_user_usage_large_data");
    }

    #[test]
    fn only_tables_that_may_need_an_index_are_counted() {
        assert_eq!(lacking(&[]), [Table::UserUsage, Table::User]);
        let sid = index(Table::User, "sid", &["sid"]);
        assert_eq!(lacking(std::slice::from_ref(&sid)), [Table::UserUsage, Table::User]);
        assert_eq!(lacking(&[sid, index(Table::User, "uuid", &["uuid"])]), [Table::UserUsage]);
    }

    #[test]
    fn what_serves_already_is_not_made_again_whatever_its_name() {
        let there = index(Table::UserUsage, "mine", &["t", "user_id", "node", "u", "d", "id"]);
        let shorter = index(Table::User, "theirs", &["sid", "uuid"]);
        let of_users = index(Table::UserUsage, "by_user", &["user_id", "t", "node"]);
        let plan = plan(&catalogue(500_000, 5_000, vec![there, shorter, of_users]), &Words);
        assert_eq!(names(&plan), ["idx_user_uuid"]);
    }

    #[test]
    fn a_name_that_is_taken_by_other_columns_stays_theirs() {
        let taken = index(Table::User, "IDX_user_sid", &["uuid"]);
        let plan = plan(&catalogue(0, 5_000, vec![taken]), &Words);
        assert_eq!(names(&plan), ["idx_user_sid_te"]);
    }

    #[test]
    fn only_the_original_modules_indexes_may_go() {
        let indexes = vec![
            index(Table::UserUsage, "idx_user_usage_node_time", &["node", "t"]),
            index(Table::UserUsage, "their_own", &["node", "t"]),
            index(
                Table::UserUsage,
                "idx_user_usage_large_data",
                &["t", "user_id", "node", "u", "d"],
            ),
        ];
        let catalogue = catalogue(500_000, 10, indexes);
        let plan = plan(&catalogue, &Words);
        let droppable: Vec<_> = plan.droppable.iter().map(|it| it.sql.as_str()).collect();
        assert_eq!(droppable, ["drop idx_user_usage_node_time"]);
        let verdicts: Vec<_> = judged(&catalogue.indexes).iter().map(|it| it.verdict).collect();
        assert_eq!(verdicts, [Verdict::Droppable, Verdict::OfOthers, Verdict::Helps]);
    }
}
