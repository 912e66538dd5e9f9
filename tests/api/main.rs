//! Every endpoint of the API, called by schemathesis with what its description allows and with what it
//! forbids, against the real programs. Who calls and what is checked: the Python files beside this one.
//!
//! `cargo croupier test --only api`. What was called is decided by a seed, which a failure prints:
//! `CROUPIER_API_SEED` plays it again. How long it goes on is bounded by the number of examples.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use scenarios::floor::{Floor, Options};

const OPERATOR: &str = "fuzz@house.example";
const PASSWORD: &str = "a password for the house";
/// The public half of the key that `callers.py` signs with as a team.
const TEAM_KEY: &str = "6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=";

/// Somebody who calls, and what of the API is theirs.
struct Role {
    name: &'static str,
    /// A regular expression.
    paths: &'static str,
}

#[tokio::test]
async fn a_visitor() -> Result<()> {
    plays(&Role { name: "visitor", paths: "^/(api|vendor)/" }).await
}

#[tokio::test]
async fn a_player() -> Result<()> {
    plays(&Role { name: "player", paths: "^/api/(?!operator/)" }).await
}

#[tokio::test]
async fn an_operator() -> Result<()> {
    plays(&Role { name: "operator", paths: "^/api/operator/" }).await
}

#[tokio::test]
async fn a_developer() -> Result<()> {
    plays(&Role { name: "developer", paths: "^/api/inspect/" }).await
}

#[tokio::test]
async fn the_vendor() -> Result<()> {
    plays(&Role { name: "vendor", paths: "^/vendor/" }).await
}

#[tokio::test]
async fn a_team() -> Result<()> {
    plays(&Role { name: "team", paths: "^/api/registry/" }).await
}

/// Calls everything; afterwards no answer was wrong, the gateway is ready, the ledger balances, and pages get the
/// fragments that they got before.
async fn plays(role: &Role) -> Result<()> {
    // Callers say from where they come, or they would be one who guesses passwords.
    let floor = Floor::start(Options { gateway_flags: &["--trusted-proxy=127.0.0.1/32"], ..Options::default() })?;
    floor.add_operator(OPERATOR, "admin", PASSWORD)?;
    let team = "name = \"fuzz\"\nfragments = [\"nobodys\"]\nrights = [\"publish\", \"promote\", \"kill\"]";
    floor.list_teams(&format!("[[team]]\nkey = \"{TEAM_KEY}\"\n{team}\n"))?;
    let before = fragments(&floor, role).await?;
    let seed =
        std::env::var("CROUPIER_API_SEED").unwrap_or_else(|_| (uuid::Uuid::new_v4().as_u128() >> 96).to_string());
    let output = schemathesis(&floor, role, &seed)?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success(),
        "seed {seed} ({}):\n{said}{}{}",
        output.status,
        String::from_utf8_lossy(&output.stderr),
        floor.last_words(),
    );
    floor.gateway_control().ledger_balances().await?;
    let ready = reqwest::get(format!("{}/readyz", floor.url())).await?.status();
    ensure!(ready.is_success(), "not ready afterwards: {ready}");
    ensure!(fragments(&floor, role).await? == before, "somebody has shipped a fragment of the house's");
    let mut summary = said.lines().skip_while(|line| line.trim() != "Test cases:");
    let calls = summary.nth(1).context("a count of calls")?;
    writeln!(std::io::stdout(), "figure: calls of the API, {}: {}", role.name, calls.trim())?;
    Ok(())
}

/// What pages are told to load. What an operator has switched off or on is theirs to say.
async fn fragments(floor: &Floor, role: &Role) -> Result<Vec<serde_json::Value>> {
    let manifest = reqwest::get(format!("{}/manifest.json", floor.url())).await?.json::<serde_json::Value>().await?;
    let mut fragments = manifest["fragments"].as_array().context("fragments")?.clone();
    if role.name == "operator" {
        fragments.iter_mut().filter_map(serde_json::Value::as_object_mut).for_each(|it| drop(it.remove("killed")));
    }
    Ok(fragments)
}

fn schemathesis(floor: &Floor, role: &Role, seed: &str) -> Result<Output> {
    let program = std::env::var("CROUPIER_SCHEMATHESIS").context("run `cargo croupier test --only api`")?;
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("api");
    let url = floor.url();
    // By the interpreter beside it: see how the tool installs it.
    let mut command = Command::new(Path::new(&program).with_file_name("python3"));
    command
        .arg(program)
        .arg("--no-color")
        .arg("--config-file")
        .arg(here.join("schemathesis.toml"))
        .arg("run")
        .arg(format!("{url}/api/openapi.json"));
    command.args(["--url", &url, "--seed", seed, "--include-path-regex", role.paths]);
    // In a folder of the floor's: whatever it leaves is gone with it.
    command.current_dir(floor.path("."));
    command.env("PYTHONPATH", &here).env("PYTHONDONTWRITEBYTECODE", "1").env("SCHEMATHESIS_HOOKS", "hooks");
    command.env("CROUPIER_API_ROLE", role.name).env("CROUPIER_API_URL", &url);
    command.env("CROUPIER_API_OPERATOR", OPERATOR).env("CROUPIER_API_PASSWORD", PASSWORD);
    command.env("CROUPIER_API_VENDOR_KEY", floor.path("provider/vendor.key"));
    command.output().context("starting schemathesis")
}
