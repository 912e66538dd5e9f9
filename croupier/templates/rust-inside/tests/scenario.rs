//! The fragment on a floor of its own, as a player meets it: real programs, a real browser.
#![cfg(not(target_arch = "wasm32"))]
#![allow(missing_docs)] // tests

use anyhow::{Result, ensure};
use scenarios::floor::Options;
use scenarios::scenario::play;
use scenarios::{PATIENCE, own_page};

/// It is found in the navigation, says hello, lists the tables, asks for them again, and axe finds nothing, in both
/// themes and in a language that is written from the right.
#[tokio::test]
async fn a_player_opens_the_page() -> Result<()> {
    play("{{name}}", Options::default(), (1440, 900), async |scene| {
        scene.open("/").await?;
        scene.sign_in_demo().await?;
        own_page::enter(scene, "{{name}}").await?;
        let slot = "[data-slot={{name}}]";
        scene.browser.text_until(slot, "[data-test=hello]", PATIENCE, |text| text.starts_with("Hello, ")).await?;
        scene.browser.see(slot, "[data-test=table][data-table=roulette-1]").await?;
        own_page::asks_again(scene, async || scene.browser.click(slot, "[data-test=refresh]").await).await?;
        scene.browser.see(slot, "[data-test=table][data-table=baccarat-1]").await?;
        ensure!(scene.browser.count(slot, "[data-test=failed]").await? == 0, "the tables answer");
        own_page::is_for_everybody(scene, "{{name}}").await
    })
    .await
}
