//! The form of a limit: what it is to be, and what saving will do.

use contract::limits::{LimitKind, Period};
use contract::plain::concat;
use fragment::clock;
use fragment::text::{text, text_with};
use ui::{El, Field, field, html};

use super::limit::hold;
use super::words::{amount, kind_ids, period_id};
use crate::command::Command;
use crate::rules::{Effect, effect};
use crate::store::Store;

pub(super) fn form(store: &'static Store, which: (LimitKind, Period)) -> El {
    let (kind, period) = which;
    let name = concat(&[&text(kind_ids(kind).0), ", ", &text(period_id(period))]);
    let values = [("name", &*name), ("remove", &text("remove-limit")), ("close", &text("back"))];
    let made = html(include_str!("markup/form.html"), &values);
    let (label, inputmode) =
        if kind == LimitKind::Time { ("minutes-label", "numeric") } else { ("amount-label", "decimal") };
    let amount = Field {
        id: "limit-amount",
        test: "amount",
        label,
        kind: "text",
        inputmode,
        autocomplete: "off",
        value: &store.amount,
    };
    let fault = move || {
        let fault = store.fault.get();
        if fault.is_empty() { String::new() } else { text(fault) }
    };
    made.at("field-place").add(&field(amount, String::new, fault));
    made.at("effect").text_with(move || words_of_effect(store, which));
    let sets = move |value: bool| move |command: &Command| matches!(command, Command::Set(set) if set.value.is_some() == value);
    made.at("save").hold(move || hold(store, sets(true)));
    made.submit(move || store.save());
    let own = store.with_limit(which, |_, limit| limit.value).flatten();
    let remove = made.at("remove");
    if own.is_none() {
        remove.set("hidden", "");
    }
    remove.hold(move || hold(store, sets(false))).press(move || store.remove(kind, period));
    made.at("close").press(move || store.edit(None));
    let input = made.at("amount");
    clock::after(0, move || input.focus());
    made
}

/// What saving will do, while it is being typed.
fn words_of_effect(store: &'static Store, which: (LimitKind, Period)) -> String {
    let present = store.with_limit(which, |limits, limit| (limit.value, limits.currency));
    let (Some((present, currency)), Some(Ok(next))) = (present, store.typed()) else {
        return text("effect-hint");
    };
    let id = match effect(present, Some(next)) {
        Effect::Nothing => "effect-nothing",
        Effect::AtOnce => "effect-at-once",
        Effect::Later => "effect-later",
    };
    text_with(id, &[("limit", &amount(which.0, next, currency))])
}
