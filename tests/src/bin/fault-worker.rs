//! A process that uses a snapshot until it is killed or its input ends.

use std::io::{self, BufRead, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use traffic_engine::{Engine, Refresh};
use traffic_engine_faults::ask::{ask, ask_all, engine};
use traffic_engine_faults::job::{Job, Mode, Told};
use traffic_engine_faults::rows::Question;

/// Work beside takes less.
const PATIENCE: Duration = Duration::from_secs(5);

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).expect("a job in the first line");
    let job: Job = serde_json::from_str(&line).expect("a job");
    match job.mode {
        Mode::Read => until_end_of_input(|round| tell(&[ask(engine_of(&job), kind(round))])),
        Mode::Write => until_end_of_input(|round| write(engine_of(&job), round)),
        Mode::Once => {
            let engine = engine(&job);
            // What is wrong with it the answers tell.
            let _ = engine.refresh(Refresh::Verify);
            tell(&ask_all(&engine));
        }
        Mode::Fork => fork(&engine(&job), Duration::ZERO),
        Mode::ForkBusy => fork(&engine(&job), Duration::from_millis(5)),
    }
}

/// One engine for the life of the process.
fn engine_of(job: &Job) -> &'static Engine {
    static ENGINE: std::sync::OnceLock<Engine> = std::sync::OnceLock::new();
    ENGINE.get_or_init(|| engine(job))
}

fn kind(round: usize) -> Question {
    Question::ALL[round % Question::ALL.len()]
}

fn until_end_of_input(mut work: impl FnMut(usize)) {
    let ended = Arc::new(AtomicBool::new(false));
    let end = Arc::clone(&ended);
    thread::spawn(move || {
        io::stdin().lock().lines().for_each(drop);
        end.store(true, Ordering::Relaxed);
    });
    for round in 0.. {
        if ended.load(Ordering::Relaxed) {
            break;
        }
        work(round);
    }
}

fn write(engine: &Engine, round: usize) {
    let how = if round % 4 == 3 { Refresh::Verify } else { Refresh::Tail };
    if let Err(error) = engine.refresh(how) {
        let mut told = ask(engine, kind(round));
        told.said = Err((error.code().to_string(), error.to_string()));
        tell(&[told]);
    }
    tell(&[ask(engine, kind(round))]);
}

fn tell(all: &[Told]) {
    let mut out = io::stdout().lock();
    for told in all {
        let mut line = serde_json::to_vec(told).expect("answers are JSON");
        line.push(b'\n');
        // Nobody listens any longer when the test has ended.
        let _ = out.write_all(&line);
    }
    let _ = out.flush();
}

/// Asks, waits so long for work beside to be under way, forks and asks in the child, which must
/// end by itself.
#[expect(unsafe_code, reason = "only libc forks")]
fn fork(engine: &Engine, busy: Duration) {
    let before = ask_all(engine);
    tell(&before);
    // The test changes the database now.
    io::stdin().read_line(&mut String::new()).expect("a word from the test");
    if !busy.is_zero() {
        tell(&[ask(engine, Question::Total)]);
        thread::sleep(busy);
    }
    // SAFETY: the child uses the engine, whose promise to work there is what is tested, and
    // leaves without running anything the parent registered.
    let child = unsafe { libc::fork() };
    assert!(child >= 0, "fork failed");
    if child == 0 {
        let told = when_changed(engine, &before);
        tell(&told);
        // The test changes the database once more: now nobody but us looks.
        io::stdin().read_line(&mut String::new()).expect("a word from the test");
        tell(&when_changed(engine, &told));
        // SAFETY: ends this process at once.
        unsafe { libc::_exit(0) }
    }
    let mut status = 0;
    // SAFETY: waits for the child just made, into a place of ours.
    let ended = unsafe { libc::waitpid(child, &raw mut status, 0) };
    assert!(ended == child && status == 0, "the child ended with {status}");
    tell(&when_changed(engine, &before));
}

/// Asks until all answers are others than `before`, but not for ever.
fn when_changed(engine: &Engine, before: &[Told]) -> Vec<Told> {
    let began = Instant::now();
    loop {
        let told = ask_all(engine);
        let changed = told.iter().zip(before).all(|(told, before)| told.said != before.said);
        if changed || began.elapsed() > PATIENCE {
            return told;
        }
        thread::sleep(Duration::from_millis(5));
    }
}
