//! Who is signed in. The cookie is the browser's; the shell knows who the player is and the token
//! that state-changing calls carry.

use super::browser::{Timer, jitter_permille, object, query, send, text_of, then, uncard};
use super::page::Shell;
use crate::core::backoff::delay_ms;
use crate::core::requests::DEADLINE_MS;
use contract::event::{PlayerBlock, PlayerSession, SessionChanged, Topic, WalletBalance};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;

const PATH: &str = "/api/identity/session";

/// The session as last read.
pub(crate) struct Current {
    /// `contract::identity::Player` as it came, or null for a visitor.
    player: RefCell<JsValue>,
    csrf_token: RefCell<String>,
    refreshing: Cell<bool>,
    again: Cell<bool>,
}

impl Current {
    pub(crate) fn new() -> Self {
        Self {
            player: RefCell::new(JsValue::NULL),
            csrf_token: RefCell::default(),
            refreshing: Cell::default(),
            again: Cell::default(),
        }
    }

    /// Empty for a visitor.
    pub(crate) fn csrf_token(&self) -> String {
        self.csrf_token.borrow().clone()
    }

    /// Empty for a visitor.
    pub(crate) fn player_id(&self) -> String {
        text_of(&self.player.borrow(), "id")
    }
}

/// What came of reading the session.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    /// Identity does not answer; what was known stands.
    Nothing,
    /// It is the player that it was, or still a visitor.
    Same,
    /// It is another one.
    Other,
}

/// What follows.
type Next = Box<dyn FnOnce(Read)>;

impl Shell {
    /// Reads the session for the first time. Until identity answers, the page serves a visitor.
    pub(crate) fn start_session(self: &Rc<Self>) {
        let shell = self.clone();
        // Whoever it is, the events are being asked for by them.
        self.ask_identity(Box::new(move |read| {
            if read == Read::Nothing {
                shell.retry_session(0);
            }
            shell.publish_session();
        }));
    }

    fn retry_session(self: &Rc<Self>, failures: u32) {
        let shell = self.clone();
        let retry = Timer::new(delay_ms(failures, jitter_permille()), move || {
            let after = shell.clone();
            shell.read_session(Box::new(move |read| {
                if read == Read::Nothing {
                    after.retry_session(failures.saturating_add(1));
                }
            }));
        });
        // One at a time, for as long as the page lives.
        retry.forget();
    }

    /// Reads the session again, because somebody signed in or out, and tells everybody.
    pub(crate) fn refresh_session(self: &Rc<Self>) {
        if self.session.refreshing.replace(true) {
            // What is being read now may be from before.
            return self.session.again.set(true);
        }
        let shell = self.clone();
        self.read_session(Box::new(move |read| {
            shell.session.refreshing.set(false);
            if read != Read::Other {
                shell.publish_session();
            }
            if shell.session.again.take() {
                shell.refresh_session();
            }
        }));
    }

    /// Reads the session. Of another player than before everybody is told.
    pub(crate) fn read_session(self: &Rc<Self>, next: Next) {
        let shell = self.clone();
        self.ask_identity(Box::new(move |read| {
            if read == Read::Other {
                // The last player's balance, session and break are nobody else's business.
                for topic in [WalletBalance::NAME, PlayerSession::NAME, PlayerBlock::NAME] {
                    shell.bus.borrow_mut().forget(topic);
                }
                uncard(&query(".card:has(.balance)"));
                // First the events, then the news: what fragments fetch on it must not be outdated
                // by an event that nobody was there to hear.
                shell.reopen_stream(Self::publish_session);
            }
            next(read);
        }));
    }

    fn ask_identity(self: &Rc<Self>, next: Next) {
        let shell = self.clone();
        // No header: the page has preloaded exactly this request.
        then(&send(&object("path", &PATH.into()), "", "", &JsValue::UNDEFINED, DEADLINE_MS), move |reply| {
            let session = js_wire::member(&reply.unwrap_or_default(), "body");
            let player = js_wire::member(&session, "player");
            // A visitor's is null; a problem has no such member.
            if player.is_undefined() {
                return next(Read::Nothing);
            }
            let before = shell.session.player_id();
            *shell.session.player.borrow_mut() = player;
            *shell.session.csrf_token.borrow_mut() = text_of(&session, "csrf_token");
            next(if before == shell.session.player_id() { Read::Same } else { Read::Other });
        });
    }

    /// Publishes the session as it is known.
    pub(crate) fn publish_session(self: &Rc<Self>) {
        // `contract::event::SessionState`; a topic of the contract is known to the bus.
        let state = object("player", &self.session.player.borrow());
        _ = self.say(SessionChanged::NAME, &state);
    }
}
