//! A release that a part of the audience sees beside the live one.

use contract::plain::digits;
use contract::registry::{
    Audience, CanaryFigures, CanaryNote, EVERYBODY_PERMILLE, EndCanaryCommand, PromoteCommand, Standing,
};
use fragment::format;
use fragment::text::{text, text_with};
use ui::{El, html, progress_bar};

use super::standing::button;
use super::{listed, number, turns};
use crate::command::Command;
use crate::plot::{lengths, of_hundred, of_million};
use crate::store::Store;

/// Which, to whom, since when, and the two ways for it to end.
pub(super) fn part(store: &'static Store, fragment: &str, canary: &CanaryNote) -> El {
    let CanaryNote { version, audience, since_ms, team, .. } = canary;
    let by = text_with("canary-by", &[("who", team), ("when", &format::date_time(*since_ms))]);
    let part = html(include_str!("markup/canary.html"), &[("version", version), ("by", &by)]);
    let percent = i64::from(audience.share_permille).saturating_mul(100) / i64::from(EVERYBODY_PERMILLE);
    part.at("share").add(&progress_bar(&text("canary-share"), percent, &share(audience)));
    let (of, shown) = (fragment.to_owned(), fragment.to_owned());
    let known = |standing: &Standing| (standing.live.is_some(), figures(standing).cloned());
    let turn = turns(move || store.with_standing(&of, known));
    part.at("figures").choose(turn, move |_| store.with_standing(&shown, judged));
    let promote = PromoteCommand { fragment: fragment.to_owned(), version: Some(version.clone()) };
    let end = EndCanaryCommand { fragment: fragment.to_owned() };
    for command in [Command::Promote(promote), Command::EndCanary(end)] {
        if store.may(&command) {
            part.at("ways").add(&button(store, command));
        }
    }
    part
}

fn figures(standing: &Standing) -> Option<&CanaryFigures> {
    standing.canary.as_ref()?.figures.as_ref()
}

/// What is known of how it does. It is judged if it is beside a live release.
fn judged(standing: &Standing) -> El {
    if let Some(figures) = figures(standing) {
        return rates(figures);
    }
    let id = if standing.live.is_some() { "untold" } else { "unjudged" };
    html("<p class=\"muted small\" data-test=\"{id}\">{words}</p>", &[("id", id), ("words", &text(id))])
}

/// In words with a bar each: how often it and the live release beside it crash, and how much all that it is judged by
/// says.
fn rates(figures: &CanaryFigures) -> El {
    let CanaryFigures { canary, stable, e_value_percent, alarm_percent } = figures;
    let place = html("<div class=\"stack stack--tight\"></div>", &[]);
    let both = [("canary", canary), ("live", stable)];
    let rates = lengths(&both.map(|(_, told)| of_million(told.crashes, told.mounts)));
    for ((of, told), length) in both.into_iter().zip(rates) {
        let words = text_with("crashed-of", &[("crashes", &number(told.crashes)), ("mounts", &number(told.mounts))]);
        let values = [("of", of), ("label", &*text(of)), ("words", &words), ("length", &digits(length))];
        place.add(&html(include_str!("markup/rate.html"), &values));
    }
    let percent = i64::try_from(of_hundred(*e_value_percent, *alarm_percent)).unwrap_or(100);
    let words = text_with("evidence-of", &[("percent", &format::percent(percent))]);
    let evidence = html("<div data-test=\"evidence\"></div>", &[]);
    evidence.add(&progress_bar(&text("evidence"), percent, &words));
    place.add(&evidence);
    place
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
