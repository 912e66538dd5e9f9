//! A real browser, driven over WebDriver, and what a person would look for on the page.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::{Value, json};
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::prelude::*;

use crate::process::Process;
use crate::{PATIENCE, until};

/// Finds elements in the document and in every shadow root below it.
const FIND: &str = r"
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

/// Counts the running transitions in the document and in every shadow root.
const TRANSITIONS: &str = r"
    const running = (root) => root.getAnimations()
        .filter((animation) => animation instanceof CSSTransition && animation.playState === 'running').length;
    let count = running(document);
    const walk = (root) => {
        for (const element of root.querySelectorAll('*')) {
            if (element.shadowRoot) { count += running(element.shadowRoot); walk(element.shadowRoot); }
        }
    };
    walk(document);
    return count;
";

/// A browser with one window.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    _chromedriver: Process,
}

impl Browser {
    /// Starts Chromium with a fresh profile.
    ///
    /// # Errors
    /// Chromium or its driver is missing or does not start.
    pub async fn start(width: u32, height: u32) -> Result<Self> {
        let program = std::env::var("CROUPIER_CHROMEDRIVER").unwrap_or_else(|_| "/usr/bin/chromedriver".into());
        let (chromedriver, port) = Process::start(Path::new(&program), &["--port=0".into()], |line| {
            line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse::<u16>().ok()
        })?;
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
        let browser = Self { driver, _chromedriver: chromedriver };
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

    /// The first visible element that matches, in the document or in any shadow root under
    /// `scope`; awaited.
    ///
    /// # Errors
    /// There is none in time.
    pub async fn see(&self, scope: &str, selector: &str) -> Result<WebElement> {
        let what = format!("{selector} visible in {scope}");
        until(&what, PATIENCE, || async {
            let script = format!("{FIND} return shown.length ? shown[0] : null;");
            let found = self.driver.execute(&script, vec![json!(scope), json!(selector)]).await?;
            Ok(if found.json().is_null() { None } else { Some(found.element()?) })
        })
        .await
    }

    /// How many visible elements match now.
    ///
    /// # Errors
    /// The page is gone.
    pub async fn count(&self, scope: &str, selector: &str) -> Result<u64> {
        let script = format!("{FIND} return shown.length;");
        self.run(&script, vec![json!(scope), json!(selector)]).await?.as_u64().context("a count")
    }

    /// The text of the first visible element that matches; empty if there is none.
    ///
    /// # Errors
    /// The page is gone.
    pub async fn text(&self, scope: &str, selector: &str) -> Result<String> {
        let script = format!("{FIND} return shown.length ? shown[0].textContent.trim() : '';");
        let text = self.run(&script, vec![json!(scope), json!(selector)]).await?;
        text.as_str().map(str::to_owned).context("a text")
    }

    /// An attribute of the first visible element that matches; empty if there is none.
    ///
    /// # Errors
    /// The page is gone.
    pub async fn attribute(&self, scope: &str, selector: &str, name: &str) -> Result<String> {
        let script = format!("{FIND} return (shown.length && shown[0].getAttribute(arguments[2])) || '';");
        let value = self.run(&script, vec![json!(scope), json!(selector), json!(name)]).await?;
        value.as_str().map(str::to_owned).context("an attribute")
    }

    /// Clicks as a pointer would: the element must be visible, enabled and not covered.
    ///
    /// # Errors
    /// It can't be clicked in time.
    pub async fn click(&self, scope: &str, selector: &str) -> Result<()> {
        let last = std::cell::RefCell::new(String::new());
        let clicked = until("a click", PATIENCE, || async {
            let element = self.see(scope, &format!("{selector}:not(:disabled)")).await?;
            // The driver scrolls just to the edge, under the page's bars; a person scrolls on.
            let centre = "arguments[0].scrollIntoView({ block: 'center' })";
            self.driver.execute(centre, vec![element.to_json()?]).await?;
            // The page may replace the element between the look and the click: look again.
            Ok(element.click().await.inspect_err(|error| last.replace(error.to_string()).clear()).ok())
        })
        .await;
        clicked.map_err(|error| anyhow!("{selector} in {scope} can't be clicked: {error}: {}", last.borrow()))
    }

    /// Replaces the content of a field by typing.
    ///
    /// # Errors
    /// There is no such field.
    pub async fn fill(&self, scope: &str, selector: &str, text: &str) -> Result<()> {
        let field = self.see(scope, selector).await?;
        field.clear().await?;
        field.send_keys(text).await?;
        Ok(())
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

    /// Runs axe on the whole page, shadow roots included, and returns what it calls serious or
    /// critical.
    ///
    /// # Errors
    /// axe-core is not there (`CROUPIER_AXE` names its file) or fails.
    pub async fn axe(&self) -> Result<Vec<String>> {
        // Half-way through a transition a colour is neither the old one nor the new one.
        until("no transition runs", PATIENCE, || async {
            Ok((self.run(TRANSITIONS, vec![]).await? == json!(0)).then_some(()))
        })
        .await?;
        let path = std::env::var("CROUPIER_AXE")
            .context("CROUPIER_AXE names the file axe.min.js; `cargo croupier test` sets it")?;
        let axe = std::fs::read_to_string(&path).with_context(|| path.clone())?;
        // Through the debugging protocol: the page's own policy allows no foreign script.
        self.devtools().send_raw("Runtime.evaluate", json!({ "expression": axe })).await?;
        let script = "const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] })
               .then((result) => done(result.violations), (error) => done(String(error)));";
        let violations = self.driver.execute_async(script, vec![]).await?.json().clone();
        let violations = violations.as_array().with_context(|| format!("axe failed: {violations}"))?;
        let serious = |violation: &&Value| ["serious", "critical"].iter().any(|impact| violation["impact"] == *impact);
        Ok(violations.iter().filter(serious).map(describe_violation).collect())
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

    /// Moves the focus with Tab until the focused element matches, as a keyboard user would.
    ///
    /// # Errors
    /// It is not reached within 250 presses.
    pub async fn tab_to(&self, selector: &str) -> Result<()> {
        let script = "let focused = document.activeElement;
            while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
            return Boolean(focused?.matches(arguments[0]));";
        for _ in 0..250 {
            if self.run(script, vec![json!(selector)]).await? == json!(true) {
                return Ok(());
            }
            self.press(Key::Tab).await?;
        }
        Err(anyhow!("{selector} is not reached by Tab"))
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn quit(self) -> Result<()> {
        self.driver.quit().await?;
        Ok(())
    }

    /// Fails if the page is wider than its window.
    ///
    /// # Errors
    /// Names the elements that stick out.
    pub async fn nothing_overflows(&self) -> Result<()> {
        let script = format!(
            "{FIND} const wide = shown.filter((element) => {{
                const box = element.getBoundingClientRect();
                if (box.width === 0 || (box.right <= innerWidth + 1 && box.left >= -1)) return false;
                // What scrolls or is clipped within its own box is no overflow of the page.
                for (let parent = element.parentNode; parent; parent = parent.parentNode ?? parent.host) {{
                    if (parent instanceof ShadowRoot) {{ parent = parent.host; }}
                    if (parent instanceof Element && getComputedStyle(parent).overflowX !== 'visible') return false;
                }}
                return true;
            }});
            return {{ page: document.documentElement.scrollWidth, window: innerWidth,
                      wide: wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)) }};"
        );
        let found = self.run(&script, vec![json!("body"), json!("*")]).await?;
        ensure!(
            found["page"].as_u64() <= found["window"].as_u64() && found["wide"] == json!([]),
            "wider than the window: {found}"
        );
        Ok(())
    }
}

fn describe_violation(violation: &Value) -> String {
    let nodes = violation["nodes"].as_array().map_or(&[][..], Vec::as_slice);
    let places: Vec<String> = nodes.iter().take(3).map(|node| format!("{} {}", node["target"], node["html"])).collect();
    format!("{}: {}\n    {}", violation["id"], violation["help"], places.join("\n    "))
}
