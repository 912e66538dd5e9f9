//! The five spots of the baccarat table.

use crate::bets::Pile;
use crate::table::{Model, pile_on, token};
use contract::feed::{Outcome, Winner};
use fragment::format;
use fragment::text::{text, text_with};
use ui::{El, html};

/// The spots, as they lie; each is the id of its name as well.
const SPOTS: [&str; 5] = ["player-pair", "player", "tie", "banker", "banker-pair"];

/// The spots in their places.
pub(super) struct Spots {
    root: El,
    spots: Vec<(&'static str, El, El)>,
}

impl Spots {
    pub(super) fn build(bets: &El) -> Self {
        let root = html(r#"<div class="five" role="group" aria-label="{cloth}"></div>"#, &[]);
        let mut spots = vec![];
        for spot in SPOTS {
            let button = html(
                r#"<button type="button" class="field-spot field-spot--{spot}" data-test="spot" data-spot="{spot}"><strong>{name}</strong><span class="small figures" data-words="{odds}"></span><span class="slot" data-test="chips"></span></button>"#,
                &[("spot", spot), ("name", &text(spot)), ("odds", &odds(spot))],
            );
            root.add(&button);
            spots.push((spot, button.clone(), button.at("chips")));
        }
        bets.add(&root);
        Self { root, spots }
    }

    pub(super) fn paint(&self, model: &Model) {
        let piles = model.bets.piles();
        if !self.root.changed(&model.cloth_key(&piles)) {
            return;
        }
        for (spot, button, place) in &self.spots {
            let pile = pile_on(&piles, spot);
            button.class("field-spot--won", model.outcome().is_some_and(|outcome| wins(spot, outcome)));
            button.flag("aria-disabled", !model.bets.takes_bets());
            button.set("aria-label", &label(model, spot, pile));
            place.empty();
            if let Some(pile) = pile {
                place.add(&token(pile, model.table.currency));
            }
        }
    }
}

fn wins(spot: &str, outcome: &Outcome) -> bool {
    match spot {
        "player-pair" => outcome.player_pair,
        "banker-pair" => outcome.banker_pair,
        _ => outcome.winner.map(Winner::as_str) == Some(spot),
    }
}

/// "11 to 1"; the banker pays 0.95, of which a catalogue knows the decimal sign.
fn odds(spot: &str) -> String {
    let pays = match spot {
        "banker" => return text("odds-banker"),
        "player" => 1,
        "tie" => 8,
        _ => 11,
    };
    text_with("odds", &[("pays", &format::number(pays))])
}

fn label(model: &Model, spot: &str, pile: Option<&Pile>) -> String {
    let (name, odds) = (text(spot), odds(spot));
    match pile {
        None => text_with("spot-odds", &[("spot", &name), ("odds", &odds)]),
        Some(pile) => {
            let stake = model.money(pile.stake_minor);
            text_with("spot-odds-staked", &[("spot", &name), ("odds", &odds), ("stake", &stake)])
        }
    }
}
