//! How far something has come.

use crate::dom::{El, html};
use contract::plain::{concat, integer};

const PROGRESS: &str = r#"<div class="progress">
<div class="progress__text" aria-hidden="true"><span class="muted">{label}</span><span class="figures">{words}</span></div>
<div class="progress__track" role="progressbar" aria-label="{label}" aria-valuemin="0" aria-valuemax="100"
 aria-valuenow="{percent}" aria-valuetext="{words}" data-test="progress"><div class="progress__fill" data-test="fill"></div></div>
</div>"#;

/// A bar with its words: `words` says in the player's language what the bar shows, `label` what
/// makes progress. `percent` is 0 to 100.
#[must_use]
pub fn progress_bar(label: &str, percent: i64, words: &str) -> El {
    let percent = integer(percent.clamp(0, 100));
    let made = html(PROGRESS, &[("label", label), ("percent", &percent), ("words", words)]);
    made.at("fill").style("inline-size", &concat(&[&percent, "%"]));
    made
}
