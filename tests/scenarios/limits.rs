//! Responsible gaming, as a player meets it: limits, reality checks, self-exclusion.

use std::time::Duration;

use anyhow::{Result, ensure};
use scenarios::floor::Options;
use scenarios::scenario::{LIMITS, LIVE, Scene, WALLET, books_agree, play};
use scenarios::{PATIENCE, until};
use serde_json::json;

use crate::steps::{bet, deposit, everything_settled, fresh_round, money_agrees};

const MINUTE_MS: i64 = 60_000;

/// Goes to the limits as a player does, and waits until they are there.
async fn open_limits(scene: &Scene) -> Result<()> {
    scene.browser.click("nav", "a[href='/limits']").await?;
    scene.browser.slot_state("limits", &["mounted"], PATIENCE).await?;
    scene.browser.see(LIMITS, "[data-test=limits][data-shows=limits]").await
}

/// Sets a limit through its form.
async fn set_limit(scene: &Scene, limit: &str, amount: &str) -> Result<()> {
    scene.browser.click(LIMITS, &format!("[data-limit={limit}] [data-test=change]")).await?;
    scene.browser.fill(LIMITS, "[data-test=amount]", amount).await?;
    scene.browser.click(LIMITS, "[data-test=save]").await
}

/// Axe finds nothing serious, in either theme, once what the balance changed by has faded.
async fn is_accessible(scene: &Scene, what: &str) -> Result<()> {
    let has_faded = "const change = document.querySelector('[data-slot=wallet] .mount').shadowRoot.querySelector('.wallet__change');
        return !change || getComputedStyle(change).opacity == 0";
    until("nothing fades", PATIENCE, || async {
        Ok((scene.browser.run(has_faded, vec![]).await? == json!(true)).then_some(()))
    })
    .await?;
    for theme in ["light", "dark"] {
        let script = "document.documentElement.dataset.theme = arguments[0]";
        scene.browser.run(script, vec![json!(theme)]).await?;
        let serious = scene.browser.axe().await?;
        ensure!(serious.is_empty(), "axe on {what}, {theme}:\n{}", serious.join("\n"));
    }
    Ok(())
}

/// Both programs believe that so much time has passed. The books are compared before: of another time than
/// its own, `reconcile` believes no statement.
async fn time_passes(scene: &mut Scene, ahead_ms: i64) -> Result<()> {
    books_agree(&scene.floor).await?;
    scene.floor.clocks_ahead(ahead_ms).await
}

/// A deposit limit is set, used up to its last cent and not beyond; the page says which limit it was and
/// what it leaves; page and ledger agree. The higher limit that is asked for does not hold yet.
#[tokio::test]
async fn a_deposit_limit_holds() -> Result<()> {
    play("deposit_limit", Options::default(), (1440, 900), async |scene| {
        scene.expected_errors.push("422");
        scene.open("/").await?;
        let player = scene.sign_in_demo().await?;
        open_limits(scene).await?;
        set_limit(scene, "deposit-day", "50").await?;
        scene.browser.see(LIMITS, "[data-limit=deposit-day][data-value='5000']").await?;
        deposit(scene, "40").await?;
        let used = "[data-limit=deposit-day] .progress__text";
        scene.browser.text_until(LIMITS, used, PATIENCE, |text| text.contains("40.00")).await?;

        scene.browser.fill(WALLET, "[data-test=deposit-form] [data-test=amount]", "10.01").await?;
        scene.browser.click(WALLET, "[data-test=deposit-submit]").await?;
        let says = |text: &str| text.contains("€50.00") && text.contains("€10.00");
        scene.browser.text_until(WALLET, "[data-test=deposit-amount-error]", PATIENCE, says).await?;
        ensure!(money_agrees(scene, &player).await? == 104_000, "a refused deposit moves nothing");

        set_limit(scene, "deposit-day", "500").await?;
        scene.browser.see(LIMITS, "[data-limit=deposit-day][data-value='5000'] [data-test=increase]").await?;
        is_accessible(scene, "the limits").await?;
        scene.browser.click(WALLET, "[data-test=deposit-submit]").await?;
        scene.browser.text_until(WALLET, "[data-test=deposit-amount-error]", PATIENCE, says).await?;
        deposit(scene, "10").await?;
        ensure!(money_agrees(scene, &player).await? == 105_000, "to the last cent");
        scene.browser.click(LIMITS, "[data-test=increase-cancel]").await?;
        until("the increase is given up", PATIENCE, || async {
            Ok((scene.browser.count(LIMITS, "[data-test=increase]").await? == 0).then_some(()))
        })
        .await
    })
    .await
}

/// A higher limit waits for a day and for a second confirmation, and then holds.
#[tokio::test]
async fn a_higher_limit_needs_a_day_and_a_second_word() -> Result<()> {
    play("higher_limit", Options::default(), (1440, 900), async |scene| {
        scene.open("/").await?;
        let player = scene.sign_in_demo().await?;
        open_limits(scene).await?;
        set_limit(scene, "deposit-month", "50").await?;
        scene.browser.see(LIMITS, "[data-limit=deposit-month][data-value='5000']").await?;
        set_limit(scene, "deposit-month", "80").await?;
        scene.browser.see(LIMITS, "[data-limit=deposit-month][data-value='5000'] [data-test=increase]").await?;
        ensure!(scene.browser.count(LIMITS, "[data-test=increase-confirm]").await? == 0, "not before its day");

        time_passes(scene, 24 * 60 * MINUTE_MS + MINUTE_MS).await?;
        scene.open("/limits").await?;
        scene.browser.click(LIMITS, "[data-test=increase-confirm]").await?;
        scene.browser.see(LIMITS, "[data-limit=deposit-month][data-value='8000']").await?;
        deposit(scene, "80").await?;
        ensure!(money_agrees(scene, &player).await? == 108_000, "the whole of it");
        Ok(())
    })
    .await
}

/// After the chosen time of play, and once the round is over, the reality check is over the page; bets are
/// refused until it is answered, then they are taken again.
#[tokio::test]
async fn a_reality_check_stands_before_the_next_bet() -> Result<()> {
    play("reality_check", Options::default(), (1440, 900), async |scene| {
        scene.open("/").await?;
        let player = scene.sign_in_demo().await?;
        open_limits(scene).await?;
        scene.browser.click(LIMITS, "[data-test=check-0]").await?;
        scene.browser.click(LIMITS, "[data-test=check-save]").await?;
        scene.browser.see(LIMITS, "[data-test=outcome]").await?;

        scene.open("/live/roulette-1").await?;
        fresh_round(scene).await?;
        bet(scene, "red").await?;
        everything_settled(scene).await?;
        scene.browser.text_until(WALLET, "[data-test=session-net]", PATIENCE, |net| net.contains("1.00")).await?;
        let net = scene.browser.attribute(WALLET, "[data-test=session-net]", "data-minor").await?;
        let cash = money_agrees(scene, &player).await?;
        ensure!(net == (cash - 100_000).to_string(), "the net position is {net}, the ledger says {cash}");

        time_passes(scene, 16 * MINUTE_MS).await?;
        scene.browser.see(WALLET, "[data-test=reality-check]").await?;
        let title = "let focused = document.activeElement;
            while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
            return focused?.id ?? ''";
        ensure!(scene.browser.run(title, vec![]).await? == json!("reality-check-title"), "it has the focus");
        is_accessible(scene, "the reality check").await?;
        scene.browser.press(thirtyfour::Key::Escape).await?;
        scene.browser.press(thirtyfour::Key::Escape).await?;
        scene.browser.see(WALLET, "[data-test=reality-check]").await?;

        refused_without_the_page(scene).await?;
        ensure!(scene.floor.gateway_control().cash_minor(&player).await? == cash, "no stake has left the wallet");

        scene.browser.click(WALLET, "[data-test=check-continue]").await?;
        until("the check is answered", PATIENCE, || async {
            Ok((scene.browser.count(WALLET, "[data-test=reality-check]").await? == 0).then_some(()))
        })
        .await?;
        fresh_round(scene).await?;
        bet(scene, "red").await?;
        everything_settled(scene).await
    })
    .await
}

/// The dialogue makes the page inert, and that alone would prove nothing: the chip is put on the table behind
/// it, by script.
async fn refused_without_the_page(scene: &Scene) -> Result<()> {
    fresh_round(scene).await?;
    let script = "const find = (root, selector) => {
            const found = root.querySelector(selector);
            if (found) return found;
            for (const element of root.querySelectorAll('*')) {
                const inside = element.shadowRoot && find(element.shadowRoot, selector);
                if (inside) return inside;
            }
        };
        find(document, '[data-test=spot][data-spot=red]').click();";
    scene.browser.run_in(LIVE, script, vec![]).await?;
    scene.browser.text_until(LIVE, "[data-test=message]", PATIENCE, |text| text.contains("limits")).await?;
    everything_settled(scene).await
}

/// Self-exclusion is asked about, holds in the other tab within a second, and leaves the way out open.
#[tokio::test]
async fn self_exclusion_holds_in_every_tab() -> Result<()> {
    play("self_exclusion", Options::default(), (1440, 900), async |scene| {
        scene.open("/live/roulette-1").await?;
        let player = scene.sign_in_demo().await?;
        let table = scene.browser.driver().window().await?;
        let second = scene.browser.driver().new_tab().await?;
        scene.browser.driver().switch_to_window(second.clone()).await?;
        scene.open("/limits").await?;
        scene.browser.click(LIMITS, "[data-test=exclude]").await?;
        scene.browser.see(LIMITS, "[data-test=question]").await?;
        is_accessible(scene, "the question").await?;
        scene.browser.press(thirtyfour::Key::Escape).await?;
        scene.browser.click(LIMITS, "[data-test=exclude]").await?;
        scene.browser.click(LIMITS, "[data-test=question-confirm]").await?;
        scene.browser.see(LIMITS, "[data-test=blocked]").await?;

        scene.browser.driver().switch_to_window(table).await?;
        scene.browser.text_until(WALLET, "[data-test=blocked]", Duration::from_secs(1), |it| !it.is_empty()).await?;
        fresh_round(scene).await?;
        scene.browser.click(LIVE, "[data-test=spot][data-spot='red']").await?;
        scene.browser.text_until(LIVE, "[data-test=message]", PATIENCE, |text| text.contains("limits")).await?;
        ensure!(money_agrees(scene, &player).await? == 100_000, "no stake is taken");

        scene.browser.driver().switch_to_window(second).await?;
        scene.browser.click(WALLET, "[data-test=open-deposit]").await?;
        scene.browser.see(WALLET, "[data-test=deposit-barred]").await?;
        scene.browser.click(WALLET, "[data-test=open-withdraw]").await?;
        scene.browser.fill(WALLET, "[data-test=withdraw-form] [data-test=amount]", "100").await?;
        scene.browser.click(WALLET, "[data-test=withdraw-submit]").await?;
        scene.browser.click(WALLET, "[data-test=confirm-submit]").await?;
        scene.browser.text_until(WALLET, "[data-test=balance]", PATIENCE, |text| text.contains("900.00")).await?;
        ensure!(money_agrees(scene, &player).await? == 90_000, "what was won can be taken home");
        Ok(())
    })
    .await
}
