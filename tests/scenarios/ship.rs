//! A team ships its fragment to a running gateway by the commands that it would type.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use scenarios::floor::{Floor, Options, program};
use serde_json::Value;

use crate::team;

/// A floor, and a team at its desk.
struct Desk {
    floor: Floor,
}

impl Desk {
    fn run(&self, arguments: &[&str]) -> Result<String> {
        team::run(&self.floor, arguments)
    }

    /// The same of a command that prints JSON and nothing else.
    fn read(&self, arguments: &[&str]) -> Result<Value> {
        Ok(serde_json::from_str(&self.run(arguments)?)?)
    }

    /// The fragment as pages get it now.
    async fn served(&self, name: &str) -> Result<Option<Value>> {
        let manifest = reqwest::get(format!("{}/manifest.json", self.floor.url())).await?.json::<Value>().await?;
        let fragments = manifest["fragments"].as_array().context("fragments")?;
        Ok(fragments.iter().find(|fragment| fragment["name"] == name).cloned())
    }

    async fn live(&self) -> Result<Value> {
        self.served("happy-hour").await?.context("it is in the manifest")
    }
}

/// From a fragment that did not exist to live, changed, back, off and on again.
#[tokio::test]
async fn from_new_to_live_and_back() -> Result<()> {
    let desk = Desk { floor: Floor::start(Options::default())? };
    team::list(&desk.floor, "happy-hour")?;
    let folder = desk.floor.path("happy-hour");
    let path = folder.to_str().context("a path")?;
    desk.run(&["new", "happy-hour", "--template", "js", "--path", path])?;

    let said = desk.run(&["publish", "--fragment", path])?;
    ensure!(said.contains("is published") && said.contains("0 of them were there already"), "{said}");
    ensure!(said.contains("canary happy-hour --share 10% --version 0.1.0-"), "whatever is the canary by then: {said}");
    ensure!(desk.served("happy-hour").await?.is_none(), "published is not live");
    desk.run(&["promote", "happy-hour"])?;
    let first = desk.live().await?;
    let entry = format!("{}{}", desk.floor.url(), first["entry"]["url"].as_str().context("a URL")?);
    ensure!(reqwest::get(entry).await?.status().is_success(), "its code is served");

    let code = folder.join("entry.js");
    let original = fs::read_to_string(&code)?;
    fs::write(&code, original.clone() + "\nexport const changed = 'yes';\n")?;
    let said = desk.run(&["publish", "--fragment", path])?;
    ensure!(
        said.contains("is published") && !said.contains(" 0 of them"),
        "what is the same is not sent again: {said}"
    );
    let changed = fs::read_to_string(&code)?;
    fs::write(&code, changed.clone() + "\nexport const steal = () => fetch('/api/wallet/balance');\n")?;
    let refused = desk.run(&["publish", "--fragment", path]).err().context("it reaches what it was not granted")?;
    let refused = refused.to_string();
    ensure!(refused.contains("can not ship") && refused.contains("fetch"), "{refused}");
    fs::write(&code, changed)?;
    let said = desk.run(&["publish", "--fragment", path, "--promote"])?;
    ensure!(said.contains("was published before") && said.contains("is live"), "{said}");
    let second = desk.live().await?;
    ensure!(second["version"] != first["version"] && second["previous"]["version"] == first["version"], "{second}");

    let standing = desk.read(&["rollback", "happy-hour", "--json"])?;
    ensure!(standing["live"] == first["version"], "{standing}");
    ensure!(desk.live().await?["version"] == first["version"], "it is back");
    fs::write(&code, original)?;
    let published = desk.read(&["publish", "--fragment", path, "--promote", "--json"])?;
    ensure!(published["version"] == first["version"] && published["is_new"] == false, "{published}");
    ensure!(desk.live().await?["version"] == first["version"], "what was rolled back is not what was built last");
    let standing = desk.read(&["kill", "happy-hour", "--reason", "it shows wrong sums", "--yes", "--json"])?;
    ensure!(standing["killed"]["reason"] == "it shows wrong sums", "{standing}");
    ensure!(desk.live().await?["killed"] == true, "it is off");
    let status = desk.run(&["status"])?;
    ensure!(status.contains("KILLED") && status.contains("it shows wrong sums"), "{status}");
    desk.run(&["revive", "happy-hour"])?;
    ensure!(desk.live().await?["killed"] == false, "it is on");

    let history = desk.read(&["history", "happy-hour", "--json"])?;
    let lines = history["lines"].as_array().context("lines")?;
    let actions: Vec<&str> = lines.iter().filter_map(|line| line["action"].as_str()).collect();
    ensure!(actions == ["revive", "kill", "rollback", "promote", "publish", "promote", "publish"], "{actions:?}");
    let said = desk.run(&["history", "happy-houer"])?;
    ensure!(said.contains("nothing of happy-houer was shipped"), "{said}");
    let foreign = desk.run(&["kill", "wallet", "--reason", "why", "--yes"]).expect_err("it is not theirs").to_string();
    ensure!(foreign.contains("not a fragment of the team") && foreign.contains("What to do"), "{foreign}");
    Ok(())
}

/// What lies in the folder of a fragment that was just made ships it, step by step, and stops at the first that fails.
#[tokio::test]
async fn a_pipeline_ships_what_was_made() -> Result<()> {
    let desk = Desk { floor: Floor::start(Options::default())? };
    team::list(&desk.floor, "pipeline-hour")?;
    let folder = desk.floor.path("pipeline-hour");
    desk.run(&["new", "pipeline-hour", "--template", "js", "--path", folder.to_str().context("a path")?])?;
    let pipeline = || {
        let mut script = Command::new("sh");
        // From nowhere in particular, as a pipeline does.
        script.arg(folder.join("ship.sh")).current_dir("/").env("CI", "true").env("CROUPIER", program("croupier"));
        script.env("CROUPIER_GATEWAY", desk.floor.url()).env("CROUPIER_KEY", desk.floor.path("team.key"));
        script.output().context("starting the pipeline")
    };
    let ran = pipeline()?;
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    ensure!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    for step in ["# pass 2", "can ship", "pipeline-hour 0.1.0-"] {
        ensure!(said.contains(step), "{step}: {said}");
    }
    ensure!(desk.served("pipeline-hour").await?.is_none(), "published is not live");

    let code = folder.join("entry.js");
    fs::write(&code, fs::read_to_string(&code)?.replace("other.seated - one.seated", "one.seated - other.seated"))?;
    let ran = pipeline()?;
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    ensure!(!ran.status.success() && !said.contains("can ship"), "a failing test ships nothing: {said}");
    let history = desk.read(&["history", "pipeline-hour", "--json"])?;
    ensure!(history["lines"].as_array().is_some_and(|lines| lines.len() == 1), "{history}");
    Ok(())
}
