//! What changes by the passing of time alone: a reality check falls due, a break ends. The page is told
//! although nobody asked.

use super::read;
use super::store::{self, Of};
use crate::store::StoreError;
use crate::wallet::{Wallet, WalletError};
use std::time::Duration;

/// How often is looked.
const INTERVAL: Duration = Duration::from_millis(500);
/// Players at once.
const BATCH: u32 = 100;

/// Looks again and again, for as long as it runs.
pub(in crate::wallet) async fn run(wallet: Wallet) {
    loop {
        if let Err(error) = look(&wallet).await {
            tracing::warn!(%error, "reality checks and breaks are told late");
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

async fn look(wallet: &Wallet) -> Result<(), WalletError> {
    let now_ms = wallet.clock.now_ms();
    let woken = wallet.database.read(move |sql| store::woken(sql, now_ms, BATCH)).await;
    for player in woken.map_err(|error: StoreError| WalletError::from(error))? {
        let market = wallet.market.clone();
        wallet
            .database
            .write(move |tx| {
                let (of, before): (Of<'_>, _) = read(tx, &market, &player, now_ms)?;
                let mut after = before.clone();
                after.note_check(&market, now_ms);
                of.tell(tx, &before, &mut after)?;
                // Also when there was nothing to tell: from now on it is told when there is.
                Ok::<_, WalletError>(of.save(tx, &before, &after)?)
            })
            .await?;
    }
    Ok(())
}
