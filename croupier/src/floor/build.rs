//! Building one part with trunk, and squeezing its glue.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use super::exports;
use crate::process::{cargo, quiet_program, succeed};
use crate::terminal::{Step, Terminal};
use crate::tools::Toolbox;
use crate::workspace::Workspace;

/// Builds parts with the pinned tools.
#[derive(Debug)]
pub(super) struct Builder {
    root: PathBuf,
    target: PathBuf,
    path: OsString,
}

impl Builder {
    pub(super) fn new(workspace: &Workspace, toolbox: &Toolbox) -> Result<Self> {
        Ok(Self { root: workspace.root().to_owned(), target: workspace.target(), path: toolbox.path()? })
    }

    /// Downloads the dependencies: trunk builds offline, so that it can't reach for tools of
    /// its own.
    pub(super) fn fetch(&self, terminal: &Terminal) -> Result<()> {
        let step = terminal.step("Fetching dependencies");
        succeed(cargo(&step).args(["fetch", "--locked"]).current_dir(&self.root), &step)?;
        step.done("");
        Ok(())
    }

    /// Builds a part; the result is trunk's folder.
    pub(super) fn build(&self, name: &str, folder: &Path, step: &Step) -> Result<PathBuf> {
        let dist = self.target.join("trunk").join(name);
        let mut command = quiet_program("trunk");
        command.args(["build", "--release", "--offline", "--skip-version-check", "--color", "never"]);
        command.args(["--cargo-profile", "fragment", "--public-url", "/", "--dist"]).arg(&dist);
        command.env("PATH", &self.path).env("CARGO_TARGET_DIR", &self.target).current_dir(folder);
        // A mistake in a source is no mistake of trunk: its call stack would bury the message.
        command.env("RUST_BACKTRACE", "0");
        succeed(&mut command, step).with_context(|| format!("{name} could not be built"))?;
        Ok(dist)
    }

    /// Makes a module smaller without changing what it does.
    pub(super) fn minify(&self, source: &str) -> Result<String> {
        let mut command = quiet_program("terser");
        command.args(["--module", "--compress", "passes=3", "--mangle"]).env("PATH", &self.path);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("starting terser")?;
        // It reads all before it writes, so this can't wait for each other.
        child.stdin.take().context("terser has an input")?.write_all(source.as_bytes()).context("writing to terser")?;
        let output = child.wait_with_output().context("waiting for terser")?;
        ensure!(output.status.success(), "terser failed:\n{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Drops from a Wasm binary what is only reachable by exports that its glue does not use:
    /// libraries export code for features that a fragment may not have.
    pub(super) fn shake(&self, wasm: &Path, glue: &str) -> Result<Vec<u8>> {
        let bytes = fs::read(wasm).with_context(|| format!("reading {}", wasm.display()))?;
        let names = exports::names(&bytes).with_context(|| format!("{} is no Wasm binary", wasm.display()))?;
        let (graph, shaken) = (wasm.with_extension("graph.json"), wasm.with_extension("shaken"));
        fs::write(&graph, exports::used(&names, glue).to_string())
            .with_context(|| format!("writing {}", graph.display()))?;
        let mut command = quiet_program("wasm-metadce");
        command.arg(wasm).arg("--graph-file").arg(&graph).arg("-o").arg(&shaken).env("PATH", &self.path);
        let output = command.output().context("starting wasm-metadce")?;
        ensure!(output.status.success(), "wasm-metadce failed:\n{}", String::from_utf8_lossy(&output.stderr));
        fs::read(&shaken).with_context(|| format!("reading {}", shaken.display()))
    }
}
