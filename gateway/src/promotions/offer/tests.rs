use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

const DAY_MS: i64 = 24 * 3600 * 1000;

fn terms(rule: Rule) -> Terms {
    Terms { version: 2, rule, roulette_percent: 100, baccarat_percent: 50, max_bet_minor: 5_000, valid_ms: 7 * DAY_MS }
}

fn match_terms() -> Terms {
    terms(Rule::Match { percent: 100, cap_minor: 10_000, min_deposit_minor: 1_000, multiplier: 5 })
}

fn bet(stake_minor: i64) -> Input {
    Input::Bet { game: Game::Roulette, stake_minor, first_in_round: true, at_ms: 10 }
}

fn run(terms: &Terms, inputs: &[Input]) -> (Standing, Vec<Effect>) {
    let opted_in = step(terms, Standing::NEW, Input::OptIn { terms_version: 2, now_ms: 0 }).expect("opted in").0;
    inputs.iter().fold((opted_in, vec![]), |(standing, mut effects), input| {
        let (standing, more) = step(terms, standing, *input).expect("no refusal");
        effects.extend(more);
        (standing, effects)
    })
}

#[test]
fn other_terms_than_those_in_force_are_refused() {
    let refused = step(&match_terms(), Standing::NEW, Input::OptIn { terms_version: 1, now_ms: 0 });
    assert_eq!(refused, Err(Refusal::OtherTerms { current: 2 }));
    let (standing, _) = run(&match_terms(), &[]);
    assert_eq!(standing.terms_version, 2);
    let again = step(&match_terms(), standing, Input::OptIn { terms_version: 2, now_ms: 0 });
    assert_eq!(again, Err(Refusal::AlreadyIn));
}

#[test]
fn the_first_large_enough_deposit_is_matched_up_to_the_cap() {
    let deposit = |amount_minor| Input::Deposit { amount_minor, at_ms: 5 };
    let terms = match_terms();
    assert_eq!(run(&terms, &[deposit(999)]).0.matched_minor, 0);
    assert_eq!(run(&terms, &[deposit(999), deposit(1_000), deposit(9_000)]).0.matched_minor, 1_000);
    let (standing, _) = run(&terms, &[deposit(50_000)]);
    assert_eq!((standing.reward_minor(&terms), standing.progress(&terms).target), (10_000, 50_000));
    assert_eq!(run(&terms, &[bet(5_000), deposit(1_000)]).0.counted, 0, "a bet before the deposit does not count");
}

#[test]
fn stakes_count_by_game_and_only_up_to_the_largest_bet() {
    let terms = terms(Rule::Wager { target_minor: 2_000, reward_minor: 500 });
    let baccarat = Input::Bet { game: Game::Baccarat, stake_minor: 1_001, first_in_round: true, at_ms: 10 };
    assert_eq!(run(&terms, &[baccarat]).0.counted, 500);
    assert_eq!(run(&terms, &[bet(5_001)]).0.counted, 0);
    assert_eq!(run(&terms, &[bet(1_999)]).0.stage, Stage::Active);
    let (standing, _) = run(&terms, &[bet(1_999), bet(1)]);
    assert_eq!((standing.stage, standing.progress(&terms).current), (Stage::Earned, 2_000));
    let early = Input::Bet { game: Game::Roulette, stake_minor: 5_000, first_in_round: true, at_ms: -1 };
    assert_eq!(run(&terms, &[early]).0.counted, 0, "a bet from before the opt-in does not count");
}

#[test]
fn a_bet_that_is_taken_back_takes_its_progress_back() {
    let terms = terms(Rule::Wager { target_minor: 2_000, reward_minor: 500 });
    let (standing, _) = run(&terms, &[bet(1_500), bet(1_500), Input::TakenBack { counted: 1_500 }]);
    assert_eq!((standing.stage, standing.counted), (Stage::Active, 1_500));
    // Bets beyond the target count too: what is left after a roll-back may still be enough.
    let (standing, _) = run(&terms, &[bet(2_000), bet(2_000), Input::TakenBack { counted: 2_000 }]);
    assert_eq!(standing.stage, Stage::Earned);
}

#[test]
fn a_reward_is_claimed_once_and_told_once() {
    let terms = terms(Rule::Rounds { target: 1, reward_minor: 200 });
    let (earned, _) = run(&terms, &[bet(100)]);
    let (claiming, effects) = step(&terms, earned, Input::Claim).expect("claimed");
    assert_eq!(effects, [Effect::Credit { amount_minor: 200 }]);
    let (again, effects) = step(&terms, claiming, Input::Claim).expect("carried on");
    assert_eq!((again, effects), (claiming, vec![Effect::Credit { amount_minor: 200 }]));
    let (claimed, effects) = step(&terms, claiming, Input::Credited).expect("credited");
    assert_eq!(effects, [Effect::TellCredited { amount_minor: 200 }, Effect::Tell]);
    assert_eq!(step(&terms, claimed, Input::Credited).expect("nothing"), (claimed, vec![]));
    assert_eq!(step(&terms, claimed, Input::Claim), Err(Refusal::AlreadyClaimed));
    let (kept, _) = step(&terms, claimed, Input::TakenBack { counted: 1 }).expect("too late");
    assert_eq!(kept, claimed);
}

#[test]
fn it_expires_while_active_and_not_once_earned() {
    let terms = terms(Rule::Rounds { target: 2, reward_minor: 200 });
    let late = Input::Tick { now_ms: 7 * DAY_MS };
    assert_eq!(run(&terms, &[bet(100), Input::Tick { now_ms: 7 * DAY_MS - 1 }]).0.stage, Stage::Active);
    let (expired, effects) = run(&terms, &[late]);
    assert_eq!((expired.stage, effects), (Stage::Expired, vec![Effect::Tell]));
    assert_eq!(step(&terms, expired, Input::Claim), Err(Refusal::Expired));
    assert_eq!(run(&terms, &[bet(100), bet(100), late]).0.stage, Stage::Earned);
}

/// The bets of a run, as the store keeps them.
#[derive(Default)]
struct Book(BTreeMap<usize, (u8, i64)>);

fn inputs() -> impl Strategy<Value = Vec<(u8, i64, u8)>> {
    proptest::collection::vec((0..4_u8, 1..6_000_i64, 0..5_u8), 1..60)
}

proptest! {
    /// Whatever is bet and taken back: what counts is the sum of the bets that stand, the version
    /// rises with what is shown, and progress never passes its target.
    #[test]
    fn what_counts_is_what_stands(steps in inputs(), rounds in proptest::bool::ANY) {
        let rule = if rounds {
            Rule::Rounds { target: 3, reward_minor: 200 }
        } else {
            Rule::Wager { target_minor: 20_000, reward_minor: 500 }
        };
        let terms = terms(rule);
        let (mut standing, _) = run(&terms, &[]);
        let mut book = Book::default();
        for (index, (kind, amount, round)) in steps.into_iter().enumerate() {
            let before = standing;
            let input = if kind == 3 {
                let Some((bet, (round, counted))) = book.0.pop_first() else { continue };
                // The bet that counted for its round hands its place to another one of the round.
                let heir = book.0.iter().find(|(_, (other, _))| *other == round).map(|(bet, _)| *bet);
                prop_assert!(!book.0.contains_key(&bet));
                match heir {
                    Some(heir) if rounds && counted == 1 => {
                        book.0.insert(heir, (round, 1));
                        continue;
                    }
                    _ => Input::TakenBack { counted },
                }
            } else {
                let first_in_round = !book.0.values().any(|(other, _)| *other == round);
                Input::Bet { game: Game::Roulette, stake_minor: amount, first_in_round, at_ms: 10 }
            };
            let (after, effects) = step(&terms, standing, input).expect("never refused");
            for effect in &effects {
                if let Effect::Remember { counted } = effect {
                    book.0.insert(index, (round, *counted));
                }
            }
            standing = after;
            prop_assert_eq!(standing.counted, book.0.values().map(|(_, counted)| counted).sum::<i64>());
            let progress = standing.progress(&terms);
            prop_assert!((0..=progress.target).contains(&progress.current));
            prop_assert_eq!(standing.stage == Stage::Earned, progress.current == progress.target);
            prop_assert_eq!(standing.version, before.version + u64::from(effects.contains(&Effect::Tell)));
        }
    }
}
