//! Where the player is signed in, and signing out there.

use contract::account::Sessions;
use contract::event::{Nothing, SessionStale};
use contract::identity::Session;
use contract::plain::concat;
use contract::problem::Code;
use fragment::text::text;
use fragment::{State, host};

use crate::store::{Store, failure};

/// What stands in [`Devices::ending`] for all of them.
pub(crate) const ALL: &str = "all";

/// The state of the list.
#[derive(Debug, Default)]
pub(crate) struct Devices {
    /// The session that is being ended, or [`ALL`]; empty for none.
    pub(crate) ending: State<String>,
    /// The question before signing out everywhere is on the screen.
    pub(crate) asking: State<bool>,
    /// Why it did not work.
    pub(crate) failure: State<String>,
}

impl Devices {
    pub(crate) fn clear(&self) {
        self.ending.set(String::new());
        self.asking.set(false);
        self.failure.set(String::new());
    }

    /// Signs one device out.
    pub(crate) fn end(&'static self, store: &'static Store, session: &str) {
        let path = concat(&["/api/account/sessions/", session, "/end"]);
        let epoch = store.epoch();
        if !self.begin(session) {
            return;
        }
        fragment::spawn(async move {
            let reply = host().post::<_, Sessions>(&path, &Nothing {}, None).await;
            if store.epoch() != epoch {
                return;
            }
            self.ending.set(String::new());
            match reply {
                Ok(left) => store.learn_sessions(left),
                // It has ended by itself, or from another device.
                Err(error) if error.code() == Some(Code::NotFound) => store.refresh(),
                Err(error) => self.failure.set(text(failure(&error))),
            }
        });
    }

    /// Signs out everywhere, here as well.
    pub(crate) fn end_all(&'static self, store: &'static Store) {
        let epoch = store.epoch();
        if !self.begin(ALL) {
            return;
        }
        fragment::spawn(async move {
            let reply = host().post::<_, Session>("/api/account/sessions/end-all", &Nothing {}, None).await;
            if store.epoch() != epoch {
                return;
            }
            match reply {
                // Busy until the shell has read the session.
                Ok(_) => host().publish(SessionStale, &Nothing {}),
                Err(error) => {
                    self.ending.set(String::new());
                    self.failure.set(text(failure(&error)));
                }
            }
        });
    }

    fn begin(&self, what: &str) -> bool {
        let is_free = self.ending.with(String::is_empty);
        if is_free {
            self.failure.set(String::new());
            self.ending.set(what.to_owned());
        }
        is_free
    }
}
