//! Delivery on the bus: each handler is called by itself, and one that throws has crashed.
//!
//! What a payload means is its readers' business: the SDK reads it by the contract and reports
//! topic and member if it can't. Reading every type here as well would cost five kilobytes.

use super::browser::{Callable, hidden, monotonic_ms};
use super::page::Shell;
use super::slot::Live;
use crate::core::bus::Refusal;
use crate::core::supervisor::Input;
use contract::event::{SessionStale, SignInWanted, Topic};
use std::rc::Rc;
use wasm_bindgen::JsValue;

impl Shell {
    /// Publishes for a fragment: rights, size and rate are checked first.
    pub(crate) fn publish_for(
        self: &Rc<Self>,
        live: &Live,
        topic: &str,
        payload: &JsValue,
    ) -> Result<(), &'static str> {
        let (payload, chars) = js_wire::copy(payload).map_err(|_| "the payload is no JSON")?;
        let granted = live.slot.release().grants("publishes", topic);
        let allowed = live.rights.borrow_mut().publish(granted, chars, monotonic_ms());
        allowed.map_err(|why| why.as_str())?;
        if topic == SignInWanted::NAME && hidden("wallet") {
            // The wallet offers to sign in, where it can be seen.
            self.navigate("/wallet");
        }
        self.say(topic, &payload).map_err(|why| why.as_str())?;
        if topic == SessionStale::NAME {
            self.refresh_session();
        }
        Ok(())
    }

    /// Publishes what the shell or the server says.
    ///
    /// # Errors
    /// There is no such topic.
    pub fn say(&self, topic: &str, payload: &JsValue) -> Result<(), Refusal> {
        let subscribers = self.bus.borrow_mut().publish(topic, payload)?;
        for subscriber in subscribers {
            // An earlier handler may have ended this one.
            if self.bus.borrow().holds(subscriber.id) {
                self.deliver(subscriber.owner, &subscriber.handler, payload);
            }
        }
        Ok(())
    }

    /// Subscribes a fragment; a retained payload is delivered at once.
    pub(crate) fn subscribe_for(&self, live: &Live, topic: &str, handler: &Callable) -> Result<u32, Refusal> {
        live.rights.borrow_mut().subscribe(live.slot.release().grants("subscribes", topic))?;
        let (id, retained) = self.bus.borrow_mut().subscribe(topic, live.key, handler.clone())?;
        if let Some(payload) = retained {
            self.deliver(live.key, handler, &payload);
        }
        Ok(id)
    }

    /// Ends one subscription of a fragment's own.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates: then it names none
    pub(crate) fn unsubscribe_for(&self, live: &Live, id: &JsValue) {
        let id = id.as_f64().map_or(u32::MAX, |id| id as u32);
        if self.bus.borrow_mut().unsubscribe(id, live.key) {
            live.rights.borrow_mut().unsubscribe();
        }
    }

    fn deliver(&self, owner: u32, handler: &Callable, payload: &JsValue) {
        if let Err(thrown) = handler.call(&JsValue::UNDEFINED, payload) {
            self.crashed(owner, &thrown);
        }
    }

    /// An instance died; `thrown` is how the page saw it. What it said itself tells more.
    pub(crate) fn crashed(&self, key: u32, thrown: &JsValue) {
        self.each_slot(|slot| {
            if let Some(live) = slot.live().filter(|live| live.key == key) {
                let cause = live.last_words.take().unwrap_or_else(|| live.instance.why(thrown));
                slot.take(Input::Crashed { instance: live.number, cause });
            }
        });
    }
}
