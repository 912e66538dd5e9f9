//! The amounts, always in sight; marked with their time when they may be old.

use contract::plain::{digits, integer};
use fragment::text::{text, text_with};
use fragment::{follow, format};
use ui::{El, Tone, html, notice, skeleton};

use crate::balance::Known;
use crate::store::Store;

/// Cash large, bonus money beneath it, and what there is to say about them.
pub(crate) fn bring(place: &El, store: &'static Store) {
    let is_known = move || store.known.with(Option::is_some);
    let key = move || u32::from(is_known()) + 2 * u32::from(store.is_stale());
    let amounts = move |key| {
        Some(match key {
            0 => skeleton(2, &text("loading")),
            2 => with_retry(notice(Tone::Error, "balance-error", &text("balance-failed")), store),
            _ => figures(store),
        })
    };
    let is_old = move || u32::from(is_known() && store.is_stale());
    place.choose(key, amounts).choose(is_old, move |is_old| (is_old == 1).then(|| stale(store)));
}

fn figures(store: &'static Store) -> El {
    let figures = html(include_str!("markup/figures.html"), &[]);
    let cash = figures.at("balance");
    follow(move || {
        store.known.with(|known| {
            if let Some(known) = known {
                cash.write(&format::money(known.balance.cash_minor, known.balance.currency));
                cash.set("class", pulse(known));
                cash.set("data-minor", &integer(known.balance.cash_minor));
                cash.set("data-version", &digits(known.balance.version));
            }
        });
    });
    figures.at("cash-line").slot(move || store.known.with(|known| change(known.as_ref()?)));
    for (place, is_held) in [("bonus-place", false), ("held-place", true)] {
        figures.at(place).slot(move || store.known.with(|known| part(known.as_ref()?, is_held)));
    }
    figures
}

/// Bonus money, or what withdrawals have set aside: neither to be spent nor gone.
fn part(known: &Known, is_held: bool) -> Option<El> {
    let balance = &known.balance;
    let (part, minor, tone, icon, hint) = if is_held {
        ("held", balance.held_minor, "", "icon--clock", "held-hint")
    } else {
        ("bonus", balance.bonus_minor, "chip--accent", "icon--gift", "bonus-hint")
    };
    (minor > 0).then(|| {
        let values = [
            ("part", part),
            ("tone", tone),
            ("icon", icon),
            ("name", &text(part)),
            ("hint", &text(hint)),
            ("minor", &integer(minor)),
            ("amount", &format::money(minor, balance.currency)),
        ];
        html(include_str!("markup/part.html"), &values)
    })
}

/// Two names for one animation: a browser starts it again only when the name changes.
fn pulse(known: &Known) -> &'static str {
    match (known.change_minor, known.balance.version.is_multiple_of(2)) {
        (0, _) => "figures",
        (1.., true) => "figures wallet__up-a",
        (1.., false) => "figures wallet__up-b",
        (_, true) => "figures wallet__down-a",
        (_, false) => "figures wallet__down-b",
    }
}

/// By how much it changed just now; fades by itself, and the announcement says it to others.
fn change(known: &Known) -> Option<El> {
    let class = match known.change_minor {
        0 => return None,
        1.. => "wallet__change--in",
        _ => "",
    };
    let amount = format::money_signed(known.change_minor, known.balance.currency);
    let markup = "<span class=\"figures wallet__change {class}\" aria-hidden=\"true\">{amount}</span>";
    Some(html(markup, &[("class", class), ("amount", &amount)]))
}

/// The last known balance, with its time, in the place of an error. Not with its age: a notice that changes each second
/// is read out each second.
fn stale(store: &'static Store) -> El {
    let stale = notice(Tone::Warning, "stale", "");
    stale.at("news").text_with(move || {
        let seen_ms = store.known.with(|known| known.as_ref().map_or(0, |known| known.seen_ms));
        let id = if store.offline.get() { "stale-offline" } else { "stale-down" };
        text_with(id, &[("time", &format::time(seen_ms))])
    });
    with_retry(stale, store)
}

fn with_retry(notice: El, store: &'static Store) -> El {
    let retry = html(include_str!("markup/retry.html"), &[]);
    retry.press(move || store.refresh());
    notice.at("body").add(&retry);
    notice
}
