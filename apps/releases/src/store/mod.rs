//! The state behind the views: who is on duty, how everything stands, and when it is asked for again.

mod door;
mod health;
mod history;
mod sending;

use std::cell::{Cell, RefCell};

use contract::event::Connection;
use contract::operator::{Operator, OperatorSession};
use contract::problem::Code;
use contract::registry::{RegistryStatus, Standing};
use fragment::{RequestError, State, clock, host};
use ui::{Retry, document};

use crate::command::Command;
use crate::rules::{with_figures_of, without_figures};
pub(crate) use door::Door;
pub(crate) use health::Health;
pub(crate) use history::History;

/// How often it is asked how everything stands: teams and other operators change it, too.
const ASK_EVERY_MS: i64 = 5_000;

/// Who is at the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Who {
    /// Nobody has answered yet.
    #[default]
    Unknown,
    /// No operator.
    Nobody,
    /// An operator.
    Operator(Operator),
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct News {
    /// At which fragment; empty where it is about none.
    pub(crate) of: String,
    pub(crate) is_good: bool,
    pub(crate) words: String,
}

/// The state of the page.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) who: State<Who>,
    pub(crate) door: Door,
    /// Absent until the first answer.
    pub(crate) status: State<Option<RegistryStatus>>,
    /// The last question was not answered.
    pub(crate) down: State<bool>,
    pub(crate) offline: State<bool>,
    /// When the last answer came, Unix milliseconds.
    pub(crate) seen_ms: Cell<i64>,
    /// Whose releases are shown; a name, empty for nobody's.
    pub(crate) opened: State<String>,
    /// What is asked about before it is sent.
    pub(crate) question: State<Option<Command>>,
    pub(crate) reason: State<String>,
    /// What is wrong with the reason; a text's id, empty for nothing.
    pub(crate) fault: State<&'static str>,
    /// What is on its way.
    pub(crate) busy: State<Option<Command>>,
    pub(crate) news: State<Option<News>>,
    pub(crate) health: Health,
    pub(crate) history: History,
    /// For commands; of the operator's session.
    token: RefCell<String>,
    retry: Cell<Retry>,
    /// By the clock that only goes forward.
    due_ms: Cell<i64>,
    /// Counts questions and sessions: only the last question's answer counts.
    asked: Cell<u32>,
}

impl Store {
    /// Makes the state and begins to ask. It is never freed: one instance of the module is one
    /// mounted fragment, and its memory goes with it.
    pub(crate) fn open() -> &'static Self {
        let store: &'static Self = Box::leak(Box::default());
        host().subscribe(Connection, move |connection| {
            let was_offline = store.offline.get();
            store.offline.set(!connection.online);
            if connection.online && was_offline {
                store.refresh();
            }
        });
        clock::every(1_000, move || store.tick());
        store.refresh();
        store
    }

    fn tick(&'static self) {
        let now_ms = clock::monotonic_ms();
        let is_on_duty = matches!(self.who.get(), Who::Operator(_));
        if self.offline.get() || document().hidden() {
            return;
        }
        let is_watched = is_on_duty && !self.down.get();
        if self.retry.get().is_due(now_ms) || (is_watched && now_ms >= self.due_ms.get()) {
            self.refresh();
        }
        if is_watched {
            self.keep_health(now_ms);
        }
    }

    /// Asks who is on duty, or how everything stands.
    pub(crate) fn refresh(&'static self) {
        match self.who.get() {
            Who::Unknown => self.ask_who(),
            Who::Nobody => {}
            Who::Operator(_) => self.ask_status(),
        }
    }

    fn ask_who(&'static self) {
        let question = self.next_question();
        fragment::spawn(async move {
            let reply = host().get::<OperatorSession>("/api/operator/session").await;
            if self.asked.get() != question {
                return;
            }
            match reply {
                Ok(session) => self.begin(session),
                Err(error) if error.code() == Some(Code::SignedOut) => self.end(),
                Err(error) => self.no_answer(&error),
            }
        });
    }

    fn ask_status(&'static self) {
        let question = self.next_question();
        fragment::spawn(async move {
            let reply = host().get::<RegistryStatus>("/api/operator/releases").await;
            if self.asked.get() != question {
                return;
            }
            match reply {
                Ok(status) => self.learn(status),
                Err(error) if error.code() == Some(Code::SignedOut) => self.is_over(),
                Err(error) => self.no_answer(&error),
            }
        });
    }

    fn next_question(&'static self) -> u32 {
        self.retry.set(self.retry.get().started());
        self.due_ms.set(clock::monotonic_ms().saturating_add(ASK_EVERY_MS));
        self.asked.set(self.asked.get().wrapping_add(1));
        self.asked.get()
    }

    fn learn(&'static self, status: RegistryStatus) {
        self.retry.set(Retry::default());
        self.seen_ms.set(clock::now_ms());
        self.set_down(false);
        self.health.begin_with(status.fragments.first().map(|first| &*first.fragment));
        let is_same = self.status.with(|known| known.as_ref().map(standings)) == Some(standings(&status));
        self.status.set(Some(status));
        // Whoever reads an earlier page of the history keeps it until something was done.
        if !is_same {
            self.refresh_history();
        }
    }

    /// Takes over how a fragment stands after a command.
    fn learn_standing(&'static self, standing: Standing) {
        // A question that is still on its way is older than this.
        self.asked.set(self.asked.get().wrapping_add(1));
        self.status.update(|status| {
            let Some(status) = status else { return };
            match status.fragments.iter_mut().find(|known| known.fragment == standing.fragment) {
                Some(known) => *known = with_figures_of(known, standing),
                None => status.fragments.push(standing),
            }
        });
        // New figures come with the next answer.
        self.due_ms.set(0);
        self.refresh_history();
        self.ask_health();
    }

    fn no_answer(&'static self, error: &RequestError) {
        self.retry.set(self.retry.get().failed(clock::monotonic_ms()));
        host().warn(&error.text());
        self.set_down(true);
    }

    fn set_down(&'static self, down: bool) {
        host().set_down(&self.down, down, "the releases can't be read");
    }

    /// How a fragment stands and does, if that is known.
    pub(crate) fn with_standing<R>(&'static self, name: &str, read: impl FnOnce(&Standing) -> R) -> Option<R> {
        self.status.with(|status| {
            let standing = status.as_ref()?.fragments.iter().find(|standing| standing.fragment == name)?;
            Some(read(standing))
        })
    }
}

/// How everything stands, however it does.
fn standings(status: &RegistryStatus) -> (u64, Vec<Standing>) {
    (status.serial, status.fragments.iter().map(without_figures).collect())
}
