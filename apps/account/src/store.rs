//! Who is here, what is known of them, and when it is asked for again.

use std::cell::Cell;

use contract::account::{Account, SessionInfo, Sessions};
use contract::event::{Connection, Nothing, SessionChanged, SignInWanted};
use contract::identity::Player;
use contract::problem::Code;
use fragment::{RequestError, State, clock, host};
use ui::{Retry, document};

use crate::details::Details;
use crate::devices::Devices;
use crate::export::Export;
use crate::password::Password;

/// How often what tells its age is written anew.
const AGE_MS: u32 = 30_000;

/// Who is at the page.
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

/// The account's state.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) who: State<Who>,
    /// Somebody was here until now.
    pub(crate) ended: Cell<bool>,
    /// Absent until the first answer.
    pub(crate) account: State<Option<Account>>,
    pub(crate) sessions: State<Vec<SessionInfo>>,
    /// The last question was not answered.
    pub(crate) down: State<bool>,
    /// Requests and events don't get through, as far as the shell knows.
    pub(crate) offline: State<bool>,
    /// The time, moved on for what tells its age.
    pub(crate) now_ms: State<i64>,
    /// When the last answer came, Unix milliseconds.
    pub(crate) seen_ms: Cell<i64>,
    pub(crate) details: Details,
    pub(crate) password: Password,
    pub(crate) devices: Devices,
    pub(crate) export: Export,
    retry: Cell<Retry>,
    /// Counts sessions: an answer to a question of an earlier one is dropped.
    epoch: Cell<u32>,
}

impl Store {
    /// Makes the state and begins to listen. It is never freed: one instance of the module is one
    /// mounted fragment, and its memory goes with it.
    pub(crate) fn open() -> &'static Self {
        let store: &'static Self = Box::leak(Box::default());
        store.now_ms.set(clock::now_ms());
        store.listen();
        store
    }

    fn listen(&'static self) {
        host().subscribe(SessionChanged, move |session| self.session_changed(session.player));
        host().subscribe(Connection, move |connection| {
            let was_offline = self.offline.get();
            self.offline.set(!connection.online);
            if connection.online && was_offline {
                self.refresh();
            }
        });
        clock::every(1_000, move || {
            if self.retry.get().is_due(clock::monotonic_ms()) && !self.offline.get() && !document().hidden() {
                self.refresh();
            }
        });
        clock::every(AGE_MS, move || self.now_ms.set(clock::now_ms()));
    }

    fn session_changed(&'static self, player: Option<Player>) {
        let who = player.map_or(Who::Visitor, Who::Player);
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
        self.ended.set(matches!(before, Who::Player(_)));
        // Nothing of one player may be shown to another.
        self.epoch.set(self.epoch.get().wrapping_add(1));
        self.account.set(None);
        self.sessions.set(Vec::new());
        self.details.clear();
        self.password.clear();
        self.devices.clear();
        self.export.clear();
        self.down.set(false);
        self.who.set(who);
        self.refresh();
    }

    /// The number of the session, to tell whether an answer still belongs to it.
    pub(crate) fn epoch(&'static self) -> u32 {
        self.epoch.get()
    }

    /// Asks for a player, which is the wallet's to bring.
    pub(crate) fn want_sign_in(&'static self) {
        host().publish(SignInWanted, &Nothing {});
    }

    /// Asks for everything that is shown.
    pub(crate) fn refresh(&'static self) {
        if !matches!(self.who.get(), Who::Player(_)) {
            return;
        }
        let epoch = self.epoch();
        self.retry.set(self.retry.get().started());
        fragment::spawn(async move {
            // Both are on their way before the first is waited for.
            let sessions = host().get::<Sessions>("/api/account/sessions");
            let account = host().get::<Account>("/api/account").await;
            let sessions = sessions.await;
            if self.epoch() != epoch {
                return;
            }
            match (account, sessions) {
                (Ok(account), Ok(sessions)) => {
                    self.retry.set(Retry::default());
                    self.learn(account);
                    self.learn_sessions(sessions);
                    self.set_down(false);
                }
                (Err(error), _) | (_, Err(error)) => self.no_answer(&error),
            }
        });
    }

    /// Takes in the account from any side.
    pub(crate) fn learn(&'static self, account: Account) {
        self.seen_ms.set(clock::now_ms());
        self.details.learn(&account);
        self.account.set(Some(account));
    }

    /// Takes in the list of sessions from any side.
    pub(crate) fn learn_sessions(&'static self, list: Sessions) {
        self.now_ms.set(clock::now_ms());
        self.sessions.set(list.sessions);
    }

    fn no_answer(&'static self, error: &RequestError) {
        // Who is signed out is told so by the shell, as news of the session.
        if error.code() == Some(Code::SignedOut) {
            return;
        }
        self.retry.set(self.retry.get().failed(clock::monotonic_ms()));
        host().warn(&error.text());
        self.set_down(true);
    }

    fn set_down(&'static self, down: bool) {
        host().set_down(&self.down, down, "the identity service does not answer");
    }
}

/// The text for a command that did not work, where no field is at fault.
pub(crate) fn failure(error: &RequestError) -> &'static str {
    host().warn(&error.text());
    match (error.code(), error) {
        (Some(Code::SignedOut), _) => "signed-out-text",
        (Some(Code::TooMany), _) => "too-many",
        (_, RequestError::Offline | RequestError::Timeout) => "no-connection",
        _ => "unavailable",
    }
}

/// What is wrong with a field, and which; nothing is wrong while the message is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) field: String,
    pub(crate) message: String,
}

impl Fault {
    /// What to say at a field.
    pub(crate) fn at(&self, field: &str) -> String {
        if self.field == field { self.message.clone() } else { String::new() }
    }
}
