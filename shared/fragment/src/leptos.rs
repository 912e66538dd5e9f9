//! A Leptos component as a fragment: one component and one line, [`crate::leptos_app!`].
//!
//! What the SDK keeps (subscription, timer, spawned future) ends with the component that is being
//! set up, and what the shell tells is a signal. Everything else of the SDK is used as it is.

use crate::abi;
use crate::host::{Props, host};
use crate::scope;
use crate::state::{follow, untrack};
use contract::event::Topic;
use contract::wire::Encode;
use leptos::IntoView;
use leptos::mount::mount_to;
use leptos::prelude::{Owner, ReadSignal, Set, on_cleanup, signal};
use std::cell::Cell;
use wasm_bindgen::JsValue;

/// Makes a Leptos component the fragment: exports `mount(host)`, which the shell calls once.
#[macro_export]
macro_rules! leptos_app {
    ($component:path) => {
        /// Mounts the fragment: `mount(host) -> {unmount, update}`.
        #[$crate::wasm_bindgen::prelude::wasm_bindgen(wasm_bindgen = $crate::wasm_bindgen)]
        pub fn mount(host: $crate::wasm_bindgen::JsValue) -> $crate::wasm_bindgen::JsValue {
            $crate::leptos::mount(host, $component)
        }
    };
}

/// Mounts a component into the host's root element; see [`crate::mount`].
pub fn mount<V>(host: JsValue, component: impl FnOnce() -> V + 'static) -> JsValue
where
    V: IntoView + 'static,
{
    scope::tie_with(tie);
    let root = abi::enter(host);
    // Dropped with everything else: that takes the view away.
    scope::keep(mount_to(root, component));
    let handle = abi::handle();
    if let Some(leave) = LEAVE.take() {
        leave(&handle);
    }
    handle
}

type Leave = Box<dyn FnOnce(&JsValue)>;

thread_local! {
    /// Set while the component is set up.
    static LEAVE: Cell<Option<Leave>> = const { Cell::new(None) };
}

/// Called while the fragment's component is set up: what it leaves to the release after it, or nothing while it may
/// not go; see [`crate::Host::restored`]. Without it the fragment may go while nothing is typed in it and no element
/// of it has `data-busy`.
pub fn snapshot<T: Encode>(snapshot: impl Fn() -> Option<T> + 'static) {
    LEAVE.set(Some(Box::new(move |handle| abi::set_snapshot(handle, snapshot))));
}

/// What is kept ends with the component that is being set up.
fn tie(id: u32) {
    if Owner::current().is_some() {
        on_cleanup(move || scope::end(id));
    }
}

/// View and route; changes as the player moves through the page.
#[must_use]
pub fn props() -> ReadSignal<Props> {
    let props = host().props();
    to_signal(|| props.get())
}

/// The last payload of a retained topic, and every later one. Ends with the component.
#[must_use]
pub fn latest<T: Topic>(topic: T) -> ReadSignal<Option<T::Payload>>
where
    T::Payload: Clone + Send + Sync + 'static,
{
    let latest = host().latest(topic);
    to_signal(move || latest.get())
}

fn to_signal<T: Send + Sync + 'static>(state: impl Fn() -> T + 'static) -> ReadSignal<T> {
    let (read, write) = signal(untrack(&state));
    follow(move || write.set(state()));
    read
}
