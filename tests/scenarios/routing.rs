//! Addresses, the back button, two tables, languages, light and dark.

use anyhow::{Result, ensure};
use scenarios::floor::Options;
use scenarios::scenario::{LIVE, play};
use serde_json::json;

/// Links change the address without a reload; back and forward go through the same views; every
/// address can be opened directly.
#[tokio::test]
async fn back_and_forward() -> Result<()> {
    play("back_and_forward", Options::default(), (1440, 900), async |scene| {
        scene.open("/").await?;
        scene.browser.run("window.notReloaded = true", vec![]).await?;
        scene.browser.click("nav", "a[href='/wallet']").await?;
        scene.browser.see("[data-slot=wallet]", "[data-test=demo]").await?;
        scene.browser.click("nav", "a[href='/']").await?;
        scene.browser.click(LIVE, "[data-table=roulette-1]").await?;
        scene.browser.see(LIVE, "[data-test=table][data-table=roulette-1]").await?;
        for (step, path) in [("back", "/"), ("back", "/wallet"), ("forward", "/"), ("forward", "/live/roulette-1")] {
            scene.browser.run("history[arguments[0]]()", vec![json!(step)]).await?;
            scenarios::until(path, scenarios::PATIENCE, || async {
                let now = scene.browser.run("return location.pathname", vec![]).await?;
                Ok((now == json!(path)).then_some(()))
            })
            .await?;
        }
        scene.browser.see(LIVE, "[data-test=table][data-table=roulette-1]").await?;
        ensure!(scene.browser.run("return window.notReloaded", vec![]).await? == json!(true), "no reload on the way");
        Ok(())
    })
    .await
}

/// Two tables beside each other are two instances of one module, each with its own round.
#[tokio::test]
async fn two_tables_on_one_page() -> Result<()> {
    play("two_tables", Options::default(), (1920, 1000), async |scene| {
        scene.open("/live/roulette-1/baccarat-1").await?;
        scene.browser.see(LIVE, "[data-test=table][data-table=roulette-1]").await?;
        let second = "[data-slot=live-2]";
        scene.browser.see(second, "[data-test=table][data-table=baccarat-1]").await?;
        let script =
            "return ['live', 'live-2'].map((slot) => document.querySelector(`[data-slot=${slot}]`).dataset.instance)";
        let instances = scene.browser.run(script, vec![]).await?;
        ensure!(instances[0] != instances[1], "two instances, not {instances}");
        // Leaving the second table unmounts it alone.
        scene
            .browser
            .run(
                "history.pushState(null, '', '/live/roulette-1'); dispatchEvent(new PopStateEvent('popstate'))",
                vec![],
            )
            .await?;
        scenarios::until("the second table is gone", scenarios::PATIENCE, || async {
            Ok((scene.browser.count(second, "[data-test=table]").await? == 0).then_some(()))
        })
        .await?;
        scene.browser.see(LIVE, "[data-test=table][data-table=roulette-1]").await?;
        Ok(())
    })
    .await
}

/// The page speaks the player's language from its first byte, and every fragment with it.
#[tokio::test]
async fn every_language() -> Result<()> {
    play("every_language", Options::default(), (1440, 900), async |scene| {
        scene.open("/").await?;
        let mut seen = std::collections::BTreeSet::new();
        for locale in ["en", "de", "es", "ja", "ar"] {
            scene
                .browser
                .run("document.cookie = `croupier_locale=${arguments[0]}; path=/`", vec![json!(locale)])
                .await?;
            scene.open("/").await?;
            let page = scene
                .browser
                .run("return [document.documentElement.lang, document.documentElement.dir]", vec![])
                .await?;
            ensure!(page == json!([locale, if locale == "ar" { "rtl" } else { "ltr" }]), "{locale}: {page}");
            let demo = scene.browser.text("[data-slot=wallet]", "[data-test=demo]").await?;
            ensure!(!demo.is_empty() && seen.insert(demo.clone()), "{locale} has a text of its own: {demo:?}");
            // On a phone the way to each page is named in full.
            scene.browser.resize(390, 844).await?;
            let cut = "return [...document.querySelectorAll('nav span')].filter((label) =>
                label.scrollWidth > label.clientWidth).map((label) => label.textContent)";
            let cut = scene.browser.run(cut, vec![]).await?;
            ensure!(cut == json!([]), "{locale}: the navigation cuts off {cut}");
            scene.browser.resize(1440, 900).await?;
        }
        Ok(())
    })
    .await
}

/// An address that does not exist says so and leads home; the fragments stay.
#[tokio::test]
async fn an_unknown_address() -> Result<()> {
    play("unknown_address", Options::default(), (1440, 900), async |scene| {
        scene.expected_errors.push("404");
        scene.browser.open(&format!("{}/no/such/place", scene.floor.url())).await?;
        scene.browser.click("main", "a[href='/']").await?;
        scene.browser.slot_state("live", &["mounted"], scenarios::PATIENCE).await?;
        scene.browser.see(LIVE, "[data-test=lobby-table]").await?;
        Ok(())
    })
    .await
}

/// An open page goes dark with the system; from the first choice on it has the player's.
#[tokio::test]
async fn the_theme_is_the_systems_until_one_is_chosen() -> Result<()> {
    play("theme", Options::default(), (1440, 900), async |scene| {
        let devtools = scene.browser.devtools()?;
        let system = async |scheme: &str| {
            let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
            devtools.send_raw("Emulation.setEmulatedMedia", features).await
        };
        let shows = async |theme: &str| {
            scenarios::until(theme, scenarios::PATIENCE, || async {
                let now = scene.browser.run("return document.documentElement.dataset.theme", vec![]).await?;
                Ok((now == json!(theme)).then_some(()))
            })
            .await
        };
        system("light").await?;
        scene.open("/").await?;
        for theme in ["light", "dark", "light"] {
            system(theme).await?;
            shows(theme).await?;
        }
        scene.browser.click("header", "#theme").await?;
        shows("dark").await?;
        // The system changes twice: whoever followed would have missed neither.
        system("dark").await?;
        system("light").await?;
        let heard = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))";
        scene.browser.run_async_in("body", heard, vec![]).await?;
        shows("dark").await?;
        scene.open("/wallet").await?;
        shows("dark").await
    })
    .await
}
