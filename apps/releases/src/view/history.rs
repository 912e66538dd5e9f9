//! What was done, by whom, when and why.

use contract::registry::{ShippingAction, ShippingLine};
use fragment::text::{text, text_with};
use fragment::{follow, format};
use ui::{El, Hold, empty, html, skeleton};

use super::canary::share;
use super::choice::{self, fragments};
use super::{failed, version_or_floors};
use crate::store::Store;

/// The filter, the lines and the way to earlier ones, into their places.
pub(super) fn bring(page: &El, store: &'static Store) {
    let history = &store.history;
    filter(page, store);
    page.at("lines-place").slot(move || {
        Some(history.lines.with(|lines| match lines {
            Some(lines) if lines.is_empty() => {
                empty("icon--list", "history-empty", &text("history-empty"), &text("history-empty-text"))
            }
            Some(lines) => list(lines),
            None if history.failed.get() => {
                failed(("history-error", "history-failed"), move || store.refresh_history())
            }
            None => skeleton(4, &text("loading")),
        }))
    });
    // Apart from the lines, so that it keeps the focus when they are made anew.
    let has_more = move || u32::from(history.next.with(Option::is_some) && history.lines.with(Option::is_some));
    page.at("more-place").choose(has_more, move |has_more| {
        (has_more == 1).then(|| {
            let more = html(include_str!("markup/more.html"), &[]);
            more.hold(move || if history.loading.get() { Hold::Busy } else { Hold::Free });
            more.press(move || store.more_history());
            more
        })
    });
}

fn options(store: &'static Store) -> Vec<(String, String)> {
    let mut options = fragments(store);
    options.insert(0, (String::new(), text("history-all")));
    options
}

/// Of one fragment or of all.
fn filter(page: &El, store: &'static Store) {
    choice::bring(&page.at("filter-place"), store, ("history-of", "history-of"), options, &store.history.of);
    let was = std::cell::RefCell::new(String::new());
    follow(move || {
        let of = store.history.of.get();
        if was.replace(of.clone()) != of {
            store.show_history();
        }
    });
}

fn list(lines: &[ShippingLine]) -> El {
    let list = html("<ol class=\"releases__lines\"></ol>", &[]);
    for line in lines {
        list.add(&one(line));
    }
    list
}

fn one(line: &ShippingLine) -> El {
    let version = version_or_floors(line.version.as_ref());
    let share = line.audience.as_ref().map(share).unwrap_or_default();
    let id = match line.action {
        ShippingAction::Publish => "did-publish",
        ShippingAction::Promote => "did-promote",
        ShippingAction::Rollback => "did-rollback",
        ShippingAction::Canary => "did-canary",
        ShippingAction::EndCanary => "did-end-canary",
        ShippingAction::Kill => "did-kill",
        ShippingAction::Revive => "did-revive",
    };
    let who = if line.automatic { text("the-gateway") } else { line.team.clone() };
    let values = [("who", &*who), ("fragment", &line.fragment), ("version", &version), ("share", &share)];
    let (what, when) = (text_with(id, &values), format::date_time(line.at_ms));
    let values = [("action", line.action.as_str()), ("what", &*what), ("when", &when)];
    let made = html(include_str!("markup/line.html"), &values);
    match &line.reason {
        Some(reason) => _ = made.at("why").write(reason),
        None => _ = made.at("why").set("hidden", ""),
    }
    made
}
