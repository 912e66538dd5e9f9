//! Two tabs of one browser: one player, or one after the other.

use std::time::Duration;

use anyhow::{Result, ensure};
use scenarios::PATIENCE;
use scenarios::floor::Options;
use scenarios::scenario::{WALLET, play};
use serde_json::json;

use crate::steps::{deposit, fill_in_deposit};

/// A deposit in one tab is in the other within a second.
#[tokio::test]
async fn a_deposit_shows_in_the_other_tab() -> Result<()> {
    play("two_tabs", Options::default(), (1440, 900), async |scene| {
        scene.open("/wallet").await?;
        scene.sign_in_demo().await?;
        let first = scene.browser.driver().window().await?;
        let second = scene.browser.driver().new_tab().await?;
        scene.browser.driver().switch_to_window(second).await?;
        scene.open("/").await?;
        scene.browser.text_until(WALLET, "[data-test=balance]", PATIENCE, |t| t.contains("1,000.00")).await?;

        scene.browser.driver().switch_to_window(first.clone()).await?;
        deposit(scene, "12.34").await?;
        scene.browser.driver().switch_to_window(second_of(scene, &first).await?).await?;
        let second = Duration::from_secs(1);
        scene.browser.text_until(WALLET, "[data-test=balance]", second, |text| text.contains("1,012.34")).await?;
        Ok(())
    })
    .await
}

/// What another tab does when somebody else signs in there. They share the cookie; this page hears of it later.
const SIGN_IN_ELSEWHERE: &str = "const read = async () => (await fetch('/api/identity/session')).json();
    return read().then(async ({ csrf_token }) => {
        const headers = { 'content-type': 'application/json', 'x-csrf-token': csrf_token };
        const reply = await fetch('/api/identity/demo', { method: 'POST', headers, body: '{}' });
        return [reply.status, (await read()).player.id];
    })";

/// A deposit that one player fills in is not made for the next one.
#[tokio::test]
async fn a_command_of_one_player_is_not_carried_out_for_the_next() -> Result<()> {
    play("two_players", Options::default(), (1440, 900), async |scene| {
        scene.expected_errors.push("403 (Forbidden)");
        scene.open("/wallet").await?;
        let first = scene.sign_in_demo().await?;
        deposit(scene, "5").await?;
        fill_in_deposit(scene, "50").await?;
        let signed_in = scene.browser.run(SIGN_IN_ELSEWHERE, vec![]).await?;
        ensure!(signed_in[0] == json!(201) && signed_in[1] != json!(first), "somebody else: {signed_in}");
        scene.browser.click(WALLET, "[data-test=deposit-submit]").await?;
        // The page is theirs, and what they own is untouched.
        scene.browser.text_until(WALLET, "[data-test=balance]", PATIENCE, |text| text.contains("1,000.00")).await?;
        let balance = "return fetch('/api/wallet/balance').then((reply) => reply.json())";
        let balance = scene.browser.run(balance, vec![]).await?;
        ensure!(balance["cash_minor"] == json!(100_000), "nothing was paid in for them: {balance}");
        Ok(())
    })
    .await
}

async fn second_of(
    scene: &scenarios::scenario::Scene,
    first: &thirtyfour::WindowHandle,
) -> Result<thirtyfour::WindowHandle> {
    let windows = scene.browser.driver().windows().await?;
    windows.into_iter().find(|window| window != first).ok_or_else(|| anyhow::anyhow!("the second tab is open"))
}
