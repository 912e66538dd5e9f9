//! The door: who is on duty signs in here. Nobody becomes an operator on a page.

use fragment::text::text;
use ui::{El, Field, Hold, Tone, field, html, notice, reveal};

use crate::store::Store;

pub(super) fn form(store: &'static Store) -> El {
    let door = &store.door;
    let card = html(include_str!("markup/door.html"), &[]);
    let fields = card.at("fields");
    let shape = |id, kind, inputmode, autocomplete, value| Field {
        id,
        test: id,
        label: id,
        kind,
        inputmode,
        autocomplete,
        value,
    };
    fields.add(&field(shape("email", "email", "email", "username", &door.email), String::new, String::new));
    let password = shape("password", "password", "text", "current-password", &door.password);
    let password = field(password, String::new, String::new);
    reveal(&password, "password", "show-password", "hide-password");
    fields.add(&password);
    card.at("sign-in").hold(move || if door.busy.get() { Hold::Busy } else { Hold::Free });
    card.at("door-form").submit(move || store.sign_in());
    card.at("news").slot(move || {
        let failure = door.failure.get();
        (!failure.is_empty()).then(|| notice(Tone::Error, "door-error", &text(failure)))
    });
    card
}
