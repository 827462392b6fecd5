//! Servers and files that cannot be reached or entered, and how much of the secret they learn.

use std::fmt::Debug;
use std::io::Write;
use std::net::TcpListener;
use std::{fs, thread};
use traffic_engine::{Engine, EngineError, ErrorCode, Location};
use traffic_engine_testkit::ask;
use traffic_engine_testkit::environment::{authority, server, server_alone};
use traffic_engine_testkit::mysql::Mysql;
use traffic_engine_testkit::place::{engine, engine_by};
use traffic_engine_testkit::question::{Question, Range, Records};
use traffic_engine_testkit::sample::{NOW, all_records, rank_nodes, rank_users, small};
use traffic_engine_testkit::sqlite::Sqlite;

const SECRET: &str = "hunter2-not-to-be-shown";

fn at(address: &str) -> Engine {
    ask::open(Location::parse(address).expect("an address"), "UTC", NOW)
}

/// The code of the error of every kind of question; none of them may give the secret away.
fn failure(engine: &Engine) -> ErrorCode {
    let errors = [
        code(engine, engine.live().map(drop)),
        code(engine, engine.node_table().map(drop)),
        code(engine, engine.peak().map(drop)),
    ];
    assert!(errors.iter().all(|code| *code == errors[0]), "{errors:?}");
    errors[0]
}

fn code(engine: &Engine, answer: Result<(), EngineError>) -> ErrorCode {
    let error = answer.expect_err("nobody to answer");
    hides_the_secret(&format!("{error} {error:?} {error:#?} {engine:?}"));
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        hides_the_secret(&format!("{error} {error:?}"));
        source = error.source();
    }
    error.code()
}

fn hides_the_secret(text: &str) {
    assert!(!text.contains(SECRET), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_closed_port_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let engine = at(&format!("mysql://ada:{SECRET}@127.0.0.1:{port}/v2r"));
    assert_eq!(failure(&engine), ErrorCode::Unreachable);
}

#[test]
fn a_server_that_speaks_something_else_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for stream in listener.incoming().take(3) {
            let greeted =
                stream.and_then(|mut it| it.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
            greeted.expect("a client");
        }
    });
    let engine = at(&format!("mysql://ada:{SECRET}@127.0.0.1:{port}/v2r"));
    assert_eq!(failure(&engine), ErrorCode::Unreachable);
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    // The kernel accepts for it, and then nothing comes.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let engine = at(&format!("mysql://ada:{SECRET}@127.0.0.1:{port}/v2r"));
    assert_eq!(code(&engine, engine.live().map(drop)), ErrorCode::Unreachable);
}

#[test]
fn a_missing_file_is_not_created_by_a_question() {
    let sqlite = Sqlite::empty();
    let Location::Sqlite(path) = sqlite.location() else { unreachable!("a SQLite file") };
    assert_eq!(failure(&engine(&sqlite)), ErrorCode::CannotOpen);
    assert!(!path.exists());
    fs::create_dir(&path).expect("a directory");
    assert_eq!(failure(&engine(&sqlite)), ErrorCode::CannotOpen);
}

#[test]
fn a_file_that_is_no_database_cannot_be_opened() {
    let sqlite = Sqlite::empty();
    let Location::Sqlite(path) = sqlite.location() else { unreachable!("a SQLite file") };
    fs::write(&path, "usage,t,u,d\n".repeat(500)).expect("a file");
    assert_eq!(failure(&engine(&sqlite)), ErrorCode::CannotOpen);
    fs::write(&path, "").expect("a file");
    assert_eq!(failure(&engine(&sqlite)), ErrorCode::MissingTable);
}

#[test]
fn a_file_of_a_strange_name_is_opened_as_it_is() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("a ?mode=memory#%41 ü.db");
    let sqlite = Sqlite::holding(&small());
    let Location::Sqlite(original) = sqlite.location() else { unreachable!("a SQLite file") };
    fs::copy(original, &path).expect("a copy");
    let engine = at(&format!("sqlite://{}", path.display()));
    assert_eq!(engine.live().expect("an answer").total_users, 1);
}

/// A fresh user of the server, with `secret` as password and nothing granted.
fn login(mysql: &Mysql, condition: &str) -> String {
    let name = &mysql.name;
    mysql.run(&format!("CREATE USER '{name}'@'%' IDENTIFIED BY '{SECRET}' {condition}"));
    mysql.address_for(name, SECRET)
}

#[test]
fn a_wrong_login_is_denied_and_its_password_not_shown() {
    let Some(server) = server() else { return };
    let mysql = Mysql::holding(&server, &small());
    let address = login(&mysql, "");
    // Known to the server, without a right to this database.
    assert_eq!(failure(&at(&address)), ErrorCode::AccessDenied);
    let wrong = address.replace(SECRET, "hunter2");
    assert_eq!(failure(&at(&wrong)), ErrorCode::AccessDenied);
    let nobody = address.replace(&format!("{}:", mysql.name), "nobody:");
    assert_eq!(failure(&at(&nobody)), ErrorCode::AccessDenied);
    let without = address.replace(&format!(":{SECRET}"), "");
    assert_eq!(failure(&at(&without)), ErrorCode::AccessDenied);
}

#[test]
fn an_unknown_database_is_an_error_that_names_it() {
    let Some(server) = server() else { return };
    let engine = at(&format!("{server}/no_such_database"));
    let error = engine.live().expect_err("no database");
    assert!(error.to_string().contains("no_such_database"), "{error}");
    assert_eq!(error.code(), ErrorCode::AccessDenied);
    let password = server.split([':', '@']).nth(2).expect("a password").to_owned();
    assert!(!format!("{error} {error:?}").contains(&password));
}

#[test]
fn a_table_that_may_not_be_read_counts_as_missing() {
    let Some(server) = server() else { return };
    let mysql = Mysql::holding(&server, &small());
    let address = login(&mysql, "");
    let grant = |table: &str| {
        let name = &mysql.name;
        mysql.run(&format!("GRANT SELECT ON `{name}`.`{table}` TO '{name}'@'%'"));
    };
    grant("user");
    grant("node");
    assert_eq!(failure(&at(&address)), ErrorCode::MissingTable);
    grant("user_usage");
    // Reading rights on three tables are all it takes.
    assert_eq!(at(&address).total().expect("an answer").total_records, 1);
}

#[test]
fn a_password_with_signs_of_its_own_is_understood() {
    let Some(server) = server() else { return };
    let mysql = Mysql::holding(&server, &small());
    let name = &mysql.name;
    mysql.run(&format!("CREATE USER '{name}'@'%' IDENTIFIED BY 'p@ss/w:rd%#?'"));
    mysql.run(&format!("GRANT SELECT ON `{name}`.* TO '{name}'@'%'"));
    let engine = at(&mysql.address_for(name, "p%40ss%2Fw%3Ard%25%23%3F"));
    assert_eq!(engine.live().expect("an answer").total_users, 1);
}

#[test]
fn another_sql_mode_changes_no_answer() {
    let Some(server) = server_alone() else { return };
    let mysql = Mysql::holding(&server, &small());
    let usual = mysql.value("SELECT @@GLOBAL.sql_mode");
    let strange = "ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,ONLY_FULL_GROUP_BY,\
                   IGNORE_SPACE,NO_UNSIGNED_SUBTRACTION";
    mysql.run(&format!("SET GLOBAL sql_mode = '{strange}'"));
    let mode = Mysql::empty(&server).value("SELECT @@sql_mode");
    let node = Some("7".to_owned());
    let of_node = Records { node, range: Range::named("all"), ..Records::default() };
    let questions = [
        rank_users(),
        rank_nodes(),
        all_records(),
        Question::Records(of_node),
        Question::Aggregate { by: "time", range: Range::named("all") },
        Question::Total,
    ];
    let by_every_path =
        |question| ask::PATHS.map(|path| ask::answer(&engine_by(path, &mysql), question));
    let answers = questions.each_ref().map(by_every_path);
    mysql.run(&format!("SET GLOBAL sql_mode = '{usual}'"));
    assert!(mode.contains("ANSI_QUOTES"), "{mode}");
    let sqlite = Sqlite::holding(&small());
    for (question, answers) in questions.iter().zip(answers) {
        let expected = ask::answer(&engine(&sqlite), question).expect("an answer");
        for answer in answers {
            assert_eq!(answer.expect("an answer"), expected);
        }
    }
}

#[test]
fn a_server_in_another_time_zone_gives_the_same_answers() {
    let Some(server) = server_alone() else { return };
    let mysql = Mysql::holding(&server, &small());
    mysql.run("SET GLOBAL time_zone = '-11:30'");
    let answer = ask::answer(&engine(&mysql), &all_records());
    mysql.run("SET GLOBAL time_zone = 'SYSTEM'");
    let sqlite = Sqlite::holding(&small());
    let expected = ask::answer(&engine(&sqlite), &all_records()).expect("an answer");
    assert_eq!(answer.expect("an answer"), expected);
}

#[test]
fn unsigned_counters_beyond_the_signed_range_are_exact() {
    let Some(server) = server() else { return };
    let mysql = Mysql::holding(&server, &small());
    for column in ["id", "user_id", "t", "u", "d"] {
        mysql.run(&format!("ALTER TABLE user_usage MODIFY {column} bigint unsigned NOT NULL"));
    }
    mysql.run("UPDATE user_usage SET u = 18446744073709551615, t = 5");
    for path in ask::PATHS {
        let total = engine_by(path, &mysql).total().expect("an answer");
        assert_eq!(total.total_upload, u128::from(u64::MAX), "{path:?}");
        let peak = engine_by(path, &mysql).peak().expect("an answer");
        assert_eq!(peak.peak_date.as_deref(), Some("1970-01-01"), "{path:?}");
    }
    mysql.run("UPDATE user_usage SET t = 9223372036854775808");
    for path in ask::PATHS {
        let error = engine_by(path, &mysql).peak().expect_err("a time that is none");
        assert_eq!(error.code(), ErrorCode::BadValue, "{path:?}");
    }
}

#[test]
fn tables_in_another_character_set_are_read_as_they_are_meant() {
    let Some(server) = server() else { return };
    for convert in ["utf8mb3", "utf8mb4 COLLATE utf8mb4_bin", "latin1"] {
        let mut database = small();
        database.nodes[0].name = "Zürich".to_owned();
        database.usage[0].node = "Zürich".to_owned();
        let mysql = Mysql::holding(&server, &database);
        for table in ["node", "user_usage"] {
            mysql.run(&format!("ALTER TABLE {table} CONVERT TO CHARACTER SET {convert}"));
        }
        for (node, count) in [("Zürich", 1), ("7", 1), ("Zurich", 0), ("zürich", 0)] {
            let records = Question::Records(Records {
                node: Some(node.to_owned()),
                range: Range::named("all"),
                ..Records::default()
            });
            let answer = ask::answer(&engine(&mysql), &records);
            let text = answer.unwrap_or_else(|error| panic!("{convert} {node}: {error}"));
            assert_eq!(text.matches("Zürich").count(), 2 * count, "{convert} {node}: {text}");
        }
        for path in ask::PATHS {
            let ranked = ask::answer(&engine_by(path, &mysql), &rank_nodes()).expect("an answer");
            assert!(ranked.contains(r#""usage_records":1"#), "{path:?} {convert}: {ranked}");
        }
    }
}

#[test]
fn tls_protects_the_login_and_checks_the_server() {
    let (Some(server), Some(authority)) = (server(), authority()) else { return };
    let mysql = Mysql::holding(&server, &small());
    let address = login(&mysql, "REQUIRE SSL");
    let name = &mysql.name;
    mysql.run(&format!("GRANT SELECT ON `{name}`.* TO '{name}'@'%'"));
    let with = |parameters: &str| at(&format!("{address}?{parameters}"));
    assert_eq!(failure(&with("tls=off")), ErrorCode::AccessDenied);
    for parameters in [
        "tls=required".to_owned(),
        format!("tls=verify-ca&tls-ca={authority}"),
        format!("tls=verify-identity&tls-ca={authority}"),
    ] {
        let live = with(&parameters).live();
        assert_eq!(live.unwrap_or_else(|error| panic!("{parameters}: {error}")).total_users, 1);
    }
    // Not signed by anyone the world knows, and by nobody at all.
    assert_eq!(failure(&with("tls=verify-ca")), ErrorCode::Unreachable);
    assert_eq!(failure(&with("tls=verify-identity")), ErrorCode::Unreachable);
    assert_eq!(failure(&with("tls=verify-ca&tls-ca=/nowhere/ca.pem")), ErrorCode::Unreachable);
}

#[test]
fn nothing_that_can_be_printed_holds_the_password() {
    let location = Location::parse(&format!("mysql://ada:{SECRET}@db.example/v2r"));
    let location = location.expect("an address");
    let shown = |it: &dyn Debug| format!("{it:?} {it:#?}");
    hides_the_secret(&format!("{location} {}", shown(&location)));
    let config = traffic_engine::EngineConfig::new(location, jiff::tz::TimeZone::UTC);
    hides_the_secret(&shown(&config));
    hides_the_secret(&shown(&Engine::open(config)));
}
