//! What the buttons do. Each is given the element that they stand in.

use std::hint::black_box;

use contract::event::{Nothing, SignInWanted};
use fragment::clock::{every, now_ms};
use fragment::{callback, host, scope, spawn};
use ui::{El, html};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

type Fault = fn(&El);

/// Hook, words, fault.
pub(crate) const ALL: [(&str, &str, Fault); 14] = [
    ("panic-click", "panic in a click", panic_in_a_click),
    ("panic-async", "panic in an async task", panic_in_a_task),
    ("trap", "trap", trap),
    ("stack-overflow", "overflow the stack", overflow),
    ("memory", "take all memory", exhaust),
    ("loop", "loop without end", turn_for_ever),
    ("block", "block for 3 s in bulk instructions", block),
    ("leak", "leave a timer and a listener", leak),
    ("panic-unmount", "panic when unmounted", panic_in_unmount),
    ("flood-bus", "flood the bus", flood_bus),
    ("flood-dom", "flood the DOM", flood_dom),
    ("flood-console", "flood the console", flood_console),
    ("steal-focus", "steal the focus", steal_focus),
    ("well", "behave", behave),
];

/// What a cell of the matrix looks like when nothing is wrong.
fn behave(list: &El) {
    list.set("data-well", "true");
}

fn panic_in_a_click(_: &El) {
    panic!("the button was pressed");
}

fn panic_in_a_task(_: &El) {
    spawn(async {
        // Nothing is granted; what counts is that the panic comes in a turn of its own.
        drop(host().get::<Nothing>("/api/nothing").await);
        panic!("the task went on");
    });
}

fn trap(_: &El) {
    std::process::abort();
}

fn overflow(_: &El) {
    black_box(deeper(0));
}

/// Without an end in practice; the compiler must not see that.
#[inline(never)]
fn deeper(depth: u64) -> u64 {
    let frame = black_box([depth; 16]);
    if depth == u64::MAX { frame[0] } else { deeper(depth + 1) + frame[15] }
}

fn exhaust(_: &El) {
    let mut held = Vec::new();
    loop {
        held.push(black_box(vec![1_u8; 1 << 20]));
    }
}

fn turn_for_ever(_: &El) {
    let mut turns = 0_u64;
    loop {
        turns = black_box(turns).wrapping_add(1);
    }
}

/// One iteration is a single instruction that fills four megabytes: a few thousand of them are no
/// loop to speak of, and yet three seconds.
fn block(_: &El) {
    let end_ms = now_ms() + 3_000;
    let mut filled = vec![0_u8; 4 << 20];
    while now_ms() < end_ms {
        filled.fill(black_box(1));
        black_box(&filled);
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setInterval)]
    fn set_interval(callback: &JsValue, ms: u32) -> i32;
    #[wasm_bindgen(js_name = addEventListener)]
    fn add_event_listener(event: &str, callback: &JsValue);
    #[wasm_bindgen(js_namespace = console, js_name = log)]
    fn log(words: &str);
}

/// Around the SDK, which would end both. Each tick can be counted from outside, as `rogueTicks`.
fn leak(_: &El) {
    let ticks = std::cell::Cell::new(0_u32);
    let tick = callback(move |_| {
        ticks.set(ticks.get() + 1);
        drop(js_sys::Reflect::set(&js_sys::global(), &"rogueTicks".into(), &ticks.get().into()));
    })
    .into_js_value();
    set_interval(&tick, 10);
    add_event_listener("pointermove", &tick);
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("it was unmounted");
    }
}

fn panic_in_unmount(_: &El) {
    scope::keep(Bomb);
}

fn flood_bus(_: &El) {
    for _ in 0..5_000 {
        host().publish(SignInWanted, &Nothing {});
    }
}

fn flood_dom(list: &El) {
    let crowd = html("<p></p>", &[]);
    for _ in 0..100_000 {
        crowd.add_html("<i></i>", &[]);
    }
    list.add(&crowd);
}

fn flood_console(_: &El) {
    for _ in 0..1_000 {
        log("and another thing");
    }
}

/// From whoever has it, for as long as the fragment lives.
fn steal_focus(list: &El) {
    let field = html("<input aria-label=\"thief\">", &[]);
    list.add(&field);
    every(5, move || field.focus());
}
