//! The frame around every scenario: a floor, a browser, and what must hold at the end.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::browser::{Browser, Engine};
use crate::floor::{Floor, Options, target_folder};
use crate::{PATIENCE, until};

/// What a scenario plays with.
#[derive(Debug)]
pub struct Scene {
    /// The programs.
    pub floor: Floor,
    /// The browser.
    pub browser: Browser,
    /// Browser errors that the scenario causes on purpose: a part of their message each.
    pub expected_errors: Vec<&'static str>,
}

impl Scene {
    /// Opens a path of the floor and waits until its slots are up.
    ///
    /// # Errors
    /// A slot does not come up.
    pub async fn open(&self, path: &str) -> Result<()> {
        self.browser.open(&format!("{}{path}", self.floor.url())).await?;
        let own = (path == "/limits").then_some("limits");
        for slot in ["wallet", "live", "promotions"].into_iter().chain(own) {
            self.browser.slot_state(slot, &["mounted"], crate::PATIENCE).await?;
        }
        Ok(())
    }

    /// Signs in with the demo player by its button and returns the player's id.
    ///
    /// # Errors
    /// The balance does not appear.
    pub async fn sign_in_demo(&self) -> Result<String> {
        self.browser.click(WALLET, "[data-test=demo]").await?;
        self.browser
            .text_until(WALLET, "[data-test=balance]", crate::PATIENCE, |text| text.contains("1,000.00"))
            .await?;
        let script = "return fetch('/api/identity/session').then((reply) => reply.json())";
        let session = self.browser.run(script, vec![]).await?;
        Ok(session["player"]["id"].as_str().unwrap_or_default().to_owned())
    }
}

/// The wallet's slot.
pub const WALLET: &str = "[data-slot=wallet]";
/// The live slot.
pub const LIVE: &str = "[data-slot=live]";
/// The limits' slot, which is on their page only.
pub const LIMITS: &str = "[data-slot=limits]";
/// The promotions' slot.
pub const PROMOTIONS: &str = "[data-slot=promotions]";

/// Plays a scenario in Chromium. Afterwards the ledger must balance, vendor, wallet and promotions must agree,
/// and the browser must have reported
/// nothing that was not expected. On failure the page's picture and the programs' last words are
/// kept.
///
/// # Errors
/// What the scenario says, or what held no longer at its end.
pub async fn play(
    name: &str,
    options: Options,
    size: (u32, u32),
    script: impl AsyncFnOnce(&mut Scene) -> Result<()>,
) -> Result<()> {
    play_in(Engine::Chromium, name, options, size, script).await
}

/// The same in a browser that is named.
///
/// # Errors
/// As [`play`].
pub async fn play_in(
    engine: Engine,
    name: &str,
    options: Options,
    size: (u32, u32),
    script: impl AsyncFnOnce(&mut Scene) -> Result<()>,
) -> Result<()> {
    let floor = Floor::start(options)?;
    let browser = Browser::start(engine, size.0, size.1).await?;
    let mut scene = Scene { floor, browser, expected_errors: Vec::new() };
    let mut outcome = script(&mut scene).await;
    if outcome.is_ok() {
        outcome = aftermath(&scene).await;
    }
    if outcome.is_err() {
        let picture: PathBuf = target_folder().join("scenarios").join(format!("{name}.png"));
        if scene.browser.screenshot(&picture).await.is_ok() {
            println!("the page at the failure: {}", picture.display());
        }
        println!("browser errors: {:#?}", scene.browser.errors().await.unwrap_or_default());
        println!("{}", scene.floor.last_words());
    }
    scene.browser.quit().await?;
    outcome
}

async fn aftermath(scene: &Scene) -> Result<()> {
    scene.floor.gateway_control().ledger_balances().await?;
    books_agree(&scene.floor).await?;
    let errors = scene.browser.errors().await?;
    let unexpected: Vec<&String> =
        errors.iter().filter(|error| !scene.expected_errors.iter().any(|expected| error.contains(expected))).collect();
    ensure!(unexpected.is_empty(), "the browser reported: {unexpected:#?}");
    Ok(())
}

/// Waits until what is on its way between vendor, wallet and promotions has arrived, and no book differs.
///
/// # Errors
/// One does; says which and what.
pub async fn books_agree(floor: &Floor) -> Result<()> {
    let last = std::cell::RefCell::new(String::new());
    let agree = until("vendor, wallet and promotions agree", PATIENCE, || async {
        let differences = floor.differences()?;
        Ok(match differences {
            None => Some(()),
            Some(differences) => {
                last.replace(differences);
                None
            }
        })
    });
    agree.await.with_context(|| last.borrow().clone())
}
