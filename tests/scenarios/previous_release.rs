//! A release that keeps crashing, and an earlier one that did not.

use anyhow::{Result, ensure};
use scenarios::floor::Options;
use scenarios::scenario::{PROMOTIONS, play};
use serde_json::json;

/// After its third crash the player gets the release before it, without a card in between and with
/// nobody else noticing.
#[tokio::test]
async fn takes_over_after_the_third_crash() -> Result<()> {
    let options = Options { stand_in: Some("promotions"), falls_back: true, ..Options::default() };
    play("previous-release", options, (1440, 900), async |scene| {
        scene.expected_errors.extend(["unreachable", "panicked", "RuntimeError"]);
        scene.open("/").await?;
        scene.sign_in_demo().await?;
        let shown = "return document.querySelector('[data-slot=promotions]').dataset.version";
        let bad = scene.browser.run(shown, vec![]).await?;
        let watch = "window.passed = [];
            document.addEventListener('croupier:transition', ({ detail }) => window.passed.push(detail))";
        scene.browser.run(watch, vec![]).await?;

        for crash in 1..=3 {
            scene.browser.slot_state("promotions", &["mounted"], scenarios::PATIENCE).await?;
            scene.browser.click(PROMOTIONS, "button").await?;
            scenarios::until("the crash is noticed", scenarios::PATIENCE, || async {
                let crashes = "return passed.filter(({ from, to }) => from == 'mounted' && to == 'restarting').length";
                Ok((scene.browser.run(crashes, vec![]).await? == json!(crash)).then_some(()))
            })
            .await?;
        }
        // The offers of the real fragment, which was its previous release.
        scene.browser.see(PROMOTIONS, "[data-test=offer]").await?;
        ensure!(scene.browser.run(shown, vec![]).await? != bad, "another release says that it is another");
        let passed = scene.browser.run("return passed", vec![]).await?;
        let states: Vec<_> = passed.as_array().into_iter().flatten().map(|passed| &passed["to"]).collect();
        ensure!(!states.contains(&&json!("failed")), "no card in between: {passed}");
        ensure!(
            passed.as_array().into_iter().flatten().all(|passed| passed["slot"] == "promotions"),
            "nobody else noticed: {passed}"
        );
        Ok(())
    })
    .await
}
