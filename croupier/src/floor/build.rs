//! Building one part with trunk, and making its glue and its binary smaller.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use super::paths::Paths;
use super::wasm;
use crate::process::{cargo, quiet_program, run, succeed};
use crate::terminal::{Step, Terminal};
use crate::tools::Toolbox;
use crate::workspace::Workspace;

/// A function with one caller stays a function: brotli packs calls better, by 2 % of the whole. A
/// mutable global may be exported; every browser that has the other features can do that.
const OPTIMISATION: [&str; 5] = [
    "-Os",
    "--one-caller-inline-max-function-size=0",
    "--enable-mutable-globals",
    "--strip-debug",
    "--strip-producers",
];

/// A fragment's function pointers begin at a number that a program has little other use for, so that packing can tell
/// where one is held (see `wasm/indirect.rs`). The places below stay empty: 8 bytes each. The shell has so few pointers
/// that it gains nothing, and longer numbers.
const POINTERS: &str = "\u{1f}-Clink-arg=--table-base=1100";

/// Builds parts with the pinned tools.
#[derive(Debug)]
pub(super) struct Builder {
    /// Of the project, without links.
    root: PathBuf,
    target: PathBuf,
    path: OsString,
    paths: Paths,
}

impl Builder {
    /// Downloads the dependencies first: trunk builds offline, so that it can't reach for tools of
    /// its own.
    pub(super) fn ready(workspace: &Workspace, toolbox: &Toolbox, terminal: &Terminal) -> Result<Self> {
        let step = terminal.step("Fetching dependencies");
        succeed(cargo(&step).args(["fetch", "--locked"]).current_dir(workspace.root()), &step)?;
        step.done("");
        let root = workspace.root().canonicalize().context("looking for the project's folder")?;
        Ok(Self { root, target: workspace.target(), path: toolbox.path()?, paths: Paths::of(workspace)? })
    }

    /// Builds a part; the result is trunk's folder.
    pub(super) fn build(&self, name: &str, folder: &Path, is_shell: bool, step: &Step) -> Result<PathBuf> {
        if !folder.canonicalize().is_ok_and(|folder| folder.starts_with(&self.root)) {
            fetch(folder, step)?;
        }
        let dist = self.target.join("trunk").join(name);
        let mut command = quiet_program("trunk");
        command.args(["build", "--release", "--offline", "--skip-version-check", "--color", "never"]);
        command.args(["--cargo-profile", "fragment", "--public-url", "/", "--dist"]).arg(&dist);
        command.env("PATH", &self.path).current_dir(folder);
        // In place of flags that somebody may have set: the product must be the same for everybody.
        let mut flags = self.paths.flags();
        // Cargo compiles anew what was compiled with other flags, so each has a folder.
        let target = if is_shell {
            self.target.join("shell")
        } else {
            flags.push(POINTERS);
            self.target.clone()
        };
        command.env("CARGO_ENCODED_RUSTFLAGS", flags).env("CARGO_TARGET_DIR", target);
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
        self.paths.check(&output.stdout)?;
        Ok(String::from_utf8(output.stdout)?)
    }

    /// From wasm-bindgen's binary and its minified glue to those that ship: what [`super::wasm`] does,
    /// and one optimisation after it. The shell has no bounds.
    pub(super) fn finish(&self, wasm: &[u8], glue: &str, bounds: Option<wasm::Bounds>) -> Result<(Vec<u8>, String)> {
        let prepared = self.scratch("prepared.wasm");
        let finished = self.scratch("finished.wasm");
        let (wasm, glue) = wasm::prepare(wasm, glue, bounds)?;
        fs::write(&prepared, wasm).with_context(|| format!("writing {}", prepared.display()))?;
        let mut command = quiet_program("wasm-opt");
        command.args(OPTIMISATION).arg(&prepared).arg("-o").arg(&finished).env("PATH", &self.path);
        let output = command.output().context("starting wasm-opt")?;
        ensure!(output.status.success(), "wasm-opt failed:\n{}", String::from_utf8_lossy(&output.stderr));
        let finished = fs::read(&finished).with_context(|| format!("reading {}", finished.display()))?;
        self.paths.check(&finished)?;
        Ok((finished, glue))
    }

    fn scratch(&self, name: &str) -> PathBuf {
        self.target.join("trunk").join(name)
    }
}

/// What a package outside of the project is made of, also what was just added: its Cargo.lock is its own. The network
/// is asked only for what this machine does not have.
///
/// # Errors
/// It can't be had.
pub(crate) fn fetch(folder: &Path, step: &Step) -> Result<()> {
    let fetch = || {
        let mut command = cargo(step);
        command.arg("fetch").current_dir(folder);
        command
    };
    if run(fetch().arg("--offline"), step)?.status.success() {
        return Ok(());
    }
    step.detail("fetching dependencies");
    succeed(&mut fetch(), step).map(drop).context("its dependencies could not be fetched")
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A package that was given another one, and has no Cargo.lock yet.
    fn package(folder: &Path) {
        let manifest = |name: &str, more: &str| format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n{more}");
        let more = "\n[workspace]\n\n[dependencies]\nadded = { path = \"added\" }\n";
        for (folder, text) in
            [(folder.to_owned(), manifest("happy-hour", more)), (folder.join("added"), manifest("added", ""))]
        {
            fs::create_dir_all(folder.join("src")).unwrap();
            fs::write(folder.join("Cargo.toml"), text).unwrap();
            fs::write(folder.join("src/lib.rs"), "").unwrap();
        }
    }

    #[test]
    fn what_was_added_to_a_package_outside_is_there_before_it_is_built() {
        let [ours, theirs] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let root = ours.path().canonicalize().unwrap();
        let tools = root.join("tools");
        fs::create_dir(&tools).unwrap();
        // In the place of trunk: it builds what has a Cargo.lock.
        let trunk = tools.join("trunk");
        fs::write(&trunk, "#!/bin/sh\ntest -f Cargo.lock\n").unwrap();
        fs::set_permissions(&trunk, fs::Permissions::from_mode(0o755)).unwrap();
        let paths = Paths::of(&Workspace::find().unwrap()).unwrap();
        let builder = Builder { root: root.clone(), target: root.join("target"), path: tools.into_os_string(), paths };
        let builds = |folder: &Path| {
            package(folder);
            let step = Terminal::detect().step("Building");
            let built = builder.build("happy-hour", folder, false, &step);
            step.done("");
            built.map(drop)
        };
        builds(theirs.path()).unwrap();
        builds(&root.join("apps/happy-hour")).expect_err("what the project is made of, nobody changes in passing");
    }
}
