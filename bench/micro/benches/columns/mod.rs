//! Made-up usage rows by column: few users and nodes have most of the rows.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Zipf};
use traffic_engine::column::{BATCH_ROWS_MAX, Cells, NodeTexts};
use traffic_engine::store::{Node, User, Users};
use traffic_engine::{Calendar, NodeId, UserId};

/// Late on the last day of a month of 30 days, so that "this month" holds nearly every row.
const NOW: i64 = 1_759_269_600;
const SPAN_S: i64 = 30 * 86_400;

/// How much of what.
pub(crate) struct Shape {
    /// What measurements are called.
    pub(crate) name: &'static str,
    rows: usize,
    users: i64,
    nodes: i64,
}

impl Shape {
    /// A middling panel.
    pub(crate) const HALF_MILLION: Self =
        Self { name: "500k", rows: 500_000, users: 5_000, nodes: 30 };
    /// A large one.
    pub(crate) const FIVE_MILLION: Self =
        Self { name: "5M", rows: 5_000_000, users: 50_000, nodes: 100 };
}

/// Usage rows, and the users and nodes they belong to.
pub(crate) struct Columns {
    /// By ascending id.
    pub(crate) users: Users,
    /// By ascending id.
    pub(crate) nodes: Vec<Node>,
    texts: NodeTexts,
    user_id: Vec<i64>,
    node: Vec<u32>,
    t: Vec<i64>,
    upload: Vec<u64>,
    download: Vec<u64>,
}

impl Columns {
    /// Rows by ascending time over 30 days.
    pub(crate) fn made_up(shape: &Shape) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut texts = NodeTexts::default();
        let nodes: Vec<_> = (1..=shape.nodes).map(listed_node).collect();
        for node in &nodes {
            texts.encode(&node.name);
        }
        let zipf = |n: i64, exponent| Zipf::new(n as f64, exponent).expect("a valid distribution");
        let (user_rank, node_rank) = (zipf(shape.users, 0.9), zipf(shape.nodes, 0.7));
        // A prime step spreads the popular users over the ids.
        let user_id = |rank: i64| rank * 7_919 % shape.users + 1;
        let rows = || 0..shape.rows;
        Self {
            users: Users::new((1..=shape.users).map(listed_user).collect()),
            nodes,
            texts,
            user_id: rows().map(|_| user_id(user_rank.sample(&mut rng) as i64)).collect(),
            node: rows().map(|_| node_rank.sample(&mut rng) as u32 - 1).collect(),
            t: rows().map(|row| NOW - SPAN_S + row as i64 * SPAN_S / shape.rows as i64).collect(),
            upload: rows().map(|_| rng.random_range(0..1 << 28)).collect(),
            download: rows().map(|_| rng.random_range(0..1 << 32)).collect(),
        }
    }

    /// The same rows as a snapshot keeps them.
    pub(crate) fn sorted_by_user_and_node(&self) -> Self {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by_key(|&row| (self.user_id[row], self.node[row]));
        let mut texts = NodeTexts::default();
        for text in self.texts.iter() {
            texts.encode(text);
        }
        fn in_order<T: Copy>(order: &[usize], column: &[T]) -> Vec<T> {
            order.iter().map(|&row| column[row]).collect()
        }
        Self {
            users: self.users.clone(),
            nodes: self.nodes.clone(),
            texts,
            user_id: in_order(&order, &self.user_id),
            node: in_order(&order, &self.node),
            t: in_order(&order, &self.t),
            upload: in_order(&order, &self.upload),
            download: in_order(&order, &self.download),
        }
    }

    /// The moment after the last row.
    pub(crate) fn calendar(&self) -> Calendar {
        let zone = jiff::tz::TimeZone::get("Europe/Berlin").expect("a known zone");
        Calendar::new(zone, NOW)
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.t.len()
    }

    /// The rows as stores deliver them.
    pub(crate) fn batches(&self) -> impl Iterator<Item = Cells<'_>> {
        (0..self.len())
            .step_by(BATCH_ROWS_MAX)
            .map(|start| self.cells(start, self.len().min(start + BATCH_ROWS_MAX)))
    }

    /// The rows from `start` up to `end`.
    pub(crate) fn cells(&self, start: usize, end: usize) -> Cells<'_> {
        Cells {
            user_id: &self.user_id[start..end],
            node: &self.node[start..end],
            first: &self.t[start..end],
            last: &self.t[start..end],
            upload: &self.upload[start..end],
            download: &self.download[start..end],
            records: None,
            texts: &self.texts,
        }
    }
}

fn listed_user(id: i64) -> User {
    User {
        id: UserId(id),
        uuid: format!("00000000-0000-4000-8000-{id:012}"),
        sid: id,
        transfer_enable: 1 << 40,
        enable: 1,
        ..User::default()
    }
}

fn listed_node(id: i64) -> Node {
    Node { id: NodeId(id), name: format!("Node {id}"), enable: 1, ..Node::default() }
}
