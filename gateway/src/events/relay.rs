//! Copies every service's events into the log, which alone decides on their one order.

use contract::event::{TOPICS, Topic, WalletEntry};
use futures::future::join_all;

use super::{Events, KEEP, Logged, Subscription, follow, log};
use crate::store::Tx;
use crate::store::outbox::Page;

pub(super) async fn run(events: Events, sources: Vec<Subscription>) {
    join_all(sources.into_iter().map(|source| copy(&events, source))).await;
}

async fn copy(events: &Events, source: Subscription) {
    let name = source.name();
    let effect = move |tx: &Tx<'_>, page: &Page| {
        if let Some(seq) = page.replaced_after {
            log::forget(tx, name, seq)?;
        }
        log::take(tx, name, &page.events, is_public, KEEP)
    };
    follow(&events.0.database, &source, |event| is_public(&event.topic), effect, |taken| count(name, &taken)).await;
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
