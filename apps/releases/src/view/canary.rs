//! A release that a part of the audience sees beside the live one.

use contract::plain::digits;
use contract::registry::{Audience, CanaryFigures, CanaryNote, EVERYBODY_PERMILLE, EndCanaryCommand, PromoteCommand};
use fragment::format;
use fragment::text::{text, text_with};
use ui::{El, html, progress_bar};

use super::listed;
use super::standing::button;
use crate::command::Command;
use crate::plot::{lengths, of_hundred, of_million};
use crate::store::Store;

/// Which, to whom, since when, and the two ways for it to end. It is judged if it is beside a live release.
pub(super) fn part(store: &'static Store, fragment: &str, canary: &CanaryNote, is_judged: bool) -> El {
    let CanaryNote { version, audience, since_ms, team, figures } = canary;
    let by = text_with("canary-by", &[("who", team), ("when", &format::date_time(*since_ms))]);
    let part = html(include_str!("markup/canary.html"), &[("version", version), ("by", &by)]);
    let percent = i64::from(audience.share_permille).saturating_mul(100) / i64::from(EVERYBODY_PERMILLE);
    part.at("share").add(&progress_bar(&text("canary-share"), percent, &share(audience)));
    if let Some(figures) = figures {
        judged(&part.at("figures"), figures);
    } else {
        let id = if is_judged { "untold" } else { "unjudged" };
        let values = [("id", id), ("words", &*text(id))];
        part.at("figures").add_html("<p class=\"muted small\" data-test=\"{id}\">{words}</p>", &values);
    }
    let promote = PromoteCommand { fragment: fragment.to_owned(), version: Some(version.clone()) };
    let end = EndCanaryCommand { fragment: fragment.to_owned() };
    for command in [Command::Promote(promote), Command::EndCanary(end)] {
        if store.may(&command) {
            part.at("ways").add(&button(store, command));
        }
    }
    part
}

/// What it is judged by, in words with a bar each: how often it and the live release beside it crash, and how much
/// that says.
fn judged(place: &El, figures: &CanaryFigures) {
    let CanaryFigures { mounts, crashes, stable_mounts, stable_crashes, e_value_percent, alarm_percent } = *figures;
    let rates = lengths(&[of_million(crashes, mounts), of_million(stable_crashes, stable_mounts)]);
    let both = [("canary", mounts, crashes), ("live", stable_mounts, stable_crashes)];
    for ((of, mounts, crashes), length) in both.into_iter().zip(rates) {
        let number = |n: u64| format::number(i64::try_from(n).unwrap_or(i64::MAX));
        let words = text_with("crashed-of", &[("crashes", &number(crashes)), ("mounts", &number(mounts))]);
        let values = [("of", of), ("label", &*text(of)), ("words", &words), ("length", &digits(length))];
        place.add(&html(include_str!("markup/rate.html"), &values));
    }
    let percent = i64::try_from(of_hundred(e_value_percent, alarm_percent)).unwrap_or(100);
    let words = text_with("evidence-of", &[("percent", &format::percent(percent))]);
    let evidence = html("<div data-test=\"evidence\"></div>", &[]);
    evidence.add(&progress_bar(&text("evidence"), percent, &words));
    place.add(&evidence);
}

/// Who sees it, in words.
pub(super) fn share(audience: &Audience) -> String {
    let number = |permille: u32| format::number(i64::from(permille));
    let (share, of) = (number(audience.share_permille), number(EVERYBODY_PERMILLE));
    let share = text_with("share-of", &[("share", &share), ("of", &of)]);
    if audience.markets.is_empty() {
        return share;
    }
    let markets = listed(", ", audience.markets.iter().cloned()).to_ascii_uppercase();
    text_with("share-in", &[("share", &share), ("markets", &markets)])
}
