//! What is on the screen: who is here decides which cards there are.
//!
//! The markup is HTML, in the folder beside this file; what is here brings it to life.

mod details;
mod devices;
mod export;
mod password;

use fragment::text::{text, text_with};
use fragment::{follow, format};
use ui::{El, Tone, empty, html, notice, skeleton};

use crate::store::{Store, Who};

/// What the page shows as a whole; each has cards of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Loading,
    SignedOut,
    Failed,
    Demo,
    Player,
}

/// The account.
pub(crate) fn account(store: &'static Store) -> El {
    let root = html(include_str!("markup/account.html"), &[]);
    let marked = root.clone();
    follow(move || {
        let who = match store.who.get() {
            Who::Unknown => "unknown",
            Who::Visitor => "visitor",
            Who::Player(player) if player.demo => "demo",
            Who::Player(_) => "player",
        };
        marked.set("data-who", who);
    });
    let is_stale = move || {
        let is_known = store.account.with(Option::is_some);
        u32::from(is_known && (store.down.get() || store.offline.get()))
    };
    root.at("news-place").choose(is_stale, move |is_stale| {
        (is_stale == 1).then(|| {
            let news = text_with("stale", &[("time", &format::time(store.seen_ms.get()))]);
            with_retry(notice(Tone::Warning, "stale", &news), "body", store)
        })
    });
    // Each session begins with a fresh page.
    let key = move || store.epoch() * 8 + stage(store) as u32;
    root.at("content").choose(key, move |_| Some(content(store)));
    root
}

fn stage(store: &'static Store) -> Stage {
    let known = store.account.with(|account| account.as_ref().map(|account| account.demo));
    match (store.who.get(), known) {
        (Who::Visitor, _) => Stage::SignedOut,
        (Who::Player(_), Some(true)) => Stage::Demo,
        (Who::Player(_), Some(false)) => Stage::Player,
        (Who::Player(_), None) if store.down.get() => Stage::Failed,
        _ => Stage::Loading,
    }
}

fn content(store: &'static Store) -> El {
    match stage(store) {
        Stage::Loading => in_card(&skeleton(8, &text("loading"))),
        Stage::SignedOut => in_card(&signed_out(store)),
        Stage::Failed => {
            let failed = empty("icon--offline", "account-error", &text("account-failed"), &text("account-failed-text"));
            in_card(&with_retry(failed, "account-error", store))
        }
        Stage::Demo => {
            columns(&[html(include_str!("markup/demo.html"), &[])], &[devices::card(store), export::card(store)])
        }
        Stage::Player => {
            columns(&[details::card(store)], &[password::card(store), devices::card(store), export::card(store)])
        }
    }
}

fn columns(first: &[El], second: &[El]) -> El {
    let columns = html(include_str!("markup/columns.html"), &[]);
    for (hook, cards) in [("first", first), ("second", second)] {
        let column = columns.at(hook);
        for card in cards {
            column.add(card);
        }
    }
    columns
}

fn signed_out(store: &'static Store) -> El {
    let ended = store.ended.get();
    let words = text(if ended { "session-ended-text" } else { "signed-out-text" });
    let shown = empty("icon--info", "signed-out", &text("signed-out"), &words);
    shown.flag("data-ended", ended);
    shown.set("role", "status");
    let sign_in = html(include_str!("markup/sign_in.html"), &[]);
    sign_in.press(move || store.want_sign_in());
    shown.add(&sign_in);
    shown
}

fn in_card(content: &El) -> El {
    let card = html("<div class=\"card\"></div>", &[]);
    card.add(content);
    card
}

fn with_retry(around: El, place: &str, store: &'static Store) -> El {
    let retry = html(include_str!("markup/retry.html"), &[]);
    retry.press(move || store.refresh());
    around.at(place).add(&retry);
    around
}

/// A notice in a place that shows one while there are words for it.
fn failure_slot(place: &El, test: &'static str, words: &'static fragment::State<String>) {
    place.slot(move || words.with(|words| (!words.is_empty()).then(|| notice(Tone::Error, test, words))));
}
