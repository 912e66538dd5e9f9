//! The one way to follow: page by page, each taken through the follower's inbox.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::subscription::PAGE;
use super::{PAUSE_AFTER_ERROR, Subscription};
use crate::store::inbox::{Inbox, InboxError};
use crate::store::outbox::{Event, Page};
use crate::store::{Database, StoreError, Tx};

/// How long events gather before the next page: under load, followers would otherwise read and commit after each
/// commit of the service that they follow, and take its processor and disk. What comes after a pause is taken at
/// once.
const GATHER: Duration = Duration::from_millis(10);
/// How long a position waits to be written down if nothing else has to be written: an outbox is not cut
/// short behind it, and a stream is, some day.
const KEEP_WITHIN: Duration = Duration::from_millis(250);

/// Takes a service's events into the database, for as long as it runs: `effect` in the transaction that
/// moves the position, `taken` once that is committed. A page of which nothing `concerns` the follower costs
/// its database no write.
pub async fn follow<T, C, E, A>(database: &Database, source: &Subscription, concerns: C, effect: E, mut taken: A)
where
    C: Fn(&Event) -> bool,
    E: Fn(&Tx<'_>, &Page) -> Result<T, StoreError> + Clone + Send + 'static,
    A: FnMut(T),
    T: Send + 'static,
{
    loop {
        match until_error(database, source, &concerns, &effect, &mut taken).await {
            Ok(never) => match never {},
            Err(error) => {
                metrics::counter!("events_follow_errors_total", "source" => source.name()).increment(1);
                tracing::warn!(source = source.name(), %error, "following pauses");
            }
        }
        tokio::time::sleep(PAUSE_AFTER_ERROR).await;
    }
}

async fn until_error<T, C, E, A>(
    database: &Database,
    source: &Subscription,
    concerns: &C,
    effect: &E,
    taken: &mut A,
) -> Result<Infallible, InboxError>
where
    C: Fn(&Event) -> bool,
    E: Fn(&Tx<'_>, &Page) -> Result<T, StoreError> + Clone + Send + 'static,
    A: FnMut(T),
    T: Send + 'static,
{
    let mut inbox = Inbox::open(database, source.name()).await?;
    let mut keep_by = Instant::now();
    loop {
        let page = next(source, &mut inbox, keep_by).await?;
        let is_last = page.events.len() < PAGE as usize;
        let is_replaced = page.replaced_after.is_some();
        if is_replaced {
            tracing::error!(source = source.name(), "its outbox is not the one that was followed, or was restored");
        }
        if !is_replaced && !page.events.iter().any(concerns) {
            if !inbox.is_ahead() {
                keep_by = Instant::now() + KEEP_WITHIN;
            }
            inbox.pass(page)?;
        } else if let Some(outcome) = inbox.take(page, effect.clone()).await? {
            taken(outcome);
        }
        if is_last {
            tokio::time::sleep(GATHER).await;
        }
    }
}

/// The next page. If it is long in coming, or many have come that concern nobody here, the position is written
/// down meanwhile.
async fn next(source: &Subscription, inbox: &mut Inbox, keep_by: Instant) -> Result<Page, InboxError> {
    if !inbox.is_ahead() {
        return Ok(source.page(inbox.position()).await);
    }
    let position = inbox.position().clone();
    let mut page = pin!(source.page(&position));
    if keep_by > Instant::now()
        && let Ok(page) = timeout_at(keep_by, &mut page).await
    {
        return Ok(page);
    }
    inbox.keep().await?;
    Ok(page.await)
}
