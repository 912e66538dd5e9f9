//! The wallet, as promotions sees it: who pays what is owed here.

use crate::problem::ApiError;
use crate::wallet::CreditReward;
use crate::wallet::limits::Reached;
use futures::future::BoxFuture;

/// Whoever pays rewards, and knows who takes a break.
pub trait Payouts: Send + Sync {
    /// Credits a reward; once under its key, however often it is asked.
    fn credit(&self, reward: CreditReward) -> BoxFuture<'_, Result<(), ApiError>>;

    /// The break that keeps a player from playing, if one is in force.
    fn break_of(&self, player: String) -> BoxFuture<'_, Result<Option<Reached>, ApiError>>;
}
