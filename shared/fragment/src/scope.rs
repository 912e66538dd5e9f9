//! What outlives the call that made it, and when it ends.
//!
//! A value handed to [`keep`] is dropped with the component that is being set up, or, made outside
//! of one (in an event handler, say), with the fragment. Its `Drop` closes whatever it holds open.
//!
//! The shell aborts `host.signal` when an instance is unmounted *or has died*; then everything is
//! dropped. After a panic the instance still answers such a call, because ending touches nothing
//! but this registry, and only when nobody was inside it at the moment of the panic.

use leptos::prelude::{Owner, on_cleanup};
use std::any::Any;
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

thread_local! {
    static KEPT: RefCell<Vec<(u32, Box<dyn Any>)>> = const { RefCell::new(Vec::new()) };
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

/// Keeps a value until the component ends, or the fragment.
pub(crate) fn keep(value: impl Any) -> u32 {
    let id = keep_boxed(Box::new(value));
    if Owner::current().is_some() {
        on_cleanup(move || end(id));
    }
    id
}

fn keep_boxed(value: Box<dyn Any>) -> u32 {
    let id = NEXT.get();
    NEXT.set(id.wrapping_add(1));
    KEPT.with_borrow_mut(|kept| kept.push((id, value)));
    id
}

/// Drops a kept value now; nothing happens if it has gone already.
pub(crate) fn end(id: u32) {
    let value = KEPT.with(|kept| {
        let mut kept = kept.try_borrow_mut().ok()?;
        let index = kept.iter().position(|(kept_id, _)| *kept_id == id)?;
        Some(kept.swap_remove(index))
    });
    // Outside the borrow: dropping may end other values.
    drop(value);
}

/// Drops everything.
pub(crate) fn end_all() {
    let all = KEPT.with(|kept| kept.try_borrow_mut().map(|mut kept| std::mem::take(&mut *kept)));
    drop(all);
}

/// Drops everything when the shell gives the signal.
pub(crate) fn end_with(signal: &web_sys::AbortSignal) {
    let on_abort = Closure::once_into_js(end_all);
    // An AbortSignal always takes a listener.
    _ = signal.add_event_listener_with_callback("abort", on_abort.unchecked_ref());
}
