//! The state behind the views: everything that is known, asked for and heard.

mod forms;
mod sending;

use std::cell::{Cell, RefCell};

use contract::event::{Connection, Nothing, PlayerBlock, PlayerLimits, SessionChanged, SessionStale, WalletBalance};
use contract::limits::{Limit, LimitKind, Limits, Period};
use contract::problem::Code;
use fragment::{ServerClock, State, clock, host};
use ui::{Retry, document};

use crate::command::{Command, Place};
use crate::rules::{changes_at_ms, find};

/// Who is looking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Who {
    /// The session is not known yet.
    #[default]
    Unknown,
    /// Nobody is signed in.
    Visitor,
    /// Somebody is, by id.
    Player(String),
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct News {
    pub(crate) place: Place,
    pub(crate) is_good: bool,
    pub(crate) words: String,
}

/// The state of the page.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) who: State<Who>,
    /// Absent until the first answer.
    pub(crate) limits: State<Option<Limits>>,
    /// The last question was not answered.
    pub(crate) down: State<bool>,
    pub(crate) offline: State<bool>,
    /// The server's time, moved on every second.
    pub(crate) now_ms: State<i64>,
    /// The limit whose form is open.
    pub(crate) editing: State<Option<(LimitKind, Period)>>,
    pub(crate) amount: State<String>,
    /// What is wrong with what was typed; a text's id, empty for nothing.
    pub(crate) fault: State<&'static str>,
    /// What a command is on its way for.
    pub(crate) busy: State<Option<Command>>,
    pub(crate) news: State<Option<News>>,
    /// Which of the intervals, lengths and terms is chosen.
    pub(crate) check: State<usize>,
    pub(crate) length: State<usize>,
    pub(crate) term: State<usize>,
    /// What is asked about before it is sent, because it can't be undone.
    pub(crate) question: State<Option<Command>>,
    clock: Cell<ServerClock>,
    /// A command of unknown outcome, with its key.
    unknown: RefCell<Option<(Command, String)>>,
    retry: Cell<Retry>,
    /// Something has changed that has to be asked for.
    is_outdated: Cell<bool>,
    /// Counts questions: only the last one's answer counts.
    asked: Cell<u32>,
}

impl Store {
    /// Makes the state and begins to listen. It is never freed: one instance of the module is one
    /// mounted fragment, and its memory goes with it.
    pub(crate) fn open() -> &'static Self {
        let store: &'static Self = Box::leak(Box::default());
        store.listen();
        store
    }

    fn listen(&'static self) {
        let host = host();
        host.subscribe(SessionChanged, move |session| {
            self.session_changed(session.player.map_or(Who::Visitor, |player| Who::Player(player.id)));
        });
        host.subscribe(Connection, move |connection| {
            // Events may have been missed meanwhile.
            self.is_outdated.set(self.is_outdated.get() || (connection.online && self.offline.get()));
            self.offline.set(!connection.online);
        });
        // Gathered for a second: a round brings several of them.
        host.subscribe(PlayerLimits, move |_| self.is_outdated.set(true));
        host.subscribe(PlayerBlock, move |_| self.is_outdated.set(true));
        host.subscribe(WalletBalance, move |_| self.is_outdated.set(true));
        clock::every(1_000, move || self.tick());
    }

    fn session_changed(&'static self, who: Who) {
        if who == self.who.get() {
            return;
        }
        // Nothing of one player may be shown to another.
        self.limits.set(None);
        self.editing.set(None);
        self.busy.set(None);
        self.news.set(None);
        self.question.set(None);
        self.unknown.take();
        self.retry.set(Retry::default());
        self.asked.set(self.asked.get().wrapping_add(1));
        self.set_down(false);
        self.who.set(who);
        if self.is_player() {
            self.refresh();
        }
    }

    fn is_player(&'static self) -> bool {
        matches!(self.who.get(), Who::Player(_))
    }

    fn tick(&'static self) {
        let monotonic_ms = clock::monotonic_ms();
        let before_ms = self.now_ms.get();
        self.now_ms.set(self.clock.get().now_ms(monotonic_ms));
        let now_ms = self.now_ms.get();
        let has_passed = self.limits.with(|limits| {
            let changes_at_ms = limits.as_ref().and_then(|limits| changes_at_ms(limits, before_ms));
            changes_at_ms.is_some_and(|at_ms| at_ms <= now_ms)
        });
        let is_wanted = self.is_outdated.get() || has_passed || self.retry.get().is_due(monotonic_ms);
        if is_wanted && self.is_player() && !self.offline.get() && !document().hidden() {
            self.refresh();
        } else if has_passed {
            self.is_outdated.set(true);
        }
    }

    /// Asks how everything stands.
    pub(crate) fn refresh(&'static self) {
        self.is_outdated.set(false);
        self.retry.set(self.retry.get().started());
        let question = self.asked.get().wrapping_add(1);
        self.asked.set(question);
        fragment::spawn(async move {
            let reply = host().get::<Limits>("/api/limits").await;
            if self.asked.get() != question {
                return;
            }
            match reply {
                Ok(limits) => self.learn(limits),
                Err(error) if error.code() == Some(Code::SignedOut) => host().publish(SessionStale, &Nothing {}),
                Err(error) => {
                    self.retry.set(self.retry.get().failed(clock::monotonic_ms()));
                    host().warn(&error.text());
                    self.set_down(true);
                }
            }
        });
    }

    fn learn(&'static self, limits: Limits) {
        self.retry.set(Retry::default());
        self.set_down(false);
        if self.limits.with(|known| known.as_ref().is_some_and(|known| known.version > limits.version)) {
            return;
        }
        let monotonic_ms = clock::monotonic_ms();
        self.clock.set(ServerClock::replied(limits.now_ms, monotonic_ms));
        self.now_ms.set(limits.now_ms);
        let chosen = limits.check_choices.iter().position(|minutes| *minutes == limits.check_minutes);
        let is_same = |known: &Limits| known.check_minutes == limits.check_minutes;
        // What somebody is just choosing stays.
        if !self.limits.with(|known| known.as_ref().is_some_and(is_same)) {
            self.check.set(chosen.unwrap_or_default());
        }
        self.limits.set(Some(limits));
    }

    fn set_down(&'static self, down: bool) {
        host().set_down(&self.down, down, "the limits can't be read");
    }

    /// Reads a limit, if it is known.
    pub(crate) fn with_limit<R>(
        &'static self,
        (kind, period): (LimitKind, Period),
        read: impl FnOnce(&Limits, &Limit) -> R,
    ) -> Option<R> {
        self.limits.with(|limits| {
            let limits = limits.as_ref()?;
            find(limits, kind, period).map(|limit| read(limits, limit))
        })
    }
}
