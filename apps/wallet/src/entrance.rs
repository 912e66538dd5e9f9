//! Getting in: a demo player in one click, sign-in, sign-up; and getting out.

use std::cell::Cell;

use contract::event::{Nothing, SessionStale};
use contract::identity::{Session, SignIn, SignUp};
use contract::problem::Code;
use contract::wire::{Encode, Sink};
use fragment::text::text;
use fragment::{RequestError, State, clock, host};

use crate::credentials::{self, CredentialField};

/// How long the shell may take to notice a new session before the forms can be used again.
const SESSION_MS: i64 = 8_000;

/// What is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entering {
    /// A demo player.
    Demo,
    /// Sign-in or sign-up.
    Form,
    /// Sign-out.
    Leaving,
}

/// What is sent. One type, so that sending is compiled once.
#[derive(Clone, Debug)]
enum Credentials {
    None,
    SignIn(SignIn),
    SignUp(SignUp),
}

impl Encode for Credentials {
    fn write<S: Sink>(&self) -> S {
        match self {
            Self::None => S::object(),
            Self::SignIn(sign_in) => sign_in.write(),
            Self::SignUp(sign_up) => sign_up.write(),
        }
    }
}

/// The state of the forms.
#[derive(Debug, Default)]
pub(crate) struct Entrance {
    /// Which form is shown: 0 sign-in, 1 sign-up.
    pub(crate) way: State<usize>,
    pub(crate) name: State<String>,
    pub(crate) email: State<String>,
    pub(crate) password: State<String>,
    pub(crate) entering: State<Option<Entering>>,
    /// The field at fault and the text to show there.
    pub(crate) fault: State<Option<(CredentialField, String)>>,
    /// What did not work, when no field is at fault.
    pub(crate) failure: State<String>,
    /// How often another fragment asked for a player; 0 for never.
    pub(crate) calls: State<u32>,
    /// Somebody was here until now, and has not signed out here.
    pub(crate) ended: State<bool>,
    free_at_ms: Cell<Option<i64>>,
}

impl Entrance {
    /// Another fragment needs a player. Nothing to do where somebody plays already.
    pub(crate) fn wanted(&'static self, has_player: bool) {
        if !has_player {
            self.calls.update(|calls| *calls = calls.wrapping_add(1).max(1));
        }
    }

    /// The shell told who is signed in: whatever was on its way has arrived.
    pub(crate) fn arrived(&'static self, had_player: bool, is_player: bool) {
        let was_leaving = self.entering.get() == Some(Entering::Leaving);
        self.ended.set(had_player && !is_player && !was_leaving);
        self.entering.set(None);
        self.free_at_ms.set(None);
        self.failure.set(String::new());
        for typed in [&self.name, &self.email, &self.password] {
            typed.set(String::new());
        }
        if is_player {
            self.calls.set(0);
        }
    }

    /// Frees the forms if the shell could not read the session.
    pub(crate) fn tick(&'static self, now_ms: i64) {
        if self.free_at_ms.get().is_some_and(|free_at_ms| now_ms >= free_at_ms) {
            self.free_at_ms.set(None);
            self.entering.set(None);
            self.failure.set(text("unavailable"));
        }
    }

    /// What is wrong with a field; empty when nothing is.
    pub(crate) fn message(&'static self, field: CredentialField) -> String {
        self.fault.with(|fault| match fault {
            Some((at, message)) if *at == field => message.clone(),
            _ => String::new(),
        })
    }

    /// Plays with a fresh demo player.
    pub(crate) fn demo(&'static self) {
        self.send(Entering::Demo, "/api/identity/demo", Credentials::None);
    }

    /// Signs out.
    pub(crate) fn leave(&'static self) {
        self.failure.set(String::new());
        self.send(Entering::Leaving, "/api/identity/sign-out", Credentials::None);
    }

    /// Sends the form that is shown, unless a field can't be right.
    pub(crate) fn submit(&'static self) {
        let (name, email, password) = (self.name.get(), self.email.get(), self.password.get());
        let signs_up = self.way.get() == 1;
        let fault = credentials::fault(signs_up.then_some(name.as_str()), &email, &password);
        self.failure.set(String::new());
        self.fault.set(fault.map(|field| (field, text(fault_text(field, signs_up)))));
        if fault.is_some() {
            return;
        }
        let (name, email) = (name.trim().to_owned(), email.trim().to_owned());
        if signs_up {
            self.send(Entering::Form, "/api/identity/sign-up", Credentials::SignUp(SignUp { name, email, password }));
        } else {
            self.send(Entering::Form, "/api/identity/sign-in", Credentials::SignIn(SignIn { email, password }));
        }
    }

    fn send(&'static self, entering: Entering, path: &'static str, body: Credentials) {
        if self.entering.get().is_some() {
            return;
        }
        self.entering.set(Some(entering));
        fragment::spawn(async move {
            match host().post::<_, Session>(path, &body, None).await {
                Ok(_) => {
                    // Busy until the shell has read the session, so that nobody enters twice.
                    self.free_at_ms.set(Some(clock::now_ms() + SESSION_MS));
                    host().publish(SessionStale, &Nothing {});
                }
                Err(error) => self.failed(&error),
            }
        });
    }

    fn failed(&'static self, error: &RequestError) {
        self.entering.set(None);
        if let RequestError::Problem(problem) = error {
            let field = match problem.code() {
                Some(Code::EmailTaken) => {
                    self.fault.set(Some((CredentialField::Email, text("email-taken"))));
                    return;
                }
                Some(Code::InvalidValue) => problem.field.as_deref().and_then(CredentialField::from_name),
                _ => None,
            };
            if let Some(field) = field {
                self.fault.set(Some((field, text(field.message()))));
                return;
            }
        }
        host().warn(&error.text());
        self.failure.set(text(match (error.code(), error) {
            (Some(Code::WrongCredentials), _) => "wrong-credentials",
            (Some(Code::Locked), _) => "account-locked",
            (Some(Code::TooMany), _) => "too-many",
            (_, RequestError::Offline | RequestError::Timeout) => "no-connection",
            _ => "unavailable",
        }));
    }
}

/// Sign-in asks for a password, sign-up also for a long one.
const fn fault_text(field: CredentialField, signs_up: bool) -> &'static str {
    match (field, signs_up) {
        (CredentialField::Password, false) => "password-missing",
        _ => field.message(),
    }
}
