//! The whole way of a stake: deposit, bet, result, balance, history, ledger.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use contract::feed::FromVendor;
use contract::roulette::Spot;
use scenarios::PATIENCE;
use scenarios::floor::Options;
use scenarios::player::Seat;
use scenarios::scenario::{LIVE, WALLET, play};

use crate::steps::{bet, deposit, everything_settled, fresh_round, money_agrees};

/// A demo player deposits and bets on red; the round settles by the number that the table shows;
/// page, history and ledger agree to the cent.
#[tokio::test]
async fn a_bet_settles_by_the_true_number() -> Result<()> {
    play("play_roulette", Options::default(), (1440, 900), async |scene| {
        scene.open("/live/roulette-1").await?;
        let player = scene.sign_in_demo().await?;
        // The table knows the balance from the first moment, not only after it has changed.
        scene.browser.text_until(LIVE, "[data-test=balance]", PATIENCE, |text| text.contains("1,000.00")).await?;
        deposit(scene, "50").await?;
        // What happened is heard from the vendor itself, beside the page.
        let mut vendor = Seat::watch(&scene.floor, "roulette-1").await?;
        let round = fresh_round(scene).await?;
        bet(scene, "red").await?;
        ensure!(money_agrees(scene, &player).await? == 104_900, "the stake has left the wallet");

        let outcome = vendor.hear("the round's outcome", |message| match message {
            FromVendor::Delta(delta) => delta.outcome.filter(|outcome| outcome.round == round),
            _ => None,
        });
        let number = outcome.await?.number.context("roulette has a number")?;
        scene.browser.see(LIVE, &format!("[data-test=result][data-round='{round}']")).await?;
        everything_settled(scene).await?;
        let expected = if Spot::Red.covers(number) { 105_100 } else { 104_900 };
        let shown = if expected == 105_100 { "1,051.00" } else { "1,049.00" };
        // The balance follows within a second of the settlement.
        scene.browser.text_until(WALLET, "[data-test=balance]", Duration::from_secs(1), |t| t.contains(shown)).await?;
        ensure!(money_agrees(scene, &player).await? == expected, "number {number} pays {expected}");
        Ok(())
    })
    .await
}
