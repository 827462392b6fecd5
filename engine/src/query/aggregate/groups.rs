//! Which group a row belongs to.

use crate::calendar::Calendar;
use crate::column::{Cells, Detail};
use crate::query::renumbering::Renumbering;
use crate::query::slots::DAY_SLOT;
use crate::query::time_slots::{Buckets, TimeSlots};
use crate::store::{Node, Positions, TimeGrain, Users};
use crate::units::UnixSeconds;

/// What a row can be grouped by.
pub(super) struct Keys {
    pub(super) t: UnixSeconds,
    pub(super) user_id: i64,
    /// Slot of the node.
    pub(super) node: u32,
}

/// A way to group rows.
pub(super) trait Groups: Send {
    /// How finely it must tell times apart.
    const TIME: TimeGrain;
    /// Whether groups are users, whatever their nodes.
    const OF_USERS: bool = false;
    /// Whether distinct users of a group matter.
    const COUNTS_USERS: bool;
    /// Whether distinct nodes of a group matter.
    const COUNTS_NODES: bool;
    /// What matters of rows that were merged away.
    const DETAIL: Detail;

    /// Number of groups known beforehand.
    fn known(&self) -> usize {
        0
    }

    /// The group of a row, `None` for rows that belong to none.
    fn group(&mut self, keys: &Keys) -> Option<usize>;

    /// The end of cells from `start` on that surely belong to the group of the first, which was
    /// just asked for.
    #[inline]
    fn end_of_stretch(&self, _cells: &Cells<'_>, start: usize) -> usize {
        start + 1
    }

    /// The same groups for other rows.
    fn split(&self) -> Self;

    /// The groups of `other`, whose node slots `nodes` renumbers, in this numbering.
    fn merge(&mut self, other: &Self, nodes: &Renumbering) -> Renumbering;

    /// Bytes held.
    fn memory(&self) -> usize {
        0
    }
}

/// Listed users, by their position; rows of deleted users belong to none.
pub(super) struct ByUser<'a> {
    pub(super) users: &'a Users,
    pub(super) positions: &'a Positions,
}

impl Groups for ByUser<'_> {
    const TIME: TimeGrain = TimeGrain::Any;
    const OF_USERS: bool = true;
    const COUNTS_USERS: bool = false;
    const COUNTS_NODES: bool = true;
    const DETAIL: Detail = Detail::NodesUsed;

    fn known(&self) -> usize {
        self.users.len()
    }

    #[inline]
    fn group(&mut self, keys: &Keys) -> Option<usize> {
        self.positions.get(keys.user_id)
    }

    fn split(&self) -> Self {
        Self { ..*self }
    }

    fn merge(&mut self, _other: &Self, _nodes: &Renumbering) -> Renumbering {
        Renumbering::Same
    }
}

/// Nodes, by their slot; merged days belong to none.
pub(super) struct ByNode<'a> {
    pub(super) nodes: &'a [Node],
}

impl Groups for ByNode<'_> {
    const TIME: TimeGrain = TimeGrain::Any;
    const COUNTS_USERS: bool = true;
    const COUNTS_NODES: bool = false;
    const DETAIL: Detail = Detail::Nodes;

    fn known(&self) -> usize {
        self.nodes.len()
    }

    #[inline]
    fn group(&mut self, keys: &Keys) -> Option<usize> {
        (keys.node != DAY_SLOT).then_some(keys.node as usize)
    }

    fn split(&self) -> Self {
        Self { nodes: self.nodes }
    }

    fn merge(&mut self, _other: &Self, nodes: &Renumbering) -> Renumbering {
        nodes.clone()
    }
}

/// Hours or hours of day, by their slot.
pub(super) struct ByTime {
    pub(super) slots: TimeSlots,
}

impl ByTime {
    pub(super) fn new(buckets: Buckets, calendar: &Calendar) -> Self {
        Self { slots: TimeSlots::new(buckets, calendar) }
    }
}

impl Groups for ByTime {
    const TIME: TimeGrain = TimeGrain::Hour;
    const COUNTS_USERS: bool = true;
    const COUNTS_NODES: bool = true;
    const DETAIL: Detail = Detail::Whole;

    #[inline]
    fn group(&mut self, keys: &Keys) -> Option<usize> {
        Some(self.slots.slot(keys.t))
    }

    #[inline]
    fn end_of_stretch(&self, cells: &Cells<'_>, start: usize) -> usize {
        let rest = &cells.first[start..];
        let known = self.slots.known_around(rest[0]);
        // The first is in, even where nothing is known about its neighbours.
        start + 1 + rest[1..].iter().take_while(|t| known.contains(t)).count()
    }

    fn split(&self) -> Self {
        Self { slots: self.slots.split() }
    }

    fn merge(&mut self, other: &Self, _nodes: &Renumbering) -> Renumbering {
        self.slots.merge(&other.slots)
    }

    fn memory(&self) -> usize {
        self.slots.memory()
    }
}
