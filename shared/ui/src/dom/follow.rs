//! What follows the states that it reads, until the current scope ends.

use super::browser::Part;
use super::{El, document};
use fragment::scope::Stage;
use fragment::{Call, follow, untrack};
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;
use web_sys::{Comment, Element};

impl El {
    /// An attribute that says `true` or `false`, as most of ARIA's do.
    pub fn flag_with(&self, name: &'static str, value: impl Fn() -> bool + 'static) -> &Self {
        follow_flag(self.clone(), name, Box::new(move |()| value()));
        self
    }

    /// Text that follows what it reads, in the place of all that is in the element.
    pub fn text_with(&self, text: impl Fn() -> String + 'static) -> &Self {
        follow_text(self.clone(), Box::new(move |()| text()));
        self
    }

    /// Adds a place whose element follows what its closure reads. When that changes, the element is
    /// made anew, and everything made with the old one ends.
    pub fn slot(&self, content: impl Fn() -> Option<El> + 'static) -> &Self {
        follow_slot(&self.0, Box::new(move |()| content()));
        self
    }

    /// Adds a place whose element is made anew only when `key` gives another number, whatever
    /// `content` reads.
    pub fn choose(&self, key: impl Fn() -> u32 + 'static, content: impl Fn(u32) -> Option<El> + 'static) -> &Self {
        follow_key(&self.0, Box::new(move |()| key()), Box::new(content));
        self
    }
}

fn follow_flag(element: El, name: &'static str, value: Box<dyn Call<(), bool>>) {
    follow(move || {
        element.set(name, if value.call(()) { "true" } else { "false" });
    });
}

fn follow_text(element: El, text: Box<dyn Call<(), String>>) {
    follow(move || {
        element.write(&text.call(()));
    });
}

/// A place among a parent's children that shows one element or none.
struct Slot {
    marker: Comment,
    shown: RefCell<Option<Element>>,
}

impl Slot {
    fn new(parent: &Element) -> Self {
        let marker = document().create_comment("");
        parent.unchecked_ref::<Part>().append_child(marker.unchecked_ref());
        Self { marker, shown: RefCell::new(None) }
    }

    fn show(&self, next: Option<El>) {
        let shown = self.shown.take();
        let had_focus = shown.as_ref().and_then(focused_in);
        if let Some(shown) = shown {
            shown.remove();
        }
        if let Some(parent) = self.marker.parent_node() {
            let parent = parent.unchecked_ref::<Part>();
            if let Some(next) = &next {
                parent.insert_before(next.part(), self.marker.unchecked_ref());
            }
            if let Some(hook) = had_focus {
                keep_focus(parent, next.as_ref(), &hook);
            }
        }
        self.shown.replace(next.map(|next| next.0));
    }
}

/// The `data-test` of the element in `shown` that has the focus.
fn focused_in(shown: &Element) -> Option<String> {
    let part = shown.unchecked_ref::<Part>();
    let focused = part.query_selector(":focus").or_else(|| part.matches(":focus").then(|| shown.clone()));
    focused.map(|focused| focused.get_attribute("data-test").unwrap_or_default())
}

/// What had the focus is gone: it moves to its like in what is shown now, else to that as a whole, else
/// to what can have it around the place, so that a keyboard user goes on from there.
fn keep_focus(place: &Part, shown: Option<&El>, hook: &str) {
    if let Some(shown) = shown {
        shown.at(hook).focus();
    }
    // Most elements can't have it.
    if !place.matches(":focus-within")
        && let Some(around) = place.closest("[tabindex]")
    {
        El(around).focus();
    }
}

fn follow_slot(parent: &Element, content: Box<dyn Call<(), Option<El>>>) {
    let slot = Slot::new(parent);
    follow(move || slot.show(content.call(())));
}

fn follow_key(parent: &Element, key: Box<dyn Call<(), u32>>, content: Box<dyn Call<u32, Option<El>>>) {
    let slot = Slot::new(parent);
    let shown = Cell::new(None);
    // Not the scope of the follower below: that one ends whenever it runs again.
    let inside = Stage::default();
    follow(move || {
        let key = key.call(());
        if shown.replace(Some(key)) != Some(key) {
            slot.show(untrack(|| inside.change(|| content.call(key))));
        }
    });
}
