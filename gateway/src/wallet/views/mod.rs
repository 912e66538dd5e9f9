//! The wallet's read models: balance, history, days, the gaming session. What players, operators and other
//! services ask is answered from here.
//!
//! They are projections of the ledger's log, in a store of their own: a page of entries and the position
//! after it are written in one transaction, so every entry counts exactly once, however often the process
//! dies. A query first looks how far its player's own entries go, and waits for the projection to be there:
//! whoever has an answer to a command sees it in every query that follows.
//!
//! **Architecture invariant:** nothing here writes to the ledger, waits for its writer, or decides about
//! money. Every row can be computed from the log again, and nothing else is needed to do so.

mod apply;
mod compare;
mod fold;
mod generations;
mod projector;
mod queries;
pub mod rebuild;
mod seen;
mod source;
mod tables;

pub(super) use seen::Seen;

use super::WalletError;
use super::history::Filter;
use super::house::HOUSE_CURRENCY;
use super::ledger::empty;
use super::limits::{Market, Session};
use crate::store::{Database, Sql, Storage, StoreError};
use contract::limits::Period;
use contract::money::Currency;
use contract::wallet::{Balance, Entry, History, Summary};
use projector::Turn;
use source::Account;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, watch};

/// The store's name; a schema of `PostgreSQL` as well.
const STORE: &str = "wallet_views";
/// The store's schema, step by step; append-only. A step that changes a table empties all of them
/// (`DELETE FROM generations` included): they are computed anew.
const MIGRATIONS: &[&str] = &[include_str!("views.sql")];
/// Raised whenever something is computed otherwise than before.
const COMPUTATION: u32 = 1;

/// How long a query waits for the projection; after that it says how far behind its answer is.
const PATIENCE: Duration = Duration::from_secs(1);
/// So many entries behind, no query waits at all.
const FAR_BEHIND: u64 = 20_000;

/// The read models of a wallet. A clone is another handle.
#[derive(Clone)]
pub(super) struct Views(Arc<Inner>);

struct Inner {
    database: Database,
    ledger: Database,
    market: Arc<Market>,
    rules: String,
    /// The last entry that is certainly counted in.
    reached: AtomicU64,
    /// Entries that are not counted in yet.
    behind: watch::Sender<u64>,
    /// One at a time moves the projection on.
    turn: Mutex<Turn>,
}

/// What the read models are computed by.
fn rules(market: &Market) -> String {
    format!("computation {COMPUTATION}; {}", market.counting())
}

impl Views {
    /// Opens the store, or makes an empty one.
    ///
    /// # Errors
    /// The store can't be opened.
    pub(super) fn open(storage: &Storage, ledger: Database, market: Arc<Market>) -> Result<Self, StoreError> {
        Ok(Self(Arc::new(Inner {
            database: storage.open_derived(STORE, MIGRATIONS)?,
            ledger,
            rules: rules(&market),
            market,
            reached: AtomicU64::new(0),
            behind: watch::Sender::new(0),
            turn: Mutex::new(Turn::First),
        })))
    }

    /// Entries that are not counted in yet, as it was last seen.
    pub(super) fn behind(&self) -> watch::Receiver<u64> {
        self.0.behind.subscribe()
    }
}

/// What players are told.
impl Views {
    /// What a player holds; nothing for one who has no account yet.
    pub(super) async fn balance(&self, player: &str, now_ms: i64) -> Result<Seen<Balance>, WalletError> {
        let nothing = move |account: Account| empty(account.currency, account.as_of_ms);
        self.ask(player, now_ms, nothing, queries::balance).await
    }

    /// A page of a player's history.
    pub(super) async fn history(
        &self,
        player: &str,
        filter: Filter,
        now_ms: i64,
    ) -> Result<Seen<History>, WalletError> {
        let nothing = |account: Account| History {
            entries: Vec::new(),
            next_before: None,
            total_in_minor: 0,
            total_out_minor: 0,
            currency: account.currency,
        };
        self.ask_in(player, now_ms, nothing, move |sql, id, of| queries::history(sql, id, of, filter)).await
    }

    /// At most `limit` lines of a player's history below a ledger position, newest first.
    pub(super) async fn lines(&self, player: &str, before: i64, limit: u32) -> Result<Seen<Vec<Entry>>, WalletError> {
        let query = move |sql: &Sql, id, player: &str| queries::lines(sql, id, player, before, limit).map(Some);
        self.ask(player, 0, |_| Vec::new(), query).await
    }

    /// A player's last gaming session.
    pub(super) async fn session(&self, player: &str) -> Result<Seen<Option<Session>>, WalletError> {
        self.ask(player, 0, |_| None, |sql, id, player| queries::session(sql, id, player).map(Some)).await
    }

    /// What the period around a time came to.
    pub(super) async fn summary(&self, player: &str, period: Period, at_ms: i64) -> Result<Seen<Summary>, WalletError> {
        let span = (period, self.0.market.window(period, at_ms));
        let nothing = move |account: Account| queries::empty_summary(account.currency, span.0, span.1);
        self.ask_in(player, at_ms, nothing, move |sql, id, of| queries::summary(sql, id, of, span)).await
    }

    /// The same with the account's currency, which a player without an entry has as well.
    async fn ask_in<T: Send + 'static>(
        &self,
        player: &str,
        now_ms: i64,
        nothing: impl FnOnce(Account) -> T + Send,
        query: impl FnOnce(&Sql, i64, (&str, Currency)) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<Seen<T>, WalletError> {
        let account = self.account(player, now_ms).await?;
        let currency = account.currency;
        self.answer(player, account, nothing, move |sql, id, player| query(sql, id, (player, currency)).map(Some)).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        player: &str,
        now_ms: i64,
        nothing: impl FnOnce(Account) -> T + Send,
        query: impl FnOnce(&Sql, i64, &str) -> Result<Option<T>, StoreError> + Send + 'static,
    ) -> Result<Seen<T>, WalletError> {
        let account = self.account(player, now_ms).await?;
        self.answer(player, account, nothing, query).await
    }

    /// The player's account as the ledger has it now; one that nobody has opened is the house's.
    async fn account(&self, player: &str, now_ms: i64) -> Result<Account, WalletError> {
        let owned = player.to_owned();
        let account = self.0.ledger.read(move |sql| source::account(sql, &owned)).await?;
        Ok(account.unwrap_or(Account { currency: HOUSE_CURRENCY, version: 0, as_of_ms: now_ms }))
    }

    /// `nothing` for a player without an entry; else the answer of `query`, once it knows all that the ledger
    /// knew of the player, or after [`PATIENCE`].
    async fn answer<T: Send + 'static>(
        &self,
        player: &str,
        account: Account,
        nothing: impl FnOnce(Account) -> T + Send,
        query: impl FnOnce(&Sql, i64, &str) -> Result<Option<T>, StoreError> + Send + 'static,
    ) -> Result<Seen<T>, WalletError> {
        if account.version == 0 {
            return Ok(Seen { value: nothing(account), behind: 0 });
        }
        // Where everything is computed anew, it takes longer than anybody waits.
        if *self.0.behind.borrow() <= FAR_BEHIND {
            match tokio::time::timeout(PATIENCE, self.reach(account.version)).await {
                Ok(Ok(())) | Err(_) => {}
                Ok(Err(error)) => tracing::warn!(%error, "a query is answered with what is known"),
            }
        }
        let owned = player.to_owned();
        let is_reached = self.0.reached.load(Ordering::Acquire) >= account.version;
        let (found, behind) = self
            .0
            .database
            .read(move |sql| {
                let live = generations::live(sql)?.ok_or(WalletError::NotProjected)?;
                // A position that was not held against the ledger yet may be that of another book.
                let behind = account.version.saturating_sub(live.at.version).max(u64::from(!is_reached));
                Ok::<_, WalletError>((query(sql, live.id, &owned)?, behind))
            })
            .await?;
        Ok(Seen { value: found.unwrap_or_else(|| nothing(account)), behind })
    }
}

#[cfg(test)]
mod tests;
