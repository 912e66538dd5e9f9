//! A child process: started, awaited, killed, asked for its last words.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, prlimit};

/// How many lines of a child's log are kept for a failure's report.
const LAST_LINES: usize = 60;

/// A running child. It is killed when this is dropped.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// Starts a program and waits until it has printed a line that `ready` accepts.
    ///
    /// # Errors
    /// The program does not start, ends, or says nothing that `ready` accepts within 30 s.
    pub fn start<T>(command: &mut Command, ready: impl Fn(&str) -> Option<T> + Send + 'static) -> Result<(Self, T)>
    where
        T: Send + 'static,
    {
        let program = PathBuf::from(command.get_program());
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().with_context(|| {
                format!("{} does not start; build it with `cargo croupier test`", program.display())
            })?;
        let log = Arc::new(Mutex::new(Vec::new()));
        let (announce, announced) = mpsc::channel();
        let out = child.stdout.take().context("stdout is piped")?;
        let err = child.stderr.take().context("stderr is piped")?;
        let kept = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if let Some(value) = ready(&line) {
                    // Nobody listens any more once the first has been taken.
                    let _ = announce.send(value);
                }
                keep(&kept, line);
            }
        });
        let kept = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in BufReader::new(err).lines().map_while(Result::ok) {
                keep(&kept, line);
            }
        });
        let process = Self { name, child, log };
        match announced.recv_timeout(Duration::from_secs(30)) {
            Ok(value) => Ok((process, value)),
            Err(_) => Err(anyhow!("{} was not ready within 30 s\n{}", process.name, process.last_words())),
        }
    }

    /// SIGKILL: no clean-up, no last word, as a crash or a pulled plug.
    ///
    /// # Errors
    /// The process could not be signalled or reaped.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// SIGTERM, as an operator stops it.
    ///
    /// # Errors
    /// It did not end within 15 s.
    pub fn stop(&mut self) -> Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM).with_context(|| format!("stopping {}", self.name))?;
        let (ended, end) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let _ = ended.send(self.child.wait());
            });
            end.recv_timeout(Duration::from_secs(15))
                .map_err(|_| anyhow!("still running 15 s after SIGTERM"))?
                .map(drop)
                .context("wait")
        })
    }

    /// Limits how large a file it may write from now on; `None` takes the limit away.
    ///
    /// # Errors
    /// The system refuses.
    pub fn limit_files(&self, bytes: Option<u64>) -> Result<()> {
        let limit = Rlimit { current: bytes, maximum: None };
        let set = prlimit(Some(Pid::from_child(&self.child)), Resource::Fsize, limit);
        set.map(drop).with_context(|| format!("limiting {}", self.name))
    }

    /// How much memory it holds, in MiB.
    ///
    /// # Errors
    /// The system does not say.
    pub fn memory_mib(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let held = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
        Ok(held.context("VmRSS")?.trim().parse::<f64>()? / 1024.0)
    }

    /// The last lines that it wrote.
    #[must_use]
    pub fn last_words(&self) -> String {
        let lines = self.log.lock().expect("no writer panics");
        format!("--- last lines of {} ---\n{}", self.name, lines.join("\n"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only when the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn keep(log: &Mutex<Vec<String>>, line: String) {
    let mut lines = log.lock().expect("no writer panics");
    if lines.len() == LAST_LINES {
        lines.remove(0);
    }
    lines.push(line);
}
