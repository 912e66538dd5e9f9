//! What must hold on every page, whatever it shows: nothing that axe calls serious, and nothing wider
//! than its window. Frames are pages, too.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::browser::{Browser, FIND};
use crate::{PATIENCE, until};

/// Counts what moves and will come to rest, in the document and in every shadow root: transitions and animations
/// that end.
const MOVING: &str = r"
    const ends = (animation) => animation.effect.getComputedTiming().endTime < Infinity;
    const moving = (root) => root.getAnimations()
        .filter((animation) => animation.playState === 'running' && ends(animation)).length;
    let count = moving(document);
    const walk = (root) => {
        for (const element of root.querySelectorAll('*')) {
            if (element.shadowRoot) { count += moving(element.shadowRoot); walk(element.shadowRoot); }
        }
    };
    walk(document);
    return count;
";

impl Browser {
    /// Runs axe on the whole page, shadow roots and frames included, and returns what it calls serious
    /// or critical.
    ///
    /// # Errors
    /// axe-core is not there (`CROUPIER_AXE` names its file) or fails.
    pub async fn axe(&self) -> Result<Vec<String>> {
        let path = std::env::var("CROUPIER_AXE")
            .context("CROUPIER_AXE names the file axe.min.js; `cargo croupier test` sets it")?;
        let axe = std::fs::read_to_string(&path).with_context(|| path.clone())?;
        let mut serious = self.axe_here(&axe).await?;
        for slot in self.frames().await? {
            let scope = format!("[data-slot={slot}]");
            if self.enter(&scope).await? {
                // What is behind a frame is the page's, and axe does not see through.
                self.run("document.documentElement.style.background = 'var(--bg)'", vec![]).await?;
                let found = self.axe_here(&axe).await;
                self.run("document.documentElement.style.background = ''", vec![]).await?;
                self.leave().await?;
                serious.extend(found?.into_iter().map(|violation| format!("in the frame of {slot}: {violation}")));
            }
        }
        Ok(serious)
    }

    /// Axe on the one document that the driver is in.
    async fn axe_here(&self, axe: &str) -> Result<Vec<String>> {
        // On its way a colour is neither the old one nor the new one, and what fades in is paler than it will be.
        until("everything has come to rest", PATIENCE, || async {
            Ok((self.run(MOVING, vec![]).await? == json!(0)).then_some(()))
        })
        .await?;
        // By the driver: the page's own policy allows no foreign script.
        self.driver().execute(axe, vec![]).await?;
        let script = "const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'], iframes: false })
               .then((result) => done(result.violations), (error) => done(String(error)));";
        let violations = self.driver().execute_async(script, vec![]).await?.json().clone();
        let violations = violations.as_array().with_context(|| format!("axe failed: {violations}"))?;
        let serious = |violation: &&Value| ["serious", "critical"].iter().any(|impact| violation["impact"] == *impact);
        Ok(violations.iter().filter(serious).map(describe_violation).collect())
    }

    /// Fails if the page is wider than its window, or a frame's than the frame.
    ///
    /// # Errors
    /// Names the elements that stick out.
    pub async fn nothing_overflows(&self) -> Result<()> {
        self.nothing_overflows_here().await?;
        for slot in self.frames().await? {
            if self.enter(&format!("[data-slot={slot}]")).await? {
                let outcome = self.nothing_overflows_here().await;
                self.leave().await?;
                outcome.with_context(|| format!("in the frame of {slot}"))?;
            }
        }
        Ok(())
    }

    async fn nothing_overflows_here(&self) -> Result<()> {
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
    let place = |node: &Value| format!("{} {}\n        {}", node["target"], node["html"], node["any"][0]["message"]);
    let places: Vec<String> = nodes.iter().take(3).map(place).collect();
    format!("{}: {}\n    {}", violation["id"], violation["help"], places.join("\n    "))
}
