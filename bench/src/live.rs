//! A panel that writes all the time, and hosts that ask meanwhile: how old answers are, how long
//! they take, whether any is one that the database never had, and what it costs the server.

mod asker;
mod fpm;
mod panel;

use crate::Result;
use crate::data::Size;
use crate::machine::Machine;
use crate::mariadb::Server;
use crate::progress;
use asker::{Asked, Host};
use panel::{Panel, States, Told};
use serde::Serialize;
use serde_json::json;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// A question looks for news unless somebody has within this time.
const REFRESH_INTERVAL_MS: f64 = 1_000.0;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Account {
    /// SELECT on the database, PROCESS and nothing else.
    SelectAndProcess,
    /// SELECT on the database alone.
    SelectAlone,
}

/// What a host was told.
#[derive(Debug, Serialize)]
struct Figures {
    host: Host,
    answers: usize,
    /// Milliseconds between the end of the state that an answer is of and the question.
    staleness_p50_ms: f64,
    staleness_p99_ms: f64,
    staleness_max_ms: f64,
    latency_p50_ms: f64,
    latency_p99_ms: f64,
    /// Answers that the database never gave.
    never_so: usize,
    errors: usize,
}

/// Measures both accounts at both sizes, `seconds` each.
pub(crate) fn measure(sizes: &[Size], seconds: u64, folder: &Path) -> Result<()> {
    let machine = Machine::look()?;
    let mut measured = Vec::new();
    for size in sizes {
        let mut server = Server::connect()?;
        progress::say(&format!("{}: filling the database", size.name))?;
        panel::fill(&mut server, size)?;
        for account in [Account::SelectAndProcess, Account::SelectAlone] {
            let run = run(size, account, seconds)?;
            print(size, account, &run)?;
            measured.push(json!({
                "rows": size.plan.rows, "account": account, "seconds": seconds,
                "states": run.states, "merges": run.merges,
                "server_load_percent_of_a_core": run.load, "hosts": run.hosts,
            }));
        }
        server.execute(&format!("DROP DATABASE {}", size.database))?;
    }
    let json = json!({ "machine": machine, "runs": measured });
    let text = serde_json::to_string_pretty(&json)? + "\n";
    Ok(fs::write(folder.join("live.json"), text)?)
}

struct Run {
    hosts: Vec<Figures>,
    states: usize,
    merges: usize,
    /// What the hosts cost the server, in per cent of a core.
    load: f64,
}

fn run(size: &Size, account: Account, seconds: u64) -> Result<Run> {
    let address = panel::account(size, account == Account::SelectAndProcess)?;
    let directory = tempfile::tempdir()?;
    let mut panel = Panel::on(size, seconds)?;
    let states = panel.states();
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let writing = thread::spawn(move || panel.write_until(&stopped).map_err(|it| it.to_string()));
    // The panel alone first: what remains is what the hosts cost.
    let alone = load_over(Duration::from_secs(15), || thread::sleep(Duration::from_secs(15)))?;
    asker::build(&address, directory.path())?;
    let span = Duration::from_secs(seconds);
    let mut asked = Vec::new();
    let both = load_over(span, || {
        thread::scope(|scope| {
            let hosts = Host::ALL.map(|host| {
                let (address, directory) = (&address, directory.path());
                let ask = move || asker::ask(host, address, directory, span);
                (host, scope.spawn(move || ask().map_err(|error| error.to_string())))
            });
            asked =
                hosts.map(|(host, it)| (host, it.join().expect("asking does not panic"))).into();
        });
    })?;
    stop.store(true, Ordering::Relaxed);
    let merges = writing.join().expect("the panel does not panic")?;
    let judged = asked.into_iter().map(|(host, asked)| Ok(figures(host, &asked?, &states)));
    let hosts = judged.collect::<Result<_>>()?;
    Ok(Run { hosts, states: states.len(), merges, load: both - alone })
}

/// Per cent of a core that the server takes while `work` is done.
fn load_over(span: Duration, work: impl FnOnce()) -> Result<f64> {
    let before = panel::server_cpu_ms()?;
    let began = Instant::now();
    work();
    let spent_ms = panel::server_cpu_ms()? - before;
    debug_assert!(began.elapsed() >= span / 2);
    Ok(spent_ms / (began.elapsed().as_secs_f64() * 1_000.0) * 100.0)
}

fn figures(host: Host, asked: &[Asked], states: &States) -> Figures {
    let mut staleness = Vec::new();
    let (mut never_so, mut errors) = (0, 0);
    for it in asked {
        match it.told.map(|told| states.staleness_ms(told, it.from_us)) {
            Some(Some(ms)) => staleness.push(ms),
            Some(None) => never_so += 1,
            None => errors += 1,
        }
    }
    let latency: Vec<f64> = asked.iter().map(|it| it.took_ms).collect();
    Figures {
        host,
        answers: asked.len(),
        staleness_p50_ms: quantile(&staleness, 0.5),
        staleness_p99_ms: quantile(&staleness, 0.99),
        staleness_max_ms: quantile(&staleness, 1.0),
        latency_p50_ms: quantile(&latency, 0.5),
        latency_p99_ms: quantile(&latency, 0.99),
        never_so,
        errors,
    }
}

/// What an answer in JSON says.
fn told(answer: &[u8]) -> Option<Told> {
    let total: serde_json::Value = serde_json::from_slice(answer).ok()?;
    let sum = |key: &str| total[key].to_string().parse().ok();
    let records = total["total_records"].as_u64()?;
    Some((sum("total_upload")?, sum("total_download")?, records))
}

fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    let rounded = |ms: f64| (ms * 10.0).round() / 10.0;
    sorted.get((last as f64 * share).round() as usize).copied().map_or(f64::NAN, rounded)
}

fn print(size: &Size, account: Account, run: &Run) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let Run { states, merges, load, .. } = run;
    writeln!(
        out,
        "\n{} rows, {account:?}: {states} states, {merges} days merged, server {load:.1} % of a core \
         for the hosts (at most 2)",
        size.plan.rows
    )?;
    let staleness_max = 1.2 * REFRESH_INTERVAL_MS + 50.0;
    writeln!(
        out,
        "  host        answers  stale p50/p99/max ms (p99 at most {staleness_max})  latency p50/p99 ms (3 x)  never so (0)  errors"
    )?;
    for it in &run.hosts {
        writeln!(
            out,
            "  {:<11} {:>7}  {:>8} / {:>8} / {:>8}  {:>8} / {:>8}  {:>4}  {:>4}",
            format!("{:?}", it.host),
            it.answers,
            it.staleness_p50_ms,
            it.staleness_p99_ms,
            it.staleness_max_ms,
            it.latency_p50_ms,
            it.latency_p99_ms,
            it.never_so,
            it.errors
        )?;
    }
    Ok(())
}
