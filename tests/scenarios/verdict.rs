//! A canary that crashes is ended without a person: its own pages show the live release again without a reload, and
//! whoever has the live release notices nothing.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use scenarios::browser::{Browser, Engine};
use scenarios::floor::{Floor, Options};
use scenarios::scenario::{Scene, play};
use scenarios::{PATIENCE, until};
use serde_json::{Value, json};
use thirtyfour::Cookie;

use crate::team;

const NAME: &str = "happy-hour";
/// Devices that try the canary, one after the other, before it must have been ended.
const TRIED: usize = 12;

#[tokio::test]
async fn a_canary_that_crashes_is_ended_while_its_page_is_open() -> Result<()> {
    play("verdict", Options::default(), (1440, 900), async |scene| {
        let canary = ship_a_broken_one(&scene.floor)?;
        let other = Browser::start(Engine::Chromium, 1440, 900).await?;
        let outcome = story(scene, &other, &canary).await;
        other.quit().await?;
        outcome
    })
    .await
}

async fn story(scene: &Scene, other: &Browser, canary: &str) -> Result<()> {
    let floor = &scene.floor;
    team::run(floor, &["canary", NAME, "--share", "50%", "--version", canary])?;
    let (seers, others) = devices(floor, canary).await?;
    open_as(floor, &scene.browser, &others[0]).await?;
    let live = said(&scene.browser, "version").await?;
    ensure!(live != canary, "it has the live one");
    let seen = said(&scene.browser, "instance").await?;
    scene.browser.run("window.same = true", vec![]).await?;

    let crowd = tokio::spawn(crowd(floor.url(), live.clone(), others));
    let mut tried = 0;
    for device in seers.iter().take(TRIED) {
        tried += 1;
        open_as(floor, other, device).await?;
        other.run("window.same = true; addEventListener('error', () => { window.crashed = true; })", vec![]).await?;
        other.click("[data-slot=happy-hour]", "[data-test=refresh]").await?;
        until("it has crashed", PATIENCE, || async {
            Ok((other.run("return window.crashed === true", vec![]).await? == json!(true)).then_some(()))
        })
        .await?;
        leave(other).await?;
        told(floor, tried).await?;
        if ended(floor)?.is_some() {
            break;
        }
    }
    crowd.abort();
    if let Ok(told) = crowd.await {
        told.context("a page of the crowd")?;
    }
    let line = ended(floor)?.with_context(|| format!("it was tried by {tried} and not ended"))?;
    let reason = line["reason"].as_str().context("why")?;
    println!("figure: a canary that crashes on the first click was ended after {tried} devices: {reason}");
    ensure!(line["automatic"] == true && reason.contains(" crashes of ") && reason.contains("e-value"), "{line}");

    until("the canary's page shows the live one", PATIENCE, || async {
        Ok((said(other, "version").await? == live).then_some(()))
    })
    .await?;
    other.slot_state(NAME, &["mounted"], PATIENCE).await?;
    for page in [&scene.browser, other] {
        ensure!(page.run("return window.same === true", vec![]).await? == json!(true), "no reload");
    }
    ensure!(said(&scene.browser, "instance").await? == seen, "whoever had the live one has the same instance");
    Ok(())
}

/// One that is live, and one whose button throws.
fn ship_a_broken_one(floor: &Floor) -> Result<String> {
    let folder = team::make_live(floor, NAME)?;
    team::publish_changed(floor, &floor.url(), &folder, |code| {
        code.replace("button.onclick = refresh;", "button.onclick = () => { throw new Error('broken'); };")
    })?;
    let [_, newest] = team::versions(floor, NAME)?;
    Ok(newest)
}

/// Devices that see the canary, and devices that do not.
async fn devices(floor: &Floor, canary: &str) -> Result<(Vec<String>, Vec<String>)> {
    let client = reqwest::Client::new();
    let (mut seers, mut others) = (Vec::new(), Vec::new());
    for number in 0..200_u64 {
        let device = format!("{number:016x}");
        let asked = client.get(format!("{}/manifest.json", floor.url()));
        let asked = asked.header("cookie", format!("croupier_device={device}"));
        let manifest = asked.send().await?.json::<Value>().await?;
        let fragments = manifest["fragments"].as_array().context("fragments")?;
        let seen = fragments.iter().any(|fragment| fragment["version"] == canary);
        if seen { seers.push(device) } else { others.push(device) }
    }
    Ok((seers, others))
}

/// Pages of many devices with the live release, each of which tells that all is well: what a floor with players has
/// beside a canary. They come for as long as the scenario is played.
async fn crowd(floor: String, live: String, devices: Vec<String>) -> Result<()> {
    let client = reqwest::Client::new();
    for device in devices.iter().skip(1) {
        let told = json!({ "fragments": [{
            "fragment": NAME, "version": live, "mounts_ms": [9], "crashes": [], "degraded": 0, "degraded_ms": 0,
            "failed": 0, "swaps": 0,
        }] });
        let report = client.post(format!("{floor}/api/telemetry")).header("origin", &floor);
        let report = report.header("cookie", format!("croupier_device={device}"));
        let status = report.json(&told).send().await?.status();
        ensure!(status == 204, "{device} is answered {status}");
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    Ok(())
}

/// As if the page were put aside: then it tells what it has counted, and stays as it is.
async fn leave(page: &Browser) -> Result<()> {
    until("the page counts", PATIENCE, || async {
        let left = "return croupier.passed === undefined && dispatchEvent(new Event('pagehide'))";
        Ok((page.run(left, vec![]).await? == json!(true)).then_some(()))
    })
    .await
}

/// Waits until the crashes of so many devices are counted, or the canary is ended.
async fn told(floor: &Floor, devices: usize) -> Result<()> {
    until("the crash is counted", PATIENCE, || async {
        let status: Value = serde_json::from_str(&team::run(floor, &["status", NAME, "--json"])?)?;
        let canary = &status["fragments"][0]["canary"];
        let counted = canary["figures"]["canary"]["crashes"].as_u64().is_some_and(|crashes| crashes >= devices as u64);
        Ok((canary.is_null() || counted).then_some(()))
    })
    .await
}

/// The line of the history that says that it was ended.
fn ended(floor: &Floor) -> Result<Option<Value>> {
    let history: Value = serde_json::from_str(&team::run(floor, &["history", NAME, "--json"])?)?;
    let newest = history["lines"].get(0).context("a line")?;
    Ok((newest["action"] == "end-canary").then(|| newest.clone()))
}

async fn open_as(floor: &Floor, browser: &Browser, device: &str) -> Result<()> {
    browser.open(&format!("{}/healthz", floor.url())).await?;
    browser.driver().delete_cookie("croupier_device").await?;
    browser.driver().add_cookie(Cookie::new("croupier_device", device)).await?;
    browser.open(&format!("{}/happy-hour", floor.url())).await?;
    browser.slot_state(NAME, &["mounted"], PATIENCE).await?;
    Ok(())
}

async fn said(browser: &Browser, what: &str) -> Result<String> {
    let script = "return document.querySelector(`[data-slot=${arguments[0]}]`).dataset[arguments[1]]";
    let said = browser.run(script, vec![json!(NAME), json!(what)]).await?;
    Ok(said.as_str().unwrap_or_default().to_owned())
}
