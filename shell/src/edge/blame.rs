//! Uncaught errors: whose they are.
//!
//! A panic names itself through `host.fail`. What does not (a trap, an exception of plain
//! JavaScript) ends up here; its stack names the `blob:` URL that the release was imported from, even
//! if only frames of its glue are left. Of several instances of one release the stack can't tell which
//! it was, but the dead one's own stack can. Where nothing tells, all of them restart, unless one of them
//! has just done so: an event goes on to the other listeners of what died, and a promise's rejection is told
//! late, when the successor is there already. And what died deep inside its program leaves no frame of its
//! glue in the stack, which is cut at the top: then the dead are looked for among all, and an error of
//! nobody's harms nobody.

use super::browser::{errors, function};
use super::page::Shell;
use super::slot::{Live, Slot};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;

impl Shell {
    /// Watches for as long as the page lives.
    pub fn watch_errors(self: &Rc<Self>) {
        let shell = self.clone();
        errors(&function(move |places, thrown| {
            let named = shell.running(|slot| slot.release().is_in(&places));
            let unnamed = named.is_empty();
            let suspects = if unnamed { shell.running(|_| true) } else { named };
            let is_known = unnamed || suspects.iter().any(|live| live.slot.aftermath.get() || live.instance.died());
            for live in suspects {
                if !is_known || live.instance.died() {
                    shell.crashed(live.key, &thrown);
                }
            }
            Ok(JsValue::UNDEFINED)
        }));
    }

    /// The instances in the slots that `is` says yes to.
    fn running(&self, is: impl Fn(&Slot) -> bool) -> Vec<Rc<Live>> {
        let found = RefCell::new(Vec::new());
        self.each_slot(|slot| {
            if is(slot) {
                found.borrow_mut().extend(slot.live());
            }
        });
        found.into_inner()
    }
}
