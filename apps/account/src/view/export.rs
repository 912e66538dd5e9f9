//! The card of what is held on the player.

use std::cell::Cell;
use std::rc::Rc;

use fragment::text::text;
use ui::{El, Hold, Tone, html, notice};
use web_sys::HtmlElement;
use web_sys::wasm_bindgen::JsCast;

use super::failure_slot;
use crate::store::Store;

/// The card.
pub(crate) fn card(store: &'static Store) -> El {
    let export = &store.export;
    let card = html(include_str!("markup/export.html"), &[]);
    let link = card.at("export");
    link.hold(move || if export.busy.get() { Hold::Busy } else { Hold::Free });
    // The second click is ours, and goes where the link leads.
    let leads = Rc::new(Cell::new(false));
    let clicked = link.clone();
    link.listen("click", move |event| {
        if leads.take() {
            return;
        }
        event.prevent_default();
        let (leads, clicked) = (leads.clone(), clicked.clone());
        export.ask(store, move || {
            leads.set(true);
            clicked.element().unchecked_ref::<HtmlElement>().click();
        });
    });
    let news = card.at("news");
    failure_slot(&news, "export-error", &export.failure);
    news.slot(move || export.begun.get().then(|| notice(Tone::Success, "export-begun", &text("export-begun"))));
    card
}
