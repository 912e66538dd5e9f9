//! The card of the sessions.

use contract::account::SessionInfo;
use fragment::format;
use fragment::text::{text, text_with};
use ui::{El, Hold, html};

use super::failure_slot;
use crate::devices::ALL;
use crate::store::Store;

/// The card.
pub(crate) fn card(store: &'static Store) -> El {
    let devices = &store.devices;
    let card = html(include_str!("markup/devices.html"), &[]);
    card.at("list").slot(move || Some(store.sessions.with(|sessions| list(store, sessions))));
    failure_slot(&card.at("news"), "sessions-error", &devices.failure);
    card.at("ask-place").slot(move || Some(if devices.asking.get() { question(store) } else { offer(store) }));
    card
}

fn list(store: &'static Store, sessions: &[SessionInfo]) -> El {
    let list = html("<ul tabindex=\"-1\" aria-labelledby=\"sessions-title\" data-test=\"sessions\"></ul>", &[]);
    for session in sessions {
        list.add(&line(store, session));
    }
    list
}

fn line(store: &'static Store, session: &SessionInfo) -> El {
    let device = device(session);
    let values = [
        ("id", &*session.id),
        ("current", if session.current { "true" } else { "false" }),
        ("device", &device),
        ("end-name", &text_with("end-session", &[("device", &device)])),
    ];
    let line = html(include_str!("markup/session.html"), &values);
    let (begun_ms, seen_ms, current) = (session.created_at_ms, session.seen_at_ms, session.current);
    line.at("times").text_with(move || {
        store.now_ms.get();
        let seen = if current { text("active-now") } else { format::ago(seen_ms) };
        text_with("session-times", &[("begun", &format::date_time(begun_ms)), ("seen", &seen)])
    });
    let end = line.at("end");
    if current {
        end.set("hidden", "");
        return line;
    }
    line.at("here").set("hidden", "");
    let (ended, held) = (session.id.clone(), session.id.clone());
    end.hold(move || hold(store, &held)).press(move || store.devices.end(store, &ended));
    line
}

/// One at a time: the others wait, and only its own button looks busy.
fn hold(store: &'static Store, what: &str) -> Hold {
    store.devices.ending.with(|ending| match ending.as_str() {
        "" => Hold::Free,
        ending if ending == what => Hold::Busy,
        _ => Hold::Barred,
    })
}

/// A session's device in short words.
fn device(session: &SessionInfo) -> String {
    match (&session.browser, &session.system) {
        (Some(browser), Some(system)) => text_with("device", &[("browser", browser), ("system", system)]),
        (Some(known), None) | (None, Some(known)) => known.clone(),
        (None, None) => text("unknown-device"),
    }
}

fn offer(store: &'static Store) -> El {
    let button = html(include_str!("markup/end_all.html"), &[]);
    button.hold(move || hold(store, ALL)).press(move || store.devices.asking.set(true));
    button
}

/// The question before signing out everywhere. Whoever pressed the button goes on from here.
fn question(store: &'static Store) -> El {
    let question = html(include_str!("markup/confirm.html"), &[]);
    question.at("confirm-end-all").hold(move || hold(store, ALL)).press(move || store.devices.end_all(store));
    question.at("back").press(move || store.devices.asking.set(false));
    question
}
