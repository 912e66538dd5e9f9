//! What one connection has told about itself: the tables it watches and the player it bets for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use contract::live::Game;
use contract::money::Currency;

use super::outbox::Outbox;

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// The operator's word that a player may bet at the tables of a game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The operator's name for it.
    pub session: String,
    /// Whose it is.
    pub player: String,
    /// Which game.
    pub game: Game,
    /// The currency of stakes.
    pub currency: Currency,
}

/// One connection.
#[derive(Debug)]
pub struct Seat {
    /// Tells connections apart within this run.
    pub id: u64,
    /// What is sent to it.
    pub outbox: Outbox,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    tables: BTreeSet<String>,
    /// One for each game; all of one player.
    sessions: BTreeMap<Game, Session>,
}

impl Seat {
    /// A connection that watches nothing and bets for nobody.
    #[must_use]
    pub fn new(outbox: Outbox) -> Self {
        Self { id: NEXT_ID.fetch_add(1, Ordering::Relaxed), outbox, inner: Mutex::default() }
    }

    /// The tables that it watches.
    #[must_use]
    pub fn tables(&self) -> BTreeSet<String> {
        self.lock().tables.clone()
    }

    /// Whether it watches a table.
    #[must_use]
    pub fn watches(&self, table: &str) -> bool {
        self.lock().tables.contains(table)
    }

    /// Replaces the tables that it watches; returns the former.
    pub fn watch(&self, tables: BTreeSet<String>) -> BTreeSet<String> {
        std::mem::replace(&mut self.lock().tables, tables)
    }

    /// The player it bets for.
    #[must_use]
    pub fn player(&self) -> Option<String> {
        self.lock().sessions.values().next().map(|session| session.player.clone())
    }

    /// The session that pays for bets at the tables of a game.
    #[must_use]
    pub fn session(&self, game: Game) -> Option<Session> {
        self.lock().sessions.get(&game).cloned()
    }

    /// From now on it bets with this session; sessions of another player end here. Returns that
    /// other player.
    pub fn launch(&self, session: Session) -> Option<String> {
        let mut inner = self.lock();
        let former = inner.sessions.values().next().map(|former| former.player.clone());
        let former = former.filter(|former| *former != session.player);
        if former.is_some() {
            inner.sessions.clear();
        }
        inner.sessions.insert(session.game, session);
        former
    }

    /// The operator no longer knows this session.
    pub fn forget(&self, session: &str) {
        self.lock().sessions.retain(|_, known| known.session != session);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // No code panics with the lock held; if it did, the sets would still be whole.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
