//! The floor in Firefox. It plays no HLS by itself, so a table shows still pictures there and says so;
//! everything else is as in Chromium.

use std::cell::RefCell;
use std::time::Duration;

use anyhow::{Result, ensure};
use scenarios::browser::Engine;
use scenarios::floor::Options;
use scenarios::scenario::{LIVE, PROMOTIONS, Scene, play_in};
use scenarios::{PATIENCE, until};
use serde_json::json;

use crate::steps::{bet, deposit, everything_settled, fresh_round, money_agrees};

/// A player signs in, pays in, sees an offer and plays a round; the picture is renewed meanwhile, and
/// axe finds nothing serious.
#[tokio::test]
async fn the_floor_opens_and_a_round_is_played() -> Result<()> {
    play_in(Engine::Firefox, "firefox", Options::default(), (1440, 900), async |scene| {
        scene.open("/live/roulette-1").await?;
        let player = scene.sign_in_demo().await?;
        deposit(scene, "50").await?;
        scene.browser.see(PROMOTIONS, "[data-offer=explorer]").await?;

        ensure!(scene.browser.count(LIVE, "video").await? == 0, "a video that plays nothing is shown");
        scene.browser.text_until(LIVE, "[data-test=video-state]", PATIENCE, |text| text == "Still picture").await?;
        let first = picture(scene).await?;
        until("the picture is renewed", Duration::from_secs(6), || async {
            Ok((picture(scene).await? != first).then_some(()))
        })
        .await?;

        let round = fresh_round(scene).await?;
        bet(scene, "red").await?;
        scene.browser.see(LIVE, &format!("[data-test=result][data-round='{round}']")).await?;
        everything_settled(scene).await?;
        let paid = money_agrees(scene, &player).await?;
        ensure!(paid == 104_900 || paid == 105_100, "a stake of 1.00 on red leaves {paid}");
        let serious = scene.browser.axe().await?;
        ensure!(serious.is_empty(), "axe:\n{}", serious.join("\n"));
        Ok(())
    })
    .await
}

/// The address of the still picture, once there is one to be seen.
async fn picture(scene: &Scene) -> Result<String> {
    scene.browser.see(LIVE, "[data-test=still]").await?;
    scene.browser.attribute(LIVE, "[data-test=still]", "src").await
}

/// What a page or a frame reports as an error is heard: otherwise no scenario in Firefox could fail by
/// it. What only Chromium can do is refused by name.
#[tokio::test]
async fn its_errors_are_heard() -> Result<()> {
    play_in(Engine::Firefox, "firefox_errors", Options::default(), (1440, 900), async |scene| {
        scene.open("/").await?;
        let script = "console.error(`said in ${arguments[0]}`);
            setTimeout(() => { throw new Error(`thrown in ${arguments[0]}`); });";
        for scope in ["body", LIVE] {
            scene.browser.run_in(scope, script, vec![json!(scope)]).await?;
        }
        let heard = RefCell::new(Vec::new());
        until("all four are heard", PATIENCE, || async {
            let more = scene.browser.errors().await?;
            heard.borrow_mut().extend(more);
            Ok((heard.borrow().len() >= 4).then_some(()))
        })
        .await?;
        let heard = heard.into_inner();
        for what in ["said in body", "thrown in body", "said in [data-slot=live]", "thrown in [data-slot=live]"] {
            ensure!(heard.iter().any(|error| error.contains(what)), "{what} is not in {heard:#?}");
        }
        let refused = scene.browser.network_log().await.expect_err("Firefox has none");
        ensure!(refused.to_string().contains("this is firefox"), "{refused}");
        Ok(())
    })
    .await
}

/// Firefox before 154 never loads again, by the same address, a module that it once failed to load.
#[tokio::test]
async fn a_page_that_could_not_load_what_follows_releases_follows_the_next_one() -> Result<()> {
    play_in(Engine::Firefox, "firefox_follows", Options::default(), (1440, 900), async |scene| {
        scene.expected_errors.push("swap-");
        scene.open("/").await?;
        let listen = "window.warned = [];
            const { warn } = console;
            console.warn = (...words) => { warned.push(`${words}`); warn(...words); }";
        scene.browser.run(listen, vec![]).await?;
        let bring_back = scene.floor.take_away("swap-")?;
        scene.floor.release("promotions", "9.0.0-00000000")?;
        until("the page could not load it", PATIENCE, || async {
            let failed = "return warned.some((words) => words.includes('swap-'))";
            Ok((scene.browser.run(failed, vec![]).await? == json!(true)).then_some(()))
        })
        .await?;
        bring_back()?;
        scene.floor.release("promotions", "9.1.0-00000000")?;
        until("the page has the next release", PATIENCE, || async {
            let version = "return document.querySelector('[data-slot=promotions]').dataset.version";
            Ok((scene.browser.run(version, vec![]).await? == json!("9.1.0-00000000")).then_some(()))
        })
        .await
    })
    .await
}
