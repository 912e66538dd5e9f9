//! What is on the screen: the limits, reality checks, breaks, and the questions before them.
//!
//! The markup is HTML, in the folder beside this file; what is here brings it to life.

mod breaks;
mod form;
mod limit;
mod question;
mod words;

pub(crate) use words::news_of;

use contract::limits::Limits;
use fragment::text::{text, text_with};
use fragment::{follow, format};
use ui::{El, Tone, empty, html, notice, skeleton};

use crate::command::Place;
use crate::rules::{KINDS, break_until_ms};
use crate::store::{Store, Who};

/// The page.
pub(crate) fn limits(store: &'static Store) -> El {
    let root = html(include_str!("markup/limits.html"), &[]);
    let shows = move || match store.who.get() {
        Who::Visitor => Shows::Visitor,
        Who::Player(_) if store.limits.with(Option::is_some) => Shows::Limits,
        Who::Player(_) if store.down.get() => Shows::Error,
        _ => Shows::Loading,
    };
    let marked = root.clone();
    follow(move || _ = marked.set("data-shows", shows().as_str()));
    root.at("notices").choose(move || block_key(store), move |_| blocked(store)).choose(
        move || u32::from(shows() == Shows::Limits && (store.down.get() || store.offline.get())),
        move |is_old| (is_old == 1).then(|| old(store)),
    );
    root.at("content").choose(
        move || shows() as u32,
        move |_| {
            Some(match shows() {
                Shows::Loading => in_card(&skeleton(8, &text("loading"))),
                Shows::Visitor => in_card(&visitor(store)),
                Shows::Error => in_card(&failed(store)),
                Shows::Limits => page(store),
            })
        },
    );
    question::bring(&root, store);
    root
}

/// What the page is about just now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Loading,
    Visitor,
    Error,
    Limits,
}

impl Shows {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Visitor => "visitor",
            Self::Error => "error",
            Self::Limits => "limits",
        }
    }
}

fn page(store: &'static Store) -> El {
    let page = html(include_str!("markup/page.html"), &[]);
    let kinds = page.at("kinds");
    for kind in KINDS {
        kinds.add(&limit::kind(store, kind));
    }
    breaks::bring(&page, store);
    page
}

fn visitor(store: &'static Store) -> El {
    let visitor = empty("icon--clock", "limits-visitor", &text("visitor"), &text("visitor-text"));
    let button = html(include_str!("markup/sign_in.html"), &[]);
    button.press(move || store.want_player());
    visitor.add(&button);
    visitor
}

fn failed(store: &'static Store) -> El {
    let failed = empty("icon--offline", "limits-error", &text("limits-failed"), &text("limits-failed-text"));
    failed.add(&retry(store));
    failed
}

fn old(store: &'static Store) -> El {
    let as_of_ms = store.limits.with(|limits| limits.as_ref().map_or(0, |limits| limits.now_ms));
    let old = notice(Tone::Warning, "stale", &text_with("stale", &[("time", &format::time(as_of_ms))]));
    old.at("body").add(&retry(store));
    old
}

fn retry(store: &'static Store) -> El {
    let retry = html(include_str!("markup/retry.html"), &[]);
    retry.press(move || store.refresh());
    retry
}

/// Another number for each break, 0 for none.
fn block_key(store: &'static Store) -> u32 {
    let now_ms = store.now_ms.get();
    let until = store.limits.with(|limits| break_until_ms(limits.as_ref()?, now_ms));
    // Seconds since 1970 fit for as long as anybody may be excluded.
    until.map_or(0, |(until_ms, is_exclusion)| {
        u32::try_from(until_ms / 1000).unwrap_or(u32::MAX) ^ (u32::from(is_exclusion) << 31)
    })
}

fn blocked(store: &'static Store) -> Option<El> {
    let now_ms = store.now_ms.get();
    let (until_ms, is_exclusion) = store.limits.with(|limits| break_until_ms(limits.as_ref()?, now_ms))?;
    let id = if is_exclusion { "blocked-excluded" } else { "blocked-time-out" };
    Some(notice(Tone::Warning, "blocked", &text_with(id, &[("when", &format::date_time(until_ms))])))
}

/// What came of the last command, where it belongs.
fn news(store: &'static Store, here: Place) -> Option<El> {
    store.news.with(|news| {
        let news = news.as_ref().filter(|news| news.place == here)?;
        Some(notice(if news.is_good { Tone::Success } else { Tone::Error }, "outcome", &news.words))
    })
}

fn in_card(content: &El) -> El {
    let card = html("<div class=\"card\"></div>", &[]);
    card.add(content);
    card
}

/// What the limits say, once they are known.
fn known<R: Default>(store: &'static Store, read: impl FnOnce(&Limits) -> R) -> R {
    store.limits.with(|limits| limits.as_ref().map(read)).unwrap_or_default()
}
