//! Why a stake, a deposit or a change of limits is refused.

use crate::problem::ApiError;
use contract::limits::Period;
use contract::play::ReachedReason;
use contract::problem::Code;
use serde::{Deserialize, Serialize};

/// A stake or a deposit that a rule of the player's protection refuses. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// Why.
    pub reason: ReachedReason,
    /// The limit, where it is one.
    pub limit: Option<ReachedLimit>,
    /// When it is whole again, or the break ends.
    pub until_ms: Option<i64>,
}

/// See [`Reached::limit`]. In minor units or minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReachedLimit {
    /// Over which time.
    pub period: Period,
    /// The limit itself.
    pub value: i64,
    /// What it leaves, from 0.
    pub left: i64,
}

impl Reached {
    /// Whether a break is in force, rather than a limit reached.
    #[must_use]
    pub fn is_break(&self) -> bool {
        matches!(self.reason, ReachedReason::TimeOut | ReachedReason::SelfExclusion)
    }

    /// For the vendor's log.
    pub(in crate::wallet) fn detail(&self) -> &'static str {
        match (self.reason, self.limit.map(|limit| limit.period)) {
            (ReachedReason::Loss, Some(Period::Day)) => "the player's loss limit of the day",
            (ReachedReason::Loss, Some(Period::Week)) => "the player's loss limit of the week",
            (ReachedReason::Loss, _) => "the player's loss limit of the month",
            (ReachedReason::Stake, Some(Period::Day)) => "the player's stake limit of the day",
            (ReachedReason::Stake, Some(Period::Week)) => "the player's stake limit of the week",
            (ReachedReason::Stake, _) => "the player's stake limit of the month",
            (ReachedReason::Time, Some(Period::Day)) => "the player's time limit of the day",
            (ReachedReason::Time, Some(Period::Week)) => "the player's time limit of the week",
            (ReachedReason::Time, _) => "the player's time limit of the month",
            (ReachedReason::Deposit, _) => "the player's deposit limit",
            (ReachedReason::RealityCheck, _) => "a reality check has to be acknowledged first",
            (ReachedReason::TimeOut, _) => "the player takes a time-out",
            (ReachedReason::SelfExclusion, _) => "the player is self-excluded",
        }
    }
}

impl std::fmt::Display for Reached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.reason, self.limit) {
            (ReachedReason::Deposit, Some(ReachedLimit { period, left, .. })) => {
                write!(f, "the deposit limit of the {} leaves {left} minor units", period.as_str())
            }
            _ => f.write_str(self.detail()),
        }
    }
}

impl From<Reached> for ApiError {
    fn from(reached: Reached) -> Self {
        let detail = format!("Refused: {reached}.");
        if reached.is_break() {
            return Self::new(Code::PlayBlocked, detail);
        }
        Self::new(Code::LimitReached, detail).field("amount_minor")
    }
}

/// A refused change of limits. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// No limit can have this value.
    #[error("a limit is 0 or more, and no more than its period has")]
    InvalidValue,
    /// There is no higher limit to be confirmed or cancelled.
    #[error("no higher limit is waiting")]
    NothingWaits,
    /// The higher limit can't be confirmed yet.
    #[error("the higher limit can't be confirmed yet")]
    TooEarly,
    /// A break that lasts as long or longer is in force.
    #[error("a break that lasts as long is in force")]
    LongerBreak,
    /// No self-exclusion has this length.
    #[error("a self-exclusion lasts {least} to {most} months")]
    InvalidMonths {
        /// The shortest.
        least: u32,
        /// The longest.
        most: u32,
    },
    /// Not one of the market's choices.
    #[error("that time between reality checks can't be chosen")]
    InvalidMinutes,
}

impl From<LimitError> for ApiError {
    fn from(error: LimitError) -> Self {
        let detail = format!("Refused: {error}.");
        match error {
            LimitError::InvalidValue => Self::invalid("value", detail),
            LimitError::InvalidMonths { .. } => Self::invalid("months", detail),
            LimitError::InvalidMinutes => Self::invalid("minutes", detail),
            LimitError::LongerBreak | LimitError::NothingWaits | LimitError::TooEarly => {
                Self::new(Code::Conflict, detail)
            }
        }
    }
}
