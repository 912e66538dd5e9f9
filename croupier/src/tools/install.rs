//! Installing tools into the cache.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::cache::Cache;
use super::pinned::{Source, Tool};
use super::prerequisites;
use crate::process::{cargo, quiet_program, succeed};
use crate::terminal::{Step, Terminal};

/// Tools are run a few times and compiled on the same machine: their own profiles, made for releases that are
/// run by thousands, would take longer than they ever save. (trunk: 8 processor minutes, most of them for its
/// link over all crates.)
const QUICKLY: [(&str, &str); 3] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
];

/// Installs the tools one after the other. They share a build folder, because they share
/// dependencies; it is removed at the end.
pub(super) fn all(cache: &Cache, terminal: &Terminal, missing: &[(&Tool, String)]) -> Result<()> {
    let names = missing.iter().map(|(tool, version)| format!("{} {version}", tool.name)).collect::<Vec<_>>();
    terminal.say(format!("Installing once, into the cache: {}", names.join(", ")));
    if missing.iter().any(|(tool, _)| matches!(tool.source, Source::Cargo { .. })) {
        prerequisites::compilers()?;
    }
    if missing.iter().any(|(tool, _)| matches!(tool.source, Source::Pip { .. })) {
        prerequisites::python(terminal)?;
    }
    let _one_at_a_time = cache.lock()?;
    for (tool, version) in missing {
        let folder = cache.folder(tool.name, version);
        if tool.program_in(&folder).is_file() {
            continue; // another run installed it while this one waited for the lock
        }
        let step = terminal.step(format!("Installing {} {version}, which {}", tool.name, tool.purpose));
        cache
            .install(&folder, |partial| one(cache, &step, tool, version, partial))
            .with_context(|| format!("{} {version} could not be installed", tool.name))?;
        step.done("");
    }
    let build = cache.build();
    if build.exists() {
        fs::remove_dir_all(&build).with_context(|| format!("removing {}", build.display()))?;
    }
    Ok(())
}

fn one(cache: &Cache, step: &Step, tool: &Tool, version: &str, into: &Path) -> Result<()> {
    match tool.source {
        Source::Cargo { locked } => {
            let mut command = cargo(step);
            command.args(["install", tool.name, "--version", &format!("={version}")]);
            command.arg("--root").arg(into).env("CARGO_TARGET_DIR", cache.build()).envs(QUICKLY);
            if locked {
                command.arg("--locked");
            }
            succeed(&mut command, step)?;
        }
        Source::Npm | Source::NpmFile => {
            let package = format!("{}@{version}", tool.name);
            let mut command = quiet_program("npm");
            command.args(["install", "--no-fund", "--no-audit", "--ignore-scripts", "--save-exact", "--prefix"]);
            succeed(command.arg(into).arg(package), step)?;
        }
        Source::Pip { with } => {
            succeed(quiet_program("python3").args(["-m", "venv"]).arg(into), step)?;
            let mut command = quiet_program(&into.join("bin/python3").to_string_lossy());
            command.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input"]);
            succeed(command.arg(format!("{}=={version}", tool.name)).args(with), step)?;
        }
    }
    Ok(())
}
