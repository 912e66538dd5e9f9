//! A page with more slots than a browser can keep alive.

use anyhow::{Result, ensure};
use scenarios::browser::Browser;
use scenarios::floor::Options;
use scenarios::scenario::play;
use serde_json::json;

/// Slots beyond those of the layout.
const SLOTS: u64 = 300;

/// Chromium gives a page 124 Wasm memories. All 300 slots work: those in sight live, the others have
/// their turn when the player gets there, and nothing fails on the way.
#[tokio::test]
async fn those_in_sight_live() -> Result<()> {
    play("many-slots", Options::default(), (1440, 900), async |scene| {
        scene.floor.add_slots("promotions", SLOTS)?;
        // The gateway looks at its floor every now and then.
        scenarios::until("the page has the slots", scenarios::PATIENCE, || async {
            scene.browser.open(&scene.floor.url()).await?;
            Ok((scene.browser.count("main", "[data-slot]").await? > SLOTS).then_some(()))
        })
        .await?;
        scene.browser.slot_state("wallet", &["mounted"], scenarios::PATIENCE).await?;
        let last = format!("more-{}", SLOTS - 1);
        let mut most = 0;
        for slot in ["more-0", "more-100", "more-200", &last, "wallet"] {
            let scroll = "document.querySelector(`[data-slot=${arguments[0]}]`).scrollIntoView()";
            scene.browser.run(scroll, vec![json!(slot)]).await?;
            scene.browser.slot_state(slot, &["mounted"], scenarios::PATIENCE).await?;
            most = most.max(alive(&scene.browser).await?);
        }
        println!("figure: of {SLOTS} slots at most {most} were alive at a time");
        ensure!((2..=48).contains(&most), "{most} are alive");
        ensure!(scene.browser.count("main", "[role=alert]:not(:empty)").await? == 0, "nothing has failed");
        scene.sign_in_demo().await?;
        Ok(())
    })
    .await
}

async fn alive(browser: &Browser) -> Result<u64> {
    let script = "return document.querySelectorAll('[data-slot][data-instance]').length";
    Ok(browser.run(script, vec![]).await?.as_u64().unwrap_or_default())
}
