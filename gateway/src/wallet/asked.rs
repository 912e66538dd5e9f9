//! The wallet as other services see it, each through a trait of its own.

use super::limits::Reached;
use super::{CreditReward, Wallet};
use crate::identity::Purse;
use crate::problem::ApiError;
use crate::promotions::{NoCredit, Payouts};
use contract::wallet::{Balance, Entry};
use futures::future::BoxFuture;

impl Purse for Wallet {
    fn grant_opening(&self, player: String) -> BoxFuture<'_, Result<(), ApiError>> {
        Box::pin(async move {
            Self::grant_opening(self, &player).await?;
            Ok(())
        })
    }

    fn balance(&self, player: String) -> BoxFuture<'_, Result<Balance, ApiError>> {
        Box::pin(async move { Ok(Self::balance(self, &player).await?) })
    }

    fn latest(&self, player: String, limit: u32) -> BoxFuture<'_, Result<Vec<Entry>, ApiError>> {
        Box::pin(async move { Ok(self.lines(&player, None, limit).await?) })
    }
}

impl Payouts for Wallet {
    fn credit(&self, reward: CreditReward) -> BoxFuture<'_, Result<(), NoCredit>> {
        Box::pin(async move {
            match self.credit_reward(reward).await {
                Ok(_) => Ok(()),
                Err(refusal) if refusal.is_final() => Err(NoCredit::Never(refusal.into())),
                Err(error) => Err(NoCredit::Later(error.into())),
            }
        })
    }

    fn break_of(&self, player: String) -> BoxFuture<'_, Result<Option<Reached>, ApiError>> {
        Box::pin(async move { Ok(Self::break_of(self, &player).await?) })
    }
}
