//! A player's lines for others: for the player as a whole, for support the latest.

use super::history::{COLUMNS, entry};
use super::{Wallet, WalletError};
use crate::problem::ApiError;
use crate::store::params;
use contract::wallet::{Balance, Entry};
use serde::Serialize;

/// Lines that are read at once.
const PAGE: u32 = 1000;

/// What the wallet holds on a player.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Personal {
    /// What they hold.
    pub balance: Balance,
    /// Every line of their history, newest first.
    pub entries: Vec<Entry>,
}

impl Wallet {
    /// At most `limit` lines of a player's history below a ledger position, newest first.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn lines(&self, player: &str, before: Option<u64>, limit: u32) -> Result<Vec<Entry>, WalletError> {
        let player = player.to_owned();
        let before = before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
        self.database
            .read(move |sql| {
                let page = format!(
                    "SELECT {COLUMNS} FROM entries WHERE player = ?1 AND version < ?2 ORDER BY version DESC LIMIT ?3"
                );
                Ok(sql.query_all(&page, params![player, before, limit], entry)?)
            })
            .await
    }

    /// Everything that the wallet holds on a player. The lines are read page by page, so that no
    /// other query waits for all of them.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn personal(self, player: String) -> Result<Personal, ApiError> {
        let balance = self.balance(&player).await?;
        let mut entries = Vec::new();
        loop {
            let before = entries.last().map(|entry: &Entry| entry.version);
            let page = self.lines(&player, before, PAGE).await?;
            let is_last = page.len() < PAGE as usize;
            entries.extend(page);
            if is_last {
                return Ok(Personal { balance, entries });
            }
        }
    }
}
