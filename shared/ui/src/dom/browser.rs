//! What `ui` asks of an element.
//!
//! Not web-sys' methods, which catch what the browser throws and hand it on as a `Result`: sixty
//! bytes for each, on both sides. Called as they are here none of these throws; if one did, it would
//! end the fragment as any other mistake does.

use crate::dom::El;
use fragment::Callback;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Document, Element};

#[wasm_bindgen]
extern "C" {
    // By web-sys' `window()` all of js-sys would be linked, a kilobyte that is never called.
    #[wasm_bindgen(thread_local_v2, js_name = document)]
    pub(super) static DOCUMENT: Document;

    /// An element of ours.
    pub(super) type Part;
    #[wasm_bindgen(method, js_name = createElement)]
    pub(super) fn create_element(this: &Part, name: &str) -> Part;
    #[wasm_bindgen(method, js_name = querySelector)]
    pub(super) fn query_selector(this: &Part, selector: &str) -> Option<Element>;
    #[wasm_bindgen(method)]
    pub(super) fn closest(this: &Part, selector: &str) -> Option<Element>;
    #[wasm_bindgen(method)]
    pub(super) fn matches(this: &Part, selector: &str) -> bool;
    #[wasm_bindgen(method, js_name = appendChild)]
    pub(super) fn append_child(this: &Part, child: &Part);
    #[wasm_bindgen(method, js_name = insertBefore)]
    pub(super) fn insert_before(this: &Part, child: &Part, place: &Part);
    #[wasm_bindgen(method, js_name = setAttribute)]
    pub(super) fn set_attribute(this: &Part, name: &str, value: &str);
    #[wasm_bindgen(method, js_name = removeAttribute)]
    pub(super) fn remove_attribute(this: &Part, name: &str);
    #[wasm_bindgen(method)]
    pub(super) fn focus(this: &Part);
    #[wasm_bindgen(method, js_name = showModal)]
    pub(super) fn show_modal(this: &Part);
    #[wasm_bindgen(method)]
    pub(super) fn close(this: &Part);
    #[wasm_bindgen(method, js_name = addEventListener)]
    pub(super) fn add_listener(this: &Part, event: &str, handler: &Callback);
    #[wasm_bindgen(method, js_name = removeEventListener)]
    pub(super) fn remove_listener(this: &Part, event: &str, handler: &Callback);

    #[wasm_bindgen(method, getter, js_name = classList)]
    pub(super) fn classes(this: &Part) -> Classes;
    pub(super) type Classes;
    #[wasm_bindgen(method)]
    pub(super) fn toggle(this: &Classes, class: &str, on: bool);

    #[wasm_bindgen(method, getter)]
    pub(super) fn style(this: &Part) -> Style;
    pub(super) type Style;
    #[wasm_bindgen(method, js_name = setProperty)]
    pub(super) fn set(this: &Style, name: &str, value: &str);
}

impl El {
    /// As the functions above take it.
    pub(super) fn part(&self) -> &Part {
        self.element().unchecked_ref()
    }
}
