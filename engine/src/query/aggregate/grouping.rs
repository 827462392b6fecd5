//! The one way in which every aggregation sums.

use super::groups::{Groups, Keys};
use crate::column::{Cells, Detail, Totals};
use crate::query::decimal::Average;
use crate::query::distinct::DistinctSets;
use crate::query::node_sets::NodeSets;
use crate::query::slots::{DAY_SLOT, NodeIndex, NodeSlots};
use crate::query::user_slots::UserSlots;
use crate::query::{Kernel, Mergeable, entry};
use crate::store::Grain;
use crate::units::{Traffic, UnixSeconds};

/// Nodes that are first collected beside the sums, by 64.
const MET_WORDS: usize = 2;

/// Sums of one group.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) bytes: u128,
    pub(super) records: u64,
    pub(super) last: UnixSeconds,
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.last = self.last.max(other.last);
        self.bytes += other.bytes;
        self.records += other.records;
    }

    pub(super) fn average(&self) -> Average {
        Average::of(self.bytes, self.records)
    }
}

/// Bytes that sums of so many groups, and the nodes of each, take at least.
pub(super) fn bytes_for(groups: usize, nodes: usize) -> usize {
    groups * size_of::<Sums>() + DistinctSets::bytes_for(groups, nodes)
}

/// What every aggregation does with a row, once it knows the row's group. Groups are numbered from
/// 0; those without records appear in no answer.
pub(super) struct Grouping<'a, G> {
    groups: G,
    node_slots: NodeSlots<'a>,
    user_slots: UserSlots,
    /// By group, like the sets below.
    sums: Vec<Sums>,
    users: DistinctSets,
    nodes: DistinctSets,
}

/// What an aggregation came to.
pub(super) struct Finished<'a, G> {
    pub(super) groups: G,
    pub(super) node_slots: NodeSlots<'a>,
    sums: Vec<Sums>,
    users: DistinctSets,
    nodes: DistinctSets,
}

impl<'a, G: Groups> Grouping<'a, G> {
    pub(super) fn new(groups: G, nodes: &'a NodeIndex) -> Self {
        Self::empty(groups, NodeSlots::new(nodes))
    }

    fn empty(groups: G, node_slots: NodeSlots<'a>) -> Self {
        Self {
            sums: vec![Sums::default(); groups.known()],
            users: DistinctSets::numbering(groups.known(), 0),
            nodes: DistinctSets::numbering(groups.known(), node_slots.len()),
            groups,
            node_slots,
            user_slots: UserSlots::default(),
        }
    }

    /// Groups known beforehand.
    pub(super) fn known(&self) -> usize {
        self.groups.known()
    }

    /// Adds cells of one group.
    #[inline]
    fn add_to(&mut self, group: usize, cells: &Cells<'_>) {
        // Of one length, so that the compiler need not check each of them for every cell.
        let all = 0..cells.user_id.len();
        let (last, node) = (&cells.last[all.clone()], &cells.node[all.clone()]);
        let (upload, download) = (&cells.upload[all.clone()], &cells.download[all.clone()]);
        let (mut sums, mut met) = (Sums::default(), [0; MET_WORDS]);
        for cell in all {
            // Times before 1970 are refused, so 0 is before every row.
            sums.last = sums.last.max(last[cell]);
            sums.bytes += u128::from(upload[cell]) + u128::from(download[cell]);
            if G::COUNTS_USERS {
                self.users.insert(group, self.user_slots.slot(cells.user_id[cell]));
            }
            if G::COUNTS_NODES {
                let node = self.node_slots.slot(node[cell]);
                match met.get_mut(node as usize / 64) {
                    // In registers or near them: the same few nodes come again and again.
                    Some(word) => *word |= 1 << (node % 64),
                    None if node == DAY_SLOT => {}
                    None => self.nodes.insert(group, node),
                }
            }
        }
        for (word, bits) in met.into_iter().enumerate() {
            self.nodes.insert_word(group, word, bits);
        }
        sums.records = match cells.records {
            Some(records) => records.iter().sum(),
            None => cells.len() as u64,
        };
        entry(&mut self.sums, group).add(&sums);
    }

    pub(super) fn finish(self) -> Finished<'a, G> {
        let Self { groups, node_slots, sums, users, nodes, .. } = self;
        Finished { groups, node_slots, sums, users, nodes }
    }
}

impl<G> Finished<'_, G> {
    /// Groups that hold rows, in the order of their numbers.
    pub(super) fn met(&self) -> Vec<usize> {
        (0..self.sums.len()).filter(|&group| self.sums[group].records > 0).collect()
    }

    /// Groups that hold rows, most bytes first, equal ones in the order of their numbers.
    pub(super) fn most_first(&self) -> Vec<usize> {
        let mut groups = self.met();
        groups.sort_unstable_by_key(|&group| (std::cmp::Reverse(self.sums[group].bytes), group));
        groups
    }

    pub(super) fn sums(&self, group: usize) -> &Sums {
        &self.sums[group]
    }

    pub(super) fn unique_users(&self, group: usize) -> u64 {
        self.users.len_of(group)
    }

    pub(super) fn unique_nodes(&self, group: usize) -> u64 {
        self.nodes.len_of(group)
    }
}

impl<G: Groups> Kernel for Grouping<'_, G> {
    fn grain(&self) -> Grain {
        Grain { users: true, nodes: true, time: G::TIME, ..Grain::default() }
    }

    fn add(&mut self, cells: &Cells<'_>) {
        self.node_slots.learn(cells.texts);
        let mut start = 0;
        while start < cells.len() {
            let node = self.node_slots.slot(cells.node[start]);
            let keys = Keys { t: cells.first[start], user_id: cells.user_id[start], node };
            let group = self.groups.group(&keys);
            let end = self.groups.end_of_stretch(cells, start);
            if let Some(group) = group {
                self.add_to(group, &cells.part(start..end));
            }
            start = end;
        }
    }

    fn detail(&self) -> Detail {
        G::DETAIL
    }

    fn add_nodes_used(&mut self, cells: &Cells<'_>) {
        self.node_slots.learn(cells.texts);
        for cell in 0..cells.len() {
            let node = self.node_slots.slot(cells.node[cell]);
            let keys = Keys { t: cells.first[cell], user_id: cells.user_id[cell], node };
            if let Some(group) = self.groups.group(&keys)
                && node != DAY_SLOT
            {
                self.nodes.insert(group, node);
            }
        }
    }

    fn takes_totals(&self) -> bool {
        G::OF_USERS
    }

    fn add_totals(&mut self, totals: &Totals<'_>) {
        self.node_slots.learn(totals.texts);
        let nodes = NodeSets::of(totals, &self.node_slots);
        for user in 0..totals.len() {
            let (t, user_id) = (totals.first[user], totals.user_id[user]);
            let Some(group) = self.groups.group(&Keys { t, user_id, node: DAY_SLOT }) else {
                continue;
            };
            let traffic = Traffic::of(totals.upload[user], totals.download[user]);
            let (bytes, records) = (traffic.total(), totals.records[user]);
            entry(&mut self.sums, group).add(&Sums { bytes, records, last: totals.last[user] });
            nodes.add(&mut self.nodes, group, totals, user);
        }
    }

    fn memory_foreseen(&self) -> usize {
        let nodes = if G::COUNTS_NODES { self.node_slots.len() } else { 0 };
        bytes_for(self.groups.known(), nodes).max(self.memory())
    }

    fn memory(&self) -> usize {
        self.groups.memory()
            + self.node_slots.memory()
            + self.user_slots.memory()
            + self.sums.capacity() * size_of::<Sums>()
            + self.users.memory()
            + self.nodes.memory()
    }
}

impl<G: Groups> Mergeable for Grouping<'_, G> {
    fn split(&self) -> Self {
        Self::empty(self.groups.split(), self.node_slots.split())
    }

    fn merge(&mut self, other: Self) {
        let users = self.user_slots.merge(&other.user_slots);
        let nodes = self.node_slots.merge(&other.node_slots);
        let groups = self.groups.merge(&other.groups, &nodes);
        self.users.merge(other.users, &groups, &users);
        self.nodes.merge(other.nodes, &groups, &nodes);
        for (theirs, sums) in (0..).zip(other.sums) {
            entry(&mut self.sums, groups.of(theirs) as usize).add(&sums);
        }
    }
}
