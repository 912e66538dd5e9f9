//! Time and timers. A timer ends with the component that set it, or with the fragment.

use crate::lifetime;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setInterval)]
    fn set_interval(callback: &Closure<dyn Fn()>, ms: u32) -> i32;
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Closure<dyn Fn()>, ms: u32) -> i32;
    // One function ends both: the two share their numbers (HTML, "timers").
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear(id: i32);
}

/// Now, Unix milliseconds, by the player's clock.
#[must_use]
#[allow(clippy::cast_possible_truncation)] // an instant has 41 bits
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// Calls `f` every `ms` milliseconds.
pub fn every(ms: u32, f: impl Fn() + 'static) {
    let closure = Closure::new(f);
    let id = set_interval(&closure, ms);
    lifetime::keep(Timer { id, _closure: closure });
}

/// Calls `f` once, in `ms` milliseconds.
pub fn after(ms: u32, f: impl FnOnce() + 'static) {
    // Once it has fired the timer is let go, so that a fragment may set any number of them.
    let kept = Rc::new(Cell::new(None));
    let to_end = kept.clone();
    let timer = Timer::once(ms, move || {
        f();
        if let Some(id) = to_end.take() {
            lifetime::end(id);
        }
    });
    kept.set(Some(lifetime::keep(timer)));
}

/// A timer that ends when dropped.
pub(crate) struct Timer {
    id: i32,
    _closure: Closure<dyn Fn()>,
}

impl Timer {
    pub(crate) fn once(ms: u32, f: impl FnOnce() + 'static) -> Self {
        let f = Cell::new(Some(f));
        let closure = Closure::new(move || {
            if let Some(f) = f.take() {
                f();
            }
        });
        Self { id: set_timeout(&closure, ms), _closure: closure }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear(self.id);
    }
}
