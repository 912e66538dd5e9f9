//! A real browser, driven over WebDriver: Chromium or Firefox. What only Chromium can do is an error in
//! the other, never nothing.
//!
//! Between two calls the driver is always in the page itself.

mod bidi;
mod engine;
mod person;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;

use crate::process::Process;
use bidi::Bidi;

pub use engine::Engine;
pub(crate) use person::FIND;

/// A browser with one window.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    engine: Engine,
    /// What Chromium does by its debugging protocol, which goes through the driver, Firefox does by this.
    bidi: Option<Bidi>,
    _driver: Process,
    /// Goes last.
    _folder: TempDir,
}

impl Browser {
    /// Starts a browser with a fresh profile.
    ///
    /// # Errors
    /// The browser or its driver is missing or does not start.
    pub async fn start(engine: Engine, width: u32, height: u32) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (process, port) = engine.start_driver(folder.path())?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), engine.wishes(width, height)?).await?;
        let bidi = match engine {
            Engine::Chromium => None,
            Engine::Firefox => Some(open_bidi(&driver).await?),
        };
        let browser = Self { driver, engine, bidi, _driver: process, _folder: folder };
        browser.resize(width, height).await?;
        Ok(browser)
    }

    /// Sets the page's own size; a window can't be narrower than 500 px, a viewport can.
    ///
    /// # Errors
    /// The browser refuses.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        match &self.bidi {
            None => {
                let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
                self.devtools()?.send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
            }
            Some(bidi) => {
                let window = self.driver.window().await?.to_string();
                let viewport = json!({ "context": window, "viewport": { "width": width, "height": height } });
                bidi.command("browsingContext.setViewport", viewport).await?;
            }
        }
        Ok(())
    }

    /// Runs a script in every page and frame from now on, before the first one of its own.
    ///
    /// # Errors
    /// The browser refuses.
    pub async fn run_first(&self, script: &str) -> Result<()> {
        match &self.bidi {
            None => {
                let source = json!({ "source": script });
                self.devtools()?.send_raw("Page.addScriptToEvaluateOnNewDocument", source).await?;
            }
            Some(bidi) => {
                let function = json!({ "functionDeclaration": format!("() => {{ {script} }}") });
                bidi.command("script.addPreloadScript", function).await?;
            }
        }
        Ok(())
    }

    /// Which browser it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Chromium's debugging protocol.
    ///
    /// # Errors
    /// The browser is another one.
    pub fn devtools(&self) -> Result<thirtyfour::cdp::Cdp> {
        self.only_chromium("the debugging protocol")?;
        Ok(self.driver.cdp())
    }

    fn only_chromium(&self, what: &str) -> Result<()> {
        ensure!(self.engine == Engine::Chromium, "{what} is Chromium's; this is {}", self.engine.as_str());
        Ok(())
    }

    /// The WebDriver session itself.
    #[must_use]
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Opens an address.
    ///
    /// # Errors
    /// The page does not load.
    pub async fn open(&self, url: &str) -> Result<()> {
        self.driver.goto(url).await?;
        Ok(())
    }

    /// Runs a script in the page and returns what it returns.
    ///
    /// # Errors
    /// The script throws.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.driver.execute(script, arguments).await?.json().clone())
    }

    /// The same inside the frame of a slot, or in the page for a slot without one.
    ///
    /// # Errors
    /// The script throws.
    pub async fn run_in(&self, scope: &str, script: &str, arguments: Vec<Value>) -> Result<Value> {
        self.enter(scope).await?;
        let outcome = self.run(script, arguments).await;
        self.leave().await?;
        outcome
    }

    /// The same for a script that calls its last argument when it is done.
    ///
    /// # Errors
    /// The script throws or takes too long.
    pub async fn run_async_in(&self, scope: &str, script: &str, arguments: Vec<Value>) -> Result<Value> {
        self.enter(scope).await?;
        let outcome = self.driver.execute_async(script, arguments).await;
        self.leave().await?;
        Ok(outcome?.json().clone())
    }

    /// Goes into the frame of a slot; false if it has none, or has lost it this moment.
    pub(crate) async fn enter(&self, scope: &str) -> Result<bool> {
        let script = "const slot = document.querySelector(arguments[0]);
            return slot?.dataset.slot ? slot.querySelector('iframe:not([hidden])') : null";
        self.enter_by(script, vec![json!(scope)]).await
    }

    async fn enter_by(&self, script: &str, arguments: Vec<Value>) -> Result<bool> {
        let frame = self.driver.execute(script, arguments).await?;
        Ok(!frame.json().is_null() && frame.element()?.enter_frame().await.is_ok())
    }

    /// Back to the page.
    pub(crate) async fn leave(&self) -> Result<()> {
        self.driver.enter_default_frame().await?;
        Ok(())
    }

    /// Everything the browser reported as an error since the last call: uncaught errors and
    /// `console.error`; in Chromium failed requests as well.
    ///
    /// # Errors
    /// The log can't be read.
    pub async fn errors(&self) -> Result<Vec<String>> {
        if let Some(bidi) = &self.bidi {
            let entries = bidi.events().await?.into_iter().map(|mut event| event["params"].take());
            let errors = entries.filter(|entry| entry["level"] == "error");
            return Ok(errors.map(|entry| entry["text"].as_str().unwrap_or_default().to_owned()).collect());
        }
        let entries = self.driver.browser_log().await?;
        Ok(entries.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect())
    }

    /// Chromium's network log since the last call: one debugging-protocol message each.
    ///
    /// # Errors
    /// The log can't be read, or the browser is another one.
    pub async fn network_log(&self) -> Result<Vec<Value>> {
        self.only_chromium("the network log")?;
        let entries = self.driver.get_log("performance").await?;
        entries.iter().map(|entry| Ok(serde_json::from_str::<Value>(&entry.message)?["message"].take())).collect()
    }

    /// The slots on this page that show a frame.
    pub(crate) async fn frames(&self) -> Result<Vec<String>> {
        let script = "return [...document.querySelectorAll('[data-slot] > iframe:not([hidden])')]
            .filter((frame) => frame.checkVisibility()).map((frame) => frame.parentElement.dataset.slot)";
        let slots = self.run(script, vec![]).await?;
        Ok(slots.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// Saves what the page looks like.
    ///
    /// # Errors
    /// The picture can't be taken or written.
    pub async fn screenshot(&self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        self.driver.screenshot(path).await?;
        Ok(())
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn quit(self) -> Result<()> {
        self.driver.quit().await?;
        Ok(())
    }
}

/// The session's second line; what the pages log comes over it.
async fn open_bidi(driver: &WebDriver) -> Result<Bidi> {
    let capabilities = driver.capabilities();
    let url = capabilities.get("webSocketUrl").and_then(Value::as_str).context("the session has no webSocketUrl")?;
    let bidi = Bidi::connect(url).await?;
    bidi.command("session.subscribe", json!({ "events": ["log.entryAdded"] })).await?;
    Ok(bidi)
}
