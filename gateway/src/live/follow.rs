//! What identity's events make of the permissions to bet: with the last session of a player they
//! end as well, so that nobody bets in the name of one who has signed out everywhere.
//!
//! The position in identity's outbox is kept in the transaction of the effects, so that none of them
//! is missed, however often the process dies.

use super::sessions::TOKEN_LIFETIME_MS;
use super::{Live, PAUSE_AFTER_ERROR};
use crate::events::Subscription;
use crate::identity::{ALL_ENDED, AllEnded};
use crate::store::outbox::Event;
use crate::store::{StoreError, Tx, params};

/// The name under which the position is kept.
const SOURCE: &str = "identity";

/// Follows identity for as long as it runs.
pub(super) async fn run(live: Live, identity: Subscription) {
    loop {
        if let Err(error) = follow_until_error(&live, &identity).await {
            tracing::warn!(%error, "the end of sessions is not followed");
        }
        tokio::time::sleep(PAUSE_AFTER_ERROR).await;
    }
}

async fn follow_until_error(live: &Live, identity: &Subscription) -> Result<(), StoreError> {
    let inner = &live.0;
    let read = "SELECT seq FROM positions WHERE source = ?1";
    let mut position: i64 =
        inner.database.read(move |sql| sql.query_opt(read, params![SOURCE], |row| row.get(0))).await?.unwrap_or(0);
    loop {
        let page = identity.after(position).await;
        let Some(last) = page.last().map(|event| event.seq) else { continue };
        let now_ms = inner.clock.now_ms();
        inner
            .database
            .write(move |tx| {
                for event in page.iter().filter(|event| event.topic == ALL_ENDED) {
                    end(tx, event, now_ms)?;
                }
                // Ending twice ends once; but where another process follows as well, it may be further.
                tx.execute(
                    "INSERT INTO positions AS had VALUES (?1, ?2)
                     ON CONFLICT (source) DO UPDATE SET seq = excluded.seq WHERE had.seq < excluded.seq",
                    params![SOURCE, last],
                )
            })
            .await?;
        position = last;
    }
}

/// Ends what the player was permitted before the event; what was begun after it stays.
fn end(tx: &Tx<'_>, event: &Event, now_ms: i64) -> Result<(), StoreError> {
    let AllEnded { player } = match serde_json::from_str(&event.payload) {
        Ok(ended) => ended,
        Err(error) => {
            // An event of another version must not stop all that come after it.
            tracing::error!(seq = event.seq, %error, "an event of identity can't be read and is skipped");
            return Ok(());
        }
    };
    tx.execute(
        "UPDATE launches SET used = 1 WHERE player = ?1 AND expires_at_ms <= ?2",
        params![player, event.at_ms.saturating_add(TOKEN_LIFETIME_MS)],
    )?;
    tx.execute(
        "UPDATE vendor_sessions SET ends_at_ms = ?3 WHERE player = ?1 AND begun_at_ms <= ?2 AND ends_at_ms > ?3",
        params![player, event.at_ms, now_ms],
    )?;
    Ok(())
}
