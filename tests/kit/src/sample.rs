//! A small database in good order, to be spoilt or extended.

use crate::database::{Database, Node, Usage, User};
use crate::question::{Question, Range, Records};

/// The moment of all these tests: 2025-08-20 12:00:00 UTC.
pub const NOW: i64 = 1_755_691_200;

/// One user, one node and one row, in good order.
pub fn small() -> Database {
    Database {
        users: vec![user(1)],
        nodes: vec![node(7, "Tokyo")],
        usage: vec![row(1, NOW - 60, "Tokyo")],
        missing: Vec::new(),
    }
}

pub fn user(id: i64) -> User {
    User {
        id,
        uuid: format!("A0000000-0000-0000-0000-{id:012}"),
        u: 10,
        d: 20,
        transfer_enable: 1_000,
        enable: 1,
        created_at: 1_700_000_000,
        sid: id + 500,
        speedlimitss: None,
        speedlimitother: Some(1_000),
        illegal: 0,
        remark: None,
    }
}

pub fn node(id: i64, name: &str) -> Node {
    Node {
        id,
        kind: "vmess".to_owned(),
        name: name.to_owned(),
        address: "h1.example.test".to_owned(),
        max_traffic: 100,
        traffic_rate: Some(1.5),
        country: Some("JP".to_owned()),
        speed_limit: Some(500),
        excessive_speed_limit: 200,
        tag: None,
        statistics: Some(5),
        last_online: Some(NOW - 5),
        enable: 1,
    }
}

/// A row of user 1 with 3 bytes.
pub fn row(id: i64, t: i64, node: &str) -> Usage {
    Usage { id, user_id: 1, t, u: 1, d: 2, node: node.to_owned(), count_rate: Some(1.0) }
}

/// All usage records of all time.
pub fn all_records() -> Question {
    Question::Records(Records { range: Range::named("all"), ..Records::default() })
}

/// All users by the traffic of all time.
pub fn rank_users() -> Question {
    Question::RankUsers { range: Range::named("all"), sort: "traffic_desc", limit: None }
}

/// All nodes by the traffic of all time.
pub fn rank_nodes() -> Question {
    Question::RankNodes { range: Range::named("all"), sort: "traffic_desc", limit: None }
}
