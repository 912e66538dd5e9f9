//! Reality checks, time-outs and self-exclusion: what is chosen, before it is asked about.

use fragment::format;
use fragment::text::text;
use ui::{El, html, segments};

use super::limit::hold;
use super::words::{length, term};
use super::{known, news};
use crate::command::{Command, Place};
use crate::rules::{BREAKS, exclusions};
use crate::store::Store;

/// Brings the three to life.
pub(super) fn bring(page: &El, store: &'static Store) {
    // What the house offers hardly ever changes; when it does, it is a choice of another size.
    let choices = move || known(store, |limits| limits.check_choices.clone());
    let size = move || u32::try_from(choices().len()).unwrap_or(u32::MAX);
    page.at("check-place").choose(size, move |_| Some(check(store, &choices())));
    let lengths = BREAKS.map(length);
    page.at("length-place").add(&segments("break", &text("break-length"), &lengths, &store.length));
    page.at("take-break").press(move || store.ask_break());
    let offered =
        move || known(store, |limits| exclusions(limits.exclusion_least_months, limits.exclusion_most_months));
    let size = move || u32::try_from(offered().len()).unwrap_or(u32::MAX);
    page.at("term-place").choose(size, move |_| {
        let terms: Vec<String> = offered().into_iter().map(term).collect();
        Some(segments("exclusion", &text("exclusion-length"), &terms, &store.term))
    });
    page.at("exclude").press(move || store.ask_exclusion());
}

fn check(store: &'static Store, choices: &[u32]) -> El {
    let made = html(include_str!("markup/check.html"), &[]);
    let labels: Vec<String> = choices.iter().map(|minutes| format::minutes(i64::from(*minutes))).collect();
    made.at("choices").add(&segments("check", &text("check-interval"), &labels, &store.check));
    let saves = |command: &Command| matches!(command, Command::Check(_));
    made.at("check-save").hold(move || hold(store, saves)).press(move || store.save_check());
    made.at("news-place").slot(move || news(store, Place::Check));
    made
}
