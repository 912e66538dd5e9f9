//! What the terminal shows: a bar per long step while a person watches, plain lines otherwise.
//! Everything but a command's result goes to standard error.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use console::style;
use indicatif::{ProgressBar, ProgressStyle};

/// The terminal that this program runs in.
#[derive(Debug)]
pub(crate) struct Terminal {
    lively: bool,
}

impl Terminal {
    /// Bars and colours only where a person can see them move.
    pub(crate) fn detect() -> Self {
        let automatic = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
        let lively = !automatic && std::io::stderr().is_terminal();
        if !lively {
            console::set_colors_enabled(false);
            console::set_colors_enabled_stderr(false);
        }
        Self { lively }
    }

    /// Begins a step, named by what it does: "Building wallet".
    pub(crate) fn step(&self, what: impl Into<String>) -> Step {
        let what = what.into();
        let bar = if self.lively {
            let bar = ProgressBar::new_spinner().with_style(spinner()).with_prefix(what.clone());
            bar.enable_steady_tick(Duration::from_millis(100));
            Some(bar)
        } else {
            eprintln!("  {what} …");
            None
        };
        Step { what, bar, started: Instant::now(), ended: false }
    }

    /// A line of its own.
    #[allow(clippy::unused_self)] // only a holder of the terminal may write to it
    pub(crate) fn say(&self, line: impl AsRef<str>) {
        eprintln!("{}", line.as_ref());
    }

    /// Why the command could not be carried out.
    #[allow(clippy::unused_self)] // only a holder of the terminal may write to it
    pub(crate) fn error(&self, message: &str) {
        eprintln!("\n{} {message}", style("error:").for_stderr().red().bold());
    }
}

fn spinner() -> ProgressStyle {
    template("{spinner:.yellow} {prefix}  {elapsed:.dim}  {wide_msg:.dim}")
}

fn measured() -> ProgressStyle {
    template("{spinner:.yellow} {prefix}  {bar:24.yellow/dim} {pos}/{len}  {elapsed:.dim}  {wide_msg:.dim}")
}

fn template(text: &str) -> ProgressStyle {
    ProgressStyle::with_template(text).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

/// A step under way. Dropped without [`Step::done`], it is shown as failed.
#[derive(Debug)]
pub(crate) struct Step {
    what: String,
    bar: Option<ProgressBar>,
    started: Instant,
    ended: bool,
}

impl Step {
    /// What is being done right now; only shown beside a bar.
    pub(crate) fn detail(&self, text: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(text.trim().to_owned());
        }
    }

    /// How far it is.
    pub(crate) fn progress(&self, position: u64, length: u64) {
        if let Some(bar) = &self.bar {
            if bar.length().is_none() {
                bar.set_style(measured());
            }
            bar.set_length(length);
            bar.set_position(position);
        }
    }

    /// Whether cargo should be asked for its own progress.
    pub(crate) fn wants_progress(&self) -> bool {
        self.bar.is_some()
    }

    /// The step is finished; `note` says what came out, if that is worth saying.
    pub(crate) fn done(mut self, note: &str) {
        self.end(&style("✓").for_stderr().green().to_string(), note);
    }

    fn end(&mut self, mark: &str, note: &str) {
        self.ended = true;
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        let note = if note.is_empty() { String::new() } else { format!(": {note}") };
        let took = style(format!("({})", seconds(self.started.elapsed()))).for_stderr().dim();
        eprintln!("{mark} {}{note} {took}", self.what);
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if !self.ended {
            self.end(&style("✗").for_stderr().red().to_string(), "failed");
        }
    }
}

/// `0.4 s`, `12.3 s`, `3 min 5 s`.
pub(crate) fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole >= 60 { format!("{} min {} s", whole / 60, whole % 60) } else { format!("{:.1} s", time.as_secs_f64()) }
}

/// `1.5 KiB`.
pub(crate) fn kib(bytes: u64) -> String {
    format!("{}.{} KiB", bytes / 1024, bytes % 1024 * 10 / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_readable() {
        assert_eq!((kib(1536), kib(0)), ("1.5 KiB".into(), "0.0 KiB".into()));
    }

    #[test]
    fn times_are_readable() {
        assert_eq!(seconds(Duration::from_millis(420)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 5 s");
    }
}
