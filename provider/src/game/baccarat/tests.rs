use super::*;
use rand::SeedableRng;
use std::collections::BTreeMap;

/// Deals these ranks in order, all spades; panics if the tableau asks for one more.
fn play_ranks(ranks: &[u8]) -> (Vec<Dealt>, usize) {
    let mut next = ranks.iter().copied();
    let cards =
        play(|| Card { rank: next.next().expect("the tableau asked for one card too many"), suit: Suit::Spades });
    let used = cards.len();
    (cards, used)
}

#[test]
fn a_natural_ends_the_round() {
    for first_four in [[4, 2, 4, 3], [2, 4, 3, 4], [9, 1, 13, 5], [1, 9, 1, 12]] {
        assert_eq!(play_ranks(&first_four).1, 4, "{first_four:?}");
    }
}

#[test]
fn the_player_draws_up_to_five() {
    for points in 0..=7_u8 {
        // The player's two cards are `points` and a king; the banker stands on seven.
        let rank = if points == 0 { 13 } else { points };
        let (cards, _) = play_ranks(&[rank, 7, 13, 13, 13]);
        assert_eq!(of_hand(&cards, Hand::Player).count(), if points <= 5 { 3 } else { 2 }, "{points}");
    }
}

/// The published table: a row for each banker's total, a column for the player's third card
/// 0 to 9; D draws, S stands.
const TABLEAU: [(u8, &str); 8] = [
    (0, "DDDDDDDDDD"),
    (1, "DDDDDDDDDD"),
    (2, "DDDDDDDDDD"),
    (3, "DDDDDDDDSD"),
    (4, "SSDDDDDDSS"),
    (5, "SSSSDDDDSS"),
    (6, "SSSSSSDDSS"),
    (7, "SSSSSSSSSS"),
];

#[test]
fn the_banker_follows_the_tableau_in_every_case() {
    for (banker, row) in TABLEAU {
        let rank_of = |value: u8| if value == 0 { 10 } else { value };
        for (third, rule) in (0..=9_u8).zip(row.chars()) {
            // The player holds king and king: 0 points, so a third card comes.
            let (cards, _) = play_ranks(&[13, rank_of(banker), 13, 12, rank_of(third), 11]);
            let drew = of_hand(&cards, Hand::Banker).count() == 3;
            assert_eq!(drew, rule == 'D', "banker {banker}, player's third {third}");
        }
        // The player stands on six: the banker draws up to five.
        let (cards, _) = play_ranks(&[6, rank_of(banker), 13, 12, 11]);
        assert_eq!(of_hand(&cards, Hand::Banker).count() == 3, banker <= 5, "banker {banker}, player stands");
    }
}

#[test]
fn outcomes_and_pairs() {
    let (cards, _) = play_ranks(&[4, 9, 4, 9]);
    let ended = outcome("r", &cards);
    assert_eq!(ended.winner, Some(Winner::Tie));
    assert_eq!((ended.player_points, ended.banker_points), (Some(8), Some(8)));
    assert!(ended.player_pair && ended.banker_pair);
    // King and queen both count nothing but are no pair; a third card makes none either.
    let (cards, _) = play_ranks(&[13, 7, 12, 13, 12]);
    let ended = outcome("r", &cards);
    assert_eq!(ended.winner, Some(Winner::Banker));
    assert!(!ended.player_pair && !ended.banker_pair);
}

fn ended(winner: Winner, player_pair: bool, banker_pair: bool) -> Outcome {
    Outcome {
        round: "r".into(),
        number: None,
        winner: Some(winner),
        player_points: Some(0),
        banker_points: Some(0),
        player_pair,
        banker_pair,
    }
}

#[test]
fn what_each_spot_returns() {
    let (player, banker, tie) =
        (ended(Winner::Player, false, true), ended(Winner::Banker, true, false), ended(Winner::Tie, false, false));
    let back = |name: &str, outcome| returns(Spot::parse(name).unwrap(), outcome, 101);
    assert_eq!([back("player", &player), back("player", &banker), back("player", &tie)], [202, 0, 101]);
    // 95 % of 101 is 95.95: rounded down.
    assert_eq!([back("banker", &player), back("banker", &banker), back("banker", &tie)], [0, 196, 101]);
    assert_eq!([back("tie", &player), back("tie", &banker), back("tie", &tie)], [0, 0, 909]);
    assert_eq!([back("player-pair", &player), back("player-pair", &banker)], [0, 1_212]);
    assert_eq!([back("banker-pair", &player), back("banker-pair", &banker)], [1_212, 0]);
    assert_eq!(Spot::parse("Player"), None);
}

#[test]
fn a_shoe_has_eight_decks_and_is_replaced_after_the_cut() {
    let mut shoe = Shoe::new();
    let mut count = BTreeMap::new();
    for card in &shoe.left {
        *count.entry(*card).or_insert(0) += 1;
    }
    assert_eq!((count.len(), count.values().all(|n| *n == 8)), (52, true));

    let mut rng = rand::rngs::StdRng::seed_from_u64(5);
    for _ in 0..50 {
        let mut fewest = shoe.len();
        let mut after_cut = 0;
        loop {
            shoe.deal(&mut rng);
            if shoe.len() == DECKS * 52 {
                break;
            }
            fewest = fewest.min(shoe.len());
            after_cut += usize::from(shoe.len() <= BEHIND_CUT);
        }
        // The round in which the cut card came out is followed by exactly one, which ends the shoe.
        assert_eq!(after_cut, 1);
        assert!((BEHIND_CUT - 5..=BEHIND_CUT).contains(&fewest));
    }
}

#[test]
fn the_long_run_meets_the_known_chances() {
    // Banker 45.860 %, player 44.625 %, tie 9.516 %, a pair on a side 7.470 %.
    let mut rng = rand::rngs::StdRng::seed_from_u64(11);
    let mut shoe = Shoe::new();
    let rounds = 400_000_i64;
    let (mut banker, mut player, mut tie, mut pair) = (0_i64, 0_i64, 0_i64, 0_i64);
    for _ in 0..rounds {
        let ended = outcome("r", &shoe.deal(&mut rng));
        match ended.winner.unwrap() {
            Winner::Banker => banker += 1,
            Winner::Player => player += 1,
            Winner::Tie => tie += 1,
        }
        pair += i64::from(ended.player_pair);
    }
    // In millionths; the standard deviation of each is below 800.
    let share = |count: i64| count * 1_000_000 / rounds;
    for (seen, expected) in [(banker, 458_597), (player, 446_247), (tie, 95_156), (pair, 74_699)] {
        assert!((share(seen) - expected).abs() < 4_000, "{} instead of {expected}", share(seen));
    }
}
