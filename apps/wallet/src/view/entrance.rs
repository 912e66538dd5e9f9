//! What a visitor sees: one click to a demo player, or sign-in and sign-up.

use fragment::text::text;
use fragment::{State, follow};
use ui::{El, Field, Hold, Tone, field, html, notice, reveal, tabs};

use super::focus_soon;
use crate::credentials::CredentialField;
use crate::entrance::{Entering, Entrance};

/// The welcome.
pub(crate) fn view(entrance: &'static Entrance, is_main: bool) -> El {
    let welcome = html(include_str!("markup/welcome.html"), &[]);
    if is_main {
        welcome.set("data-wide", "true");
    }
    welcome.at("wanted-place").slot(move || {
        let (test, id) = match (entrance.calls.get() > 0, entrance.ended.get()) {
            (true, _) => ("wanted", "sign-in-wanted"),
            (_, true) => ("ended", "session-ended"),
            _ => return None,
        };
        Some(notice(Tone::Info, test, &text(id)))
    });
    hold(&welcome.at("demo"), entrance, Entering::Demo).press(move || entrance.demo());
    let labels = [text("sign-in"), text("sign-up")];
    welcome.at("ways").add(&tabs("way", &text("account"), &labels, &entrance.way));
    let panel = welcome.at("way-panel");
    let named = panel.clone();
    panel.slot(move || failure(entrance)).slot(move || {
        let signs_up = entrance.way.get() == 1;
        named.set("aria-labelledby", if signs_up { "way-1" } else { "way-0" });
        Some(form(entrance, signs_up))
    });
    let to_focus = welcome.clone();
    follow(move || {
        // Also when it was asked for before the panel was there.
        if entrance.calls.get() > 0 {
            focus_soon(&to_focus);
        }
    });
    welcome
}

/// What did not work, where no field is at fault.
pub(super) fn failure(entrance: &'static Entrance) -> Option<El> {
    entrance.failure.with(|failure| (!failure.is_empty()).then(|| notice(Tone::Error, "entrance-error", failure)))
}

/// Everything waits for what is on its way; only what was pressed looks busy.
pub(super) fn hold<'a>(button: &'a El, entrance: &'static Entrance, of: Entering) -> &'a El {
    button.hold(move || match entrance.entering.get() {
        None => Hold::Free,
        Some(entering) if entering == of => Hold::Busy,
        Some(_) => Hold::Barred,
    })
}

fn form(entrance: &'static Entrance, signs_up: bool) -> El {
    let (form, submit) = if signs_up { ("sign-up-form", "create-account") } else { ("sign-in-form", "sign-in") };
    let made = html(include_str!("markup/credentials.html"), &[("form", form), ("submit", &text(submit))]);
    let enter = made.at("enter");
    if signs_up {
        made.add(&input(entrance, CredentialField::Name, "name", "nickname", &entrance.name, ""));
    }
    let email = if signs_up { "email" } else { "username" };
    let (password, hint) = if signs_up { ("new-password", "password-hint") } else { ("current-password", "") };
    made.add(&input(entrance, CredentialField::Email, "email", email, &entrance.email, ""));
    let password = input(entrance, CredentialField::Password, "password", password, &entrance.password, hint);
    reveal(&password, "password", "show-password", "hide-password");
    // Last, after the fields.
    made.add(&password).add(&enter);
    hold(&enter, entrance, Entering::Form);
    let fields = [&entrance.name, &entrance.email, &entrance.password];
    made.flag_with("data-busy", move || fields.iter().any(|field| field.with(|typed| !typed.is_empty())));
    made.submit(move || entrance.submit());
    made
}

fn input(
    entrance: &'static Entrance,
    of: CredentialField,
    id: &'static str,
    autocomplete: &'static str,
    value: &'static State<String>,
    hint: &'static str,
) -> El {
    let (kind, inputmode) = match of {
        CredentialField::Name => ("text", "text"),
        CredentialField::Email => ("email", "email"),
        CredentialField::Password => ("password", "text"),
    };
    let shape = Field { id, test: id, label: id, kind, inputmode, autocomplete, value };
    let hint = move || if hint.is_empty() { String::new() } else { text(hint) };
    field(shape, hint, move || entrance.message(of))
}
