//! A server that does not let us in says why, and the message what to do.

use crate::support::run::ZONE;
use jiff::tz::TimeZone;
use traffic_engine::{Engine, EngineConfig, EngineError, ErrorCode, Location};
use traffic_engine_testkit::mysql::Session;
use traffic_engine_testkit::own_server::OwnServer;

/// What a question of `user` comes to, where there are no tables.
fn asked(server: &OwnServer, user: &str) -> EngineError {
    let store = server.url().replace("tester", user);
    let location = Location::parse(&store).expect("an address");
    let engine = Engine::open(EngineConfig::new(location, TimeZone::get(ZONE).expect("a zone")));
    engine.total().expect_err("no tables")
}

fn user(server: &OwnServer, name: &str, options: &str) {
    server.as_root(&format!("CREATE USER {name}@'%' {options}"));
    server.as_root(&format!("GRANT ALL ON `usage`.* TO {name}@'%'"));
}

fn says(error: &EngineError, code: ErrorCode, words: &str) {
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn a_full_server_is_busy_and_a_refusal_says_what_it_is() {
    let Some(server) = OwnServer::start(None) else { return };
    says(&asked(&server, "tester"), ErrorCode::MissingTable, "no readable table");

    user(&server, "one", "WITH MAX_USER_CONNECTIONS 1");
    let held = Session::open(&server.url().replace("tester", "one"));
    let error = asked(&server, "one");
    says(&error, ErrorCode::ServerBusy, "raise max_connections");
    assert!(error.is_retryable() && !error.is_usage());
    drop(held);

    server.as_root("SET GLOBAL max_connections = 10");
    let held: Vec<_> = (0..10).map(|_| Session::open(&server.url())).collect();
    says(&asked(&server, "tester"), ErrorCode::ServerBusy, "no room for another connection");
    drop(held);
    server.as_root("SET GLOBAL max_connections = 100");

    user(&server, "safe", "REQUIRE SSL");
    says(&asked(&server, "safe"), ErrorCode::AccessDenied, "?tls=required");

    server.as_root("SET GLOBAL require_secure_transport = 1");
    says(&asked(&server, "tester"), ErrorCode::AccessDenied, "?tls=required");
    server.as_root("SET GLOBAL require_secure_transport = 0");

    user(&server, "old", "IDENTIFIED BY 'pw'");
    server.as_root("ALTER USER old@'%' PASSWORD EXPIRE");
    for strict in [1, 0] {
        server.as_root(&format!("SET GLOBAL disconnect_on_expired_password = {strict}"));
        says(&asked(&server, "old:pw"), ErrorCode::AccessDenied, "password has expired");
    }

    user(&server, "locked", "ACCOUNT LOCK");
    says(&asked(&server, "locked"), ErrorCode::AccessDenied, "locked");

    server.as_root("SET GLOBAL init_connect = 'INSERT INTO nowhere.at_all VALUES (1)'");
    says(&asked(&server, "tester"), ErrorCode::AccessDenied, "init_connect fails for this user");
    server.as_root("SET GLOBAL init_connect = ''");

    // All that was the server's doing.
    says(&asked(&server, "tester"), ErrorCode::MissingTable, "no readable table");
}
