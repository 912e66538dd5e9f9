//! The vendor's process dies while a bet is open.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use scenarios::floor::Options;
use scenarios::scenario::{LIVE, play};

use crate::steps::{bet, deposit, everything_settled, fresh_round, join_the_mission, money_agrees};

/// The live slot says so in place within three seconds and nothing else notices; when the vendor
/// is back, live recovers by itself and the open bet is settled or returned.
#[tokio::test]
async fn only_the_live_slot_notices() -> Result<()> {
    play("provider_killed", Options::default(), (1440, 900), async |scene| {
        scene.open("/live/roulette-1").await?;
        let player = scene.sign_in_demo().await?;
        fresh_round(scene).await?;
        bet(scene, "black").await?;
        scene.floor.kill_provider()?;
        scene.expected_errors.extend(["localhost", "ERR_CONNECTION_REFUSED", "WebSocket"]);

        let died = Instant::now();
        scene.browser.slot_state("live", &["degraded"], Duration::from_secs(5)).await?;
        let noticed = died.elapsed();
        scene.browser.see(LIVE, "[data-test=feed-notice]").await?;
        // Meanwhile the rest of the floor is used, not only looked at.
        deposit(scene, "20").await?;
        join_the_mission(scene).await?;
        for slot in ["wallet", "promotions"] {
            scene.browser.slot_state(slot, &["mounted"], Duration::ZERO).await?;
        }
        ensure!(money_agrees(scene, &player).await? == 101_900, "1,000 − 1 staked + 20 paid in");

        scene.floor.start_provider()?;
        let back = Instant::now();
        scene.browser.slot_state("live", &["mounted"], scenarios::PATIENCE).await?;
        let (noticed_ms, live_ms) = (noticed.as_millis(), back.elapsed().as_millis());
        println!("figure: vendor killed: said after {noticed_ms} ms; back: live again after {live_ms} ms");
        ensure!(noticed_ms <= 3_000, "the player has to know within three seconds");
        ensure!(live_ms <= 3_000, "two seconds, and one for this machine's sake");
        everything_settled(scene).await?;
        let cash = money_agrees(scene, &player).await?;
        ensure!([101_900, 102_000, 102_100].contains(&cash), "lost, returned or won, not {cash}");
        // And it can be played again.
        fresh_round(scene).await?;
        bet(scene, "red").await?;
        everything_settled(scene).await?;
        Ok(())
    })
    .await
}
