//! Elements made from markup, and what brings them to life.
//!
//! Leptos' `view!` gives each piece of markup a type of its own and the compiler writes its
//! rendering out for each. That is fast, and it is what a large page wants; a fragment wants to be
//! small. The wallet, written with `view!` and signals, came to 138 KB after brotli; written like
//! this, before any packing, to 73 KB. So the markup is HTML that the browser parses, and Leptos' reactive
//! system moves only what moves.
//!
//! [`html`] makes an element, [`El::at`] finds one in it by its `data-test`, and what takes a
//! closure follows the signals and [`State`]s that it reads until the surrounding slot, effect or
//! component ends. An [`El`] is a Leptos view: it can be returned from a component and stand in
//! `view!`.

use std::any::Any;

use leptos::prelude::{Owner, StoredValue, document, untrack};
use leptos::reactive::effect::RenderEffect;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Comment, Element, Event, HtmlElement, HtmlInputElement};

use crate::markup::fill;
use crate::state::State;

/// Something to be called back. Not a `dyn Fn`: the compiler writes the body of a closure out once
/// more for each way in which a boxed function can be called, and this one has a single way.
trait Call<In, Out> {
    fn call(&mut self, input: In) -> Out;
}

impl<In, Out, F: FnMut(In) -> Out> Call<In, Out> for F {
    fn call(&mut self, input: In) -> Out {
        self(input)
    }
}

/// An element of the page.
#[derive(Clone, Debug)]
pub struct El(pub(crate) Element);

/// Makes the one element that `markup` describes, its holes filled as [`fill`] does.
#[must_use]
pub fn html(markup: &str, values: &[(&str, &str)]) -> El {
    parsed(&fill(markup, values))
}

/// Makes the one element of markup whose holes are filled.
///
/// # Panics
/// If there is no element in it.
#[must_use]
pub fn parsed(markup: &str) -> El {
    let around = document().create_element("div").expect("the name of an element");
    around.set_inner_html(markup);
    let element = around.first_element_child().expect("an element in the markup");
    element.remove();
    El(element)
}

impl El {
    /// The element in this one whose `data-test` is `hook`, or this one where there is none, which
    /// is a mistake that every test of the view sees.
    #[must_use]
    pub fn at(&self, hook: &str) -> El {
        let found = self.0.query_selector(&["[data-test=\"", hook, "\"]"].concat());
        El(found.ok().flatten().unwrap_or_else(|| self.0.clone()))
    }

    /// Adds an element at the end.
    pub fn add(&self, child: &El) -> &Self {
        // Fails only for an element that holds this one, which a new one cannot.
        _ = self.0.append_child(&child.0);
        self
    }

    /// Sets an attribute, or takes it away.
    pub fn set(&self, name: &str, value: Option<&str>) -> &Self {
        // The names are ours, so they are valid.
        _ = match value {
            Some(value) => self.0.set_attribute(name, value),
            None => self.0.remove_attribute(name),
        };
        self
    }

    /// An attribute that follows what it reads; absent for `None`.
    pub fn set_with(&self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> &Self {
        follow_attribute(self.clone(), name, Box::new(move |()| value()));
        self
    }

    /// An attribute that says `true` or `false`, as most of ARIA's do.
    pub fn flag(&self, name: &'static str, value: impl Fn() -> bool + 'static) -> &Self {
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
    pub fn slot(&self, mut content: impl FnMut() -> Option<El> + 'static) -> &Self {
        follow_slot(&self.0, Box::new(move |()| content()));
        self
    }

    /// Adds a place whose element is made anew only when `key` gives another number, whatever
    /// `content` reads.
    pub fn choose(&self, key: impl Fn() -> u32 + 'static, content: impl FnMut(u32) -> Option<El> + 'static) -> &Self {
        follow_key(&self.0, Box::new(move |()| key()), Box::new(content));
        self
    }

    /// Listens to an event as long as the element's surroundings last.
    pub fn listen(&self, event: &'static str, handler: impl FnMut(Event) + 'static) -> &Self {
        listen(&self.0, event, Box::new(handler));
        self
    }

    /// What happens on a click, unless `aria-disabled` says not now.
    pub fn press(&self, mut action: impl FnMut() + 'static) -> &Self {
        listen_to_press(&self.0, Box::new(move |()| action()));
        self
    }

    /// What happens when a form is submitted, in the place of what a browser would do.
    pub fn submit(&self, mut action: impl FnMut() + 'static) -> &Self {
        self.listen("submit", move |event| {
            event.prevent_default();
            action();
        })
    }

    /// Ties an input's text to a state, both ways.
    pub fn value(&self, value: &'static State<String>) -> &Self {
        let input: HtmlInputElement = self.0.clone().unchecked_into();
        let typed = input.clone();
        follow(move || {
            value.with(|value| {
                // Setting the same text would move the cursor.
                if input.value() != *value {
                    input.set_value(value);
                }
            });
        });
        self.listen("input", move |_| value.set(typed.value()))
    }

    /// Ticks or unticks a box, or chooses a radio button.
    pub fn check(&self, checked: bool) {
        self.0.unchecked_ref::<HtmlInputElement>().set_checked(checked);
    }

    /// Moves the focus here. Only works once the element is on the page.
    pub fn focus(&self) {
        if let Some(element) = self.0.dyn_ref::<HtmlElement>() {
            // Fails only for what cannot have the focus; nothing depends on it.
            _ = element.focus();
        }
    }
}

fn follow_attribute(element: El, name: &'static str, mut value: Box<dyn Call<(), Option<String>>>) {
    follow(move || {
        element.set(name, value.call(()).as_deref());
    });
}

fn follow_flag(element: El, name: &'static str, mut value: Box<dyn Call<(), bool>>) {
    follow(move || {
        element.set(name, Some(if value.call(()) { "true" } else { "false" }));
    });
}

fn follow_text(element: El, mut text: Box<dyn Call<(), String>>) {
    let mut shown = String::new();
    follow(move || {
        let text = text.call(());
        // The same text again must not be announced again.
        if text != shown {
            element.0.set_text_content(Some(&text));
            shown = text;
        }
    });
}

/// A place among a parent's children that shows one element or none.
struct Slot {
    marker: Comment,
    shown: Option<Element>,
}

impl Slot {
    fn new(parent: &Element) -> Self {
        let marker = document().create_comment("");
        // A new node can be put anywhere.
        _ = parent.append_child(&marker);
        Self { marker, shown: None }
    }

    fn show(&mut self, next: Option<El>) {
        let had_focus = self.shown.as_ref().and_then(focused_in);
        if let Some(shown) = self.shown.take() {
            shown.remove();
        }
        if let (Some(next), Some(parent)) = (&next, self.marker.parent_node()) {
            // The marker is a child of its parent.
            _ = parent.insert_before(&next.0, Some(&self.marker));
            if let Some(hook) = had_focus {
                next.take_focus(&hook);
            }
        }
        self.shown = next.map(|next| next.0);
    }
}

/// The `data-test` of the element in `shown` that has the focus.
fn focused_in(shown: &Element) -> Option<String> {
    let inside = shown.query_selector(":focus").ok().flatten();
    let focused = inside.or_else(|| shown.matches(":focus").is_ok_and(|is| is).then(|| shown.clone()));
    focused.map(|focused| focused.get_attribute("data-test").unwrap_or_default())
}

impl El {
    /// What had the focus is gone: it moves to its like in this element, else to this element where
    /// that can have it, so that a keyboard user goes on from the same place.
    fn take_focus(&self, hook: &str) {
        let like = self.at(hook);
        if like.0 != self.0 || self.0.has_attribute("tabindex") {
            like.focus();
        }
    }
}

fn follow_slot(parent: &Element, mut content: Box<dyn Call<(), Option<El>>>) {
    let mut slot = Slot::new(parent);
    follow(move || slot.show(content.call(())));
}

fn follow_key(parent: &Element, mut key: Box<dyn Call<(), u32>>, mut content: Box<dyn Call<u32, Option<El>>>) {
    let mut slot = Slot::new(parent);
    let mut shown = None;
    // Not the owner of the effect below: that one ends what it made each time it runs.
    let outer = Owner::current().unwrap_or_default();
    let mut inner = outer.child();
    follow(move || {
        let key = key.call(());
        if shown != Some(key) {
            shown = Some(key);
            inner.cleanup();
            inner = outer.child();
            slot.show(untrack(|| inner.with(|| content.call(key))));
        }
    });
}

fn listen_to_press(element: &Element, mut action: Box<dyn Call<(), ()>>) {
    let pressed = element.clone();
    let handle = move |event: Event| {
        if pressed.has_attribute("aria-disabled") {
            event.prevent_default();
        } else {
            action.call(());
        }
    };
    listen(element, "click", Box::new(handle));
}

fn listen(element: &Element, event: &'static str, mut handler: Box<dyn Call<Event, ()>>) {
    let handler = Closure::new(move |event| handler.call(event));
    // An element takes any listener.
    _ = element.add_event_listener_with_callback(event, handler.as_ref().unchecked_ref());
    keep(Box::new(Listener { element: element.clone(), event, handler }));
}

/// Listens as long as it lives.
struct Listener {
    element: Element,
    event: &'static str,
    handler: Closure<dyn FnMut(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let handler: &JsValue = self.handler.as_ref();
        // Removing a listener does not fail.
        _ = self.element.remove_event_listener_with_callback(self.event, handler.unchecked_ref());
    }
}

/// Runs `run` now and whenever something that it read has changed.
pub fn follow(mut run: impl FnMut() + 'static) {
    follow_boxed(Box::new(move |()| run()));
}

fn follow_boxed(mut run: Box<dyn Call<(), ()>>) {
    keep(Box::new(RenderEffect::new(move |_: Option<()>| run.call(()))));
}

/// Keeps a value until the surrounding slot, effect or component ends.
pub(crate) fn keep(value: Box<dyn Any>) {
    _ = StoredValue::new_local(value);
}
