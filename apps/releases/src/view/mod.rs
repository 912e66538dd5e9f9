//! What is on the screen: the door, or the fragments with their switches and what was done to them.
//!
//! The markup is HTML, in the folder beside this file; what is here brings it to life.

mod beside;
mod canary;
mod choice;
mod door;
mod health;
mod history;
mod question;
mod standing;

use std::cell::{Cell, RefCell};

use contract::operator::{Operator, Role};
use fragment::text::{text, text_with};
use fragment::{follow, format};
use ui::{El, Hold, Tone, empty, html, notice, skeleton};

use crate::command::Command;
use crate::rules::bounds;
use crate::store::{Store, Who};

/// The page.
pub(crate) fn releases(store: &'static Store) -> El {
    let root = html(include_str!("markup/releases.html"), &[]);
    let shows = move || match store.who.get() {
        Who::Nobody => Shows::Door,
        Who::Operator(_) if store.status.with(Option::is_some) => Shows::Releases,
        _ if store.down.get() => Shows::Error,
        _ => Shows::Loading,
    };
    let marked = root.clone();
    follow(move || _ = marked.set("data-shows", shows().as_str()));
    root.at("duty").slot(move || match store.who.get() {
        Who::Operator(who) => Some(duty(store, &who)),
        _ => None,
    });
    root.at("notices").choose(
        move || u32::from(shows() == Shows::Releases && (store.down.get() || store.offline.get())),
        move |is_old| (is_old == 1).then(|| old(store)),
    );
    root.at("content").choose(
        move || shows() as u32,
        move |_| {
            Some(match shows() {
                Shows::Loading => in_card(&skeleton(8, &text("loading"))),
                Shows::Door => door::form(store),
                Shows::Error => in_card(&failed(("releases-error", "releases-failed"), move || store.refresh())),
                Shows::Releases => page(store),
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
    Door,
    Error,
    Releases,
}

impl Shows {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Door => "door",
            Self::Error => "error",
            Self::Releases => "releases",
        }
    }
}

fn page(store: &'static Store) -> El {
    let page = html(include_str!("markup/page.html"), &[]);
    standing::bring(&page, store);
    health::bring(&page, store);
    history::bring(&page, store);
    page
}

/// Who is on duty, and what they may not do.
fn duty(store: &'static Store, who: &Operator) -> El {
    let duty = html(include_str!("markup/duty.html"), &[("who", &who.email), ("role", &role(who.role))]);
    duty.at("bounds").write(&bounds(who.role).map(text).unwrap_or_default());
    duty.at("sign-out").press(move || store.sign_out());
    let inspect = duty.at("inspect");
    inspect.hold(move || hold(store, |busy| *busy == Command::Inspect)).press(move || store.send(Command::Inspect));
    duty.at("inspect-place").slot(move || {
        let came = standing::outcome(store, "")?;
        if store.news.with(|news| news.as_ref().is_some_and(|news| news.is_good)) {
            came.at("body").add_html(include_str!("markup/inspected.html"), &[]);
        }
        Some(came)
    });
    duty
}

fn role(role: Role) -> String {
    text(match role {
        Role::Developer => "role-developer",
        Role::Viewer => "role-viewer",
        Role::Support => "role-support",
        Role::Risk => "role-risk",
        Role::Admin => "role-admin",
    })
}

/// Something can't be shown; the pages that it is about go on.
fn failed((test, title): (&'static str, &'static str), again: impl Fn() + 'static) -> El {
    let failed = empty("icon--offline", test, &text(title), &text("releases-failed-text"));
    failed.add(&retry(again));
    failed
}

/// One after the other.
fn listed(between: &str, words: impl Iterator<Item = String>) -> String {
    let mut list = String::new();
    for word in words {
        if !list.is_empty() {
            list.push_str(between);
        }
        list.push_str(&word);
    }
    list
}

fn number(n: u64) -> String {
    format::number(i64::try_from(n).unwrap_or(i64::MAX))
}

/// Which release, or that it is the floor's own.
fn version_or_floors(version: Option<&String>) -> String {
    version.cloned().unwrap_or_else(|| text("the-floors"))
}

/// Another number whenever what is read is not what it was: the key of a place that is made anew only then, and not at
/// every answer. With what is made anew goes what somebody has in it: the focus, a selection, where a screen reader is.
fn turns<T: PartialEq + 'static>(read: impl Fn() -> T + 'static) -> impl Fn() -> u32 + 'static {
    let (seen, turn) = (RefCell::new(None), Cell::new(0_u32));
    move || {
        let now = Some(read());
        if *seen.borrow() != now {
            *seen.borrow_mut() = now;
            turn.set(turn.get().wrapping_add(1));
        }
        turn.get()
    }
}

fn old(store: &'static Store) -> El {
    let old = notice(Tone::Warning, "stale", &text_with("stale", &[("time", &format::time(store.seen_ms.get()))]));
    old.at("body").add(&retry(move || store.refresh()));
    old
}

fn retry(again: impl Fn() + 'static) -> El {
    let retry = html(include_str!("markup/retry.html"), &[]);
    retry.press(again);
    retry
}

fn in_card(content: &El) -> El {
    let card = html("<div class=\"card\"></div>", &[]);
    card.add(content);
    card
}

/// One command at a time: the others wait, and only what was pressed looks busy.
fn hold(store: &'static Store, is_this: impl FnOnce(&Command) -> bool) -> Hold {
    store.busy.with(|busy| match busy {
        None => Hold::Free,
        Some(command) if is_this(command) => Hold::Busy,
        Some(_) => Hold::Barred,
    })
}
