//! Whatever a server's administrator has set for other programs, answers are the same.

use crate::support::run::{answer, kept, on, words};
use std::process::Command;
use tempfile::tempdir;
use traffic_engine_testkit::own_server::OwnServer;

/// Questions of every shape, by every way.
const QUESTIONS: [&str; 7] = [
    "rank users --range all --limit all",
    "rank nodes --range all --limit all",
    "total",
    "live",
    "records --range all --limit 50",
    "aggregate --by node --range all",
    "peak",
];

/// What an administrator may have set, and what undoes it.
const HOSTILE: [(&str, &str); 41] = [
    // Names that these character sets lack become question marks, which are all alike.
    ("init_connect = 'SET NAMES latin1'", "init_connect = ''"),
    ("init_connect = 'SET NAMES utf8mb3'", "init_connect = ''"),
    ("init_connect = 'SET NAMES gbk'", "init_connect = ''"),
    ("init_connect = 'USE information_schema'", "init_connect = ''"),
    ("init_connect = 'SET autocommit = 0'", "init_connect = ''"),
    ("init_connect = 'SET TRANSACTION READ WRITE'", "init_connect = ''"),
    ("character_set_server = latin1", "character_set_server = utf8mb4"),
    ("collation_connection = utf8mb4_bin", "collation_connection = utf8mb4_general_ci"),
    ("character_set_results = latin1", "character_set_results = utf8mb4"),
    ("sql_select_limit = 1", "sql_select_limit = DEFAULT"),
    ("sql_select_limit = 0", "sql_select_limit = DEFAULT"),
    ("max_statement_time = 0.02", "max_statement_time = 0"),
    ("sql_mode = 'EMPTY_STRING_IS_NULL'", "sql_mode = DEFAULT"),
    ("sql_mode = 'PAD_CHAR_TO_FULL_LENGTH,HIGH_NOT_PRECEDENCE'", "sql_mode = DEFAULT"),
    ("sql_mode = 'ORACLE'", "sql_mode = DEFAULT"),
    ("sql_mode = 'ANSI,NO_UNSIGNED_SUBTRACTION,NO_BACKSLASH_ESCAPES'", "sql_mode = DEFAULT"),
    ("sql_mode = 'REAL_AS_FLOAT,TIME_ROUND_FRACTIONAL,IGNORE_SPACE'", "sql_mode = DEFAULT"),
    ("time_zone = '-11:30'", "time_zone = 'SYSTEM'"),
    ("autocommit = 0", "autocommit = 1"),
    ("completion_type = 1", "completion_type = 0"),
    ("completion_type = 2", "completion_type = 0"),
    ("tx_isolation = 'READ-UNCOMMITTED'", "tx_isolation = 'REPEATABLE-READ'"),
    ("tx_isolation = 'SERIALIZABLE'", "tx_isolation = 'REPEATABLE-READ'"),
    ("tx_read_only = 1", "tx_read_only = 0"),
    ("max_join_size = 1", "max_join_size = DEFAULT"),
    ("sql_big_selects = 0", "sql_big_selects = 1"),
    ("sql_safe_updates = 1", "sql_safe_updates = 0"),
    ("sql_auto_is_null = 1", "sql_auto_is_null = 0"),
    ("sql_buffer_result = 1", "sql_buffer_result = 0"),
    ("max_sort_length = 64", "max_sort_length = 1024"),
    ("group_concat_max_len = 4", "group_concat_max_len = 1048576"),
    ("div_precision_increment = 0", "div_precision_increment = 4"),
    ("lc_time_names = 'ja_JP'", "lc_time_names = 'en_US'"),
    ("lc_messages = 'zh_CN'", "lc_messages = 'en_US'"),
    ("net_write_timeout = 1", "net_write_timeout = 60"),
    ("wait_timeout = 1", "wait_timeout = 28800"),
    ("idle_readonly_transaction_timeout = 1", "idle_readonly_transaction_timeout = 0"),
    ("big_tables = 1", "big_tables = 0"),
    ("optimizer_use_condition_selectivity = 1", "optimizer_use_condition_selectivity = 4"),
    ("system_versioning_asof = '2001-01-01 00:00:00'", "system_versioning_asof = DEFAULT"),
    ("session_track_system_variables = '*'", "session_track_system_variables = ''"),
];

/// Names that only the whole of Unicode has, one that begins as another for long, and one that is
/// empty to who takes empty texts for NULL.
fn strange_names(server: &OwnServer) {
    let long = "x".repeat(40) + &"y".repeat(60);
    for (id, name) in [(1, "🇭🇰 HK"), (2, "🇯🇵 HK"), (3, "香港 01"), (4, &long)] {
        server.as_root(&format!("UPDATE `usage`.node SET name = '{name}' WHERE id = {id}"));
        server.as_root(&format!(
            "UPDATE `usage`.user_usage SET node = (SELECT LEFT(name, 50) FROM `usage`.node \
             WHERE id = {id}) WHERE node = '{id}' AND user_id % 2 = 0"
        ));
    }
    server.as_root("UPDATE `usage`.user_usage SET node = '' WHERE node = '5' AND user_id % 3 = 0");
    server.as_root("ALTER TABLE `usage`.node ADD SYSTEM VERSIONING");
}

fn generated() -> Option<OwnServer> {
    let server = OwnServer::start(None)?;
    let generate = "generate --rows 4000 --users 40 --nodes 5 --days 6 --seed 7";
    answer(on(&server.url()).args(words(generate)));
    strange_names(&server);
    Some(server)
}

fn all_answers(store: &str) -> Vec<(String, String)> {
    let dir = tempdir().expect("a folder");
    let mut answers = Vec::new();
    for question in QUESTIONS {
        let ways: [(&str, Command); 3] =
            [("rows", on(store)), ("push-down", on(store)), ("snapshot", kept(store, dir.path()))];
        for (path, mut command) in ways {
            command.args(["--format", "json", "--path", path]).args(words(question));
            answers.push((format!("{question} by {path}"), answer(&mut command)));
        }
    }
    answers
}

#[test]
fn what_an_administrator_sets_for_others_changes_no_answer() {
    let Some(server) = generated() else { return };
    let (store, sane) = (server.url(), all_answers(&server.url()));
    for (setting, undo) in HOSTILE {
        server.as_root(&format!("SET GLOBAL {setting}"));
        let got = all_answers(&store);
        server.as_root(&format!("SET GLOBAL {undo}"));
        for ((question, expected), (_, got)) in sane.iter().zip(&got) {
            assert_eq!(got, expected, "{question} with {setting}");
        }
    }
    // All that can be had at once.
    for (setting, _) in HOSTILE {
        server.as_root(&format!("SET GLOBAL {setting}"));
    }
    assert_eq!(all_answers(&store), sane);
    let sums = "rollup update";
    answer(on(&store).args(words(sums)));
}

/// A node is renamed in both tables at once, over and over: nobody may see one half of it.
#[test]
fn answers_are_of_one_moment_whatever_the_servers_isolation() {
    let Some(server) = generated() else { return };
    server.as_root("SET GLOBAL tx_isolation = 'READ-COMMITTED'");
    server.as_root("UPDATE `usage`.user_usage SET node = 'n0', u = 1, d = 0");
    server.as_root("UPDATE `usage`.node SET name = 'n0' WHERE id = 1");
    let rename = |to: usize| {
        let turn = [
            "START TRANSACTION".to_owned(),
            format!("UPDATE `usage`.node SET name = 'n{to}' WHERE id = 1"),
            format!("UPDATE `usage`.user_usage SET node = 'n{to}'"),
            "COMMIT".to_owned(),
        ];
        server.as_root(&turn.join("; "));
    };
    let (store, question) = (server.url(), "rank nodes --range all --limit all --path rows");
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            for _ in 0..40 {
                let ranked = answer(on(&store).args(["--format", "json"]).args(words(question)));
                assert!(ranked.contains("\"usage_records\":4000"), "{ranked}");
            }
        });
        let mut turn = 0;
        while !asking.is_finished() {
            turn += 1;
            rename(turn);
        }
    });
}
