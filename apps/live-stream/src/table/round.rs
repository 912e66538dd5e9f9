//! Where the round is: phase, countdown, outcome, and what it paid.

use super::Model;
use super::model::Link;
use crate::countdown::{permille, seconds};
use crate::{baccarat, roulette};
use contract::feed::{Paid, Phase};
use contract::live::Game;
use contract::plain::integer;
use fragment::format;
use fragment::text::text_with;
use ui::El;

/// In the last seconds the countdown changes its colour.
const LAST_SECONDS: i64 = 5;

/// Under the picture: the countdown, the phase in words, the outcome.
pub(super) struct Bar {
    root: El,
    ring: El,
    seconds: El,
    phase: El,
    outcome: El,
}

impl Bar {
    pub(super) fn find(root: &El) -> Self {
        Self {
            root: root.at("round"),
            ring: root.at("countdown"),
            seconds: root.at("seconds"),
            phase: root.at("phase"),
            outcome: root.at("outcome"),
        }
    }

    pub(super) fn paint(&self, model: &Model) {
        let game = model.table.game;
        self.root.class("bar--open", model.bets.takes_bets());
        self.phase.say(match (model.link, model.phase()) {
            (Link::Lost, _) => "phase-unknown",
            (_, Some(phase)) => phase_name(phase, game),
            (_, None) => "connecting",
        });
        let outcome = model.outcome();
        self.outcome.fill(outcome.map_or("", |outcome| &outcome.round), &|shown| {
            if let Some(outcome) = outcome {
                match game {
                    Game::Roulette => roulette::put_outcome(shown, outcome),
                    Game::Baccarat => baccarat::put_outcome(shown, outcome),
                }
            }
        });
    }

    pub(super) fn paint_countdown(&self, model: &Model, left_ms: i64) {
        let left = seconds(left_ms);
        self.root.class("bar--last", left <= LAST_SECONDS);
        self.ring.set_number("data-seconds", left);
        self.ring.style("--share", &integer(permille(left_ms, model.round().map_or(0, |round| round.phase_ms))));
        self.seconds.write(&if model.link == Link::Live { format::number(left) } else { "–".into() });
    }
}

/// The id of a phase's name.
const fn phase_name(phase: Phase, game: Game) -> &'static str {
    match phase {
        Phase::Open => "phase-open",
        Phase::Closing => "phase-closing",
        Phase::Closed => "phase-closed",
        Phase::Dealing => match game {
            Game::Roulette => "phase-spinning",
            Game::Baccarat => "phase-dealing",
        },
        Phase::Result => "phase-result",
        Phase::Settled => "phase-settled",
        Phase::Cancelled => "phase-cancelled",
    }
}

/// Beside the picture: the player's bets and the balance. On it: what the last round paid.
pub(super) struct Summary {
    paid: El,
    staked: El,
    balance: El,
}

impl Summary {
    pub(super) fn find(root: &El) -> Self {
        Self { paid: root.at("paid"), staked: root.at("my-bets-total"), balance: root.at("balance") }
    }

    pub(super) fn paint(&self, model: &Model) {
        let staked = model.bets.staked_minor();
        self.staked.set_number("data-minor", staked).set_number("data-busy", staked);
        self.staked.write(&model.money(staked));
        self.balance.write(&model.balance_minor.map_or_else(|| "–".into(), |minor| model.money(minor)));
        let paid = model.bets.paid();
        self.paid.fill(paid.map_or("", |paid| &paid.round), &|shown| {
            if let Some(paid) = paid {
                put_result(shown, model, paid);
            }
        });
    }
}

fn put_result(place: &El, model: &Model, paid: &Paid) {
    let (won, staked) = (model.money(paid.won_minor), model.money(paid.staked_minor));
    let (class, words) = if paid.cancelled {
        ("", text_with("paid-cancelled", &[("amount", &won)]))
    } else if paid.won_minor > 0 {
        ("paid--won", text_with("paid-won", &[("won", &won), ("staked", &staked)]))
    } else {
        ("", text_with("paid-lost", &[("staked", &staked)]))
    };
    place.add_html(
        r#"<p class="paid {class}" data-test="result" data-round="{round}" data-won-minor="{minor}">{words}</p>"#,
        &[("class", class), ("round", &paid.round), ("minor", &integer(paid.won_minor)), ("words", &words)],
    );
}
