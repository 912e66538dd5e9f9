//! A release beside the live one: a tester and a share of the devices see it, the others do not, and pages that are
//! open follow what the team says without a reload.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use scenarios::browser::{Browser, Engine};
use scenarios::floor::{Floor, Options};
use scenarios::scenario::{Scene, play};
use scenarios::{PATIENCE, until};
use serde_json::{Value, json};
use thirtyfour::Cookie;

use crate::team;

const NAME: &str = "happy-hour";
const PAGE: &str = "/happy-hour";
/// From the team's word to a swapped page.
const SWAPPED_WITHIN: Duration = Duration::from_secs(3);

/// The live release and the canary.
struct Versions {
    live: String,
    canary: String,
}

#[tokio::test]
async fn each_device_sees_its_own_release_and_open_pages_follow() -> Result<()> {
    play("canary", Options::default(), (1440, 900), async |scene| {
        let versions = ship_two(&scene.floor).await?;
        let other = Browser::start(Engine::Chromium, 1440, 900).await?;
        let outcome = story(scene, &other, &versions).await;
        other.quit().await?;
        outcome
    })
    .await
}

async fn story(scene: &Scene, other: &Browser, Versions { live, canary }: &Versions) -> Result<()> {
    let floor = &scene.floor;
    team::run(floor, &["canary", NAME, "--share", "50%"])?;
    let (seers, others) = devices(floor, canary).await?;
    open_as(floor, &scene.browser, &others).await?;
    open_as(floor, other, &seers).await?;
    ensure!((version(&scene.browser).await?, version(other).await?) == (live.clone(), canary.clone()), "each its own");
    tester(floor, &scene.browser, (live, canary)).await?;
    let says = team::run(floor, &["status", NAME])?;
    ensure!(says.contains(&format!("{canary} for 50%, by")), "{says}");

    for page in [&scene.browser, other] {
        page.run("window.same = true", vec![]).await?;
    }
    let seen = instance(other).await?;
    follows(scene, &scene.browser, canary, &["canary", NAME, "--share", "100%"]).await?;
    follows(scene, &scene.browser, live, &["canary", NAME, "--share", "50%"]).await?;
    ensure!(instance(other).await? == seen, "whoever saw it before sees the same instance");
    follows(scene, other, live, &["canary", NAME, "--end"]).await?;
    follows(scene, other, canary, &["canary", NAME, "--share", "50%", "--version", canary]).await?;
    let seen = instance(other).await?;
    follows(scene, &scene.browser, canary, &["promote", NAME]).await?;
    ensure!(instance(other).await? == seen, "whoever tried it keeps it");
    follows(scene, &scene.browser, live, &["rollback", NAME]).await
}

/// One that is live and one that is published.
async fn ship_two(floor: &Floor) -> Result<Versions> {
    let folder = team::make_live(floor, NAME)?;
    team::publish_changed(floor, &floor.url(), &folder, |code| code + "\nexport const changed = 'yes';\n")?;
    let [live, canary] = team::versions(floor, NAME)?;
    Ok(Versions { live, canary })
}

/// A device that sees the canary and one that does not.
async fn devices(floor: &Floor, canary: &str) -> Result<(String, String)> {
    let client = reqwest::Client::new();
    let (mut seers, mut others) = (Vec::new(), Vec::new());
    for number in 0..200_u64 {
        let device = format!("{number:016x}");
        let asked = client.get(format!("{}/manifest.json", floor.url()));
        let manifest =
            asked.header("cookie", format!("croupier_device={device}")).send().await?.json::<Value>().await?;
        let fragments = manifest["fragments"].as_array().context("fragments")?;
        let seen = fragments.iter().any(|fragment| fragment["version"] == canary && fragment["channel"] == "canary");
        if seen { seers.push(device) } else { others.push(device) }
    }
    println!("figure: of 200 devices {} see a canary of 50 %", seers.len());
    Ok((seers.pop().context("one sees it")?, others.pop().context("one does not")?))
}

async fn open_as(floor: &Floor, browser: &Browser, device: &str) -> Result<()> {
    browser.open(&floor.url()).await?;
    browser.driver().add_cookie(Cookie::new("croupier_device", device)).await?;
    open(floor, browser).await
}

async fn open(floor: &Floor, browser: &Browser) -> Result<()> {
    browser.open(&format!("{}{PAGE}", floor.url())).await?;
    for slot in ["wallet", "live", "promotions", NAME] {
        browser.slot_state(slot, &["mounted"], PATIENCE).await?;
    }
    Ok(())
}

/// Who asks for it by the header sees it, and goes on to without the header.
async fn tester(floor: &Floor, browser: &Browser, (live, canary): (&str, &str)) -> Result<()> {
    let devtools = browser.devtools()?;
    devtools.send_raw("Network.enable", json!({})).await?;
    let asking = async |headers: Value| {
        devtools.send_raw("Network.setExtraHTTPHeaders", json!({ "headers": headers })).await?;
        open(floor, browser).await?;
        version(browser).await
    };
    ensure!(asking(json!({ "x-croupier-canary": NAME })).await? == canary, "it was asked for");
    ensure!(asking(json!({})).await? == canary, "it stays");
    browser.driver().delete_cookie("croupier_canary").await?;
    ensure!(asking(json!({})).await? == live, "nobody asks any more");
    Ok(())
}

/// What a team types changes what an open page shows.
async fn follows(scene: &Scene, browser: &Browser, to: &str, command: &[&str]) -> Result<()> {
    ensure!(version(browser).await? != to, "{command:?} changes something");
    team::run(&scene.floor, command)?;
    let began = Instant::now();
    until("the release that is to be seen", PATIENCE, || async { Ok((version(browser).await? == to).then_some(())) })
        .await?;
    browser.slot_state(NAME, &["mounted"], PATIENCE).await?;
    println!("figure: {} -> open page swapped: {} ms", command.join(" "), began.elapsed().as_millis());
    ensure!(began.elapsed() <= SWAPPED_WITHIN, "{:?}", began.elapsed());
    ensure!(browser.run("return window.same === true", vec![]).await? == json!(true), "without a reload");
    Ok(())
}

async fn version(browser: &Browser) -> Result<String> {
    said(browser, "version").await
}

async fn instance(browser: &Browser) -> Result<String> {
    said(browser, "instance").await
}

async fn said(browser: &Browser, what: &str) -> Result<String> {
    let script = "return document.querySelector(`[data-slot=${arguments[0]}]`).dataset[arguments[1]]";
    let said = browser.run(script, vec![json!(NAME), json!(what)]).await?;
    said.as_str().map(str::to_owned).context("the slot says it")
}
