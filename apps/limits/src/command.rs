//! What a player can ask for, and how it is sent.

use contract::limits::{Exclude, LimitKind, LimitName, Period, SetCheck, SetLimit, TakeBreak};
use contract::wire::{Encode, Sink};

/// What is asked for. One type, so that sending is compiled once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Sets, lowers, raises or removes a limit.
    Set(SetLimit),
    /// Confirms a higher limit whose day has come.
    Confirm(LimitName),
    /// Gives a higher limit up.
    Cancel(LimitName),
    /// Chooses the time between reality checks.
    Check(SetCheck),
    /// Begins a time-out.
    Break(TakeBreak),
    /// Begins a self-exclusion.
    Exclude(Exclude),
}

/// Where on the page something belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At a limit.
    Limit(LimitKind, Period),
    /// At the reality check.
    Check,
    /// In the question before a break.
    Question,
}

impl Command {
    /// The path that takes it.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        match self {
            Self::Set(_) => "/api/limits",
            Self::Confirm(_) => "/api/limits/confirm",
            Self::Cancel(_) => "/api/limits/cancel",
            Self::Check(_) => "/api/limits/reality-check",
            Self::Break(_) => "/api/limits/time-out",
            Self::Exclude(_) => "/api/limits/self-exclusion",
        }
    }

    /// Whether it says what something is to be (`PUT`) and not what is to happen (`POST`).
    #[must_use]
    pub const fn sets(&self) -> bool {
        matches!(self, Self::Set(_) | Self::Check(_))
    }

    /// Where its outcome is told.
    #[must_use]
    pub const fn place(&self) -> Place {
        match self {
            Self::Set(SetLimit { kind, period, .. })
            | Self::Confirm(LimitName { kind, period })
            | Self::Cancel(LimitName { kind, period }) => Place::Limit(*kind, *period),
            Self::Check(_) => Place::Check,
            Self::Break(_) | Self::Exclude(_) => Place::Question,
        }
    }
}

impl Encode for Command {
    fn write<S: Sink>(&self) -> S {
        match self {
            Self::Set(set) => set.write(),
            Self::Confirm(name) | Self::Cancel(name) => name.write(),
            Self::Check(set) => set.write(),
            Self::Break(length) => length.write(),
            Self::Exclude(length) => length.write(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_becomes_of_a_limit_is_told_at_that_limit() {
        let name = LimitName { kind: LimitKind::Loss, period: Period::Week };
        let place = Place::Limit(LimitKind::Loss, Period::Week);
        assert_eq!(Command::Cancel(name.clone()).place(), place);
        assert_eq!(Command::Confirm(name).place(), place);
        let set = SetLimit { kind: LimitKind::Loss, period: Period::Week, value: None };
        assert_eq!((Command::Set(set.clone()).place(), Command::Set(set).sets()), (place, true));
        assert_eq!(Command::Exclude(Exclude { months: 6 }).place(), Place::Question);
    }
}
