//! A promotion from opt-in to credit.

use anyhow::{Result, ensure};
use scenarios::floor::Options;
use scenarios::scenario::{LIVE, PROMOTIONS, play};

use crate::steps::{bet, everything_settled, fresh_round, join_the_mission, money_agrees};

/// Three rounds earn the mission; the claimed reward is in the wallet without a reload.
#[tokio::test]
async fn the_reward_reaches_the_wallet_by_an_event() -> Result<()> {
    let options = Options { round_ms: (4_000, 800, 800), ..Options::default() };
    play("claim", options, (1440, 900), async |scene| {
        scene.open("/live/roulette-1").await?;
        let player = scene.sign_in_demo().await?;
        join_the_mission(scene).await?;
        scene.browser.run("window.notReloaded = true", vec![]).await?;
        for _ in 0..3 {
            fresh_round(scene).await?;
            bet(scene, "red").await?;
        }
        everything_settled(scene).await?;
        scene.browser.see(PROMOTIONS, "[data-offer=explorer][data-offer-state=earned]").await?;
        let before = money_agrees(scene, &player).await?;
        scene.browser.click(PROMOTIONS, "[data-offer=explorer] [data-test=claim]").await?;
        scene.browser.see(PROMOTIONS, "[data-offer=explorer][data-offer-state=claimed]").await?;
        let after = scenarios::until("the credit", scenarios::PATIENCE, || async {
            let after = money_agrees(scene, &player).await?;
            Ok((after != before).then_some(after))
        })
        .await?;
        ensure!(after == before + 200, "€2.00 on top of {before}, not {after}");
        ensure!(scene.browser.run("return window.notReloaded", vec![]).await? == true, "the page was not reloaded");
        ensure!(scene.browser.count(LIVE, "[data-test=table]").await? == 1, "the table is still in view");
        Ok(())
    })
    .await
}
