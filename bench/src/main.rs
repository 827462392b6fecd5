//! Ranking half a million rows of MariaDB, beside streaming the same rows and doing nothing.
//!
//! `make bench` starts a private server and runs this. Rounds alternate, so that a busy machine
//! disturbs both alike; medians are printed and written to `bench/results/`.

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts};
use serde::Serialize;
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tokio::runtime::{Builder, Runtime};
use traffic_engine::{
    Engine, EngineConfig, FixedClock, Limit, Location, Plan, RangeRequest, RankUsers, UserSort,
};

const ROUNDS: usize = 11;
const DATABASE: &str = "traffic_engine_bench";
const PLAN: Plan =
    Plan { rows: 500_000, users: 5_000, nodes: 30, days: 30, merged: false, seed: 1 };

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Medians of one run.
#[derive(Debug, Serialize)]
struct Measured {
    rows: u64,
    users: u64,
    nodes: u64,
    rounds: usize,
    server: String,
    cores: usize,
    stream_ms: f64,
    rank_ms: f64,
    rank_by_stream: f64,
}

fn main() -> Result<()> {
    let server = std::env::var("TRAFFIC_ENGINE_TEST_MYSQL")
        .map_err(|_| "no server to measure; run `make bench`, which starts one")?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut conn = runtime.block_on(Conn::new(Opts::from_url(&server)?))?;
    runtime.block_on(conn.query_drop(format!("CREATE DATABASE {DATABASE}")))?;
    let measured = measure(&runtime, &mut conn, &format!("{server}/{DATABASE}"));
    runtime.block_on(conn.query_drop(format!("DROP DATABASE {DATABASE}")))?;
    report(&measured?)
}

fn measure(runtime: &Runtime, conn: &mut Conn, address: &str) -> Result<Measured> {
    let engine = Engine::open(EngineConfig {
        clock: Arc::new(FixedClock(1_755_673_445)),
        ..EngineConfig::new(Location::parse(address)?, jiff::tz::TimeZone::UTC)
    });
    engine.generate(&PLAN)?;
    let (mut stream_ms, mut rank_ms) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        stream_ms.push(timed(|| stream(runtime, conn))?);
        rank_ms.push(timed(|| rank(&engine))?);
    }
    let (stream_ms, rank_ms) = (median(stream_ms), median(rank_ms));
    let version: Option<String> = runtime.block_on(conn.query_first("SELECT VERSION()"))?;
    Ok(Measured {
        rows: PLAN.rows,
        users: PLAN.users,
        nodes: PLAN.nodes,
        rounds: ROUNDS,
        server: version.unwrap_or_default(),
        cores: std::thread::available_parallelism()?.get(),
        stream_ms,
        rank_ms,
        rank_by_stream: rank_ms / stream_ms,
    })
}

/// The baseline: every row over the wire by the same driver, nothing kept.
fn stream(runtime: &Runtime, conn: &mut Conn) -> Result<()> {
    let sql = format!("SELECT id, user_id, t, u, d, node FROM {DATABASE}.user_usage");
    let rows = runtime.block_on(async {
        let mut result = conn.exec_iter(sql, ()).await?;
        let mut rows = 0_u64;
        while result.next().await?.is_some() {
            rows += 1;
        }
        Ok::<_, mysql_async::Error>(rows)
    })?;
    assert_eq!(rows, PLAN.rows);
    Ok(())
}

fn rank(engine: &Engine) -> Result<()> {
    let range = RangeRequest::named("month")?;
    let limit: Limit = "100".parse()?;
    let top = engine.rank_users(&RankUsers { range, sort: UserSort::TrafficDesc, limit })?;
    assert_eq!(top.len(), 100);
    Ok(())
}

fn timed(work: impl FnOnce() -> Result<()>) -> Result<f64> {
    let started = Instant::now();
    work()?;
    Ok(started.elapsed().as_secs_f64() * 1_000.0)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn report(measured: &Measured) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} rows, {} users, {}", measured.rows, measured.users, measured.server)?;
    writeln!(out, "stream every row          {:8.1} ms", measured.stream_ms)?;
    writeln!(out, "rank the month's top 100  {:8.1} ms", measured.rank_ms)?;
    writeln!(out, "ratio                     {:8.2}", measured.rank_by_stream)?;
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    std::fs::create_dir_all(&results)?;
    let json = serde_json::to_string_pretty(measured)?;
    Ok(std::fs::write(results.join("stream-and-rank.json"), json + "\n")?)
}
