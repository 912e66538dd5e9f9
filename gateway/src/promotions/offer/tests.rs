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

/// A bet that is won or lost at once.
fn settled_bet(stake_minor: i64) -> [Input; 2] {
    [bet(stake_minor), Input::Settled { counted: stake_minor }]
}

fn taken_back(counted: i64) -> Input {
    Input::TakenBack { counted, settled: 0 }
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
    let (standing, _) = run(&terms, &[settled_bet(1_999), settled_bet(1)].concat());
    assert_eq!((standing.stage, standing.progress(&terms).current), (Stage::Earned, 2_000));
    let early = Input::Bet { game: Game::Roulette, stake_minor: 5_000, first_in_round: true, at_ms: -1 };
    assert_eq!(run(&terms, &[early]).0.counted, 0, "a bet from before the opt-in does not count");
}

#[test]
fn a_bet_that_is_taken_back_takes_its_progress_back() {
    let terms = terms(Rule::Wager { target_minor: 2_000, reward_minor: 500 });
    let (standing, _) = run(&terms, &[bet(1_500), bet(1_500), taken_back(1_500)]);
    assert_eq!((standing.stage, standing.counted), (Stage::Active, 1_500));
    // Bets beyond the target count too: what is left after a roll-back may still be enough.
    let left = [bet(2_000), bet(2_000), taken_back(2_000), Input::Settled { counted: 2_000 }];
    assert_eq!(run(&terms, &left).0.stage, Stage::Earned);
}

#[test]
fn a_bet_earns_nothing_while_it_can_be_taken_back() {
    let terms = terms(Rule::Wager { target_minor: 2_000, reward_minor: 500 });
    let (open, _) = run(&terms, &[bet(2_000)]);
    assert_eq!((open.stage, open.progress(&terms).current), (Stage::Active, 2_000));
    assert_eq!(step(&terms, open, Input::Claim), Err(Refusal::NotEarned));
    let (settled, effects) = step(&terms, open, Input::Settled { counted: 2_000 }).expect("no refusal");
    assert_eq!((settled.stage, effects), (Stage::Earned, vec![Effect::Tell]));
    // What is taken back after a claim was more than it took.
    let more = run(&terms, &[&settled_bet(2_000)[..], &[bet(700), Input::Claim, Input::Credited]].concat()).0;
    let (after, effects) = step(&terms, more, taken_back(700)).expect("no refusal");
    assert_eq!((after.stage, after.counted, effects), (Stage::Claimed, 2_000, vec![]));
}

#[test]
fn a_credit_that_is_refused_for_good_leaves_the_reward_to_be_claimed_again() {
    let terms = terms(Rule::Wager { target_minor: 100, reward_minor: 200 });
    let (claiming, _) = run(&terms, &[&settled_bet(100)[..], &[Input::Claim]].concat());
    assert_eq!(claiming.stage, Stage::Claiming);
    let (earned, _) = step(&terms, claiming, Input::CreditRefused).expect("no refusal");
    assert_eq!(earned.stage, Stage::Earned);
    assert_eq!(step(&terms, earned, Input::CreditRefused).expect("no refusal"), (earned, vec![]));
    assert_eq!(step(&terms, earned, Input::Claim).expect("claimed").0.stage, Stage::Claiming);
}

#[test]
fn a_reward_is_claimed_once_and_told_once() {
    let terms = terms(Rule::Rounds { target: 1, reward_minor: 200 });
    let (earned, _) = run(&terms, &[bet(100), Input::Settled { counted: 1 }]);
    let (claiming, effects) = step(&terms, earned, Input::Claim).expect("claimed");
    assert_eq!(effects, [Effect::Credit { amount_minor: 200 }]);
    let (again, effects) = step(&terms, claiming, Input::Claim).expect("carried on");
    assert_eq!((again, effects), (claiming, vec![Effect::Credit { amount_minor: 200 }]));
    let (claimed, effects) = step(&terms, claiming, Input::Credited).expect("credited");
    assert_eq!(effects, [Effect::TellCredited { amount_minor: 200 }, Effect::Tell]);
    assert_eq!(step(&terms, claimed, Input::Credited).expect("nothing"), (claimed, vec![]));
    assert_eq!(step(&terms, claimed, Input::Claim), Err(Refusal::AlreadyClaimed));
}

#[test]
fn it_expires_while_active_and_not_once_earned() {
    let terms = terms(Rule::Rounds { target: 2, reward_minor: 200 });
    let late = Input::Tick { now_ms: 7 * DAY_MS };
    assert_eq!(run(&terms, &[bet(100), Input::Tick { now_ms: 7 * DAY_MS - 1 }]).0.stage, Stage::Active);
    let (expired, effects) = run(&terms, &[late]);
    assert_eq!((expired.stage, effects), (Stage::Expired, vec![Effect::Tell]));
    assert_eq!(step(&terms, expired, Input::Claim), Err(Refusal::Expired));
    let settled = Input::Settled { counted: 2 };
    assert_eq!(run(&terms, &[bet(100), bet(100), settled, late]).0.stage, Stage::Earned);
}

#[test]
fn a_bet_that_is_open_at_the_end_may_still_earn_it() {
    let terms = terms(Rule::Rounds { target: 1, reward_minor: 200 });
    let late = Input::Tick { now_ms: 7 * DAY_MS };
    let (waits, _) = run(&terms, &[bet(100), late]);
    assert_eq!(waits.stage, Stage::Active);
    assert_eq!(step(&terms, waits, Input::Settled { counted: 1 }).expect("no refusal").0.stage, Stage::Earned);
    let (gone, _) = step(&terms, waits, taken_back(1)).expect("no refusal");
    assert_eq!(step(&terms, gone, late).expect("no refusal").0.stage, Stage::Expired);
    // So may one that is heard of after the end, and not one that was placed after it.
    let (expired, _) = run(&terms, &[late]);
    let (again, _) = step(&terms, expired, bet(100)).expect("no refusal");
    assert_eq!((again.stage, again.counted), (Stage::Active, 1));
    let after = Input::Bet { game: Game::Roulette, stake_minor: 100, first_in_round: true, at_ms: 7 * DAY_MS };
    assert_eq!(step(&terms, expired, after).expect("no refusal").0, expired);
}

/// The bets of a run, as the store keeps them.
#[derive(Default)]
struct Book(BTreeMap<usize, (u8, i64, bool)>);

fn inputs() -> impl Strategy<Value = Vec<(u8, i64, u8)>> {
    proptest::collection::vec((0..5_u8, 1..6_000_i64, 0..5_u8), 1..60)
}

proptest! {
    /// Whatever is bet, settled and taken back: what counts is the sum of the bets that stand, what earns is
    /// the sum of those that are settled, the version rises with what is shown, and progress never passes its
    /// target.
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
            let open = book.0.iter().find(|(_, (_, _, settled))| !settled).map(|(bet, _)| *bet);
            let input = if kind >= 3 {
                let Some((bet, (round, counted, _))) = open.and_then(|bet| book.0.remove_entry(&bet)) else { continue };
                // The bet that counted for its round hands its place to another one of the round.
                let mut heirs: Vec<usize> =
                    book.0.iter().filter(|(_, (other, ..))| *other == round).map(|(bet, _)| *bet).collect();
                heirs.sort_by_key(|heir| !book.0[heir].2);
                match heirs.first().and_then(|heir| book.0.get_mut(heir)) {
                    _ if kind == 4 => {
                        book.0.insert(bet, (round, counted, true));
                        Input::Settled { counted }
                    }
                    Some(heir) if rounds && counted == 1 => {
                        heir.1 = 1;
                        if heir.2 { Input::Settled { counted } } else { taken_back(0) }
                    }
                    _ => taken_back(counted),
                }
            } else {
                let first_in_round = !book.0.values().any(|(other, ..)| *other == round);
                Input::Bet { game: Game::Roulette, stake_minor: amount, first_in_round, at_ms: 10 }
            };
            let (after, effects) = step(&terms, standing, input).expect("never refused");
            for effect in &effects {
                if let Effect::Remember { counted } = effect {
                    book.0.insert(index, (round, *counted, false));
                }
            }
            standing = after;
            prop_assert_eq!(standing.counted, book.0.values().map(|(_, counted, _)| counted).sum::<i64>());
            let settled = book.0.values().filter(|(_, _, settled)| *settled).map(|(_, counted, _)| counted);
            prop_assert_eq!(standing.settled, settled.sum::<i64>());
            let progress = standing.progress(&terms);
            prop_assert!((0..=progress.target).contains(&progress.current));
            prop_assert_eq!(standing.stage == Stage::Earned, standing.settled >= progress.target);
            prop_assert_eq!(standing.version, before.version + u64::from(effects.contains(&Effect::Tell)));
        }
    }
}
