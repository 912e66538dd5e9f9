//! Uncaught errors: whose they are.
//!
//! A panic names itself through `host.fail`. What does not (a trap, an exception of plain
//! JavaScript) ends up here; its stack names the `blob:` URL that the release was imported from, even
//! if only frames of its glue are left. Of several instances of one release the stack can't tell which
//! it was, but the dead one's own stack can. Where nothing tells, all of them restart.

use super::browser::{errors, function};
use super::page::Shell;
use super::slot::Live;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;

impl Shell {
    /// Watches for as long as the page lives.
    pub fn watch_errors(self: &Rc<Self>) {
        let shell = self.clone();
        errors(&function(move |places, thrown| {
            let suspects = shell.running(&places);
            let is_known = suspects.iter().any(|live| live.instance.died());
            for live in suspects {
                if !is_known || live.instance.died() {
                    shell.crashed(live.key, &thrown);
                }
            }
            Ok(JsValue::UNDEFINED)
        }));
    }

    /// The instances of the releases that are named in `places`.
    fn running(&self, places: &JsValue) -> Vec<Rc<Live>> {
        let found = RefCell::new(Vec::new());
        self.each_slot(|slot| {
            if slot.release.is_in(places) {
                found.borrow_mut().extend(slot.live());
            }
        });
        found.into_inner()
    }
}
