//! Listening to what the player does, for as long as the view stands.

use super::El;
use super::browser::Part;
use contract::plain::concat;
use fragment::scope::keep;
use fragment::{Callback, State, callback, clock, follow};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlInputElement};

impl El {
    /// Listens to an event until the current scope ends.
    pub fn listen(&self, event: &'static str, handler: impl Fn(Event) + 'static) -> &Self {
        listen(self, event, callback(move |event| handler(event.unchecked_into())));
        self
    }

    /// What happens on a click, unless `aria-disabled` says not now.
    pub fn press(&self, action: impl Fn() + 'static) -> &Self {
        let pressed = self.0.clone();
        let handler = move |event: JsValue| {
            if is_free(&pressed, &event) {
                action();
            }
        };
        listen(self, "click", callback(handler));
        self
    }

    /// What happens when a form is submitted, in the place of what a browser would do.
    pub fn submit(&self, action: impl Fn() + 'static) -> &Self {
        let form = self.clone();
        self.listen("submit", move |event| {
            event.prevent_default();
            action();
            soon_to_fault(&form);
        })
    }

    /// Whoever has just pressed the button of the form that this is in goes on at its first field that is
    /// wrong. Whoever is elsewhere by now, in another field say, stays there.
    #[inline(never)]
    pub(crate) fn to_fault(&self) {
        // The form itself has the focus where it was made anew, and where a click gives a button none.
        let pressed = self.part().closest("form:is(:focus,:has([type=submit]:focus))");
        let fault = pressed.and_then(|form| form.unchecked_ref::<Part>().query_selector("[aria-invalid=true]"));
        if let Some(fault) = fault {
            El(fault).focus();
        }
    }

    /// Ties an input's text to a state, both ways.
    #[inline(never)]
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
}

/// Once the fields are painted. One with the same wrong as before is not, and leads nobody there itself.
#[inline(never)]
fn soon_to_fault(form: &El) {
    let form = form.clone();
    clock::after(0, move || form.to_fault());
}

#[inline(never)]
fn is_free(pressed: &Element, event: &JsValue) -> bool {
    let is_held = pressed.has_attribute("aria-disabled");
    if is_held {
        event.unchecked_ref::<Event>().prevent_default();
    }
    !is_held
}

#[inline(never)]
fn listen(element: &El, event: &'static str, handler: Callback) {
    element.part().add_listener(event, &handler);
    keep(Listener { element: element.clone(), event, handler });
}

/// Listens as long as it lives.
struct Listener {
    element: El,
    event: &'static str,
    handler: Callback,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.element.part().remove_listener(self.event, &self.handler);
    }
}

/// The element with the attribute `name` at which an event happened, and what the attribute says.
#[must_use]
#[inline(never)]
pub fn origin(event: &Event, name: &str) -> Option<(El, String)> {
    let target = event.target()?;
    let element = target.unchecked_into::<Part>().closest(&concat(&["[", name, "]"]))?;
    let value = element.get_attribute(name)?;
    Some((El(element), value))
}
