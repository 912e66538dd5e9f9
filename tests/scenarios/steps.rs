//! What players do, in the words of the scenarios.

use anyhow::{Context, Result, ensure};
use scenarios::scenario::{LIVE, PROMOTIONS, Scene, WALLET};
use scenarios::{PATIENCE, until};
use serde_json::json;

/// Pays play money in through the wallet's form and waits for its success.
///
/// # Errors
/// The form can't be used or the balance does not rise.
pub(crate) async fn deposit(scene: &Scene, amount: &str) -> Result<()> {
    let before = scene.browser.text(WALLET, "[data-test=balance]").await?;
    fill_in_deposit(scene, amount).await?;
    scene.browser.click(WALLET, "[data-test=deposit-submit]").await?;
    scene.browser.text_until(WALLET, "[data-test=balance]", PATIENCE, |text| text != before).await?;
    Ok(())
}

/// Opens the wallet's form for deposits, if it is not open yet, and fills it in.
///
/// # Errors
/// The form can't be used.
pub(crate) async fn fill_in_deposit(scene: &Scene, amount: &str) -> Result<()> {
    if scene.browser.count(WALLET, "[data-test=deposit-form]").await? == 0 {
        scene.browser.click(WALLET, "[data-test=open-deposit]").await?;
    }
    scene.browser.fill(WALLET, "[data-test=deposit-form] [data-test=amount]", amount).await
}

/// Waits for a round that has just opened at the table in view, so that there is time to bet.
///
/// # Errors
/// None opens in time.
pub(crate) async fn fresh_round(scene: &Scene) -> Result<String> {
    let table = "[data-test=table]";
    let before = scene.browser.attribute(LIVE, table, "data-round").await?;
    until("a new round is open", PATIENCE, || async {
        let round = scene.browser.attribute(LIVE, table, "data-round").await?;
        let phase = scene.browser.attribute(LIVE, table, "data-phase").await?;
        Ok((round != before && phase == "open").then_some(round))
    })
    .await
}

/// Takes part in the offer that three rounds earn.
///
/// # Errors
/// The terms can't be accepted, or the offer does not become active.
pub(crate) async fn join_the_mission(scene: &Scene) -> Result<()> {
    scene.browser.click(PROMOTIONS, "[data-offer=explorer] [data-test=accept]").await?;
    scene.browser.click(PROMOTIONS, "[data-offer=explorer] [data-test=opt-in]").await?;
    scene.browser.see(PROMOTIONS, "[data-offer=explorer][data-offer-state=active]").await?;
    Ok(())
}

/// Puts a chip of one unit on a spot and waits until the vendor has taken it.
///
/// # Errors
/// It is not taken.
pub(crate) async fn bet(scene: &Scene, spot: &str) -> Result<()> {
    scene.browser.click(LIVE, "[data-test=chip][data-value='100']").await?;
    scene.browser.click(LIVE, &format!("[data-test=spot][data-spot='{spot}']:not([aria-disabled=true])")).await?;
    scene.browser.see(LIVE, "[data-test=my-bets-total][data-minor='100']").await?;
    scene.browser.see(LIVE, &format!("[data-test=pile][data-spot='{spot}'][data-pending=false]")).await?;
    Ok(())
}

/// Waits until the vendor has nothing open or unpaid for anybody.
///
/// # Errors
/// Something stays open.
pub(crate) async fn everything_settled(scene: &Scene) -> Result<()> {
    until("the vendor's journal has no unsettled bet", PATIENCE, || async {
        let rounds = scene.floor.provider_control().get("/rounds").await?;
        let open = |kind: &str| rounds[kind].as_array().map(Vec::len).with_context(|| format!("{kind} in /rounds"));
        Ok((open("bets")? == 0 && open("calls")? == 0).then_some(()))
    })
    .await
}

/// The page's balance, the ledger's sum and the wallet's history say the same, to the cent.
///
/// # Errors
/// They differ.
pub(crate) async fn money_agrees(scene: &Scene, player: &str) -> Result<i64> {
    let ledger = scene.floor.gateway_control().cash_minor(player).await?;
    let shown = format!("{}.{:02}", group(ledger / 100), ledger % 100);
    scene.browser.text_until(WALLET, "[data-test=balance]", PATIENCE, |text| text.contains(&shown)).await?;
    let script = "return fetch('/api/wallet/history?limit=100').then((reply) => reply.json())";
    let history = scene.browser.run(script, vec![]).await?;
    let entries = history["entries"].as_array().context("entries")?;
    let sum: i64 = entries.iter().filter_map(|entry| entry["cash_minor"].as_i64()).sum();
    ensure!(history["next_before"] == json!(null), "one page holds the whole history");
    ensure!(sum == ledger, "the history sums to {sum}, the ledger holds {ledger}");
    Ok(ledger)
}

fn group(units: i64) -> String {
    if units >= 1000 { format!("{},{:03}", units / 1000, units % 1000) } else { units.to_string() }
}
