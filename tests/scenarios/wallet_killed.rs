//! Each service is a process of its own, and the wallet's is killed.

use std::time::Duration;

use anyhow::{Result, ensure};
use scenarios::floor::{Database, Options};
use scenarios::scenario::{WALLET, play};

use crate::steps::{deposit, join_the_mission, money_agrees};

/// Only the wallet's slot notices, and keeps the last known balance with its time; what the player asked for
/// meanwhile is done once when the process is back, without anybody else having been restarted.
#[tokio::test]
async fn only_the_wallets_slot_notices() -> Result<()> {
    let apart = Options { apart: true, database: Database::Postgres, ..Options::default() };
    play("wallet_killed", apart, (1440, 900), async |scene| {
        scene.open("/wallet").await?;
        let player = scene.sign_in_demo().await?;
        deposit(scene, "1").await?;
        scene.expected_errors.push("503");
        scene.floor.kill_service("wallet")?;

        if scene.browser.count(WALLET, "[data-test=deposit-form]").await? == 0 {
            scene.browser.click(WALLET, "[data-test=open-deposit]").await?;
        }
        scene.browser.fill(WALLET, "[data-test=deposit-form] [data-test=amount]", "10").await?;
        scene.browser.click(WALLET, "[data-test=deposit-submit]").await?;
        scene.browser.see(WALLET, "[data-test=unsure]").await?;
        scene.browser.see(WALLET, "[data-test=stale]").await?;
        let balance = scene.browser.text(WALLET, "[data-test=balance]").await?;
        ensure!(balance.contains("1,001.00"), "the last known balance, not {balance:?}");
        for slot in ["live", "promotions"] {
            scene.browser.slot_state(slot, &["mounted"], Duration::ZERO).await?;
        }
        let script = "return fetch('/api/promotions/offers').then((reply) => reply.status)";
        ensure!(scene.browser.run(script, vec![]).await? == 200, "the others answer");

        scene.floor.start_service("wallet")?;
        scene.browser.click(WALLET, "[data-test=unsure] [data-test=again]").await?;
        scene
            .browser
            .text_until(WALLET, "[data-test=balance]", scenarios::PATIENCE, |t| t.contains("1,011.00"))
            .await?;
        join_the_mission(scene).await?;
        deposit(scene, "5").await?;
        ensure!(money_agrees(scene, &player).await? == 101_600, "1, 10 and 5, each once");
        Ok(())
    })
    .await
}
