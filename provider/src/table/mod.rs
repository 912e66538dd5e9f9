//! A table: what it is, what everybody sees of it, and the dealer who runs its rounds.

mod board;
mod dealer;

pub use board::{Board, Change};
pub use dealer::{Dealer, DealerError, empty_scene};

use contract::live::Game;
use contract::money::Currency;

use crate::bets::Limits;

/// What a table is.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Short and stable.
    pub id: &'static str,
    /// Which game.
    pub game: Game,
    /// A proper name.
    pub name: &'static str,
    /// Who deals.
    pub dealer: &'static str,
    /// What may be staked.
    pub limits: Limits,
}

const LIMITS: Limits = Limits { min_minor: 100, max_minor: 50_000, currency: Currency::Eur };

/// The vendor's tables, in the order of the lobby.
#[must_use]
pub fn all() -> Vec<Spec> {
    vec![
        Spec { id: "roulette-1", game: Game::Roulette, name: "Azure Roulette", dealer: "Elena", limits: LIMITS },
        Spec { id: "baccarat-1", game: Game::Baccarat, name: "Jade Baccarat", dealer: "Minh", limits: LIMITS },
    ]
}
