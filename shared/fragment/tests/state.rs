//! States and their followers: who runs, when, how often, and that nobody outlives its scope.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

mod support;

use fragment::scope::Scope;
use fragment::{State, follow, untrack};
use std::cell::RefCell;
use std::rc::Rc;
use support::settle;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// What ran, in its order.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn add(&self, entry: impl ToString) {
        self.0.borrow_mut().push(entry.to_string());
    }

    fn take(&self) -> Vec<String> {
        self.0.take()
    }
}

#[wasm_bindgen_test]
async fn a_follower_runs_now_and_once_for_many_changes() {
    let (one, other, log) = (Rc::new(State::new(1)), Rc::new(State::new(10)), Log::default());
    let (a, b, seen) = (one.clone(), other.clone(), log.clone());
    follow(move || seen.add(a.get() + b.get()));
    assert_eq!(log.take(), ["11"]);
    one.set(2);
    other.set(20);
    one.set(3);
    assert!(log.take().is_empty(), "not in the middle of a change");
    settle().await;
    assert_eq!(log.take(), ["23"]);
}

#[wasm_bindgen_test]
async fn the_same_value_again_and_what_is_only_looked_at_run_nobody() {
    let (followed, looked_at, log) = (Rc::new(State::new(1)), Rc::new(State::new(1)), Log::default());
    let (a, b, seen) = (followed.clone(), looked_at.clone(), log.clone());
    follow(move || seen.add(a.get() + untrack(|| b.get())));
    followed.set(1);
    looked_at.set(5);
    settle().await;
    assert_eq!(log.take(), ["2"]);
    followed.set(2);
    settle().await;
    assert_eq!(log.take(), ["7"]);
}

#[wasm_bindgen_test]
async fn only_what_was_read_last_time_is_followed() {
    let (which, left, right) = (Rc::new(State::new(true)), Rc::new(State::new("l")), Rc::new(State::new("r")));
    let log = Log::default();
    let (w, l, r, seen) = (which.clone(), left.clone(), right.clone(), log.clone());
    follow(move || seen.add(if w.get() { l.get() } else { r.get() }));
    which.set(false);
    settle().await;
    log.take();
    left.set("ignored");
    settle().await;
    assert!(log.take().is_empty());
    right.set("R");
    settle().await;
    assert_eq!(log.take(), ["R"]);
}

#[wasm_bindgen_test]
async fn outer_parts_run_before_inner_ones_which_may_be_gone_by_then() {
    let (shown, log) = (Rc::new(State::new(Some(1))), Log::default());
    let (outer, inner_log) = (shown.clone(), log.clone());
    follow(move || {
        if outer.with(Option::is_some) {
            let (inner, seen) = (outer.clone(), inner_log.clone());
            // Run after the state is none, this would panic.
            follow(move || seen.add(inner.get().unwrap()));
        }
    });
    assert_eq!(log.take(), ["1"]);
    shown.set(Some(2));
    settle().await;
    assert_eq!(log.take(), ["2"], "the inner part was made anew, and the old one never ran");
    shown.set(None);
    settle().await;
    assert!(log.take().is_empty());
}

#[wasm_bindgen_test]
async fn a_follower_ends_with_its_scope_even_when_it_is_due() {
    let (state, log, scope) = (Rc::new(State::new(1)), Log::default(), Scope::default());
    let (read, seen) = (state.clone(), log.clone());
    scope.run(|| follow(move || seen.add(read.get())));
    log.take();
    state.set(2);
    scope.end();
    settle().await;
    assert!(log.take().is_empty());
    assert_eq!(Rc::strong_count(&state), 1, "and what it held is free");
}

#[wasm_bindgen_test]
async fn what_a_follower_sets_runs_the_others_in_the_same_turn() {
    let (first, second, log) = (Rc::new(State::new(1)), Rc::new(State::new(0)), Log::default());
    let (read, write) = (first.clone(), second.clone());
    follow(move || write.set(read.get() * 2));
    let (read, seen) = (second.clone(), log.clone());
    follow(move || seen.add(read.get()));
    first.set(4);
    settle().await;
    assert_eq!(log.take(), ["2", "8"]);
}
