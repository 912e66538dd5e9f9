//! Roulette: the cloth, the last numbers, the number that came.

mod cloth;
mod more;
mod names;

use crate::roads::colour;
use crate::table::Model;
use cloth::Cloth;
use contract::feed::Outcome;
use fragment::format;
use more::More;
use ui::{El, html};

/// How many earlier numbers are shown.
const SHOWN: usize = 20;

/// What only a roulette table has.
pub(crate) struct View {
    numbers: El,
    cloth: Cloth,
    more: More,
}

impl View {
    /// Puts the cloth with the panel for inside bets, and the last numbers, in their places.
    pub(crate) fn build(bets: &El, aside: &El) -> Self {
        let (cloth, more) = (Cloth::build(), More::build());
        let history = html(include_str!("../markup/roulette-history.html"), &[]);
        bets.add(&cloth.root);
        bets.add(&more.root);
        aside.add(&history);
        Self { numbers: history.at("history"), cloth, more }
    }

    pub(crate) fn paint(&self, model: &Model) {
        self.numbers.fill(model.newest(), &|list| {
            let history = model.round().map_or(&[][..], |round| &round.history);
            for number in history.iter().filter_map(|outcome| outcome.number).take(SHOWN) {
                put_ball(list, r#"<li data-test="history-item"></li>"#, number);
            }
        });
        let piles = model.bets.piles();
        let key = model.cloth_key(&piles);
        if self.cloth.root.changed(&key) {
            self.cloth.paint(model, &piles);
        }
        self.more.paint(model, &piles, &key);
    }
}

/// The number that came, large.
pub(crate) fn put_outcome(place: &El, outcome: &Outcome) {
    if let Some(number) = outcome.number {
        put_ball(place, r#"<span class="number--large"></span>"#, number);
    }
}

/// A number on its colour, in an element of that markup.
fn put_ball(place: &El, markup: &str, number: u8) {
    let item = html(markup, &[]);
    item.add_html(
        r#"<i class="result result--{colour}" aria-hidden="true">{number}</i>"#,
        &[("colour", colour(number)), ("number", &format::number(i64::from(number)))],
    );
    item.add_html(r#"<span class="visually-hidden">{name}</span>"#, &[("name", &names::number(number))]);
    place.add(&item);
}
