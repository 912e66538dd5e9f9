//! All inside bets as a list: for keyboards, touch screens and screen readers.

use super::{cloth, names};
use crate::bets::Pile;
use crate::layout::Inside;
use crate::table::{Model, pile_on, token};
use contract::roulette::Spot;
use std::cell::RefCell;
use ui::{El, html};

/// Closed until it is asked for; what is in it is made then.
pub(super) struct More {
    pub(super) root: El,
    toggle: El,
    kinds: El,
    list: El,
    spots: RefCell<Vec<(Spot, El, El)>>,
}

impl More {
    pub(super) fn build() -> Self {
        let root = html(include_str!("../markup/more.html"), &[]);
        Self {
            toggle: root.at("more-bets"),
            kinds: root.at("kinds"),
            list: root.at("more-spots"),
            spots: RefCell::default(),
            root,
        }
    }

    /// `key` stands for everything that the cloth is painted from.
    pub(super) fn paint(&self, model: &Model, piles: &[Pile], key: &str) {
        self.toggle.set("aria-expanded", if model.more.is_some() { "true" } else { "false" });
        self.kinds.flag("hidden", model.more.is_none());
        if self.list.changed(model.more.map_or("", Inside::name)) {
            self.list.empty();
            let mut items = vec![];
            for spot in model.more.map(Inside::spots).unwrap_or_default() {
                items.push(self.item(spot));
            }
            self.spots.replace(items);
            self.root.changed("");
        }
        if !self.root.changed(key) {
            return;
        }
        for (spot, button, place) in self.spots.borrow().iter() {
            cloth::paint_spot(button, *spot, model, piles);
            place.empty();
            if let Some(pile) = pile_on(piles, &spot.name()) {
                place.add(&token(pile, model.table.currency));
            }
        }
    }

    fn item(&self, spot: Spot) -> (Spot, El, El) {
        let item = html(
            r#"<li><button type="button" class="more__spot figures" data-test="spot" data-spot="{spot}"><span>{words}</span><span class="slot" data-test="chips"></span></button></li>"#,
            &[("spot", &spot.name()), ("words", &names::covered(spot))],
        );
        self.list.add(&item);
        (spot, item.at("spot"), item.at("chips"))
    }
}
