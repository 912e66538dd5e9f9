//! Starting the programs, starting again what dies later, stopping all of them.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::Signal;

use super::child::{Child, Event};
use crate::failure::Failure;
use crate::terminal::{Terminal, seconds};

/// How long a program may take until it listens.
const START_LIMIT: Duration = Duration::from_secs(30);
/// How long a program may take to end by itself.
const STOP_LIMIT: Duration = Duration::from_secs(10);
/// A program that ran this long has recovered: its next failure is a first one again.
const RECOVERED_AFTER: Duration = Duration::from_secs(60);

/// A program and how it is started.
#[derive(Debug)]
pub(super) struct Program {
    name: &'static str,
    path: PathBuf,
    arguments: Vec<OsString>,
    log: PathBuf,
}

impl Program {
    pub(super) fn new(name: &'static str, path: PathBuf, log: PathBuf) -> Self {
        Self { name, path, arguments: Vec::new(), log }
    }

    pub(super) fn option(mut self, flag: &str, value: impl Into<OsString>) -> Self {
        self.arguments.extend([flag.into(), value.into()]);
        self
    }
}

struct Running {
    program: Program,
    child: Child,
    since: Instant,
    state: State,
    failures: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Starting,
    Up,
    /// Ended; started again at that time.
    Waiting(Instant),
}

/// Holds the programs. Stops them when it is dropped, whatever the reason.
pub(super) struct Supervisor<'a> {
    terminal: &'a Terminal,
    sender: Sender<Event>,
    events: Receiver<Event>,
    running: Vec<Running>,
    runs: u64,
}

impl<'a> Supervisor<'a> {
    /// From here on Ctrl-C and SIGTERM are events.
    pub(super) fn new(terminal: &'a Terminal) -> Result<Self> {
        let (sender, events) = mpsc::channel();
        let stop = sender.clone();
        ctrlc::set_handler(move || {
            stop.send(Event::Stop).ok();
        })
        .context("watching for Ctrl-C")?;
        Ok(Self { terminal, sender, events, running: Vec::new(), runs: 0 })
    }

    /// Starts a program and waits until it listens; gives its process id.
    pub(super) fn start(&mut self, program: Program) -> Result<u32> {
        let name = program.name;
        let step = self.terminal.step(format!("Starting {name}"));
        let child = self.spawn(&program)?;
        let (run, process) = (child.run, child.group());
        self.running.push(Running { program, child, since: Instant::now(), state: State::Starting, failures: 0 });
        let deadline = Instant::now() + START_LIMIT;
        loop {
            match self.events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(Event::Ready { run: ready }) if ready == run => break,
                Ok(Event::Ended { run: ended, how }) if ended == run => {
                    let what = self.died(run, &format!("{name} ended at once ({how})"));
                    self.running.retain(|running| running.child.run != run);
                    return Err(what);
                }
                Ok(Event::Stop) => {
                    return Err(Failure::new("stopped while starting", "start again when you like.").into());
                }
                Ok(event) => self.handle(&event)?,
                Err(_) => return Err(self.died(run, &format!("{name} did not listen within {}", seconds(START_LIMIT)))),
            }
        }
        self.mark_up(run);
        step.done("");
        Ok(process)
    }

    /// Watches until it is told to stop.
    pub(super) fn run(mut self) -> Result<()> {
        loop {
            let event = match self.next_restart() {
                None => self.events.recv().context("the programs are watched")?,
                Some(due) => match self.events.recv_timeout(due.saturating_duration_since(Instant::now())) {
                    Ok(event) => event,
                    Err(RecvTimeoutError::Timeout) => {
                        self.restart_due();
                        continue;
                    }
                    Err(error) => return Err(error).context("the programs are watched"),
                },
            };
            if matches!(event, Event::Stop) {
                self.terminal.say("\nStopping …");
                return Ok(());
            }
            self.handle(&event)?;
        }
    }

    fn handle(&mut self, event: &Event) -> Result<()> {
        match event {
            Event::Ready { run } => {
                if let Some((name, process)) = self.mark_up(*run) {
                    self.terminal.say(format!("{name} is back, as process {process}."));
                }
            }
            Event::Ended { run, how } => {
                let Some(index) = self.running.iter().position(|running| running.child.run == *run) else {
                    return Ok(());
                };
                let running = &mut self.running[index];
                if running.since.elapsed() > RECOVERED_AFTER {
                    running.failures = 0;
                }
                let delay = backoff(running.failures);
                running.failures += 1;
                running.state = State::Waiting(Instant::now() + delay);
                self.terminal.say(format!(
                    "{} ended ({how}); the page goes on without it. Starting it again in {}. Its last lines:\n{}",
                    running.program.name,
                    seconds(delay),
                    running.child.last_words()
                ));
            }
            Event::Stop => {}
        }
        Ok(())
    }

    fn next_restart(&self) -> Option<Instant> {
        let due = |running: &Running| if let State::Waiting(due) = running.state { Some(due) } else { None };
        self.running.iter().filter_map(due).min()
    }

    fn restart_due(&mut self) {
        for index in 0..self.running.len() {
            let State::Waiting(due) = self.running[index].state else { continue };
            if due > Instant::now() {
                continue;
            }
            self.runs += 1;
            let (run, sender) = (self.runs, self.sender.clone());
            let running = &mut self.running[index];
            match Child::start(command(&running.program), &running.program.log, run, &sender) {
                Ok(child) => {
                    running.child = child;
                    running.since = Instant::now();
                    running.state = State::Starting;
                }
                Err(error) => {
                    let delay = backoff(running.failures);
                    running.failures += 1;
                    running.state = State::Waiting(Instant::now() + delay);
                    self.terminal.say(format!("{} can't be started: {error:#}", running.program.name));
                }
            }
        }
    }

    fn spawn(&mut self, program: &Program) -> Result<Child> {
        self.runs += 1;
        Child::start(command(program), &program.log, self.runs, &self.sender)
    }

    fn mark_up(&mut self, run: u64) -> Option<(&'static str, u32)> {
        let running = self.running.iter_mut().find(|running| running.child.run == run)?;
        running.state = State::Up;
        Some((running.program.name, running.child.group()))
    }

    fn died(&self, run: u64, what: &str) -> anyhow::Error {
        let Some(running) = self.running.iter().find(|running| running.child.run == run) else {
            return anyhow::anyhow!("{what}");
        };
        let words = running.child.last_words();
        let words = if words.is_empty() { "    (it wrote nothing)".to_owned() } else { words };
        let remedy = format!("read its last lines above; the whole log is {}.", running.program.log.display());
        Failure::new(format!("{what}. Its last lines:\n{words}"), remedy).into()
    }

    /// Asks all to end, newest first, and ends those that don't.
    fn stop_all(&mut self) {
        self.running.retain(|running| !matches!(running.state, State::Waiting(_)));
        for running in self.running.iter().rev() {
            running.child.signal(Signal::TERM);
        }
        let deadline = Instant::now() + STOP_LIMIT;
        while !self.running.is_empty() {
            match self.events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(Event::Ended { run, .. }) => self.running.retain(|running| running.child.run != run),
                Ok(Event::Ready { .. }) => {}
                // A second Ctrl-C, or the time is over.
                Ok(Event::Stop) | Err(_) => {
                    for running in self.running.drain(..) {
                        self.terminal.say(format!("{} did not end in time and was killed.", running.program.name));
                        running.child.signal(Signal::KILL);
                    }
                }
            }
        }
    }
}

impl Drop for Supervisor<'_> {
    fn drop(&mut self) {
        self.stop_all();
    }
}

fn command(program: &Program) -> Command {
    let mut command = Command::new(&program.path);
    command.args(&program.arguments);
    command
}

/// 0.5 s, 1 s, 2 s … 30 s. No jitter: one program on one machine meets nobody.
fn backoff(failures: u32) -> Duration {
    Duration::from_millis(500).saturating_mul(1 << failures.min(6)).min(Duration::from_secs(30))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(name: &'static str, script: &str, folder: &std::path::Path) -> Program {
        Program::new(name, PathBuf::from("sh"), folder.join(name)).option("-c", script)
    }

    fn supervisor(terminal: &Terminal) -> Supervisor<'_> {
        let (sender, events) = mpsc::channel();
        Supervisor { terminal, sender, events, running: Vec::new(), runs: 0 }
    }

    const LISTENS: &str = "echo '{\"listening\":\"http://127.0.0.1:1\",\"control\":\"\"}'";

    #[test]
    fn delays_grow_and_are_bounded() {
        assert_eq!(backoff(0), Duration::from_millis(500));
        assert_eq!(backoff(3), Duration::from_secs(4));
        assert_eq!(backoff(40), Duration::from_secs(30));
    }

    #[test]
    fn a_program_that_ends_before_it_listens_is_shown_with_its_last_words() {
        let folder = tempfile::tempdir().unwrap();
        let terminal = Terminal::detect();
        let mut supervisor = supervisor(&terminal);
        let error = supervisor.start(shell("gateway", "echo no floor >&2; exit 7", folder.path())).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("no floor") && text.contains("exit status: 7"), "{text}");
    }

    #[test]
    fn what_dies_once_it_listened_is_started_again() {
        let folder = tempfile::tempdir().unwrap();
        let terminal = Terminal::detect();
        let mut supervisor = supervisor(&terminal);
        // Ends as soon as it listens; when it is back, it is over.
        let (first, back) = (folder.path().join("first"), folder.path().join("back"));
        let script = format!(
            "{LISTENS}; if [ -e {first} ]; then touch {back}; exec sleep 60; fi; touch {first}; exit 1",
            first = first.display(),
            back = back.display()
        );
        supervisor.start(shell("gateway", &script, folder.path())).unwrap();
        let (stop, is_back) = (supervisor.sender.clone(), back.clone());
        std::thread::spawn(move || {
            while !is_back.exists() {
                std::thread::yield_now();
            }
            stop.send(Event::Stop).ok();
        });
        supervisor.run().unwrap();
        assert!(back.exists());
    }

    #[test]
    fn stopping_reaches_every_process_of_a_program() {
        let folder = tempfile::tempdir().unwrap();
        let terminal = Terminal::detect();
        let mut supervisor = supervisor(&terminal);
        let done = folder.path().join("done");
        // The inner process announces: by then it is no copy of the outer one any more, trap
        // included.
        let script = format!("trap 'touch {}; exit 0' TERM; ({LISTENS}; exec sleep 60) & wait", done.display());
        supervisor.start(shell("provider", &script, folder.path())).unwrap();
        drop(supervisor);
        assert!(done.exists());
    }
}
