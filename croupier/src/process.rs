//! Running another program to its end, showing how far it is, and keeping what it printed for
//! the case that it fails.

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;

use anyhow::Context;

use crate::failure::{Failure, diagnose};
use crate::terminal::Step;

/// A finished program.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    /// What it printed, both streams in the order of arrival, but for the hundreds of lines in which Cargo names
    /// what it compiles: what went wrong would be hard to find among them.
    pub(crate) output: String,
}

/// A program came back with a failure.
#[derive(Debug, thiserror::Error)]
#[error("`{command}` failed ({status}):\n{output}")]
pub(crate) struct CommandFailed {
    command: String,
    status: ExitStatus,
    output: String,
}

/// `cargo`, without the variables that `cargo run` set for this program: build scripts would
/// see them change and run again.
pub(crate) fn cargo(step: &Step) -> Command {
    let mut command = quiet_program("cargo");
    command.env("CARGO_TERM_COLOR", "never");
    if step.wants_progress() {
        command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "100");
    }
    command
}

/// A program with a clean environment of ours.
pub(crate) fn quiet_program(name: &str) -> Command {
    let mut command = Command::new(name);
    for (variable, _) in std::env::vars_os() {
        let Some(text) = variable.to_str() else { continue };
        let ours = text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") || text == "CARGO";
        // Some tools read NO_COLOR=1 as a flag with a wrong value.
        if ours || text == "CARGO_PRIMARY_PACKAGE" || text == "NO_COLOR" {
            command.env_remove(&variable);
        }
    }
    command
}

/// Runs to the end.
///
/// # Errors
/// The program could not be started; its failure is told by the status.
pub(crate) fn run(command: &mut Command, step: &Step) -> anyhow::Result<Finished> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(&name, error))?;
    let (lines, arrived) = mpsc::channel();
    for stream in [
        child.stdout.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
        child.stderr.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
    ] {
        let lines = lines.clone();
        thread::spawn(move || stream.map(|stream| split_lines(stream, |line| lines.send(line).is_ok())));
    }
    drop(lines);
    let mut output = String::new();
    for line in arrived {
        if let Some((position, length)) = cargo_progress(&line) {
            step.progress(position, length);
        } else {
            step.detail(&line);
            if !cargo_goes_on(&line) {
                output.push_str(&line);
                output.push('\n');
            }
        }
    }
    let status = child.wait().with_context(|| format!("waiting for {name}"))?;
    Ok(Finished { status, output })
}

/// Runs to the end, successfully.
///
/// # Errors
/// The program could not be started or failed; the error holds everything it printed.
pub(crate) fn succeed(command: &mut Command, step: &Step) -> anyhow::Result<String> {
    let finished = run(command, step)?;
    if finished.status.success() {
        return Ok(finished.output);
    }
    let failed = CommandFailed { command: shown(command), status: finished.status, output: finished.output };
    let remedy = diagnose(&failed.output);
    let error = anyhow::Error::from(failed);
    Err(match remedy {
        Some(remedy) => error.context(Failure::new("a program that this step needs failed", remedy)),
        None => error,
    })
}

/// The trimmed standard output, if the program can be run and succeeds.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

fn not_started(name: &str, error: io::Error) -> anyhow::Error {
    if error.kind() != io::ErrorKind::NotFound {
        return anyhow::Error::new(error).context(format!("starting {name}"));
    }
    let remedy = match name {
        "npm" | "node" => "install Node.js 20 or newer with npm; on Debian and Ubuntu: `apt-get install nodejs npm`.",
        "rustup" => "install Rust by rustup (https://rustup.rs).",
        _ => "install it, or see that it is on PATH.",
    };
    Failure::new(format!("{name} is not installed, or not on PATH"), remedy).into()
}

/// Splits at newlines and at the carriage returns with which progress lines overwrite each
/// other. Ends when the stream does, or when `each` has no more use for lines.
fn split_lines(mut stream: impl Read, mut each: impl FnMut(String) -> bool) {
    let mut pending = Vec::new();
    let mut chunk = [0; 8192];
    loop {
        let read = match stream.read(&mut chunk) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => 0,
        };
        for &byte in &chunk[..read] {
            if byte != b'\n' && byte != b'\r' {
                pending.push(byte);
            } else if !pending.is_empty() && !each(String::from_utf8_lossy(&std::mem::take(&mut pending)).into_owned())
            {
                return;
            }
        }
        if read == 0 {
            if !pending.is_empty() {
                each(String::from_utf8_lossy(&pending).into_owned());
            }
            return;
        }
    }
}

/// `    Building [===>   ] 12/345: syn` → (12, 345).
fn cargo_progress(line: &str) -> Option<(u64, u64)> {
    let rest = line.trim_start().strip_prefix("Building [")?;
    let (_, rest) = rest.split_once("] ")?;
    let counts = rest.split(':').next()?.trim();
    let (position, length) = counts.split_once('/')?;
    Some((position.trim().parse().ok()?, length.trim().parse().ok()?))
}

/// `   Compiling syn v2.0.1`
fn cargo_goes_on(line: &str) -> bool {
    let verbs = ["   Compiling ", "    Checking ", " Downloading ", "  Downloaded "];
    verbs.iter().any(|verb| line.starts_with(verb))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Terminal;

    #[test]
    fn what_cargo_compiles_is_no_part_of_what_went_wrong() {
        let printed = "   Compiling syn v2.0.1\nerror: could not compile `syn`\n  Compiling is what failed\n";
        let step = Terminal::detect().step("Compiling");
        let finished = run(Command::new("printf").arg(printed), &step).unwrap();
        step.done("");
        assert_eq!(finished.output, "error: could not compile `syn`\n  Compiling is what failed\n");
    }

    #[test]
    fn cargos_progress_is_read() {
        assert_eq!(cargo_progress("    Building [===>     ] 12/345: syn, quote"), Some((12, 345)));
        assert_eq!(cargo_progress("    Building [=====>   ] 345/345"), Some((345, 345)));
        assert_eq!(cargo_progress("   Compiling syn v2.0.1"), None);
    }

    #[test]
    fn lines_end_at_newlines_carriage_returns_and_the_end() {
        let mut lines = Vec::new();
        split_lines(&b"one\rtwo\r\nthree\nfour"[..], |line| {
            lines.push(line);
            true
        });
        assert_eq!(lines, ["one", "two", "three", "four"]);
    }

    #[test]
    fn a_failure_holds_all_that_was_printed_and_a_missing_program_is_named() {
        let step = Terminal::detect().step("Failing");
        let error = succeed(Command::new("sh").args(["-c", "echo out; echo err >&2; exit 3"]), &step).unwrap_err();
        let text = format!("{error:#}");
        assert!(text.contains("out") && text.contains("err") && text.contains("exit status: 3"), "{text}");
        let error = succeed(&mut Command::new("no-such-program-here"), &step).unwrap_err();
        assert!(error.to_string().contains("no-such-program-here is not installed"), "{error}");
        step.done("");
    }
}
