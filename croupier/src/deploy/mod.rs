//! `check-deploy`: what `deploy/` says is true of Kubernetes and of our programs.
//!
//! Kubernetes' part is its own schemas. Ours are rules: functions from plain data to findings, each with a
//! test in which a planted violation is found. Nothing is rendered: what is in a file is what is checked.

mod connections;
mod containers;
mod files;
mod images;
mod network;
mod programs;
mod wiring;

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::process::{quiet_program, run as run_program};
use crate::terminal::Terminal;
use crate::tools::{Toolbox, pinned};
use crate::up;
use crate::workspace::Workspace;
use files::Resource;
use programs::Program;

/// The programs that have an image, and its name.
const IMAGES: [(&str, &str); 2] = [("gateway", "croupier/gateway"), ("provider", "croupier/provider")];

/// Checks all of it.
///
/// # Errors
/// Something can't be read, built or installed.
pub(crate) fn run(workspace: &Workspace, terminal: &Terminal) -> Result<ExitCode> {
    let files = files::read(&workspace.path("deploy"), workspace.root())?;
    let by_schema = schemas(workspace, terminal, &files.whole)?;
    up::build_programs(workspace, terminal)?;
    let programs = IMAGES.map(|(name, image)| Program::ask(image, up::program(workspace, name)));
    let programs = programs.into_iter().collect::<Result<Vec<_>>>()?;

    let step = terminal.step("Checking the deployment's rules");
    let resources = &files.resources;
    let rules = [
        ("files", files.strays.clone()),
        ("images", images::check(&files.containerfiles, resources)),
        ("containers", containers::check(resources)),
        ("wiring", wiring::check(resources)),
        ("services", wiring::every_service_runs(resources)),
        ("network", network::check(resources)),
        ("connections", connections::check(resources)),
        ("flags", programs::check(resources, &programs, &mut programs::accepts)),
    ];
    let findings: usize = rules.iter().map(|(_, findings)| findings.len()).sum();
    if findings == 0 {
        step.done(&format!("{} rules hold for {} resources", rules.len(), resources.len()));
    } else {
        drop(step);
    }
    for (rule, findings) in &rules {
        for finding in findings {
            println!("{rule}: {finding}");
        }
    }
    Ok(if findings == 0 && by_schema { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether Kubernetes knows every member of every resource. A patch is no whole resource, and has no schema.
fn schemas(workspace: &Workspace, terminal: &Terminal, whole: &[PathBuf]) -> Result<bool> {
    let toolbox = Toolbox::ready(workspace, terminal, &[&pinned::KUBERNETES_VALIDATE])?;
    let program = toolbox.file(&pinned::KUBERNETES_VALIDATE)?;
    let step = terminal.step("Checking the manifests by Kubernetes' schemas");
    let mut validate = quiet_program(&program.with_file_name("python3").to_string_lossy());
    validate.arg(&program).args(["--strict", "--quiet"]).args(whole).current_dir(workspace.root());
    let finished = run_program(&mut validate, &step)?;
    if finished.status.success() {
        step.done(&format!("{} files", whole.len()));
    } else {
        drop(step);
        terminal.say(finished.output);
    }
    Ok(finished.status.success())
}

impl Program {
    /// Asks the program itself for its flags.
    fn ask(image: &'static str, program: PathBuf) -> Result<Self> {
        let output = Command::new(&program).arg("--help").output();
        let output = output.with_context(|| format!("starting {}", program.display()))?;
        let help = String::from_utf8(output.stdout).context("--help is text")?;
        Ok(Self { image, program, help })
    }
}

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Finding(String);

impl Finding {
    fn of(resource: &Resource, problem: impl std::fmt::Display) -> Self {
        Self(format!("{}: {}: {problem}", resource.file, resource.title()))
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Resources as a test plants them.
#[cfg(test)]
fn planted(yaml: &str) -> Vec<Resource> {
    files::parse("planted.yaml", yaml).expect("YAML")
}

/// What is good passes a rule, and each change of it, from and to, is found and named.
#[cfg(test)]
fn finds_each(rule: fn(&[Resource]) -> Vec<Finding>, good: &str, changes: &[(&str, &str, &str)]) {
    assert_eq!(rule(&planted(good)), []);
    for (from, to, says) in changes {
        let findings = rule(&planted(&good.replace(from, to)));
        assert!(findings.iter().any(|finding| finding.0.contains(says)), "{says}: {findings:?}");
    }
}
