//! The vendor lives but misbehaves.

use std::time::Duration;

use anyhow::{Result, ensure};
use scenarios::floor::Options;
use scenarios::scenario::{LIVE, Scene, WALLET, play};
use serde_json::json;

use crate::steps::{bet, deposit, everything_settled, fresh_round, money_agrees};

async fn fault(scene: &Scene, fault: &str, ms: u64) -> Result<()> {
    scene.floor.provider_control().fault(json!({ "fault": fault, "table": null, "ms": ms })).await
}

/// While the feed talks nonsense the table is stale, not wrong; when it heals, the table is live
/// again and can be played.
#[tokio::test]
async fn garbage_makes_the_table_stale_and_nothing_else() -> Result<()> {
    play("vendor_garbage", Options::default(), (1440, 900), async |scene| {
        scene.open("/live/roulette-1").await?;
        let player = scene.sign_in_demo().await?;
        scene.browser.see(LIVE, "[data-test=table][data-feed=live]").await?;
        fault(scene, "garbage", 0).await?;
        scene.browser.slot_state("live", &["degraded"], Duration::from_secs(8)).await?;
        deposit(scene, "3").await?;
        ensure!(money_agrees(scene, &player).await? == 100_300, "the wallet goes on");
        fault(scene, "none", 0).await?;
        scene.browser.slot_state("live", &["mounted"], scenarios::PATIENCE).await?;
        fresh_round(scene).await?;
        bet(scene, "odd").await?;
        everything_settled(scene).await
    })
    .await
}

/// A switched-off feed is said in place at once, and comes back by itself.
#[tokio::test]
async fn a_stopped_feed_comes_back() -> Result<()> {
    play("vendor_stop", Options::default(), (1440, 900), async |scene| {
        scene.expected_errors.extend(["WebSocket", "503", "localhost"]);
        scene.open("/live/baccarat-1").await?;
        scene.sign_in_demo().await?;
        scene.browser.see(LIVE, "[data-test=table][data-feed=live]").await?;
        fault(scene, "stop", 0).await?;
        scene.browser.slot_state("live", &["degraded"], Duration::from_secs(5)).await?;
        scene.browser.see(LIVE, "[data-test=feed-notice]").await?;
        ensure!(scene.browser.count(WALLET, "[data-test=stale]").await? == 0, "the wallet is not concerned");
        fault(scene, "none", 0).await?;
        scene.browser.slot_state("live", &["mounted"], scenarios::PATIENCE).await?;
        scene.browser.see(LIVE, "[data-test=table][data-feed=live]").await?;
        Ok(())
    })
    .await
}

/// After a lost delta the table asks again and shows what the vendor knows.
#[tokio::test]
async fn a_gap_is_closed() -> Result<()> {
    play("vendor_gap", Options::default(), (1440, 900), async |scene| {
        scene.open("/live/roulette-1").await?;
        scene.browser.see(LIVE, "[data-test=table][data-feed=live]").await?;
        fault(scene, "gap", 0).await?;
        for _ in 0..2 {
            fresh_round(scene).await?;
        }
        scene.browser.slot_state("live", &["mounted"], Duration::ZERO).await?;
        Ok(())
    })
    .await
}

/// The video stands still: the table says so, and bets go on.
#[tokio::test]
async fn a_frozen_video_stops_no_bet() -> Result<()> {
    play("vendor_frozen_video", Options::default(), (1440, 900), async |scene| {
        scene.open("/live/roulette-1").await?;
        scene.sign_in_demo().await?;
        fault(scene, "frozen-video", 0).await?;
        scene.browser.see(LIVE, "[data-test=video-state].badge--warning").await?;
        fresh_round(scene).await?;
        bet(scene, "even").await?;
        everything_settled(scene).await?;
        fault(scene, "none", 0).await
    })
    .await
}
