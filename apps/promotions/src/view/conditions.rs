//! The conditions of an offer, every one of them in words on the card.

use contract::promotions::Offer;
use fragment::format;
use fragment::text::{text, text_with};
use ui::{El, fill, parsed};

/// Each condition by its name, in words.
pub(crate) fn lines(offer: &Offer) -> [(&'static str, String); 7] {
    let conditions = &offer.conditions;
    let money = |minor| format::money(minor, offer.currency);
    let percent = |percent: u32| format::percent(i64::from(percent));
    let wagering = match conditions.wagering_multiplier {
        0 => text("wagering-none"),
        times => text_with("wagering-times", &[("times", &format::number(i64::from(times)))]),
    };
    let contribution = text_with(
        "contribution-of",
        &[("roulette", &percent(conditions.roulette_percent)), ("baccarat", &percent(conditions.baccarat_percent))],
    );
    let min_deposit = conditions.min_deposit_minor.map_or_else(|| text("min-deposit-none"), money);
    [
        ("wagering", wagering),
        ("contribution", contribution),
        ("min-deposit", min_deposit),
        ("max-bet", money(conditions.max_bet_minor)),
        ("max-win", money(conditions.max_win_minor)),
        ("expires", format::date_time(conditions.expires_at_ms)),
        ("eligible", conditions.eligible.clone()),
    ]
}

/// Adds a line for each condition.
pub(crate) fn bring(place: &El, offer: &Offer) {
    for (name, value) in lines(offer) {
        let values = [("of", name), ("name", &*text(name)), ("value", &value)];
        place.add(&parsed(&fill(
            "<div data-condition=\"{of}\"><dt>{name}</dt><dd class=\"figures\">{value}</dd></div>",
            &values,
        )));
    }
}
