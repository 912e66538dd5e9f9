//! A panic's message reaches the shell before the instance aborts. In a file of its own, because
//! the panic leaves this Wasm instance dead.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

mod support;

use js_sys::Function;
use support::FakeHost;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn a_panic_is_reported_with_its_place() {
    let mut shell = FakeHost::new();
    shell.mount(|_| ());
    let panics = Closure::<dyn Fn()>::new(|| panic!("the dealer left"));
    // Only JavaScript can catch the trap that a panic ends in.
    let caught = Function::new_with_args(
        "f",
        "try { f(); return false } catch (e) { return e instanceof WebAssembly.RuntimeError }",
    )
    .call1(&JsValue::NULL, panics.as_ref().unchecked_ref::<Function>())
    .unwrap();
    assert!(caught.is_truthy());
    let [message] = shell.calls("fail").try_into().expect("one failure");
    assert!(message.contains("the dealer left at "), "{message}");
    assert!(message.contains("tests/panic.rs:"), "{message}");
}
