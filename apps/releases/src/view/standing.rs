//! How each fragment stands, and what can be done about it.

use contract::registry::{KillCommand, PromoteCommand, ReviveCommand, RollbackCommand, ShippedRelease, Standing};
use fragment::format;
use fragment::text::{text, text_with};
use ui::{El, Tone, empty, html, notice};

use super::choice::names;
use super::{beside, canary, hold, turns};
use crate::command::Command;
use crate::rules::{Stands, can_be_promoted, goes_back_to, stands, without_figures};
use crate::store::Store;

/// The list, made anew when there is another fragment; each follows how it stands by itself.
pub(super) fn bring(page: &El, store: &'static Store) {
    // Fragments are never taken from the registry, so another number is another list.
    let size = move || u32::try_from(names(store).len()).unwrap_or(u32::MAX);
    page.at("fragments-place").choose(size, move |size| {
        if size == 0 {
            return Some(empty("icon--list", "nothing", &text("nothing"), &text("nothing-text")));
        }
        let list = html("<ul class=\"releases__fragments\"></ul>", &[]);
        for name in names(store) {
            list.add(&place(store, name));
        }
        Some(list)
    });
}

fn place(store: &'static Store, name: String) -> El {
    let place = html("<li></li>", &[]);
    let of = name.clone();
    // The figures in it follow by themselves.
    let turn = turns(move || store.with_standing(&of, without_figures));
    place.choose(turn, move |_| store.with_standing(&name, |standing| card(store, standing)));
    place
}

fn card(store: &'static Store, standing: &Standing) -> El {
    let name = &*standing.fragment;
    let how = stands(standing);
    let (chip, word) = match how {
        Stands::Live => ("chip--accent", "stands-live"),
        Stands::Off => ("chip--danger", "stands-off"),
        Stands::Nothing => ("", "stands-nothing"),
    };
    let values = [
        ("name", name),
        ("stands", how.as_str()),
        ("chip", chip),
        ("word", &text(word)),
        ("live-version", &version(standing.live.as_deref())),
        ("since", &since(standing)),
        ("previous-version", &version(standing.previous.as_deref())),
    ];
    let card = html(include_str!("markup/fragment.html"), &values);
    if let Some(note) = &standing.killed {
        let when = format::date_time(note.at_ms);
        let words = text_with("off-because", &[("who", &note.team), ("when", &when), ("reason", &note.reason)]);
        card.at("notes").add(&notice(Tone::Warning, "killed", &words));
    }
    if let Some(canary) = &standing.canary {
        card.at("canary-place").add(&canary::part(store, name, canary));
    }
    beside::bring(&card, store, name);
    switches(&card, store, standing);
    published(&card, store, standing);
    let of = standing.fragment.clone();
    card.at("news-place").slot(move || outcome(store, &of));
    card
}

fn version(version: Option<&str>) -> String {
    version.map_or_else(|| text("none"), str::to_owned)
}

fn since(standing: &Standing) -> String {
    standing.since_ms.map_or_else(String::new, |at_ms| text_with("since", &[("when", &format::date_time(at_ms))]))
}

/// The buttons of what can be done as it stands, by whoever is on duty.
fn switches(card: &El, store: &'static Store, standing: &Standing) {
    let fragment = || standing.fragment.clone();
    let offered = match &standing.killed {
        Some(_) => Command::Revive(ReviveCommand { fragment: fragment() }),
        None => Command::Kill(KillCommand { fragment: fragment(), reason: String::new() }),
    };
    let back = goes_back_to(standing).map(|to| RollbackCommand { fragment: fragment(), to: Some(to.to_owned()) });
    let offered = [Some(offered), back.map(Command::Rollback)];
    let places = card.at("switches");
    for command in offered.into_iter().flatten().filter(|command| store.may(command)) {
        places.add(&button(store, command));
    }
}

pub(super) fn button(store: &'static Store, command: Command) -> El {
    let class = if matches!(command, Command::Kill(_)) { "button--danger" } else { "button--quiet" };
    let (name, version) = (command.fragment(), command.version().unwrap_or_default());
    let values = [
        ("class", class),
        ("test", command.name()),
        ("word", &text(command.name())),
        ("of", &text_with("of-fragment", &[("fragment", name), ("version", version)])),
    ];
    let button = html(include_str!("markup/button.html"), &values);
    let (held, pressed) = (command.clone(), command);
    button.hold(move || hold(store, |busy| *busy == held)).press(move || store.ask(pressed.clone()));
    button
}

/// What was published, behind a button.
fn published(card: &El, store: &'static Store, standing: &Standing) {
    let count = i64::try_from(standing.releases.len()).unwrap_or(i64::MAX);
    let toggle = card.at("published");
    if count == 0 {
        toggle.set("hidden", "");
        return;
    }
    card.at("published-word").write(&fragment::text::count("published", count, &[]));
    let name = standing.fragment.clone();
    let is_open = move || store.opened.with(|opened| *opened == name);
    let (shown, pressed, name) = (is_open.clone(), is_open.clone(), standing.fragment.clone());
    toggle.flag_with("aria-expanded", is_open);
    toggle.press(move || store.opened.set(if pressed() { String::new() } else { name.clone() }));
    let name = standing.fragment.clone();
    card.at("published-place").choose(
        move || u32::from(shown()),
        move |is_open| (is_open == 1).then(|| store.with_standing(&name, |standing| list(store, standing))).flatten(),
    );
}

fn list(store: &'static Store, standing: &Standing) -> El {
    let list = html("<ul class=\"releases__published\"></ul>", &[]);
    list.set_number("data-count", i64::try_from(standing.releases.len()).unwrap_or(i64::MAX));
    for release in &standing.releases {
        list.add(&line(store, standing, release));
    }
    list
}

fn line(store: &'static Store, standing: &Standing, release: &ShippedRelease) -> El {
    let when = format::date_time(release.at_ms);
    let by = text_with("published-by", &[("who", &release.team), ("when", &when)]);
    let line = html(include_str!("markup/release.html"), &[("version", &release.version), ("by", &by)]);
    if !can_be_promoted(standing, release) {
        line.at("mark").add_html("<span class=\"chip chip--accent\">{stands-live}</span>", &[]);
        return line;
    }
    let promote = PromoteCommand { fragment: standing.fragment.clone(), version: Some(release.version.clone()) };
    let promote = Command::Promote(promote);
    if store.may(&promote) {
        line.at("mark").add(&button(store, promote));
    }
    line
}

/// What came of the last command, where it belongs; a question that is open tells it itself.
pub(super) fn outcome(store: &'static Store, of: &str) -> Option<El> {
    if store.question.with(Option::is_some) {
        return None;
    }
    store.news.with(|news| {
        let news = news.as_ref().filter(|news| news.of == of)?;
        Some(notice(if news.is_good { Tone::Success } else { Tone::Error }, "outcome", &news.words))
    })
}
