//! Answers as rows of structs.

use crate::failure::Failure;
use crate::guard::guard;
use crate::handle::{self, te_engine, te_rows};
use crate::options::{request, te_aggregate_options, te_rank_options};
use crate::out::{Array, Out, Place};
use crate::sized::Plain;
use crate::source::te_source;
use crate::status::te_status;
use std::sync::atomic::{AtomicUsize, Ordering};
use traffic_engine::{
    Aggregate, Aggregation, Answer, HourOfDayTotal, HourTotal, NodeRank, NodeTotal, RankNodes,
    RankUsers, UserRank, UserTotal,
};

/// The rows of an answer, and how many of them were taken.
pub(crate) struct Rows {
    list: List,
    taken: AtomicUsize,
}

/// Rows of one kind. Their texts are not copied: the structs of C point to them.
pub(crate) enum List {
    Users(Vec<UserRank>),
    Nodes(Vec<NodeRank>),
    UserTotals(Vec<UserTotal>),
    NodeTotals(Vec<NodeTotal>),
    Hours(Vec<HourTotal>),
    HoursOfDay(Vec<HourOfDayTotal>),
}

impl List {
    fn len(&self) -> usize {
        match self {
            Self::Users(rows) => rows.len(),
            Self::Nodes(rows) => rows.len(),
            Self::UserTotals(rows) => rows.len(),
            Self::NodeTotals(rows) => rows.len(),
            Self::Hours(rows) => rows.len(),
            Self::HoursOfDay(rows) => rows.len(),
        }
    }

    /// That the rows are of another kind than was asked for.
    fn of_another_kind(&self) -> Failure {
        let (are, call) = match self {
            Self::Users(_) => ("ranked users", "te_rows_next_users"),
            Self::Nodes(_) => ("ranked nodes", "te_rows_next_nodes"),
            Self::UserTotals(_) => ("totals of users", "te_rows_next_user_totals"),
            Self::NodeTotals(_) => ("totals of nodes", "te_rows_next_node_totals"),
            Self::Hours(_) => ("totals of hours", "te_rows_next_hour_totals"),
            Self::HoursOfDay(_) => {
                ("totals of hours of the day", "te_rows_next_hour_of_day_totals")
            }
        };
        Failure::WrongRows { are, call }
    }
}

impl From<Aggregation> for List {
    fn from(aggregation: Aggregation) -> Self {
        match aggregation {
            Aggregation::Users(rows) => Self::UserTotals(rows),
            Aggregation::Nodes(rows) => Self::NodeTotals(rows),
            Aggregation::Hours(rows) => Self::Hours(rows),
            Aggregation::HoursOfDay(rows) => Self::HoursOfDay(rows),
        }
    }
}

/// Where rows go and where they came from.
struct Places {
    rows: Out<te_rows>,
    source: Option<Place<te_source>>,
}

impl Places {
    /// # Safety
    /// As [`Out::of`] and [`Place::optional`].
    unsafe fn of(rows_out: *mut te_rows, source_out: *mut te_source) -> Result<Self, Failure> {
        // SAFETY: as the caller says.
        unsafe {
            let rows = Out::of(rows_out, "rows_out")?;
            Ok(Self { rows, source: Place::optional(source_out)? })
        }
    }

    fn put<T>(self, answer: Answer<T>, list: impl FnOnce(T) -> List) {
        let rows = Rows { list: list(answer.value), taken: AtomicUsize::new(0) };
        self.rows.put(handle::give(rows));
        if let Some(source) = self.source {
            source.put(&Some(answer.source).into());
        }
    }
}

/// Ranks users; te_rows_next_users takes the rows, te_rows_free gives them back. `options` and
/// `source_out` may be null.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_rank_users(
    engine: te_engine,
    options: *const te_rank_options,
    rows_out: *mut te_rows,
    source_out: *mut te_source,
) -> te_status {
    guard(|| {
        let engine = handle::find(engine)?;
        // SAFETY: the header asks for it.
        let (wanted, places) =
            unsafe { (request::<_, RankUsers>(options)?, Places::of(rows_out, source_out)?) };
        places.put(engine.ask(|engine| engine.rank_users(&wanted))?, List::Users);
        Ok(())
    })
}

/// Ranks nodes; te_rows_next_nodes takes the rows, te_rows_free gives them back. `options` and
/// `source_out` may be null.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_rank_nodes(
    engine: te_engine,
    options: *const te_rank_options,
    rows_out: *mut te_rows,
    source_out: *mut te_source,
) -> te_status {
    guard(|| {
        let engine = handle::find(engine)?;
        // SAFETY: the header asks for it.
        let (wanted, places) =
            unsafe { (request::<_, RankNodes>(options)?, Places::of(rows_out, source_out)?) };
        places.put(engine.ask(|engine| engine.rank_nodes(&wanted))?, List::Nodes);
        Ok(())
    })
}

/// Sums usage by group. te_rows_next_user_totals, te_rows_next_node_totals,
/// te_rows_next_hour_totals or te_rows_next_hour_of_day_totals takes the rows, as it was grouped by
/// user, node, time or hourly; te_rows_free gives them back. `options` and `source_out` may be null.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_aggregate(
    engine: te_engine,
    options: *const te_aggregate_options,
    rows_out: *mut te_rows,
    source_out: *mut te_source,
) -> te_status {
    guard(|| {
        let engine = handle::find(engine)?;
        // SAFETY: the header asks for it.
        let (wanted, places) =
            unsafe { (request::<_, Aggregate>(options)?, Places::of(rows_out, source_out)?) };
        places.put(engine.ask(|engine| engine.aggregate(&wanted))?, List::from);
        Ok(())
    })
}

/// How many rows there are, taken or not.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_rows_count(rows: te_rows, count_out: *mut usize) -> te_status {
    guard(|| {
        let rows = handle::find(rows)?;
        // SAFETY: the header asks for it.
        unsafe { Out::of(count_out, "count_out") }?.put(rows.list.len());
        Ok(())
    })
}

/// Frees rows, whether or not all were taken; texts of them are gone.
#[unsafe(no_mangle)]
pub extern "C" fn te_rows_free(rows: te_rows) -> te_status {
    guard(|| handle::close(rows))
}

/// A row as a struct of C.
pub(crate) trait Row: Plain {
    /// The row of the engine.
    type Of;

    /// The rows of this kind, where the list has them.
    fn pick(list: &List) -> Option<&[Self::Of]>;

    /// The row as a struct, whose texts are those of `row`.
    fn of(row: &Self::Of) -> Self;
}

/// Gives as many rows as fit and are left. Threads may take rows of one list at the same time;
/// each row is given once.
///
/// # Safety
/// The array is as large as is said, and `count_out` may be written.
pub(crate) unsafe fn take<R: Row>(
    rows: te_rows,
    (to, row_size, capacity): (*mut R, usize, usize),
    count_out: *mut usize,
) -> Result<(), Failure> {
    let rows = handle::find(rows)?;
    // SAFETY: as the caller says.
    let (array, count_out) =
        unsafe { (Array::of(to, row_size, capacity)?, Out::of(count_out, "count_out")?) };
    let list = R::pick(&rows.list).ok_or_else(|| rows.list.of_another_kind())?;
    let end = |start: usize| list.len().min(start.saturating_add(array.capacity));
    let start = rows.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |at| Some(end(at)));
    let start = start.expect("there is always an end");
    let taken = &list[start..end(start)];
    for (at, row) in taken.iter().enumerate() {
        array.put(at, &R::of(row));
    }
    count_out.put(taken.len());
    Ok(())
}
