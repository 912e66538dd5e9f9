//! How one fragment has done over time, asked for again now and then.

use std::cell::Cell;

use contract::health::FragmentHealth;
use contract::plain::concat;
use contract::problem::Code;
use fragment::{State, clock, host};

use super::Store;

/// How often it is asked for: what pages tell changes an hour little by little.
const ASK_EVERY_MS: i64 = 30_000;

/// What is chosen, and what is known of it.
#[derive(Debug, Default)]
pub(crate) struct Health {
    /// Of which fragment; empty before there is one.
    pub(crate) of: State<String>,
    /// How far back, in the contract's word; empty before there is a fragment.
    pub(crate) span: State<String>,
    /// Absent until the first answer.
    pub(crate) told: State<Option<FragmentHealth>>,
    pub(crate) failed: State<bool>,
    due_ms: Cell<i64>,
    /// Counts questions: only the last one's answer counts.
    asked: Cell<u32>,
}

impl Health {
    pub(super) fn clear(&self) {
        self.asked.set(self.asked.get().wrapping_add(1));
        self.of.set(String::new());
        self.told.set(None);
        self.failed.set(false);
    }

    /// The first one's last day, unless something is chosen.
    pub(super) fn begin_with(&self, first: Option<&str>) {
        if self.of.with(String::is_empty) {
            self.span.set("day".to_owned());
            self.of.set(first.unwrap_or_default().to_owned());
        }
    }
}

impl Store {
    /// Something else was chosen.
    pub(crate) fn show_health(&'static self) {
        self.health.told.set(None);
        self.health.failed.set(false);
        self.ask_health();
    }

    /// Asks again if it is time.
    pub(super) fn keep_health(&'static self, now_ms: i64) {
        if now_ms >= self.health.due_ms.get() {
            self.ask_health();
        }
    }

    /// Asks for what is chosen.
    pub(crate) fn ask_health(&'static self) {
        let health = &self.health;
        let of = health.of.get();
        if of.is_empty() {
            return;
        }
        health.due_ms.set(clock::monotonic_ms().saturating_add(ASK_EVERY_MS));
        health.asked.set(health.asked.get().wrapping_add(1));
        let question = health.asked.get();
        // Names are letters, digits and dashes.
        let path = concat(&["/api/operator/releases/health?fragment=", &of, "&span=", &health.span.get()]);
        fragment::spawn(async move {
            let reply = host().get::<FragmentHealth>(&path).await;
            if health.asked.get() != question {
                return;
            }
            health.failed.set(reply.is_err());
            match reply {
                Ok(told) => health.told.set(Some(told)),
                Err(error) if error.code() == Some(Code::SignedOut) => self.is_over(),
                Err(error) => host().warn(&error.text()),
            }
        });
    }
}
