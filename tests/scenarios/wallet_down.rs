//! The wallet's service is down.

use std::time::Duration;

use anyhow::{Result, ensure};
use scenarios::floor::Options;
use scenarios::scenario::{WALLET, play};

use crate::steps::{deposit, money_agrees};

/// The last known balance stays, marked with its time; a deposit is refused clearly and repeated
/// without doubling; the rest of the floor goes on; the wallet comes back by itself.
#[tokio::test]
async fn the_last_known_balance_stays() -> Result<()> {
    play("wallet_down", Options::default(), (1440, 900), async |scene| {
        scene.open("/wallet").await?;
        let player = scene.sign_in_demo().await?;
        scene.expected_errors.push("503");
        scene.floor.gateway_control().service("wallet", "down").await?;

        scene.browser.fill(WALLET, "[data-test=deposit-form] [data-test=amount]", "10").await?;
        scene.browser.click(WALLET, "[data-test=deposit-submit]").await?;
        scene.browser.see(WALLET, "[data-test=unsure]").await?;
        scene.browser.see(WALLET, "[data-test=stale]").await?;
        let balance = scene.browser.text(WALLET, "[data-test=balance]").await?;
        ensure!(balance.contains("1,000.00"), "the last known balance, not {balance:?}");
        for slot in ["wallet", "live", "promotions"] {
            scene.browser.slot_state(slot, &["mounted", "degraded"], Duration::ZERO).await?;
        }
        for slot in ["live", "promotions"] {
            scene.browser.slot_state(slot, &["mounted"], Duration::ZERO).await?;
        }

        scene.floor.gateway_control().service("wallet", "ok").await?;
        scene.browser.click(WALLET, "[data-test=unsure] [data-test=again]").await?;
        scene
            .browser
            .text_until(WALLET, "[data-test=balance]", scenarios::PATIENCE, |t| t.contains("1,010.00"))
            .await?;
        scenarios::until("the notice goes away", scenarios::PATIENCE, || async {
            Ok((scene.browser.count(WALLET, "[data-test=stale]").await? == 0).then_some(()))
        })
        .await?;
        deposit(scene, "5").await?;
        ensure!(money_agrees(scene, &player).await? == 101_500, "10 and 5, each once");
        Ok(())
    })
    .await
}
