//! A Leptos component as a fragment: what the shell tells is a signal, and what it starts ends with
//! the component.
#![cfg(all(target_arch = "wasm32", feature = "leptos"))]
#![allow(missing_docs)] // tests

mod support;

use contract::event::WalletBalance;
use fragment::{View, clock, format};
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use support::{FakeHost, settle};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn mount<V: IntoView + 'static>(component: impl FnOnce() -> V + 'static) -> FakeHost {
    let mut shell = FakeHost::new();
    let handle = fragment::leptos::mount(shell.object.clone(), component);
    shell.mounted(handle);
    shell
}

#[wasm_bindgen_test]
async fn an_event_reaches_the_view_until_unmount() {
    let mut shell = mount(|| {
        let balance = fragment::leptos::latest(WalletBalance);
        view! { <p>{move || balance.get().map(|balance| format::money(balance.cash_minor, balance.currency))}</p> }
    });
    shell.deliver(
        "wallet.balance",
        "{currency: 'EUR', cash_minor: 1250, held_minor: 0, bonus_minor: 0, version: 7, as_of_ms: 1700000000000}",
    );
    settle().await;
    assert_eq!(shell.shown(), "€12.50");
    shell.unmount();
    assert_eq!(shell.calls("unsubscribe"), [r#"["wallet.balance"]"#]);
    assert_eq!(shell.root().child_element_count(), 0, "the view is gone");
}

#[wasm_bindgen_test]
async fn props_follow_the_route() {
    let mut shell = mount(|| {
        let props = fragment::leptos::props();
        move || {
            let props = props.get();
            let view = if props.view == View::Main { "main" } else { "side" };
            format!("{view} {} {}", props.path, props.table.unwrap_or_default())
        }
    });
    assert_eq!(shell.shown(), "side /");
    shell.update(r#"{"view": "main", "path": "/live/roulette-1", "params": {"table": "roulette-1"}}"#);
    settle().await;
    assert_eq!(shell.shown(), "main /live/roulette-1 roulette-1");
    shell.unmount();
}

#[wasm_bindgen_test]
async fn what_a_component_started_ends_with_the_component() {
    let ticks = Arc::new(AtomicU32::new(0));
    let count = ticks.clone();
    let shown = Rc::new(Cell::new(None));
    let setter = shown.clone();
    let mut shell = mount(move || {
        let (open, set_open) = signal(true);
        setter.set(Some(set_open));
        move || {
            open.get().then(|| {
                let count = count.clone();
                clock::every(1, move || {
                    count.fetch_add(1, Relaxed);
                });
                view! { <p>"open"</p> }
            })
        }
    });
    settle().await;
    assert!(ticks.load(Relaxed) > 0);
    shown.get().unwrap().set(false);
    settle().await;
    let at_close = ticks.load(Relaxed);
    settle().await;
    assert_eq!(ticks.load(Relaxed), at_close, "the closed part ticks on");
    shell.unmount();
}

#[wasm_bindgen_test]
fn a_component_says_what_it_leaves_to_the_next_release() {
    let mut shell = mount(|| {
        let (typed, _) = signal("12".to_owned());
        fragment::leptos::snapshot(move || Some(typed.get_untracked()));
        view! { <p></p> }
    });
    assert_eq!(shell.snapshot(), r#""12""#);
    shell.unmount();
}
