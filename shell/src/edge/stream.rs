//! The page's one connection for server events, however many fragments listen.
//!
//! The browser reconnects by itself with Last-Event-ID; where it gives up, the shell opens a new
//! connection after the last id it has. What lies before the last id is dropped, so nothing is
//! missed and nothing shown twice.

use super::browser::{Source, Timer, function, jitter_permille, listen, log, monotonic_ms, object, online, stream};
use super::page::Shell;
use crate::core::backoff::delay_ms;
use contract::event::{Connection, TOPICS, Topic};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// How long a change of session waits for the new connection.
const REOPEN_MS: u32 = 2_000;
/// A connection that breaks may be back within this before anybody is told: the server ends each by itself after a
/// quarter of an hour. One that has not even stood for so long has used that up.
const GRACE_MS: u32 = 2_000;

/// What follows.
type Next = fn(&Rc<Shell>);

/// The connection and what is known of it.
#[derive(Default)]
pub(crate) struct Stream {
    source: Cell<Option<Source>>,
    /// Counts connections: what an earlier one still says is not heard.
    number: Cell<u32>,
    /// The last event, an integer of at most 53 bits; 0 before the first.
    last_id: Cell<f64>,
    failures: Cell<u32>,
    /// When it last came to stand, on the page's clock.
    opened_ms: Cell<i64>,
    online: Cell<Option<bool>>,
    /// There from when the connection breaks until the next one stands, or is tried by the shell.
    timer: Cell<Option<Timer>>,
    /// What waits until the connection stands.
    waiting: Cell<Option<Next>>,
}

impl Shell {
    /// Opens the connection, and again whenever the browser says that it is back online.
    pub(crate) fn start_stream(self: &Rc<Self>) {
        self.open_stream(false);
        let shell = self.clone();
        listen("online", move || shell.open_stream(true));
        let shell = self.clone();
        listen("offline", move || shell.set_online(false));
    }

    /// Opens a new connection for a new session; goes on once it stands or a while has passed.
    pub(crate) fn reopen_stream(self: &Rc<Self>, next: Next) {
        self.stream.waiting.set(Some(next));
        self.open_stream(false);
        self.after(REOPEN_MS, Self::stop_waiting).forget();
    }

    fn after(self: &Rc<Self>, ms: u32, next: Next) -> Timer {
        let shell = self.clone();
        Timer::new(ms, move || next(&shell))
    }

    fn stop_waiting(self: &Rc<Self>) {
        if let Some(next) = self.stream.waiting.take() {
            next(self);
        }
    }

    #[inline(never)]
    fn open_stream(self: &Rc<Self>, resume: bool) {
        let after = if resume { self.stream.last_id.get() } else { 0.0 };
        self.stream.last_id.set(after);
        drop(self.stream.timer.take());
        // The old one first: two at a time would say everything twice.
        if let Some(source) = self.stream.source.take() {
            source.close();
        }
        let number = self.stream.number.get().wrapping_add(1);
        self.stream.number.set(number);
        let topics = js_wire::List::new();
        for topic in TOPICS {
            if topic.from_server {
                topics.push(&topic.name.into());
            }
        }
        let shell = self.clone();
        let hear = function(move |name, event| {
            if shell.stream.number.get() == number {
                shell.stream_event(&name.as_string().unwrap_or_default(), &event);
            }
            Ok(JsValue::UNDEFINED)
        });
        self.stream.source.set(Some(stream(after, &topics, &hear)));
    }

    fn stream_event(self: &Rc<Self>, name: &str, event: &JsValue) {
        match name {
            "open" => {
                self.stream.failures.set(0);
                self.stream.opened_ms.set(monotonic_ms());
                if self.stream.timer.take().is_some() || self.stream.online.get() == Some(false) {
                    // Nobody heard who came or went meanwhile, and this connection is theirs.
                    self.read_session(Box::new(|_| {}));
                }
                self.set_online(true);
                self.stop_waiting();
            }
            "lost" => self.stream_lost(),
            "closed" => self.stream_closed(),
            // The session has ended; the server says so before it ends the connection.
            "signed-out" => self.refresh_session(),
            _ => {
                let Some(id) = js_wire::member(event, "1").as_f64() else { return };
                // An equal one is no repetition: the retained values that a fresh connection begins
                // with have no id, or that of a `reset`, and a resumed one begins after its own.
                let seen = id < self.stream.last_id.get();
                if name == "reset" {
                    // The server can't say what was missed: everybody asks anew, as after a break.
                    self.stream.last_id.set(id);
                    self.set_online(false);
                    self.set_online(true);
                } else if !seen {
                    self.stream.last_id.set(id);
                    let payload = js_wire::member(event, "0");
                    if payload.is_undefined() || self.say(name, &payload).is_err() {
                        log("warn", &["server event refused: ", name]);
                    }
                }
            }
        }
    }

    /// The browser tries again by itself, and may say so more than once.
    fn stream_lost(self: &Rc<Self>) {
        let timer = self.stream.timer.take().unwrap_or_else(|| {
            let has_stood = monotonic_ms() - self.stream.opened_ms.get() >= i64::from(GRACE_MS);
            self.after(if has_stood { GRACE_MS } else { 1 }, |shell| shell.set_online(false))
        });
        self.stream.timer.set(Some(timer));
    }

    fn stream_closed(self: &Rc<Self>) {
        self.set_online(false);
        let failures = self.stream.failures.get();
        self.stream.failures.set(failures.saturating_add(1));
        let timer = self.after(delay_ms(failures, jitter_permille()), |shell| shell.open_stream(true));
        self.stream.timer.set(Some(timer));
    }

    fn set_online(self: &Rc<Self>, is: bool) {
        if self.stream.online.replace(Some(is)) != Some(is) {
            online(is);
            // `contract::event::ConnectionState`; a topic of the contract is known to the bus.
            _ = self.say(Connection::NAME, &object("online", &is.into()));
        }
    }
}
