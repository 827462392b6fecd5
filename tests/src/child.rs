//! Worker processes.

use crate::job::{Job, Told};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Nothing a worker is told takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process at work; killed when dropped.
pub struct Worker {
    child: Child,
    input: Option<ChildStdin>,
    reader: Option<JoinHandle<()>>,
    told: Arc<Mutex<Vec<Told>>>,
}

impl Worker {
    /// Starts `program`, the worker.
    pub fn start(program: &str, job: &Job) -> Self {
        Self::by(Command::new(program), job)
    }

    /// Starts the worker by a command that leads to it.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn by(mut command: Command, job: &Job) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a worker that can be started");
        let mut input = child.stdin.take().expect("its input is ours");
        let output = child.stdout.take().expect("its output is ours");
        let mut job = serde_json::to_vec(job).expect("jobs are JSON");
        job.push(b'\n');
        // One that is killed at once does not read it.
        let _ = input.write_all(&job);
        let told: Arc<Mutex<Vec<Told>>> = Arc::default();
        let heard = Arc::clone(&told);
        let reader = thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            // The last line of one that was killed may be torn.
            for told in lines.filter_map(|line| serde_json::from_str(&line).ok()) {
                heard.lock().unwrap_or_else(PoisonError::into_inner).push(told);
            }
        });
        Self { child, input: Some(input), reader: Some(reader), told }
    }

    /// Waits until it has told so much.
    ///
    /// # Panics
    /// When it does not.
    pub fn wait_for(&mut self, count: usize) {
        let began = Instant::now();
        while self.told.lock().unwrap_or_else(PoisonError::into_inner).len() < count {
            assert!(began.elapsed() < PATIENCE, "a worker does not answer");
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Lets it go on with the next part of its job.
    ///
    /// # Panics
    /// When it has ended.
    pub fn go_on(&mut self) {
        let input = self.input.as_mut().expect("its input has not ended");
        input.write_all(b"\n").expect("a worker that listens");
    }

    /// Ends it at once, wherever it is; what it told until then.
    pub fn kill(mut self) -> Vec<Told> {
        self.child.kill().expect("a process of our own can be killed");
        self.told()
    }

    /// Lets it finish what it is doing; what it told.
    ///
    /// # Panics
    /// When it failed.
    pub fn finish(mut self) -> Vec<Told> {
        drop(self.input.take());
        let told = self.told();
        let status = self.wait();
        assert!(status.success(), "a worker ended with {status}");
        told
    }

    fn told(&mut self) -> Vec<Told> {
        let reader = self.reader.take().expect("asked for once");
        reader.join().expect("reading lines does not panic");
        std::mem::take(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("a process of our own can be waited for")
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
