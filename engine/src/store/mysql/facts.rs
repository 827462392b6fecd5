//! What a server tells about itself.

use super::MysqlStore;
use super::connect::{Link, connect};
use super::view::{MysqlView, columns, views};
use crate::store::facts::{self, ClockFacts, LoginFacts, TableFacts};
use crate::store::{Facts, StoreError, Table};
use mysql_async::Conn;
use mysql_async::prelude::{FromRow, Queryable};

const INDEX_SQL: &str = "SELECT COUNT(*) FROM information_schema.statistics \
     WHERE table_schema = DATABASE() \
     AND IF(@@lower_case_table_names = 0, BINARY table_name, LOWER(table_name)) = 'user_usage' \
     AND LOWER(column_name) = 't' AND seq_in_index = 1";

const LOCAL_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

pub(super) fn read(store: &MysqlStore) -> Result<Facts, StoreError> {
    let mut asking = Asking { store, link: connect(store)? };
    let (version, comment): (String, String) = asking.row("SELECT VERSION(), @@version_comment")?;
    let found = columns(store, &mut asking.link)?;
    let mut tables = asking.tables(&found)?;
    let (login, clock) = (Some(asking.login()?), Some(asking.clock()?));
    let mut usage = None;
    if facts::are_complete(&tables) {
        let indexes: u64 = asking.row(INDEX_SQL)?;
        match MysqlView::open(store) {
            Ok(mut view) => {
                usage = Some(facts::read_rows(&mut view, &mut tables, indexes > 0)?);
            }
            Err(StoreError::NotSeconds { table, column, kind, .. }) => {
                for facts in tables.iter_mut().filter(|facts| facts.table == table) {
                    facts.no_seconds = Some((column, kind.clone()));
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Facts { version: format!("{version} ({comment})"), login, clock, tables, usage })
}

struct Asking<'a> {
    store: &'a MysqlStore,
    link: Link,
}

impl Asking<'_> {
    fn rows<T: FromRow + Send + 'static>(&mut self, sql: &str) -> Result<Vec<T>, StoreError> {
        let ask = async |conn: &mut Conn| conn.query(sql).await;
        self.link.run(ask).map_err(self.store.failed("asking the server"))
    }

    fn row<T: FromRow + Send + 'static>(&mut self, sql: &str) -> Result<T, StoreError> {
        self.rows(sql)?.pop().ok_or_else(|| StoreError::Failed {
            store: self.store.name(),
            doing: "asking the server",
            reason: format!("no answer to {sql}"),
        })
    }

    fn login(&mut self) -> Result<LoginFacts, StoreError> {
        let account: String = self.row("SELECT CURRENT_USER()")?;
        let grants: Vec<String> = self.rows("SHOW GRANTS")?;
        let cipher: (String, Option<String>) = self.row("SHOW STATUS LIKE 'Ssl_cipher'")?;
        let location = &self.store.location;
        Ok(LoginFacts {
            account,
            grants: grants.iter().map(|grant| without_account(grant)).collect(),
            encrypted: cipher.1.is_some_and(|cipher| !cipher.is_empty()),
            local: location.socket_now().is_some() || LOCAL_HOSTS.contains(&location.host.as_str()),
        })
    }

    fn clock(&mut self) -> Result<ClockFacts, StoreError> {
        let (zone, system, now): (String, String, i64) =
            self.row("SELECT @@global.time_zone, @@system_time_zone, UNIX_TIMESTAMP()")?;
        let zone = if zone == "SYSTEM" { system } else { zone };
        Ok(ClockFacts { zone, now })
    }

    fn tables(&mut self, found: &[(Table, String)]) -> Result<Vec<TableFacts>, StoreError> {
        let readable = |table: &Table| found.iter().any(|(of, _)| of == table);
        let views = views(self.store, &mut self.link)?;
        let mut facts = Vec::new();
        for table in Table::ALL.into_iter().filter(readable) {
            let rows = self.row(&format!("SELECT COUNT(*) FROM `{table}`"))?;
            let missing_columns = table.missing_from(found);
            let (is_view, bad_values) = (views.contains(&table), Vec::new());
            let no_seconds = None;
            facts.push(TableFacts {
                table,
                rows,
                is_view,
                missing_columns,
                no_seconds,
                bad_values,
            });
        }
        Ok(facts)
    }
}

/// `PRIVILEGES ON object` of a grant. What follows names the account and may hold its password
/// hash.
fn without_account(grant: &str) -> String {
    let grant = grant.strip_prefix("GRANT ").unwrap_or(grant);
    grant.split(" TO ").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::without_account;

    #[test]
    fn grants_show_no_account_and_no_password_hash() {
        let grant = "GRANT SELECT ON `v2r`.* TO `ada`@`%` IDENTIFIED BY PASSWORD '*0123'";
        assert_eq!(without_account(grant), "SELECT ON `v2r`.*");
    }
}
