//! What a person does with a page: looks for something, reads it, clicks it, fills it in, walks through
//! it by keyboard.
//!
//! A person does not see where a fragment runs, so what looks for something in a slot finds it in
//! either placement.

use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};
use thirtyfour::prelude::*;
use thirtyfour::session::scriptret::ScriptRet;

use super::Browser;
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

impl Browser {
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

    /// Clicks the first visible match while a key is held down.
    ///
    /// # Errors
    /// There is none, or the browser refuses.
    pub async fn click_with(&self, key: Key, scope: &str, selector: &str) -> Result<()> {
        self.see(scope, selector).await?;
        let found = self.look(scope, selector, "shown[0]", None).await?;
        let element = found.with_context(|| format!("{selector} in {scope} has gone"))?.element()?;
        let code = char::from(key);
        self.driver.action_chain().key_down(code).click_element(&element).key_up(code).perform().await?;
        self.leave().await
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
}
