//! Time and timers. A timer ends with the scope that set it.

use crate::call::{Callback, callback};
use crate::scope::{Key, keep, keep_boxed};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setInterval)]
    fn set_interval(callback: &Callback, ms: u32) -> i32;
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Callback, ms: u32) -> i32;
    // One function ends both: the two share their numbers (HTML, "timers").
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear(id: i32);
    #[wasm_bindgen(js_namespace = Date)]
    fn now() -> f64;
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn monotonic() -> f64;
}

/// Now, Unix milliseconds, by the player's clock.
#[must_use]
#[allow(clippy::cast_possible_truncation)] // an instant has 41 bits
pub fn now_ms() -> i64 {
    now() as i64
}

/// Milliseconds since some moment, by a clock that only goes forward: for how long something takes or
/// has taken. The player's clock may be set at any time.
#[must_use]
#[allow(clippy::cast_possible_truncation)] // a page does not live that long
pub fn monotonic_ms() -> i64 {
    monotonic() as i64
}

/// Calls `f` every `ms` milliseconds.
pub fn every(ms: u32, f: impl Fn() + 'static) {
    let callback = callback(move |_| f());
    keep(Timer { id: set_interval(&callback, ms), _callback: callback });
}

/// Calls `f` once, in `ms` milliseconds.
pub fn after(ms: u32, f: impl FnOnce() + 'static) {
    // Once it has fired the timer is let go, so that a fragment may set any number of them.
    let kept = Rc::new(Cell::new(None::<Key>));
    let to_end = kept.clone();
    let timer = Timer::once(ms, move || {
        f();
        if let Some(kept) = to_end.take() {
            kept.end();
        }
    });
    kept.set(Some(keep_boxed(Box::new(timer))));
}

/// A timer that ends when dropped.
pub(crate) struct Timer {
    id: i32,
    _callback: Callback,
}

impl Timer {
    pub(crate) fn once(ms: u32, f: impl FnOnce() + 'static) -> Self {
        let f = Cell::new(Some(f));
        let callback = callback(move |_| {
            if let Some(f) = f.take() {
                f();
            }
        });
        Self { id: set_timeout(&callback, ms), _callback: callback }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear(self.id);
    }
}
