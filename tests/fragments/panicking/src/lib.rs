//! A fragment whose button panics in its click handler: what the containment scenarios mount in
//! the place of `promotions`.
//!
//! It is the one fragment here that is written in Leptos, so that this way is proven as well. It must stay this small: a scenario that fails should point at the shell, not at this.
#![cfg(target_arch = "wasm32")]

use fragment::text::text;
use leptos::prelude::*;

fragment::leptos_app!(App);

/// A button that panics.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <button type="button" on:click=|_| panic!("the button was pressed")>
            {text("panic")}
        </button>
    }
}
