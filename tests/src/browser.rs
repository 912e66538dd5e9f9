//! A real browser, driven over WebDriver, and what a person would look for on the page.
//!
//! A person does not see where a fragment runs, so what looks for something in a slot finds it in
//! either placement. Between two calls the driver is always in the page itself.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::prelude::*;
use thirtyfour::session::scriptret::ScriptRet;

use crate::process::Process;
use crate::{PATIENCE, until};

/// Finds elements in the document and in every shadow root below it.
pub(crate) const FIND: &str = r"
    const [scope, selector] = arguments;
    const found = [];
    const walk = (root) => {
        for (const element of root.querySelectorAll('*')) {
            if (element.matches(selector)) found.push(element);
            if (element.shadowRoot) walk(element.shadowRoot);
        }
    };
    for (const start of document.querySelectorAll(scope)) {
        if (start.shadowRoot) walk(start.shadowRoot);
        walk(start);
    }
    const shown = found.filter((element) => element.checkVisibility({ visibilityProperty: true }));
";

/// The frame that holds the focus.
const FOCUSED_FRAME: &str = "return document.activeElement?.localName === 'iframe' ? document.activeElement : null";

/// Chromedriver takes a port that is free in IPv6, and ends if somebody has the same one in IPv4. What
/// it and the browser write goes into `folder`: a browser that is killed cleans nothing up.
fn start_driver(folder: &Path) -> Result<(Process, u16)> {
    let program = std::env::var("CROUPIER_CHROMEDRIVER").unwrap_or_else(|_| "/usr/bin/chromedriver".into());
    let mut tries = 0;
    loop {
        let started = Process::start(Command::new(&program).arg("--port=0").env("TMPDIR", folder), |line| {
            line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse::<u16>().ok()
        });
        match started {
            Err(error) if tries < 5 && error.to_string().contains("Address already in use") => tries += 1,
            started => return started,
        }
    }
}

/// A browser with one window.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    _chromedriver: Process,
    /// Goes last.
    _folder: TempDir,
}

impl Browser {
    /// Starts Chromium with a fresh profile.
    ///
    /// # Errors
    /// Chromium or its driver is missing or does not start.
    pub async fn start(width: u32, height: u32) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (chromedriver, port) = start_driver(folder.path())?;
        let mut wishes = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--autoplay-policy=no-user-gesture-required",
            "--lang=en-GB",
        ] {
            wishes.add_arg(argument)?;
        }
        wishes.add_arg(&format!("--window-size={width},{height}"))?;
        wishes.set_logging_prefs("browser", thirtyfour::LoggingPrefsLogLevel::All)?;
        wishes.set_logging_prefs("performance", thirtyfour::LoggingPrefsLogLevel::All)?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), wishes).await?;
        let browser = Self { driver, _chromedriver: chromedriver, _folder: folder };
        browser.resize(width, height).await?;
        Ok(browser)
    }

    /// Sets the page's own size; a window can't be narrower than 500 px, a viewport can.
    ///
    /// # Errors
    /// The browser refuses.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools().send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    /// The debugging protocol.
    #[must_use]
    pub fn devtools(&self) -> thirtyfour::cdp::Cdp {
        self.driver.cdp()
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

    /// Runs a script that begins with [`FIND`] in the page, and where that finds nothing in the
    /// frame of the scope. Stays where it has found something, for what is done with an element.
    async fn look(&self, scope: &str, selector: &str, what: &str, more: Option<&str>) -> Result<Option<ScriptRet>> {
        let script = format!("{FIND} return shown.length ? {what} : null;");
        let arguments = |scope: &str| {
            [Some(scope), Some(selector), more].into_iter().flatten().map(|it| json!(it)).collect::<Vec<_>>()
        };
        let found = self.driver.execute(&script, arguments(scope)).await?;
        if !found.json().is_null() {
            return Ok(Some(found));
        }
        if !self.enter(scope).await? {
            return Ok(None);
        }
        // The frame may go while it is looked at: then nothing is found in it.
        Ok(self.driver.execute(&script, arguments("body")).await.ok().filter(|found| !found.json().is_null()))
    }

    async fn told(&self, scope: &str, selector: &str, what: &str, more: Option<&str>) -> Result<Value> {
        let found = self.look(scope, selector, what, more).await?;
        self.leave().await?;
        Ok(found.map(|found| found.json().clone()).unwrap_or_default())
    }

    /// Waits for a visible element that matches, in the document, in any shadow root or in the frame
    /// under `scope`.
    ///
    /// # Errors
    /// There is none in time.
    pub async fn see(&self, scope: &str, selector: &str) -> Result<()> {
        let what = format!("{selector} visible in {scope}");
        until(&what, PATIENCE, || async { Ok((self.count(scope, selector).await? > 0).then_some(())) }).await
    }

    /// How many visible elements match now.
    ///
    /// # Errors
    /// The page is gone.
    pub async fn count(&self, scope: &str, selector: &str) -> Result<u64> {
        Ok(self.told(scope, selector, "shown.length", None).await?.as_u64().unwrap_or_default())
    }

    /// The text of the first visible element that matches; empty if there is none.
    ///
    /// # Errors
    /// The page is gone.
    pub async fn text(&self, scope: &str, selector: &str) -> Result<String> {
        let text = self.told(scope, selector, "shown[0].textContent.trim()", None).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// An attribute of the first visible element that matches; empty if there is none.
    ///
    /// # Errors
    /// The page is gone.
    pub async fn attribute(&self, scope: &str, selector: &str, name: &str) -> Result<String> {
        let value = self.told(scope, selector, "(shown[0].getAttribute(arguments[2]) ?? '')", Some(name)).await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// What stands in a field.
    ///
    /// # Errors
    /// The page is gone.
    pub async fn value(&self, scope: &str, selector: &str) -> Result<String> {
        let value = self.told(scope, selector, "shown[0].value", None).await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// Clicks as a pointer would: the element must be visible, enabled and not covered.
    ///
    /// # Errors
    /// It can't be clicked in time.
    pub async fn click(&self, scope: &str, selector: &str) -> Result<()> {
        let last = std::cell::RefCell::new(String::new());
        let clicked = until("a click", PATIENCE, || async {
            let found = self.look(scope, &format!("{selector}:not(:disabled)"), "shown[0]", None).await?;
            let outcome = match found {
                Some(found) => self.press_on(&found.element()?).await,
                None => Err(anyhow!("there is none")),
            };
            self.leave().await?;
            // The page may replace the element between the look and the click: look again.
            Ok(outcome.inspect_err(|error| last.replace(error.to_string()).clear()).ok())
        })
        .await;
        clicked.map_err(|error| anyhow!("{selector} in {scope} can't be clicked: {error}: {}", last.borrow()))
    }

    async fn press_on(&self, element: &WebElement) -> Result<()> {
        // The driver scrolls just to the edge, under the page's bars; a person scrolls on.
        self.driver.execute("arguments[0].scrollIntoView({ block: 'center' })", vec![element.to_json()?]).await?;
        match element.click().await {
            // It was hit: the frame has died of it.
            Err(error) if error.to_string().contains("frame detached") => Ok(()),
            clicked => Ok(clicked?),
        }
    }

    /// Replaces the content of a field by typing.
    ///
    /// # Errors
    /// There is no such field.
    pub async fn fill(&self, scope: &str, selector: &str, text: &str) -> Result<()> {
        self.see(scope, selector).await?;
        let found = self.look(scope, selector, "shown[0]", None).await?;
        let field = found.with_context(|| format!("{selector} in {scope} has gone"))?.element()?;
        field.clear().await?;
        field.send_keys(text).await?;
        self.leave().await
    }

    /// Waits until the text of the first visible match satisfies a condition, and returns it.
    ///
    /// # Errors
    /// It does not in time; the error says what the text was.
    pub async fn text_until(
        &self,
        scope: &str,
        selector: &str,
        patience: Duration,
        accept: impl Fn(&str) -> bool,
    ) -> Result<String> {
        let last = std::cell::RefCell::new(String::new());
        let waited = until("the text", patience, || async {
            let text = self.text(scope, selector).await?;
            last.borrow_mut().clone_from(&text);
            Ok(accept(&text).then_some(text))
        })
        .await;
        waited.map_err(|error| anyhow!("{selector} in {scope} says {:?}: {error}", last.borrow()))
    }

    /// Waits until a slot is in one of the states.
    ///
    /// # Errors
    /// It is not in time; the error says where it stands.
    pub async fn slot_state(&self, slot: &str, states: &[&str], patience: Duration) -> Result<String> {
        let script = "return document.querySelector(`[data-slot=\"${arguments[0]}\"]`)?.dataset.state ?? ''";
        let last = std::cell::RefCell::new(String::new());
        let waited = until("the state", patience, || async {
            let state = self.run(script, vec![json!(slot)]).await?.as_str().unwrap_or_default().to_owned();
            last.borrow_mut().clone_from(&state);
            Ok(states.contains(&state.as_str()).then_some(state))
        })
        .await;
        waited.map_err(|error| anyhow!("slot {slot} is {:?}, not one of {states:?}: {error}", last.borrow()))
    }

    /// Everything the browser reported as an error since the last call: uncaught errors,
    /// `console.error`, failed requests.
    ///
    /// # Errors
    /// The log can't be read.
    pub async fn errors(&self) -> Result<Vec<String>> {
        let entries = self.driver.browser_log().await?;
        Ok(entries.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect())
    }

    /// The browser's network log since the last call: one debugging-protocol message each.
    ///
    /// # Errors
    /// The log can't be read.
    pub async fn network_log(&self) -> Result<Vec<Value>> {
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

    /// Presses a key on whatever has the focus.
    ///
    /// # Errors
    /// The browser refuses.
    pub async fn press(&self, key: impl Into<TypingData>) -> Result<()> {
        self.driver.action_chain().send_keys(key).perform().await?;
        Ok(())
    }

    /// Moves the focus with Tab until the focused element matches, as a keyboard user would: through
    /// the page, and in and out of its frames.
    ///
    /// # Errors
    /// It is not reached within 250 presses.
    pub async fn tab_to(&self, selector: &str) -> Result<()> {
        for _ in 0..250 {
            let mut reached = self.is_focused(selector).await?;
            if !reached && self.enter_by(FOCUSED_FRAME, vec![]).await? {
                reached = self.is_focused(selector).await.unwrap_or_default();
                self.leave().await?;
            }
            if reached {
                return Ok(());
            }
            self.press(Key::Tab).await?;
        }
        Err(anyhow!("{selector} is not reached by Tab"))
    }

    async fn is_focused(&self, selector: &str) -> Result<bool> {
        let script = "let focused = document.activeElement;
            while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
            return Boolean(focused?.matches(arguments[0]));";
        Ok(self.run(script, vec![json!(selector)]).await? == json!(true))
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
