//! Elements: made from markup, then painted from the state whenever it changes.
//!
//! Why not `view!` and signals: each closure and each element in it is a type of its own, and each
//! type becomes code; this fragment was 180 KB that way. Here the browser parses the markup, and
//! painting is one plain function for a view. It costs little, because an element is touched only
//! where something differs.
//!
//! **Invariant:** what is filled into markup is escaped. No style attribute is ever written, which
//! the page's content security policy forbids; [`El::var`] sets custom properties through the CSSOM.

use crate::shared::keep;
use leptos::prelude::document;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, HtmlElement};

/// Remembers on an element what its content was drawn from.
const DRAWN: &str = "data-drawn";

/// An element.
#[derive(Clone, Debug)]
pub(crate) struct El(Element);

/// Listens as long as it lives: a view that has ended may still be on the way of an event.
struct Listener {
    element: Element,
    event: &'static str,
    handler: Closure<dyn Fn(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Removing a listener does not fail.
        _ = self.element.remove_event_listener_with_callback(self.event, self.handler.as_ref().unchecked_ref());
    }
}

/// The element that `markup` describes. `{name}` stands for the value of that name, else for the
/// catalogue's text of that id.
#[inline(never)]
pub(crate) fn html(markup: &str, values: &[(&str, &str)]) -> El {
    let around = document().create_element("div").expect("the name of an element");
    around.set_inner_html(&ui::fill(markup, values));
    El(around.first_element_child().expect("an element in the markup"))
}

impl El {
    /// The element inside this one that tests find by that name; this one, if there is none.
    #[inline(never)]
    pub(crate) fn at(&self, test: &str) -> El {
        let found = self.0.query_selector(&["[data-test=\"", test, "\"]"].concat());
        El(found.ok().flatten().unwrap_or_else(|| self.0.clone()))
    }

    /// The element itself.
    pub(crate) const fn element(&self) -> &Element {
        &self.0
    }

    /// Calls `f` at each event of that name, until the view ends.
    #[inline(never)]
    pub(crate) fn on(&self, event: &'static str, f: Box<dyn Fn(Event)>) {
        let handler = Closure::<dyn Fn(Event)>::wrap(f);
        // An element takes any listener.
        _ = self.0.add_event_listener_with_callback(event, handler.as_ref().unchecked_ref());
        keep(Rc::new(Listener { element: self.0.clone(), event, handler }));
    }

    /// Appends a child.
    #[inline(never)]
    pub(crate) fn put(&self, child: &El) {
        // Fails only for an element that holds this one.
        _ = self.0.append_child(&child.0);
    }

    /// Appends the element that `markup` describes; see [`html`].
    #[inline(never)]
    pub(crate) fn put_html(&self, markup: &str, values: &[(&str, &str)]) {
        self.put(&html(markup, values));
    }

    /// Removes the content.
    #[inline(never)]
    pub(crate) fn empty(&self) {
        self.0.set_text_content(None);
    }

    /// Replaces the content by words.
    #[inline(never)]
    pub(crate) fn write(&self, words: &str) {
        if self.0.text_content().as_deref() != Some(words) {
            self.0.set_text_content(Some(words));
        }
    }

    /// Replaces the content by a text of the catalogue.
    #[inline(never)]
    pub(crate) fn say(&self, id: &str) {
        self.write(&fragment::text::text(id));
    }

    /// Sets an attribute.
    #[inline(never)]
    pub(crate) fn set(&self, name: &str, value: &str) {
        if self.0.get_attribute(name).as_deref() != Some(value) {
            // Fails for a name that is none, and all names are literals.
            _ = self.0.set_attribute(name, value);
        }
    }

    /// Sets an attribute to a number.
    #[inline(never)]
    pub(crate) fn set_number(&self, name: &str, value: i64) {
        self.set(name, &value.to_string());
    }

    /// Sets or removes an attribute that is `"true"` or absent.
    #[inline(never)]
    pub(crate) fn flag(&self, name: &str, on: bool) {
        if on {
            self.set(name, "true");
        } else {
            _ = self.0.remove_attribute(name);
        }
    }

    /// Adds or removes a class.
    #[inline(never)]
    pub(crate) fn class(&self, class: &str, on: bool) {
        _ = self.0.class_list().toggle_with_force(class, on);
    }

    /// Sets a custom property.
    #[inline(never)]
    pub(crate) fn var(&self, name: &str, value: i64) {
        if let Some(element) = self.0.dyn_ref::<HtmlElement>() {
            _ = element.style().set_property(name, &value.to_string());
        }
    }

    /// Draws the content anew if it is not yet the one that `key` stands for.
    #[inline(never)]
    pub(crate) fn fill(&self, key: &str, draw: &dyn Fn(&El)) {
        if self.changed(key) {
            self.empty();
            draw(self);
        }
    }

    /// True once for each new `key`.
    #[inline(never)]
    pub(crate) fn changed(&self, key: &str) -> bool {
        let changed = self.0.get_attribute(DRAWN).as_deref() != Some(key);
        if changed {
            _ = self.0.set_attribute(DRAWN, key);
        }
        changed
    }
}

/// The element with the attribute `name` at which an event happened, and what the attribute says.
#[inline(never)]
pub(crate) fn origin(event: &Event, name: &str) -> Option<(El, String)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let element = target.closest(&["[", name, "]"].concat()).ok().flatten()?;
    let value = element.get_attribute(name)?;
    Some((El(element), value))
}
