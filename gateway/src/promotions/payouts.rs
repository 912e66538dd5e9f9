//! The wallet, as promotions sees it: who pays what is owed here.

use crate::problem::ApiError;
use crate::wallet::CreditReward;
use crate::wallet::limits::Reached;
use futures::future::BoxFuture;

/// Whoever pays rewards, and knows who takes a break.
pub trait Payouts: Send + Sync {
    /// Credits a reward; once under its key, however often it is asked.
    fn credit(&self, reward: CreditReward) -> BoxFuture<'_, Result<(), NoCredit>>;

    /// The break that keeps a player from playing, if one is in force.
    fn break_of(&self, player: String) -> BoxFuture<'_, Result<Option<Reached>, ApiError>>;
}

/// Why a reward was not credited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCredit {
    /// The wallet can't tell now, or nobody knows what it said: ask again.
    #[error("{0}")]
    Later(ApiError),
    /// It will not, however often it is asked.
    #[error("{0}")]
    Never(ApiError),
}
