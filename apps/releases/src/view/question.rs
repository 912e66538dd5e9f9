//! The question before what changes the page for everybody: it says plainly what will happen, and asks why where that is
//! written down.

use fragment::text::{text, text_with};
use ui::{El, Field, Tone, dialog, field, html, notice};

use super::hold;
use crate::command::Command;
use crate::store::Store;

/// Asks whenever there is something to ask.
pub(super) fn bring(root: &El, store: &'static Store) {
    let is_asked = move || u32::from(store.question.with(Option::is_some));
    root.choose(is_asked, move |_| {
        store.question.with(|question| question.as_ref().map(|command| ask(store, command)))
    });
}

/// The ids of a question's title, of what it says, and of its yes.
const fn ids(command: &Command) -> (&'static str, &'static str, &'static str) {
    match command {
        Command::Kill(_) => ("kill-question", "kill-text", "kill-yes"),
        Command::Revive(_) => ("revive-question", "revive-text", "revive-yes"),
        Command::Rollback(_) => ("rollback-question", "rollback-text", "rollback-yes"),
        Command::Promote(_) => ("promote-question", "promote-text", "promote-yes"),
        Command::EndCanary(_) => ("end-canary-question", "end-canary-text", "end-canary-yes"),
        Command::Inspect => ("", "", ""),
    }
}

fn ask(store: &'static Store, command: &Command) -> El {
    let (title, words, yes) = ids(command);
    let values = [("fragment", command.fragment()), ("version", command.version().unwrap_or_default())];
    let say = |id| text_with(id, &values);
    let made = dialog("question", &say(title), &say(words), move || store.withdraw_question());
    let style = if matches!(command, Command::Kill(_)) { "button--danger" } else { "button--primary" };
    made.at("actions").add(&html(include_str!("markup/answers.html"), &[("yes", &say(yes)), ("style", style)]));
    if matches!(command, Command::Kill(_)) {
        made.at("words").add(&reason(store));
    }
    made.at("question-trouble").slot(move || {
        store.news.with(|news| news.as_ref().map(|news| notice(Tone::Error, "question-error", &news.words)))
    });
    made.at("question-confirm").hold(move || hold(store, |_| true)).press(move || store.answer());
    made.at("question-back").hold(move || hold(store, |_| false)).press(move || store.withdraw_question());
    made
}

/// Why it is switched off: other operators and the team read it.
fn reason(store: &'static Store) -> El {
    let shape = Field {
        id: "reason",
        test: "reason",
        label: "reason",
        kind: "text",
        inputmode: "text",
        autocomplete: "off",
        value: &store.reason,
    };
    field(
        shape,
        || text("reason-hint"),
        move || {
            let fault = store.fault.get();
            if fault.is_empty() { String::new() } else { text(fault) }
        },
    )
}
