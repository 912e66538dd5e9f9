//! What a change of a limit brings, what a limit leaves, and when to look again.
//!
//! For what is shown before the server has answered; must never read a clock.

use contract::limits::{BreakLength, Limit, LimitKind, Limits, Period};
use contract::money::{AmountError, Currency, parse_amount};
use contract::plain::{ascii_figures, number};

/// The kinds of limits, in their order on the screen.
pub const KINDS: [LimitKind; 4] = [LimitKind::Deposit, LimitKind::Loss, LimitKind::Stake, LimitKind::Time];

/// The periods of each.
pub const PERIODS: [Period; 3] = [Period::Day, Period::Week, Period::Month];

/// The lengths of a time-out.
pub const BREAKS: [BreakLength; 4] = [BreakLength::Day, BreakLength::Week, BreakLength::Month, BreakLength::SixWeeks];

/// What saving another value does. No value is no limit, which is higher than any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is what holds already.
    Nothing,
    /// It is stricter, and holds at once.
    AtOnce,
    /// It is looser, and waits for its day and a second confirmation.
    Later,
}

/// What saving `next` does where `present` holds.
#[must_use]
pub fn effect(present: Option<i64>, next: Option<i64>) -> Effect {
    let height = |limit: Option<i64>| limit.unwrap_or(i64::MAX);
    if present == next {
        Effect::Nothing
    } else if height(next) < height(present) {
        Effect::AtOnce
    } else {
        Effect::Later
    }
}

/// The limit of that kind and period.
#[must_use]
pub fn find(limits: &Limits, kind: LimitKind, period: Period) -> Option<&Limit> {
    limits.limits.iter().find(|limit| limit.kind == kind && limit.period == period)
}

/// What holds: the lower one of the player's and the house's.
#[must_use]
pub fn applies(limit: &Limit) -> Option<i64> {
    match (limit.value, limit.house) {
        (Some(own), Some(house)) => Some(own.min(house)),
        (own, house) => own.or(house),
    }
}

/// How much of a limit is used, 0 to 100. Only what is used up counts as 100.
#[must_use]
pub fn percent(used: i64, limit: i64) -> i64 {
    if used >= limit {
        return 100;
    }
    // Less than the limit, so the quotient is below 100.
    i64::try_from(i128::from(used.max(0)) * 100 / i128::from(limit.max(1))).unwrap_or(100)
}

/// When something that is shown will have changed by time alone; never before `now_ms`.
#[must_use]
pub fn changes_at_ms(limits: &Limits, now_ms: i64) -> Option<i64> {
    let of_limits = limits.limits.iter().flat_map(|limit| {
        let ripens = limit.increase.as_ref().filter(|increase| !increase.awaits_confirmation);
        [Some(limit.resets_at_ms), ripens.map(|increase| increase.effective_at_ms)]
    });
    let of_breaks = [limits.time_out_until_ms, limits.excluded_until_ms];
    of_limits.chain(of_breaks).flatten().filter(|at_ms| *at_ms > now_ms).min()
}

/// The end of the break that is in force, and whether it is a self-exclusion: that one outlasts and outweighs
/// a time-out.
#[must_use]
pub fn break_until_ms(limits: &Limits, now_ms: i64) -> Option<(i64, bool)> {
    let in_force = |until_ms: Option<i64>| until_ms.filter(|until_ms| now_ms < *until_ms);
    in_force(limits.excluded_until_ms)
        .map(|until_ms| (until_ms, true))
        .or_else(|| in_force(limits.time_out_until_ms).map(|until_ms| (until_ms, false)))
}

/// The lengths of a self-exclusion that are offered, in months: the shortest, round ones and the longest.
#[must_use]
pub fn exclusions(least_months: u32, most_months: u32) -> Vec<u32> {
    let mut offered = vec![least_months];
    offered.extend([12, 24, 36].into_iter().filter(|months| (least_months + 1..most_months).contains(months)));
    if most_months > least_months {
        offered.push(most_months);
    }
    offered
}

/// Reads what is typed into a limit's form: an amount, or minutes.
///
/// # Errors
/// What is wrong with it.
pub fn read(kind: LimitKind, text: &str, currency: Currency) -> Result<i64, AmountError> {
    if kind != LimitKind::Time {
        return parse_amount(text, currency);
    }
    match ascii_figures(text).trim() {
        "" => Err(AmountError::Empty),
        minutes => number(minutes).ok_or(AmountError::NotANumber),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::limits::Increase;

    fn limit(value: Option<i64>) -> Limit {
        let (kind, period) = (LimitKind::Deposit, Period::Day);
        Limit { kind, period, value, house: None, used: 0, resets_at_ms: 500, increase: None }
    }

    fn limits(limit: Limit) -> Limits {
        Limits {
            version: 1,
            currency: Currency::Eur,
            limits: vec![limit],
            time_out_until_ms: None,
            excluded_until_ms: None,
            check_minutes: 60,
            check_choices: vec![15, 30, 60],
            exclusion_least_months: 6,
            exclusion_most_months: 60,
            now_ms: 0,
        }
    }

    #[test]
    fn stricter_is_at_once_and_looser_is_later() {
        for (present, next, expected) in [
            (None, Some(0), Effect::AtOnce),
            (Some(100), Some(99), Effect::AtOnce),
            (Some(100), Some(101), Effect::Later),
            (Some(100), None, Effect::Later),
            (Some(100), Some(100), Effect::Nothing),
            (None, None, Effect::Nothing),
        ] {
            assert_eq!(effect(present, next), expected, "{present:?} {next:?}");
        }
    }

    #[test]
    fn the_lower_one_applies() {
        for (own, house, expected) in [
            (Some(5), Some(9), Some(5)),
            (Some(9), Some(5), Some(5)),
            (None, Some(5), Some(5)),
            (Some(5), None, Some(5)),
            (None, None, None),
        ] {
            assert_eq!(applies(&Limit { house, ..limit(own) }), expected);
        }
    }

    #[test]
    fn only_what_is_used_up_is_full() {
        assert_eq!((percent(0, 300), percent(299, 300), percent(300, 300), percent(999, 300)), (0, 99, 100, 100));
        assert_eq!(percent(-50, 300), 0, "more won than staked");
        assert_eq!(percent(0, 0), 100, "nothing is allowed");
        assert_eq!((percent(i64::MAX - 1, i64::MAX), percent(i64::MIN, 0)), (99, 0));
    }

    #[test]
    fn the_next_change_is_in_the_future() {
        let increase = |awaits_confirmation| Some(Increase { value: None, effective_at_ms: 300, awaits_confirmation });
        let waiting = limits(Limit { increase: increase(false), ..limit(Some(1)) });
        assert_eq!(changes_at_ms(&waiting, 299), Some(300));
        assert_eq!(changes_at_ms(&waiting, 300), Some(500));
        assert_eq!(changes_at_ms(&waiting, 500), None);
        let ripe = limits(Limit { increase: increase(true), ..limit(Some(1)) });
        assert_eq!(changes_at_ms(&ripe, 0), Some(500), "it waits for the player, not for the time");
        assert_eq!(changes_at_ms(&Limits { time_out_until_ms: Some(200), ..ripe }, 0), Some(200));
    }

    #[test]
    fn a_self_exclusion_outweighs_a_time_out() {
        let both = Limits { time_out_until_ms: Some(900), excluded_until_ms: Some(100), ..limits(limit(None)) };
        assert_eq!(break_until_ms(&both, 99), Some((100, true)));
        assert_eq!(break_until_ms(&both, 100), Some((900, false)));
        assert_eq!(break_until_ms(&both, 900), None);
    }

    #[test]
    fn exclusions_lie_within_what_the_house_offers() {
        assert_eq!(exclusions(6, 60), [6, 12, 24, 36, 60]);
        assert_eq!(exclusions(12, 24), [12, 24]);
        assert_eq!(exclusions(6, 6), [6]);
    }

    #[test]
    fn time_is_typed_in_minutes_and_money_as_amounts() {
        for minutes in [" 90 ", "٩٠", "۹۰", "９０"] {
            assert_eq!(read(LimitKind::Time, minutes, Currency::Eur), Ok(90), "{minutes}");
        }
        assert_eq!(read(LimitKind::Time, "", Currency::Eur), Err(AmountError::Empty));
        assert_eq!(read(LimitKind::Time, "1.5", Currency::Eur), Err(AmountError::NotANumber));
        assert_eq!(read(LimitKind::Loss, "12,5", Currency::Eur), Ok(1250));
    }
}
