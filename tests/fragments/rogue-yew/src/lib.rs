//! The rogue in Yew: a button for each place in which code that a framework calls can fail.
//!
//! It is built by the ordinary pipeline, is mounted in the place of `promotions`, and must never
//! ship. `data-test` names the fault; what is expected of each stands in the failure matrix.
//!
//! **Architecture invariant:** a fault does one thing and knows nothing of the shell, so that a cell of
//! the matrix that misses its expectation points at the shell.
#![cfg(target_arch = "wasm32")]

use std::hint::black_box;

use fragment::scope;
use web_sys::HtmlElement;
use yew::{AppHandle, Html, Renderer, component, html, use_effect_with, use_state};

/// Hook and words.
const FAULTS: [(&str, &str); 5] = [
    ("yew-panic-view", "panic in a view"),
    ("yew-panic-effect", "panic in an effect"),
    ("yew-panic-cleanup", "panic in an effect's clean-up"),
    ("yew-loop", "loop without end in a callback"),
    ("well", "behave"),
];

/// Shows the buttons.
pub fn open(root: HtmlElement) {
    // Yew would put a hook of its own in the place of the SDK's, which says an instance's last words.
    yew::set_custom_panic_hook(std::panic::take_hook());
    scope::keep(App(Some(Renderer::<Faults>::with_root(root.into()).render())));
}

/// Dropping its handle ends nothing of a Yew app.
struct App(Option<AppHandle<Faults>>);

impl Drop for App {
    fn drop(&mut self) {
        if let Some(app) = self.0.take() {
            app.destroy();
        }
    }
}

#[component]
fn Faults() -> Html {
    let pressed = use_state(|| "");
    assert!(*pressed != "yew-panic-view", "the view was rendered");
    use_effect_with(*pressed, |&pressed| {
        assert!(pressed != "yew-panic-effect", "the effect ran");
        move || assert!(pressed != "yew-panic-cleanup", "the effect was cleaned up")
    });
    let button = |(name, words): (&'static str, &'static str)| {
        let pressed = pressed.clone();
        let press = move |_| if name == "yew-loop" { turn_for_ever() } else { pressed.set(name) };
        html! { <button type="button" data-test={name} onclick={press}>{ words }</button> }
    };
    let well = (*pressed == "well").then_some("true");
    html! { <div class="faults" data-well={well}>{ for FAULTS.map(button) }</div> }
}

fn turn_for_ever() {
    let mut turns = 0_u64;
    loop {
        turns = black_box(turns).wrapping_add(1);
    }
}

fragment::app!(open);
