//! The feed against a WebSocket and a clock of the test's own: reconnecting, silence, garbage, end.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs)] // tests

mod support;

use contract::feed::{FromVendor, Subscribe, ToVendor};
use fragment::feed::{Feed, FeedState};
use js_sys::Function;
use std::cell::RefCell;
use std::rc::Rc;
use support::FakeHost;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Replaces socket and time; `restore` puts them back.
const FAKES: &str = "
    const real = { WebSocket, setTimeout, clearTimeout, now: Date.now };
    globalThis.sockets = [];
    globalThis.WebSocket = class {
        static OPEN = 1;
        sent = []; readyState = 0; closed = false;
        constructor(url) { if (url == 'bad') throw new SyntaxError(url); this.url = url; sockets.push(this); }
        send(text) { this.sent.push(text); }
        close() { this.closed = true; this.readyState = 3; }
        opens() { this.readyState = 1; this.onopen?.(); }
        says(data) { this.onmessage?.({ data }); }
        drops() { this.readyState = 3; this.onclose?.(); }
    };
    let now = 1e12, timers = [], ids = 1e6;
    let wall = 0;
    Date.now = () => now + wall;
    globalThis.jump = (ms) => { wall += ms; };
    performance.now = () => now - 1e12;
    globalThis.setTimeout = (f, ms) => { timers.push({ id: ++ids, at: now + ms, f }); return ids; };
    globalThis.clearTimeout = (id) => { timers = timers.filter((timer) => timer.id != id); };
    globalThis.pass = (ms) => {
        const end = now + ms;
        for (let due; due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];) {
            timers = timers.filter((timer) => timer != due);
            now = due.at;
            due.f();
        }
        now = end;
    };
    globalThis.pending = () => timers.length;
    globalThis.restore = () => {
        Object.assign(globalThis, { WebSocket: real.WebSocket, setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
        Date.now = real.now;
        delete performance.now;
    };";

const HEARTBEAT: &str = r#"{"type":"heartbeat","now_ms":5}"#;

struct World {
    shell: FakeHost,
    feed: Rc<RefCell<Option<Feed>>>,
    states: Rc<RefCell<Vec<FeedState>>>,
    frames: Rc<RefCell<Vec<FromVendor>>>,
}

impl World {
    fn open(url: &'static str) -> Self {
        js(FAKES);
        let mut shell = FakeHost::new();
        let (feed, states, frames) =
            (Rc::default(), Rc::<RefCell<Vec<_>>>::default(), Rc::<RefCell<Vec<_>>>::default());
        let (keep, on_state, on_frame): (Rc<RefCell<Option<Feed>>>, _, _) =
            (Rc::clone(&feed), states.clone(), frames.clone());
        shell.mount(move |_| {
            let opened = Feed::open(
                url,
                move |frame| on_frame.borrow_mut().push(frame),
                move |state| on_state.borrow_mut().push(state),
            );
            *keep.borrow_mut() = Some(opened);
        });
        Self { shell, feed, states, frames }
    }

    /// The states since the last call.
    fn states(&self) -> Vec<FeedState> {
        self.states.take()
    }

    fn close(mut self) {
        self.shell.unmount();
        js("restore()");
    }
}

fn js(script: &str) -> JsValue {
    Function::new_no_args(script).call0(&JsValue::NULL).unwrap()
}

fn number(expression: &str) -> u32 {
    js(&format!("return String({expression})")).as_string().unwrap().parse().unwrap()
}

#[wasm_bindgen_test]
fn frames_arrive_and_messages_leave_while_connected() {
    let world = World::open("ws://vendor/feed");
    let subscribe = ToVendor::Subscribe(Subscribe { tables: vec!["roulette-1".into()] });
    assert!(!world.feed.borrow().as_ref().unwrap().send(&subscribe), "nobody is there yet");
    js("sockets[0].opens()");
    assert!(world.feed.borrow().as_ref().unwrap().send(&subscribe));
    assert_eq!(js("return sockets[0].sent[0]").as_string().unwrap(), r#"{"tables":["roulette-1"],"type":"subscribe"}"#);
    js(&format!("sockets[0].says('{HEARTBEAT}')"));
    assert_eq!(world.frames.borrow().len(), 1);
    assert_eq!(world.states(), [FeedState::Connecting, FeedState::Live]);
    world.close();
}

#[wasm_bindgen_test]
fn silence_is_noticed_within_three_seconds_and_ends_in_a_new_connection() {
    let world = World::open("ws://vendor/feed");
    js("sockets[0].opens()");
    assert_eq!(world.states(), [FeedState::Connecting, FeedState::Live]);
    for _ in 0..5 {
        js(&format!("pass(1000); sockets[0].says('{HEARTBEAT}')"));
    }
    js("pass(2499)");
    assert_eq!(world.states(), []);
    js("pass(1)");
    assert_eq!(world.states(), [FeedState::Stale]);
    js(&format!("sockets[0].says('{HEARTBEAT}')"));
    assert_eq!(world.states(), [FeedState::Live]);
    js("pass(2500)");
    assert_eq!(world.states(), [FeedState::Stale], "noticed again as soon");
    js("pass(7500)");
    assert_eq!(world.states(), [FeedState::Down], "half-open: the other side is gone");
    js("pass(500)");
    assert_eq!(world.states(), [FeedState::Connecting]);
    assert!(js("return sockets[0].closed").is_truthy());
    assert_eq!(number("sockets.length"), 2);
    world.close();
}

#[wasm_bindgen_test]
fn a_connection_that_is_never_made_is_silence_as_well() {
    let world = World::open("ws://vendor/feed");
    js("pass(2500)");
    assert_eq!(world.states(), [FeedState::Connecting, FeedState::Stale]);
    js("pass(7500)");
    assert_eq!(world.states(), [FeedState::Down]);
    js("pass(500); pass(2500)");
    assert_eq!(world.states(), [FeedState::Connecting, FeedState::Stale]);
    js("sockets[1].opens()");
    assert_eq!(world.states(), [FeedState::Live]);
    world.close();
}

#[wasm_bindgen_test]
fn the_players_clock_may_be_set_meanwhile() {
    let world = World::open("ws://vendor/feed");
    js(&format!("sockets[0].opens(); sockets[0].says('{HEARTBEAT}')"));
    assert_eq!(world.states(), [FeedState::Connecting, FeedState::Live]);
    js(&format!("jump(3600e3); pass(2000); sockets[0].says('{HEARTBEAT}'); pass(2000)"));
    assert_eq!(world.states(), [], "an hour ahead is no silence");
    js(&format!("sockets[0].says('{HEARTBEAT}'); jump(-7200e3); pass(2500)"));
    assert_eq!(world.states(), [FeedState::Stale], "an hour back hides none");
    world.close();
}

#[wasm_bindgen_test]
fn a_lost_connection_is_tried_again_ever_less_often() {
    let world = World::open("ws://vendor/feed");
    js("for (let i = 0; i < 12; i++) { sockets.at(-1).drops(); pass(1500); }");
    let attempts = number("sockets.length");
    assert_eq!(attempts, 13, "one attempt after each failure, never later than a second and a half");
    js("sockets.at(-1).drops(); pass(749)");
    assert_eq!(number("sockets.length"), attempts, "by now it waits for half of that at least");
    js(&format!(
        "pass(751); sockets.at(-1).opens(); sockets.at(-1).says('{HEARTBEAT}'); sockets.at(-1).drops(); pass(500)"
    ));
    assert_eq!(number("sockets.length"), attempts + 2, "after a good frame it begins anew");
    world.close();
}

#[wasm_bindgen_test]
fn a_url_that_is_none_is_a_failure_and_no_panic() {
    let world = World::open("bad");
    assert_eq!(world.states(), [FeedState::Connecting, FeedState::Down]);
    world.close();
}

#[wasm_bindgen_test]
fn garbage_is_counted_and_kills_nothing() {
    let world = World::open("ws://vendor/feed");
    js("sockets[0].opens();
        for (const data of ['', 'not json', '[]', '{\"type\":\"unknown\"}', '{\"type\":\"heartbeat\",\"now_ms\":1.5}', new Blob(['x'])])
            sockets[0].says(data);
        sockets[0].says(JSON.stringify({ type: 'heartbeat', now_ms: 5, padding: 'x'.repeat(10_000_000) }))");
    assert_eq!(world.feed.borrow().as_ref().unwrap().malformed(), 7);
    assert_eq!(world.frames.borrow().len(), 0);
    assert_eq!(world.shell.calls("report").len(), 3, "told at 1, 2 and 4: a flood of garbage is no flood of reports");
    js(&format!("sockets[0].says('{HEARTBEAT}')"));
    assert_eq!(world.frames.borrow().len(), 1);
    world.close();
}

#[wasm_bindgen_test]
fn nothing_is_left_after_unmount_or_death() {
    for end in ["unmount", "abort"] {
        let mut world = World::open("ws://vendor/feed");
        js("sockets[0].opens()");
        world.states();
        match end {
            "unmount" => world.shell.unmount(),
            _ => _ = world.shell.run("host.controller.abort()"),
        }
        js(&format!("sockets[0].says('{HEARTBEAT}'); sockets[0].drops(); pass(60000)"));
        assert_eq!(world.states(), [], "{end}");
        assert_eq!(world.frames.borrow().len(), 0, "{end}");
        assert_eq!((number("sockets.length"), number("pending()")), (1, 0), "{end}");
        assert!(js("return sockets[0].closed").is_truthy(), "{end}");
        js("restore()");
    }
}
