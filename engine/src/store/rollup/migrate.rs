//! Makes the tables, and brings older ones into their present form.

use super::reading::found;
use super::tables::{Form, Found, NODE_TABLE};
use super::writing::Writing;
use crate::store::StoreError;
use crate::store::scan::Dialect;

const CREATING: &str = "making the tables of pre-aggregates";
const ALTERING: &str = "bringing daily_node_traffic into its present form";

mod mysql {
    pub(super) const TABLES: [&str; 2] = [
        include_str!("../../../../sql/rollup/mysql/0001_create_tables.sql"),
        include_str!("../../../../sql/rollup/mysql/0002_create_own_tables.sql"),
    ];
    pub(super) const ADD: &str =
        include_str!("../../../../sql/rollup/mysql/0003_add_node_text.sql");
    pub(super) const FILL_FROM_NUMBERS: &str =
        include_str!("../../../../sql/rollup/mysql/0005_fill_from_numbers.sql");
    pub(super) const FILL_FROM_TEXTS: &str =
        include_str!("../../../../sql/rollup/mysql/0006_fill_from_texts.sql");
    pub(super) const DROP_KEY: &str =
        include_str!("../../../../sql/rollup/mysql/0004_drop_old_key.sql");
    pub(super) const ADD_KEY: &str = include_str!("../../../../sql/rollup/mysql/0007_add_key.sql");
}

mod sqlite {
    pub(super) const TABLES: [&str; 2] = [
        include_str!("../../../../sql/rollup/sqlite/0001_create_tables.sql"),
        include_str!("../../../../sql/rollup/sqlite/0002_create_own_tables.sql"),
    ];
    /// An index keeps its name when its table is renamed, and two of a name cannot be.
    pub(super) const SET_ASIDE: &str = "DROP INDEX IF EXISTS daily_node_traffic_date; \
         DROP INDEX IF EXISTS daily_node_traffic_traffic; \
         ALTER TABLE daily_node_traffic RENAME TO daily_node_traffic_old";
    pub(super) const TAKE: &str =
        include_str!("../../../../sql/rollup/sqlite/0003_take_old_rows.sql");
}

/// Makes what is missing and alters what is old; tells which tables that were.
pub(super) fn prepare<W: Writing>(on: &mut W) -> Result<Vec<&'static str>, StoreError> {
    if changes(&found(on)?, on)?.is_empty() {
        return Ok(Vec::new());
    }
    on.begin_altering()?;
    // Somebody else may have done it while we waited.
    let found = found(on)?;
    let changed = changes(&found, on)?;
    match W::DIALECT {
        Dialect::Mysql => alter_on_server(on, &found, &changed)?,
        Dialect::Sqlite => alter_in_file(on, &changed)?,
    }
    on.end_altering()?;
    Ok(changed.into_iter().map(|(name, _)| name).collect())
}

type Changes = Vec<(&'static str, Form)>;

fn changes(found: &Found, on: &impl Writing) -> Result<Changes, StoreError> {
    let forms = found.forms(|| on.store_name())?;
    let not_ready = forms.into_iter().filter(|table| table.form != Form::Ready);
    Ok(not_ready.map(|table| (table.name, table.form)).collect())
}

fn is_old(changed: &Changes) -> bool {
    changed.contains(&(NODE_TABLE, Form::Old))
}

/// Every statement here is whole or not done, and what was done before shows in the catalogue.
fn alter_on_server(
    on: &mut impl Writing,
    found: &Found,
    changed: &Changes,
) -> Result<(), StoreError> {
    if changed.iter().any(|(_, form)| *form == Form::Missing) {
        mysql::TABLES.into_iter().try_for_each(|sql| on.script(sql, CREATING))?;
    }
    if !is_old(changed) {
        return Ok(());
    }
    if !found.has_node_text() {
        on.script(mysql::ADD, ALTERING)?;
    }
    if !found.node_key.is_empty() {
        on.script(mysql::DROP_KEY, ALTERING)?;
    }
    let by_text = found.ids_are_texts();
    let fill = if by_text { mysql::FILL_FROM_TEXTS } else { mysql::FILL_FROM_NUMBERS };
    on.script(fill, ALTERING)?;
    on.script(mysql::ADD_KEY, ALTERING)
}

/// In one transaction, so that nothing of it is ever half done.
fn alter_in_file(on: &mut impl Writing, changed: &Changes) -> Result<(), StoreError> {
    if is_old(changed) {
        on.script(sqlite::SET_ASIDE, ALTERING)?;
    }
    sqlite::TABLES.into_iter().try_for_each(|sql| on.script(sql, CREATING))?;
    if is_old(changed) { on.script(sqlite::TAKE, ALTERING) } else { Ok(()) }
}
