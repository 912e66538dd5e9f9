//! The account: one player in two browsers, a new password, and everything that is held.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use scenarios::PATIENCE;
use scenarios::browser::{Browser, Engine};
use scenarios::floor::{Floor, Options};
use scenarios::scenario::{WALLET, play};
use serde_json::{Value, json};

use crate::steps::deposit;

const ACCOUNT: &str = "[data-slot=account]";
const EMAIL: &str = "ada@example.org";
const PASSWORD: &str = "correct horse";
/// What a browser writes down of each call that is made without a session.
const SIGNED_OUT: &str = "401 (Unauthorized)";

/// Fills the wallet's form and sends it.
async fn enter(browser: &Browser, signs_up: bool, password: &str) -> Result<()> {
    browser.click(WALLET, if signs_up { "[data-test=way-1]" } else { "[data-test=way-0]" }).await?;
    if signs_up {
        browser.fill(WALLET, "[data-test=name]", "Ada").await?;
    }
    browser.fill(WALLET, "[data-test=email]", EMAIL).await?;
    browser.fill(WALLET, "[data-test=password]", password).await?;
    browser.click(WALLET, "[data-test=enter]").await
}

/// The same player on another device.
async fn another_device(floor: &Floor) -> Result<Browser> {
    let browser = Browser::start(Engine::Chromium, 1440, 900).await?;
    browser.open(&format!("{}/account", floor.url())).await?;
    enter(&browser, false, PASSWORD).await?;
    browser.see(ACCOUNT, "[data-test=details-form]").await?;
    Ok(browser)
}

/// Signing out everywhere in one browser is seen in the other without touching it, and what that one
/// still tries is nobody's.
#[tokio::test]
async fn signing_out_everywhere_reaches_the_other_browser() -> Result<()> {
    play("sign_out_everywhere", Options::default(), (1440, 900), async |scene| {
        scene.expected_errors.push(SIGNED_OUT);
        scene.open("/account").await?;
        scene.browser.see(ACCOUNT, "[data-test=signed-out]").await?;
        enter(&scene.browser, true, PASSWORD).await?;
        scene.browser.see(ACCOUNT, "[data-test=details-form]").await?;
        let other = another_device(&scene.floor).await?;
        scene.open("/account").await?;
        scenarios::until("both devices", PATIENCE, || async {
            Ok((scene.browser.count(ACCOUNT, "[data-test=session]").await? == 2).then_some(()))
        })
        .await?;
        scene.browser.click(ACCOUNT, "[data-test=end-all]").await?;
        scene.browser.click(ACCOUNT, "[data-test=confirm-end-all]").await?;
        for browser in [&scene.browser, &other] {
            browser.see(ACCOUNT, "[data-test=signed-out][data-ended=true]").await?;
            browser.see(WALLET, "[data-test=wallet][data-who=visitor]").await?;
        }
        let asked = "return fetch('/api/wallet/balance').then((reply) => reply.status)";
        ensure!(other.run(asked, vec![]).await? == json!(401), "its cookie is nobody's");
        enter(&other, false, PASSWORD).await?;
        other.see(ACCOUNT, "[data-test=details-form]").await?;
        other.quit().await
    })
    .await
}

/// A new password leaves the page that set it as it is, and every other device outside.
#[tokio::test]
async fn a_new_password() -> Result<()> {
    play("new_password", Options::default(), (1440, 900), async |scene| {
        scene.expected_errors.extend([SIGNED_OUT, "403 (Forbidden)"]);
        scene.open("/account").await?;
        enter(&scene.browser, true, PASSWORD).await?;
        let other = another_device(&scene.floor).await?;
        let change = async |current: &str| -> Result<()> {
            scene.browser.fill(ACCOUNT, "[data-test=current-password]", current).await?;
            scene.browser.fill(ACCOUNT, "[data-test=new-password]", "battery staple").await?;
            scene.browser.click(ACCOUNT, "[data-test=change-password]").await
        };
        // There before it says anything: a screen reader does not announce what comes up together with its place.
        scene.browser.see(ACCOUNT, "#current-password-error:empty").await?;
        change("wrong horse").await?;
        scene.browser.see(ACCOUNT, "#current-password-error:not(:empty)").await?;
        scene.browser.see(ACCOUNT, "[data-test=current-password]:focus").await?;
        change(PASSWORD).await?;
        scene.browser.see(ACCOUNT, "[data-test=password-changed]").await?;
        other.see(ACCOUNT, "[data-test=signed-out][data-ended=true]").await?;
        // The session from before counts for ten seconds more; then the page goes on under the new one.
        scene.floor.gateway_control().clock_ahead(11_000).await?;
        deposit(scene, "12.34").await?;
        scene.browser.see(ACCOUNT, "[data-test=password-changed]").await?;
        enter(&other, false, PASSWORD).await?;
        other.see(WALLET, "[data-test=entrance-error]").await?;
        enter(&other, false, "battery staple").await?;
        other.see(ACCOUNT, "[data-test=details-form]").await?;
        other.quit().await
    })
    .await
}

/// Details are saved, the page is accessible in both themes and fits a phone, and the file that is
/// downloaded holds the wallet's history.
#[tokio::test]
async fn everything_that_is_held() -> Result<()> {
    play("export", Options::default(), (1440, 900), async |scene| {
        scene.open("/account").await?;
        enter(&scene.browser, true, PASSWORD).await?;
        scene.browser.fill(ACCOUNT, "[data-test=phone]", "+49 30 123456").await?;
        scene.browser.click(ACCOUNT, "[data-test=save]").await?;
        scene.browser.see(ACCOUNT, "[data-test=saved]").await?;
        deposit(scene, "25.00").await?;
        for theme in ["dark", "light"] {
            scene.browser.run("document.documentElement.dataset.theme = arguments[0]", vec![json!(theme)]).await?;
            let serious = scene.browser.axe().await?;
            ensure!(serious.is_empty(), "axe on /account, {theme}:\n{}", serious.join("\n"));
        }
        let folder = scene.floor.path("downloads");
        fs::create_dir_all(&folder)?;
        let to = json!({ "behavior": "allow", "downloadPath": folder });
        scene.browser.devtools()?.send_raw("Browser.setDownloadBehavior", to).await?;
        scene.browser.click(ACCOUNT, "[data-test=export]").await?;
        scene.browser.see(ACCOUNT, "[data-test=export-begun]").await?;
        let held = scenarios::until("the file", PATIENCE, || async { Ok(read(&folder)) }).await?;
        ensure!(held["account"]["phone"] == "+4930123456", "the details: {}", held["account"]);
        let entries = held["wallet"]["entries"].as_array().context("the wallet's history")?;
        ensure!(entries.len() == 1 && entries[0]["cash_minor"] == 2500, "the deposit: {entries:?}");
        scene.browser.click(ACCOUNT, "[data-test=export]").await?;
        scene.browser.see(ACCOUNT, "[data-test=export-error]").await?;

        scene.browser.resize(390, 844).await?;
        for locale in ["en", "de", "ar"] {
            let script = "document.cookie = `croupier_locale=${arguments[0]}; path=/`";
            scene.browser.run(script, vec![json!(locale)]).await?;
            scene.open("/account").await?;
            scene.browser.see(ACCOUNT, "[data-test=details-form]").await?;
            scene.browser.nothing_overflows().await?;
        }
        Ok(())
    })
    .await
}

/// The one file in a folder, once it is whole.
fn read(folder: &Path) -> Option<Value> {
    let file = fs::read_dir(folder).ok()?.next()?.ok()?.path();
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}
