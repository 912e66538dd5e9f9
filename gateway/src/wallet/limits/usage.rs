//! What was consumed, by the day, and what that leaves of a limit: pure.

use super::calendar::{Day, Window};
use contract::limits::LimitKind;
use std::collections::BTreeMap;

const MINUTE_MS: i64 = 60_000;

/// What was consumed on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Usage {
    pub(super) deposited_minor: i64,
    /// Stakes that were not taken back.
    pub(super) staked_minor: i64,
    pub(super) won_minor: i64,
    pub(super) played_ms: i64,
}

impl Usage {
    /// In minor units, or milliseconds.
    pub(super) fn of(&self, kind: LimitKind) -> i64 {
        match kind {
            LimitKind::Deposit => self.deposited_minor,
            LimitKind::Loss => self.staked_minor.saturating_sub(self.won_minor),
            LimitKind::Stake => self.staked_minor,
            LimitKind::Time => self.played_ms,
        }
    }

    pub(super) fn plus(self, other: &Self) -> Self {
        Self {
            deposited_minor: self.deposited_minor.saturating_add(other.deposited_minor),
            staked_minor: self.staked_minor.saturating_add(other.staked_minor),
            won_minor: self.won_minor.saturating_add(other.won_minor),
            played_ms: self.played_ms.saturating_add(other.played_ms),
        }
    }
}

/// How much of [`Usage::of`] a limit's value of 1 is.
pub(super) fn unit(kind: LimitKind) -> i64 {
    if kind == LimitKind::Time { MINUTE_MS } else { 1 }
}

/// By the day; a day without consumption may be absent.
pub(super) type Days = BTreeMap<Day, Usage>;

/// How a limit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Level {
    /// The lower of the player's and the house's; absent if there is neither.
    pub(super) limit: Option<i64>,
    /// In the limit's unit, whole.
    pub(super) used: i64,
    pub(super) window: Window,
    /// In minor units or milliseconds.
    pub(super) left: i64,
}

impl Level {
    /// What is left in the limit's unit, whole, from 0.
    pub(super) fn left(&self, kind: LimitKind) -> i64 {
        self.left.max(0) / unit(kind)
    }
}
