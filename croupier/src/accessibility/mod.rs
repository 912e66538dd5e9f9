//! Whether a packed fragment, alone on the page of `dev`, can be used by everybody: axe looks at it in a headless
//! browser, in both themes, in a language that reads from the left and in one that reads from the right.
//!
//! A smoke test: what it finds is wrong, what it does not find may be. Must never be taken for a person's judgement.

mod driver;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;

use crate::dev;
use crate::failure::Failure;
use crate::floor::Candidate;
use crate::terminal::Terminal;
use crate::test::chromedriver;
use crate::tools::{Toolbox, pinned};
use crate::workspace::Workspace;
use driver::Browser;

/// How it is looked at: language, theme, and whose page it is.
const LOOKS: [(&str, &str, &str); 3] =
    [("en", "dark", "a visitor's"), ("en", "light", "a player's"), ("ar", "dark", "a player's")];

/// Waits until the fragment is there, and nothing moves any more.
const SETTLED: &str = "
    const done = arguments[arguments.length - 1];
    const slot = document.querySelector('[data-slot]');
    const rest = (root) => {
        for (const animation of root.getAnimations()) {
            if (animation.effect?.getComputedTiming().endTime < Infinity) animation.finish();
        }
        for (const { shadowRoot } of root.querySelectorAll('*')) if (shadowRoot) rest(shadowRoot);
    };
    const look = () => {
        const { state, cause } = slot.dataset;
        if (!['mounted', 'degraded', 'failed'].includes(state)) return;
        watch.disconnect();
        draw(2, [state, cause]);
    };
    // What it asked for is answered and drawn: so many frames in a row with nothing under way.
    const draw = (frames, told) => requestAnimationFrame(() => {
        if (slot.copy?.waits()) return draw(2, told);
        if (frames) return draw(frames - 1, told);
        rest(document);
        done(told);
    });
    const watch = new MutationObserver(look);
    watch.observe(slot, { attributeFilter: ['data-state'] });
    look();
";

const AXE: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => done(violations), (error) => done(`${error}`));
";

/// What axe calls serious or critical, or that there is nothing to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Violation {
    /// In which language and theme, and whose page.
    look: String,
    /// axe's name for it.
    rule: String,
    /// What must be.
    help: String,
    /// The element, as a selector through shadow roots.
    element: String,
}

impl Violation {
    /// In a line.
    pub(crate) fn text(&self) -> String {
        format!("{}: {} ({}): {}", self.rule, self.help, self.look, self.element)
    }

    #[cfg(test)]
    pub(crate) fn testing(rule: &str) -> Self {
        Self { look: String::new(), rule: rule.to_owned(), help: String::new(), element: String::new() }
    }
}

/// What looks, once for all candidates.
pub(crate) struct Examiner {
    browser: Browser,
    axe: String,
}

impl Examiner {
    /// Starts a browser.
    ///
    /// # Errors
    /// There is none, and none can be installed.
    pub(crate) fn start(workspace: &Workspace, terminal: &Terminal) -> Result<Self> {
        let program = browser(terminal)?;
        let axe = Toolbox::ready(workspace, terminal, &[&pinned::AXE])?.file(&pinned::AXE)?;
        let axe = fs::read_to_string(&axe).with_context(|| format!("reading {}", axe.display()))?;
        Ok(Self { browser: Browser::start(&program)?, axe })
    }

    /// Looks at a candidate.
    ///
    /// # Errors
    /// The browser fails. That the fragment does is a violation.
    pub(crate) fn examine(&self, workspace: &Workspace, candidate: &Candidate) -> Result<Vec<Violation>> {
        let page = dev::serve(workspace, &candidate.name, &candidate.release)?;
        let mut violations = Vec::new();
        for (locale, theme, whose) in LOOKS {
            // Whatever its placement: axe does not see into a frame of another site, and the files are the same.
            let player = if whose == "a player's" { "&player=yes" } else { "" };
            self.browser.open(&format!("{page}/stage?locale={locale}&theme={theme}&placement=document{player}"))?;
            let look = format!("{locale}, {theme}, {whose}");
            let settled = self.browser.wait(SETTLED).context("waiting for the fragment")?;
            if settled[0] == "failed" {
                violations.push(unmounted(look, &settled[1]));
                continue;
            }
            self.browser.run(&self.axe)?;
            violations.extend(serious(&look, &self.browser.wait(AXE)?)?);
        }
        Ok(violations)
    }
}

fn browser(terminal: &Terminal) -> Result<PathBuf> {
    chromedriver(terminal).map_err(|error| {
        let remedy = "install Chromium and its driver (on Debian: `apt-get install chromium chromium-driver`), \
                      or leave this check out with --no-accessibility.";
        Failure::new(format!("accessibility can't be checked: {error}"), remedy).into()
    })
}

fn unmounted(look: String, cause: &Value) -> Violation {
    Violation {
        look,
        rule: "mount".to_owned(),
        help: format!("it must run alone, and has failed: {}", cause.as_str().unwrap_or_default()),
        element: "the fragment".to_owned(),
    }
}

/// Of what axe has found, what is serious or critical: each element is named.
fn serious(look: &str, found: &Value) -> Result<Vec<Violation>> {
    let found = found.as_array().with_context(|| format!("axe failed: {found}"))?;
    let serious = found.iter().filter(|one| one["impact"] == "serious" || one["impact"] == "critical");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let violations = serious.flat_map(|one| {
        let nodes = one["nodes"].as_array().into_iter().flatten();
        nodes.map(move |node| Violation {
            look: look.to_owned(),
            rule: text(&one["id"]),
            help: text(&one["help"]),
            element: format!("{} {}", selector(&node["target"]), text(&node["html"])),
        })
    });
    Ok(violations.collect())
}

/// Selectors in a list lead through frames, those in a list in it through shadow roots.
fn selector(target: &Value) -> String {
    match target {
        Value::Array(parts) => parts.iter().map(selector).collect::<Vec<_>>().join(" > "),
        one => one.as_str().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_serious_counts_and_each_element_is_named() {
        let node = |html: &str| json!({ "target": [["[data-slot]", "button"]], "html": html });
        let found = json!([
            { "id": "button-name", "impact": "critical", "help": "Buttons must have discernible text",
                "nodes": [node("<button></button>"), node("<button class=\"x\"></button>")] },
            { "id": "region", "impact": "moderate", "help": "…", "nodes": [node("<p>")] },
        ]);
        let violations = serious("ar, light", &found).unwrap();
        assert_eq!(violations.len(), 2, "{violations:?}");
        let text =
            "button-name: Buttons must have discernible text (ar, light): [data-slot] > button <button></button>";
        assert_eq!(violations[0].text(), text);
        assert!(serious("", &json!("axe is not defined")).unwrap_err().to_string().contains("axe is not defined"));
    }

    #[test]
    fn what_does_not_run_alone_is_said_to() {
        let text = unmounted("en, dark".into(), &json!("panicked")).text();
        assert!(text.starts_with("mount: ") && text.contains("has failed: panicked"), "{text}");
    }
}
