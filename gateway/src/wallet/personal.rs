//! A player's lines for others: for the player as a whole, for support the latest.

use super::vendor::Wager;
use super::{Wallet, WalletError};
use crate::problem::ApiError;
use contract::limits::Limits;
use contract::wallet::{Balance, Entry};
use serde::Serialize;

/// Lines or wagers that are read at once.
const PAGE: u32 = 1000;

/// What the wallet holds on a player.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Personal {
    /// What they hold.
    pub balance: Balance,
    /// Every line of their history, newest first.
    pub entries: Vec<Entry>,
    /// Their limits and breaks, and what is used of each limit. What they were before is not kept.
    pub limits: Limits,
    /// Every bet of theirs that a vendor has named, with what became of it. What it won is in the entries, by
    /// table and round.
    pub wagers: Vec<Wager>,
}

impl Wallet {
    /// At most `limit` lines of a player's history below a ledger position, newest first.
    ///
    /// # Errors
    /// The store is not available, or the read models are computed for the first time.
    pub async fn lines(&self, player: &str, before: Option<u64>, limit: u32) -> Result<Vec<Entry>, WalletError> {
        Ok(self.views.lines(player, position(before), limit).await?.value)
    }

    /// Everything that the wallet holds on a player. It is read page by page, so that no other query waits for
    /// all of it.
    ///
    /// # Errors
    /// The store is not available, or the read models lack something.
    pub async fn personal(self, player: String) -> Result<Personal, ApiError> {
        let balance = self.views.balance(&player, self.clock.now_ms()).await?;
        let mut is_behind = balance.behind > 0;
        let mut entries = Vec::new();
        loop {
            let before = entries.last().map(|entry: &Entry| entry.version);
            let page = self.views.lines(&player, position(before), PAGE).await?;
            is_behind |= page.behind > 0;
            let is_last = page.value.len() < PAGE as usize;
            entries.extend(page.value);
            if is_last {
                break;
            }
        }
        if is_behind {
            // A document with something missing is none.
            return Err(WalletError::Behind.into());
        }
        let limits = self.limits(&player).await?;
        let wagers = self.wagers(&player).await?;
        Ok(Personal { balance: balance.value, entries, limits, wagers })
    }

    async fn wagers(&self, player: &str) -> Result<Vec<Wager>, WalletError> {
        let mut wagers: Vec<Wager> = Vec::new();
        loop {
            let (player, after) = (player.to_owned(), wagers.last().cloned());
            let page = self.database.read(move |sql| Wager::page(sql, &player, after.as_ref(), PAGE)).await?;
            let is_last = page.len() < PAGE as usize;
            wagers.extend(page);
            if is_last {
                return Ok(wagers);
            }
        }
    }
}

fn position(before: Option<u64>) -> i64 {
    before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX)
}
