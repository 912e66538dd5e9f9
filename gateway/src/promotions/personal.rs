//! What this service holds on a player, for that player.

use super::Promotions;
use super::store::standing;
use crate::problem::ApiError;
use crate::store::StoreError;
use contract::promotions::OfferState;
use serde::Serialize;

/// Where a player stands with an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taken {
    offer: String,
    state: OfferState,
    opted_in_at_ms: i64,
    expires_at_ms: i64,
    accepted_terms_version: u32,
    counted: i64,
    matched_minor: i64,
}

impl Promotions {
    /// The offers that a player has taken, with the version of the terms that they accepted.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn personal(self, player: String) -> Result<Vec<Taken>, ApiError> {
        let offers = self.0.offers.clone();
        let taken = self.0.database.read(move |sql| {
            let mut taken = Vec::new();
            for offer in offers.all() {
                let standing = standing(sql, &player, &offer.id)?;
                if standing.opted_in_at_ms > 0 {
                    taken.push(Taken {
                        offer: offer.id.clone(),
                        state: standing.stage.shown(),
                        opted_in_at_ms: standing.opted_in_at_ms,
                        expires_at_ms: standing.expires_at_ms,
                        accepted_terms_version: standing.terms_version,
                        counted: standing.counted,
                        matched_minor: standing.matched_minor,
                    });
                }
            }
            Ok::<_, StoreError>(taken)
        });
        Ok(taken.await?)
    }
}
