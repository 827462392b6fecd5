//! Where usage rows live: one trait, two databases, the same answers.

mod cell;
mod compare;
mod day;
mod entity;
mod error;
mod facts;
mod fault;
mod fingerprint;
mod judge;
mod location;
mod mark;
pub mod mysql;
mod patience;
mod record;
mod rollup;
mod scan;
mod schema;
pub mod sqlite;
mod stream;
mod sums;
mod user_columns;
mod users;

pub use day::DayCut;
pub use error::StoreError;
pub use facts::{ClockFacts, Facts, LoginFacts, TableFacts, UsageFacts};
pub(crate) use fault::need_of_nodes;
pub use fault::{Expected, Fault, Faults};
pub use fingerprint::{Fingerprint, Fingerprinting};
pub use judge::BadValues;
pub use location::{Location, MysqlLocation, TlsMode};
pub use mark::{Mark, ServerRun, Writes};
pub use patience::Patience;
pub use record::{Datum, Record};
pub use rollup::{
    Access, Base, Changed, DayChange, DaySpan, Expiry, Form, Hour, Measures, NodeKey, Rollup,
    RollupTable, StoredDay, SummedDay,
};
pub use schema::{
    Altering, Catalogue, Droppable, Index, IndexSql, Judged, SchemaPlan, Step, Table, Verdict,
};
pub(crate) use schema::{judged, lacking, plan};
pub use user_columns::ListedUser;
pub(crate) use user_columns::UserColumns;
pub(crate) use users::UserList;
pub use users::{Positions, Users};

use crate::calendar::Calendar;
use crate::column::{Cells, Rows};
use crate::units::{NodeId, UnixSeconds, UserId, Window};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// A row of table `user`, as far as queries need it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct User {
    /// Primary key.
    pub id: UserId,
    /// Subscriber UUID.
    pub uuid: String,
    /// WHMCS service id.
    pub sid: i64,
    /// Bytes uploaded in the current quota period.
    pub upload: u64,
    /// Bytes downloaded in the current quota period.
    pub download: u64,
    /// Quota in bytes, of either sort of 64 bits: some panels write 2^64 - 1 for no limit.
    pub transfer_enable: i128,
    /// 1 enabled, 0 disabled.
    pub enable: i64,
    /// Unix seconds.
    pub created_at: UnixSeconds,
    /// Free text.
    pub remark: Option<String>,
    /// Speed limit of Shadowsocks.
    pub speedlimitss: Option<i64>,
    /// Speed limit of other protocols.
    pub speedlimitother: Option<i64>,
    /// Violation counter.
    pub illegal: i64,
    /// Which of these are made up, because their columns hold what they must not.
    pub faults: Faults,
}

/// A row of table `node`, as far as queries need it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Node {
    /// Primary key.
    pub id: NodeId,
    /// Name, not unique.
    pub name: String,
    /// Host name or address.
    pub address: String,
    /// 1 enabled, 0 disabled.
    pub enable: i64,
    /// Bytes used since the node's reset day.
    pub statistics: i64,
    /// Limit in GB of 10⁹ bytes; 0 is no limit.
    pub max_traffic: i64,
    /// Last heartbeat in unix seconds.
    pub last_online: UnixSeconds,
    /// Country as written.
    pub country: Option<String>,
    /// Protocol.
    pub kind: String,
    /// Free labels.
    pub tag: Option<String>,
    /// Speed limit; `None` also where the table lacks the column.
    pub speed_limit: Option<i64>,
    /// Speed limit once the quota is exceeded; `None` also where the table lacks the column.
    pub excessive_speed_limit: Option<i64>,
    /// Both speed-limit columns exist; rankings show neither limit otherwise.
    pub has_speed_limits: bool,
    /// Billing multiplier; 1 where it is NULL or the table lacks the column.
    pub traffic_rate: f64,
    /// Which of these are made up, because their columns hold what they must not.
    pub faults: Faults,
}

/// Position in rows ordered newest first, then by ascending id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Time of the last row seen.
    pub t: UnixSeconds,
    /// Id of the last row seen.
    pub id: i64,
}

/// Order in which a scan delivers rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ScanOrder {
    /// As the database finds them.
    #[default]
    Any,
    /// Newest first, equal times by ascending id.
    NewestFirst {
        /// Only rows that come after this position.
        after: Option<Cursor>,
        /// Stop after this many rows.
        limit: Option<u64>,
    },
}

/// Which usage rows to read. Everything a scan delivers fulfils all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UsageScan {
    /// Times inside.
    pub window: Window,
    /// Only rows with greater ids, or with one of `ids`.
    pub after_id: Option<i64>,
    /// Only rows whose id lies in one of these ranges, first and last id of each; all where there is
    /// none.
    pub ids: Vec<(i64, i64)>,
    /// Only rows of these users, ascending.
    pub users: Option<Vec<UserId>>,
    /// Only rows whose node text may be one of these, see [`NodeHint`].
    pub nodes: Option<NodeHint>,
    /// Also read `count_rate`.
    pub with_count_rate: bool,
    /// Order, position and limit.
    pub order: ScanOrder,
}

impl UsageScan {
    /// All rows of `window`.
    pub fn over(window: Window) -> Self {
        Self { window, ..Self::default() }
    }

    /// The rows of one user in `window`.
    pub fn of_user(user: UserId, window: Window) -> Self {
        Self { window, users: Some(vec![user]), ..Self::default() }
    }
}

/// What the rows behind a cell must agree in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grain {
    /// The user.
    pub users: bool,
    /// The node text.
    pub nodes: bool,
    /// Whether they moved any byte.
    pub moved: bool,
    /// The local hour or day.
    pub time: TimeGrain,
    /// On which side of each of these seconds they lie; a second itself is on the later side.
    pub cuts: Vec<UnixSeconds>,
}

/// What stretch of local time the rows behind a cell lie in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeGrain {
    /// Any.
    #[default]
    Any,
    /// One local day.
    Day,
    /// One local hour.
    Hour,
}

/// How the cells of [`View::sums`] came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Summed {
    /// The database summed the rows.
    ByDatabase,
    /// Each row was delivered as a cell.
    ByRow,
}

/// Receives the cells of a scan, batch by batch.
pub type CellSink<'a> = dyn FnMut(&Cells<'_>) + 'a;

/// A coarse node filter for the database: it may let other texts through (databases compare text by
/// collation), never fewer. Readers decide by exact text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeHint {
    /// Let rows with one of these texts through.
    pub texts: Vec<String>,
    /// Let rows through whose text is this number, with any leading zeros.
    pub id: Option<NodeId>,
}

/// Receives users by ascending id, some at once; may end it early.
pub type UserSink<'a> = dyn FnMut(&[User]) -> ControlFlow<()> + 'a;

/// Receives the rows of a scan, batch by batch; may end it early.
pub type RowSink<'a> = dyn FnMut(&Rows<'_>) -> ControlFlow<()> + 'a;

/// A database that holds the V2RaySocks tables.
pub trait Store: Send + Sync {
    /// How long it is waited for.
    fn patience(&self) -> Patience;

    /// True when no network lies between us.
    fn is_near(&self) -> bool;

    /// The same database, waited for with other patience.
    fn with(&self, patience: Patience) -> Arc<dyn Store>;

    /// Begins a consistent view: all its reads see the same moment.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be reached or lacks a table or column.
    fn view(&self) -> Result<Box<dyn View + '_>, StoreError>;

    /// What can be proved later about changes since now; `None` where nothing can.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be reached.
    fn mark(&self) -> Result<Option<Mark>, StoreError>;

    /// As [`Store::mark`], at less cost, without a word on whether writes are settled.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be reached.
    fn glance(&self) -> Result<Option<Mark>, StoreError> {
        self.mark()
    }

    /// What an operator should know about this database, without judging it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be reached.
    fn facts(&self) -> Result<Facts, StoreError>;

    /// All indexes of the three tables but primary keys, by table and name.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be reached, or somebody holds a lock for longer than
    /// `lock_wait_s`.
    fn indexes(&self, lock_wait_s: u32) -> Result<Vec<Index>, StoreError>;

    /// How many rows a table has, by counting all of them; `None` where it is missing, or a view,
    /// which has the indexes of its tables and none of its own.
    ///
    /// # Errors
    /// As [`Store::indexes`].
    fn row_count(&self, table: Table, lock_wait_s: u32) -> Result<Option<u64>, StoreError>;

    /// How statements about indexes are written here.
    fn index_sql(&self) -> &dyn IndexSql;

    /// Makes an index, telling of per cents done where the database does; one that somebody else
    /// makes at the same time is as good.
    ///
    /// # Errors
    /// [`StoreError`] when it refuses, or somebody holds a lock for too long; no part of an index is
    /// left.
    fn create_index(
        &self,
        index: &Index,
        how: Altering,
        progress: &dyn Fn(u64),
    ) -> Result<(), StoreError>;

    /// Drops an index; one that is gone is as good.
    ///
    /// # Errors
    /// As [`Store::create_index`].
    fn drop_index(&self, index: &Index, how: Altering) -> Result<(), StoreError>;

    /// A connection to the pre-aggregates that waits at most so many seconds for each lock.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be reached or lacks a table or column.
    fn rollup(&self, access: Access, lock_wait_s: u32) -> Result<Box<dyn Rollup + '_>, StoreError>;

    /// Begins filling the database with made-up rows, creating the tables where they are missing.
    ///
    /// # Errors
    /// [`StoreError`] when tables cannot be created or already hold rows.
    fn fill(&self) -> Result<Box<dyn Fill + '_>, StoreError>;
}

/// A consistent view of the three tables.
pub trait View {
    /// Streams all users by ascending id; memory stays at some of them.
    ///
    /// # Errors
    /// [`StoreError`] when reading fails or a value cannot be what its column says.
    fn users(&mut self, sink: &mut UserSink<'_>) -> Result<(), StoreError>;

    /// All nodes by ascending id.
    ///
    /// # Errors
    /// As [`View::users`].
    fn nodes(&mut self) -> Result<Arc<[Node]>, StoreError>;

    /// Streams the rows that `scan` describes; memory stays at one batch.
    ///
    /// # Errors
    /// As [`View::users`].
    fn scan(&mut self, scan: &UsageScan, sink: &mut RowSink<'_>) -> Result<(), StoreError>;

    /// Streams sums of the rows that `scan` describes, in any order, at least as fine as `grain`;
    /// days and hours are those of `calendar`. A view that cannot sum delivers each row as a cell.
    ///
    /// # Errors
    /// As [`View::users`].
    fn sums(
        &mut self,
        scan: &UsageScan,
        grain: &Grain,
        calendar: &Calendar,
        sink: &mut CellSink<'_>,
    ) -> Result<Summed, StoreError>;

    /// True when summing by `grain` takes the database less time than delivering the rows.
    fn sums_pay(&self, grain: &Grain) -> bool;

    /// As [`Store::mark`], except that it cannot tell whether writes are settled.
    ///
    /// # Errors
    /// As [`View::users`].
    fn mark(&mut self) -> Result<Option<Mark>, StoreError>;

    /// The greatest id of a usage row, which takes no scan.
    ///
    /// # Errors
    /// As [`View::users`].
    fn last_id(&mut self) -> Result<Option<i64>, StoreError>;

    /// How far the tables reach.
    ///
    /// # Errors
    /// As [`View::users`].
    fn extent(&mut self) -> Result<Extent, StoreError>;

    /// Fingerprints of the rows of each day from `since` on, days without rows left out.
    ///
    /// # Errors
    /// As [`View::users`].
    fn fingerprints(
        &mut self,
        days: &DayCut,
        since: Option<UnixSeconds>,
    ) -> Result<BTreeMap<i64, Fingerprint>, StoreError>;

    /// Rows of a table with all their columns, by ascending id: all of them, or the one with `id`.
    ///
    /// # Errors
    /// As [`View::users`].
    fn records(&mut self, table: Table, id: Option<i64>) -> Result<Vec<Record>, StoreError>;
}

/// How far the tables reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Greatest id of a usage row.
    pub last_id: Option<i64>,
    /// Listed users.
    pub users: u64,
    /// Listed nodes.
    pub nodes: u64,
}

/// One made-up usage row.
#[derive(Debug, Clone, PartialEq)]
pub struct UsageRow {
    /// Who.
    pub user_id: UserId,
    /// When, unix seconds.
    pub t: UnixSeconds,
    /// Bytes uploaded.
    pub upload: u64,
    /// Bytes downloaded.
    pub download: u64,
    /// Node text.
    pub node: String,
    /// Billing multiplier.
    pub count_rate: Option<f64>,
}

/// Writes made-up rows. Others see them after each call on a server, and after [`Fill::finish`]
/// alone in a file.
pub trait Fill {
    /// Adds users.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn users(&mut self, users: &[User]) -> Result<(), StoreError>;

    /// Adds nodes.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn nodes(&mut self, nodes: &[Node]) -> Result<(), StoreError>;

    /// Adds usage rows; ids ascend in the order given.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn usage(&mut self, rows: &[UsageRow]) -> Result<(), StoreError>;

    /// Makes everything durable.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn finish(self: Box<Self>) -> Result<(), StoreError>;
}
