//! What promotions have to say when books are compared: where each player stands with an offer, which bets
//! count for it, and what a claim is owed.
//!
//! **Architecture invariant:** it reads, in one snapshot, and compares nothing itself.

use super::offer::{Standing, Terms};
use super::{PromotionsError, catalogue, store};
use crate::store::{Storage, StoreError};
use contract::money::Currency;

pub use super::store::{CountedBet, Owed};

/// A player with an offer that they have opted into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Whose it is.
    pub player: String,
    /// Which offer.
    pub offer: String,
    /// Where the player stands.
    pub standing: Standing,
    /// The bets that count.
    pub bets: Vec<CountedBet>,
    /// What the claim is owed; none before there is one, and for claims that an earlier version took.
    pub owed: Option<Owed>,
    /// What decides; none if the house has the offer no longer.
    pub house: Option<House>,
}

/// An offer's terms as they concern money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct House {
    /// How it is earned.
    pub terms: Terms,
    /// In which currency.
    pub currency: Currency,
    /// The reward is bonus money (true) or cash (false).
    pub bonus: bool,
}

/// Reads the standings of offers that ended at this time, or later, or have not ended yet.
///
/// # Errors
/// The offers or their database can't be read.
pub fn books(storage: &Storage, since_ms: i64) -> Result<Vec<Taken>, PromotionsError> {
    let offers = catalogue::house_offers()?;
    let house = |id: &str| {
        let offer = offers.iter().find(|offer| offer.id == id)?;
        Some(House { terms: offer.terms, currency: offer.currency, bonus: offer.reward_is_bonus })
    };
    let taken = storage.inspect("promotions", store::MIGRATIONS, |sql| {
        let mut taken = Vec::new();
        for (player, offer, standing) in store::taken(sql, since_ms)? {
            let (bets, owed) = (store::counted_bets(sql, &player, &offer)?, store::owed(sql, &player, &offer)?);
            taken.push(Taken { house: house(&offer), player, offer, standing, bets, owed });
        }
        Ok::<_, StoreError>(taken)
    });
    Ok(taken?)
}
