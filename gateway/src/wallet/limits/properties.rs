//! Random histories of one player on a clock that jumps: what the book admits is what a list of all
//! that happened says, added up anew each time.

use super::book::Book;
use super::calendar::Day;
use super::caps::names;
use super::market::Market;
use contract::limits::{BreakLength, LimitKind, Period};
use contract::money::Currency;
use contract::play::ReachedReason;
use proptest::prelude::*;

const START_MS: i64 = 1_800_000_000_000;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

#[derive(Clone, Debug)]
enum Step {
    Pass(i64),
    Deposit(i64),
    Stake(i64),
    /// Settles the nth stake so far, if it is open, with that win.
    Settle(usize, i64),
    /// Takes the nth stake so far back, if it is open.
    TakeBack(usize),
    Set(LimitKind, Period, Option<i64>),
    Confirm(LimitKind, Period),
    Cancel(LimitKind, Period),
    TimeOut(BreakLength),
    SetCheck(Option<u32>),
    Acknowledge,
}

fn kind() -> impl Strategy<Value = LimitKind> + Clone {
    prop::sample::select(LimitKind::ALL)
}

fn period() -> impl Strategy<Value = Period> + Clone {
    prop::sample::select(Period::ALL)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..20 * MINUTE_MS).prop_map(Step::Pass),
        2 => (0..3 * DAY_MS).prop_map(Step::Pass),
        1 => (-2 * DAY_MS..0).prop_map(Step::Pass),
        3 => (1..200_i64).prop_map(Step::Deposit),
        12 => (1..200_i64).prop_map(Step::Stake),
        5 => (any::<usize>(), 0..400_i64).prop_map(|(stake, won)| Step::Settle(stake, won)),
        4 => any::<usize>().prop_map(Step::TakeBack),
        4 => (kind(), period(), prop::option::weighted(0.8, 0..900_i64))
            .prop_map(|(kind, period, value)| Step::Set(kind, period, value)),
        2 => (kind(), period()).prop_map(|(kind, period)| Step::Confirm(kind, period)),
        1 => (kind(), period()).prop_map(|(kind, period)| Step::Cancel(kind, period)),
        1 => prop::sample::select(BreakLength::ALL).prop_map(Step::TimeOut),
        1 => prop::sample::select(&[None, Some(15), Some(30), Some(60)][..]).prop_map(Step::SetCheck),
        3 => Just(Step::Acknowledge),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Open,
    Settled { won: i64, at_ms: i64 },
    TakenBack,
}

#[derive(Debug)]
struct Stake {
    amount: i64,
    at_ms: i64,
    day: Day,
    end: End,
}

/// Everything that happened.
#[derive(Debug, Default)]
struct History {
    deposits: Vec<(i64, i64)>,
    stakes: Vec<Stake>,
}

impl History {
    /// What the window around now has of a kind, in minor units or milliseconds.
    fn used(&self, market: &Market, kind: LimitKind, period: Period, now_ms: i64) -> i64 {
        let days = market.calendar.window(period, now_ms).days();
        let within = |at_ms: i64| days.contains(&market.calendar.day(at_ms));
        let staked = || {
            let stays = self.stakes.iter().filter(|stake| stake.end != End::TakenBack && within(stake.at_ms));
            stays.map(|stake| stake.amount).sum::<i64>()
        };
        match kind {
            LimitKind::Deposit => {
                self.deposits.iter().filter(|(at_ms, _)| within(*at_ms)).map(|(_, minor)| minor).sum()
            }
            LimitKind::Stake => staked(),
            LimitKind::Loss => {
                let wins = self.stakes.iter().map(|stake| match stake.end {
                    End::Settled { won, at_ms } if within(at_ms) => won,
                    _ => 0,
                });
                staked() - wins.sum::<i64>()
            }
            LimitKind::Time => self.played(market, now_ms, |day| days.contains(&day)),
        }
    }

    fn played(&self, market: &Market, now_ms: i64, within: impl Fn(Day) -> bool) -> i64 {
        let nexts = self.stakes.iter().skip(1).map(|stake| stake.at_ms).chain([now_ms]);
        let stretches = self.stakes.iter().zip(nexts).map(|(stake, next_ms)| {
            let to_ms = next_ms.min(stake.at_ms + market.stake_counts_ms);
            // By the minute is enough to tell the days apart: midnight is at a full one.
            let mut from_ms = stake.at_ms;
            let mut sum_ms = 0;
            while from_ms < to_ms {
                let until_ms = to_ms.min(from_ms - from_ms.rem_euclid(MINUTE_MS) + MINUTE_MS);
                sum_ms += if within(market.calendar.day(from_ms)) { until_ms - from_ms } else { 0 };
                from_ms = until_ms;
            }
            sum_ms
        });
        stretches.sum()
    }

    /// Whether every limit of the kind has room for so much.
    fn has_room(&self, market: &Market, book: &Book, kind: LimitKind, amount: i64, now_ms: i64) -> bool {
        Period::ALL.iter().all(|period| {
            let used = self.used(market, kind, *period, now_ms);
            match book.caps.get(kind, *period).value {
                None => true,
                Some(limit) if kind == LimitKind::Time => used < limit * MINUTE_MS,
                Some(limit) => used + amount <= limit,
            }
        })
    }
}

struct Player {
    market: Market,
    book: Book,
    history: History,
    now_ms: i64,
}

impl Player {
    fn new() -> Self {
        let market = Market::house().expect("good rules");
        Self { market, book: Book::new(Currency::Eur), history: History::default(), now_ms: START_MS }
    }

    fn take(&mut self, step: &Step) {
        let Self { market, book, history, now_ms } = self;
        let (before, now_ms) = (book.clone(), *now_ms);
        let free = before.breaks.now(now_ms).is_none();
        let open = |history: &History, nth: usize| {
            let index = nth.checked_rem(history.stakes.len())?;
            (history.stakes[index].end == End::Open).then_some(index)
        };
        let unchanged = match step {
            Step::Pass(ms) => {
                self.now_ms += ms;
                true
            }
            Step::Deposit(amount) => {
                let allowed = free && history.has_room(market, &before, LimitKind::Deposit, *amount, now_ms);
                let outcome = book.deposit(market, *amount, now_ms);
                assert_eq!(outcome.is_ok(), allowed, "{outcome:?}");
                history.deposits.extend(allowed.then_some((now_ms, *amount)));
                !allowed
            }
            Step::Stake(amount) => {
                let checked = before.session(market, now_ms);
                let checked = checked.is_none_or(|now| !now.is_check_due(before.check_minutes(market), now_ms));
                let kinds = [LimitKind::Stake, LimitKind::Loss, LimitKind::Time];
                let room = kinds.iter().all(|kind| history.has_room(market, &before, *kind, *amount, now_ms));
                let outcome = book.stake(market, *amount, now_ms);
                assert_eq!(outcome.is_ok(), free && checked && room, "{outcome:?}");
                if let Err(reached) = outcome {
                    assert_eq!(reached.is_break(), !free);
                    assert!(free || reached.until_ms.is_some_and(|until_ms| until_ms > now_ms));
                    assert!(!free || checked || reached.reason == ReachedReason::RealityCheck);
                }
                let taken = outcome.map(|day| Stake { amount: *amount, at_ms: now_ms, day, end: End::Open });
                history.stakes.extend(taken);
                outcome.is_err()
            }
            Step::Settle(nth, won) => open(history, *nth).is_none_or(|index| {
                book.settled(market, 1, *won, now_ms);
                history.stakes[index].end = End::Settled { won: *won, at_ms: now_ms };
                false
            }),
            Step::TakeBack(nth) => open(history, *nth).is_none_or(|index| {
                book.taken_back(history.stakes[index].day, history.stakes[index].amount);
                history.stakes[index].end = End::TakenBack;
                false
            }),
            Step::Set(kind, period, value) => book.set(market, (*kind, *period), *value, now_ms).is_err(),
            Step::Confirm(kind, period) => book.confirm((*kind, *period), now_ms).is_err(),
            Step::Cancel(kind, period) => book.cancel((*kind, *period)).is_err(),
            Step::TimeOut(length) => book.time_out(market, *length, now_ms).is_err(),
            Step::SetCheck(minutes) => book.set_check(market, *minutes, now_ms).is_err(),
            Step::Acknowledge => {
                book.acknowledge(market, now_ms);
                *book == before
            }
        };
        if unchanged {
            assert_eq!(self.book, before, "a refused step changes nothing");
        } else {
            assert!(self.book.version > before.version);
        }
    }

    fn check(&self) {
        let Self { market, book, history, now_ms } = self;
        for (kind, period) in names() {
            let used = history.used(market, kind, period, *now_ms);
            let shown = if kind == LimitKind::Time { used / MINUTE_MS } else { used };
            assert_eq!(book.level(market, kind, period, *now_ms).used, shown, "{kind:?} of the {period:?}");
        }
        let open = history.stakes.iter().filter(|stake| stake.end == End::Open).count();
        assert_eq!(usize::try_from(book.open_bets), Ok(open));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn the_book_admits_what_the_limits_have_room_for_and_nothing_else(
        steps in prop::collection::vec(step(), 1..80),
    ) {
        let mut player = Player::new();
        for step in &steps {
            player.take(step);
            player.check();
        }
    }

    /// Waking is asked for whenever something is to be told, and never in vain again and again.
    #[test]
    fn a_book_that_woke_sleeps(steps in prop::collection::vec(step(), 1..60), later_ms in 0..2 * DAY_MS) {
        let mut player = Player::new();
        for step in &steps {
            player.take(step);
        }
        let Player { market, mut book, now_ms, .. } = player;
        book.told_block = book.breaks.now(now_ms).is_some();
        let then_ms = now_ms + later_ms;
        let is_due = |book: &Book| {
            let check_minutes = book.check_minutes(&market);
            let session = book.session(&market, then_ms);
            session.is_some_and(|now| !now.check_due && now.is_check_due(check_minutes, then_ms))
        };
        let block_ended = book.told_block && book.breaks.now(then_ms).is_none();
        if is_due(&book) || block_ended {
            prop_assert!(book.wakes_ms(&market, now_ms).is_some_and(|wakes_ms| wakes_ms <= then_ms));
        }
        book.note_check(&market, then_ms);
        book.told_block = book.breaks.now(then_ms).is_some();
        prop_assert!(!is_due(&book));
        prop_assert!(book.wakes_ms(&market, then_ms).is_none_or(|wakes_ms| wakes_ms > then_ms));
    }
}
