//! A book as players see it: the contract's types.

use super::book::Book;
use super::caps::names;
use super::error::Reached;
use super::store::Of;
use contract::limits::{Increase, Limit, LimitKind, Limits, Period};
use contract::play::{Allowance, GamingSession, Play, PlayBlock, ReachedReason};

impl Of<'_> {
    /// For the limits page.
    pub(super) fn limits(&self, book: &Book) -> Limits {
        Limits {
            version: book.version,
            currency: book.currency,
            limits: names().map(|(kind, period)| self.limit(book, kind, period)).collect(),
            time_out_until_ms: book.breaks.time_out_until_ms.filter(|until_ms| self.now_ms < *until_ms),
            excluded_until_ms: book.breaks.excluded_until_ms.filter(|until_ms| self.now_ms < *until_ms),
            check_minutes: book.check_minutes(self.market),
            check_choices: self.market.check_choices_minutes.clone(),
            exclusion_least_months: *self.market.exclusion_months.start(),
            exclusion_most_months: *self.market.exclusion_months.end(),
            now_ms: self.now_ms,
        }
    }

    fn limit(&self, book: &Book, kind: LimitKind, period: Period) -> Limit {
        let level = book.level(self.market, kind, period, self.now_ms);
        let cap = book.caps.get(kind, period);
        let increase = cap.increase.map(|increase| Increase {
            value: increase.value,
            effective_at_ms: increase.from_ms,
            awaits_confirmation: increase.from_ms <= self.now_ms,
        });
        Limit {
            kind,
            period,
            value: cap.value,
            house: self.market.limit(kind, period, book.currency),
            used: level.used,
            resets_at_ms: level.window.resets_at_ms,
            increase,
        }
    }

    /// For beside every game.
    pub(super) fn play(&self, book: &Book) -> Play {
        Play { session: self.session(book), block: self.block(book), deposit: self.allowance(book) }
    }

    pub(super) fn session(&self, book: &Book) -> GamingSession {
        let session = book.session(self.market, self.now_ms);
        let check_minutes = book.check_minutes(self.market);
        GamingSession {
            version: book.version,
            currency: book.currency,
            started_at_ms: session.map(|session| session.started_ms.min(self.now_ms)),
            ends_at_ms: session.map(|session| session.ends_ms(self.market)),
            net_minor: session.map_or(0, |session| session.net_minor),
            open_bets: book.open_bets,
            check_at_ms: session.map(|session| session.check_ms(check_minutes)),
            check_due: session.is_some_and(|session| session.is_check_due(check_minutes, self.now_ms)),
            now_ms: self.now_ms,
        }
    }

    pub(super) fn block(&self, book: &Book) -> PlayBlock {
        let now = book.breaks.now(self.now_ms);
        PlayBlock {
            version: book.version,
            until_ms: now.map(|(_, until_ms)| until_ms),
            self_excluded: now.is_some_and(|(reason, _)| reason == ReachedReason::SelfExclusion),
            now_ms: self.now_ms,
        }
    }

    fn allowance(&self, book: &Book) -> Option<Allowance> {
        let allowances = Period::ALL.iter().filter_map(|period| {
            let level = book.level(self.market, LimitKind::Deposit, *period, self.now_ms);
            Some(Allowance {
                period: *period,
                limit_minor: level.limit?,
                left_minor: level.left(LimitKind::Deposit),
                resets_at_ms: level.window.resets_at_ms,
            })
        });
        // Of those that leave as little, the one that lasts longest.
        allowances.min_by_key(|allowance| (allowance.left_minor, -allowance.resets_at_ms))
    }

    pub(super) fn reached(&self, reached: &Reached) -> contract::play::Reached {
        contract::play::Reached {
            reason: reached.reason,
            period: reached.limit.map(|limit| limit.period),
            limit: reached.limit.map(|limit| limit.value),
            left: reached.limit.map(|limit| limit.left),
            until_ms: reached.until_ms,
            currency: self.currency,
            at_ms: self.now_ms,
        }
    }
}
