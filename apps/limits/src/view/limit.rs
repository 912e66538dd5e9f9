//! One limit: what holds, what is used of it, what waits, and the way to change it.

use std::cell::Cell;

use contract::limits::{Increase, Limit, LimitKind, Period};
use contract::money::Currency;
use contract::plain::{concat, integer};
use fragment::text::{text, text_with};
use fragment::{clock, follow, format};
use ui::{El, Hold, Tone, html, notice, progress_bar};

use super::words::{amount, amount_or_none, kind_ids, period_id};
use super::{form, news};
use crate::command::{Command, Place};
use crate::rules::{PERIODS, applies, percent};
use crate::store::Store;

/// The limits of one kind.
pub(super) fn kind(store: &'static Store, kind: LimitKind) -> El {
    let (name, meaning) = kind_ids(kind);
    let values = [("of", kind.as_str()), ("kind", &*text(name)), ("meaning", &text(meaning))];
    let card = html(include_str!("markup/kind.html"), &values);
    let list = card.at("list");
    for period in PERIODS {
        list.add(&limit(store, (kind, period)));
    }
    card
}

fn limit(store: &'static Store, which: (LimitKind, Period)) -> El {
    let (kind, period) = which;
    let of = concat(&[kind.as_str(), "-", period.as_str()]);
    let values = [("of", &*of), ("kind", &text(kind_ids(kind).0)), ("period", &text(period_id(period)))];
    let made = html(include_str!("markup/limit.html"), &values);
    let shown = made.clone();
    let value = made.at("value");
    follow(move || {
        store.with_limit(which, |limits, limit| {
            let holds = applies(limit);
            shown.set("data-value", &holds.map_or_else(String::new, integer));
            value.write(&amount_or_none(kind, holds, limits.currency));
        });
    });
    made.at("used-place").slot(move || store.with_limit(which, |limits, limit| used(limit, limits.currency)));
    made.at("increase-place").choose(move || increase_key(store, which), move |_| increase(store, which));
    made.at("news-place").slot(move || news(store, Place::Limit(kind, period)));
    change(&made, store, which);
    made
}

/// The button, and the form that it opens; afterwards the focus is at the button again.
fn change(limit: &El, store: &'static Store, which: (LimitKind, Period)) {
    let is_open = move || store.editing.get() == Some(which);
    let change = limit.at("change");
    limit.at("change-word").text_with(move || {
        let is_set = store.with_limit(which, |_, limit| applies(limit).is_some());
        text(if is_set == Some(true) { "change" } else { "set" })
    });
    change.flag_with("aria-expanded", is_open).press(move || store.edit((!is_open()).then_some(which)));
    limit
        .at("form-place")
        .choose(move || u32::from(is_open()), move |is_open| (is_open == 1).then(|| form::form(store, which)));
    let was_open = Cell::new(false);
    follow(move || {
        if was_open.replace(is_open()) && store.editing.with(Option::is_none) {
            let change = change.clone();
            clock::after(0, move || change.focus());
        }
    });
}

fn used(limit: &Limit, currency: Currency) -> El {
    let kind = limit.kind;
    let spent = amount(kind, limit.used.max(0), currency);
    let Some(holds) = applies(limit) else {
        let words = text_with("used-so-far", &[("used", &spent)]);
        return html("<p class=\"small muted figures\" data-test=\"used\">{words}</p>", &[("words", &words)]);
    };
    let values = [
        ("used", &*spent),
        ("limit", &amount(kind, holds, currency)),
        ("when", &format::date_time(limit.resets_at_ms)),
    ];
    progress_bar(&text("used"), percent(limit.used, holds), &text_with("used-of", &values))
}

/// Another number for each state of it: none, waiting, ripe.
fn increase_key(store: &'static Store, which: (LimitKind, Period)) -> u32 {
    let key = |increase: &Increase| {
        let seconds = u32::try_from(increase.effective_at_ms / 1000).unwrap_or(u32::MAX);
        (seconds << 1) | 1 << 31 | u32::from(increase.awaits_confirmation)
    };
    store.with_limit(which, |_, limit| limit.increase.as_ref().map_or(0, key)).unwrap_or_default()
}

/// A higher limit that was asked for: it can be given up at once, and confirmed when its day has come.
fn increase(store: &'static Store, which: (LimitKind, Period)) -> Option<El> {
    let (kind, period) = which;
    let (is_ripe, words) = store
        .with_limit(which, |limits, limit| {
            let increase = limit.increase.as_ref()?;
            let id = if increase.awaits_confirmation { "increase-ripe" } else { "increase-waits" };
            let limit = amount_or_none(kind, increase.value, limits.currency);
            let when = format::date_time(increase.effective_at_ms);
            Some((increase.awaits_confirmation, text_with(id, &[("limit", &limit), ("when", &when)])))
        })
        .flatten()?;
    let made = notice(if is_ripe { Tone::Warning } else { Tone::Info }, "increase", &words);
    made.at("body").add(&html(include_str!("markup/increase.html"), &[]));
    let (confirm, cancel) = (made.at("increase-confirm"), made.at("increase-cancel"));
    if !is_ripe {
        confirm.set("hidden", "");
    }
    let is_here = move |command: &Command| command.place() == Place::Limit(kind, period);
    let confirms = move |command: &Command| is_here(command) && matches!(command, Command::Confirm(_));
    let cancels = move |command: &Command| is_here(command) && matches!(command, Command::Cancel(_));
    confirm.hold(move || hold(store, confirms)).press(move || store.confirm(kind, period));
    cancel.hold(move || hold(store, cancels)).press(move || store.cancel(kind, period));
    Some(made)
}

/// One command at a time: the others wait, and only what was pressed looks busy.
pub(super) fn hold(store: &'static Store, is_this: impl FnOnce(&Command) -> bool) -> Hold {
    store.busy.with(|busy| match busy {
        None => Hold::Free,
        Some(command) if is_this(command) => Hold::Busy,
        Some(_) => Hold::Barred,
    })
}
