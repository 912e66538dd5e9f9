//! One running program: its ready line, its last words, its end.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result};
use rustix::process::Signal;
use serde::Deserialize;

use super::signal;

/// What the supervisor hears.
#[derive(Debug)]
pub(super) enum Event {
    /// A program listens.
    Ready { run: u64 },
    /// A program ended; `how` is its exit status.
    Ended { run: u64, how: String },
    /// Ctrl-C, or SIGTERM.
    Stop,
}

/// The line that a program prints once it listens.
#[derive(Deserialize)]
struct Listening {
    #[allow(dead_code)] // only its presence matters
    listening: String,
}

/// How many of the last lines are kept.
const LAST_LINES: usize = 20;

/// A running program. It runs until it is stopped: dropping this does not end it.
#[derive(Debug)]
pub(super) struct Child {
    /// Tells this run from an earlier one of the same program.
    pub(super) run: u64,
    group: u32,
    last: Arc<Mutex<VecDeque<String>>>,
}

impl Child {
    /// Starts the program; everything later is told by events.
    pub(super) fn start(mut command: Command, log: &Path, run: u64, events: &Sender<Event>) -> Result<Self> {
        if let Some(folder) = log.parent() {
            fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        }
        let log = File::create(log).with_context(|| format!("making {}", log.display()))?;
        signal::separate(&mut command);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process =
            command.spawn().with_context(|| format!("starting {}", command.get_program().to_string_lossy()))?;
        let last = Arc::new(Mutex::new(VecDeque::new()));
        let stdout = process.stdout.take();
        let announcing = {
            let events = events.clone();
            thread::spawn(move || stdout.map(|stdout| announce(stdout, run, &events)))
        };
        let stderr = process.stderr.take();
        let logging = {
            let last = Arc::clone(&last);
            thread::spawn(move || stderr.map(|stderr| keep(stderr, log, &last)))
        };
        let group = process.id();
        let events = events.clone();
        thread::spawn(move || {
            let how = match process.wait() {
                Ok(status) => status.to_string(),
                Err(error) => error.to_string(),
            };
            // What it said comes before its end.
            announcing.join().ok();
            logging.join().ok();
            events.send(Event::Ended { run, how }).ok();
        });
        Ok(Self { run, group, last })
    }

    /// Its process id, which is that of its group as well.
    pub(super) fn group(&self) -> u32 {
        self.group
    }

    pub(super) fn signal(&self, signal: Signal) {
        signal::send(self.group, signal);
    }

    /// What it wrote last to its log.
    pub(super) fn last_words(&self) -> String {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
    }
}

/// Waits for the ready line, and reads on so that the program never blocks on a full pipe.
fn announce(stdout: impl Read, run: u64, events: &Sender<Event>) {
    let mut announced = false;
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        if !announced && serde_json::from_str::<Listening>(&line).is_ok() {
            announced = true;
            events.send(Event::Ready { run }).ok();
        }
    }
}

/// Writes the log, and keeps its end.
fn keep(stderr: impl Read, mut log: File, last: &Mutex<VecDeque<String>>) {
    let mut lines = BufReader::new(stderr).split(b'\n');
    while let Some(Ok(line)) = lines.next() {
        let line = String::from_utf8_lossy(&line).into_owned();
        // A full disk must not stop the program: the end of its log is still in memory.
        writeln!(log, "{line}").ok();
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.len() == LAST_LINES {
            last.pop_front();
        }
        last.push_back(line);
    }
}
