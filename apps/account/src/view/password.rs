//! The card of the password.

use fragment::State;
use fragment::text::text;
use ui::{El, Field, Hold, Tone, field, html, notice, reveal};

use super::failure_slot;
use crate::store::Store;

/// The card.
pub(crate) fn card(store: &'static Store) -> El {
    let password = &store.password;
    let email = store.account.with(|account| account.as_ref().and_then(|account| account.email.clone()));
    let card = html(include_str!("markup/password.html"), &[("email", &email.unwrap_or_default())]);
    let fields = card.at("fields");
    let input = |id, autocomplete, value: &'static State<String>, hint: &'static str, name: &'static str| {
        let shape = Field { id, test: id, label: id, kind: "password", inputmode: "text", autocomplete, value };
        let hint = move || if hint.is_empty() { String::new() } else { text(hint) };
        let made = field(shape, hint, move || password.fault.with(|fault| fault.at(name)));
        reveal(&made, id, "show-password", "hide-password");
        fields.add(&made);
    };
    input("current-password", "current-password", &password.current, "", "current_password");
    input("new-password", "new-password", &password.new, "new-password-hint", "new_password");
    card.at("change-password").hold(move || if password.busy.get() { Hold::Busy } else { Hold::Free });
    card.at("password-form").submit(move || password.submit(store));
    failure_slot(&card.at("news"), "password-error", &password.failure);
    card.at("news").slot(move || {
        password.changed.get().then(|| notice(Tone::Success, "password-changed", &text("password-changed")))
    });
    card
}
