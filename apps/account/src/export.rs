//! Everything that is held on the player, as a file.
//!
//! The browser fetches it by a link and keeps it; a page with it in its memory would be the wrong
//! place. A link tells nobody why it led to nothing, so before it is followed the account is asked
//! for, and what that answer says would be the link's end as well.

use contract::account::Account;
use fragment::text::{text, text_with};
use fragment::{State, clock, format, host};

use crate::store::{Store, failure};

/// The state of the link.
#[derive(Debug, Default)]
pub(crate) struct Export {
    pub(crate) busy: State<bool>,
    pub(crate) begun: State<bool>,
    /// Why there is no file.
    pub(crate) failure: State<String>,
}

impl Export {
    pub(crate) fn clear(&self) {
        self.busy.set(false);
        self.begun.set(false);
        self.failure.set(String::new());
    }

    /// Asks whether the link leads somewhere; `follow` does.
    pub(crate) fn ask(&'static self, store: &'static Store, follow: impl FnOnce() + 'static) {
        if self.busy.get() {
            return;
        }
        let epoch = store.epoch();
        self.clear();
        self.busy.set(true);
        fragment::spawn(async move {
            let reply = host().get::<Account>("/api/account").await;
            if store.epoch() != epoch {
                return;
            }
            self.busy.set(false);
            match reply {
                Ok(account) => {
                    let later = account.export_after_ms;
                    store.learn(account);
                    match later {
                        Some(after_ms) => {
                            let time = format::time(after_ms);
                            self.failure.set(text_with("export-later", &[("time", &time)]));
                        }
                        None => {
                            self.begun.set(true);
                            // Once the link is no longer held.
                            clock::after(0, follow);
                        }
                    }
                }
                Err(error) => self.failure.set(text(failure(&error))),
            }
        });
    }
}
