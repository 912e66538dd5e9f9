//! The fragment on a floor of its own, as a player meets it: real programs, a real browser.
#![cfg(not(target_arch = "wasm32"))]
#![allow(missing_docs)] // tests

use anyhow::{Result, ensure};
use scenarios::floor::Options;
use scenarios::own_page;
use scenarios::scenario::play;

/// It is found in the navigation, says hello, lists the tables, and axe finds nothing, in both themes and
/// in a language that is written from the right.
#[tokio::test]
async fn a_player_opens_the_page() -> Result<()> {
    play("{{name}}", Options::default(), (1440, 900), async |scene| {
        scene.open("/").await?;
        own_page::enter(scene, "{{name}}").await?;
        let slot = "[data-slot={{name}}]";
        scene.browser.see(slot, "[data-test=table][data-table=roulette-1]").await?;
        scene.browser.click(slot, "[data-test=refresh]").await?;
        scene.browser.see(slot, "[data-test=table][data-table=baccarat-1]").await?;
        ensure!(scene.browser.count(slot, "[data-test=failed]").await? == 0, "the tables answer");
        own_page::is_for_everybody(scene, "{{name}}").await
    })
    .await
}
