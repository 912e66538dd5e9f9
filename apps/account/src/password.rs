//! The form of the password. What is typed is forgotten as soon as it was sent.

use contract::account::PasswordChange;
use contract::event::{Nothing, SessionStale};
use contract::identity::Session;
use contract::problem::Code;
use fragment::text::text;
use fragment::{RequestError, State, host};

use crate::store::{Fault, Store, failure};

/// The form.
#[derive(Debug, Default)]
pub(crate) struct Password {
    pub(crate) current: State<String>,
    pub(crate) new: State<String>,
    pub(crate) busy: State<bool>,
    pub(crate) fault: State<Fault>,
    pub(crate) changed: State<bool>,
    /// Why it did not work, when no field is at fault.
    pub(crate) failure: State<String>,
}

impl Password {
    pub(crate) fn clear(&self) {
        self.busy.set(false);
        self.say_nothing();
        self.forget();
    }

    fn forget(&self) {
        self.current.set(String::new());
        self.new.set(String::new());
    }

    fn say_nothing(&self) {
        self.changed.set(false);
        self.fault.set(Fault::default());
        self.failure.set(String::new());
    }

    /// Sends the form.
    pub(crate) fn submit(&'static self, store: &'static Store) {
        if self.busy.get() {
            return;
        }
        let change = PasswordChange { current_password: self.current.get(), new_password: self.new.get() };
        let epoch = store.epoch();
        self.say_nothing();
        self.busy.set(true);
        fragment::spawn(async move {
            let reply = host().post::<_, Session>("/api/account/password", &change, None).await;
            drop(change);
            if store.epoch() != epoch {
                return;
            }
            self.busy.set(false);
            match reply {
                Ok(_) => {
                    self.forget();
                    self.changed.set(true);
                    // The session is another one now, and with it the shell's token.
                    host().publish(SessionStale, &Nothing {});
                    store.refresh();
                }
                Err(error) => self.not_changed(&error),
            }
        });
    }

    fn not_changed(&self, error: &RequestError) {
        let fault = |field: &str, id| self.fault.set(Fault { field: field.to_owned(), message: text(id) });
        let field = match error {
            RequestError::Problem(problem) => problem.field.as_deref().unwrap_or_default(),
            _ => "",
        };
        match (error.code(), field) {
            (Some(Code::WrongCredentials), _) => fault("current_password", "current-password-wrong"),
            (Some(Code::InvalidValue), "current_password") => fault(field, "current-password-missing"),
            (Some(Code::InvalidValue), "new_password") => fault(field, "new-password-invalid"),
            (Some(Code::TooMany), _) => self.failure.set(text("password-too-many")),
            _ => self.failure.set(text(failure(error))),
        }
    }
}
