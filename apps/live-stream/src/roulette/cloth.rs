//! The cloth: every cell a button, thin zones between the cells for the inside bets, and the chips.

use super::names;
use crate::bets::Pile;
use crate::dom::{El, html, origin};
use crate::layout::{Cell, Direction, Inside, cells, next_cell, place};
use crate::table::{Model, pile_on, token};
use contract::roulette::Spot;
use fragment::format;
use fragment::text::text_with;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

/// The cloth with everything on it.
pub(super) struct Cloth {
    pub(super) root: El,
    cells: Vec<(Spot, El)>,
    piles: El,
}

impl Cloth {
    pub(super) fn build() -> Self {
        let root = html(r#"<div class="cloth" role="group" aria-label="{cloth}"></div>"#, &[]);
        let piles = html(r#"<div class="cloth__piles" aria-hidden="true"></div>"#, &[]);
        let (mut spots, mut numbers) = (vec![], vec![]);
        for cell in cells() {
            let button = button(&cell);
            root.put(&button);
            if let Spot::Straight(number) = cell.spot {
                numbers.push((number, button.clone()));
            }
            spots.push((cell.spot, button));
        }
        for inside in Inside::ALL {
            for spot in inside.spots() {
                root.put(&zone(spot));
            }
        }
        root.put(&piles);
        root.on("keydown", Box::new(|event| walk(&event)));
        let numbers = Rc::new(numbers);
        for event in ["pointerover", "pointerleave"] {
            let numbers = numbers.clone();
            root.on(event, Box::new(move |event| light(&event, &numbers)));
        }
        Self { root, cells: spots, piles }
    }

    pub(super) fn paint(&self, model: &Model, piles: &[Pile]) {
        let came = model.outcome().and_then(|outcome| outcome.number);
        for (spot, cell) in &self.cells {
            paint_spot(cell, *spot, model, piles);
            cell.class("cell--won", came.is_some_and(|number| spot.covers(number)));
        }
        self.piles.empty();
        for pile in piles {
            if let Some(spot) = Spot::parse(&pile.spot) {
                let token = token(pile, model.table.currency);
                lay(&token, spot);
                self.piles.put(&token);
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
    button.var("--c", cell.column.into());
    button.var("--r", cell.row.into());
    button.var("--w", cell.width.into());
    button.var("--h", cell.height.into());
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
    element.var("--x", x.into());
    element.var("--y", y.into());
}

/// Lights the numbers of the bet under the pointer; none once it has left.
fn light(event: &Event, numbers: &[(u8, El)]) {
    let spot = origin(event, "data-spot").and_then(|(_, name)| Spot::parse(&name));
    for (number, cell) in numbers {
        cell.class("cell--lit", spot.is_some_and(|spot| spot.covers(*number)));
    }
}

/// Arrow keys lead from cell to cell as they lie on the screen.
fn walk(event: &Event) {
    let Some(direction) = event.dyn_ref::<KeyboardEvent>().and_then(|event| Direction::of_key(&event.key())) else {
        return;
    };
    let element = |target: web_sys::EventTarget| target.dyn_into::<Element>().ok();
    let Some(cloth) = event.current_target().and_then(element) else { return };
    let Some(from) = event.target().and_then(element) else { return };
    let Ok(found) = cloth.query_selector_all(".cell") else { return };
    let cells: Vec<HtmlElement> = (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect();
    let middles: Vec<(i32, i32)> = cells
        .iter()
        .map(|cell| (cell.offset_left() + cell.offset_width() / 2, cell.offset_top() + cell.offset_height() / 2))
        .collect();
    let Some(here) = cells.iter().position(|cell| **cell == from) else { return };
    event.prevent_default();
    if let Some(to) = next_cell(&middles, here, direction).and_then(|index| cells.get(index)) {
        // Neither fails on an element of ours.
        _ = from.set_attribute("tabindex", "-1");
        _ = to.set_attribute("tabindex", "0");
        _ = to.focus();
    }
}
