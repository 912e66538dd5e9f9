//! The vendor's live feed over a WebSocket: it reconnects by itself, notices silence, and takes
//! no frame on trust.
//!
//! What a frame means is the fragment's business; after each [`FeedState::Live`] it subscribes to
//! its tables again, since a new connection knows nothing of the old one.

use crate::call::{Call, Callback, callback};
use crate::clock::{self, Timer};
use crate::host::host;
use crate::scope::keep;
use contract::feed::{FromVendor, HEARTBEAT_MS, MAX_FRAME_BYTES, ToVendor};
use contract::plain::{concat, integer};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, WebSocket};

/// Silence for this long makes a feed stale: two heartbeats and some patience. The player has to know
/// within three seconds.
const STALE_MS: i64 = 5 * HEARTBEAT_MS / 2;
/// Silence for this long means that the other side is gone without having said so.
const DEAD_MS: i64 = 4 * STALE_MS;
const FIRST_RETRY_MS: u32 = 500;
/// A vendor that is back is live again within two seconds, connecting included.
const LONGEST_RETRY_MS: u32 = 1_500;

/// How the feed is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedState {
    /// A connection is being made.
    Connecting,
    /// Connected, and something is heard. On entering, subscribe.
    Live,
    /// Nothing has been heard for two heartbeats and a half, over a connection or while one is made.
    Stale,
    /// No connection; the next attempt follows by itself.
    Down,
}

/// An open feed. Closes when dropped, and when the fragment ends.
pub struct Feed {
    line: Rc<Line>,
}

impl Feed {
    /// Connects and stays connected.
    pub fn open(url: &str, on_frame: impl Fn(FromVendor) + 'static, on_state: impl Fn(FeedState) + 'static) -> Self {
        Self::open_boxed(url, Box::new(on_frame), Box::new(on_state))
    }

    fn open_boxed(url: &str, on_frame: Box<dyn Call<FromVendor, ()>>, on_state: Box<dyn Call<FeedState, ()>>) -> Self {
        let line = Rc::new(Line {
            url: url.to_owned(),
            on_frame,
            on_state,
            state: Cell::new(None),
            socket: RefCell::new(None),
            timer: RefCell::new(None),
            heard_ms: Cell::new(0),
            failures: Cell::new(0),
            malformed: Cell::new(0),
            closed: Cell::new(false),
        });
        keep(CloseWithFragment(Rc::downgrade(&line)));
        line.connect();
        Self { line }
    }

    /// Says something to the vendor; false when there is no connection to say it over.
    pub fn send(&self, message: &ToVendor) -> bool {
        self.line.send(message)
    }

    /// How many frames were refused so far: too long, no JSON, or no message of the contract.
    #[must_use]
    pub fn malformed(&self) -> u32 {
        self.line.malformed.get()
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.line.close();
    }
}

/// Closes the feed when component or fragment ends, even if the [`Feed`] is kept somewhere else.
struct CloseWithFragment(Weak<Line>);

impl Drop for CloseWithFragment {
    fn drop(&mut self) {
        if let Some(line) = self.0.upgrade() {
            line.close();
        }
    }
}

struct Line {
    url: String,
    on_frame: Box<dyn Call<FromVendor, ()>>,
    on_state: Box<dyn Call<FeedState, ()>>,
    state: Cell<Option<FeedState>>,
    socket: RefCell<Option<Socket>>,
    /// Waits for silence while connected, for the next attempt while not.
    timer: RefCell<Option<Timer>>,
    heard_ms: Cell<i64>,
    failures: Cell<u32>,
    malformed: Cell<u32>,
    closed: Cell<bool>,
}

impl Line {
    fn connect(self: &Rc<Self>) {
        if self.closed.get() {
            return;
        }
        self.enter(FeedState::Connecting);
        match Socket::open(&self.url, self) {
            Some(socket) => {
                drop(self.socket.replace(Some(socket)));
                // A connection that is never made falls silent as well.
                self.heard();
            }
            None => self.lost(),
        }
    }

    fn opened(self: &Rc<Self>) {
        self.heard();
        self.enter(FeedState::Live);
    }

    fn received(self: &Rc<Self>, data: &JsValue) {
        let Some(frame) = read_frame(data) else {
            self.malformed.set(self.malformed.get().saturating_add(1));
            // Each power of two: a vendor that sends nothing else must not flood the log.
            if self.malformed.get().is_power_of_two() {
                host().warn(&concat(&["feed: ", &integer(self.malformed.get().into()), " malformed frames"]));
            }
            return;
        };
        // Only now: garbage is no sign of life.
        self.failures.set(0);
        self.heard();
        self.enter(FeedState::Live);
        self.on_frame.call(frame);
    }

    /// Something was heard: waits for silence anew.
    fn heard(self: &Rc<Self>) {
        self.heard_ms.set(clock::monotonic_ms());
        if self.timer.borrow().is_none() || self.state.get() == Some(FeedState::Stale) {
            self.wait_for_silence(STALE_MS);
        }
    }

    /// One timer is set at a time and looks at the clock when it fires, so that a frame costs no
    /// timer of its own.
    fn wait_for_silence(self: &Rc<Self>, ms: i64) {
        self.set_timer(u32::try_from(ms.max(1)).unwrap_or(u32::MAX), |line| {
            let silent_ms = clock::monotonic_ms() - line.heard_ms.get();
            if silent_ms >= DEAD_MS {
                line.lost();
            } else if silent_ms >= STALE_MS {
                line.enter(FeedState::Stale);
                line.wait_for_silence(DEAD_MS - silent_ms);
            } else {
                line.wait_for_silence(STALE_MS - silent_ms);
            }
        });
    }

    /// The connection is gone or was never made: tries again after a while.
    fn lost(self: &Rc<Self>) {
        if self.closed.get() {
            return;
        }
        let socket = self.socket.take();
        drop(socket);
        self.enter(FeedState::Down);
        let failures = self.failures.get();
        self.failures.set(failures.saturating_add(1));
        self.set_timer(retry_ms(failures, clock::monotonic_ms()), |line| {
            line.connect();
        });
    }

    fn set_timer(self: &Rc<Self>, ms: u32, f: fn(&Rc<Line>)) {
        if self.closed.get() {
            return;
        }
        let line = Rc::downgrade(self);
        let timer = Timer::once(ms, move || {
            if let Some(line) = line.upgrade() {
                let fired = line.timer.take();
                f(&line);
                drop(fired);
            }
        });
        let earlier = self.timer.replace(Some(timer));
        drop(earlier);
    }

    fn enter(&self, state: FeedState) {
        if self.state.replace(Some(state)) != Some(state) && !self.closed.get() {
            self.on_state.call(state);
        }
    }

    fn send(&self, message: &ToVendor) -> bool {
        let socket = self.socket.borrow();
        let Some(socket) = socket.as_ref().filter(|socket| socket.socket.ready_state() == WebSocket::OPEN) else {
            return false;
        };
        socket.socket.send_with_str(&js_wire::stringify(&js_wire::write(message))).is_ok()
    }

    fn close(&self) {
        self.closed.set(true);
        let ended = (self.socket.take(), self.timer.take());
        drop(ended);
    }
}

/// A WebSocket with its listeners; dropping it silences and closes it.
struct Socket {
    socket: WebSocket,
    _listeners: [Callback; 3],
}

impl Socket {
    fn open(url: &str, line: &Rc<Line>) -> Option<Self> {
        let socket = WebSocket::new(url).ok()?;
        let on_open = listener(line, |line, _| line.opened());
        let on_message = listener(line, |line, event| line.received(&event.unchecked_ref::<MessageEvent>().data()));
        // An error is always followed by a close.
        let on_close = listener(line, |line, _| line.lost());
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Some(Self { socket, _listeners: [on_open, on_message, on_close] })
    }
}

fn listener(line: &Rc<Line>, f: fn(&Rc<Line>, JsValue)) -> Callback {
    let line = Rc::downgrade(line);
    callback(move |event| {
        if let Some(line) = line.upgrade() {
            f(&line, event);
        }
    })
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // Throws for a bad close code only, and none is given.
        _ = self.socket.close();
    }
}

/// Checks the length before a byte is looked at. Counted in UTF-16 units, of which no text has
/// more than it has bytes.
fn read_frame(data: &JsValue) -> Option<FromVendor> {
    if !data.is_string() || js_wire::length(data) > MAX_FRAME_BYTES {
        return None;
    }
    js_wire::read(&js_wire::parse(data).ok()?).ok()
}

/// Doubles up to a bound, and spreads the upper half, so that the players of a vendor that comes
/// back do not all arrive at once: their pages were not opened in the same millisecond.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // less than a second
fn retry_ms(failures: u32, age_ms: i64) -> u32 {
    let full = FIRST_RETRY_MS.saturating_mul(1 << failures.min(10)).min(LONGEST_RETRY_MS);
    full / 2 + age_ms.rem_euclid(i64::from(full / 2)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_back_off_within_bounds() {
        assert_eq!(retry_ms(0, 0), 250);
        assert_eq!(retry_ms(0, 250 + 249), 499);
        assert_eq!(retry_ms(1, 0), 500);
        for failures in [5, 10, 11, u32::MAX] {
            assert!((LONGEST_RETRY_MS / 2..=LONGEST_RETRY_MS).contains(&retry_ms(failures, 12_345_678)));
        }
    }
}
