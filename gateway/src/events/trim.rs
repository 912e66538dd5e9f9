//! Keeps an outbox from growing for ever: what everybody has taken goes, but for a margin.

use std::time::Duration;

use crate::store::{Database, StoreError, outbox};

/// The newest events stay even when everybody has them: a stream that was lost is filled again from
/// these, and a follower whose database was restored finds them.
pub(super) const MARGIN: i64 = 100_000;
/// Events that go in one transaction: commands wait for it.
const AT_ONCE: u32 = 500;
const EVERY: Duration = Duration::from_secs(10);

/// Trims a service's outbox for as long as it runs.
pub(super) async fn run(name: &'static str, database: Database) {
    loop {
        match trim(&database, MARGIN).await {
            Ok(waiting) => metrics::gauge!("outbox_waiting_events", "source" => name).set(gauge(waiting)),
            Err(error) => tracing::warn!(source = name, %error, "an outbox was not trimmed"),
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Forgets what everybody who follows in this process has taken, but for the newest `margin` events; says
/// how many the slowest has not taken yet.
pub(super) async fn trim(database: &Database, margin: i64) -> Result<i64, StoreError> {
    let newest = outbox::state(database).await?.newest;
    let taken = database.followed_to();
    while outbox::trim(database, taken.min(newest - margin), AT_ONCE).await? == AT_ONCE as usize {}
    Ok(newest - taken)
}

fn gauge(events: i64) -> f64 {
    f64::from(u32::try_from(events).unwrap_or(u32::MAX))
}
