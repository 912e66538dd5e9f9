//! What a fragment says through its host object. What each word may do is decided by the manifest.
//!
//! The ear looks for the instance by its key: after unmount or death it hears nothing.

use super::browser::{Outcome, Timer, callable, error, function, log, monotonic_ms};
use super::page::Shell;
use super::requests;
use super::slot::{Live, Slot};
use crate::core::supervisor::Input;
use contract::plain::concat;
use std::rc::Rc;
use wasm_bindgen::JsValue;

// What `ask` is called with; the numbers are those of page/edge.js and page/frame.mjs.
const PUBLISH: u32 = 0;
const SUBSCRIBE: u32 = 1;
const UNSUBSCRIBE: u32 = 2;
const REQUEST: u32 = 3;
const NAVIGATE: u32 = 4;
const REPORT: u32 = 5;
const FAIL: u32 = 6;
/// Said by a frame's page of what runs in it: an uncaught error.
const CRASHED: u32 = 7;
/// Said by a frame's page: it has heard a ping.
const ALIVE: u32 = 8;

/// The one function that all methods of an instance's host object come to: `ask(what, words)`.
pub(crate) fn ear(shell: &Rc<Shell>, slot: &Rc<Slot>, key: u32) -> JsValue {
    let (shell, slot) = (shell.clone(), slot.clone());
    function(move |what, words| match slot.live().filter(|live| live.key == key) {
        Some(live) if live.words.borrow_mut().take(monotonic_ms()) => hear(
            &shell,
            &live,
            what.as_f64().unwrap_or_default(),
            &js_wire::member(&words, "0"),
            &js_wire::member(&words, "1"),
        ),
        Some(live) => {
            fail(&shell, &live, "it floods the shell".to_owned());
            Ok(JsValue::UNDEFINED)
        }
        None => Ok(JsValue::UNDEFINED),
    })
}

fn hear(shell: &Rc<Shell>, live: &Rc<Live>, what: f64, first: &JsValue, second: &JsValue) -> Outcome {
    // A topic, a path, a level or a message: all texts.
    let text = first.as_string().unwrap_or_default();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // one of the words
    match what as u32 {
        PUBLISH => shell.publish_for(live, &text, second).map_err(|why| refused(&text, why))?,
        SUBSCRIBE => {
            let Some(handler) = callable(second) else { return Err(refused(&text, "the handler is no function")) };
            return shell
                .subscribe_for(live, &text, handler)
                .map(JsValue::from)
                .map_err(|why| refused(&text, why.as_str()));
        }
        UNSUBSCRIBE => shell.unsubscribe_for(live, first),
        REQUEST => return Ok(requests::send(shell, live, first)),
        NAVIGATE => shell.navigate(&text),
        REPORT => report(live, &text, second.as_string().unwrap_or_default()),
        FAIL => fail(shell, live, text),
        CRASHED => shell.crashed(live.key, first),
        ALIVE => live.slot.take(Input::Answered { instance: live.number }),
        _ => {}
    }
    Ok(JsValue::UNDEFINED)
}

/// It dies. The fragment is still on the stack: what follows waits until it is not, so that its memory
/// is never entered while it does.
fn fail(shell: &Rc<Shell>, live: &Live, words: String) {
    if live.last_words.replace(Some(words)).is_none() {
        live.instance.hush();
        let (shell, key) = (shell.clone(), live.key);
        Timer::new(0, move || shell.crashed(key, &JsValue::UNDEFINED)).forget();
    }
}

#[inline(never)]
fn refused(topic: &str, why: &str) -> JsValue {
    error("Refused", &concat(&[topic, ": ", why]))
}

fn report(live: &Live, level: &str, cause: String) {
    let instance = live.number;
    match level {
        "degraded" => live.slot.take(Input::Degraded { instance, cause }),
        "healthy" => live.slot.take(Input::Healthy { instance }),
        _ => {
            if live.reports.borrow_mut().take(monotonic_ms()) {
                log(level, &[&live.slot.name, ": ", &cause]);
            }
        }
    }
}
