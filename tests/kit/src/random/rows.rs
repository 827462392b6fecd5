//! Random users, nodes and usage rows, awkward ones among them.

use super::moment::{Moment, When, when};
use crate::database::{Database, Node, Usage, User};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{Index, select};

/// Names that collide by case, accents or spaces, look like ids or markers, or need quoting.
pub(crate) const NAMES: [&str; 26] = [
    "Tokyo",
    "Berlin",
    "tokyo",
    "TOKYO",
    "Tokyo ",
    " Tokyo",
    "",
    "DAY",
    "day",
    "Day",
    "DAY ",
    "1",
    "2",
    "3",
    "03",
    "0",
    "9abc",
    "+2",
    "２",
    "🇯🇵 Japan 01",
    "🇩🇪 Japan 01",
    "O'Brien \"x\" \\",
    "Zürich",
    "Zurich",
    "%",
    "_",
];

const UUIDS: [&str; 7] = [
    "A0000000-0000-0000-0000-000000000001",
    "a0000000-0000-0000-0000-000000000001",
    "B1111111-2222-3333-4444-5555555555AB",
    "b1_11%11-2222-3333-4444-5555555555ab",
    "É0000000-0000-0000-0000-000000000003",
    "",
    "c",
];

/// A database whose times and ids are still to be found.
#[derive(Debug, Clone)]
pub(crate) struct DatabaseRecipe {
    users: Vec<(i64, User)>,
    nodes: Vec<(i64, Node)>,
    usage: Vec<UsageRecipe>,
    missing: Vec<&'static str>,
    /// One size for all rows, so that sums tie.
    size: Option<i64>,
}

#[derive(Debug, Clone)]
struct UsageRecipe {
    who: Who,
    when: When,
    u: i64,
    d: i64,
    node: Text,
    count_rate: Option<f64>,
}

#[derive(Debug, Clone)]
enum Who {
    Listed(Index),
    Orphan(i64),
}

#[derive(Debug, Clone)]
enum Text {
    Name(Index),
    Id(Index, usize),
    Any(&'static str),
    Numbered(u16),
}

pub(crate) fn database(rows: usize) -> impl Strategy<Value = DatabaseRecipe> {
    let users = vec((1..4_i64, user()), 0..=rows / 5);
    let nodes = vec((1..5_i64, node()), 0..=rows / 4);
    let size = option::weighted(0.1, select(vec![0, 5]));
    (users, nodes, vec(usage(), 0..=rows), super::missing_columns(), size).prop_map(
        |(users, nodes, usage, missing, size)| DatabaseRecipe {
            users,
            nodes,
            usage,
            missing,
            size,
        },
    )
}

impl DatabaseRecipe {
    /// The database at a moment.
    pub(crate) fn at(self, moment: &Moment) -> Database {
        let (mut users, mut nodes) = (Vec::new(), Vec::new());
        let mut id = 0;
        for (gap, user) in self.users {
            id += gap;
            users.push(User { id, ..user });
        }
        id = 0;
        for (gap, node) in self.nodes {
            id += gap;
            // Heartbeats were drawn as seconds before now.
            let last_online = node.last_online.map(|ago| (moment.now - ago).max(0));
            nodes.push(Node { id, last_online, ..node });
        }
        let usage = self.usage.iter().zip(1..);
        let mut usage: Vec<_> = usage.map(|(row, id)| row.at(id, moment, &users, &nodes)).collect();
        if let Some(size) = self.size {
            usage.iter_mut().for_each(|row| (row.u, row.d) = (size, size));
        }
        Database { users, nodes, usage, missing: self.missing }
    }
}

impl UsageRecipe {
    fn at(&self, id: i64, moment: &Moment, users: &[User], nodes: &[Node]) -> Usage {
        let user_id = match &self.who {
            Who::Listed(index) if !users.is_empty() => index.get(users).id,
            Who::Listed(_) => 1,
            Who::Orphan(id) => *id,
        };
        let node = match &self.node {
            Text::Name(index) if !nodes.is_empty() => index.get(nodes).name.clone(),
            Text::Id(index, zeros) if !nodes.is_empty() => {
                format!("{}{}", "0".repeat(*zeros), index.get(nodes).id)
            }
            Text::Any(text) => (*text).to_owned(),
            Text::Numbered(number) => format!("gone {number}"),
            Text::Name(_) | Text::Id(..) => "gone".to_owned(),
        };
        let (t, u, d, count_rate) = (moment.at(&self.when), self.u, self.d, self.count_rate);
        Usage { id, user_id, t, u, d, node, count_rate }
    }
}

/// Few distinct sizes, so that sums tie, and some as large as the column holds.
fn bytes() -> impl Strategy<Value = i64> {
    prop_oneof![
        3 => select(vec![0, 1, 10, 1_000]),
        3 => 0..10_000_i64,
        3 => (0..45_u32, 0..1_000_i64).prop_map(|(bits, more)| (1_i64 << bits) + more),
        1 => select(vec![i64::MAX, i64::MAX - 1, 999_999_999, 1_000_000_000]),
    ]
}

fn usage() -> impl Strategy<Value = UsageRecipe> {
    let who = prop_oneof![
        8 => any::<Index>().prop_map(Who::Listed),
        1 => select(vec![-1, 0, 7, 999_983, i64::from(i32::MAX)]).prop_map(Who::Orphan),
    ];
    let node = prop_oneof![
        4 => any::<Index>().prop_map(Text::Name),
        3 => (any::<Index>(), 0..3_usize).prop_map(|(index, zeros)| Text::Id(index, zeros)),
        3 => Just(Text::Any("DAY")),
        2 => select(NAMES.to_vec()).prop_map(Text::Any),
        1 => (0..400_u16).prop_map(Text::Numbered),
    ];
    let rate = option::of(select(vec![1.0, 0.0, 1.5, 1.1, 0.3]));
    (who, when(), bytes(), bytes(), node, rate).prop_map(|(who, when, u, d, node, count_rate)| {
        UsageRecipe { who, when, u, d, node, count_rate }
    })
}

fn user() -> impl Strategy<Value = User> {
    let quota = select(vec![0, 1, 5_000, 5_000_000_000, 100_000_000_000, -1, i64::MAX]);
    let traffic = (bytes(), bytes(), quota);
    let limits = (option::of(select(vec![0, 1_000, 1_500])), option::of(Just(500)));
    let rest = (select(vec![1, 0]), 1..4_i64, 0..3_i64, remark());
    (select(UUIDS.to_vec()), traffic, limits, rest).prop_map(
        |(uuid, (u, d, transfer_enable), (speedlimitss, speedlimitother), rest)| {
            let (enable, sid, illegal, remark) = rest;
            User {
                id: 0,
                uuid: uuid.to_owned(),
                u,
                d,
                transfer_enable,
                enable,
                created_at: 1_600_000_000,
                sid,
                speedlimitss,
                speedlimitother,
                illegal,
                remark,
            }
        },
    )
}

fn remark() -> impl Strategy<Value = Option<String>> {
    let text = select(vec!["", "vip", "备注 <i>x</i>", "=cmd|' /C calc'!A0"]);
    option::of(text.prop_map(str::to_owned))
}

fn node() -> impl Strategy<Value = Node> {
    let name = prop_oneof![
        5 => select(NAMES.to_vec()).prop_map(str::to_owned),
        2 => select(vec!["Tokyo", "b", "A", "a"]).prop_map(str::to_owned),
        1 => (0..400_u16).prop_map(|number| format!("Node {number}")),
    ];
    let traffic = (
        select(vec![0, 100, 1, 5, -1, i64::from(i32::MAX)]),
        option::of(select(vec![0, 999, 5_000_000_000, 200_000_000_000, -7])),
    );
    let limits = (option::of(select(vec![0, 500])), select(vec![0, 200]));
    let seconds = vec![0, 5, 59, 60, 599, 600, 601, 7_200, 259_200, -30, -600, i64::MAX / 2];
    let rest = (
        option::of(select(seconds)),
        option::of(select(vec![1.0, 1.5, 0.3, 0.0])),
        option::of(select(vec!["JP", ""])),
        option::of(Just("premium,iplc")),
        select(vec![1, 0]),
    );
    (name, traffic, limits, rest).prop_map(
        |(name, (max_traffic, statistics), (speed_limit, excessive_speed_limit), rest)| {
            let (last_online, traffic_rate, country, tag, enable) = rest;
            Node {
                id: 0,
                kind: "vmess".to_owned(),
                name,
                address: "h1.example.test".to_owned(),
                max_traffic,
                traffic_rate,
                country: country.map(str::to_owned),
                speed_limit,
                excessive_speed_limit,
                tag: tag.map(str::to_owned),
                statistics,
                last_online,
                enable,
            }
        },
    )
}
