//! Baccarat: five spots, the cards on the table, the bead road.

mod hand;
mod road;
mod spots;

use crate::table::Model;
use contract::feed::{Dealt, Hand, Outcome, Suit, Winner};
use fragment::format;
use fragment::text::{text, text_with};
use road::Road;
use spots::Spots;
use ui::{El, html};

/// What only a baccarat table has.
pub(crate) struct View {
    spots: Spots,
    road: Road,
}

impl View {
    /// Puts the five spots and the earlier rounds in their places.
    pub(crate) fn build(bets: &El, aside: &El) -> Self {
        Self { spots: Spots::build(bets), road: Road::build(aside) }
    }

    pub(crate) fn paint(&self, model: &Model) {
        self.spots.paint(model);
        self.road.paint(model);
    }
}

/// The letter that stands for a side on a bead.
pub(crate) fn initial(winner: Winner) -> String {
    match winner {
        Winner::Player => text("player-initial"),
        Winner::Banker => text("banker-initial"),
        Winner::Tie => text("tie-initial"),
    }
}

/// "Banker wins, 7 to 5"
fn verdict(outcome: &Outcome) -> Option<String> {
    let points = |points: Option<u8>| format::number(i64::from(points.unwrap_or(0)));
    let (player, banker) = (points(outcome.player_points), points(outcome.banker_points));
    let args = [("player", player.as_str()), ("banker", banker.as_str())];
    Some(match outcome.winner? {
        Winner::Player => text_with("player-wins", &args),
        Winner::Banker => text_with("banker-wins", &args),
        Winner::Tie => text_with("tie-wins", &args),
    })
}

/// Who won, with the points.
pub(crate) fn put_outcome(place: &El, outcome: &Outcome) {
    if let (Some(winner), Some(words)) = (outcome.winner, verdict(outcome)) {
        place.add_html(
            r#"<span class="won won--{winner}">{words}</span>"#,
            &[("winner", winner.as_str()), ("words", &words)],
        );
    }
}

/// Puts the cards that were dealt over the picture.
pub(crate) fn put_cards(place: &El, dealt: &[Dealt]) {
    if !dealt.is_empty() {
        put_side(place, dealt, Hand::Player, &text("player"));
        put_side(place, dealt, Hand::Banker, &text("banker"));
    }
}

fn put_side(place: &El, dealt: &[Dealt], hand: Hand, name: &str) {
    let points = format::number(i64::from(hand::points(dealt, hand)));
    let side = html(
        r#"<div class="hand"><span class="hand__name">{name} <b class="figures">{points}</b></span><span class="hand__cards" data-test="hand"></span></div>"#,
        &[("name", name), ("points", &points)],
    );
    let cards = side.at("hand");
    for dealt in dealt {
        if dealt.hand == hand {
            put_card(&cards, dealt);
        }
    }
    place.add(&side);
}

fn put_card(place: &El, dealt: &Dealt) {
    let (class, suit) = match dealt.suit {
        Suit::Spades => ("black", "♠"),
        Suit::Hearts => ("red", "♥"),
        Suit::Diamonds => ("red", "♦"),
        Suit::Clubs => ("black", "♣"),
    };
    place.add_html(
        r#"<i class="playing-card playing-card--{class}">{rank}{suit}</i>"#,
        &[("class", class), ("rank", hand::rank(dealt.rank)), ("suit", suit)],
    );
}
