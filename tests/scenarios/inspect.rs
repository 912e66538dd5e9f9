//! A developer inspects a page: what it shows is what is so, a build of their own stands in for a fragment in their
//! browser only, and once it is closed nothing of it is left.

use std::fs;

use anyhow::{Context, Result, ensure};
use contract::registry::address;
use scenarios::browser::Engine;
use scenarios::floor::{Options, target_folder};
use scenarios::scenario::{PROMOTIONS, Scene, play, play_in};
use scenarios::{PATIENCE, until};
use serde_json::{Value, json};
use thirtyfour::prelude::Key;

use crate::leaks::{HEAP_ERROR_BYTES, LISTENERS_ERROR, NODES_ERROR, left};

const INSPECTOR: &str = "aside[aria-label=Inspector]";
const BADGE: &str = "aside[aria-label='Local builds']";

/// The chord, on whatever has the focus.
async fn toggle(scene: &Scene) -> Result<()> {
    let (control, alt) = (char::from(Key::Control), char::from(Key::Alt));
    let chord = scene.browser.driver().action_chain().key_down(control).key_down(alt);
    chord.send_keys("i").key_up(alt).key_up(control).perform().await?;
    Ok(())
}

async fn is_open(scene: &Scene, wanted: bool) -> Result<()> {
    until("the inspector opens or closes", PATIENCE, || async {
        let is = scene.browser.run(&format!("return !!document.querySelector('{INSPECTOR}')"), vec![]).await?;
        Ok((is == json!(wanted)).then_some(()))
    })
    .await
}

async fn view(scene: &Scene, number: u32) -> Result<()> {
    scene.browser.click(INSPECTOR, &format!("#tab-{number}")).await
}

/// A cell of a row, once it says what is wanted of it.
async fn cell(scene: &Scene, row: &str, column: u32, accept: impl Fn(&str) -> bool) -> Result<String> {
    let selector = format!("tr{row} td:nth-child({column})");
    scene.browser.text_until(INSPECTOR, &selector, PATIENCE, accept).await
}

async fn press(scene: &Scene, label: &str) -> Result<()> {
    scene.browser.click(INSPECTOR, &format!("button[aria-label='{label}']")).await
}

#[tokio::test]
async fn what_it_shows_is_so_and_a_build_is_in_one_browser() -> Result<()> {
    shows_what_is_so(Engine::Chromium, "inspect").await
}

#[tokio::test]
async fn it_does_in_firefox_as_well() -> Result<()> {
    shows_what_is_so(Engine::Firefox, "inspect_firefox").await
}

async fn shows_what_is_so(engine: Engine, name: &str) -> Result<()> {
    play_in(engine, name, Options::default(), (1440, 900), async |scene| {
        scene.expected_errors.extend(["unreachable", "panicked", "RuntimeError"]);
        // Nobody who has not asked for it gets a byte of it.
        scene.open("/").await?;
        toggle(scene).await?;
        let nothing = "return !croupier.inspection && !document.querySelector('aside')";
        ensure!(scene.browser.run(nothing, vec![]).await? == json!(true), "there is none");

        scene.open("/?inspect").await?;
        is_open(scene, true).await?;
        slots_are_as_they_are(scene).await?;
        scene.browser.run("document.activeElement.shadowRoot.querySelector('[role=tab]').focus()", vec![]).await?;
        scene.browser.press(Key::Right).await?;
        ensure!(scene.browser.text(INSPECTOR, "[aria-selected=true]").await? == "Transitions", "by keyboard");
        the_bus_is_heard(scene).await?;
        buttons_do_what_they_say(scene).await?;
        a_build_of_ones_own(scene).await
    })
    .await
}

async fn slots_are_as_they_are(scene: &Scene) -> Result<()> {
    let slots = "return [...document.querySelectorAll('[data-slot]')].map(({ dataset }) => ({ ...dataset }))";
    for slot in scene.browser.run(slots, vec![]).await?.as_array().context("slots")? {
        let name = slot["slot"].as_str().context("a name")?;
        let row = format!("[data-slot={name}]");
        for (column, fact) in [(2, "fragment"), (3, "version"), (4, "placement"), (5, "state")] {
            let fact = slot[fact].as_str().unwrap_or("–");
            cell(scene, &row, column, |text| text == fact).await?;
        }
    }
    cell(scene, "[data-slot=wallet]", 8, |text| text.ends_with(" MiB") && !text.starts_with('0')).await?;
    cell(scene, "[data-slot=wallet]", 9, |text| text.contains("at most") && !text.contains("NaN")).await?;
    cell(scene, "[data-slot=live]", 8, |text| text == "–").await?;
    Ok(())
}

async fn the_bus_is_heard(scene: &Scene) -> Result<()> {
    view(scene, 2).await?;
    scene.sign_in_demo().await?;
    let topic = "[data-topic='wallet.balance']";
    cell(scene, topic, 5, |text| text.parse::<u32>().is_ok_and(|bytes| bytes > 20)).await?;
    let publisher = scene.browser.text(INSPECTOR, &format!("tr{topic} td:nth-child(2)")).await?;
    press(scene, &format!("Show the last payload of wallet.balance by {publisher}")).await?;
    scene
        .browser
        .text_until(INSPECTOR, "pre", PATIENCE, |text| {
            serde_json::from_str::<Value>(text).is_ok_and(|payload| payload["currency"] == "EUR")
        })
        .await?;
    Ok(())
}

async fn buttons_do_what_they_say(scene: &Scene) -> Result<()> {
    view(scene, 0).await?;
    for (button, state) in [("Degrade", "degraded"), ("Heal", "mounted"), ("Unmount", "blocked"), ("Mount", "mounted")]
    {
        press(scene, &format!("{button} promotions")).await?;
        scene.browser.slot_state("promotions", &[state], PATIENCE).await?;
    }
    press(scene, "Crash promotions").await?;
    view(scene, 1).await?;
    scene.browser.fill(INSPECTOR, "input[type=search]", "promotions restarting thrown").await?;
    cell(scene, "[data-state=restarting]", 7, |text| text.contains("thrown away by the inspector")).await?;
    scene.browser.slot_state("promotions", &["mounted"], PATIENCE).await?;
    for slot in ["wallet", "live"] {
        scene.browser.slot_state(slot, &["mounted"], PATIENCE).await?;
    }
    Ok(())
}

/// Packed elsewhere, brought by its developer's tool.
async fn bring(scene: &Scene, code: &str) -> Result<()> {
    let folder = target_folder().join("stand-ins/fragments/promotions");
    let document: Value = serde_json::from_slice(&fs::read(folder.join("release.json"))?)?;
    let http = reqwest::Client::new();
    let catalogues = document["messages"].as_array().into_iter().flatten().map(|one| &one["file"]);
    let files = ["entry", "wasm", "style"].map(|name| &document[name]).into_iter().chain(catalogues);
    for file in files.filter(|file| !file.is_null()) {
        let name = file["url"].as_str().and_then(|url| url.rsplit('/').next()).context("a name")?;
        let at = address(file["sha384"].as_str().context("a digest")?).context("an address")?;
        let url = format!("{}/api/inspect/files/{at}", scene.floor.url());
        let reply = http.put(url).bearer_auth(code).body(fs::read(folder.join(name))?).send().await?;
        ensure!(reply.status() == 204, "{name}: {}", reply.text().await?);
    }
    let url = format!("{}/api/inspect/overrides/promotions", scene.floor.url());
    let reply = http.put(url).bearer_auth(code).json(&document).send().await?;
    ensure!(reply.status() == 200, "{}", reply.text().await?);
    Ok(())
}

async fn version(scene: &Scene, is_local: bool) -> Result<()> {
    until("the build comes or goes", PATIENCE, || async {
        let version = scene.browser.attribute("main", PROMOTIONS, "data-version").await?;
        Ok((version.contains("+local.") == is_local).then_some(()))
    })
    .await?;
    scene.browser.slot_state("promotions", &["mounted"], PATIENCE).await?;
    Ok(())
}

async fn a_build_of_ones_own(scene: &Scene) -> Result<()> {
    scene.browser.run("window.same = true", vec![]).await?;
    view(scene, 4).await?;
    scene.browser.click(INSPECTOR, "[role=tabpanel]:not([hidden]) .bar button").await?;
    let command = scene
        .browser
        .text_until(INSPECTOR, "[role=tabpanel]:not([hidden]) pre", PATIENCE, |text| !text.is_empty())
        .await?;
    bring(scene, command.rsplit(' ').next().context("a code")?).await?;
    version(scene, true).await?;
    scene.browser.text_until(BADGE, "span", PATIENCE, |text| text.contains("promotions ")).await?;
    cell(scene, "[data-fragment=promotions]", 2, |text| text.contains("+local.1")).await?;
    for route in ["/manifest.json", "/"] {
        let others = reqwest::get(format!("{}{route}", scene.floor.url())).await?.text().await?;
        ensure!(!others.contains("+local."), "{route} is everybody's");
    }

    // What its developer made crashes, and they see why.
    scene.browser.click(PROMOTIONS, "button").await?;
    view(scene, 1).await?;
    scene.browser.fill(INSPECTOR, "input[type=search]", "local restarting").await?;
    cell(scene, "[data-state=restarting]", 7, |text| text.contains("the button was pressed")).await?;
    scene.browser.slot_state("promotions", &["mounted"], PATIENCE).await?;

    for theme in ["one theme", "the other"] {
        for number in 0..5 {
            view(scene, number).await?;
            let found = scene.browser.axe().await?;
            ensure!(found.is_empty(), "{theme}, view {number}: {found:#?}");
        }
        scene.browser.nothing_overflows().await?;
        scene.browser.click("body", "#theme").await?;
    }

    scene.browser.click(BADGE, "button").await?;
    version(scene, false).await?;
    ensure!(scene.browser.count("body", BADGE).await? == 0, "nothing is flagged");
    ensure!(scene.browser.run("return same", vec![]).await? == json!(true), "all of it without a reload");
    // Everybody's page again, and it is taken: no manifest of before stands in its way.
    scene.open("/").await?;
    version(scene, false).await
}

#[tokio::test]
async fn closed_it_leaves_nothing() -> Result<()> {
    play("inspect_leaks", Options::default(), (1440, 900), async |scene| {
        scene.open("/?inspect").await?;
        is_open(scene, true).await?;
        scene.open("/").await?;
        scene.browser.run("document.querySelector('.brand').focus()", vec![]).await?;
        let turn = async || {
            toggle(scene).await?;
            is_open(scene, true).await?;
            scene.browser.press(Key::Escape).await?;
            is_open(scene, false).await
        };
        for _ in 0..3 {
            turn().await?;
        }
        let before = left(scene).await?;
        for _ in 0..20 {
            turn().await?;
        }
        let after = left(scene).await?;
        let grown = [0, 1, 2].map(|index| after[index] - before[index]);
        println!(
            "figure: the inspector, opened and closed 20 times: heap {:+} bytes, nodes {:+}, listeners {:+}",
            grown[0], grown[1], grown[2]
        );
        let errors = [HEAP_ERROR_BYTES, NODES_ERROR, LISTENERS_ERROR];
        ensure!(grown.iter().zip(errors).all(|(grown, error)| *grown <= error), "it leaves something: {grown:?}");
        let focus = "return document.activeElement.className == 'brand' && !croupier.inspection.hear";
        ensure!(
            scene.browser.run(focus, vec![]).await? == json!(true),
            "the focus is where it was, and nobody listens"
        );
        Ok(())
    })
    .await
}
