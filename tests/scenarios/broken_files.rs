//! A fragment's Wasm is missing, cut short, or not what the manifest says.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use scenarios::floor::Options;
use scenarios::scenario::{PROMOTIONS, Scene, WALLET, play};

/// Breaks the file, opens the page, and expects the promotions' slot alone to show its card; then
/// mends the file and expects the card's button to bring the fragment.
async fn only_its_slot_shows_the_card(
    name: &str,
    state: &str,
    errors: &'static [&'static str],
    spoil: impl Fn(&Path) -> Result<()>,
) -> Result<()> {
    play(name, Options::default(), (1440, 900), async |scene: &mut Scene| {
        scene.expected_errors.extend(errors);
        let file = scene.floor.file("promotions", ".wasm")?;
        let good = fs::read(&file)?;
        // The compressed twins hold the good bytes still; the server must take the plain file.
        for twin in ["br", "zst"] {
            fs::remove_file(format!("{}.{twin}", file.display()))?;
        }
        // What was made of the good file before is of no use: a pack holds what the gateway has found.
        scene.floor.kill_gateway()?;
        spoil(&file)?;
        scene.floor.start_gateway()?;
        scene.browser.open(&scene.floor.url()).await?;
        scene.browser.slot_state("promotions", &[state], scenarios::PATIENCE).await?;
        scene.browser.see(PROMOTIONS, "[role=alert]").await?;
        for slot in ["wallet", "live"] {
            scene.browser.slot_state(slot, &["mounted"], scenarios::PATIENCE).await?;
        }
        scene.sign_in_demo().await?;
        ensure!(scene.browser.count(WALLET, "[role=alert]").await? == 0, "the wallet has no card");

        fs::write(&file, good)?;
        scene.browser.click(PROMOTIONS, "[role=alert] button").await?;
        scene.browser.slot_state("promotions", &["mounted"], Duration::from_secs(10)).await?;
        scene.browser.see(PROMOTIONS, "[data-test=offer]").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn missing() -> Result<()> {
    only_its_slot_shows_the_card("missing", "failed", &["404"], |file| Ok(fs::remove_file(file)?)).await
}

#[tokio::test]
async fn truncated() -> Result<()> {
    only_its_slot_shows_the_card("truncated", "blocked", &[], |file| {
        let bytes = fs::read(file)?;
        Ok(fs::write(file, &bytes[..bytes.len() / 2])?)
    })
    .await
}

#[tokio::test]
async fn one_byte_flipped() -> Result<()> {
    only_its_slot_shows_the_card("one_byte_flipped", "blocked", &[], |file| {
        let mut bytes = fs::read(file)?;
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        Ok(fs::write(file, bytes)?)
    })
    .await
}
