//! What a team does, by the commands that it would type.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use scenarios::floor::{Floor, program};

/// A key of nobody's: the base64 of its 32 bytes.
const KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

/// Lets the team ship a fragment to the floor.
///
/// # Errors
/// Its key can't be written or read.
pub(crate) fn list(floor: &Floor, fragment: &str) -> Result<()> {
    fs::write(floor.path("team.key"), KEY)?;
    floor.list_teams(&run(floor, &["key"])?.replace("NAME OF A FRAGMENT", fragment))
}

/// Runs a command of the tool; gives what it printed.
///
/// # Errors
/// It fails; says what it said.
pub(crate) fn run(floor: &Floor, arguments: &[&str]) -> Result<String> {
    run_at(floor, &floor.url(), arguments)
}

/// The same at a gateway that is named.
///
/// # Errors
/// It fails; says what it said.
pub(crate) fn run_at(floor: &Floor, at: &str, arguments: &[&str]) -> Result<String> {
    let ships = !matches!(arguments[0], "new" | "key");
    let mut command = Command::new(program("croupier"));
    command.args(arguments).env("CROUPIER_KEY", floor.path("team.key")).env("CI", "true");
    if ships {
        command.env("CROUPIER_GATEWAY", at);
    }
    let output = command.output().context("starting the tool")?;
    let said = String::from_utf8(output.stdout)?;
    ensure!(output.status.success(), "{arguments:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    Ok(said)
}
