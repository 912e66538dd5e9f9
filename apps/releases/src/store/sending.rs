//! Asking about a command, sending it, and what becomes of it.

use contract::problem::Code;
use contract::registry::{KillCommand, Standing};
use fragment::text::{text, text_with};
use fragment::{RequestError, host};

use super::{News, Store, Who};
use crate::command::Command;
use crate::rules::{least, reason_fault};

impl Store {
    /// Whether whoever is on duty may ask for that.
    pub(crate) fn may(&'static self, command: &Command) -> bool {
        matches!(self.who.get(), Who::Operator(who) if who.role >= least(command))
    }

    /// Asks before a command.
    pub(crate) fn ask(&'static self, command: Command) {
        self.news.set(None);
        self.reason.set(String::new());
        self.fault.set("");
        self.question.set(Some(command));
    }

    /// No. What is on its way can't be called back.
    pub(crate) fn withdraw_question(&'static self) {
        if self.busy.with(Option::is_none) {
            self.news.set(None);
            self.question.set(None);
        }
    }

    /// Yes.
    pub(crate) fn answer(&'static self) {
        let Some(mut command) = self.question.get().filter(|_| self.busy.with(Option::is_none)) else { return };
        if let Command::Kill(KillCommand { reason, .. }) = &mut command {
            *reason = self.reason.get().trim().to_owned();
            self.fault.set(reason_fault(reason));
            if !self.fault.get().is_empty() {
                return;
            }
        }
        self.send(command);
    }

    /// Sends it, without a question before.
    pub(crate) fn send(&'static self, command: Command) {
        self.busy.set(Some(command.clone()));
        self.news.set(None);
        let (who, token) = (self.who.get(), self.token.borrow().clone());
        fragment::spawn(async move {
            let reply = host().post_with::<_, Option<Standing>>(&token, command.path(), &command).await;
            if self.who.get() != who {
                return;
            }
            self.busy.set(None);
            let of = command.fragment().to_owned();
            match reply {
                Ok(standing) => {
                    self.question.set(None);
                    let version = standing.as_ref().and_then(|standing| standing.live.clone()).unwrap_or_default();
                    let values = [("fragment", &*of), ("version", &version)];
                    let words = text_with(done(&command), &values);
                    if let Some(standing) = standing {
                        self.learn_standing(standing);
                    }
                    self.news.set(Some(News { of, is_good: true, words }));
                }
                Err(error) => self.not_carried_out(of, &error),
            }
        });
    }

    fn not_carried_out(&'static self, of: String, error: &RequestError) {
        host().warn(&error.text());
        let id = match error.code() {
            Some(Code::SignedOut) => return self.is_over(),
            Some(Code::Forbidden) => "forbidden",
            Some(Code::NotFound) => "stands-differently",
            Some(Code::Conflict) if is_of_slots(error) => "slot-taken",
            Some(Code::Conflict) => "not-understood",
            Some(Code::InvalidValue) => "reason-refused",
            _ => "no-answer",
        };
        // Whatever it was, what is shown may be old.
        self.refresh();
        self.news.set(Some(News { of, is_good: false, words: text(id) }));
    }
}

/// Whether another fragment is in the way.
fn is_of_slots(error: &RequestError) -> bool {
    matches!(error, RequestError::Problem(problem) if problem.field.as_deref() == Some("slots"))
}

const fn done(command: &Command) -> &'static str {
    match command {
        Command::Kill(_) => "kill-done",
        Command::Revive(_) => "revive-done",
        Command::Rollback(_) => "rollback-done",
        Command::Promote(_) => "promote-done",
        Command::EndCanary(_) => "end-canary-done",
        Command::Inspect => "inspect-done",
    }
}
