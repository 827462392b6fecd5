//! Random questions about a random world.

use super::moment::{Moment, When, when};
use super::rows::NAMES;
use crate::database::Database;
use crate::question::{Question, Range, Records, Traffic};
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{Index, select};

/// A question whose times and ids are still to be found.
#[derive(Debug, Clone)]
pub(crate) struct QuestionRecipe {
    kind: Kind,
    range: RangeRecipe,
    limit: Option<u64>,
    user: Index,
    node: Index,
    /// Which of the filters apply.
    filters: [bool; 4],
    after: Option<When>,
    enhanced: bool,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    RankUsers(&'static str),
    RankNodes(&'static str),
    Aggregate(&'static str),
    UserChart,
    NodeChart,
    Records,
    Traffic,
    GroupedTraffic,
    DayTraffic,
    Live,
    Today,
    Total,
    Peak,
    AllNodes,
    NodeTable,
    UserDetails,
    NodeDetails,
}

#[derive(Debug, Clone)]
struct RangeRecipe {
    word: &'static str,
    from: Option<When>,
    to: Option<When>,
    days_ago: (Option<i64>, Option<i64>),
}

const WORDS: [&str; 38] = [
    "today",
    "all",
    "month",
    "yesterday",
    "week",
    "7days",
    "halfmonth",
    "15days",
    "30days",
    "month_including_today",
    "current_month",
    "last_1_hour",
    "last_3_hours",
    "last_6_hours",
    "last_12_hours",
    "last_24_hours",
    "last_25_hours",
    "last_1_hours",
    "last_5000_hours",
    "last_hour",
    "5min",
    "10min",
    "30min",
    "1hour",
    "2hours",
    "6hours",
    "12hours",
    "1",
    "90",
    "1440",
    "1441",
    "0090",
    "custom",
    "custom",
    "custom",
    "time_range",
    "time_range",
    "time_range",
];

const UNKNOWN_WORDS: [&str; 12] = [
    "",
    "0",
    "last_0_hours",
    "last__hours",
    "last_hours",
    "last_-1_hours",
    "TODAY",
    "custom_time",
    "+5",
    "3 hours",
    "99999999999999999999",
    "last_9999999999999999999_hours",
];

pub(crate) fn question() -> impl Strategy<Value = QuestionRecipe> {
    let limit = option::of(prop_oneof![1..4_u64, Just(u64::MAX)]);
    let filter = any::<[u8; 4]>().prop_map(|dice| dice.map(|dice| dice < 80));
    let after = option::weighted(0.3, when());
    (kind(), range(), limit, any::<(Index, Index)>(), filter, after, any::<bool>()).prop_map(
        |(kind, range, limit, (user, node), filters, after, enhanced)| QuestionRecipe {
            kind,
            range,
            limit,
            user,
            node,
            filters,
            after,
            enhanced,
        },
    )
}

fn kind() -> impl Strategy<Value = Kind> {
    let user_sorts = [
        "traffic_desc",
        "traffic_asc",
        "remaining_desc",
        "remaining_asc",
        "nodes_desc",
        "recent_activity",
    ];
    let node_sorts = [
        "traffic_desc",
        "traffic_asc",
        "remaining_desc",
        "remaining_asc",
        "users_desc",
        "name_asc",
    ];
    use Kind::{
        AllNodes, DayTraffic, GroupedTraffic, Live, NodeChart, NodeDetails, NodeTable, Peak,
        Records, Today, Total, Traffic, UserChart, UserDetails,
    };
    prop_oneof![
        3 => select(user_sorts.to_vec()).prop_map(Kind::RankUsers),
        3 => select(node_sorts.to_vec()).prop_map(Kind::RankNodes),
        4 => select(vec!["user", "node", "time", "hourly"]).prop_map(Kind::Aggregate),
        2 => Just(UserChart),
        2 => Just(NodeChart),
        3 => Just(Records),
        2 => Just(Traffic),
        2 => Just(GroupedTraffic),
        1 => Just(DayTraffic),
        4 => select(vec![Live, Today, Total, Peak, AllNodes, NodeTable, UserDetails, NodeDetails]),
    ]
}

fn range() -> impl Strategy<Value = RangeRecipe> {
    let word = prop_oneof![15 => select(WORDS.to_vec()), 1 => select(UNKNOWN_WORDS.to_vec())];
    let timestamps = prop_oneof![
        5 => Just((None, None)),
        3 => (when(), when()).prop_map(|(from, to)| (Some(from), Some(to))),
        1 => when().prop_map(|from| (Some(from), None)),
        1 => when().prop_map(|to| (None, Some(to))),
    ];
    let days = prop_oneof![
        3 => Just((None, None)),
        3 => (0..33_i64, 0..9_i64).prop_map(|(last, days)| (Some(last + days), Some(last))),
        1 => (-2..33_i64).prop_map(|day| (Some(day), None)),
        1 => (-2..33_i64).prop_map(|day| (None, Some(day))),
        1 => (-2..9_i64, -2..9_i64).prop_map(|(first, last)| (Some(first), Some(last))),
    ];
    (word, timestamps, days).prop_map(|(word, (from, to), days_ago)| RangeRecipe {
        word,
        from,
        to,
        days_ago,
    })
}

impl RangeRecipe {
    fn at(&self, moment: &Moment) -> Range {
        let at = |when: &Option<When>| when.as_ref().map(|when| moment.at(when));
        let (mut from, mut to) = (at(&self.from), at(&self.to));
        // Swapped bounds are worth a try now and then, not every second time.
        if let (Some(start), Some(end)) = (from, to)
            && start > end
            && start % 8 != 0
        {
            (from, to) = (Some(end), Some(start));
        }
        let date = |days_ago: Option<i64>| days_ago.map(|days| moment.date(days));
        let (start_date, end_date) = (date(self.days_ago.0), date(self.days_ago.1));
        Range { word: self.word.to_owned(), from, to, start_date, end_date }
    }
}

impl QuestionRecipe {
    /// The question at a moment, about a database.
    pub(crate) fn at(&self, moment: &Moment, database: &Database) -> Question {
        let range = self.range.at(moment);
        let limit = self.limit;
        match self.kind {
            Kind::RankUsers(sort) => Question::RankUsers { range, sort, limit },
            Kind::RankNodes(sort) => Question::RankNodes { range, sort, limit },
            Kind::Aggregate(by) => Question::Aggregate { by, range },
            Kind::UserChart => Question::UserChart { user: self.user_id(database), range },
            Kind::NodeChart => Question::NodeChart { node: self.node_id(database), range },
            Kind::Records => Question::Records(self.records(moment, database, range)),
            Kind::Traffic => Question::Traffic(self.traffic(database, range)),
            Kind::GroupedTraffic => Question::GroupedTraffic(self.traffic(database, range)),
            Kind::DayTraffic => {
                let Traffic { service, uuid, .. } = self.traffic(database, Range::default());
                let uuid = uuid.and(self.uuid(database));
                Question::DayTraffic { service, uuid, range }
            }
            Kind::Live => Question::Live,
            Kind::Today => Question::Today,
            Kind::Total => Question::Total,
            Kind::Peak => Question::Peak,
            Kind::AllNodes => Question::AllNodes,
            Kind::NodeTable => Question::NodeTable,
            Kind::UserDetails => Question::UserDetails(self.user_id(database)),
            Kind::NodeDetails => Question::NodeDetails(self.node_id(database)),
        }
    }

    fn records(&self, moment: &Moment, database: &Database, range: Range) -> Records {
        let [by_node, by_user, by_uuid, _] = self.filters;
        Records {
            node: by_node.then(|| self.node_text(database)),
            user: by_user.then(|| self.user_id(database)),
            uuid: self.uuid(database).filter(|_| by_uuid),
            range,
            limit: self.limit,
            after: self.after.as_ref().map(|when| self.cursor(moment.at(when), database)),
        }
    }

    /// A cursor at a row, or else at any time.
    fn cursor(&self, t: i64, database: &Database) -> (i64, i64) {
        let rows = Some(&database.usage).filter(|rows| !rows.is_empty() && !self.enhanced);
        rows.map(|rows| self.node.get(rows)).map_or((t, 5), |row| (row.t, row.id))
    }

    fn traffic(&self, database: &Database, range: Range) -> Traffic {
        let [by_node, by_user, by_uuid, by_service] = self.filters;
        let part = |uuid: String| {
            let part = uuid.chars().skip(self.user.index(4)).take(1 + self.node.index(8));
            Some(part.collect::<String>()).filter(|part| !part.is_empty())
        };
        Traffic {
            user: by_user.then(|| self.user_id(database)),
            service: by_service.then(|| 1 + self.user.index(3) as i64),
            node: by_node.then(|| self.node_text(database)),
            uuid: self.uuid(database).filter(|_| by_uuid).and_then(part),
            range,
            enhanced: self.enhanced,
            exclude_day_rows: self.node.index(2) == 1,
        }
    }

    fn uuid(&self, database: &Database) -> Option<String> {
        // In the other case, which must not matter.
        (!database.users.is_empty())
            .then(|| self.user.get(&database.users).uuid.to_ascii_lowercase())
    }

    /// Mostly a listed user, now and then an orphan or nobody.
    fn user_id(&self, database: &Database) -> i64 {
        let mut ids: Vec<i64> = database.users.iter().map(|user| user.id).collect();
        ids.push(database.usage.first().map_or(424_242, |row| row.user_id));
        ids[self.user.index(ids.len())]
    }

    /// Mostly a listed node.
    fn node_id(&self, database: &Database) -> i64 {
        let mut ids: Vec<i64> = database.nodes.iter().map(|node| node.id).collect();
        ids.extend([3, -1]);
        ids[self.node.index(ids.len())]
    }

    /// A text of the rows, the id of a node, or a name that may be nobody's.
    fn node_text(&self, database: &Database) -> String {
        let mut texts: Vec<String> = database.usage.iter().map(|row| row.node.clone()).collect();
        texts.extend(database.nodes.iter().map(|node| node.id.to_string()));
        texts.push(self.node.get(&NAMES).to_string());
        texts.swap_remove(self.user.index(texts.len()))
    }
}
