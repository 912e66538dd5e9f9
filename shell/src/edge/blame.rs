//! Uncaught errors: whose they are.
//!
//! A panic names itself through `host.fail`. What does not (a trap, an exception of plain
//! JavaScript) ends up here; its stack names the `blob:` URL that the release was imported from.
//! Where a release has several instances the stack can't tell them apart: then each restarts.

use super::browser::{errors, function};
use super::page::Shell;
use std::rc::Rc;
use wasm_bindgen::JsValue;

impl Shell {
    /// Watches for as long as the page lives.
    pub fn watch_errors(self: &Rc<Self>) {
        let shell = self.clone();
        errors(&function(move |places, thrown| {
            shell.each_slot(|slot| {
                if slot.release.is_in(&places)
                    && let Some(live) = slot.live()
                {
                    shell.crashed(live.key, &thrown);
                }
            });
            Ok(JsValue::UNDEFINED)
        }));
    }
}
