//! What identity's events make of the permissions to bet: with the last session of a player they
//! end as well, so that nobody bets in the name of one who has signed out everywhere. None of them is missed.

use super::Live;
use super::sessions::TOKEN_LIFETIME_MS;
use crate::events::{Subscription, follow};
use crate::identity::{ALL_ENDED, AllEnded};
use crate::store::outbox::{Event, Page};
use crate::store::{StoreError, Tx, params};

/// Follows identity for as long as it runs.
pub(super) async fn run(live: Live, identity: Subscription) {
    let inner = &live.0;
    let clock = inner.clock.clone();
    let effect = move |tx: &Tx<'_>, page: &Page| {
        let mut ended = page.events.iter().filter(|event| event.topic == ALL_ENDED);
        ended.try_for_each(|event| end(tx, event, clock.now_ms()))
    };
    follow(&inner.database, &identity, |event| event.topic == ALL_ENDED, effect, |()| {}).await;
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
