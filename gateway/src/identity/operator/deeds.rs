//! What operators did to withdrawals: the wallet decides about money and tells of it; it is written down here,
//! with all else that operators do.
//!
//! The position in the wallet's outbox is kept in the transaction that writes the lines, and asked there as
//! well: each deed is one line, however often a process dies and however many follow.

use super::log::{self, Deed};
use crate::events::Subscription;
use crate::identity::Identity;
use crate::store::outbox::Event;
use crate::store::{Sql, StoreError, Tx, params};
use crate::wallet::events::{OPERATOR_DEED, OperatorDeed};
use std::time::Duration;

/// The name under which the position is kept.
const SOURCE: &str = "wallet";
/// How long it waits when a database does not answer.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(500);

/// Follows the wallet for as long as it runs.
pub(in crate::identity) async fn run(identity: Identity, wallet: Subscription) {
    loop {
        if let Err(error) = follow_until_error(&identity, &wallet).await {
            tracing::warn!(%error, "what operators do to withdrawals is written down late");
        }
        tokio::time::sleep(PAUSE_AFTER_ERROR).await;
    }
}

async fn follow_until_error(identity: &Identity, wallet: &Subscription) -> Result<(), StoreError> {
    let database = &identity.0.database;
    let mut position = database.read(position).await?;
    loop {
        let page = wallet.after(position).await;
        let Some(last) = page.last().map(|event| event.seq) else { continue };
        // A page without a deed is not worth a write: it is read once more after a restart.
        if page.iter().any(|event| event.topic == OPERATOR_DEED) {
            database.write(move |tx| take(tx, &page)).await?;
        }
        position = last;
    }
}

fn position(sql: &Sql) -> Result<i64, StoreError> {
    let read = "SELECT seq FROM positions WHERE source = ?1";
    Ok(sql.query_opt(read, params![SOURCE], |row| row.get(0))?.unwrap_or(0))
}

/// Writes down the deeds of a page that are new.
pub(in crate::identity) fn take(tx: &Tx<'_>, page: &[Event]) -> Result<(), StoreError> {
    let before = position(tx)?;
    let Some(last) = page.last().map(|event| event.seq).filter(|last| *last > before) else { return Ok(()) };
    for event in page.iter().filter(|event| event.seq > before && event.topic == OPERATOR_DEED) {
        let OperatorDeed { operator, action, player, reason, at_ms } = match serde_json::from_str(&event.payload) {
            Ok(deed) => deed,
            Err(error) => {
                // An event of another version must not stop all that come after it.
                tracing::error!(seq = event.seq, %error, "an operator's deed can't be read and is skipped");
                continue;
            }
        };
        let deed = Deed { operator: &operator, action, subject: Some(&player), reason: Some(&reason) };
        log::append(tx, deed, at_ms)?;
    }
    tx.execute(
        "INSERT INTO positions (source, seq) VALUES (?1, ?2) ON CONFLICT (source) DO UPDATE SET seq = excluded.seq",
        params![SOURCE, last],
    )?;
    Ok(())
}
