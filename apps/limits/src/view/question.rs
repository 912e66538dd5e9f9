//! The question before what can't be undone: it says plainly what will happen.

use fragment::text::{text, text_with};
use ui::{El, dialog, html};

use super::limit::hold;
use super::news;
use super::words::{length, term};
use crate::command::{Command, Place};
use crate::store::Store;

/// Asks whenever there is something to ask.
pub(super) fn bring(root: &El, store: &'static Store) {
    let is_asked = move || u32::from(store.question.with(Option::is_some));
    root.choose(is_asked, move |_| question(store));
}

fn question(store: &'static Store) -> Option<El> {
    let (title, yes, how_long) = match store.question.get()? {
        Command::Break(asked) => ("break-question", "break-yes", length(asked.length)),
        Command::Exclude(asked) => ("exclusion-question", "exclusion-yes", term(asked.months)),
        _ => return None,
    };
    let with_length = |id| text_with(id, &[("length", &how_long)]);
    let made = dialog("question", &with_length(title), &text("consequences"), move || store.withdraw_question());
    made.at("words").add(&html(include_str!("markup/consequences.html"), &[]));
    made.at("actions").add(&html(include_str!("markup/answers.html"), &[("yes", &with_length(yes))]));
    made.at("question-trouble").slot(move || news(store, Place::Question));
    made.at("question-confirm").hold(move || hold(store, |_| true)).press(move || store.answer());
    made.at("question-back").hold(move || hold(store, |_| false)).press(move || store.withdraw_question());
    Some(made)
}
