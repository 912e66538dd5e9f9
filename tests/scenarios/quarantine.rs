//! A page that hangs: whoever made it hang is not run again before the player asks for it.

use anyhow::{Result, ensure};
use scenarios::floor::{Guest, Options};
use scenarios::scenario::{LIVE, play};
use serde_json::json;

/// The first tab hangs in a click on a fragment in the document, where nothing counts the loops of
/// JavaScript. What the player does then is to open the address in another tab.
#[tokio::test]
async fn in_the_next_tab_everything_else_works() -> Result<()> {
    let guest = Guest { name: "rogue-js", in_place_of: "live-stream", placement: "document" };
    let options = Options { guest: Some(guest), ..Options::default() };
    play("quarantine", options, (1440, 900), async |scene| {
        scene.open("/").await?;
        let driver = scene.browser.driver();
        let hung = driver.window().await?;
        let next = driver.new_tab().await?;
        // Once the driver is in the next tab: it would hang as well.
        let press = "const { shadowRoot } = document.querySelector('[data-slot=live] .mount');
            setTimeout(() => shadowRoot.querySelector('[data-test=loop-js]').click(), 1000)";
        scene.browser.run(press, vec![]).await?;
        driver.switch_to_window(next).await?;
        // A page of the same origin without the shell in it. The loop takes eight seconds.
        scene.browser.open(&format!("{}/manifest.json", scene.floor.url())).await?;
        scenarios::until("it hangs for longer than anything should", scenarios::PATIENCE, || async {
            let hangs = "return Object.keys(localStorage).some((key) =>
                key.startsWith('croupier.turn') && Date.now() - localStorage[key].split(' ')[2] > 2000)";
            Ok((scene.browser.run(hangs, vec![]).await? == json!(true)).then_some(()))
        })
        .await?;

        scene.browser.open(&scene.floor.url()).await?;
        scene.browser.slot_state("live", &["failed"], scenarios::PATIENCE).await?;
        for slot in ["wallet", "promotions"] {
            scene.browser.slot_state(slot, &["mounted"], scenarios::PATIENCE).await?;
        }
        scene.sign_in_demo().await?;
        ensure!(scene.browser.count(LIVE, "[data-test=well]").await? == 0, "not a byte of it ran");

        scene.browser.click(LIVE, "[role=alert] button").await?;
        scene.browser.slot_state("live", &["mounted"], scenarios::PATIENCE).await?;
        // The retry is the end of it, also after a reload.
        driver.refresh().await?;
        scene.browser.slot_state("live", &["mounted"], scenarios::PATIENCE).await?;
        driver.switch_to_window(hung).await?;
        Ok(())
    })
    .await
}
