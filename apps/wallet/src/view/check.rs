//! The reality check: a dialogue over the whole page, once no round is on. Only an answer ends it.

use fragment::text::text;
use fragment::{View, follow, host};
use ui::{El, Hold, Tone, dialog, html, notice};

use super::session::facts;
use crate::entrance::Entering;
use crate::store::Store;

/// Shows it whenever it is due.
pub(crate) fn bring(wallet: &El, store: &'static Store) {
    let playing = &store.playing;
    let is_shown = move || u32::from(playing.is_check_due() && !playing.is_aside.get());
    wallet.choose(is_shown, move |is_shown| (is_shown == 1).then(|| check(store)));
    let props = host().props();
    follow(move || {
        // Put aside for the history: for as long as that is looked at, and for this check only.
        if props.with(|props| props.view != View::Main) || !playing.is_check_due() {
            playing.is_aside.set(false);
        }
    });
}

fn check(store: &'static Store) -> El {
    let (playing, entrance) = (&store.playing, &store.entrance);
    // A sign-out that failed before it came up was not asked for here.
    entrance.failure.set(String::new());
    let check = dialog("reality-check", &text("check-title"), &text("check-text"), || {});
    check.at("words").add(&html(include_str!("markup/check_facts.html"), &[]));
    facts(&check.at("check-time"), &check.at("check-net"), playing);
    check.at("actions").add(&html(include_str!("markup/check_actions.html"), &[]));
    check.at("check-trouble").slot(move || {
        let id = match (playing.has_failed.get(), entrance.failure.with(String::is_empty)) {
            (true, _) => "check-failed",
            (_, false) => "unavailable",
            _ => return None,
        };
        Some(notice(Tone::Error, "check-error", &text(id)))
    });
    check.at("check-continue").hold(answers(store, false)).press(move || playing.go_on(store));
    check.at("check-history").press(move || {
        playing.is_aside.set(true);
        host().navigate("/wallet");
    });
    check.at("check-leave").hold(answers(store, true)).press(move || entrance.leave());
    check
}

/// One answer waits for the other; only what was pressed looks busy.
fn answers(store: &'static Store, leaves: bool) -> impl Fn() -> Hold + 'static {
    move || {
        let is_leaving = store.entrance.entering.get() == Some(Entering::Leaving);
        let is_answering = store.playing.is_answering.get();
        let (own, other) = if leaves { (is_leaving, is_answering) } else { (is_answering, is_leaving) };
        match (own, other) {
            (true, _) => Hold::Busy,
            (_, true) => Hold::Barred,
            _ => Hold::Free,
        }
    }
}
