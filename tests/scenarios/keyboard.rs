//! A player without a mouse.

use anyhow::Result;
use scenarios::floor::Options;
use scenarios::scenario::{LIVE, PROMOTIONS, WALLET, play};
use thirtyfour::Key;

use crate::steps::{everything_settled, fresh_round};

/// Signs in, opens a table, bets until the mission is earned and claims it: by Tab, Enter and
/// Space only.
#[tokio::test]
async fn the_whole_journey() -> Result<()> {
    let options = Options { round_ms: (8_000, 800, 800), ..Options::default() };
    play("keyboard", options, (1440, 900), async |scene| {
        let browser = &scene.browser;
        scene.open("/").await?;
        browser.tab_to("[data-test=demo]").await?;
        browser.press(Key::Enter).await?;
        browser.text_until(WALLET, "[data-test=balance]", scenarios::PATIENCE, |t| t.contains("1,000.00")).await?;

        browser.tab_to("[data-offer=explorer] [data-test=accept]").await?;
        browser.press(Key::Space).await?;
        browser.tab_to("[data-offer=explorer] [data-test=opt-in]").await?;
        browser.press(Key::Enter).await?;
        browser.see(PROMOTIONS, "[data-offer=explorer][data-offer-state=active]").await?;

        browser
            .tab_to("[data-test=lobby-table][data-table=roulette-1], [data-test=lobby-table][data-table=roulette-1] a")
            .await?;
        browser.press(Key::Enter).await?;
        browser.see(LIVE, "[data-test=table][data-table=roulette-1]").await?;
        for _ in 0..3 {
            fresh_round(scene).await?;
            // The cloth is one stop of Tab; within it the arrows walk.
            browser.tab_to("[data-test=spot]").await?;
            browser.press(Key::Enter).await?;
            browser.see(LIVE, "[data-test=my-bets-total][data-minor='500']").await?;
        }
        everything_settled(scene).await?;
        browser.see(PROMOTIONS, "[data-offer=explorer][data-offer-state=earned]").await?;
        browser.tab_to("[data-offer=explorer] [data-test=claim]").await?;
        browser.press(Key::Enter).await?;
        browser.see(PROMOTIONS, "[data-offer=explorer][data-offer-state=claimed]").await?;
        Ok(())
    })
    .await
}
