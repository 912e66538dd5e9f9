//! The player's money: a double-entry ledger, the commands on it, its history, and the calls that
//! a vendor makes on it.
//!
//! Every change is one balanced entry, written in one transaction with its events and with the
//! reply that its key gets when it comes again. Others reach the wallet through [`Wallet`], or hear
//! of it through its outbox: the topics of `contract::event` go to the player, those of [`events`]
//! to other services only.
//!
//! **Architecture invariant:** no entry or transfer is ever changed or deleted; a correction is a
//! new entry. No amount is a float. Nothing outside of [`ledger`] writes to an account.

mod audit;
mod commands;
mod error;
pub mod events;
mod history;
mod http;
mod ledger;
pub mod vendor;

pub use audit::{Audit, PlayerTruth};
pub use commands::CreditReward;
pub use error::WalletError;
pub use http::openapi;

use crate::clock::Clock;
use crate::idempotency::{self, InFlight};
use crate::store::{Database, Storage, StoreError};
use axum::Router;
use contract::money::Currency;
use contract::wallet::{Balance, Receipt};

/// The database's schema, step by step; append-only.
const MIGRATIONS: &[&str] = &[idempotency::SCHEMA, include_str!("ledger.sql"), include_str!("vendor/wagers.sql")];

/// The currency of an account that nobody opened in another one.
pub const HOUSE_CURRENCY: Currency = Currency::Eur;
/// The most that one command may move.
pub const COMMAND_LIMIT_MINOR: i64 = 100_000_000;
/// What a demo player starts with.
pub const OPENING_DEPOSIT_MINOR: i64 = 100_000;

/// The wallet service. A clone is another handle on the same ledger.
#[derive(Clone)]
pub struct Wallet {
    database: Database,
    clock: Clock,
    in_flight: InFlight,
}

impl Wallet {
    /// Opens the ledger, or makes an empty one.
    ///
    /// # Errors
    /// The database can't be opened.
    pub fn open(storage: &Storage, clock: Clock) -> Result<Self, StoreError> {
        let database = storage.open("wallet", MIGRATIONS)?;
        Ok(Self { database, clock, in_flight: InFlight::default() })
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

    /// What a player holds; nothing for one who has no account yet.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn balance(&self, player: &str) -> Result<Balance, WalletError> {
        let (player, now_ms) = (player.to_owned(), self.clock.now_ms());
        self.database.read(move |sql| history::balance(sql, &player, now_ms)).await
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

    /// Recomputes the whole ledger from its transfers and holds everything else against it.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn check(&self) -> Result<Audit, WalletError> {
        self.database.read(audit::check).await
    }

    /// A player's balance and entries straight from the transfers, newest first.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn player_truth(&self, player: &str) -> Result<PlayerTruth, WalletError> {
        let (player, now_ms) = (player.to_owned(), self.clock.now_ms());
        self.database.read(move |sql| audit::player_truth(sql, &player, now_ms)).await
    }

    /// The player's routes, under `/api/wallet/`. They need the session that
    /// [`crate::identity::Identity::guard`] puts in front of them.
    pub fn routes(&self) -> Router {
        http::routes(self.clone())
    }

    /// The vendor's routes, under `/vendor/v1/`; every call is refused while there is no vendor.
    pub fn vendor_routes<S: vendor::VendorSessions>(&self, vendor: Option<vendor::Vendor>, sessions: S) -> Router {
        vendor::routes(self.clone(), vendor, sessions)
    }
}
