//! Kernels that several threads can feed.

use super::Kernel;

/// A kernel whose cells can be taken in by several of its kind, in any division, one per thread.
pub trait Mergeable: Kernel + Send + Sized {
    /// One that asks the same and was fed nothing.
    fn split(&self) -> Self;

    /// Takes in all that `other`, which asks the same, was fed.
    fn merge(&mut self, other: Self);
}

#[cfg(test)]
mod tests {
    use super::Mergeable;
    use crate::calendar::Calendar;
    use crate::column::{NodeTexts, UsageBatch};
    use crate::query::aggregate::{Aggregating, GroupBy};
    use crate::query::live::LiveCounting;
    use crate::query::rank_nodes::NodeRanking;
    use crate::query::rank_users::UserRanking;
    use crate::query::slots::NodeIndex;
    use crate::query::sort::{Limit, NodeSort, UserSort};
    use crate::query::totals::{NodeSummaries, PeakCounting, TotalCounting};
    use crate::store::{Node, User, Users};
    use crate::units::{NodeId, UserId};
    use jiff::tz::TimeZone;
    use proptest::prelude::*;
    use std::fmt::Debug;

    const NOW: i64 = 1_761_441_300;

    /// Listed users and others, far apart and close together.
    const USER_IDS: [i64; 8] = [1, 2, 3, 70, 5_000_000, -7, 1 << 40, i64::MAX];

    /// A listed name, a listed id, a merged day, and nodes of their own.
    const TEXTS: [&str; 7] = ["Tokyo", "9", "DAY", "gone", "lost", "", "day"];

    #[derive(Debug, Clone)]
    struct Row {
        user: usize,
        text: usize,
        age_s: i64,
        bytes: (u64, u64),
        part: usize,
    }

    fn row() -> impl Strategy<Value = Row> {
        // The last days, in which clocks are set back, and the years before.
        let age_s = prop_oneof![0..20_000_i64, 0..400_000_i64, 0..100_000_000_i64];
        let bytes = (prop_oneof![Just(0), 0..=i64::MAX as u64], 0..1_000_u64);
        (0..USER_IDS.len(), 0..TEXTS.len(), age_s, bytes, 0..PARTS)
            .prop_map(|(user, text, age_s, bytes, part)| Row { user, text, age_s, bytes, part })
    }

    const PARTS: usize = 3;

    struct World {
        users: Users,
        nodes: Vec<Node>,
        index: NodeIndex,
        calendar: Calendar,
    }

    impl World {
        fn new() -> Self {
            let user = |&id: &i64| User { id: UserId(id), ..User::default() };
            let node = |(id, name): (i64, &str)| Node {
                id: NodeId(id),
                name: name.to_owned(),
                ..Node::default()
            };
            let nodes: Vec<_> = [(4, "Tokyo"), (9, "Oslo")].map(node).into();
            let zone = TimeZone::get("Europe/Berlin").expect("a known zone");
            Self {
                users: Users::new(USER_IDS[..5].iter().map(user).collect()),
                index: NodeIndex::of(&nodes),
                nodes,
                calendar: Calendar::new(zone, NOW),
            }
        }
    }

    /// Feeds the rows of some parts, whose texts are numbered as they come.
    fn feed<K: Mergeable>(kernel: &mut K, rows: &[Row], parts: std::ops::Range<usize>) {
        let (mut batch, mut texts) = (UsageBatch::default(), NodeTexts::default());
        for row in rows.iter().filter(|row| parts.contains(&row.part)) {
            batch.id.push(0);
            batch.user_id.push(USER_IDS[row.user]);
            batch.t.push(NOW - row.age_s);
            batch.upload.push(row.bytes.0);
            batch.download.push(row.bytes.1);
            batch.node.push(texts.encode(TEXTS[row.text]));
        }
        kernel.add(&batch.rows(&texts).cells());
    }

    /// Asks a kernel in one pass and in parts.
    fn agrees<K: Mergeable, A: PartialEq + Debug>(
        rows: &[Row],
        new: impl Fn() -> K,
        finish: impl Fn(K) -> A,
    ) {
        let mut whole = new();
        feed(&mut whole, rows, 0..PARTS);
        let mut merged = new();
        feed(&mut merged, rows, 0..1);
        for part in 1..PARTS {
            let mut other = merged.split();
            feed(&mut other, rows, part..part + 1);
            merged.merge(other);
        }
        assert_eq!(finish(merged), finish(whole));
    }

    proptest! {
        #[test]
        fn parts_merged_equal_one_pass(rows in prop::collection::vec(row(), 0..60)) {
            let World { users, nodes, index, calendar } = &World::new();
            let sorts = [UserSort::TrafficDesc, UserSort::NodesDesc, UserSort::RecentActivity];
            for sort in sorts {
                let new = || UserRanking::new(users, index, NOW);
                agrees(&rows, new, |ranking| ranking.finish(sort, Limit::All));
            }
            for sort in [NodeSort::TrafficDesc, NodeSort::UsersDesc] {
                let new = || NodeRanking::new(nodes, index, NOW);
                agrees(&rows, new, |ranking| ranking.finish(sort, Limit::All));
            }
            for by in [GroupBy::User, GroupBy::Node, GroupBy::Time, GroupBy::Hourly] {
                let new = || Aggregating::new(by, users, nodes, index, calendar);
                agrees(&rows, new, Aggregating::finish);
            }
            agrees(&rows, || LiveCounting::new(calendar), |live| live.finish(5, nodes));
            agrees(&rows, || NodeSummaries::new(nodes, index, NOW), NodeSummaries::finish);
            agrees(&rows, TotalCounting::default, |total| total.finish(calendar));
            agrees(&rows, || PeakCounting::new(calendar), |peak| peak.finish(calendar));
        }
    }
}
