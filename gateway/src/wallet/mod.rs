//! The player's money: a double-entry ledger, the commands on it, the read models that queries are answered
//! from, and the calls that a vendor makes on it.
//!
//! Every change is one balanced entry, written in one transaction with its events and with the
//! reply that its key gets when it comes again. Others reach the wallet through [`Wallet`], or hear
//! of it through its outbox: the topics of `contract::event` go to the player, those of [`events`]
//! to other services only.
//!
//! **Architecture invariant:** no entry or transfer is ever changed or deleted; a correction is a
//! new entry. No amount is a float. Nothing outside of [`ledger`] writes to an account. Commands and what
//! decides about money read the ledger itself, queries the read models (`views`); neither waits for the other.

mod asked;
mod audit;
mod commands;
mod error;
pub mod events;
mod examples;
mod history;
mod house;
mod http;
mod ledger;
pub mod limits;
mod operator;
mod personal;
pub mod reconcile;
mod reservations;
pub mod risk;
pub mod vendor;
pub mod verify;
mod views;

pub use audit::{Audit, CurrencySums, PlayerTruth};
pub use commands::CreditReward;
pub use error::WalletError;
pub use house::{HOUSE_CURRENCY, command_limit_minor, opening_deposit_minor, win_limit_minor};
pub use http::openapi;
pub use personal::Personal;
pub use reservations::{End, Reservation, ReservationState, Reserve};
pub use views::rebuild;

use crate::clock::Clock;
use crate::events::Subscription;
use crate::idempotency::{self, InFlight};
use crate::store::{Database, Storage, StoreError};
use axum::Router;
use contract::limits::Limits;
use contract::money::Currency;
use contract::play::Play;
use contract::wallet::{Balance, Receipt};
use limits::{Market, Reached};
use risk::{Followed, Rules};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use views::Views;

/// The database's schema, step by step; append-only.
const MIGRATIONS: &[&str] = &[
    idempotency::SCHEMA,
    include_str!("ledger/book.sql"),
    include_str!("vendor/wagers.sql"),
    include_str!("ledger/pending.sql"),
    limits::SCHEMA,
    risk::SCHEMA,
    include_str!("vendor/bets_by_player.sql"),
    include_str!("vendor/moves.sql"),
];

/// How often it is looked whether the time of a reservation or of a bet is over.
const EXPIRY_PAUSE: Duration = Duration::from_secs(1);

/// The wallet service. A clone is another handle on the same ledger.
#[derive(Clone)]
pub struct Wallet {
    database: Database,
    views: Views,
    clock: Clock,
    market: Arc<Market>,
    rules: Arc<Rules>,
    in_flight: InFlight,
}

impl Wallet {
    /// Opens the ledger, or makes an empty one. Players are protected by the market's rules; withdrawals are
    /// decided by those of risk.
    ///
    /// # Errors
    /// The database can't be opened.
    pub fn open(storage: &Storage, market: Market, rules: Rules, clock: Clock) -> Result<Self, StoreError> {
        let (database, market) = (storage.open("wallet", MIGRATIONS)?, Arc::new(market));
        let views = Views::open(storage, database.clone(), Arc::clone(&market))?;
        Ok(Self { database, views, clock, market, rules: Arc::new(rules), in_flight: InFlight::default() })
    }

    /// For whoever relays the outbox.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Opens a player's account in a currency. Without this, the first command opens it in
    /// [`HOUSE_CURRENCY`].
    ///
    /// # Errors
    /// The account exists in another currency.
    pub async fn open_account(&self, player: &str, currency: Currency) -> Result<(), WalletError> {
        let (player, now_ms) = (player.to_owned(), self.clock.now_ms());
        self.database
            .write(move |tx| {
                let holder = ledger::Holder::open(tx, &player, currency, now_ms)?;
                holder.require(currency)
            })
            .await
    }

    /// What a player holds; nothing for one who has no account yet. Its version says how old it is where the
    /// read models are behind.
    ///
    /// # Errors
    /// The store is not available, or the read models are computed for the first time.
    pub async fn balance(&self, player: &str) -> Result<Balance, WalletError> {
        Ok(self.views.balance(player, self.clock.now_ms()).await?.value)
    }

    /// The same by the ledger's own sums, for whoever decides by it: a vendor does.
    async fn ledger_balance(&self, player: &str) -> Result<Balance, WalletError> {
        let (player, now_ms) = (player.to_owned(), self.clock.now_ms());
        self.database.read(move |sql| history::balance(sql, &player, now_ms)).await
    }

    /// Keeps the read models up to date, for as long as the process runs.
    pub async fn project(self) {
        self.views.run().await;
    }

    /// How many entries the read models lacked when it was last looked.
    #[must_use]
    pub fn projection_behind(&self) -> watch::Receiver<u64> {
        self.views.behind()
    }

    /// Gives a new demo player the opening deposit; at most once.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn grant_opening(&self, player: &str) -> Result<Receipt, WalletError> {
        let (player, now_ms) = (player.to_owned(), self.clock.now_ms());
        self.database.write(move |tx| commands::grant_opening(tx, &player, now_ms)).await
    }

    /// Credits a promotion's reward. Repeating it with the same key gives the first receipt again.
    ///
    /// # Errors
    /// The key was used for another reward, the amount or the currency is not allowed, or the
    /// store is not available.
    pub async fn credit_reward(&self, reward: CreditReward) -> Result<Receipt, WalletError> {
        let now_ms = self.clock.now_ms();
        self.database.write(move |tx| commands::credit_reward(tx, &reward, now_ms)).await
    }

    /// Sets cash aside: it can neither be bet nor withdrawn until [`Self::end_reservation`] pays it or
    /// gives it back, or its time is over. The receipt's entry is the reservation, by its id. Repeating
    /// it with the same key gives the first receipt again.
    ///
    /// # Errors
    /// The first of these: the amount is not allowed; the key was used for something else; the currency
    /// is not the account's; the cash is not enough. Or the store is not available.
    pub async fn reserve(&self, reserve: Reserve) -> Result<Receipt, WalletError> {
        let now_ms = self.clock.now_ms();
        self.database.write(move |tx| commands::reserve(tx, &reserve, now_ms)).await
    }

    /// Pays a reservation in full or in part, or gives it back; at most one of these happens, once.
    /// Repeating it with the same key gives the first receipt again.
    ///
    /// # Errors
    /// The first of these: the key was used for something else; there is no such reservation; less was
    /// set aside; it has ended. Or the store is not available.
    pub async fn end_reservation(&self, key: String, reservation: String, end: End) -> Result<Receipt, WalletError> {
        let now_ms = self.clock.now_ms();
        self.database.write(move |tx| commands::end_reservation(tx, &key, &reservation, end, now_ms)).await
    }

    /// Gives back what was set aside for longer than it should; tells how many reservations that were.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn expire_due(&self) -> Result<usize, WalletError> {
        let now_ms = self.clock.now_ms();
        let mut expired = 0;
        // Looked at by a reader first: most of the time there is nothing to write.
        while self.database.read(move |sql| reservations::is_any_due(sql, now_ms)).await? {
            expired += self.database.write(move |tx| reservations::expire_due(tx, now_ms)).await?;
        }
        Ok(expired)
    }

    /// Gives back the stakes of bets that the vendor has neither settled nor taken back in
    /// [`vendor::OPEN_FOR_MS`]; tells how many bets that were.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn give_back_overdue(&self) -> Result<usize, WalletError> {
        let now_ms = self.clock.now_ms();
        let mut given_back = 0;
        while self.database.read(move |sql| vendor::is_any_overdue(sql, now_ms)).await? {
            let market = self.market.clone();
            given_back += self.database.write(move |tx| vendor::give_back_overdue(tx, &market, now_ms)).await?;
        }
        Ok(given_back)
    }

    /// Lets reservations and bets that nobody has ended expire, for as long as the process runs. Bets not before the
    /// vendor had [`vendor::HEARD_FIRST_MS`] to end them, since the process or its store is there again.
    pub async fn expire(self) {
        let mut there_since_ms = self.clock.now_ms();
        loop {
            // It reads each time, so it fails for as long as the store is away.
            if let Err(error) = self.expire_due().await {
                tracing::warn!(%error, "reservations could not be looked through");
                there_since_ms = self.clock.now_ms();
            }
            let is_vendor_heard = self.clock.now_ms() >= there_since_ms.saturating_add(vendor::HEARD_FIRST_MS);
            if is_vendor_heard && let Err(error) = self.give_back_overdue().await {
                tracing::warn!(%error, "open bets could not be looked through");
                there_since_ms = self.clock.now_ms();
            }
            tokio::time::sleep(EXPIRY_PAUSE).await;
        }
    }

    /// What is set aside now, oldest first.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn reservations(&self) -> Result<Vec<Reservation>, WalletError> {
        self.database.read(|sql| Ok(reservations::open(sql)?)).await
    }

    /// From now on a player's withdrawals are only set aside, until somebody ends each of them; or no
    /// longer. What is set aside already stays so.
    ///
    /// # Errors
    /// The player has no account, or the store is not available.
    pub async fn hold_withdrawals(&self, player: &str, held: bool) -> Result<(), WalletError> {
        let player = player.to_owned();
        self.database.write(move |tx| risk::set_lock(tx, &player, held)).await
    }

    /// A player's limits and breaks, with what is used of each limit.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn limits(&self, player: &str) -> Result<Limits, WalletError> {
        let (player, market, now_ms) = (player.to_owned(), self.market.clone(), self.clock.now_ms());
        self.database.read(move |sql| limits::limits(sql, &market, &player, now_ms)).await
    }

    /// A player's gaming session, the break that is in force, and what can be deposited. The session's clock
    /// and checks are those that bets are decided by; its net position is that of the log.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn play(&self, player: &str) -> Result<Play, WalletError> {
        let (owned, market, now_ms) = (player.to_owned(), self.market.clone(), self.clock.now_ms());
        // First, so that the net position is of no earlier moment than the version beside it.
        let mut play = self.database.read(move |sql| limits::play(sql, &market, &owned, now_ms)).await?;
        let Some(started_at_ms) = play.session.started_at_ms else { return Ok(play) };
        let seen = match self.views.session(player).await {
            Ok(seen) => seen.value.filter(|_| seen.behind == 0),
            Err(WalletError::NotProjected) => None,
            Err(error) => return Err(error),
        };
        // Another session has begun meanwhile, or it is not known yet: what bets are decided by will do.
        if let Some(session) = seen.filter(|session| session.started_ms.min(now_ms) == started_at_ms) {
            play.session.net_minor = session.net_minor;
        }
        Ok(play)
    }

    /// The break that keeps a player from playing, if one is in force.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn break_of(&self, player: &str) -> Result<Option<Reached>, WalletError> {
        let (player, market, now_ms) = (player.to_owned(), self.market.clone(), self.clock.now_ms());
        self.database.read(move |sql| limits::break_of(sql, &market, &player, now_ms)).await
    }

    /// Tells players of reality checks that fall due and of breaks that end, for as long as it runs.
    pub async fn tell_time(self) {
        limits::run(self).await;
    }

    /// Takes in what others' events tell of players, or the wallet's own of their stakes, for as long as it
    /// runs: facts for the rules of risk.
    pub async fn follow(self, source: Followed, events: Subscription) {
        risk::run(self, source, events).await;
    }

    /// Recomputes the whole ledger from its transfers and holds everything else against it.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn check(&self) -> Result<Audit, WalletError> {
        self.database
            .read(|sql| {
                sql.without_end()?;
                audit::check(sql, None, &mut |_, _| ())
            })
            .await
    }

    /// A player's balance and entries straight from the transfers, newest first.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn player_truth(&self, player: &str) -> Result<PlayerTruth, WalletError> {
        let (player, now_ms) = (player.to_owned(), self.clock.now_ms());
        self.database.read(move |sql| audit::player_truth(sql, &player, now_ms)).await
    }

    /// The player's routes, under `/api/wallet/` and `/api/limits`. They need the session that
    /// [`crate::identity::Door::guard`] puts in front of them.
    pub fn routes(&self) -> Router {
        http::routes(self.clone()).merge(limits::routes(self.clone()))
    }

    /// What operators see of withdrawals and decide about them, under `/api/operator/`. They need
    /// [`crate::identity::Door::operators`] before them.
    pub fn review_routes(&self) -> Router {
        risk::routes(self.clone())
    }

    /// The operator's routes, under `/ledger/`: for the control port only, they ask for no session.
    pub fn operator_routes(&self) -> Router {
        operator::routes(self.clone())
    }

    /// The vendor's routes, under `/vendor/v1/`; every call is refused while there is no vendor.
    pub fn vendor_routes<S: vendor::VendorSessions>(&self, vendor: Option<vendor::Vendor>, sessions: S) -> Router {
        vendor::routes(self.clone(), vendor, sessions)
    }
}

#[cfg(test)]
mod tests;
