//! The games: how an outcome is drawn, which spots a table has and what they return.
//!
//! **Architecture invariant:** pure. Randomness comes in as an argument; nothing here knows a
//! player, a wallet or a clock.

pub mod baccarat;
pub mod roulette;

use contract::feed::{Dealt, Outcome, Stake};
use contract::live::Game;

use self::baccarat::Shoe;

/// What a round came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The outcome, as everybody will see it.
    pub outcome: Outcome,
    /// Baccarat: the cards in the order of dealing. Roulette: none.
    pub cards: Vec<Dealt>,
}

/// What a table draws from.
#[derive(Debug)]
pub enum Source {
    /// The wheel remembers nothing.
    Wheel,
    /// The shoe gets shorter from round to round.
    Shoe(Shoe),
}

impl Source {
    /// A wheel, or a new shoe.
    #[must_use]
    pub fn new(game: Game) -> Self {
        match game {
            Game::Roulette => Self::Wheel,
            Game::Baccarat => Self::Shoe(Shoe::new()),
        }
    }

    /// Draws the outcome of a round. To be called once betting has closed, never before.
    pub fn draw(&mut self, round: &str, rng: &mut impl rand::Rng) -> Draw {
        match self {
            Self::Wheel => Draw { outcome: roulette::spin(round, rng), cards: Vec::new() },
            Self::Shoe(shoe) => {
                let cards = shoe.deal(rng);
                Draw { outcome: baccarat::outcome(round, &cards), cards }
            }
        }
    }
}

/// The name of a spot that a table does not have.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no spot {0:?} at this table")]
pub struct UnknownSpot(pub String);

/// Whether the game has a spot of that name.
#[must_use]
pub fn has_spot(game: Game, name: &str) -> bool {
    match game {
        Game::Roulette => contract::roulette::Spot::parse(name).is_some(),
        Game::Baccarat => baccarat::Spot::parse(name).is_some(),
    }
}

/// What comes back for all stakes of a bet, the stakes of winning spots included.
///
/// # Errors
/// A spot that the table does not have: the bet should never have been taken.
pub fn settle(game: Game, stakes: &[Stake], outcome: &Outcome) -> Result<i64, UnknownSpot> {
    let mut total = 0;
    for stake in stakes {
        assert!(stake.stake_minor > 0, "a stake of {} was taken", stake.stake_minor);
        let unknown = || UnknownSpot(stake.spot.clone());
        let back = match game {
            Game::Roulette => {
                let spot = contract::roulette::Spot::parse(&stake.spot).ok_or_else(unknown)?;
                roulette::returns(spot, outcome, stake.stake_minor)
            }
            Game::Baccarat => {
                let spot = baccarat::Spot::parse(&stake.spot).ok_or_else(unknown)?;
                baccarat::returns(spot, outcome, stake.stake_minor)
            }
        };
        assert!(back >= 0, "a spot returned {back}");
        // Limits keep every stake far below overflow; overflow would abort the settlement.
        total += back;
    }
    Ok(total)
}
