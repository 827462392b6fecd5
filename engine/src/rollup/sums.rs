//! Sums of some days' rows, told apart as the pre-aggregates need it.

use super::keys::{DAY_SLOT, Slots};
use crate::calendar::{Calendar, LocalTime};
use crate::column::Cells;
use crate::query::slots::NodeIndex;
use crate::store::{DaySpan, Node, NodeKey};
use crate::units::{Traffic, UnixSeconds};
use std::collections::{BTreeMap, HashMap, HashSet};

type FastMap<K, V> = HashMap<K, V, foldhash::fast::RandomState>;
type FastSet<K> = HashSet<K, foldhash::fast::RandomState>;

/// Sums of a user or a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sums {
    pub(crate) traffic: Traffic,
    /// Distinct nodes of a user, users of a node.
    pub(crate) unique: u64,
    pub(crate) records: u64,
}

/// Sums of a user, and whether merged rows are among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct UserSums {
    pub(crate) sums: Sums,
    pub(crate) is_merged: bool,
}

/// Sums of a node, and how its text is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct NodeSums {
    pub(crate) sums: Sums,
    pub(crate) text: String,
}

/// Sums of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct HourSums {
    pub(crate) users: u64,
    pub(crate) nodes: u64,
    pub(crate) traffic: u128,
    /// Of the user with most.
    pub(crate) peak: u64,
}

/// All sums of a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct DaySums {
    pub(crate) users: BTreeMap<i64, UserSums>,
    pub(crate) nodes: BTreeMap<NodeKey, NodeSums>,
    pub(crate) hours: BTreeMap<UnixSeconds, HourSums>,
    /// Number of merged rows.
    pub(crate) day_records: u64,
    /// Bytes of those.
    pub(crate) day_traffic: u128,
    /// Of nodes, what was seen of rows that were merged since.
    pub(crate) kept: BTreeMap<NodeKey, Sums>,
}

/// Takes the cells of a run of days.
pub(crate) struct RunSums<'a> {
    spans: &'a [DaySpan],
    days: Vec<Collecting>,
    slots: Slots<'a>,
    local: LocalTime,
}

/// A day whose rows come in any order.
#[derive(Default)]
struct Collecting {
    user_slots: FastMap<i64, u32>,
    users: Vec<(i64, UserSums)>,
    /// By node slot.
    nodes: FastMap<u32, Sums>,
    /// User slot and node slot.
    pairs: FastSet<(u32, u32)>,
    /// First second of each hour, and what is known of it.
    hours: FastMap<UnixSeconds, HourCollecting>,
    day_records: u64,
    day_traffic: u128,
    /// By node slot, of rows that are there no longer.
    kept: FastMap<u32, Sums>,
    /// As `pairs`, of these rows.
    kept_pairs: FastSet<(u32, u32)>,
}

#[derive(Default)]
struct HourCollecting {
    traffic: u128,
    /// Bytes by user slot. What exceeds 64 bits stays at their end, and no column holds that.
    users: FastMap<u32, u64>,
    nodes: FastSet<u32>,
}

impl<'a> RunSums<'a> {
    /// For the days of `spans`, which ascend.
    pub(crate) fn new(
        spans: &'a [DaySpan],
        calendar: &Calendar,
        index: &'a NodeIndex,
        nodes: &'a [Node],
    ) -> Self {
        let days = spans.iter().map(|_| Collecting::default()).collect();
        Self { spans, days, slots: Slots::new(index, nodes), local: calendar.local() }
    }

    /// Takes cells that are at least as fine as user, node and local hour; those of other days are
    /// left out.
    pub(crate) fn add(&mut self, cells: &Cells<'_>) {
        self.each(cells, |day, cell, node, hour| day.add(cells, cell, node, hour));
    }

    /// Takes, after all others, cells of rows that were merged since: they tell of nodes and hours, and of users which
    /// nodes they used. What these used is in the sums they were merged into.
    pub(crate) fn add_kept(&mut self, cells: &Cells<'_>) {
        self.each(cells, |day, cell, node, hour| day.add_kept(cells, cell, node, hour));
    }

    fn each(&mut self, cells: &Cells<'_>, add: impl Fn(&mut Collecting, usize, u32, UnixSeconds)) {
        self.slots.learn(cells.texts);
        for cell in 0..cells.len() {
            let t = cells.first[cell];
            let after = self.spans.partition_point(|span| span.start <= t);
            let Some(at) = after.checked_sub(1).filter(|&at| t <= self.spans[at].end) else {
                continue;
            };
            let node = self.slots.slot(cells.node[cell]);
            add(&mut self.days[at], cell, node, self.local.hour_start(t));
        }
    }

    /// The sums, day by day.
    pub(crate) fn finish(self) -> Vec<DaySums> {
        let slots = self.slots;
        self.days.into_iter().map(|day| day.finish(&slots)).collect()
    }

    /// Bytes held, roughly.
    pub(crate) fn memory(&self) -> usize {
        self.slots.memory() + self.days.iter().map(Collecting::memory).sum::<usize>()
    }
}

impl Collecting {
    fn add(&mut self, cells: &Cells<'_>, cell: usize, node: u32, hour: UnixSeconds) {
        let (traffic, records) = (cells.traffic(cell), cells.records(cell));
        let user = self.user_slot(cells.user_id[cell]);
        let sums = &mut self.users[user as usize].1;
        sums.sums.add(traffic, records);
        if node == DAY_SLOT {
            sums.is_merged = true;
            self.day_records += records;
            self.day_traffic += traffic.total();
            return;
        }
        if self.pairs.insert((user, node)) {
            sums.sums.unique += 1;
        }
        self.nodes.entry(node).or_default().add(traffic, records);
        self.hours.entry(hour).or_default().add(user, node, traffic.total());
    }

    fn add_kept(&mut self, cells: &Cells<'_>, cell: usize, node: u32, hour: UnixSeconds) {
        let traffic = cells.traffic(cell);
        let user = self.user_slot(cells.user_id[cell]);
        let is_new = self.kept_pairs.insert((user, node));
        let kept = self.kept.entry(node).or_default();
        kept.add(traffic, cells.records(cell));
        kept.unique += u64::from(is_new);
        if is_new && !self.pairs.contains(&(user, node)) {
            self.users[user as usize].1.sums.unique += 1;
        }
        self.hours.entry(hour).or_default().add(user, node, traffic.total());
    }

    fn user_slot(&mut self, id: i64) -> u32 {
        let next = u32::try_from(self.users.len()).expect("fewer than 2³² users a day");
        let slot = *self.user_slots.entry(id).or_insert(next);
        if slot == next {
            self.users.push((id, UserSums::default()));
        }
        slot
    }

    fn finish(self, slots: &Slots<'_>) -> DaySums {
        let mut nodes: BTreeMap<NodeKey, NodeSums> = BTreeMap::new();
        for (&slot, sums) in &self.nodes {
            let (key, text) = slots.row(slot);
            let node = nodes.entry(key.clone()).or_default();
            // Of several that share a row, the one without spaces.
            if node.sums.records == 0 || text.len() < node.text.len() {
                node.text.clone_from(text);
            }
            node.sums.add(sums.traffic, sums.records);
        }
        // A user counts once for a row.
        let by_row = self.pairs.iter().map(|&(user, slot)| (&slots.row(slot).0, user));
        for (key, _) in by_row.collect::<FastSet<_>>() {
            nodes.entry(key.clone()).or_default().sums.unique += 1;
        }
        let mut kept: BTreeMap<NodeKey, Sums> = BTreeMap::new();
        for (&slot, sums) in &self.kept {
            let node = kept.entry(slots.row(slot).0.clone()).or_default();
            node.add(sums.traffic, sums.records);
            node.unique = node.unique.max(sums.unique);
        }
        let hours = self.hours.iter().map(|(&start, hour)| (start, hour.finish())).collect();
        let (day_records, day_traffic) = (self.day_records, self.day_traffic);
        // Who is known by merged rows alone, whose sum is gone too, has no total.
        let users = self.users.into_iter().filter(|(_, user)| user.sums.records > 0).collect();
        DaySums { users, nodes, hours, day_records, day_traffic, kept }
    }

    fn memory(&self) -> usize {
        let users = self.users.capacity() * size_of::<(i64, UserSums)>();
        let hours = self.hours.values().map(|hour| hour.users.capacity() * 18);
        users + self.user_slots.capacity() * 18 + self.pairs.capacity() * 28 + hours.sum::<usize>()
    }
}

impl Sums {
    fn add(&mut self, traffic: Traffic, records: u64) {
        self.traffic += traffic;
        self.records += records;
    }
}

impl HourCollecting {
    fn add(&mut self, user: u32, node: u32, bytes: u128) {
        self.traffic += bytes;
        let sum = self.users.entry(user).or_default();
        *sum = sum.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        self.nodes.insert(node);
    }

    fn finish(&self) -> HourSums {
        HourSums {
            users: self.users.len() as u64,
            nodes: self.nodes.len() as u64,
            traffic: self.traffic,
            peak: self.users.values().copied().max().unwrap_or(0),
        }
    }
}
