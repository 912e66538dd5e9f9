//! The cloth: every cell a button, thin zones between the cells for the inside bets, and the chips.

use super::names;
use crate::bets::Pile;
use crate::layout::{Cell, Direction, Inside, cells, next_cell, place};
use crate::table::{Model, pile_on, token};
use contract::plain::integer;
use contract::roulette::Spot;
use fragment::format;
use fragment::text::text_with;
use std::rc::Rc;
use ui::{El, html, origin};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, KeyboardEvent};

/// The cloth with everything on it.
pub(super) struct Cloth {
    pub(super) root: El,
    cells: Rc<Vec<(Spot, El)>>,
    piles: El,
}

impl Cloth {
    pub(super) fn build() -> Self {
        let root = html(r#"<div class="cloth" role="group" aria-label="{cloth}"></div>"#, &[]);
        let piles = html(r#"<div class="cloth__piles" aria-hidden="true"></div>"#, &[]);
        let mut buttons = vec![];
        for cell in cells() {
            let button = button(&cell);
            root.add(&button);
            buttons.push((cell.spot, button));
        }
        for inside in Inside::ALL {
            for spot in inside.spots() {
                root.add(&zone(spot));
            }
        }
        root.add(&piles);
        let cells = Rc::new(buttons);
        let walked = cells.clone();
        root.listen("keydown", move |event| walk(&event, &walked));
        for event in ["pointerover", "pointerleave"] {
            let lit = cells.clone();
            root.listen(event, move |event| light(&event, &lit));
        }
        Self { root, cells, piles }
    }

    pub(super) fn paint(&self, model: &Model, piles: &[Pile]) {
        let came = model.outcome().and_then(|outcome| outcome.number);
        for (spot, cell) in self.cells.iter() {
            paint_spot(cell, *spot, model, piles);
            cell.class("cell--won", came.is_some_and(|number| spot.covers(number)));
        }
        self.piles.empty();
        for pile in piles {
            if let Some(spot) = Spot::parse(&pile.spot) {
                let token = token(pile, model.table.currency);
                lay(&token, spot);
                self.piles.add(&token);
            }
        }
    }
}

/// What every button for a bet says: "Red, pays 1 to 1, your stake €5.00".
pub(super) fn paint_spot(button: &El, spot: Spot, model: &Model, piles: &[Pile]) {
    let (words, pays) = (names::spot(spot), format::number(spot.pays()));
    button.flag("aria-disabled", !model.bets.takes_bets());
    button.set(
        "aria-label",
        &match pile_on(piles, &spot.name()) {
            None => text_with("spot", &[("spot", &words), ("pays", &pays)]),
            Some(pile) => {
                let stake = model.money(pile.stake_minor);
                text_with("spot-staked", &[("spot", &words), ("pays", &pays), ("stake", &stake)])
            }
        },
    );
}

fn button(cell: &Cell) -> El {
    let spot = cell.spot;
    let paint = match spot {
        Spot::Straight(n) => crate::roads::colour(n),
        Spot::Red => "red",
        Spot::Black => "black",
        _ => "plain",
    };
    // One stop for the Tab key; arrows lead to the others.
    let tab = if spot == Spot::Straight(0) { "0" } else { "-1" };
    // What a column prints is not its name: the style sheet prints it (`data-words`).
    let column = matches!(spot, Spot::Column(_));
    let words = if column { String::new() } else { names::printed(spot) };
    let printed = if column { "2:1" } else { "" };
    let button = html(
        r#"<button type="button" class="cell cell--{paint}" tabindex="{tab}" data-test="spot" data-spot="{spot}"><span data-words="{printed}">{words}</span></button>"#,
        &[("paint", paint), ("tab", tab), ("spot", &spot.name()), ("printed", printed), ("words", &words)],
    );
    button.style("--c", &integer(cell.column.into()));
    button.style("--r", &integer(cell.row.into()));
    button.style("--w", &integer(cell.width.into()));
    button.style("--h", &integer(cell.height.into()));
    button
}

/// A place between cells, for a pointer that can hit it. Keyboard, touch and screen reader have
/// the panel with the same bets, so it stays out of their way.
fn zone(spot: Spot) -> El {
    let zone = html(
        r#"<button type="button" class="zone" tabindex="-1" aria-hidden="true" data-test="hot-spot" data-spot="{spot}"></button>"#,
        &[("spot", &spot.name())],
    );
    lay(&zone, spot);
    zone
}

/// Lays an element in the middle of a spot, in half tracks.
fn lay(element: &El, spot: Spot) {
    let (x, y) = place(spot);
    element.style("--x", &integer(x.into()));
    element.style("--y", &integer(y.into()));
}

/// Lights the numbers of the bet under the pointer; none once it has left.
fn light(event: &Event, cells: &[(Spot, El)]) {
    let under = origin(event, "data-spot").and_then(|(_, name)| Spot::parse(&name));
    for (spot, cell) in cells {
        if let Spot::Straight(number) = spot {
            cell.class("cell--lit", under.is_some_and(|spot| spot.covers(*number)));
        }
    }
}

/// Arrow keys lead from cell to cell as they lie on the screen.
fn walk(event: &Event, cells: &[(Spot, El)]) {
    let Some(direction) = Direction::of_key(&event.unchecked_ref::<KeyboardEvent>().key()) else { return };
    let Some((from, _)) = origin(event, "data-spot") else { return };
    let Some(here) = cells.iter().position(|(_, cell)| cell.element() == from.element()) else { return };
    let mut middles = vec![];
    for (_, cell) in cells {
        let cell: &HtmlElement = cell.element().unchecked_ref();
        middles.push((cell.offset_left() + cell.offset_width() / 2, cell.offset_top() + cell.offset_height() / 2));
    }
    event.prevent_default();
    if let Some((_, to)) = next_cell(&middles, here, direction).and_then(|index| cells.get(index)) {
        from.set("tabindex", "-1");
        to.set("tabindex", "0").focus();
    }
}
