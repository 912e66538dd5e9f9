//! A phone.

use anyhow::Result;
use scenarios::floor::Options;
use scenarios::scenario::{LIVE, play};
use serde_json::json;

use crate::steps::{bet, fresh_round};

/// At 390 px nothing is wider than the screen on any view or in a right-to-left language, and a
/// bet can be placed.
#[tokio::test]
async fn a_table_fits_and_plays() -> Result<()> {
    play("narrow", Options::default(), (390, 844), async |scene| {
        scene.open("/").await?;
        scene.sign_in_demo().await?;
        for path in ["/", "/wallet", "/promotions", "/account", "/limits", "/live/baccarat-1", "/live/roulette-1"] {
            scene.open(path).await?;
            scene.browser.nothing_overflows().await?;
        }
        // Every spot can be brought into view and is large enough to be hit.
        let script = "const small = [];
            const walk = (root) => { for (const element of root.querySelectorAll('*')) {
                if (element.matches('[data-test=spot]') && element.checkVisibility()) {
                    const box = element.getBoundingClientRect();
                    if (box.width < 24 || box.height < 24) small.push(`${element.dataset.spot} ${box.width}×${box.height}`);
                }
                if (element.shadowRoot) walk(element.shadowRoot); } };
            walk(document); return small;";
        fresh_round(scene).await?;
        let small = scene.browser.run_in(LIVE, script, vec![]).await?;
        anyhow::ensure!(small == json!([]), "smaller than 24 px: {small}");
        bet(scene, "straight-17").await?;
        scene.browser.see(LIVE, "[data-test=clear]").await?;

        scene.browser.run("document.cookie = 'croupier_locale=ar; path=/'", vec![]).await?;
        scene.open("/live/roulette-1").await?;
        scene.browser.nothing_overflows().await?;
        Ok(())
    })
    .await
}
