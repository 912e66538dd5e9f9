//! Two edges of a split house: what a team ships at one of them reaches the pages that are open at the other, and an edge
//! that was away has missed nothing.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use scenarios::browser::{Browser, Engine};
use scenarios::floor::{Database, Floor, Options};
use scenarios::scenario::{Scene, play};
use scenarios::{PATIENCE, until};
use serde_json::json;

use crate::team;

const NAME: &str = "happy-hour";
/// From the team's word to a swapped page, whichever edge it came from.
const SWAPPED_WITHIN: Duration = Duration::from_secs(3);
/// From the switch to a slot without its fragment.
const KILLED_WITHIN: Duration = Duration::from_secs(2);

#[tokio::test]
async fn what_is_shipped_at_one_edge_reaches_the_pages_of_all() -> Result<()> {
    let options = Options { apart: true, two_edges: true, database: Database::Postgres, ..Options::default() };
    play("edges", options, (1440, 900), async |scene| {
        let versions = ship_two(&scene.floor)?;
        let other = Browser::start(Engine::Chromium, 1440, 900).await?;
        let outcome = story(scene, &other, &versions).await;
        other.quit().await?;
        outcome
    })
    .await
}

async fn story(scene: &mut Scene, other: &Browser, [old, new]: &[String; 2]) -> Result<()> {
    let (first, second) = (scene.floor.url(), scene.floor.second());
    open(&scene.browser, &first).await?;
    open(other, &second).await?;
    ensure!(version(&scene.browser).await? == *old && version(other).await? == *old, "the same at both");

    // At one edge; both pages follow, the farther one is told.
    let began = Instant::now();
    team::run(&scene.floor, &["promote", NAME, new])?;
    for (page, at) in [(&scene.browser, "this edge"), (other, "the other edge")] {
        shows(page, new).await?;
        println!("figure: promoted -> open page of {at} swapped: {} ms", began.elapsed().as_millis());
    }
    ensure!(began.elapsed() <= SWAPPED_WITHIN, "{:?}", began.elapsed());
    let began = Instant::now();
    team::run(&scene.floor, &["kill", NAME, "--reason", "it shows wrong sums", "--yes"])?;
    for page in [&scene.browser, other] {
        page.slot_state(NAME, &["blocked"], PATIENCE).await?;
    }
    println!("figure: killed -> gone from the open pages of both edges: {} ms", began.elapsed().as_millis());
    ensure!(began.elapsed() <= KILLED_WITHIN, "{:?}", began.elapsed());
    // And back by the other one.
    team::run_at(&scene.floor, &second, &["revive", NAME])?;
    for page in [&scene.browser, other] {
        page.slot_state(NAME, &["mounted"], PATIENCE).await?;
    }

    // What happens while an edge is gone, with all that it had on disk.
    scene.floor.lose_second()?;
    let began = Instant::now();
    team::run(&scene.floor, &["rollback", NAME])?;
    shows(&scene.browser, old).await?;
    println!("figure: rolled back -> open page of this edge swapped: {} ms", began.elapsed().as_millis());
    ensure!(began.elapsed() <= SWAPPED_WITHIN, "{:?}", began.elapsed());
    ensure!(version(other).await? == *new, "nobody tells it");
    scene.floor.start_second()?;
    shows(other, old).await?;
    for page in [&scene.browser, other] {
        ensure!(page.run("return window.same === true", vec![]).await? == json!(true), "without a reload");
    }
    Ok(())
}

/// One that is live and one that is published, at the one edge and at the other.
fn ship_two(floor: &Floor) -> Result<[String; 2]> {
    let folder = team::make_live(floor, NAME)?;
    let change = |code| code + "\nexport const changed = 'yes';\n";
    let said = team::publish_changed(floor, &floor.second(), &folder, change)?;
    ensure!(!said.contains(" 0 of them"), "what the other edge has is not sent again: {said}");
    team::versions(floor, NAME)
}

async fn open(browser: &Browser, at: &str) -> Result<()> {
    browser.open(&format!("{at}/{NAME}")).await?;
    for slot in ["wallet", "promotions", NAME] {
        browser.slot_state(slot, &["mounted"], PATIENCE).await?;
    }
    browser.run("window.same = true", vec![]).await?;
    Ok(())
}

async fn version(browser: &Browser) -> Result<String> {
    let script = "return document.querySelector(`[data-slot=${arguments[0]}]`).dataset.version";
    let said = browser.run(script, vec![json!(NAME)]).await?;
    said.as_str().map(str::to_owned).context("the slot says it")
}

async fn shows(browser: &Browser, to: &str) -> Result<()> {
    until("the release that is live", PATIENCE, || async { Ok((version(browser).await? == to).then_some(())) }).await?;
    browser.slot_state(NAME, &["mounted"], PATIENCE).await?;
    Ok(())
}
