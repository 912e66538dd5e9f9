//! Stakes that cover each other: whoever bets on red and on black plays, and risks next to nothing. Pure.
//!
//! What counts is what comes back, not which spots are named: a bonus is as safely turned over with three
//! dozens, or with 35 numbers. What the vendor does not tell is not guessed.

use contract::feed::Stake;
use contract::live::Game;
use contract::roulette::Spot;

/// An outcome is covered when this much of a hundred comes back.
const COVERED_PERCENT: i64 = 80;
/// Stakes on a wheel are hedged when so many of its 37 numbers are covered.
const COVERED_NUMBERS: usize = 30;

/// What somebody has staked in a round, and what comes back of it: in a place for each outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cover {
    pub(super) staked_minor: i64,
    /// Of the wheel's 37 numbers, or of the player's and the banker's win: a tie gives both back.
    returned_minor: Vec<i64>,
    /// So many outcomes have to be covered.
    enough: usize,
}

impl Cover {
    /// Of these stakes.
    pub(super) fn of<'a>(game: Game, stakes: impl IntoIterator<Item = &'a Stake>) -> Self {
        let (outcomes, enough) = match game {
            Game::Roulette => (37, COVERED_NUMBERS),
            Game::Baccarat => (2, 2),
        };
        let mut cover = Self { staked_minor: 0, returned_minor: vec![0; outcomes], enough };
        for stake in stakes {
            cover.staked_minor = cover.staked_minor.saturating_add(stake.stake_minor);
            match game {
                Game::Roulette => cover.add_on_the_wheel(stake),
                Game::Baccarat => cover.add_in_the_shoe(stake),
            }
        }
        cover
    }

    fn add_on_the_wheel(&mut self, stake: &Stake) {
        let Some(spot) = Spot::parse(&stake.spot) else { return };
        let returned_minor = stake.stake_minor.saturating_mul(spot.pays() + 1);
        for (number, returned) in (0_u8..).zip(&mut self.returned_minor) {
            if spot.covers(number) {
                *returned = returned.saturating_add(returned_minor);
            }
        }
    }

    fn add_in_the_shoe(&mut self, stake: &Stake) {
        let (outcome, returned_minor) = match stake.spot.as_str() {
            "player" => (0, stake.stake_minor.saturating_mul(2)),
            "banker" => (1, stake.stake_minor.saturating_mul(195) / 100),
            _ => return,
        };
        self.returned_minor[outcome] = self.returned_minor[outcome].saturating_add(returned_minor);
    }

    /// Whether the stakes cover each other.
    pub(super) fn is_hedged(&self) -> bool {
        let wanted = self.staked_minor.saturating_mul(COVERED_PERCENT);
        let covered = self.returned_minor.iter().filter(|returned| returned.saturating_mul(100) >= wanted).count();
        self.staked_minor > 0 && covered >= self.enough
    }

    /// Whether two players' stakes cover each other although neither's own do.
    pub(super) fn is_opposed_to(&self, other: &Self) -> bool {
        !self.is_hedged() && !other.is_hedged() && self.with(other).is_hedged()
    }

    fn with(&self, other: &Self) -> Self {
        let both = self.returned_minor.iter().zip(&other.returned_minor);
        Self {
            staked_minor: self.staked_minor.saturating_add(other.staked_minor),
            returned_minor: both.map(|(one, other)| one.saturating_add(*other)).collect(),
            enough: self.enough,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stakes(of: &[(&str, i64)]) -> Vec<Stake> {
        of.iter().map(|(spot, stake_minor)| Stake { spot: (*spot).into(), stake_minor: *stake_minor }).collect()
    }

    fn roulette(of: &[(&str, i64)]) -> bool {
        is_hedged(Game::Roulette, of)
    }

    fn is_hedged(game: Game, of: &[(&str, i64)]) -> bool {
        Cover::of(game, &stakes(of)).is_hedged()
    }

    fn are_opposed(game: Game, one: &[Stake], other: &[Stake]) -> bool {
        Cover::of(game, one).is_opposed_to(&Cover::of(game, other))
    }

    #[test]
    fn stakes_that_cover_each_other_are_seen_whatever_they_are_called() {
        assert!(roulette(&[("red", 100), ("black", 100)]));
        assert!(roulette(&[("odd", 100), ("even", 80)]));
        assert!(roulette(&[("dozen-1", 50), ("dozen-2", 50), ("dozen-3", 50)]));
        let numbers: Vec<(String, i64)> = (1..=30).map(|n| (format!("straight-{n}"), 100)).collect();
        let numbers: Vec<(&str, i64)> = numbers.iter().map(|(spot, minor)| (spot.as_str(), *minor)).collect();
        assert!(roulette(&numbers));
        assert!(!roulette(&numbers[1..]), "29 of 37");
        assert!(is_hedged(Game::Baccarat, &[("player", 100), ("banker", 100)]));
    }

    #[test]
    fn play_is_no_cover() {
        assert!(!roulette(&[]));
        assert!(!roulette(&[("red", 100)]));
        assert!(!roulette(&[("red", 100), ("straight-17", 100)]));
        assert!(!roulette(&[("dozen-1", 50), ("dozen-2", 50)]), "24 of 37");
        assert!(!roulette(&[("red", 100), ("black", 20)]), "black would lose most of it");
        assert!(!roulette(&[("nowhere", 100), ("red", 100), ("black", 1)]));
        assert!(!is_hedged(Game::Baccarat, &[("player", 100), ("tie", 100)]));
    }

    #[test]
    fn where_a_round_begins_to_be_hedged() {
        // What the smaller side gives back: twice its stake, of the sum of both.
        assert!(roulette(&[("red", 60), ("black", 40)]), "80 of 100");
        assert!(!roulette(&[("red", 61), ("black", 39)]), "78 of 100");
    }

    #[test]
    fn two_players_are_opposed_when_only_together_they_are_covered() {
        let (red, black) = (stakes(&[("red", 100)]), stakes(&[("black", 100)]));
        let both = stakes(&[("red", 100), ("black", 100)]);
        assert!(are_opposed(Game::Roulette, &red, &black));
        assert!(!are_opposed(Game::Roulette, &red, &red));
        assert!(!are_opposed(Game::Roulette, &red, &stakes(&[("black", 10)])), "one of them takes the risk");
        assert!(!are_opposed(Game::Roulette, &both, &black), "the one alone is covered");
        assert!(are_opposed(Game::Baccarat, &stakes(&[("player", 100)]), &stakes(&[("banker", 100)])));
    }
}
