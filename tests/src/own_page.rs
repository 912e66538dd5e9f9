//! A page that a fragment brings along, as a player meets it; for the scenarios of such fragments.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::scenario::Scene;
use crate::{PATIENCE, until};

/// Goes there by the navigation, without a reload, and waits until the fragment is up.
///
/// # Errors
/// There is no way there, or the fragment does not come up.
pub async fn enter(scene: &Scene, name: &str) -> Result<()> {
    scene.browser.run("window.notReloaded = true", vec![]).await?;
    scene.browser.click("nav", &format!("a[data-for={name}]")).await?;
    scene.browser.slot_state(name, &["mounted"], PATIENCE).await?;
    let seen = "return [window.notReloaded, location.pathname, document.documentElement.dataset.page,
        document.querySelector('.top [aria-current]').dataset.for,
        document.title == `${document.getElementById('title').textContent} · Croupier`]";
    let seen = scene.browser.run(seen, vec![]).await?;
    ensure!(seen == json!([true, format!("/{name}"), name, name, true]), "on its own page: {seen}");
    Ok(())
}

/// Does what makes the fragment ask for the tables again, and waits until it has.
///
/// # Errors
/// It does not ask.
pub async fn asks_again(scene: &Scene, act: impl AsyncFnOnce() -> Result<()>) -> Result<()> {
    let asked = "return performance.getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('/api/live/tables')).length";
    let before = scene.browser.run(asked, vec![]).await?.as_u64();
    act().await?;
    until("it has asked again", PATIENCE, || async {
        Ok((scene.browser.run(asked, vec![]).await?.as_u64() > before).then_some(()))
    })
    .await
}

/// The page is accessible in both themes, can be opened by its address, fits a phone, and reads from the right
/// where the language does; axe finds nothing serious.
///
/// # Errors
/// What is wrong with it.
pub async fn is_for_everybody(scene: &Scene, name: &str) -> Result<()> {
    for locale in ["en", "ar"] {
        scene.browser.run("document.cookie = `croupier_locale=${arguments[0]}; path=/`", vec![json!(locale)]).await?;
        for (theme, width) in [("dark", 1440), ("light", 390)] {
            scene.browser.resize(width, 900).await?;
            scene.browser.open(&format!("{}/{name}", scene.floor.url())).await?;
            for slot in [name, "wallet"] {
                scene.browser.slot_state(slot, &["mounted"], PATIENCE).await?;
            }
            scene.browser.run("document.documentElement.dataset.theme = arguments[0]", vec![json!(theme)]).await?;
            scene.browser.nothing_overflows().await?;
            let serious = scene.browser.axe().await?;
            ensure!(serious.is_empty(), "axe on /{name}, {locale}, {theme}:\n{}", serious.join("\n"));
        }
    }
    scene.browser.run("document.cookie = 'croupier_locale=en; path=/'", vec![]).await?;
    scene.browser.resize(1440, 900).await
}
