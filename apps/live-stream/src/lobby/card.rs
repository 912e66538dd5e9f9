//! One table of the lobby: all of it is one link.

use crate::still::Still;
use crate::{baccarat, roads, route, tables};
use contract::feed::Outcome;
use contract::live::{Game, Table};
use contract::plain::integer;
use fragment::clock;
use fragment::text::{count, text};
use ui::{El, html};

/// How often a card's picture is renewed while it is on the screen.
const PICTURE_MS: u32 = 5_000;
/// How many earlier rounds a card shows.
const SHOWN: usize = 8;

pub(super) struct Card {
    pub(super) link: El,
    badge: El,
}

impl Card {
    /// A card with picture, facts and last results; `side` is a line with the least of it.
    pub(super) fn new(table: &Table, side: bool) -> Self {
        let markup = if side { include_str!("../markup/line.html") } else { include_str!("../markup/card.html") };
        let game = match table.game {
            Game::Roulette => text("roulette"),
            Game::Baccarat => text("baccarat"),
        };
        let link = html(
            markup,
            &[
                ("path", &route::table_path(&table.id)),
                ("id", &table.id),
                ("game-class", table.game.as_str()),
                ("name", &table.name),
                ("game", &game),
                ("dealer", &table.dealer),
                ("limits", &tables::limits(table)),
            ],
        );
        let still = Still::new(link.at("picture"), &table.still_url);
        still.renew();
        let online = link.clone();
        clock::every(PICTURE_MS, move || {
            if online.element().get_attribute("data-online").as_deref() == Some("true") {
                still.renew();
            }
        });
        Self { badge: link.at("badge"), link }
    }

    pub(super) fn paint(&self, online: bool) {
        self.link.set("data-online", if online { "true" } else { "false" });
        self.badge.class("badge--live", online);
        self.badge.say(if online { "live" } else { "offline" });
    }

    /// What a line has no place for.
    pub(super) fn paint_facts(&self, table: &Table, history: Option<&[Outcome]>) {
        self.link.at("seated").write(&count("seated", i64::from(table.seated), &[]));
        let Some(history) = history else { return };
        let newest = history.first().map_or("", |outcome| &outcome.round);
        self.link.at("results").fill(newest, &|results| {
            for outcome in history.iter().take(SHOWN) {
                let (class, words) = match (outcome.number, outcome.winner) {
                    (Some(number), _) => (roads::colour(number), integer(number.into())),
                    (None, Some(winner)) => (winner.as_str(), baccarat::initial(winner)),
                    (None, None) => continue,
                };
                results.add_html(
                    r#"<i class="result result--{class}">{words}</i>"#,
                    &[("class", class), ("words", &words)],
                );
            }
        });
    }
}
