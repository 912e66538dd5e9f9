//! What players choose for themselves: limits, breaks, the time between reality checks. Pure.
//!
//! **Architecture invariant:** a choice that protects holds at once, one that loosens waits; a break is
//! never shortened.

use super::book::Book;
use super::error::LimitError;
use super::market::Market;
use contract::limits::{BreakLength, LimitKind, Period};
use jiff::ToSpan;

impl Book {
    /// Sets, lowers, raises or removes a limit.
    pub(super) fn set(
        &mut self,
        market: &Market,
        name: (LimitKind, Period),
        value: Option<i64>,
        now_ms: i64,
    ) -> Result<(), LimitError> {
        self.caps.set(name, value, now_ms.saturating_add(market.increase_after_ms))?;
        self.changed();
        Ok(())
    }

    /// Confirms a higher limit.
    pub(super) fn confirm(&mut self, name: (LimitKind, Period), now_ms: i64) -> Result<(), LimitError> {
        self.caps.confirm(name, now_ms)?;
        self.changed();
        Ok(())
    }

    /// Forgets a higher limit.
    pub(super) fn cancel(&mut self, name: (LimitKind, Period)) -> Result<(), LimitError> {
        self.caps.cancel(name)?;
        self.changed();
        Ok(())
    }

    /// Begins a time-out. One that is in force is never shortened.
    pub(super) fn time_out(&mut self, market: &Market, length: BreakLength, now_ms: i64) -> Result<(), LimitError> {
        let span = match length {
            BreakLength::Day => 24.hours(),
            BreakLength::Week => 1.week(),
            BreakLength::Month => 1.month(),
            BreakLength::SixWeeks => 6.weeks(),
        };
        let until_ms = market.calendar.later(now_ms, span);
        self.break_until(until_ms, now_ms)?;
        self.breaks.time_out_until_ms = Some(until_ms);
        self.changed();
        Ok(())
    }

    /// Begins a self-exclusion. One that is in force is never shortened.
    pub(super) fn exclude(&mut self, market: &Market, months: u32, now_ms: i64) -> Result<(), LimitError> {
        if !market.exclusion_months.contains(&months) {
            let (least, most) = (*market.exclusion_months.start(), *market.exclusion_months.end());
            return Err(LimitError::InvalidMonths { least, most });
        }
        let until_ms = market.calendar.later(now_ms, i64::from(months).months());
        self.break_until(until_ms, now_ms)?;
        self.breaks.excluded_until_ms = Some(until_ms);
        self.changed();
        Ok(())
    }

    fn break_until(&self, until_ms: i64, now_ms: i64) -> Result<(), LimitError> {
        match self.breaks.now(now_ms) {
            Some((_, in_force_until_ms)) if in_force_until_ms >= until_ms => Err(LimitError::LongerBreak),
            _ => Ok(()),
        }
    }

    /// Chooses the time between reality checks. A check that is due stays due.
    pub(super) fn set_check(&mut self, market: &Market, minutes: Option<u32>, now_ms: i64) -> Result<(), LimitError> {
        if minutes.is_some_and(|minutes| !market.check_choices_minutes.contains(&minutes)) {
            return Err(LimitError::InvalidMinutes);
        }
        self.note_check(market, now_ms);
        self.check_minutes = minutes;
        self.changed();
        Ok(())
    }
}
