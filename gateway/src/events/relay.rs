//! Copies every outbox into the log.
//!
//! One task serves all sources, so events enter the log and the window in one order. The position
//! in a source is committed together with its events: a crash repeats nothing and skips nothing.
//! Several processes may relay into one log: whoever comes second finds the position moved. What others
//! have written enters this process's window from the log.

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
    let mut positions = Vec::with_capacity(sources.len());
    for source in sources {
        positions.push(check(events, source).await?);
    }
    let mut commits: Vec<_> = sources.iter().map(|source| source.database.committed()).collect();
    loop {
        for ((source, commit), position) in sources.iter().zip(&mut commits).zip(&mut positions) {
            // Seen before it is read: a commit in between wakes us again.
            commit.borrow_and_update();
            while take(events, source, position).await? == PAGE as usize {}
        }
        if events.0.shared {
            catch_up(events).await?;
        }
        let changes = sources.iter().zip(&mut commits).map(|(source, commit)| Box::pin(source.changed(commit)));
        select_all(changes).await.0?;
    }
}

/// Takes into the window what is in the log after it.
async fn catch_up(events: &Events) -> Result<(), StoreError> {
    let inner = &events.0;
    loop {
        let head = *inner.head.borrow();
        let page = inner.database.read(move |sql| log::all(sql, head, PAGE)).await?;
        let Some(newest) = page.last().map(|event| event.id) else { return Ok(()) };
        inner.recent.push(page);
        inner.head.send_replace(newest);
    }
}

/// How far a source has been read. One that is behind that has been replaced; it is read from its beginning.
async fn check(events: &Events, source: &Source) -> Result<i64, StoreError> {
    let name = source.name;
    // In this order: what another process relays meanwhile is not taken for a replacement.
    let read = events.0.database.read(move |sql| log::position(sql, name)).await?;
    let (_, newest) = outbox::bounds(&source.database).await?;
    if read <= newest {
        return Ok(read);
    }
    events
        .0
        .database
        .write(move |tx| {
            if log::position(tx, name)? == read {
                tracing::warn!(source = name, "its events are older than what was relayed: the file was replaced");
                log::forget(tx, name)?;
            }
            log::position(tx, name)
        })
        .await
}

/// Takes one page after the position, and moves it; says how many events of the source the page held.
async fn take(events: &Events, source: &Source, position: &mut i64) -> Result<usize, StoreError> {
    let inner = &events.0;
    let name = source.name;
    let page = outbox::after(&source.database, *position, PAGE).await?;
    let size = page.len();
    let Some(last) = page.last().map(|event| event.seq) else { return Ok(0) };
    let taken = inner.database.write(move |tx| log::take(tx, name, page, is_public, KEEP)).await?;
    if let Some(newest) = taken.events.last().map(|event| event.id) {
        count(name, &taken.events);
        if taken.before == *inner.head.borrow() {
            inner.recent.push(taken.events);
            inner.head.send_replace(newest);
        } else {
            // Another process was in between.
            catch_up(events).await?;
        }
    }
    *position = last;
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
