//! One run over one data set.

use crate::Result;
use crate::choice::{self, Choice};
use crate::data::{self, Size};
use crate::duckdb::DuckDb;
use crate::mariadb::{Server, comparable};
use crate::memory::Memory;
use crate::moments::Moments;
use crate::original::{self, Original};
use crate::ours::{self, Ours, Process};
use crate::progress::{Steps, say};
use crate::question::{Question, difference};
use crate::results::Measured;
use crate::times::{Timed, Times, timed};
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Steps of a round: each question of all contestants, what reads all rows, and a build.
const STEPS: usize = Question::ALL.len() + 2;

/// What a server may take to write new rows to its indexes, once they are committed.
const SETTLE: Duration = Duration::from_millis(300);

/// Steps of a round that asks the original as well.
const ORIGINAL_STEPS: usize = 2;

/// Builds `size`, measures everything beside everything, and drops it again.
pub(crate) fn measure(size: &'static Size, rounds: u64) -> Result<Measured> {
    let mut server = Server::connect()?;
    let measured = built_and_measured(&mut server, size, rounds);
    server.execute(&format!("DROP DATABASE IF EXISTS {}", size.database))?;
    measured
}

fn built_and_measured(server: &mut Server, size: &'static Size, rounds: u64) -> Result<Measured> {
    say(&format!("{} rows", size.plan.rows))?;
    data::build(server, size)?;
    let mut run = Run::prepare(server, size)?;
    run.compare()?;
    run.rounds(rounds)?;
    let memory = run.memory()?;
    Ok(Measured {
        size,
        rounds,
        server: run.server.version()?,
        duckdb: run.duckdb.as_ref().map(|duckdb| duckdb.about.clone()),
        choices: run.choices.into_iter().map(|(question, choice, _)| (question, choice)).collect(),
        exceeded: run.exceeded,
        times: run.times,
        memory,
    })
}

/// All contestants, ready to answer.
struct Run<'a> {
    server: &'a mut Server,
    size: &'static Size,
    original: Original,
    /// What of the original ran into its time limit.
    exceeded: BTreeSet<Timed>,
    /// The SQL of each question for MariaDB and for DuckDB.
    choices: Vec<(Question, Choice, String)>,
    duckdb: Option<DuckDb>,
    by_rows: Ours,
    warm: Ours,
    warm_directory: TempDir,
    times: Times,
}

impl<'a> Run<'a> {
    fn prepare(server: &'a mut Server, size: &'static Size) -> Result<Self> {
        let moments = Moments::now()?;
        say("loading DuckDB")?;
        let exports = TempDir::new()?;
        let mut duckdb = DuckDb::start(server, exports.path())?;
        say("trying SQL by every index")?;
        choice::warm_up(server)?;
        let steps = Steps::new(Question::ALL.len());
        let mut choices = Vec::new();
        for question in Question::ALL {
            steps.begin(question.name());
            let for_duckdb = match &mut duckdb {
                Some(duckdb) => duckdb.fastest(question, &moments)?,
                None => String::new(),
            };
            choices.push((question, choice::fastest(server, question, &moments)?, for_duckdb));
        }
        let warm_directory = TempDir::new()?;
        Ok(Self {
            server,
            size,
            original: Original::new(moments, size.plan.users),
            exceeded: BTreeSet::new(),
            choices,
            duckdb,
            by_rows: ours::by_rows(size.database)?,
            warm: ours::by_snapshot(size.database, warm_directory.path(), Process::Lasting)?,
            warm_directory,
            times: Times::default(),
        })
    }

    /// Fails unless everybody gives the same answers.
    fn compare(&mut self) -> Result<()> {
        say("comparing the answers")?;
        for (question, choice, for_duckdb) in &self.choices {
            let ours = self.warm.ask(*question)?.comparable();
            let sql = comparable(self.server.answer(&choice.sql)?);
            same(*question, "SQL", difference(&ours, &sql))?;
            if let Some(duckdb) = &mut self.duckdb {
                same(*question, "DuckDB", difference(&ours, &duckdb.rows(for_duckdb)?))?;
            }
        }
        Ok(())
    }

    /// Round 0 warms everything up and is not kept.
    fn rounds(&mut self, rounds: u64) -> Result<()> {
        let steps = Steps::new(
            (rounds as usize + 1) * STEPS
                + rounds.min(original::ROUNDS_MAX) as usize * ORIGINAL_STEPS,
        );
        for round in 0..=rounds {
            self.questions(&steps)?;
            self.whole_table(&steps)?;
            if (1..=original::ROUNDS_MAX).contains(&round) {
                steps.begin("the original's query");
                self.original(Timed::Original, &self.original.ranking())?;
                steps.begin("the original's page");
                self.original(Timed::OriginalPage, &self.original.page())?;
            }
            steps.begin("build and refresh");
            self.build_and_refresh(round == 0)?;
            if round == 0 {
                self.times = Times::default();
            }
            steps.round_done(round, rounds)?;
        }
        Ok(())
    }

    /// Every question of SQL, DuckDB and ours.
    fn questions(&mut self, steps: &Steps) -> Result<()> {
        for (question, choice, for_duckdb) in &self.choices {
            steps.begin(question.name());
            let (_, ms) = timed(|| self.server.answer(&choice.sql))?;
            self.times.add(Timed::Sql(*question), ms);
            if let Some(duckdb) = &mut self.duckdb {
                self.times.add(Timed::DuckDb(*question), duckdb.ms(for_duckdb)?);
            }
            let (_, ms) = timed(|| self.warm.ask(*question))?;
            self.times.add(Timed::Warm(*question), ms);
        }
        Ok(())
    }

    /// What reads every row, and the process that need not.
    fn whole_table(&mut self, steps: &Steps) -> Result<()> {
        steps.begin("stream and rank by rows");
        let (rows, ms) = timed(|| self.server.stream())?;
        assert_eq!(rows, self.size.plan.rows, "the data set is whole");
        self.times.add(Timed::Stream, ms);
        let (_, ms) = timed(|| self.by_rows.ask(Question::RankUsers))?;
        self.times.add(Timed::RankByRows, ms);
        let ms = child("open", self.size, self.warm_directory.path())?;
        self.times.add(Timed::Open, ms);
        Ok(())
    }

    fn original(&mut self, what: Timed, statements: &[String]) -> Result<()> {
        if self.exceeded.contains(&what) {
            return Ok(());
        }
        let (answered, ms) = timed(|| original::answered(self.server, statements))?;
        if answered {
            self.times.add(what, ms);
        } else {
            self.exceeded.insert(what);
        }
        Ok(())
    }

    /// A new snapshot, and the same after new rows; `compared` with SQL when asked to.
    fn build_and_refresh(&mut self, compared: bool) -> Result<()> {
        let directory = TempDir::new()?;
        let open = || ours::by_snapshot(self.size.database, directory.path(), Process::Lasting);
        let engine = open()?;
        let (_, ms) = timed(|| engine.refresh())?;
        self.times.add(Timed::Cold, ms);
        // Waits for the cells, which are made beside.
        drop(engine);
        let engine = open()?;
        // Connects and looks around, as an engine in use has long done.
        engine.verify()?;
        let before = data::insert_new_rows(self.server)?;
        // The server has a dozen indexes to bring up to date; that is not ours to measure.
        std::thread::sleep(SETTLE);
        let (_, ms) = timed(|| engine.refresh())?;
        self.times.add(Timed::Refresh, ms);
        if compared {
            let answer = engine.ask(Question::RankUsers)?;
            let (question, choice, _) = &self.choices[0];
            let sql = comparable(self.server.answer(&choice.sql)?);
            same(*question, "SQL after new rows", difference(&answer.comparable(), &sql))?;
        }
        data::delete_new_rows(self.server, before)?;
        // Else it would compare beside the questions of the next round, and slow SQL down.
        self.warm.verify()
    }

    fn memory(&mut self) -> Result<Memory> {
        say("sampling memory")?;
        child("memory", self.size, TempDir::new()?.path())
    }
}

fn same(question: Question, whose: &str, difference: Option<String>) -> Result<()> {
    match difference {
        None => Ok(()),
        Some(difference) => {
            Err(format!("{}: {whose} disagrees: {difference}", question.name()).into())
        }
    }
}

/// What a part of this program prints when it runs in a process of its own.
fn child<T: DeserializeOwned>(part: &str, size: &Size, directory: &Path) -> Result<T> {
    let output = Command::new(std::env::current_exe()?)
        .args([part, size.database])
        .arg(directory)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("the part {part:?} failed; its message is above").into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
