//! Copies every outbox into the log.
//!
//! One task serves all sources, so events enter the log and the window in one order. The position
//! in a source is committed together with its events: a crash repeats nothing and skips nothing.

use std::time::Duration;

use contract::event::{TOPICS, Topic, WalletEntry};
use futures::future::select_all;

use super::{Events, KEEP, Logged, Source, log};
use crate::store::{StoreError, outbox};

/// Events per transaction.
const PAGE: u32 = 256;
/// How long to wait when a file does not answer.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(500);

pub(super) async fn run(events: Events, sources: Vec<Source>) {
    loop {
        // Whatever the log holds now was not necessarily pushed by this run.
        match drain_until_error(&events, &sources).await {
            Ok(never) => match never {},
            Err(error) => tracing::warn!(%error, "the event relay pauses"),
        }
        tokio::time::sleep(PAUSE_AFTER_ERROR).await;
    }
}

async fn drain_until_error(events: &Events, sources: &[Source]) -> Result<std::convert::Infallible, StoreError> {
    let head = events.0.database.read(log::bounds).await?.newest;
    events.0.recent.restart_at(head);
    events.0.head.send_replace(head);
    for source in sources {
        check(events, source).await?;
    }
    let mut commits: Vec<_> = sources.iter().map(|source| source.database.committed()).collect();
    loop {
        for (source, commit) in sources.iter().zip(&mut commits) {
            // Seen before it is read: a commit in between wakes us again.
            commit.borrow_and_update();
            while take(events, source).await? == PAGE as usize {}
        }
        let changes = commits.iter_mut().map(|commit| Box::pin(commit.changed()));
        if select_all(changes).await.0.is_err() {
            return Err(StoreError::Closed);
        }
    }
}

/// A source that is behind what was read of it has been replaced; it is read from its beginning.
async fn check(events: &Events, source: &Source) -> Result<(), StoreError> {
    let (_, newest) = outbox::bounds(&source.database).await?;
    let name = source.name;
    events
        .0
        .database
        .write(move |tx| {
            if log::position(tx, name)? > newest {
                tracing::warn!(source = name, "its events are older than what was relayed: the file was replaced");
                log::forget(tx, name)?;
            }
            Ok(())
        })
        .await
}

/// Takes one page; says how many events of the source it held.
async fn take(events: &Events, source: &Source) -> Result<usize, StoreError> {
    let inner = &events.0;
    let name = source.name;
    let position = inner.database.read(move |sql| log::position(sql, name)).await?;
    let page = outbox::after(&source.database, position, PAGE).await?;
    let size = page.len();
    if size == 0 {
        return Ok(0);
    }
    let taken = inner.database.write(move |tx| log::take(tx, name, page, is_public, KEEP)).await?;
    if let Some(newest) = taken.last().map(|event| event.id) {
        count(name, &taken);
        inner.recent.push(taken);
        inner.head.send_replace(newest);
    }
    Ok(size)
}

fn count(source: &'static str, taken: &[Logged]) {
    metrics::counter!("events_relayed_total", "source" => source).increment(taken.len() as u64);
    // The wallet tells of each entry in the transaction that makes it.
    let entries = taken.iter().filter(|event| event.topic == WalletEntry::NAME).count();
    metrics::counter!("ledger_entries_total").increment(entries as u64);
}

fn is_public(topic: &str) -> bool {
    TOPICS.iter().any(|known| known.name == topic && known.from_server)
}
