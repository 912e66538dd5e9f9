//! The limits that a player has set, and the higher ones that wait: pure.
//!
//! A lower limit holds at once. A higher one waits for its time and then for a second confirmation,
//! so that it is wanted twice, a day apart.

use super::error::LimitError;
use contract::limits::{LimitKind, Period};

/// Minutes in the longest period: a month of 31 days, and the hour that autumn may add.
const MOST_MINUTES: i64 = 31 * 24 * 60 + 60;

/// A higher limit that does not hold yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Increase {
    /// None at all where absent.
    pub(super) value: Option<i64>,
    /// From when on it can be confirmed.
    pub(super) from_ms: i64,
}

/// One limit of a player.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cap {
    /// In minor units or minutes; absent if there is none.
    pub(super) value: Option<i64>,
    pub(super) increase: Option<Increase>,
}

/// All limits of a player: by kind, then by period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Caps([[Cap; Period::ALL.len()]; LimitKind::ALL.len()]);

/// Every limit's name.
pub(super) fn names() -> impl Iterator<Item = (LimitKind, Period)> {
    LimitKind::ALL.iter().flat_map(|kind| Period::ALL.iter().map(|period| (*kind, *period)))
}

/// Whether a limit of that kind may have that value.
pub(super) fn allows(kind: LimitKind, value: i64) -> bool {
    let most = if kind == LimitKind::Time { MOST_MINUTES } else { contract::wire::MAX_INTEGER };
    (0..=most).contains(&value)
}

impl Caps {
    pub(super) fn get(&self, kind: LimitKind, period: Period) -> Cap {
        self.0[kind as usize][period as usize]
    }

    pub(super) fn put(&mut self, kind: LimitKind, period: Period, cap: Cap) {
        self.0[kind as usize][period as usize] = cap;
    }

    /// Sets, lowers, raises or removes a limit; what waited before does no longer.
    pub(super) fn set(
        &mut self,
        (kind, period): (LimitKind, Period),
        value: Option<i64>,
        confirm_from_ms: i64,
    ) -> Result<(), LimitError> {
        if value.is_some_and(|value| !allows(kind, value)) {
            return Err(LimitError::InvalidValue);
        }
        let held = self.get(kind, period).value;
        let cap = if is_higher(value, held) {
            Cap { value: held, increase: Some(Increase { value, from_ms: confirm_from_ms }) }
        } else {
            Cap { value, increase: None }
        };
        self.put(kind, period, cap);
        Ok(())
    }

    /// Confirms a higher limit whose time has come: from now on it holds.
    pub(super) fn confirm(&mut self, (kind, period): (LimitKind, Period), now_ms: i64) -> Result<(), LimitError> {
        let increase = self.get(kind, period).increase.ok_or(LimitError::NothingWaits)?;
        if now_ms < increase.from_ms {
            return Err(LimitError::TooEarly);
        }
        self.put(kind, period, Cap { value: increase.value, increase: None });
        Ok(())
    }

    /// Forgets a higher limit that waits.
    pub(super) fn cancel(&mut self, (kind, period): (LimitKind, Period)) -> Result<(), LimitError> {
        let cap = self.get(kind, period);
        cap.increase.ok_or(LimitError::NothingWaits)?;
        self.put(kind, period, Cap { increase: None, ..cap });
        Ok(())
    }
}

/// No limit is higher than any.
fn is_higher(value: Option<i64>, held: Option<i64>) -> bool {
    match (value, held) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(value), Some(held)) => value > held,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAME: (LimitKind, Period) = (LimitKind::Deposit, Period::Week);
    const DAY_MS: i64 = 24 * 3_600_000;

    fn cap(caps: &Caps) -> (Option<i64>, Option<Option<i64>>) {
        let cap = caps.get(NAME.0, NAME.1);
        (cap.value, cap.increase.map(|increase| increase.value))
    }

    #[test]
    fn a_first_and_a_lower_limit_hold_at_once() {
        let mut caps = Caps::default();
        caps.set(NAME, Some(500), DAY_MS).expect("allowed");
        assert_eq!(cap(&caps), (Some(500), None));
        caps.set(NAME, Some(900), DAY_MS).expect("allowed");
        caps.set(NAME, Some(400), DAY_MS).expect("allowed");
        assert_eq!(cap(&caps), (Some(400), None), "and what waited is forgotten");
        assert_eq!(caps.get(LimitKind::Deposit, Period::Day), Cap::default(), "others are not touched");
    }

    #[test]
    fn a_higher_limit_waits_and_is_wanted_twice() {
        let mut caps = Caps::default();
        assert_eq!(caps.confirm(NAME, DAY_MS), Err(LimitError::NothingWaits));
        caps.set(NAME, Some(500), DAY_MS).expect("allowed");
        for higher in [Some(501), None] {
            caps.set(NAME, higher, DAY_MS).expect("allowed");
            assert_eq!(cap(&caps), (Some(500), Some(higher)));
            assert_eq!(caps.confirm(NAME, DAY_MS - 1), Err(LimitError::TooEarly));
            assert_eq!(cap(&caps), (Some(500), Some(higher)));
        }
        caps.cancel(NAME).expect("one waits");
        assert_eq!(caps.cancel(NAME), Err(LimitError::NothingWaits));
        assert_eq!(caps.confirm(NAME, DAY_MS), Err(LimitError::NothingWaits));
        caps.set(NAME, None, DAY_MS).expect("allowed");
        caps.confirm(NAME, DAY_MS).expect("its time has come");
        assert_eq!(cap(&caps), (None, None));
    }

    #[test]
    fn a_value_that_nobody_can_mean_is_refused() {
        let mut caps = Caps::default();
        for (kind, value) in
            [(LimitKind::Stake, -1), (LimitKind::Stake, i64::MAX), (LimitKind::Time, 31 * 24 * 60 + 61)]
        {
            assert_eq!(caps.set((kind, Period::Month), Some(value), 0), Err(LimitError::InvalidValue));
        }
        assert_eq!(caps, Caps::default());
    }

    proptest! {
        /// Whatever a player does, a limit only rises by a confirmation a day after it was asked for.
        #[test]
        fn nothing_but_a_ripe_confirmation_raises_a_limit(
            steps in prop::collection::vec((0..4_u8, prop::option::of(0..5_i64), 0..2 * DAY_MS), 1..60),
        ) {
            let (mut caps, mut now_ms) = (Caps::default(), 0);
            let mut asked: Option<(Option<i64>, i64)> = None;
            for (what, value, passes_ms) in steps {
                now_ms += passes_ms;
                let before = caps.get(NAME.0, NAME.1).value;
                match what {
                    0 | 1 => {
                        caps.set(NAME, value, now_ms + DAY_MS).expect("allowed");
                        asked = is_higher(value, before).then_some((value, now_ms));
                    }
                    2 => { let _ = caps.confirm(NAME, now_ms); }
                    _ => { if caps.cancel(NAME).is_ok() { asked = None; } }
                }
                let after = caps.get(NAME.0, NAME.1).value;
                if is_higher(after, before) {
                    let (wanted, at_ms) = asked.take().expect("it was asked for");
                    prop_assert!(what == 2 && after == wanted && now_ms >= at_ms + DAY_MS);
                }
            }
        }
    }
}
