//! No request and no value of a row makes the engine panic, however far out it lies.
//!
//! Tests run with overflow checks, so that a sum that wraps counts as a panic.

use proptest::prelude::*;
use traffic_engine::{ErrorCode, Limit, Location, Path, RangeRequest, parse_date};
use traffic_engine_testkit::ask;
use traffic_engine_testkit::question::{Question, Range, Records, Traffic};
use traffic_engine_testkit::random::config;
use traffic_engine_testkit::sample::{NOW, node, row, small, user};
use traffic_engine_testkit::sqlite::Sqlite;

const SECONDS: [i64; 8] = [i64::MIN, -62_167_219_201, -1, 0, 1, NOW, 253_402_300_800, i64::MAX];

const DATES: [&str; 6] =
    ["0000-01-01", "0001-01-01", "1970-01-01", "2025-08-20", "9999-12-30", "9999-12-31"];

const WORDS: [&str; 8] = [
    "today",
    "yesterday",
    "month",
    "current_month",
    "all",
    "custom",
    "last_70000000_hours",
    "4223370120",
];

/// The largest and smallest values that the columns of SQLite can hold.
fn far_out() -> Sqlite {
    let mut database = small();
    for (id, extreme) in (2..).zip([i64::MIN, i64::MAX, 0]) {
        let mut user = user(id);
        (user.transfer_enable, user.enable, user.sid) = (extreme, extreme, extreme);
        (user.u, user.d, user.illegal, user.created_at) = (i64::MAX, i64::MAX, extreme, extreme);
        (user.speedlimitss, user.speedlimitother) = (Some(extreme), Some(extreme));
        database.users.push(user);
        let mut node = node(id * 10, "Far");
        (node.statistics, node.last_online) = (Some(extreme), Some(extreme));
        (node.max_traffic, node.speed_limit) = (extreme, Some(extreme));
        (node.excessive_speed_limit, node.traffic_rate) = (extreme, Some(f64::MAX));
        database.nodes.push(node);
    }
    for (id, t) in (2..).zip([0, 1, NOW, 4_000_000_000, 253_402_207_200]) {
        let mut row = row(id, t, "Far");
        (row.u, row.d, row.user_id) = (i64::MAX, i64::MAX, id - 1);
        row.count_rate = Some(f64::MAX);
        database.usage.push(row);
    }
    database.usage[1].user_id = i64::MIN;
    Sqlite::holding(&database)
}

fn questions(range: &Range) -> Vec<Question> {
    let range = || range.clone();
    let limit = Some(u64::MAX);
    let mut questions = vec![
        Question::RankUsers { range: range(), sort: "remaining_desc", limit },
        Question::RankNodes { range: range(), sort: "remaining_asc", limit },
        Question::DayTraffic { service: Some(i64::MIN), uuid: None, range: range() },
        Question::GroupedTraffic(Traffic { range: range(), ..Traffic::default() }),
        Question::Traffic(Traffic { range: range(), ..Traffic::default() }),
    ];
    for by in ["user", "node", "time", "hourly"] {
        questions.push(Question::Aggregate { by, range: range() });
    }
    for id in [i64::MIN, 3, 20, i64::MAX] {
        questions.push(Question::UserChart { user: id, range: range() });
        questions.push(Question::NodeChart { node: id, range: range() });
    }
    for after in [None, Some((i64::MIN, i64::MAX)), Some((i64::MAX, i64::MIN))] {
        questions.push(Question::Records(Records {
            range: range(),
            limit,
            after,
            ..Records::default()
        }));
    }
    questions
}

/// Asks, and accepts an answer or an error about the request.
fn survives(sqlite: &Sqlite, zone: &str, now: i64, question: &Question) {
    for path in [Path::PushDown, Path::Auto] {
        let engine = ask::open_with(sqlite.location(), zone, now, |config| config.path = path);
        if let Err(error) = ask::answer(&engine, question) {
            assert!(error.is_usage(), "{path:?} {question:?}: {error}");
        }
    }
}

#[test]
fn bounds_may_be_any_number() {
    let sqlite = far_out();
    for from in SECONDS {
        for to in SECONDS {
            for word in ["custom", "time_range", "today", "1440"] {
                let range = Range { word: word.to_owned(), ..Range::between(from, to) };
                for question in questions(&range) {
                    survives(&sqlite, "America/Havana", NOW, &question);
                }
            }
        }
    }
}

#[test]
fn dates_may_lie_at_the_ends_of_the_calendar() {
    let sqlite = far_out();
    for start in DATES {
        for end in DATES {
            let (start_date, end_date) = (Some(start.to_owned()), Some(end.to_owned()));
            let range = Range { start_date, end_date, ..Range::named("custom") };
            for zone in ["Pacific/Apia", "UTC", "America/Havana"] {
                for question in questions(&range) {
                    survives(&sqlite, zone, NOW, &question);
                }
            }
        }
    }
}

#[test]
fn the_clock_may_show_anything() {
    let sqlite = far_out();
    let fixed = [
        Question::Live,
        Question::Today,
        Question::Total,
        Question::Peak,
        Question::AllNodes,
        Question::UserDetails(3),
        Question::NodeDetails(20),
    ];
    for now in SECONDS {
        for zone in ["Pacific/Apia", "America/Havana"] {
            fixed.iter().for_each(|question| survives(&sqlite, zone, now, question));
            for word in WORDS {
                for question in questions(&Range::named(word)) {
                    survives(&sqlite, zone, now, &question);
                }
            }
        }
    }
}

#[test]
fn times_behind_the_calendar_are_bad_values() {
    for t in [-1, i64::MIN, 253_402_207_201, i64::MAX] {
        let mut database = small();
        database.usage.push(row(2, t, "Tokyo"));
        let sqlite = Sqlite::holding(&database);
        for path in ask::PATHS {
            let engine = ask::open_with(sqlite.location(), "UTC", NOW, |config| config.path = path);
            for error in [engine.total().err(), engine.peak().err()] {
                assert_eq!(error.expect("a bad time").code(), ErrorCode::BadValue, "{path:?} {t}");
            }
        }
    }
}

fn repeats(error: &impl ToString, given: &str) -> bool {
    error.to_string().contains(&format!("{given:?}"))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_word_is_a_range_or_an_error_that_repeats_it(word in "(last_)?[0-9]{0,25}(_hours?)?|\\PC{0,12}") {
        match RangeRequest::named(&word) {
            Ok(range) => prop_assert_eq!(range.word.to_string(), word),
            Err(error) => prop_assert!(repeats(&error, &word)),
        }
    }

    #[test]
    fn any_text_is_a_date_or_an_error_that_repeats_it(text in "[0-9-]{0,11}|[0-9]{4}-[01][0-9]-[0-3][0-9]|\\PC{0,12}") {
        match parse_date(&text) {
            Ok(date) => prop_assert_eq!(date.to_string(), text),
            Err(error) => prop_assert!(repeats(&error, &text)),
        }
    }

    #[test]
    fn any_text_is_a_limit_or_an_error(text in "[+-]?[0-9]{0,25}|\\PC{0,12}") {
        if let Ok(limit) = text.parse::<Limit>() {
            prop_assert!(limit.rows().is_none_or(|rows| rows > 0));
        }
    }

    #[test]
    fn any_text_is_an_address_or_an_error_without_its_password(
        head in "(mysql|mariadb|sqlite|postgres)?:?/{0,3}\\PC{0,8}",
        tail in "[@#?/:%&]\\PC{0,16}",
    ) {
        let secret = "zq7-hunter2";
        let shown = match Location::parse(&format!("{head}:{secret}{tail}")) {
            // A path, a user or a database is no secret, whatever it holds.
            Ok(Location::Sqlite(_)) => String::new(),
            Ok(location) => {
                prop_assume!(location.has_password());
                format!("{location:?}{location}")
            }
            Err(error) if head.starts_with("mysql://") => format!("{error}{error:?}"),
            Err(_) => String::new(),
        };
        prop_assert!(!shown.contains(secret), "{}", shown);
    }
}
