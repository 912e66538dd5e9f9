//! A fragment panics when it is clicked.

use anyhow::{Result, ensure};
use scenarios::floor::Options;
use scenarios::scenario::{LIVE, PROMOTIONS, WALLET, play};

/// Its slot restarts; after three crashes it shows the card. The other two keep their state: what
/// was typed is still there, and they are the same instances.
#[tokio::test]
async fn the_others_keep_their_state() -> Result<()> {
    let options = Options { stand_in: Some("promotions"), ..Options::default() };
    play("crash", options, (1440, 900), async |scene| {
        scene.expected_errors.extend(["unreachable", "panicked", "RuntimeError"]);
        scene.open("/").await?;
        scene.sign_in_demo().await?;
        if scene.browser.count(WALLET, "[data-test=deposit-form]").await? == 0 {
            scene.browser.click(WALLET, "[data-test=open-deposit]").await?;
        }
        let amount = "[data-test=deposit-form] [data-test=amount]";
        scene.browser.fill(WALLET, amount, "77.70").await?;
        let instances = "return ['wallet', 'live', 'promotions']
            .map((slot) => document.querySelector(`[data-slot=${slot}]`).dataset.instance)";
        let before = scene.browser.run(instances, vec![]).await?;

        let watch = "window.passed = {};
            document.addEventListener('croupier:transition', ({ detail }) => {
                if (detail.slot == 'promotions') window.passed[detail.to] ??= performance.now();
            })";
        scene.browser.run(watch, vec![]).await?;
        scene.browser.click(PROMOTIONS, "button").await?;
        scene.browser.slot_state("promotions", &["mounted"], scenarios::PATIENCE).await?;
        scenarios::until("a new instance", scenarios::PATIENCE, || async {
            let now = scene.browser.run(instances, vec![]).await?;
            Ok((now[2] != before[2]).then_some(()))
        })
        .await?;
        let after = scene.browser.run(instances, vec![]).await?;
        ensure!(after[0] == before[0] && after[1] == before[1], "the neighbours are the same: {before} {after}");

        let took = scene.browser.run("return window.passed.mounted - window.passed.restarting", vec![]).await?;
        let took_ms = took.as_f64().unwrap_or(f64::INFINITY);
        println!("figure: a fragment that died is mounted again after {took_ms:.1} ms");
        ensure!(took_ms < 100.0, "the player should hardly notice: {took_ms} ms");

        // Twice more within the window: the breaker opens and the card offers a retry.
        for crash in 2..=3 {
            scene.browser.slot_state("promotions", &["mounted"], scenarios::PATIENCE).await?;
            scene.browser.click(PROMOTIONS, "button").await?;
            let state = if crash == 3 { "failed" } else { "restarting" };
            scene.browser.slot_state("promotions", &[state], scenarios::PATIENCE).await?;
        }
        scene.browser.click(PROMOTIONS, "[role=alert] button").await?;
        scene.browser.slot_state("promotions", &["mounted"], scenarios::PATIENCE).await?;

        ensure!(scene.browser.value(WALLET, amount).await? == "77.70", "what was typed is still there");
        let live = scene.browser.count(LIVE, "[data-test=lobby-table]").await?;
        ensure!(live == 2, "the lobby still shows its two tables, not {live}");
        Ok(())
    })
    .await
}
