use super::*;
use crate::game::{baccarat, roulette};
use contract::feed::{Hand, Suit};
use proptest::prelude::*;

const TIMING: Timing = Timing { betting_ms: 15_000, dealing_ms: 9_000, result_ms: 5_000 };

fn roulette_draw() -> Draw {
    Draw { outcome: roulette::outcome("r", 17), cards: vec![] }
}

fn baccarat_draw() -> Draw {
    let hands = [Hand::Player, Hand::Banker, Hand::Player, Hand::Banker, Hand::Player];
    let cards: Vec<_> = hands.map(|hand| Dealt { hand, rank: 1, suit: Suit::Clubs }).to_vec();
    Draw { outcome: baccarat::outcome("r", &cards), cards }
}

/// Runs a round at its own pace; the answer to a draw is `draw`. Each effect with its time.
fn run(draw: &Draw) -> Vec<(i64, Effect)> {
    let (mut round, mut now, mut seen) = (Round::open("r".into(), TIMING, 0), 0, vec![]);
    loop {
        assert!(round.next_at_ms() >= now);
        now = round.next_at_ms();
        let (next, effects) = round.step(Input::Tick, now).unwrap();
        round = next;
        seen.extend(effects.iter().map(|effect| (now, effect.clone())));
        if effects.contains(&Effect::Draw) {
            let (next, effects) = round.step(Input::Drawn(draw.clone()), now).unwrap();
            round = next;
            seen.extend(effects.into_iter().map(|effect| (now, effect)));
        }
        if effects_end(&seen) {
            return seen;
        }
    }
}

fn effects_end(seen: &[(i64, Effect)]) -> bool {
    matches!(seen.last(), Some((_, Effect::Next)))
}

#[test]
fn a_roulette_round_runs_through_its_phases_in_time() {
    let draw = roulette_draw();
    assert_eq!(
        run(&draw),
        [
            (13_000, Effect::Announce(Phase::Closing, None)),
            (15_000, Effect::Announce(Phase::Closed, None)),
            (16_000, Effect::Draw),
            (16_000, Effect::Announce(Phase::Dealing, None)),
            (25_000, Effect::Announce(Phase::Result, Some(draw.outcome.clone()))),
            (25_000, Effect::Settle),
            (29_000, Effect::Announce(Phase::Settled, None)),
            (30_000, Effect::Next),
        ]
    );
}

#[test]
fn every_card_is_told_once_in_order_before_the_result() {
    let draw = baccarat_draw();
    let seen = run(&draw);
    let told: Vec<_> = seen
        .iter()
        .filter_map(|(at, effect)| if let Effect::Reveal(card) = effect { Some((*at, card.clone())) } else { None })
        .collect();
    assert_eq!(told.iter().map(|(_, card)| card.clone()).collect::<Vec<_>>(), draw.cards);
    assert!(told.windows(2).all(|pair| pair[0].0 < pair[1].0), "{told:?}");
    assert!(told.iter().all(|(at, _)| (16_000..25_000).contains(at)), "{told:?}");
}

#[test]
fn the_camera_sees_it_before_the_feed_tells() {
    for draw in [roulette_draw(), baccarat_draw()] {
        let mut round = Round::open("r".into(), TIMING, 0);
        assert_eq!(round.action(), Action::WaitingForBets);
        for now in [13_000, 15_000] {
            round = round.step(Input::Tick, now).unwrap().0;
        }
        round = round.step(Input::Drawn(draw.clone()), 16_000).unwrap().0;
        let rests_at = match round.action() {
            Action::Spin { number: 17, started_ms: 16_000, settles_ms } => settles_ms,
            Action::Deal { cards } => cards.last().unwrap().1,
            other => panic!("{other:?}"),
        };
        // Before the end of dealing by the lead, which leaves at least 60 % of dealing.
        assert!(rests_at <= 25_000 - 3_600 && rests_at > 16_000, "{rests_at}");
        // It stays as it came to rest.
        let rest = round.step(Input::Tick, 25_000).unwrap().0;
        assert_eq!(rest.phase, Phase::Result);
        assert!(matches!(rest.action(), Action::Spin { .. } | Action::Deal { .. }));
    }
}

#[test]
fn a_round_that_was_drawn_cannot_be_cancelled_or_drawn_again() {
    let mut round = Round::open("r".into(), TIMING, 0);
    assert_eq!(round.clone().step(Input::Drawn(roulette_draw()), 100), Err(Illegal(Phase::Open, "drawn")));
    for now in [13_000, 15_000] {
        round = round.step(Input::Tick, now).unwrap().0;
    }
    // Closed, but its time is not over: a late bet may still be on its way to the journal.
    assert_eq!(round.clone().step(Input::Drawn(roulette_draw()), 15_500), Err(Illegal(Phase::Closed, "drawn")));
    let cancelled = round.clone().step(Input::Cancel, 15_500).unwrap();
    assert_eq!(cancelled.1, [Effect::Announce(Phase::Cancelled, None), Effect::Refund]);
    assert_eq!(cancelled.0.step(Input::Cancel, 15_600), Err(Illegal(Phase::Cancelled, "cancelled")));
    round = round.step(Input::Drawn(roulette_draw()), 16_000).unwrap().0;
    assert_eq!(round.clone().step(Input::Cancel, 16_000), Err(Illegal(Phase::Dealing, "cancelled")));
    assert_eq!(round.step(Input::Drawn(roulette_draw()), 16_000), Err(Illegal(Phase::Dealing, "drawn")));
}

#[test]
fn bets_are_taken_until_closing_is_over_even_if_the_tick_is_late() {
    let round = Round::open("r".into(), TIMING, 0);
    assert!(round.takes_bets(0) && round.takes_bets(14_999) && !round.takes_bets(15_000));
    let closing = round.step(Input::Tick, 13_000).unwrap().0;
    assert!(closing.takes_bets(14_999) && !closing.takes_bets(15_000));
    assert!(!closing.step(Input::Tick, 15_000).unwrap().0.takes_bets(15_000));
}

#[test]
fn the_shortest_timing_has_no_empty_phase() {
    let timing = Timing { betting_ms: 500, dealing_ms: 500, result_ms: 500 };
    for phase in Phase::ALL {
        assert!(timing.phase_ms(*phase) >= 100, "{phase:?}");
    }
}

fn order(phase: Phase) -> usize {
    Phase::ALL.iter().position(|other| *other == phase).unwrap()
}

proptest! {
    #[test]
    fn no_sequence_of_inputs_leaves_the_path(
        inputs in prop::collection::vec((0..3_u8, 0..8_000_i64), 1..60),
        cards in any::<bool>(),
    ) {
        let draw = if cards { baccarat_draw() } else { roulette_draw() };
        let (mut round, mut now) = (Round::open("r".into(), TIMING, 0), 0);
        let (mut settles, mut refunds, mut told) = (0, 0, 0);
        for (kind, wait) in inputs {
            now += wait;
            let input = match kind { 0 => Input::Tick, 1 => Input::Drawn(draw.clone()), _ => Input::Cancel };
            let before = round.clone();
            let Ok((after, effects)) = round.step(input, now) else {
                round = before;
                continue;
            };
            prop_assert!(
                order(after.phase) == order(before.phase)
                    || order(after.phase) == order(before.phase) + 1 && after.phase != Phase::Cancelled
                    || after.phase == Phase::Cancelled && before.outcome().is_none()
            );
            // An outcome is there exactly from dealing on, and is told only as the result.
            let drawn = matches!(after.phase, Phase::Dealing | Phase::Result | Phase::Settled);
            prop_assert_eq!(after.outcome().is_some(), drawn);
            for effect in effects {
                match effect {
                    Effect::Settle => settles += 1,
                    Effect::Refund => refunds += 1,
                    Effect::Reveal(_) => told += 1,
                    Effect::Announce(phase, outcome) => prop_assert_eq!(outcome.is_some(), phase == Phase::Result),
                    Effect::Draw | Effect::Next => {}
                }
            }
            round = after;
        }
        prop_assert!(settles + refunds <= 1);
        prop_assert!(settles == 0 || told == draw.cards.len());
    }
}
