//! The engine agrees with plain loops over rows, on random databases, moments and questions, and
//! every store gives the same bytes, whichever way it is asked.
//!
//! Cases are the same on every run. `TRAFFIC_ENGINE_TEST_SEED` (a number) draws others, and
//! `PROPTEST_CASES` more or fewer of them.

use traffic_engine::Location;
use traffic_engine_testkit::ask;
use traffic_engine_testkit::environment::server;
use traffic_engine_testkit::json::{Json, difference};
use traffic_engine_testkit::mysql::Mysql;
use traffic_engine_testkit::oracle;
use traffic_engine_testkit::question::{Question, Refusal, World};
use traffic_engine_testkit::random::{Case, Size, hold};
use traffic_engine_testkit::sqlite::Sqlite;

const SMALL: Size = Size { rows: 30, questions: 14 };
const LARGE: Size = Size { rows: 700, questions: 14 };

/// Enough to meet every edge; `make properties` has many more.
const SQLITE_CASES: u32 = 1_000;
/// A plain loop over many rows takes its time.
const LARGE_CASES: u32 = 20;
/// The first of the same cases: creating tables takes a server longer.
const MYSQL_CASES: u32 = 150;

#[test]
fn every_answer_equals_a_plain_loop_over_the_rows() {
    hold(SQLITE_CASES, SMALL, |case| {
        let sqlite = Sqlite::holding(&case.world.database);
        agree(case, &answers(case, &sqlite.location())?)
    });
}

#[test]
fn databases_with_many_users_and_nodes_agree_too() {
    hold(LARGE_CASES, LARGE, |case| {
        let sqlite = Sqlite::holding(&case.world.database);
        agree(case, &answers(case, &sqlite.location())?)
    });
}

#[test]
fn both_stores_give_the_same_bytes() {
    let Some(server) = server() else {
        return;
    };
    let mysql = Mysql::empty(&server);
    hold(MYSQL_CASES, SMALL, |case| {
        let sqlite = Sqlite::holding(&case.world.database);
        mysql.replace(&case.world.database);
        let ours = answers(case, &sqlite.location())?;
        let theirs = answers(case, &mysql.location())?;
        for ((question, a), b) in case.questions.iter().zip(&ours).zip(&theirs) {
            // Errors name the place of the store; the oracle says which error it must be.
            if let (Ok(a), Ok(b)) = (a, b)
                && a != b
            {
                return Err(format!("{question:?}\nSQLite: {a}\nMySQL:  {b}"));
            }
        }
        agree(case, &theirs)
    });
}

/// What the oracle itself says, where it is easily wrong.
#[test]
fn bytes_are_written_as_the_contract_says() {
    for (bytes, text) in [
        (0, "0 B"),
        (10, "10 B"),
        (1_000, "1 KB"),
        (999_999, "1000 KB"),
        (999_999_999, "1000 MB"),
        (1_500_000, "1.5 MB"),
        (1_000_000_000, "1.00 GB"),
        (999_999_999_999, "1,000.00 GB"),
        (100_000_000_000_000, "100 TB"),
        (2_000_000_000_000_000_000, "2 EB"),
    ] {
        assert_eq!(oracle::formatted(bytes), text);
    }
}

type Answer = Result<String, traffic_engine::EngineError>;

/// The answers by rows, which those by other paths must equal.
fn answers(case: &Case, location: &Location) -> Result<Vec<Answer>, String> {
    let World { zone, now, .. } = case.world;
    let engines = ask::PATHS
        .map(|path| ask::open_with(location.clone(), zone, now, |config| config.path = path));
    let mut answers = Vec::new();
    for question in &case.questions {
        let [rows, others @ ..] = engines.each_ref().map(|engine| ask::answer(engine, question));
        for (path, other) in ask::PATHS[1..].iter().zip(&others) {
            let shown =
                |answer: &Answer| answer.as_ref().map_or_else(ToString::to_string, String::clone);
            let (rows, other) = (shown(&rows), shown(other));
            if rows != other {
                return Err(format!("{question:?}\nby rows: {rows}\n{path:?}: {other}"));
            }
        }
        answers.push(rows);
    }
    Ok(answers)
}

/// Compares what the engine says with what the oracle says.
fn agree(case: &Case, answers: &[Answer]) -> Result<(), String> {
    for (question, answer) in case.questions.iter().zip(answers) {
        let got = ask::judged(answer);
        let problem = match question {
            Question::RankNodes { sort: "name_asc", limit, .. } => {
                by_name(&case.world, question, *limit, &got)
            }
            question => compare(&oracle::answer(&case.world, question), &got),
        };
        if let Some(problem) = problem {
            return Err(format!("{question:?}\n{problem}"));
        }
    }
    Ok(())
}

fn compare(want: &Result<Json, Refusal>, got: &Result<Json, Refusal>) -> Option<String> {
    match (want, got) {
        (Ok(want), Ok(got)) => difference(want, got),
        (want, got) if want == got => None,
        (want, got) => Some(format!("want {want:?}, got {got:?}")),
    }
}

/// The oracle knows the rows of a ranking by name, and the order of plain names among them.
fn by_name(
    world: &World,
    question: &Question,
    limit: Option<u64>,
    got: &Result<Json, Refusal>,
) -> Option<String> {
    let Question::RankNodes { range, sort, .. } = question.clone() else {
        return None;
    };
    let all = Question::RankNodes { range, sort, limit: None };
    let (want, got) = match (oracle::answer(world, &all), got) {
        (Ok(want), Ok(got)) => (want, got),
        (want, got) => return compare(&want, got),
    };
    let expected = want.entries().len().min(limit.map_or(usize::MAX, |rows| rows as usize));
    if got.entries().len() != expected {
        return Some(format!("want {expected} rows, got {}", got.entries().len()));
    }
    let is_row_of = |row: &&Json, other: &Json| row.get("id") == other.get("id");
    let mut rows = got.entries().iter();
    let different = rows.find_map(|got| {
        let want = want.entries().iter().find(|want| is_row_of(want, got));
        want.map_or(Some("an unknown id".to_owned()), |want| difference(want, got))
    });
    let names: Vec<_> = got.entries().iter().filter_map(plain_name).collect();
    different.or_else(|| (!names.is_sorted()).then(|| format!("not in order: {names:?}")))
}

/// Name in lower case and id, where the name is of ASCII letters and digits alone.
fn plain_name(row: &Json) -> Option<(String, i128)> {
    match (row.get("name"), row.get("id")) {
        (Some(Json::Text(name)), Some(Json::Int(id)))
            if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            Some((name.to_ascii_lowercase(), *id))
        }
        _ => None,
    }
}
