//! What promotions have to say when books are compared: where each player stands with an offer, which bets
//! count for it, and what a claim is owed.
//!
//! **Architecture invariant:** it reads, in one snapshot, and compares nothing itself.

use super::catalogue::HouseOffer;
use super::offer::{Standing, Terms};
use super::{Catalogue, PromotionsError, store};
use crate::store::{Storage, StoreError};
use contract::money::Currency;

pub use super::store::{CountedBet, Owed, Since};

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

/// The terms that the player has accepted, as they concern money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct House {
    /// How it is earned.
    pub terms: Terms,
    /// In which currency.
    pub currency: Currency,
    /// The reward is bonus money (true) or cash (false).
    pub bonus: bool,
}

/// Reads where players stand.
///
/// # Errors
/// The database can't be read, or the offers lack terms that somebody has accepted.
pub fn books(storage: &Storage, offers: &Catalogue, since: Since) -> Result<Vec<Taken>, PromotionsError> {
    storage.inspect("promotions", store::MIGRATIONS, |sql| {
        offers.require(store::accepted(sql)?)?;
        let mut taken = Vec::new();
        for (player, offer, standing) in store::taken(sql, since)? {
            let (bets, owed) = (store::counted_bets(sql, &player, &offer)?, store::owed(sql, &player, &offer)?);
            let house = offers.find(&offer).map(|offer| House::of(offer, &standing)).transpose()?;
            taken.push(Taken { house, player, offer, standing, bets, owed });
        }
        Ok::<_, PromotionsError>(taken)
    })
}

impl House {
    fn of(offer: &HouseOffer, standing: &Standing) -> Result<Self, StoreError> {
        let version = offer.version_for(standing)?;
        Ok(Self { terms: version.terms, currency: offer.currency, bonus: version.reward_is_bonus })
    }
}
