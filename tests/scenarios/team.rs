//! What a team does, by the commands that it would type.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use scenarios::floor::{Floor, program};
use serde_json::Value;

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

/// Makes a fragment of the team's own and lets its first release be the live one; gives its folder.
///
/// # Errors
/// See [`run`].
pub(crate) fn make_live(floor: &Floor, fragment: &str) -> Result<PathBuf> {
    list(floor, fragment)?;
    let folder = floor.path(fragment);
    let path = folder.to_str().context("a path")?;
    run(floor, &["new", fragment, "--template", "js", "--path", path])?;
    run(floor, &["publish", "--fragment", path])?;
    run(floor, &["promote", fragment])?;
    Ok(folder)
}

/// Changes the code in a fragment's folder, and publishes that at a gateway; gives what the tool printed.
///
/// # Errors
/// The code can't be read or written; see [`run`].
pub(crate) fn publish_changed(
    floor: &Floor,
    at: &str,
    folder: &Path,
    change: impl FnOnce(String) -> String,
) -> Result<String> {
    let code = folder.join("entry.js");
    let before = fs::read_to_string(&code)?;
    let after = change(before.clone());
    ensure!(after != before, "the template has what is to be changed");
    fs::write(&code, after)?;
    run_at(floor, at, &["publish", "--fragment", folder.to_str().context("a path")?])
}

/// The live release of a fragment, and the one that was published last.
///
/// # Errors
/// See [`run`].
pub(crate) fn versions(floor: &Floor, fragment: &str) -> Result<[String; 2]> {
    let status: Value = serde_json::from_str(&run(floor, &["status", fragment, "--json"])?)?;
    let standing = &status["fragments"][0];
    let text = |value: &Value| value.as_str().map(str::to_owned).context("a version");
    Ok([text(&standing["live"])?, text(&standing["releases"][0]["version"])?])
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
    // Whoever only talks to a gateway need not stand in the project.
    if ships && !matches!(arguments[0], "publish" | "check") {
        command.env_remove("CARGO_MANIFEST_DIR").current_dir(floor.path(""));
    }
    let output = command.output().context("starting the tool")?;
    let said = String::from_utf8(output.stdout)?;
    ensure!(output.status.success(), "{arguments:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    Ok(said)
}
