//! A withdrawal that the rules hold, as the player sees it: in review, then as the operator decided.

use anyhow::{Context, Result, ensure};
use scenarios::floor::Options;
use scenarios::operator::Operator;
use scenarios::scenario::{Scene, WALLET, play};
use scenarios::{PATIENCE, until};

use crate::steps::{deposit, money_agrees};

async fn withdraw(scene: &Scene, amount: &str) -> Result<()> {
    let form = "[data-test=withdraw-form] [data-test=amount]";
    if scene.browser.count(WALLET, form).await? == 0 {
        scene.browser.click(WALLET, "[data-test=open-withdraw]").await?;
    }
    scene.browser.fill(WALLET, form, amount).await?;
    scene.browser.click(WALLET, "[data-test=withdraw-submit]").await?;
    scene.browser.click(WALLET, "[data-test=confirm-submit]").await
}

async fn the_one_that_waits(operator: &Operator) -> Result<serde_json::Value> {
    let waiting = operator.waiting().await?;
    ensure!(waiting.len() == 1, "one waits: {waiting:?}");
    waiting.into_iter().next().context("there is one")
}

/// Paid in and out again without play: the page says that it is being checked, and follows when the operator
/// pays it; the next one is given back. To the cent, and without a word of the rules.
#[tokio::test]
async fn an_open_page_follows_what_the_operator_decides() -> Result<()> {
    play("withdrawal_review", Options::default(), (1440, 900), async |scene| {
        scene.open("/").await?;
        let player = scene.sign_in_demo().await?;
        deposit(scene, "700").await?;
        withdraw(scene, "600").await?;
        scene.browser.see(WALLET, "[data-test=held][data-minor='60000']").await?;
        let row = "[data-test=history-row][data-kind=withdrawal]";
        scene.browser.text_until(WALLET, row, PATIENCE, |text| text.contains("in review")).await?;
        ensure!(money_agrees(scene, &player).await? == 110_000, "what is held can't be spent");

        let operator = Operator::on_duty(&scene.floor, "risk").await?;
        let waiting = the_one_that_waits(&operator).await?;
        ensure!(waiting["decision"]["reasons"][0]["rule"] == "hardly-played", "{waiting}");
        operator.review(&waiting, "release").await?;
        scene.browser.text_until(WALLET, row, PATIENCE, |text| text.contains("paid out")).await?;
        let announced = |text: &str| text.contains("Withdrawal paid out");
        scene.browser.text_until(WALLET, "[data-test=done]", PATIENCE, announced).await?;
        until("nothing is held", PATIENCE, || async {
            Ok((scene.browser.count(WALLET, "[data-test=held]").await? == 0).then_some(()))
        })
        .await?;
        ensure!(money_agrees(scene, &player).await? == 110_000, "it has left");

        withdraw(scene, "500").await?;
        scene.browser.see(WALLET, "[data-test=held][data-minor='50000']").await?;
        operator.review(&the_one_that_waits(&operator).await?, "refuse").await?;
        scene.browser.text_until(WALLET, row, PATIENCE, |text| text.contains("returned")).await?;
        ensure!(money_agrees(scene, &player).await? == 110_000, "it is back");
        let text = scene.browser.text(WALLET, "[data-test=wallet]").await?;
        ensure!(!text.contains("hardly") && !text.contains("agreed"), "no word of the rules: {text}");
        Ok(())
    })
    .await
}
