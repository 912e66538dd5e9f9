//! What a fragment is written with: one component, one macro line.
//!
//! ```ignore
//! fragment::app!(App);
//!
//! #[component]
//! pub fn App() -> impl IntoView {
//!     let balance = fragment::host().latest(WalletBalance);
//!     view! { <p>{move || balance.get().map(|b| format::money(b.cash_minor, b.currency))}</p> }
//! }
//! ```
//!
//! One instance of the Wasm module is one mounted fragment: two tables on a page are two
//! instances with a linear memory each. That is why thread-locals are the right place for what
//! belongs to the instance, and why nothing here is keyed by an instance.
//!
//! What outlives a call (subscription, timer, socket, spawned future) ends with the component that
//! made it, and at the latest when the shell aborts `host.signal`: after unmount or death nothing
//! of the instance runs again. See `lifetime`.
//!
//! **Architecture invariant:** a fragment has no network of its own but the feed it is granted; it
//! never touches the page outside its root element, and never names the shell.

mod abi;
pub mod clock;
pub mod feed;
pub mod format;
mod host;
mod lifetime;
mod panic;
mod request;
mod spawn;
pub mod text;

pub use abi::mount;
pub use host::{Host, Props, View, host};
pub use request::RequestError;
pub use spawn::spawn;
#[doc(hidden)]
pub use wasm_bindgen;

/// Makes a component the fragment: exports `mount(host)`, which the shell calls once.
#[macro_export]
macro_rules! app {
    ($component:path) => {
        /// Mounts the fragment: `mount(host) -> {unmount, update}`.
        #[$crate::wasm_bindgen::prelude::wasm_bindgen(wasm_bindgen = $crate::wasm_bindgen)]
        pub fn mount(host: $crate::wasm_bindgen::JsValue) -> $crate::wasm_bindgen::JsValue {
            $crate::mount(host, $component)
        }
    };
}

/// A fresh idempotency key: a random UUID. Made before a command is sent and kept for repeating it.
#[must_use]
pub fn new_key() -> String {
    web_sys::window().and_then(|window| window.crypto().ok()).map(|crypto| crypto.random_uuid()).unwrap_or_default()
}
