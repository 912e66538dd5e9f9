//! A release that a part of the audience sees beside the live one.

use contract::registry::{Audience, CanaryNote, EVERYBODY_PERMILLE, EndCanaryCommand, PromoteCommand};
use fragment::format;
use fragment::text::{text, text_with};
use ui::{El, html, progress_bar};

use super::standing::button;
use crate::command::Command;
use crate::store::Store;

/// Which, to whom, since when, and the two ways for it to end.
pub(super) fn part(store: &'static Store, fragment: &str, canary: &CanaryNote) -> El {
    let CanaryNote { version, audience, since_ms, team } = canary;
    let by = text_with("canary-by", &[("who", team), ("when", &format::date_time(*since_ms))]);
    let part = html(include_str!("markup/canary.html"), &[("version", version), ("by", &by)]);
    let percent = i64::from(audience.share_permille).saturating_mul(100) / i64::from(EVERYBODY_PERMILLE);
    part.at("share").add(&progress_bar(&text("canary-share"), percent, &share(audience)));
    let promote = PromoteCommand { fragment: fragment.to_owned(), version: Some(version.clone()) };
    let end = EndCanaryCommand { fragment: fragment.to_owned() };
    for command in [Command::Promote(promote), Command::EndCanary(end)] {
        if store.may(&command) {
            part.at("ways").add(&button(store, command));
        }
    }
    part
}

/// Who sees it, in words.
pub(super) fn share(audience: &Audience) -> String {
    let number = |permille: u32| format::number(i64::from(permille));
    let (share, of) = (number(audience.share_permille), number(EVERYBODY_PERMILLE));
    let share = text_with("share-of", &[("share", &share), ("of", &of)]);
    if audience.markets.is_empty() {
        return share;
    }
    let markets = audience.markets.join(", ").to_ascii_uppercase();
    text_with("share-in", &[("share", &share), ("markets", &markets)])
}
