//! Questions by name, with options by key, are the typed questions.

use serde_json::json;
use traffic_engine::ask::NAMES;
use traffic_engine::{
    Engine, EngineConfig, EngineError, ErrorCode, FromOptions, Options, Path, Source,
};
use traffic_engine_testkit::ask;
use traffic_engine_testkit::question::{Question, Range, Records, Traffic};
use traffic_engine_testkit::sample::{NOW, node, row, small, user};
use traffic_engine_testkit::sqlite::Sqlite;

/// A few rows of several days, users and nodes.
fn database() -> Sqlite {
    let mut database = small();
    database.users.push(user(2));
    database.nodes.push(node(9, "Oslo"));
    database.usage.extend((2..40).map(|id| row(id, NOW - id * 7_200, "Oslo")));
    Sqlite::holding(&database)
}

/// By name and with options, and the same in types.
fn questions() -> Vec<(&'static str, serde_json::Value, Question)> {
    let week = || Range::named("week");
    let between = Range::between(NOW - 90_000, NOW - 100);
    let dates = Range {
        start_date: Some("2025-08-19".to_owned()),
        end_date: Some("2025-08-20".to_owned()),
        ..Range::named("custom")
    };
    let records = Records {
        node: Some("Oslo".to_owned()),
        user: Some(1),
        uuid: None,
        range: week(),
        limit: Some(3),
        after: None,
    };
    let traffic = |enhanced, range| Traffic {
        user: None,
        service: None,
        node: None,
        uuid: None,
        range,
        enhanced,
        exclude_day_rows: enhanced,
    };
    let rank = |range, sort, limit| Question::RankUsers { range, sort, limit };
    vec![
        ("rank_users", json!({}), rank(Range::named("today"), "traffic_desc", None)),
        (
            "rank_users",
            json!({"time_range": "week", "sort_by": "recent_activity", "limit": 1}),
            rank(week(), "recent_activity", Some(1)),
        ),
        (
            "rank_users",
            json!({"start_timestamp": NOW - 90_000, "end_timestamp": (NOW - 100).to_string()}),
            rank(between.clone(), "traffic_desc", None),
        ),
        (
            "rank_users",
            json!({"start_timestamp": NOW - 90_000, "end_timestamp": NOW - 100,
                "time_range": "time_range", "limit": 0}),
            rank(between, "traffic_desc", None),
        ),
        (
            "rank_users",
            json!({"start_date": "2025-08-19", "end_date": "2025-08-20"}),
            rank(dates.clone(), "traffic_desc", None),
        ),
        (
            "rank_nodes",
            json!({"time_range": "week", "sort_by": "users_desc", "limit": "all"}),
            Question::RankNodes { range: week(), sort: "users_desc", limit: None },
        ),
        (
            "aggregate",
            json!({"time_range": "custom", "start_date": "2025-08-19", "end_date": "2025-08-20",
                "group_by": "time"}),
            Question::Aggregate { by: "time", range: dates },
        ),
        (
            "user_chart",
            json!({"user_id": "1", "time_range": "week"}),
            Question::UserChart { user: 1, range: week() },
        ),
        (
            "node_chart",
            json!({"node_id": 9, "time_range": "week"}),
            Question::NodeChart { node: 9, range: week() },
        ),
        ("live", json!({}), Question::Live),
        ("today", json!({}), Question::Today),
        ("total", json!({}), Question::Total),
        ("peak", json!({}), Question::Peak),
        ("nodes", json!({}), Question::AllNodes),
        ("node_table", json!({}), Question::NodeTable),
        ("user_details", json!({"user_id": 2}), Question::UserDetails(2)),
        ("node_details", json!({"node_id": 9}), Question::NodeDetails(9)),
        (
            "usage_records",
            json!({"node_id": "Oslo", "user_id": 1, "time_range": "week", "limit": 3}),
            Question::Records(records),
        ),
        (
            "traffic",
            json!({"enhanced": true, "exclude_day_traffic": true, "time_range": "week"}),
            Question::Traffic(traffic(true, week())),
        ),
        (
            "grouped_traffic",
            json!({}),
            Question::GroupedTraffic(traffic(false, Range::named("month_including_today"))),
        ),
        (
            "day_traffic",
            json!({"service_id": 1, "uuid": null, "time_range": "week"}),
            Question::DayTraffic { service: Some(1), uuid: None, range: week() },
        ),
    ]
}

fn ask(engine: &Engine, name: &str, options: &serde_json::Value) -> Result<String, EngineError> {
    let options = Options::from_json(&options.to_string())?;
    Ok(engine.ask_by_name(name, &options)?.json)
}

#[test]
fn options_say_what_types_say() {
    let database = database();
    let engine = ask::open(database.location(), "Europe/Berlin", NOW);
    let mut asked = Vec::new();
    for (name, options, question) in questions() {
        let want = ask::answer(&engine, &question).expect("an answer");
        assert_eq!(ask(&engine, name, &options).expect(name), want, "{name} {options}");
        let read = Options::from_json(&options.to_string()).expect("options");
        let pieces = engine.ask_in_pieces(name, &read).expect(name);
        assert_eq!(pieces.flatten().collect::<Vec<u8>>(), want.into_bytes(), "{name} {options}");
        asked.push(name);
    }
    // What asks for no rows has no typed question in these tests.
    asked.extend(["range", "refresh", "stats", "schema_plan", "schema_status"]);
    asked.extend(["schema_apply", "schema_drop"]);
    asked.extend(["cache_stats", "cache_invalidate"]);
    asked.extend(["rollup_update", "rollup_backfill", "rollup_prune", "rollup_status"]);
    assert!(NAMES.iter().all(|name| asked.contains(name)), "every question is asked");
}

#[test]
fn the_engine_itself_is_asked_by_name_too() {
    let (database, folder) = (database(), tempfile::tempdir().expect("a folder"));
    let mut options = json!({
        "store": database.location().to_string(),
        "timezone": "UTC",
        "data_dir": folder.path().to_str(),
        "now": NOW,
    });
    let engine = |options: &serde_json::Value| -> Result<Engine, EngineError> {
        let options = Options::from_json(&options.to_string())?;
        Ok(Engine::open(EngineConfig::from_options(&options)?))
    };
    let open = engine(&options).expect("an engine");
    ask(&open, "refresh", &json!({"verify": true})).expect("a snapshot");
    let stats = ask(&open, "stats", &json!({})).expect("figures");
    assert!(stats.contains(r#""rows":39"#), "{stats}");
    let plan = ask(&open, "schema_plan", &json!({})).expect("a plan");
    assert_eq!(plan, r#"{"create":[],"droppable":[]}"#);
    database.run("CREATE INDEX mine ON user_usage (t, node)");
    let status = ask(&open, "schema_status", &json!({})).expect("a list");
    let mine =
        r#"[{"table":"user_usage","name":"mine","columns":["t","node"],"verdict":"of_others"}]"#;
    assert_eq!(status, mine);
    database.run("CREATE INDEX idx_node_name ON node (name)");
    let applied = ask(&open, "schema_apply", &json!({"measure": true, "lock_wait_s": 1}));
    assert_eq!(applied.expect("a report"), r#"{"created":[],"measured":[]}"#);
    let dropped = ask(&open, "schema_drop", &json!({"names": ["idx_node_name"]}));
    let want = r#"[{"table":"node","name":"idx_node_name","columns":["name"]}]"#;
    assert_eq!(dropped.expect("a list"), want);
    let updated = ask(&open, "rollup_update", &json!({"days": 30})).expect("an update");
    assert!(updated.contains(r#""days_looked_at":4,"days_summed":4,"#), "{updated}");
    let one = json!({"from": "2025-08-20", "to": "2025-08-20", "force": true, "lock_wait_s": 5});
    let backfilled = ask(&open, "rollup_backfill", &one).expect("a backfill");
    assert!(backfilled.contains(r#""days_summed":1,"rows_written":0,"#), "{backfilled}");
    let pruned = ask(&open, "rollup_prune", &json!({"days": 30, "hourly_days": 1}));
    assert!(pruned.expect("a prune").contains(r#""kept_since":"2025-07-21""#));
    let status = ask(&open, "rollup_status", &json!({"days": 30})).expect("a status");
    assert!(status.contains(r#""is_ready":true,"zone":"UTC""#), "{status}");
    assert!(status.contains(r#""days_due":0"#), "{status}");
    let period = ask(&open, "range", &json!({"time_range": "today"})).expect("a period");
    let want = r#"{"range":"today","start":1755648000,"end":1755734399,"start_local":"2025-08-20 00:00:00","end_local":"2025-08-20 23:59:59","timezone":"UTC"}"#;
    assert_eq!(period, want);
    let open_ended = ask(&open, "range", &json!({"time_range": "today", "for": "traffic"}));
    assert!(open_ended.expect("a period").contains(r#""end":null"#));
    options["timezone"] = json!("Mars/Olympus");
    let error = engine(&options).expect_err("no such zone");
    assert_eq!(error.code(), ErrorCode::BadConfig, "{error}");
}

#[test]
fn answers_are_kept_where_a_cache_is_configured() {
    let database = database();
    let options = json!({
        "store": database.location().to_string(),
        "timezone": "UTC",
        "now": NOW,
        "cache_entries": 100,
        "cache_mb": 1,
    });
    let config = EngineConfig::from_text(&options.to_string()).expect("a configuration");
    let engine = Engine::open(config);
    let week = json!({"time_range": "week"});
    let before = ask(&engine, "rank_users", &week).expect("an answer");
    database.run("UPDATE user_usage SET u = u + 1");
    assert_eq!(ask(&engine, "rank_users", &week).expect("an answer"), before);
    assert_ne!(ask(&engine, "rank_users", &json!({"time_range": "month"})).expect("one"), before);
    assert_eq!(ask(&engine, "user_details", &json!({"user_id": 77})).expect("none"), "null");
    assert_eq!(ask(&engine, "user_details", &json!({"user_id": "77"})).expect("none"), "null");
    let removed = ask(&engine, "cache_invalidate", &json!({"pattern": "user_details:77:*"}));
    assert_eq!(removed.expect("an answer"), r#"{"memory":1,"redis":0,"is_late":false}"#);
    ask(&engine, "cache_invalidate", &json!({"trigger": "traffic_update"})).expect("an answer");
    assert_ne!(ask(&engine, "rank_users", &week).expect("an answer"), before);
    ask(&engine, "rank_users", &json!({"sort_by": "luck"})).expect_err("refused");
    ask(&engine, "rank_users", &json!({"sort_by": "luck"})).expect_err("refused again");
    let stats = ask(&engine, "cache_stats", &json!({})).expect("figures");
    assert!(
        stats.starts_with(r#"{"hits":2,"stale_hits":0,"negative_hits":1,"misses":4,"#),
        "{stats}"
    );
}

#[test]
fn a_new_generation_is_a_new_answer() {
    let (database, folder) = (database(), tempfile::tempdir().expect("a folder"));
    let options = json!({
        "store": database.location().to_string(),
        "timezone": "UTC",
        "data_dir": folder.path().to_str(),
        "refresh_interval_ms": 0,
        "now": NOW,
        "cache_entries": 100,
    });
    let engine = Engine::open(EngineConfig::from_text(&options.to_string()).expect("one"));
    // A file that was only just written may change without its times telling.
    std::thread::sleep(std::time::Duration::from_millis(300));
    let before = ask(&engine, "total", &json!({})).expect("an answer");
    assert_eq!(ask(&engine, "total", &json!({})).expect("an answer"), before);
    database.run("UPDATE user_usage SET u = u + 1");
    assert_ne!(ask(&engine, "total", &json!({})).expect("an answer"), before);
    let stats = ask(&engine, "cache_stats", &json!({})).expect("figures");
    assert!(
        stats.starts_with(r#"{"hits":1,"stale_hits":0,"negative_hits":0,"misses":2,"#),
        "{stats}"
    );
}

#[test]
fn what_cannot_be_understood_is_refused() {
    let database = database();
    let engine = ask::open(database.location(), "UTC", NOW);
    for (name, options, code) in [
        ("rank_everybody", json!({}), ErrorCode::UnknownQuestion),
        ("live", json!({"limit": 3}), ErrorCode::BadOption),
        ("rank_users", json!({"period": "week"}), ErrorCode::BadOption),
        ("rank_users", json!({"period": null}), ErrorCode::BadOption),
        ("rank_users", json!({"limit": true}), ErrorCode::BadOption),
        ("rank_users", json!({"limit": [3]}), ErrorCode::BadOption),
        ("rank_users", json!({"start_timestamp": "soon"}), ErrorCode::BadOption),
        ("rank_users", json!({"limit": -3}), ErrorCode::BadLimit),
        ("user_chart", json!({"user_id": 1, "grain": "week"}), ErrorCode::BadOption),
        ("grouped_traffic", json!({"grain": ""}), ErrorCode::BadOption),
        ("traffic", json!({"grain": "day"}), ErrorCode::BadOption),
        ("range", json!({"for": "fun"}), ErrorCode::BadOption),
        ("rank_users", json!({"time_range": "fortnight"}), ErrorCode::UnknownRange),
        ("rank_users", json!({"sort_by": "users_desc"}), ErrorCode::UnknownSort),
        ("rank_users", json!({"start_date": "yesterday"}), ErrorCode::BadDate),
        ("aggregate", json!({"group_by": "mood"}), ErrorCode::UnknownGroupBy),
        ("user_chart", json!({}), ErrorCode::BadOption),
        ("traffic", json!({"enhanced": 1}), ErrorCode::BadOption),
        ("stats", json!({}), ErrorCode::NoSnapshot),
        ("schema_apply", json!({"measure": 1}), ErrorCode::BadOption),
        ("schema_apply", json!({"lock_wait_s": -1}), ErrorCode::BadOption),
        ("schema_drop", json!({}), ErrorCode::BadOption),
        ("schema_drop", json!({"names": ["idx_user_sid"]}), ErrorCode::UnknownIndex),
        ("cache_stats", json!({}), ErrorCode::BadConfig),
        ("cache_invalidate", json!({}), ErrorCode::BadOption),
        ("cache_invalidate", json!({"pattern": "[a"}), ErrorCode::BadOption),
        (
            "cache_invalidate",
            json!({"pattern": "*", "trigger": "user_update"}),
            ErrorCode::BadOption,
        ),
        ("cache_invalidate", json!({"trigger": "reboot"}), ErrorCode::BadOption),
        ("rollup_update", json!({"days": -1}), ErrorCode::BadOption),
        ("rollup_backfill", json!({"from": "yesterday"}), ErrorCode::BadDate),
    ] {
        let error = ask(&engine, name, &options).expect_err("refused");
        assert_eq!(error.code(), code, "{name} {options}: {error}");
    }
}

/// Dates and timestamps, and all that goes wrong with them.
#[test]
fn half_a_period_and_two_of_them_are_refused_by_every_question() {
    let database = database();
    let engine = ask::open(database.location(), "UTC", NOW);
    let dates = json!({"start_date": "2025-08-19", "end_date": "2025-08-20"});
    let seconds = json!({"start_timestamp": 0, "end_timestamp": NOW});
    let with = |some: &serde_json::Value, more: serde_json::Value| {
        let mut all = some.as_object().expect("an object").clone();
        all.extend(more.as_object().expect("an object").clone());
        serde_json::Value::Object(all)
    };
    let refused = [
        with(&dates, json!({"time_range": "month"})),
        with(&dates, json!({"time_range": "time_range"})),
        with(&seconds, json!({"time_range": "today"})),
        with(&seconds, json!({"time_range": "custom"})),
        with(&dates, seconds.clone()),
        json!({"time_range": "custom"}),
        json!({"time_range": "custom", "start_date": "2025-08-19"}),
        json!({"time_range": "time_range", "end_timestamp": 5}),
        json!({"start_date": "2025-08-19"}),
        json!({"end_date": "2025-08-19"}),
        json!({"start_timestamp": 0}),
        json!({"end_timestamp": NOW}),
    ];
    for (name, id) in [
        ("rank_users", json!({})),
        ("rank_nodes", json!({})),
        ("aggregate", json!({})),
        ("user_chart", json!({"user_id": 1})),
        ("node_chart", json!({"node_id": 9})),
        ("usage_records", json!({})),
        ("traffic", json!({})),
        ("grouped_traffic", json!({})),
        ("day_traffic", json!({})),
        ("range", json!({})),
    ] {
        for options in &refused {
            let options = with(options, id.clone());
            let error = ask(&engine, name, &options).expect_err("refused");
            assert_eq!(error.code(), ErrorCode::BadOption, "{name} {options}: {error}");
            assert!(error.is_usage() && !error.is_retryable());
        }
        for period in [&dates, &seconds] {
            ask(&engine, name, &with(period, id.clone())).expect(name);
        }
    }
}

#[test]
fn a_chart_is_cut_as_its_grain_says() {
    let database = database();
    let engine = ask::open(database.location(), "UTC", NOW);
    let labels = |name: &str, options: serde_json::Value| -> Vec<String> {
        let chart = ask(&engine, name, &options).expect("a chart");
        let chart: serde_json::Value = serde_json::from_str(&chart).expect("JSON");
        serde_json::from_value(chart["labels"].clone()).expect("texts")
    };
    for (name, id) in [("user_chart", "user_id"), ("node_chart", "node_id")] {
        let of = |grain: &str| {
            let id_of = if id == "user_id" { 1 } else { 9 };
            json!({id: id_of, "start_timestamp": NOW - 200_000, "end_timestamp": NOW, "grain": grain})
        };
        let (hours, days) = (labels(name, of("hour")), labels(name, of("day")));
        assert!(hours.len() > days.len() && hours.iter().all(|hour| hour.ends_with(":00")));
        assert!(!days.is_empty() && days.iter().all(|day| day.starts_with("2025-08-")), "{days:?}");
    }
    let groups = |grain: &str| {
        let options = json!({"time_range": "week", "grain": grain});
        let groups = ask(&engine, "grouped_traffic", &options).expect("groups");
        serde_json::from_str::<serde_json::Map<_, _>>(&groups).expect("JSON")
    };
    assert!(groups("hour").keys().all(|key| key.len() == 5));
    assert!(groups("day").keys().all(|key| key.len() == 10));
}

#[test]
fn the_ways_to_answer_are_words_of_one_spelling() {
    let config = |path: &str| {
        let text = format!("store = 'sqlite:///x.db'\ntimezone = 'UTC'\npath = '{path}'");
        EngineConfig::from_text(&text).map(|config| config.path)
    };
    assert_eq!(config("push_down").expect("a path"), Path::PushDown);
    assert_eq!(config("push-down").expect("its older spelling"), Path::PushDown);
    let error = config("pushdown").expect_err("no path").to_string();
    assert!(error.contains("push_down") && !error.contains("push-down"), "{error}");
    let source = serde_json::to_value(Source::PushDown).expect("JSON");
    assert_eq!(source, json!({"path": "push_down"}));
}

/// SQLite has 31 bits for milliseconds.
#[test]
fn any_wait_for_a_lock_is_one() {
    let database = database();
    let engine = ask::open(database.location(), "UTC", NOW);
    let longest = json!({"lock_wait_s": i64::MAX});
    for name in ["rollup_status", "rollup_update", "schema_apply"] {
        ask(&engine, name, &longest).expect(name);
    }
}

#[test]
fn configurations_are_json_or_toml() {
    let json = r#" {"store": "sqlite:///x.db", "timezone": "UTC", "memory_limit_mb": 7}"#;
    let toml = "store = 'sqlite:///x.db'\ntimezone = 'UTC' # why\nmemory_limit_mb = 7\n";
    for text in [json, toml] {
        let config = EngineConfig::from_text(text).expect(text);
        assert_eq!((config.memory_limit_mb, config.snapshot.is_none()), (7, true));
    }
    for text in ["", "{", "store = ", "[1]", "stor = 'hunter2'"] {
        let error = EngineConfig::from_text(text).expect_err(text);
        assert_eq!(error.code(), ErrorCode::BadConfig);
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[test]
fn configuration_files_say_where_they_are_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("engine.toml");
    let config = |text: &str| {
        std::fs::write(&file, text).expect("a file");
        EngineConfig::from_file(&file)
    };
    let dir_of = |text: &str| config(text).expect(text).snapshot.map(|snapshot| snapshot.dir);
    let base = "store = 'sqlite:///x.db'\ntimezone = 'UTC'\n";
    assert_eq!(dir_of(base), None);
    let beside = dir_of(&format!("{base}data_dir = 'kept'"));
    assert_eq!(beside, Some(folder.path().join("kept")));
    assert_eq!(dir_of(&format!("{base}data_dir = '/kept'")), Some("/kept".into()));
    for (text, says) in [
        ("store = hunter2".to_owned(), "line 1, column 9"),
        (format!("{base}data_dir = true"), "option \"data_dir\" is a bool"),
        (" ".repeat(1 << 20) + "#", "larger than 1 MiB"),
    ] {
        let error = config(&text).expect_err(says);
        assert_eq!(error.code(), ErrorCode::BadConfig);
        let error = error.to_string();
        assert!(error.contains(says) && !error.contains("hunter2"), "{error}");
    }
    let missing = EngineConfig::from_file(&folder.path().join("none")).expect_err("no file");
    assert!(missing.to_string().contains("/none: No such file"), "{missing}");
}
