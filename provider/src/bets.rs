//! Whether a bet may lie on a table: spots, amounts, limits. Pure.
//!
//! **Architecture invariant:** who bets, when and with what money is not known here.

use std::collections::BTreeMap;

use contract::feed::{RefusalCode, Stake};
use contract::live::Game;
use contract::money::Currency;

use crate::game;
use crate::refusal::Refusal;

/// The most stakes in one bet.
pub const MAX_STAKES: usize = 40;
/// The most bets of one player in one round.
pub const MAX_BETS_IN_ROUND: usize = 100;
/// The most stakes of one player in one round: all of them fit into one frame of the feed.
pub const MAX_STAKES_IN_ROUND: usize = 500;

/// What may be staked on a spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The smallest stake.
    pub min_minor: i64,
    /// The largest sum of a player's stakes on one spot in a round.
    pub max_minor: i64,
    /// The currency of both.
    pub currency: Currency,
}

/// Checks a bet by itself and together with what the player already has on the table; returns the
/// bet's sum.
///
/// # Errors
/// Names the stake at fault.
pub fn check(game: Game, limits: Limits, standing: &[Stake], stakes: &[Stake]) -> Result<i64, Refusal> {
    if stakes.is_empty() || stakes.len() > MAX_STAKES {
        let detail = format!("a bet has 1 to {MAX_STAKES} stakes, not {}", stakes.len());
        return Err(Refusal::new(RefusalCode::Malformed, detail).at("stakes"));
    }
    if standing.len() + stakes.len() > MAX_STAKES_IN_ROUND {
        let detail = format!("at most {MAX_STAKES_IN_ROUND} stakes a round");
        return Err(Refusal::new(RefusalCode::TableLimit, detail).at("stakes"));
    }
    let mut on_spot: BTreeMap<&str, i64> = BTreeMap::new();
    for stake in standing {
        *on_spot.entry(&stake.spot).or_default() += stake.stake_minor;
    }
    let mut total: i64 = 0;
    for (index, stake) in stakes.iter().enumerate() {
        let field = |member| format!("stakes[{index}].{member}");
        if !game::has_spot(game, &stake.spot) {
            let detail = format!("there is no such spot at a {} table", game.as_str());
            return Err(Refusal::new(RefusalCode::Unknown, detail).at(field("spot")));
        }
        if stakes[..index].iter().any(|earlier| earlier.spot == stake.spot) {
            let detail = format!("{} is there twice", stake.spot);
            return Err(Refusal::new(RefusalCode::Malformed, detail).at(field("spot")));
        }
        if stake.stake_minor < limits.min_minor {
            let detail = format!("at least {} a spot", limits.min_minor);
            return Err(Refusal::new(RefusalCode::TableLimit, detail).at(field("stake_minor")));
        }
        let spot = on_spot.entry(&stake.spot).or_default();
        *spot = spot.checked_add(stake.stake_minor).filter(|sum| *sum <= limits.max_minor).ok_or_else(|| {
            let detail = format!("at most {} a spot", limits.max_minor);
            Refusal::new(RefusalCode::TableLimit, detail).at(field("stake_minor"))
        })?;
        total = total
            .checked_add(stake.stake_minor)
            .ok_or_else(|| Refusal::new(RefusalCode::TableLimit, "the sum is too large").at(field("stake_minor")))?;
    }
    debug_assert!(total >= limits.min_minor);
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMITS: Limits = Limits { min_minor: 100, max_minor: 50_000, currency: Currency::Eur };

    fn stake(spot: &str, stake_minor: i64) -> Stake {
        Stake { spot: spot.into(), stake_minor }
    }

    fn refused(standing: &[Stake], stakes: &[Stake]) -> (RefusalCode, String) {
        let refusal = check(Game::Roulette, LIMITS, standing, stakes).unwrap_err();
        (refusal.code, refusal.field.unwrap())
    }

    #[test]
    fn a_good_bet_has_its_sum() {
        let stakes = [stake("red", 100), stake("straight-17", 50_000)];
        assert_eq!(check(Game::Roulette, LIMITS, &[stake("red", 49_900)], &stakes), Ok(50_100));
        assert_eq!(check(Game::Baccarat, LIMITS, &[], &[stake("banker", 150)]), Ok(150));
    }

    #[test]
    fn each_fault_names_the_stake() {
        use RefusalCode::{Malformed, TableLimit, Unknown};
        let on_spot = |field: &str| format!("stakes[1].{field}");
        assert_eq!(refused(&[], &[]), (Malformed, "stakes".into()));
        let many: Vec<_> = (0..=40).map(|_| stake("red", 100)).collect();
        assert_eq!(refused(&[], &many), (Malformed, "stakes".into()));
        let good = stake("black", 100);
        assert_eq!(refused(&[], &[good.clone(), stake("banker", 100)]), (Unknown, on_spot("spot")));
        assert_eq!(refused(&[], &[good.clone(), stake("split-255-3", 100)]), (Unknown, on_spot("spot")));
        assert_eq!(refused(&[], &[good.clone(), good.clone()]), (Malformed, on_spot("spot")));
        for amount in [0, -1, 99, 50_001, i64::MIN, i64::MAX, 1_000_000_000_000_000_000] {
            let fault = refused(&[], &[good.clone(), stake("red", amount)]);
            assert_eq!(fault, (TableLimit, on_spot("stake_minor")), "{amount}");
        }
        assert_eq!(refused(&[stake("red", 49_901)], &[good, stake("red", 100)]), (TableLimit, on_spot("stake_minor")));
        let full: Vec<_> = (0..MAX_STAKES_IN_ROUND).map(|_| stake("odd", 1)).collect();
        assert_eq!(refused(&full, &[stake("red", 100)]), (TableLimit, "stakes".into()));
    }

    proptest! {
        #[test]
        fn what_is_taken_is_within_all_limits(
            stakes in prop::collection::vec(
                (prop::sample::select(vec!["red", "odd", "straight-0", "nowhere"]), prop_oneof![any::<i64>(), 0..60_000_i64]),
                0..6,
            ),
        ) {
            let stakes: Vec<_> = stakes.into_iter().map(|(spot, amount)| stake(spot, amount)).collect();
            if let Ok(total) = check(Game::Roulette, LIMITS, &[], &stakes) {
                prop_assert_eq!(total, stakes.iter().map(|stake| stake.stake_minor).sum::<i64>());
                prop_assert!(stakes.iter().all(|stake| (100..=50_000).contains(&stake.stake_minor)));
                prop_assert!(stakes.iter().all(|stake| stake.spot != "nowhere"));
            }
        }
    }
}
