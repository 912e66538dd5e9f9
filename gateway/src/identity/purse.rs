//! The wallet, as identity sees it: what a new player starts with, and what support is shown.

use crate::problem::ApiError;
use contract::wallet::{Balance, Entry};
use futures::future::BoxFuture;

/// A player's money, to be given once and looked at.
pub trait Purse: Send + Sync {
    /// Gives a new demo player the opening deposit; at most once, however often it is asked.
    fn grant_opening(&self, player: String) -> BoxFuture<'_, Result<(), ApiError>>;

    /// What a player holds.
    fn balance(&self, player: String) -> BoxFuture<'_, Result<Balance, ApiError>>;

    /// The newest lines of a player's history, at most `limit`.
    fn latest(&self, player: String, limit: u32) -> BoxFuture<'_, Result<Vec<Entry>, ApiError>>;
}
