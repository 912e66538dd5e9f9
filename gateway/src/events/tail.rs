//! Follows the end of the log into memory, from where it is served: whatever process of those that share
//! the log has written there.

use std::convert::Infallible;

use super::{Events, PAUSE_AFTER_ERROR, log};
use crate::store::StoreError;

/// Events per read.
const PAGE: usize = 256;

pub(super) async fn run(events: Events) {
    loop {
        match until_error(&events).await {
            Ok(never) => match never {},
            Err(error) => tracing::warn!(%error, "the event streams pause"),
        }
        tokio::time::sleep(PAUSE_AFTER_ERROR).await;
    }
}

async fn until_error(events: &Events) -> Result<Infallible, StoreError> {
    let inner = &events.0;
    let mut commits = inner.database.commits();
    loop {
        // Seen before it is read: a commit in between wakes us again.
        commits.seen();
        while read_on(events).await? == PAGE {}
        commits.next().await?;
    }
}

/// Takes what comes after the head; says how many events that was.
async fn read_on(events: &Events) -> Result<usize, StoreError> {
    let inner = &events.0;
    let head = *inner.head.borrow();
    let read =
        inner.database.read(move |sql| Ok::<_, StoreError>((log::bounds(sql)?.oldest, log::after(sql, head, PAGE)?)));
    let (oldest, page) = read.await?;
    if oldest > head + 1 && !page.is_empty() {
        // Trimmed before it was read: whoever stands there is ended and starts over.
        inner.recent.restart_at(oldest - 1);
    }
    let size = page.len();
    if let Some(newest) = page.last().map(|event| event.id) {
        inner.recent.push(page);
        inner.head.send_replace(newest);
    }
    Ok(size)
}
