//! All that protects one player, and the decisions on it: pure.
//!
//! What is consumed is counted by the day of the market's calendar, so that a week and a month are sums
//! of days and a stake that is taken back returns to the day that it was taken on.
//!
//! **Architecture invariant:** what is refused leaves the book as it was. A stake counts in full, cash
//! or bonus money, from the moment that it is taken: nobody can lose more than is left by betting in
//! parallel.

use super::calendar::Day;
use super::caps::Caps;
use super::error::{Reached, ReachedLimit};
use super::market::Market;
use super::session::Session;
use super::usage::{Days, Level, Usage, unit};
use contract::limits::{LimitKind, Period};
use contract::money::Currency;
use contract::play::ReachedReason;

/// The ends of a player's breaks; both may be in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Breaks {
    pub(super) time_out_until_ms: Option<i64>,
    pub(super) excluded_until_ms: Option<i64>,
}

impl Breaks {
    /// The break that is in force and ends last.
    pub(super) fn now(&self, now_ms: i64) -> Option<(ReachedReason, i64)> {
        let time_out = self.time_out_until_ms.map(|until_ms| (ReachedReason::TimeOut, until_ms));
        let excluded = self.excluded_until_ms.map(|until_ms| (ReachedReason::SelfExclusion, until_ms));
        let in_force = [time_out, excluded].into_iter().flatten().filter(|(_, until_ms)| now_ms < *until_ms);
        in_force.max_by_key(|(_, until_ms)| *until_ms)
    }
}

/// All that protects one player. A new player's is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Book {
    /// Rises with each change.
    pub(super) version: u64,
    /// The account's.
    pub(super) currency: Currency,
    pub(super) caps: Caps,
    pub(super) breaks: Breaks,
    /// The page was told that a break is in force.
    pub(super) told_block: bool,
    /// Chosen by the player; the market's own if absent.
    pub(super) check_minutes: Option<u32>,
    pub(super) session: Option<Session>,
    /// Stakes that were counted here and are neither settled nor taken back.
    pub(super) open_bets: u32,
    /// At least those of the present month and week.
    pub(super) days: Days,
}

impl Book {
    pub(super) fn new(currency: Currency) -> Self {
        Self {
            version: 0,
            currency,
            caps: Caps::default(),
            breaks: Breaks::default(),
            told_block: false,
            check_minutes: None,
            session: None,
            open_bets: 0,
            days: Days::new(),
        }
    }

    /// Minutes between reality checks.
    pub(super) fn check_minutes(&self, market: &Market) -> u32 {
        self.check_minutes.unwrap_or_else(|| market.check_minutes())
    }

    /// The session that goes on now.
    pub(super) fn session(&self, market: &Market, now_ms: i64) -> Option<Session> {
        self.session.filter(|session| now_ms < session.ends_ms(market))
    }

    /// How the limit of a kind and period stands; what the last stake counts up to now included.
    pub(super) fn level(&self, market: &Market, kind: LimitKind, period: Period, now_ms: i64) -> Level {
        let window = market.calendar.window(period, now_ms);
        let running = self.running(market, now_ms);
        let days = self.days.range(window.days()).chain(running.range(window.days()));
        let used = days.fold(Usage::default(), |sum, (_, usage)| sum.plus(usage)).of(kind);
        let own = self.caps.get(kind, period).value;
        let limit = own.into_iter().chain(market.limit(kind, period, self.currency)).min();
        let left = limit.map_or(i64::MAX, |limit| limit.saturating_mul(unit(kind)).saturating_sub(used));
        Level { limit, used: used / unit(kind), window, left }
    }

    /// What the last stake counts as time played up to now, on its days.
    fn running(&self, market: &Market, now_ms: i64) -> Days {
        let Some(session) = self.session else { return Days::new() };
        let (from_ms, to_ms) = session.played(market, now_ms);
        let pieces = market.calendar.split(from_ms, to_ms).into_iter();
        pieces.map(|(day, played_ms)| (day, Usage { played_ms, ..Usage::default() })).collect()
    }

    /// Takes a deposit into account.
    pub(super) fn deposit(&mut self, market: &Market, amount_minor: i64, now_ms: i64) -> Result<(), Reached> {
        self.no_break(now_ms)?;
        self.room(market, &[(LimitKind::Deposit, amount_minor)], now_ms)?;
        let today = self.days.entry(market.calendar.day(now_ms)).or_default();
        today.deposited_minor = today.deposited_minor.saturating_add(amount_minor);
        self.changed();
        Ok(())
    }

    /// Takes a stake into account; gives the day that it counts on.
    pub(super) fn stake(&mut self, market: &Market, amount_minor: i64, now_ms: i64) -> Result<Day, Reached> {
        self.no_break(now_ms)?;
        let check_minutes = self.check_minutes(market);
        if self.session(market, now_ms).is_some_and(|session| session.is_check_due(check_minutes, now_ms)) {
            return Err(Reached { reason: ReachedReason::RealityCheck, limit: None, until_ms: None });
        }
        // A stake takes time: some has to be left.
        let needs = [(LimitKind::Loss, amount_minor), (LimitKind::Stake, amount_minor), (LimitKind::Time, 1)];
        self.room(market, &needs, now_ms)?;
        for (day, played) in self.running(market, now_ms) {
            let usage = self.days.entry(day).or_default();
            *usage = usage.plus(&played);
        }
        let day = market.calendar.day(now_ms);
        let today = self.days.entry(day).or_default();
        today.staked_minor = today.staked_minor.saturating_add(amount_minor);
        self.session = Some(Session::with_stake(self.session, market, amount_minor, now_ms));
        self.open_bets = self.open_bets.saturating_add(1);
        self.changed();
        Ok(day)
    }

    /// Takes the settlement of bets into account. It is never refused.
    pub(super) fn settled(&mut self, market: &Market, bets: u32, won_minor: i64, now_ms: i64) {
        if won_minor > 0 {
            let today = self.days.entry(market.calendar.day(now_ms)).or_default();
            today.won_minor = today.won_minor.saturating_add(won_minor);
        }
        self.bets_ended(bets, won_minor);
    }

    /// Gives a stake that was taken back to the day that it was taken on.
    pub(super) fn taken_back(&mut self, day: Day, amount_minor: i64) {
        let usage = self.days.entry(day).or_default();
        assert!(usage.staked_minor >= amount_minor, "what is given back was taken");
        usage.staked_minor -= amount_minor;
        self.bets_ended(1, amount_minor);
    }

    fn bets_ended(&mut self, bets: u32, brought_minor: i64) {
        assert!(self.open_bets >= bets, "only an open bet ends");
        self.open_bets -= bets;
        self.session = self.session.map(|session| session.brought(brought_minor));
        self.changed();
    }

    fn no_break(&self, now_ms: i64) -> Result<(), Reached> {
        match self.breaks.now(now_ms) {
            Some((reason, until_ms)) => Err(Reached { reason, limit: None, until_ms: Some(until_ms) }),
            None => Ok(()),
        }
    }

    /// Refuses what a limit has no room for; of several, the one that lasts longest is told.
    fn room(&self, market: &Market, needs: &[(LimitKind, i64)], now_ms: i64) -> Result<(), Reached> {
        let mut longest: Option<Reached> = None;
        for (kind, need) in needs {
            for period in Period::ALL {
                let level = self.level(market, *kind, *period, now_ms);
                let Some(value) = level.limit.filter(|_| *need > level.left) else { continue };
                let until_ms = Some(level.window.resets_at_ms);
                if longest.is_none_or(|longest| until_ms > longest.until_ms) {
                    let limit = ReachedLimit { period: *period, value, left: level.left(*kind) };
                    longest = Some(Reached { reason: reason(*kind), limit: Some(limit), until_ms });
                }
            }
        }
        longest.map_or(Ok(()), Err)
    }

    /// Acknowledges the reality check that is due, if one is.
    pub(super) fn acknowledge(&mut self, market: &Market, now_ms: i64) {
        let check_minutes = self.check_minutes(market);
        if let Some(session) = &mut self.session
            && session.is_check_due(check_minutes, now_ms)
        {
            (session.check_due, session.checked_ms) = (false, now_ms);
            self.changed();
        }
    }

    /// Notes a reality check that has fallen due by the passing of time.
    pub(super) fn note_check(&mut self, market: &Market, now_ms: i64) {
        let check_minutes = self.check_minutes(market);
        if self.session(market, now_ms).is_some_and(|now| !now.check_due && now.is_check_due(check_minutes, now_ms))
            && let Some(session) = &mut self.session
        {
            session.check_due = true;
            self.changed();
        }
    }

    /// When the passing of time alone changes something that the page has to be told.
    pub(super) fn wakes_ms(&self, market: &Market, now_ms: i64) -> Option<i64> {
        let block_ends = [self.breaks.time_out_until_ms, self.breaks.excluded_until_ms].into_iter().flatten().max();
        let block_ends = block_ends.filter(|_| self.told_block);
        let check_minutes = self.check_minutes(market);
        let check = self.session(market, now_ms).filter(|session| !session.check_due).and_then(|session| {
            let check_ms = session.check_ms(check_minutes);
            (check_ms < session.ends_ms(market)).then_some(check_ms)
        });
        block_ends.into_iter().chain(check).min()
    }

    pub(super) fn changed(&mut self) {
        self.version += 1;
    }
}

fn reason(kind: LimitKind) -> ReachedReason {
    match kind {
        LimitKind::Deposit => ReachedReason::Deposit,
        LimitKind::Loss => ReachedReason::Loss,
        LimitKind::Stake => ReachedReason::Stake,
        LimitKind::Time => ReachedReason::Time,
    }
}
