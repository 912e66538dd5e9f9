//! Fragments that `cargo croupier new` has made, packed as they are: one of each template.

use anyhow::{Result, ensure};
use scenarios::floor::Options;
use scenarios::own_page;
use scenarios::scenario::{PROMOTIONS, Scene, play};
use serde_json::json;
use thirtyfour::Key;

/// A player finds it in the navigation and sees who plays where; it answers the keyboard, greets by name, and is
/// still the same one when its neighbour has died.
async fn as_made(made: &'static [&'static str; 1]) -> Result<()> {
    let name = made[0];
    let options = Options { stand_in: Some("promotions"), beside: made, ..Options::default() };
    play(name, options, (1440, 900), async |scene| {
        scene.expected_errors.extend(["unreachable", "panicked", "RuntimeError", "503"]);
        scene.open("/").await?;
        scene.sign_in_demo().await?;
        own_page::enter(scene, name).await?;
        shows_the_tables(scene, name).await?;
        outlives_its_neighbour(scene, name).await?;
        own_page::is_for_everybody(scene, name).await?;
        // Away from its page nothing of it is left.
        scene.browser.click("nav", "a[href='/']").await?;
        scene.browser.slot_state(name, &["idle"], scenarios::PATIENCE).await?;
        let shown = format!("return document.querySelector('[data-slot={name}]').checkVisibility()");
        ensure!(scene.browser.run(&shown, vec![]).await? == json!(false), "no empty place on another page");
        says_that_there_is_no_answer(scene, name).await
    })
    .await
}

async fn shows_the_tables(scene: &Scene, name: &str) -> Result<()> {
    let slot = format!("[data-slot={name}]");
    scene.browser.see(&slot, "[data-test=table][data-table=roulette-1] a[href='/live/roulette-1']").await?;
    scene.browser.see(&slot, "[data-test=table][data-table=baccarat-1]").await?;
    let says = async |hook: &str, part: &'static str| {
        let hook = format!("[data-test={hook}]");
        scene.browser.text_until(&slot, &hook, scenarios::PATIENCE, |text| text.contains(part)).await
    };
    says("hello", "Hello, ").await?;
    says("seated", "at the tables").await?;
    let title = scene.browser.text(&slot, "h2").await?;
    ensure!(title.starts_with("Made "), "its own title, not {title:?}");
    let announced = scene.browser.count(&slot, "[role=status] [data-test=table]").await?;
    ensure!(announced == 0, "a reader is told the sum, and not the whole list at each answer");
    let root = format!("document.querySelector('[data-slot={name}] .mount').shadowRoot");
    let sum = format!("{root}.querySelector('[role=status][data-test=seated]')");
    scene.browser.run(&format!("window.sum = {sum}"), vec![]).await?;
    // By keyboard: Tab reaches the button, Enter asks again, and the focus stays where it was.
    own_page::asks_again(scene, async || {
        scene.browser.tab_to("[data-test=refresh]").await?;
        scene.browser.press(Key::Enter).await
    })
    .await?;
    scene.browser.see(&slot, "[data-test=refresh][aria-busy=false]").await?;
    let same = scene.browser.run(&format!("return sum != null && sum == {sum}"), vec![]).await?;
    ensure!(same == json!(true), "the sum is told in the element that was there before: a new one is not announced");
    let focused = format!("return {root}.activeElement?.dataset.test ?? null");
    ensure!(scene.browser.run(&focused, vec![]).await? == json!("refresh"), "the focus stays on the button");
    ensure!(scene.browser.count(&slot, "[data-test=failed]").await? == 0, "the tables answer");
    Ok(())
}

/// A page that finds live down says so, and nothing else; it has the tables once somebody asks again.
async fn says_that_there_is_no_answer(scene: &Scene, name: &str) -> Result<()> {
    let slot = format!("[data-slot={name}]");
    scene.floor.gateway_control().service("live", "down").await?;
    scene.browser.open(&format!("{}/{name}", scene.floor.url())).await?;
    scene.browser.see(&slot, "[data-test=failed]").await?;
    ensure!(scene.browser.count(&slot, "[data-test=loading]").await? == 0, "nobody waits for what has failed");
    scene.floor.gateway_control().service("live", "ok").await?;
    scene.browser.click(&slot, "[data-test=refresh]").await?;
    scene.browser.see(&slot, "[data-test=tables]").await?;
    ensure!(scene.browser.count(&slot, "[data-test=failed]").await? == 0, "the tables answer again");
    Ok(())
}

/// The wide page has room for both only at home, so the neighbour is killed from there: it lives on every page.
async fn outlives_its_neighbour(scene: &Scene, name: &str) -> Result<()> {
    let of = |slot: &str| format!("return document.querySelector('[data-slot={slot}]').dataset.instance");
    let (mine, neighbours) = (scene.browser.run(&of(name), vec![]).await?, of("promotions"));
    let before = scene.browser.run(&neighbours, vec![]).await?;
    let die = "document.querySelector('[data-slot=promotions] .mount').shadowRoot.querySelector('button').click()";
    scene.browser.run(die, vec![]).await?;
    scenarios::until("the neighbour has died and is back", scenarios::PATIENCE, || async {
        let now = scene.browser.run(&neighbours, vec![]).await?;
        Ok((now != before && now.is_string()).then_some(()))
    })
    .await?;
    scene.browser.slot_state("promotions", &["mounted"], scenarios::PATIENCE).await?;
    ensure!(scene.browser.run(&of(name), vec![]).await? == mine, "the fragment is the same instance");
    scene.browser.see(&format!("[data-slot={name}]"), "[data-test=tables]").await?;
    ensure!(scene.browser.count(PROMOTIONS, "button").await? == 0, "what is out of sight is not shown");
    Ok(())
}

#[tokio::test]
async fn made_from_the_template_leptos() -> Result<()> {
    as_made(&["made-leptos"]).await
}

#[tokio::test]
async fn made_from_the_template_yew() -> Result<()> {
    as_made(&["made-yew"]).await
}

#[tokio::test]
async fn made_from_the_template_js() -> Result<()> {
    as_made(&["made-js"]).await
}

#[tokio::test]
async fn made_from_the_template_react() -> Result<()> {
    as_made(&["made-react"]).await
}
