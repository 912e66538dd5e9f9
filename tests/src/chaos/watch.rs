//! What the page itself notes, from before its first script on.

use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::browser::Browser;

/// Keeps each change of a slot's state, and measures the longest time between two turns of the
/// event loop.
const SCRIPT: &str = r"
if (window.parent === window) {
    const watch = window.chaos = { transitions: [], longest: 0 };
    document.addEventListener('croupier:transition', ({ detail }) =>
        watch.transitions.push({ ...detail, at: performance.now() }));
    const { port1, port2 } = new MessageChannel();
    let last = performance.now();
    let turns = 0;
    port1.onmessage = () => {
        const now = performance.now();
        watch.longest = Math.max(watch.longest, now - last);
        last = now;
        turns += 1;
        // A channel alone would let nothing else of the page run.
        if (turns % 8) port2.postMessage(0);
        else setTimeout(() => port2.postMessage(0), 4);
    };
    port2.postMessage(0);
}
";

/// From now on every page of this browser is watched.
pub(super) async fn begin(browser: &Browser) -> Result<()> {
    browser.run_first(SCRIPT).await
}

/// What is measured counts from here.
pub(super) async fn mark(browser: &Browser) -> Result<()> {
    browser.run("chaos.longest = 0; chaos.steps = history.length", vec![]).await?;
    Ok(())
}

/// The longest block since, in milliseconds.
pub(super) async fn longest_ms(browser: &Browser) -> Result<f64> {
    Ok(browser.run("return chaos.longest", vec![]).await?.as_f64().unwrap_or_default())
}

/// A change of a slot's state.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) to: String,
    pub(super) cause: String,
    pub(super) at_ms: f64,
}

/// What a slot has gone through.
pub(super) async fn changes(browser: &Browser, slot: &str) -> Result<Vec<Change>> {
    let script = "return chaos.transitions.filter(({ slot }) => slot == arguments[0])";
    let changes = browser.run(script, vec![json!(slot)]).await?;
    let text = |change: &Value, name: &str| change[name].as_str().unwrap_or_default().to_owned();
    let changes = changes.as_array().into_iter().flatten();
    Ok(changes
        .map(|change| Change {
            to: text(change, "to"),
            cause: text(change, "cause"),
            at_ms: change["at"].as_f64().unwrap_or_default(),
        })
        .collect())
}

/// What of the page has changed.
#[derive(Debug, Deserialize)]
pub(super) struct Reached {
    pub(super) path: String,
    /// How many steps the way back has become longer.
    pub(super) steps: i64,
    /// Whether two megabytes can still be stored.
    pub(super) stores: bool,
    /// Whether the leaking rogue's ticks are still counted, who has died by then.
    pub(super) runs_on: bool,
}

const REACHED: &str = r"
    const done = arguments[arguments.length - 1];
    let stores = true;
    try {
        localStorage.setItem('chaos', 'x'.repeat(2e6));
        localStorage.removeItem('chaos');
    } catch {
        stores = false;
    }
    const { rogueTicks } = window;
    // Fifteen of its ticks.
    setTimeout(() => done({
        path: location.pathname,
        steps: history.length - chaos.steps,
        stores,
        runs_on: window.rogueTicks !== rogueTicks,
    }), 150);
";

/// What the rogue has reached of the page.
pub(super) async fn reached(browser: &Browser) -> Result<Reached> {
    let reached = browser.driver().execute_async(REACHED, vec![]).await?;
    Ok(serde_json::from_value(reached.json().clone())?)
}
