//! European roulette, one zero. Spots and their pay are the contract's.

use contract::feed::Outcome;
use contract::roulette::Spot;

/// The number of pockets.
const POCKETS: usize = 37;

/// Spins the wheel.
pub fn spin(round: &str, rng: &mut impl rand::Rng) -> Outcome {
    let number = u8::try_from(crate::random::index(rng, POCKETS)).expect("fewer than 256 pockets");
    outcome(round, number)
}

/// The outcome of a round that ended on `number`.
#[must_use]
pub fn outcome(round: &str, number: u8) -> Outcome {
    assert!(usize::from(number) < POCKETS, "{number} is no pocket");
    Outcome {
        round: round.to_owned(),
        number: Some(number),
        winner: None,
        player_points: None,
        banker_points: None,
        player_pair: false,
        banker_pair: false,
    }
}

/// What comes back for a stake: 0, or the stake and what it won.
#[must_use]
pub fn returns(spot: Spot, outcome: &Outcome, stake_minor: i64) -> i64 {
    match outcome.number {
        Some(number) if spot.covers(number) => stake_minor * (spot.pays() + 1),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn winning_spots_return_stake_and_pay() {
        let cases = [
            ("straight-17", 17, 3_600),
            ("straight-17", 18, 0),
            ("split-17-18", 18, 1_800),
            ("street-16", 18, 1_200),
            ("trio-2", 0, 1_200),
            ("corner-16", 20, 900),
            ("first-four", 3, 900),
            ("line-13", 18, 600),
            ("column-3", 36, 300),
            ("dozen-1", 12, 300),
            ("red", 36, 200),
            ("black", 36, 0),
            ("even", 0, 0),
            ("low", 0, 0),
            ("column-3", 0, 0),
        ];
        for (name, number, back) in cases {
            let spot = Spot::parse(name).unwrap();
            assert_eq!(returns(spot, &outcome("r", number), 100), back, "{name} on {number}");
        }
    }

    #[test]
    fn over_all_numbers_every_spot_returns_36_of_37_stakes() {
        for name in ["straight-0", "split-0-3", "trio-1", "first-four", "line-1", "dozen-2", "odd", "high"] {
            let spot = Spot::parse(name).unwrap();
            let back: i64 = (0..=36).map(|number| returns(spot, &outcome("r", number), 7)).sum();
            assert_eq!(back, 36 * 7, "{name}");
        }
    }

    #[test]
    fn a_spin_is_a_pocket() {
        let mut rng = rand::rngs::StdRng::seed_from_u64(3);
        let seen: std::collections::BTreeSet<_> = (0..2_000).map(|_| spin("r", &mut rng).number.unwrap()).collect();
        assert_eq!(seen, (0..=36).collect());
    }
}
