//! The bead road, and how often each side won.

use super::{initial, verdict};
use crate::roads::{beads, wins};
use crate::table::Model;
use contract::feed::Outcome;
use fragment::format;
use fragment::text::text;
use ui::{El, html};

/// Columns of the road.
const COLUMNS: usize = 10;

/// The earlier rounds, oldest first, and the counts of all that are known.
pub(super) struct Road {
    counts: El,
    road: El,
}

impl Road {
    pub(super) fn build(aside: &El) -> Self {
        let root = html(include_str!("../markup/road.html"), &[]);
        aside.add(&root);
        Self { counts: root.at("counts"), road: root.at("history") }
    }

    pub(super) fn paint(&self, model: &Model) {
        let history = model.round().map_or(&[][..], |round| &round.history);
        self.road.fill(model.newest(), &|road| {
            for outcome in beads(history, COLUMNS) {
                put_bead(road, outcome);
            }
            let [player, banker, tie] = wins(history);
            self.counts.empty();
            self.count("player", player);
            self.count("banker", banker);
            self.count("tie", tie);
        });
    }

    fn count(&self, side: &str, count: i64) {
        self.counts.add_html(
            r#"<span class="counts__item"><i class="dot dot--{side}" aria-hidden="true"></i>{name} <b>{count}</b></span>"#,
            &[("side", side), ("name", &text(side)), ("count", &format::number(count))],
        );
    }
}

fn put_bead(road: &El, outcome: &Outcome) {
    let (Some(winner), Some(words)) = (outcome.winner, verdict(outcome)) else { return };
    let bead = html(
        r#"<li data-test="history-item"><i class="result result--{winner}" aria-hidden="true" data-test="bead">{initial}</i><span class="visually-hidden">{words}</span></li>"#,
        &[("winner", winner.as_str()), ("initial", &initial(winner)), ("words", &words)],
    );
    let shown = bead.at("bead");
    shown.class("result--player-pair", outcome.player_pair);
    shown.class("result--banker-pair", outcome.banker_pair);
    road.add(&bead);
}
