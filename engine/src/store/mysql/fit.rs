//! Which usage rows a server may sum.

use super::MysqlStore;
use super::connect::Link;
use crate::store::StoreError;
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

/// Asked anew for each sum: what a changed column lets in must not go unnoticed.
const COLUMNS_SQL: &str = "SELECT LOWER(column_name), LOWER(data_type), \
     LOWER(column_type) LIKE '%unsigned%', is_nullable = 'YES', character_maximum_length \
     FROM information_schema.columns \
     WHERE table_schema = DATABASE() \
     AND IF(@@lower_case_table_names = 0, BINARY table_name, LOWER(table_name)) = 'user_usage'";

const NUMBERS: [&str; 5] = ["id", "user_id", "t", "u", "d"];

const INTEGERS: [&str; 5] = ["tinyint", "smallint", "mediumint", "int", "bigint"];

/// Longer texts may be told apart by their first `max_sort_length` bytes alone, 1 024 by default.
const NODE_CHARS_MAX: u64 = 250;

/// A column of `user_usage`.
struct Column {
    name: String,
    kind: String,
    is_unsigned: bool,
    is_nullable: bool,
    chars_max: Option<u64>,
}

/// The condition that holds for rows without a bad value; nothing where a column is of a type that
/// SQL would take for something else than we do.
pub(super) fn condition(store: &MysqlStore, link: &mut Link) -> Result<Option<String>, StoreError> {
    Ok(fit(&columns(store, link)?))
}

/// True when SQL writes out the numbers of every column as we do.
pub(super) fn is_plain(store: &MysqlStore, link: &mut Link) -> Result<bool, StoreError> {
    Ok(plain(&columns(store, link)?))
}

fn columns(store: &MysqlStore, link: &mut Link) -> Result<Vec<Column>, StoreError> {
    let read = async |conn: &mut Conn| {
        let column = |(name, kind, is_unsigned, is_nullable, chars_max)| Column {
            name,
            kind,
            is_unsigned,
            is_nullable,
            chars_max,
        };
        conn.query_map(COLUMNS_SQL, column).await
    };
    link.run(read).map_err(store.failed("reading the catalogue"))
}

fn plain(columns: &[Column]) -> bool {
    let is = |name: &str, kinds: &[&str]| {
        columns.iter().any(|it| it.name == name && kinds.contains(&it.kind.as_str()))
    };
    let rates = [&INTEGERS[..], &["float", "double"]].concat();
    NUMBERS.iter().all(|name| is(name, &INTEGERS)) && is("count_rate", &rates)
}

/// The fewer tests the quicker, so that what a column's definition rules out is not tested.
fn fit(columns: &[Column]) -> Option<String> {
    let column = |name| columns.iter().find(|column| column.name == name);
    let mut terms = vec!["u >= 0 AND d >= 0".to_owned()];
    for name in NUMBERS {
        let column = column(name).filter(|column| INTEGERS.contains(&column.kind.as_str()))?;
        let counts_bytes = matches!(name, "u" | "d");
        if !counts_bytes && (column.is_unsigned || column.is_nullable) {
            terms.push(format!("{name} <= {}", i64::MAX));
        }
    }
    let is_short = |column: &&Column| column.chars_max.is_some_and(|most| most <= NODE_CHARS_MAX);
    let is_text = |column: &&Column| matches!(column.kind.as_str(), "char" | "varchar");
    if column("node").filter(is_text).filter(is_short)?.is_nullable {
        terms.push("node IS NOT NULL".to_owned());
    }
    Some(terms.join(" AND "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        let column = |(name, kind): (&str, &str)| Column {
            name: name.to_owned(),
            kind: kind.to_owned(),
            is_unsigned: false,
            is_nullable: false,
            chars_max: (kind == "varchar").then_some(50),
        };
        let numbers = [("id", "int"), ("user_id", "int"), ("t", "int"), ("u", "bigint")];
        let rest = [("d", "bigint"), ("node", "varchar"), ("count_rate", "float")];
        numbers.into_iter().chain(rest).map(column).collect()
    }

    #[test]
    fn definitions_spare_tests() {
        let mut columns = columns();
        assert_eq!(fit(&columns).as_deref(), Some("u >= 0 AND d >= 0"));
        columns[0].is_unsigned = true;
        for column in &mut columns[1..] {
            column.is_nullable = true;
        }
        let expected = "u >= 0 AND d >= 0 AND id <= 9223372036854775807 \
                        AND user_id <= 9223372036854775807 AND t <= 9223372036854775807 \
                        AND node IS NOT NULL";
        assert_eq!(fit(&columns).as_deref(), Some(expected));
    }

    #[test]
    fn columns_of_other_types_are_not_summed() {
        for at in 0..6 {
            for kind in ["decimal", "double", "varbinary", "text"] {
                let mut columns = columns();
                columns[at].kind = kind.to_owned();
                assert_eq!(fit(&columns), None, "{} {kind}", columns[at].name);
            }
        }
        let mut columns = columns();
        columns[5].chars_max = Some(1_000);
        assert_eq!(fit(&columns), None);
        assert_eq!(fit(&columns[1..]), None);
    }
}
