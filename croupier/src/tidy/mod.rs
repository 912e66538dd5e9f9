//! `tidy`: the rules of this project that the compiler can't check.
//!
//! Each rule is a function from plain data to findings; reading the project into that data is
//! the only part that touches the disk. So each has a test in which a planted violation is found.

mod catalogues;
mod documents;
mod edge;
mod graph;
mod layers;
mod length;
mod lints;
mod read;
mod tables;

use std::fmt;
use std::process::ExitCode;

use anyhow::Result;

use crate::terminal::Terminal;
use crate::workspace::Workspace;

pub(crate) use tables::services_apart;

/// A violation.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    /// A file, with its line where there is one; or a package.
    place: String,
    problem: String,
}

impl Finding {
    fn new(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { place: place.into(), problem: problem.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

/// A source file: its path from the project's root, with `/`.
#[derive(Debug)]
struct Source {
    path: String,
    text: String,
}

/// Checks every rule.
///
/// # Errors
/// The project can't be read.
pub(crate) fn run(workspace: &Workspace, terminal: &Terminal) -> Result<ExitCode> {
    let step = terminal.step("Checking the project's rules");
    let sources = read::sources(workspace)?;
    let parts = read::parts(workspace)?;
    let native = read::graph(workspace, &read::host()?)?;
    let browser = read::graph(workspace, "wasm32-unknown-unknown")?;
    let manifests = read::manifests(workspace)?;
    let document = read::architecture(workspace)?;

    let rules = [
        ("dependencies", layers::check(&native, &browser)),
        ("lints", lints::check(&manifests)),
        ("browser edge", edge::check(&sources)),
        ("services", tables::check(&sources)),
        ("file length", length::check(&sources)),
        ("texts", catalogues::check(&parts)),
        ("ARCHITECTURE.md", documents::check(&document)),
    ];
    let findings: usize = rules.iter().map(|(_, findings)| findings.len()).sum();
    if findings == 0 {
        step.done(&format!("{} rules hold", rules.len()));
    } else {
        drop(step);
    }
    for (rule, findings) in &rules {
        for finding in findings {
            println!("{rule}: {finding}");
        }
    }
    for long in length::growing(&sources) {
        terminal.say(format!("  note: {long}"));
    }
    Ok(if findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
