//! The one way to follow: page by page, each taken through the follower's inbox.

use std::convert::Infallible;
use std::time::Duration;

use super::Subscription;
use crate::store::inbox::{Inbox, InboxError};
use crate::store::outbox::Page;
use crate::store::{Database, StoreError, Tx};

/// How long to wait when something does not answer.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(500);

/// Takes a service's events into the database, for as long as it runs: `effect` in the transaction that
/// moves the position, `taken` once that is committed.
pub async fn follow<T, E, A>(database: &Database, source: &Subscription, effect: E, mut taken: A)
where
    E: Fn(&Tx<'_>, &Page) -> Result<T, StoreError> + Clone + Send + 'static,
    A: FnMut(T),
    T: Send + 'static,
{
    loop {
        match until_error(database, source, &effect, &mut taken).await {
            Ok(never) => match never {},
            Err(error) => {
                metrics::counter!("events_follow_errors_total", "source" => source.name()).increment(1);
                tracing::warn!(source = source.name(), %error, "following pauses");
            }
        }
        tokio::time::sleep(PAUSE_AFTER_ERROR).await;
    }
}

async fn until_error<T, E, A>(
    database: &Database,
    source: &Subscription,
    effect: &E,
    taken: &mut A,
) -> Result<Infallible, InboxError>
where
    E: Fn(&Tx<'_>, &Page) -> Result<T, StoreError> + Clone + Send + 'static,
    A: FnMut(T),
    T: Send + 'static,
{
    let mut inbox = Inbox::open(database, source.name()).await?;
    loop {
        let page = source.page(inbox.position()).await;
        if page.replaced_after.is_some() {
            tracing::error!(source = source.name(), "its outbox is not the one that was followed, or was restored");
        }
        if let Some(outcome) = inbox.take(page, effect.clone()).await? {
            taken(outcome);
        }
    }
}
