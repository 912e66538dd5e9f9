//! The signals behind the views: everything the wallet knows, asks for and hears.
//!
//! One value, made once per instance, so that a change of view (side or main) loses nothing: neither a half-typed amount nor a command whose outcome is not known yet.

use std::cell::{Cell, RefCell};

use contract::event::{Connection, Nothing, SessionChanged, SessionStale, SessionState, SignInWanted};
use contract::event::{WalletBalance, WalletEntry};
use contract::identity::Player;
use contract::plain::concat;
use contract::problem::Code;
use contract::wallet::{Balance, Entry, EntryKind, History};
use fragment::text::text;
use fragment::{RequestError, State, clock, follow, format, host, untrack};
use ui::{Retry, document};

use crate::balance::{self, Known};
use crate::cashier::{Cashier, Command};
use crate::entrance::Entrance;
use crate::history::{self, Filter, KINDS, PERIODS};
use crate::pending::Stage;
use crate::playing::Playing;

/// How many live lines are kept to complete a page that was read before they were written.
const RECENT: usize = 32;

/// Who is at the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Who {
    /// The session is not known yet.
    #[default]
    Unknown,
    /// Nobody is signed in.
    Visitor,
    /// Somebody is.
    Player(Player),
}

/// Where a list that is asked for stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Page {
    /// On its way.
    #[default]
    Loading,
    /// Here.
    Ready(History),
    /// No answer.
    Failed,
}

/// The wallet's state.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) who: State<Who>,
    pub(crate) known: State<Option<Known>>,
    /// The wallet service did not answer the last question for the balance.
    pub(crate) down: State<bool>,
    /// Requests and events don't get through, as far as the shell knows.
    pub(crate) offline: State<bool>,
    pub(crate) page: State<Page>,
    pub(crate) loading_more: State<bool>,
    /// The next page did not come.
    pub(crate) more_failed: State<bool>,
    pub(crate) kind: State<usize>,
    pub(crate) period: State<usize>,
    pub(crate) entrance: Entrance,
    pub(crate) playing: Playing,
    pub(crate) deposit: Cashier,
    pub(crate) withdraw: Cashier,
    /// Which form is open: 0 deposit, 1 withdraw.
    pub(crate) command: State<usize>,
    /// Whether the compact view shows a form at all.
    pub(crate) form_open: State<bool>,
    /// How a withdrawal ended that was checked, while nothing has come after it.
    pub(crate) decided: State<String>,
    /// Who was signed in last: an order whose outcome is not known waits for this player.
    last_player: RefCell<String>,
    recent: RefCell<Vec<Entry>>,
    retry: Cell<Retry>,
    /// The history's own: lines may fail where the balance is known, and the other way round.
    history_retry: Cell<Retry>,
    /// Counts sessions: an answer to a question of an earlier one is dropped.
    epoch: Cell<u32>,
    /// Counts questions for the history: only the last one's answer is shown.
    asked: Cell<u32>,
}

impl Store {
    /// Makes the state and begins to listen. It is never freed: one instance of the module is one
    /// mounted wallet, and its memory goes with it.
    pub(crate) fn open() -> &'static Self {
        let store: &'static Self = Box::leak(Box::new(Self {
            period: State::new(PERIODS.len() - 1),
            withdraw: Cashier { command: Command::Withdraw, ..Cashier::default() },
            ..Self::default()
        }));
        store.listen();
        store
    }

    fn listen(&'static self) {
        let host = host();
        host.subscribe(SessionChanged, move |session| self.session_changed(session));
        host.subscribe(Connection, move |connection| self.connection_changed(connection.online));
        host.subscribe(WalletBalance, move |balance| self.learn(balance));
        host.subscribe(WalletEntry, move |entry| self.add_entry(entry));
        host.subscribe(SignInWanted, move |_| self.entrance.wanted(self.is_player()));
        self.playing.listen(self);
        clock::every(1_000, move || self.tick());
        follow(move || {
            // Another filter is chosen: lines and totals of the one before are not what it shows.
            self.page.set(Page::Loading);
            self.load_history();
        });
    }

    /// What the history is asked for.
    pub(crate) fn filter(&'static self) -> Filter {
        Filter { kind: KINDS[self.kind.get()], period: PERIODS[self.period.get()] }
    }

    /// The number of the session, to tell whether an answer still belongs to it.
    pub(crate) fn epoch(&'static self) -> u32 {
        self.epoch.get()
    }

    /// Whether the balance that is shown may be out of date.
    pub(crate) fn is_stale(&'static self) -> bool {
        self.down.get() || self.offline.get()
    }

    /// Whether an order waits whose outcome is not known: its key must not be lost.
    pub(crate) fn is_unsure(&'static self) -> bool {
        self.deposit.stage() == Stage::Unsure || self.withdraw.stage() == Stage::Unsure
    }

    /// The form of a command.
    pub(crate) fn cashier(&'static self, command: usize) -> &'static Cashier {
        if command == 0 { &self.deposit } else { &self.withdraw }
    }

    fn session_changed(&'static self, session: SessionState) {
        let who = session.player.map_or(Who::Visitor, Who::Player);
        let before = self.who.get();
        if who == before {
            return;
        }
        if let (Who::Player(before), Who::Player(now)) = (&before, &who)
            && before.id == now.id
        {
            // Under another name: nothing else is new.
            return self.who.set(who);
        }
        let is_player = matches!(who, Who::Player(_));
        self.entrance.arrived(self.is_player(), is_player);
        // Nothing of one player may be shown to another.
        self.epoch.set(self.epoch.get().wrapping_add(1));
        self.recent.take();
        self.retry.set(Retry::default());
        self.history_retry.set(Retry::default());
        self.known.set(None);
        self.page.set(Page::Loading);
        self.set_down(false);
        let is_another = match &who {
            Who::Player(player) => self.last_player.replace(player.id.clone()) != player.id,
            _ => false,
        };
        self.deposit.clear(self, is_another);
        self.withdraw.clear(self, is_another);
        self.playing.clear();
        self.form_open.set(self.form_open.get() && self.is_unsure());
        self.decided.set(String::new());
        self.who.set(who);
        if is_player {
            self.refresh();
        }
    }

    fn connection_changed(&'static self, online: bool) {
        let was_online = !self.offline.get();
        self.offline.set(!online);
        // Events may have been missed meanwhile, so everything is asked for again.
        if online && !was_online && self.is_player() {
            self.refresh();
        }
    }

    fn is_player(&'static self) -> bool {
        matches!(self.who.get(), Who::Player(_))
    }

    fn tick(&'static self) {
        self.entrance.tick(clock::now_ms());
        let is_asking_useful = self.is_player() && !self.offline.get() && !document().hidden();
        self.playing.tick(self, is_asking_useful);
        let is_due = |retry: &Cell<Retry>| is_asking_useful && retry.get().is_due(clock::monotonic_ms());
        if is_due(&self.retry) {
            self.refresh();
        }
        if is_due(&self.history_retry) {
            self.load_history();
        }
    }

    /// Takes in a balance from any side.
    pub(crate) fn learn(&'static self, next: Balance) {
        let known = self.known.with(|known| balance::merge(known.as_ref(), next, clock::now_ms()));
        if known.is_some() {
            self.known.set(known);
        }
    }

    /// Takes in a line of the history from any side.
    pub(crate) fn add_entry(&'static self, entry: Entry) {
        self.playing.wrote(&entry);
        self.tell_end(&entry);
        let mut recent = self.recent.borrow_mut();
        recent.insert(0, entry.clone());
        recent.truncate(RECENT);
        let filter = self.filter();
        self.page.update(|page| {
            if let Page::Ready(history) = page {
                history::add_live(history, entry, filter, clock::now_ms());
            }
        });
    }

    /// Says how a withdrawal ended, also in the place of the notice that it is being checked.
    fn tell_end(&'static self, entry: &Entry) {
        let id = match entry.kind {
            EntryKind::PaidOut => "kind-paid-out",
            EntryKind::Returned => "kind-returned",
            _ => return self.decided.set(String::new()),
        };
        let amount = format::money(entry.held_minor.saturating_abs(), entry.currency);
        let news = concat(&[&text(id), ": ", &amount]);
        self.withdraw.done.set(news.clone());
        self.decided.set(news);
    }

    /// Asks for the balance, the history and the gaming session.
    pub(crate) fn refresh(&'static self) {
        let epoch = self.epoch();
        self.retry.set(self.retry.get().started());
        fragment::spawn(async move {
            let reply = host().get::<Balance>("/api/wallet/balance").await;
            if self.epoch() != epoch {
                return;
            }
            match reply {
                Ok(balance) => {
                    self.retry.set(Retry::default());
                    self.learn(balance);
                    self.set_down(false);
                }
                Err(error) => {
                    if no_answer(&error) {
                        put_off(&self.retry);
                        self.set_down(true);
                    }
                }
            }
        });
        self.load_history();
        self.playing.refresh(self);
    }

    /// Asks for the first page of the history. What is shown stays until the answer is here.
    fn load_history(&'static self) {
        // Read first, so that a change of the filter is noticed before somebody plays as well.
        let filter = self.filter();
        if !untrack(|| self.is_player()) {
            return;
        }
        let now_ms = clock::now_ms();
        let question = self.next_question();
        self.loading_more.set(false);
        self.more_failed.set(false);
        self.history_retry.set(self.history_retry.get().started());
        fragment::spawn(async move {
            let reply = host().get::<History>(&filter.path(now_ms, None)).await;
            if self.asked.get() != question {
                return;
            }
            match reply {
                Ok(mut history) => {
                    self.history_retry.set(Retry::default());
                    for entry in self.recent.borrow().iter().cloned() {
                        history::add_live(&mut history, entry, filter, clock::now_ms());
                    }
                    self.page.set(Page::Ready(history));
                }
                Err(error) => self.history_failed(&error),
            }
        });
    }

    /// Asks for the next page.
    pub(crate) fn load_more(&'static self) {
        let before = self.page.with(|page| match page {
            Page::Ready(history) => history.next_before,
            Page::Loading | Page::Failed => None,
        });
        if before.is_none() || self.loading_more.get() {
            return;
        }
        self.loading_more.set(true);
        self.more_failed.set(false);
        let path = self.filter().path(clock::now_ms(), before);
        let question = self.next_question();
        fragment::spawn(async move {
            let reply = host().get::<History>(&path).await;
            if self.asked.get() != question {
                return;
            }
            self.loading_more.set(false);
            match reply {
                Ok(more) => self.page.update(|page| {
                    if let Page::Ready(history) = page {
                        history::add_page(history, more);
                    }
                }),
                Err(error) => self.more_failed.set(no_answer(&error)),
            }
        });
    }

    fn next_question(&'static self) -> u32 {
        self.asked.set(self.asked.get().wrapping_add(1));
        self.asked.get()
    }

    fn history_failed(&'static self, error: &RequestError) {
        if no_answer(error) {
            put_off(&self.history_retry);
        }
        self.page.update(|page| {
            // Lines that are on the screen are still true.
            if matches!(page, Page::Loading) {
                *page = Page::Failed;
            }
        });
    }

    fn set_down(&'static self, down: bool) {
        host().set_down(&self.down, down, "the wallet service does not answer");
    }
}

/// A question was not answered. False if nobody is signed in any more, which everybody learns now: then it is not worth
/// asking again.
pub(crate) fn no_answer(error: &RequestError) -> bool {
    let is_signed_out = error.code() == Some(Code::SignedOut);
    if is_signed_out {
        host().publish(SessionStale, &Nothing {});
    } else {
        host().warn(&error.text());
    }
    !is_signed_out
}

/// Lets it be asked again: later after each failure.
pub(crate) fn put_off(retry: &Cell<Retry>) {
    retry.set(retry.get().failed(clock::monotonic_ms()));
}
