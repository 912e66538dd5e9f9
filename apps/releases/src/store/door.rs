//! Who is on duty: signing in and out, and a session that is over.

use contract::event::Nothing;
use contract::identity::SignIn;
use contract::operator::OperatorSession;
use contract::problem::Code;
use fragment::{RequestError, State, host};
use ui::Retry;

use super::{Store, Who};

/// The form at the door. The password is forgotten as soon as it was sent.
#[derive(Debug, Default)]
pub(crate) struct Door {
    pub(crate) email: State<String>,
    pub(crate) password: State<String>,
    pub(crate) busy: State<bool>,
    /// Why nobody is let in; a text's id, empty for nothing.
    pub(crate) failure: State<&'static str>,
}

impl Store {
    /// Signs an operator in.
    pub(crate) fn sign_in(&'static self) {
        let door = &self.door;
        if door.busy.get() {
            return;
        }
        let form = SignIn { email: door.email.get(), password: door.password.get() };
        if form.email.trim().is_empty() || form.password.is_empty() {
            return door.failure.set("door-empty");
        }
        door.failure.set("");
        door.busy.set(true);
        fragment::spawn(async move {
            let reply = host().post::<_, OperatorSession>("/api/operator/sign-in", &form, None).await;
            drop(form);
            door.busy.set(false);
            match reply {
                Ok(session) => {
                    door.email.set(String::new());
                    door.password.set(String::new());
                    self.begin(session);
                }
                Err(error) => door.failure.set(refusal(&error)),
            }
        });
    }

    /// Signs them out. The page is left at once, whether the server has heard of it or not.
    pub(crate) fn sign_out(&'static self) {
        self.end();
        fragment::spawn(async move {
            let reply = host().post::<_, Nothing>("/api/operator/sign-out", &Nothing {}, None).await;
            if let Err(error) = reply {
                host().warn(&error.text());
                self.door.failure.set("sign-out-failed");
            }
        });
    }

    /// Somebody is on duty.
    pub(super) fn begin(&'static self, session: OperatorSession) {
        self.token.replace(session.csrf_token);
        self.retry.set(Retry::default());
        self.set_down(false);
        self.who.set(Who::Operator(session.operator));
        self.refresh();
    }

    /// Nobody is. What an operator has seen is nobody else's.
    pub(super) fn end(&'static self) {
        self.asked.set(self.asked.get().wrapping_add(1));
        self.token.take();
        self.status.set(None);
        self.opened.set(String::new());
        self.question.set(None);
        self.reason.set(String::new());
        self.busy.set(None);
        self.news.set(None);
        self.health.clear();
        self.history.clear();
        self.retry.set(Retry::default());
        self.set_down(false);
        self.door.failure.set("");
        self.who.set(Who::Nobody);
    }

    /// The server knows no such session any more.
    pub(super) fn is_over(&'static self) {
        self.end();
        self.door.failure.set("signed-out");
    }
}

fn refusal(error: &RequestError) -> &'static str {
    host().warn(&error.text());
    match error.code() {
        Some(Code::WrongCredentials | Code::InvalidValue) => "door-wrong",
        Some(Code::TooMany) => "door-too-many",
        _ => "unavailable",
    }
}
