//! A panel as V2RaySocks has it: usage rows and users' counters each second in one transaction, days
//! merged into a sum for each user, and somebody else's table on the same server.

use crate::Result;
use crate::data::Size;
use crate::mariadb::{Server, address};
use crate::ours;
use crate::progress::RowsLine;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use traffic_engine::{Engine, EngineConfig, Location};

const ROWS_A_SECOND: u64 = 80;
const DAY_S: i64 = 86_400;
const LOGIN: &str = "traffic_engine_live";

/// What `total` says: bytes up, bytes down, rows.
pub(super) type Told = (u128, u128, u64);

/// Every state the database was in, by what it said, and until when.
#[derive(Default)]
pub(super) struct States(Mutex<HashMap<Told, Option<u64>>>);

impl States {
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// `before` ended, before its successor `next` was committed.
    fn follow(&self, before: Told, next: Told, ended_us: u64) {
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        states.insert(before, Some(ended_us));
        states.insert(next, None);
    }

    /// How long before `from_us` the state ended that `told` is of, in milliseconds; `None` where
    /// there never was one.
    pub(super) fn staleness_ms(&self, told: Told, from_us: u64) -> Option<f64> {
        let states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ended_us = (*states.get(&told)?).unwrap_or(u64::MAX);
        Some(from_us.saturating_sub(ended_us) as f64 / 1_000.0)
    }
}

pub(super) fn now_us() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

/// Makes the database with the index that is advised, and rows until now.
pub(super) fn fill(server: &mut Server, size: &Size) -> Result<()> {
    server.execute(&format!("CREATE DATABASE {}", size.database))?;
    let line = RowsLine::new();
    Engine::open(EngineConfig {
        observer: Some(line.observer()),
        ..EngineConfig::new(address(size.database)?, ours::zone())
    })
    .generate(&size.plan)?;
    line.done();
    server.execute(&format!("USE {}", size.database))?;
    server.execute("CREATE INDEX live_t ON user_usage (t)")?;
    server.execute("CREATE TABLE other (id INT PRIMARY KEY, n INT)")?;
    server.execute("INSERT INTO other VALUES (1, 1)")
}

/// The address of a login that may read the database, and with `process` see what goes on.
pub(super) fn account(size: &Size, process: bool) -> Result<Location> {
    let mut server = Server::connect()?;
    let password = "no-secret";
    server.execute(&format!("CREATE OR REPLACE USER '{LOGIN}'@'%' IDENTIFIED BY '{password}'"))?;
    server.execute(&format!("GRANT SELECT ON {}.* TO '{LOGIN}'@'%'", size.database))?;
    if process {
        server.execute(&format!("GRANT PROCESS ON *.* TO '{LOGIN}'@'%'"))?;
    }
    let Location::Mysql(mut mysql) = address(size.database)? else {
        return Err("the server's address is one of MySQL".into());
    };
    mysql.user = LOGIN.to_owned();
    mysql.password = Some(password.to_owned().into());
    Ok(Location::Mysql(mysql))
}

/// Milliseconds of processor time that the server has taken.
pub(super) fn server_cpu_ms() -> Result<f64> {
    let mut server = Server::connect()?;
    // A relative name lies in the folder of the data.
    let folder = server.text("SELECT @@datadir")?;
    let id = fs::read_to_string(Path::new(&folder).join(server.text("SELECT @@pid_file")?))?;
    let stat = fs::read_to_string(format!("/proc/{}/stat", id.trim()))?;
    let behind_name = stat.rsplit_once(')').ok_or("a line of the process table")?.1;
    let fields: Vec<&str> = behind_name.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|it| it.parse::<f64>().ok()).unwrap_or(0.0);
    // Hundredths of a second, as Linux has always told them.
    Ok((ticks(11) + ticks(12)) * 10.0)
}

/// The panel at work.
pub(super) struct Panel {
    server: Server,
    states: Arc<States>,
    now: Told,
    users: u64,
    nodes: u64,
    /// When days are merged.
    merges: Vec<Duration>,
    seed: u64,
}

impl Panel {
    pub(super) fn on(size: &Size, seconds: u64) -> Result<Self> {
        let mut server = Server::connect()?;
        server.execute(&format!("USE {}", size.database))?;
        let now = total(&mut server)?;
        let states = Arc::new(States::default());
        states.follow(now, now, u64::MAX);
        let at = |share: f64| Duration::from_secs_f64(20.0 + seconds as f64 * share);
        let (users, nodes) = (size.plan.users, size.plan.nodes);
        Ok(Self { server, states, now, users, nodes, merges: vec![at(0.7), at(0.3)], seed: now.2 })
    }

    pub(super) fn states(&self) -> Arc<States> {
        Arc::clone(&self.states)
    }

    /// Writes each second until told to stop; the number of days merged.
    pub(super) fn write_until(&mut self, stop: &AtomicBool) -> Result<usize> {
        let (began, mut merged) = (Instant::now(), 0);
        while !stop.load(Ordering::Relaxed) {
            let second = Instant::now();
            if self.merges.last().is_some_and(|at| began.elapsed() >= *at) {
                self.merges.pop();
                merged += usize::from(self.merge()?);
            }
            self.report()?;
            for _ in 0..2 {
                self.server.execute("UPDATE other SET n = n + 1")?;
            }
            thread::sleep(Duration::from_secs(1).saturating_sub(second.elapsed()));
        }
        Ok(merged)
    }

    /// What nodes report in a second.
    fn report(&mut self) -> Result<()> {
        let t = now_us() / 1_000_000;
        let (mut rows, mut ids, mut next) = (Vec::new(), Vec::new(), self.now);
        for _ in 0..ROWS_A_SECOND {
            let (user, node) = (1 + self.draw() % self.users, 1 + self.draw() % self.nodes);
            let (u, d) = (self.draw() % 1_000_000, self.draw() % 10_000_000);
            rows.push(format!("({user}, {t}, {u}, {d}, '{node}', 1)"));
            ids.push(user.to_string());
            next = (next.0 + u128::from(u), next.1 + u128::from(d), next.2 + 1);
        }
        self.server.execute("BEGIN")?;
        self.server.execute(&format!(
            "INSERT INTO user_usage (user_id, t, u, d, node, count_rate) VALUES {}",
            rows.join(", ")
        ))?;
        let ids = ids.join(", ");
        self.server
            .execute(&format!("UPDATE `user` SET u = u + 1, d = d + 1 WHERE id IN ({ids})"))?;
        self.commit(next)
    }

    /// Merges the latest day that is over and was not merged yet; false where there is none.
    fn merge(&mut self) -> Result<bool> {
        let today = now_us() as i64 / 1_000_000 / DAY_S * DAY_S;
        let day = self.server.number(&format!(
            "SELECT COALESCE(MAX(t DIV {DAY_S} * {DAY_S}), -1) FROM user_usage \
             WHERE t < {today} AND node <> 'DAY'"
        ))?;
        if day < 0 {
            return Ok(false);
        }
        let end = day + DAY_S;
        let of_day = format!("t >= {day} AND t < {end} AND node <> 'DAY'");
        self.server.execute("BEGIN")?;
        let rows =
            self.server.number(&format!("SELECT COUNT(*) FROM user_usage WHERE {of_day}"))?;
        let sums = self
            .server
            .number(&format!("SELECT COUNT(DISTINCT user_id) FROM user_usage WHERE {of_day}"))?;
        self.server.execute(&format!(
            "INSERT INTO user_usage (user_id, t, u, d, node, count_rate) \
             SELECT user_id, {end} - 1, SUM(u), SUM(d), 'DAY', 1 FROM user_usage \
             WHERE {of_day} GROUP BY user_id"
        ))?;
        self.server.execute(&format!("DELETE FROM user_usage WHERE {of_day}"))?;
        let (u, d, all) = self.now;
        self.commit((u, d, all - rows.unsigned_abs() + sums.unsigned_abs()))?;
        Ok(true)
    }

    fn commit(&mut self, next: Told) -> Result<()> {
        // The state before ends no earlier than this; who asked before may still be told it.
        self.states.follow(self.now, next, now_us());
        self.server.execute("COMMIT")?;
        self.states.follow(self.now, next, now_us());
        self.now = next;
        Ok(())
    }

    /// The next number of a simple generator, which is all that made-up figures need.
    fn draw(&mut self) -> u64 {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.seed >> 33
    }
}

fn total(server: &mut Server) -> Result<Told> {
    let text = server.text("SELECT CONCAT_WS(' ', SUM(u), SUM(d), COUNT(*)) FROM user_usage")?;
    let mut words = text.split(' ');
    let mut next = || words.next().ok_or("three sums");
    Ok((next()?.parse()?, next()?.parse()?, next()?.parse()?))
}
