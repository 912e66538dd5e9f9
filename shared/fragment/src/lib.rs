//! What a fragment is written with: a view, and one macro line.
//!
//! In Leptos (feature `leptos`):
//!
//! ```ignore
//! fragment::leptos_app!(App);
//!
//! #[component]
//! pub fn App() -> impl IntoView {
//!     let balance = fragment::leptos::latest(WalletBalance);
//!     view! { <p>{move || balance.get().map(|b| format::money(b.cash_minor, b.currency))}</p> }
//! }
//! ```
//!
//! In nothing but this SDK and `ui`, at half the weight:
//!
//! ```ignore
//! fragment::app!(open);
//!
//! fn open(root: HtmlElement) {
//!     let balance = fragment::host().latest(WalletBalance);
//!     let words = move || balance.with(|b| b.as_ref().map_or_else(String::new, |b| format::money(b.cash_minor, b.currency)));
//!     El::from(root).add(html("<p></p>", &[]).text_with(words));
//! }
//! ```
//!
//! One instance of the Wasm module is one mounted fragment: two tables on a page are two
//! instances with a linear memory each. That is why thread-locals are the right place for what
//! belongs to the instance, and why nothing here is keyed by an instance.
//!
//! What outlives a call (subscription, timer, socket, spawned future) ends with the part of the view
//! that made it, and at the latest when the shell aborts `host.signal`: after unmount or death
//! nothing of the instance runs again. See [`scope`].
//!
//! **Architecture invariant:** a fragment has no network of its own but the feed it is granted; it
//! never touches the page outside its root element, and never names the shell.

/// A third of the size of the standard library's; 1.8 KB after compression. Leptos brings the
/// standard one along in any case.
#[cfg(all(target_arch = "wasm32", not(feature = "leptos")))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

mod abi;
mod call;
pub mod clock;
pub mod feed;
pub mod format;
mod host;
mod instance;
#[cfg(feature = "leptos")]
pub mod leptos;
mod panic;
mod request;
pub mod scope;
mod server_clock;
mod spawn;
mod state;
pub mod text;

pub use abi::{mount, mount_leaving};
pub use call::{Call, Callback, callback};
pub use host::{Host, Props, View, host};
pub use request::{Request, RequestError};
pub use server_clock::ServerClock;
pub use spawn::spawn;
pub use state::{State, follow, untrack};
#[doc(hidden)]
pub use wasm_bindgen;

/// Makes a function the fragment: it is given the element to render into. Exports `mount(host)`,
/// which the shell calls once.
#[macro_export]
macro_rules! app {
    ($open:path) => {
        /// Mounts the fragment: `mount(host) -> {unmount, update}`.
        #[$crate::wasm_bindgen::prelude::wasm_bindgen(wasm_bindgen = $crate::wasm_bindgen)]
        pub fn mount(host: $crate::wasm_bindgen::JsValue) -> $crate::wasm_bindgen::JsValue {
            $crate::mount(host, $open)
        }
    };
}

/// The same for a fragment that leaves something to the release after it: the function returns what is asked for
/// that, and answers with nothing while the fragment may not go; see [`Host::restored`] and [`mount_leaving`].
/// One that is written with [`app!`] may go while nothing is typed in it and no element of it has `data-busy`.
#[macro_export]
macro_rules! app_with_snapshot {
    ($open:path) => {
        /// Mounts the fragment: `mount(host) -> {unmount, update, snapshot}`.
        #[$crate::wasm_bindgen::prelude::wasm_bindgen(wasm_bindgen = $crate::wasm_bindgen)]
        pub fn mount(host: $crate::wasm_bindgen::JsValue) -> $crate::wasm_bindgen::JsValue {
            $crate::mount_leaving(host, $open)
        }
    };
}

/// A fresh idempotency key: a random UUID. Made before a command is sent and kept for repeating it.
#[must_use]
pub fn new_key() -> String {
    random_uuid()
}

#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    #[wasm_bindgen::prelude::wasm_bindgen(js_namespace = crypto, js_name = randomUUID)]
    fn random_uuid() -> String;
}
