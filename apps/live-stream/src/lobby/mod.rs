//! The lobby: every table as a card, or as a line where there is little space.

mod card;
mod results;

use crate::Page;
use crate::parts::{empty, since, skeleton, unreachable_gateway};
use crate::tables::{Health, Source};
use card::Card;
use contract::live::Tables;
use fragment::clock::now_ms;
use fragment::scope::{Held, Stage};
use results::Results;
use std::cell::RefCell;
use ui::{El, Tone, html, notice, origin};

/// The lobby while it stands.
#[derive(Clone, Copy)]
struct Lobby(Held<State>);

struct State {
    /// Beside other content, in little space.
    side: bool,
    source: RefCell<Option<Source>>,
    results: RefCell<Option<Results>>,
    cards: RefCell<Vec<Card>>,
    stage: Stage,
    health: Health,
    strip: El,
    list: El,
    root: El,
}

/// The lobby, as the page's main content or beside other content.
pub(crate) fn page(side: bool) -> Page {
    let markup = if side { include_str!("../markup/side.html") } else { include_str!("../markup/lobby.html") };
    let root = html(markup, &[]);
    let lobby = Lobby(Held::new(State {
        side,
        source: RefCell::default(),
        results: RefCell::default(),
        cards: RefCell::default(),
        stage: Stage::default(),
        health: Health::default(),
        strip: root.at("notices"),
        list: root.at("tables"),
        root: root.clone(),
    }));
    let source = Source::open(Box::new(move || lobby.paint()));
    if let Some(state) = lobby.0.get() {
        state.source.replace(Some(source));
        if !side {
            state.results.replace(Some(Results::open(Box::new(move || lobby.paint()))));
        }
    }
    lobby.paint();
    root.listen("click", move |event| {
        if origin(&event, "data-do").is_some() {
            source.ask_again();
        }
    });
    (root, Box::new(|| {}))
}

impl Lobby {
    fn paint(self) {
        let Some(state) = self.0.get() else { return };
        let Some(source) = *state.source.borrow() else { return };
        let Some(tables) = source.tables() else {
            let failed = source.failed();
            state.list.fill(if failed { "failed" } else { "waiting" }, &|list| {
                list.add(&if failed { unreachable_gateway() } else { skeleton() });
            });
            return;
        };
        let results = *state.results.borrow();
        if let Some(results) = results {
            results.follow(&tables);
        }
        let offline = tables.offline_since_ms.is_some() || results.is_some_and(Results::lost);
        state.health.report(offline);
        state.root.set("data-offline", if offline { "true" } else { "false" });
        state.strip.fill(if offline { "offline" } else { "" }, &|strip| {
            if offline {
                // What this page has lost itself, it had until now.
                let since_ms = tables.offline_since_ms.unwrap_or_else(now_ms);
                strip.add(&notice(Tone::Warning, "lobby-offline", &since("lobby-offline", since_ms)));
            }
        });
        state.paint_cards(&tables, results, offline);
    }
}

impl State {
    /// Cards are built when a table comes or goes; everything else about them is painted.
    fn paint_cards(&self, tables: &Tables, results: Option<Results>, offline: bool) {
        let mut key = String::new();
        for table in &tables.tables {
            key.push_str(&table.id);
            key.push(' ');
        }
        if self.list.changed(&key) {
            let mut cards = vec![];
            let items = html(if self.side { "<ul class=\"lines\"></ul>" } else { "<ul class=\"cards\"></ul>" }, &[]);
            self.stage.change(|| {
                for table in &tables.tables {
                    let (card, item) = (Card::new(table, self.side), html("<li></li>", &[]));
                    item.add(&card.link);
                    items.add(&item);
                    cards.push(card);
                }
            });
            self.list.empty();
            self.list.add(&if cards.is_empty() {
                empty("icon--chip", "lobby-empty", "lobby-empty-hint")
            } else {
                items
            });
            self.cards.replace(cards);
        }
        for (card, table) in self.cards.borrow().iter().zip(&tables.tables) {
            card.paint(table.online && !offline);
            if let Some(results) = results {
                results.with(&table.id, &mut |state| {
                    card.paint_facts(table, state.map(|state| &*state.history));
                });
            }
        }
    }
}
