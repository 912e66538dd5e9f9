//! How one service follows another, in this process or in another one: it reads the other's outbox from a position
//! that it keeps itself, in the transaction of what it makes of the events. So each event has its
//! effect exactly once. Several processes may follow under one position: a page may then have had its
//! effect already, which is why the position is looked at again in that transaction.

use std::time::Duration;

use super::Source;
use crate::store::outbox;

/// Events per page.
const PAGE: u32 = 128;
/// How long to wait when the other's file does not answer.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(500);

/// A service's outbox, to be followed.
#[derive(Clone)]
pub struct Subscription(Source);

impl Subscription {
    /// To this source.
    #[must_use]
    pub fn to(source: Source) -> Self {
        Self(source)
    }

    /// The events after `position`, once there is at least one.
    pub async fn after(&self, position: i64) -> Vec<outbox::Event> {
        let mut committed = self.0.database.committed();
        loop {
            committed.borrow_and_update();
            match outbox::after(&self.0.database, position, PAGE).await {
                Ok(page) if !page.is_empty() => return page,
                Ok(_) => {
                    if self.0.changed(&mut committed).await.is_ok() {
                        continue;
                    }
                    tracing::warn!(source = self.0.name, "the service that is followed has closed its file");
                }
                Err(error) => tracing::warn!(source = self.0.name, %error, "following pauses"),
            }
            tokio::time::sleep(PAUSE_AFTER_ERROR).await;
        }
    }
}
