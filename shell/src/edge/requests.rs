//! Requests on behalf of fragments: session, CSRF token and deadline are put in here, once, and what
//! the manifest does not grant goes nowhere.

use super::browser::{self, Outcome, callable, deferred, error, text_of, then};
use super::page::Shell;
use super::slot::Live;
use crate::core::requests::{DEADLINE_MS, Failure, changes_state, check};
use contract::plain::concat;
use contract::problem::Code;
use std::cell::Cell;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsValue;

/// A request on its way.
struct Call {
    shell: Rc<Shell>,
    live: Weak<Live>,
    /// `{method, path, body, idempotencyKey, token}`
    request: JsValue,
    method: String,
    path: String,
    /// Whose page it was when the fragment asked; empty for a visitor's.
    player: String,
    /// It may go once more, under a new token.
    may_repeat: Cell<bool>,
    /// `{promise, resolve, reject}`
    answer: JsValue,
}

/// Sends a request. The promise resolves to `{status, body}`, rejects with an `Error` named after a
/// [`Failure`], and is left open once the instance is gone.
pub(crate) fn send(shell: &Rc<Shell>, live: &Rc<Live>, request: &JsValue) -> JsValue {
    let answer = deferred();
    let promise = js_wire::member(&answer, "promise");
    let call = Call {
        shell: shell.clone(),
        live: Rc::downgrade(live),
        request: request.clone(),
        method: text_of(request, "method"),
        path: text_of(request, "path"),
        player: shell.session.player_id(),
        may_repeat: Cell::new(true),
        answer,
    };
    match check(&live.slot.release().capabilities(), &call.method, &call.path) {
        Ok(()) => Rc::new(call).go(),
        Err(failure) => call.fail(failure),
    }
    promise
}

impl Call {
    fn go(self: Rc<Self>) {
        let Some(live) = self.live.upgrade() else { return };
        let token = if changes_state(&self.method) { self.shell.session.csrf_token() } else { String::new() };
        let fragment = &live.slot.release().name;
        // Aborted at the end of the instance.
        let signal = live.instance.signal();
        let promise = browser::send(&self.request, fragment, &token, &signal, DEADLINE_MS);
        then(&promise, move |reply| self.settle(reply));
    }

    fn settle(self: Rc<Self>, reply: Outcome) {
        // Pending requests of an instance that is gone are nobody's.
        if self.live.strong_count() == 0 {
            return;
        }
        let reply = match reply {
            Ok(reply) => reply,
            Err(thrown) => return self.fail(Failure::of_fetch(&text_of(&thrown, "name"))),
        };
        let body = js_wire::member(&reply, "body");
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 100 to 599
        let status = js_wire::member(&reply, "status").as_f64().unwrap_or_default() as u16;
        if status == 403 && self.may_repeat.take() && is(&body, FORBIDDEN) && changes_state(&self.method) {
            // Another tab has signed in or out: the token belongs to the session before. Nothing
            // was carried out, so the same call goes once more with the new one; but what one player
            // asked for is not done on the account of another.
            let shell = self.shell.clone();
            return shell.read_session(Box::new(move |_| {
                if self.player.is_empty() || self.player == self.shell.session.player_id() {
                    self.go();
                } else {
                    self.settle(Ok(reply));
                }
            }));
        }
        if status == 401 && is(&body, SIGNED_OUT) && !self.shell.session.player_id().is_empty() {
            self.shell.refresh_session();
        }
        match Failure::of_status(status, !body.is_null()) {
            Some(failure) => self.fail(failure),
            None => self.say("resolve", &reply),
        }
    }

    fn fail(&self, failure: Failure) {
        let message = concat(&[&self.method, " ", &self.path]);
        self.say("reject", &error(failure.as_str(), &message));
    }

    fn say(&self, what: &str, value: &JsValue) {
        if let Some(settle) = callable(&js_wire::member(&self.answer, what)) {
            // A promise's function does not throw.
            _ = settle.call(&JsValue::UNDEFINED, value);
        }
    }
}

// Constants, so that the names of all other kinds are not in the bytes.
const FORBIDDEN: &str = Code::Forbidden.as_str();
const SIGNED_OUT: &str = Code::SignedOut.as_str();

/// Whether a body is a problem of that kind.
fn is(body: &JsValue, code: &str) -> bool {
    text_of(body, "type").ends_with(code)
}
