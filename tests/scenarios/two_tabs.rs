//! One player, two tabs.

use std::time::Duration;

use anyhow::Result;
use scenarios::floor::Options;
use scenarios::scenario::{WALLET, play};

use crate::steps::deposit;

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
        scene
            .browser
            .text_until(WALLET, "[data-test=balance]", scenarios::PATIENCE, |t| t.contains("1,000.00"))
            .await?;

        scene.browser.driver().switch_to_window(first.clone()).await?;
        deposit(scene, "12.34").await?;
        scene.browser.driver().switch_to_window(second_of(scene, &first).await?).await?;
        let second = Duration::from_secs(1);
        scene.browser.text_until(WALLET, "[data-test=balance]", second, |text| text.contains("1,012.34")).await?;
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
