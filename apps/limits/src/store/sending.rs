//! Sending what was asked for, and what becomes of it.

use contract::event::{Nothing, SessionStale};
use contract::limits::Limits;
use contract::problem::Code;
use fragment::text::text;
use fragment::{RequestError, host, new_key};

use super::{News, Store};
use crate::command::{Command, Place};
use crate::view::news_of;

impl Store {
    pub(super) fn send(&'static self, command: Command) {
        if self.busy.with(Option::is_some) {
            return;
        }
        // The same one of unknown outcome goes again under its key.
        let same = self.unknown.take().filter(|(unknown, _)| *unknown == command);
        let key = same.map_or_else(new_key, |(_, key)| key);
        self.busy.set(Some(command.clone()));
        self.news.set(None);
        let who = self.who.get();
        fragment::spawn(async move {
            let reply = if command.sets() {
                host().put::<_, Limits>(command.path(), &command, Some(&key))
            } else {
                host().post(command.path(), &command, Some(&key))
            };
            let reply = reply.await;
            if self.who.get() != who {
                return;
            }
            self.busy.set(None);
            match reply {
                Ok(limits) => self.carried_out(&command, limits),
                Err(error) => self.not_carried_out(command, key, &error),
            }
        });
    }

    fn carried_out(&'static self, command: &Command, limits: Limits) {
        // A question for the list that is still on its way is older than this.
        self.asked.set(self.asked.get().wrapping_add(1));
        let words = news_of(command, &limits);
        self.learn(limits);
        // Only what was asked for is over: another form or a question may have been opened meanwhile.
        let place = command.place();
        if place == Place::Question {
            return self.question.set(None);
        }
        if let Command::Set(set) = command
            && self.editing.get() == Some((set.kind, set.period))
        {
            self.editing.set(None);
        }
        self.news.set(Some(News { place, is_good: true, words }));
    }

    fn not_carried_out(&'static self, command: Command, key: String, error: &RequestError) {
        host().warn(&error.text());
        let place = command.place();
        let id = match (error.code(), error) {
            (Some(Code::SignedOut), _) => {
                host().publish(SessionStale, &Nothing {});
                "signed-out"
            }
            (Some(Code::Conflict), _) => {
                self.refresh();
                if place == Place::Question { "break-conflict" } else { "conflict" }
            }
            (Some(Code::InvalidValue), _) => "value-refused",
            (code, RequestError::Problem(problem)) if problem.status < 500 && code != Some(Code::InFlight) => {
                "unavailable"
            }
            (_, RequestError::NotGranted) => "unavailable",
            _ => {
                self.unknown.replace(Some((command, key)));
                "no-answer"
            }
        };
        self.news.set(Some(News { place, is_good: false, words: text(id) }));
    }
}
