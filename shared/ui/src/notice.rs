//! Something the player should know.
//!
//! A screen reader reads out what is added to a status, not what one brings along when it is put on the page. So at
//! first the words of a notice are kept from screen readers only, until these know the status: everybody else sees them
//! at once, and the layout moves once. An alert is read out as it comes.

use crate::dom::{El, html};
use fragment::clock;

/// How long screen readers may take to learn of a status.
const KNOWN_MS: u32 = 100;

/// What kind of news.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    #[default]
    Info,
    /// It worked.
    Success,
    /// It works, with a restriction.
    Warning,
    /// It did not work.
    Error,
}

const NOTICE: &str = r#"<div class="notice {tone}" role="{role}" data-test="{test}">
<span class="icon {icon}" aria-hidden="true"></span>
<div class="notice__body" data-test="body"><p data-test="news">{news}</p></div>
</div>"#;

/// A notice: an error interrupts a screen reader, everything else waits for its turn. What can be
/// done about it is added to its `body`.
#[must_use]
pub fn notice(tone: Tone, test: &str, news: &str) -> El {
    let (class, icon, role) = match tone {
        Tone::Info => ("", "icon--info", "status"),
        Tone::Success => ("notice--success", "icon--check", "status"),
        Tone::Warning => ("notice--warning", "icon--warning", "status"),
        Tone::Error => ("notice--error", "icon--warning", "alert"),
    };
    let made = html(NOTICE, &[("tone", class), ("icon", icon), ("role", role), ("test", test), ("news", news)]);
    if tone != Tone::Error {
        let words = made.at("news");
        words.flag("aria-hidden", true);
        clock::after(KNOWN_MS, move || {
            words.flag("aria-hidden", false);
        });
    }
    made
}
