//! What this tool can't install by itself, or only with the system's help.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::failure::Failure;
use crate::process::{answer, quiet_program, succeed};
use crate::terminal::Terminal;

use super::system::{System, on_path};

/// The target that the browser's parts are compiled for.
const TARGET: &str = "wasm32-unknown-unknown";

/// A C and a C++ compiler: some dependencies of the programs are written in them.
///
/// # Errors
/// One is missing; says how to install it.
pub(crate) fn compilers() -> Result<()> {
    for (variable, default) in [("CC", "cc"), ("CXX", "c++")] {
        let compiler = std::env::var(variable).unwrap_or_else(|_| default.to_owned());
        if answer(Command::new(&compiler).arg("--version")).is_none() {
            return Err(Failure::new(
                format!("the compiler `{compiler}` is missing"),
                "install a C and C++ compiler; on Debian and Ubuntu: `apt-get install build-essential`.",
            )
            .into());
        }
    }
    Ok(())
}

/// Python with what makes environments, which Debian has in a package of its own.
///
/// # Errors
/// It is missing and can't be installed; says how to do it by hand.
pub(super) fn python(terminal: &Terminal) -> Result<PathBuf> {
    let python = System {
        name: "Python 3 with venv, which some tools are written in",
        packages: &["python3", "python3-venv"],
        program: || {
            let python = on_path("python3")?;
            answer(Command::new(&python).args(["-m", "ensurepip", "--version"]))?;
            Some(python)
        },
    };
    python.program(terminal)
}

/// Adds the Wasm target to the toolchain, if it isn't there.
///
/// # Errors
/// It can't be added; says how to do it by hand.
pub(crate) fn wasm_target(terminal: &Terminal, root: &Path) -> Result<()> {
    let sysroot = answer(quiet_program("rustc").args(["--print", "sysroot"]).current_dir(root));
    let sysroot =
        sysroot.ok_or_else(|| Failure::new("rustc does not answer", "install Rust by rustup (https://rustup.rs)."))?;
    if Path::new(&sysroot).join("lib/rustlib").join(TARGET).join("lib").is_dir() {
        return Ok(());
    }
    let step = terminal.step(format!("Adding the Rust target {TARGET}"));
    let added = succeed(quiet_program("rustup").args(["target", "add", TARGET]).current_dir(root), &step);
    if let Err(error) = added {
        drop(step);
        let remedy = format!("with a network connection, run `rustup target add {TARGET}` in this folder.");
        return Err(
            error.context(Failure::new(format!("the Rust target {TARGET} is missing and can't be added"), remedy))
        );
    }
    step.done("");
    Ok(())
}
