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

/// Whether stakes of one round cover each other.
pub(super) fn are_hedged<'a>(game: Game, stakes: impl Iterator<Item = &'a Stake> + Clone) -> bool {
    let staked_minor = sum(stakes.clone().map(|stake| stake.stake_minor));
    if staked_minor <= 0 {
        return false;
    }
    let is_covered = |returns: &dyn Fn(&Stake) -> i64| {
        let returned_minor = sum(stakes.clone().map(returns));
        returned_minor.saturating_mul(100) >= staked_minor.saturating_mul(COVERED_PERCENT)
    };
    match game {
        Game::Roulette => {
            let covered = (0..=36).filter(|number| is_covered(&|stake| on_the_wheel(stake, *number))).count();
            covered >= COVERED_NUMBERS
        }
        // A tie gives both back.
        Game::Baccarat => {
            ["player", "banker"].into_iter().all(|winner| is_covered(&|stake| in_the_shoe(stake, winner)))
        }
    }
}

/// Whether two players' stakes cover each other although neither's own do.
pub(super) fn are_opposed(game: Game, one: &[Stake], other: &[Stake]) -> bool {
    are_hedged(game, one.iter().chain(other)) && !are_hedged(game, one.iter()) && !are_hedged(game, other.iter())
}

fn on_the_wheel(stake: &Stake, number: u8) -> i64 {
    match Spot::parse(&stake.spot) {
        Some(spot) if spot.covers(number) => stake.stake_minor.saturating_mul(spot.pays() + 1),
        _ => 0,
    }
}

fn in_the_shoe(stake: &Stake, winner: &str) -> i64 {
    match (stake.spot.as_str(), winner) {
        ("player", "player") => stake.stake_minor.saturating_mul(2),
        ("banker", "banker") => stake.stake_minor.saturating_mul(195) / 100,
        _ => 0,
    }
}

fn sum(amounts: impl Iterator<Item = i64>) -> i64 {
    amounts.fold(0, i64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stakes(of: &[(&str, i64)]) -> Vec<Stake> {
        of.iter().map(|(spot, stake_minor)| Stake { spot: (*spot).into(), stake_minor: *stake_minor }).collect()
    }

    fn roulette(of: &[(&str, i64)]) -> bool {
        are_hedged(Game::Roulette, stakes(of).iter())
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
        assert!(are_hedged(Game::Baccarat, stakes(&[("player", 100), ("banker", 100)]).iter()));
    }

    #[test]
    fn play_is_no_cover() {
        assert!(!roulette(&[]));
        assert!(!roulette(&[("red", 100)]));
        assert!(!roulette(&[("red", 100), ("straight-17", 100)]));
        assert!(!roulette(&[("dozen-1", 50), ("dozen-2", 50)]), "24 of 37");
        assert!(!roulette(&[("red", 100), ("black", 20)]), "black would lose most of it");
        assert!(!roulette(&[("nowhere", 100), ("red", 100), ("black", 1)]));
        assert!(!are_hedged(Game::Baccarat, stakes(&[("player", 100), ("tie", 100)]).iter()));
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
