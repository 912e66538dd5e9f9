//! Offers: what a player may earn by depositing and betting, and how far everybody is.
//!
//! Hears of deposits and bets from the wallet's events, and pays rewards through the wallet.
//!
//! **Architecture invariant:** no money is kept or moved here; a reward is owed here and credited
//! by the wallet under one key. The decisions are [`offer`]'s, which is pure.

mod catalogue;
mod claim;
mod follow;
mod http;
pub mod offer;
mod payouts;
mod personal;
pub mod reconcile;
mod store;

pub use catalogue::{Catalogue, CatalogueError};
pub use http::openapi;
pub use payouts::{NoCredit, Payouts};
pub use personal::Taken;

use std::sync::Arc;

use axum::Router;
use contract::promotions::{Conditions, Offer};

use crate::clock::Clock;
use crate::events::Subscription;
use crate::faults::Switch;
use crate::idempotency::InFlight;
use crate::language;
use crate::problem::ApiError;
use crate::store::{Database, Storage, StoreError};
use crate::wallet::limits::Reached;
use catalogue::{HouseOffer, Version};
use offer::{Rule, Standing};

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum PromotionsError {
    /// The offers make no sense.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The file can't be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The promotions service. A clone is another handle on the same offers.
#[derive(Clone)]
pub struct Promotions(Arc<Inner>);

struct Inner {
    database: Database,
    wallet: Arc<dyn Payouts>,
    wallet_switch: Switch,
    offers: Catalogue,
    in_flight: InFlight,
    clock: Clock,
}

impl Promotions {
    /// Opens the standings, or makes an empty database.
    ///
    /// # Errors
    /// The database can't be read, or the offers lack terms that somebody has accepted.
    pub fn open(
        storage: &Storage,
        offers: Catalogue,
        wallet: impl Payouts + 'static,
        wallet_switch: Switch,
        clock: Clock,
    ) -> Result<Self, PromotionsError> {
        let database = storage.open("promotions", store::MIGRATIONS)?;
        offers.require(storage.inspect("promotions", store::MIGRATIONS, store::accepted)?)?;
        let (wallet, in_flight) = (Arc::new(wallet), InFlight::default());
        Ok(Self(Arc::new(Inner { database, wallet, wallet_switch, offers, in_flight, clock })))
    }

    /// For whoever relays the outbox.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// The routes under `/api/promotions/`. They need [`crate::identity::Door::guard`] before
    /// them.
    pub fn routes(&self) -> Router {
        http::routes(self.clone())
    }

    /// Hears of deposits and bets, for as long as it runs.
    pub async fn follow(self, wallet: Subscription) {
        follow::run(self, wallet).await;
    }

    /// Pays open claims and ends expired offers, for as long as it runs.
    pub async fn settle(self) {
        claim::run(self).await;
    }

    /// The break that keeps a player from taking part, if one is in force.
    async fn break_of(&self, player: &str) -> Result<Option<Reached>, ApiError> {
        // Past the wallet's switch: a claim that is made while the wallet is off is accepted and paid later,
        // and not even then may it be one of a player who takes a break.
        self.0.wallet.break_of(player.to_owned()).await
    }

    fn offer(&self, id: &str) -> Option<&HouseOffer> {
        self.0.offers.find(id)
    }
}

impl HouseOffer {
    /// The offer as one player sees it: with the terms that they have accepted, or could.
    fn shown_to(&self, standing: &Standing, language: &str, now_ms: i64) -> Result<Offer, StoreError> {
        let Version { terms, reward_is_bonus, max_win_minor, words } = self.version_for(standing)?;
        let words = words.get(language).or_else(|| words.get(language::FALLBACK));
        let text = |of: fn(&catalogue::Words) -> &String| words.map(of).cloned().unwrap_or_default();
        let (wagering_multiplier, min_deposit_minor) = match terms.rule {
            Rule::Match { multiplier, min_deposit_minor, .. } => (multiplier, Some(min_deposit_minor)),
            Rule::Wager { .. } | Rule::Rounds { .. } => (0, None),
        };
        let opted_in = standing.expires_at_ms > 0;
        Ok(Offer {
            id: self.id.clone(),
            kind: self.kind,
            state: standing.stage.shown(),
            title: text(|words| &words.title),
            summary: text(|words| &words.summary),
            terms: text(|words| &words.terms),
            terms_version: terms.version,
            conditions: Conditions {
                wagering_multiplier,
                roulette_percent: terms.roulette_percent,
                baccarat_percent: terms.baccarat_percent,
                min_deposit_minor,
                max_bet_minor: terms.max_bet_minor,
                max_win_minor: *max_win_minor,
                // Before opting in: when it would end if the player opted in now.
                expires_at_ms: if opted_in { standing.expires_at_ms } else { now_ms + terms.valid_ms },
                eligible: text(|words| &words.eligible),
            },
            progress: standing.progress(terms),
            reward_minor: standing.reward_minor(terms),
            reward_is_bonus: *reward_is_bonus,
            currency: self.currency,
            version: standing.version,
        })
    }
}
