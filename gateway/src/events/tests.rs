use super::recent::Look;
use super::*;
use crate::identity::SessionEnd;
use crate::store::outbox::{self, Position};
use futures::StreamExt;
use std::path::Path;

fn source(dir: &Path) -> Source {
    Source { name: "wallet", database: Storage::Folder(dir.into()).open("source", &[]).expect("a file") }
}

async fn write(source: &Source, topic: &'static str, count: i64) {
    for number in 0..count {
        let append = source.database.write(move |tx| outbox::append(tx, topic, Some("p"), &number.to_string(), 0));
        append.await.expect("written");
    }
}

async fn open(dir: &Path) -> Events {
    open_until(dir, watch::channel(false).1).await
}

async fn open_until(dir: &Path, stopping: watch::Receiver<bool>) -> Events {
    let switch = crate::faults::Faults::new(crate::clock::Clock::system()).switch(crate::service::Service::Events);
    Events::open(&Storage::Folder(dir.into()), switch, stopping).await.expect("the log opens")
}

/// Every event of the log, as its source numbered it.
async fn logged(events: &Events) -> Vec<i64> {
    let all = "SELECT source_seq FROM log ORDER BY id";
    events.database().read(|sql| sql.query_all(all, &[], |row| row.get(0))).await.expect("read")
}

/// Runs the relay until the log has reached the position.
async fn relay_until(events: &Events, source: &Source, count: usize) {
    let relay = tokio::spawn(events.clone().relay(vec![Subscription::to(source.clone())]));
    until_logged(events, |seqs| seqs.len() >= count).await;
    relay.abort();
}

/// Waits until the log is like this.
async fn until_logged(events: &Events, is_so: impl Fn(&[i64]) -> bool) {
    let mut commits = events.database().commits();
    let reached = async {
        loop {
            commits.seen();
            if is_so(&logged(events).await) {
                break;
            }
            commits.next().await.expect("the relay runs");
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reached).await.expect("in time");
}

use std::time::Duration;

#[tokio::test]
async fn a_relay_that_is_killed_at_any_moment_loses_and_doubles_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let source = source(dir.path());
    write(&source, "wallet.balance", 300).await;
    // Cut off again and again, at other places each time, with another process's view of the log.
    for cut_us in [0, 200, 900, 1_500, 3_000, 5_000, 9_000] {
        let events = open(dir.path()).await;
        let relay = tokio::spawn(events.clone().relay(vec![Subscription::to(source.clone())]));
        tokio::time::sleep(Duration::from_micros(cut_us)).await;
        relay.abort();
        let _ = relay.await;
        write(&source, "wallet.balance", 40).await;
    }
    let events = open(dir.path()).await;
    relay_until(&events, &source, 580).await;
    assert_eq!(logged(&events).await, (1..=580).collect::<Vec<_>>());
}

#[tokio::test]
async fn internal_topics_move_the_position_and_stay_out_of_the_log() {
    let dir = tempfile::tempdir().expect("a folder");
    let source = source(dir.path());
    write(&source, "wallet.wager", 5).await;
    write(&source, "wallet.balance", 1).await;
    let events = open(dir.path()).await;
    relay_until(&events, &source, 1).await;
    assert_eq!(logged(&events).await, [6]);
}

#[tokio::test]
async fn old_events_are_dropped_and_the_bounds_say_so() {
    let dir = tempfile::tempdir().expect("a folder");
    let events = open(dir.path()).await;
    let page = |from: i64| -> Vec<outbox::Event> {
        let event = |seq| outbox::Event { seq, topic: "t".into(), player: None, payload: "1".into(), at_ms: 0 };
        (from..from + 10).map(event).collect()
    };
    let bounds = events.database().write(move |tx| {
        log::take(tx, "wallet", &page(1), |_| true, 15)?;
        log::take(tx, "wallet", &page(11), |_| true, 15)?;
        log::bounds(tx)
    });
    assert_eq!(bounds.await.expect("taken"), log::Bounds { oldest: 6, newest: 20 });
}

#[tokio::test]
async fn a_replaced_source_is_read_from_its_beginning() {
    let dir = tempfile::tempdir().expect("a folder");
    let other = tempfile::tempdir().expect("a folder");
    let events = open(dir.path()).await;
    let first = source(dir.path());
    write(&first, "wallet.balance", 5).await;
    relay_until(&events, &first, 5).await;
    let second = source(other.path());
    write(&second, "wallet.balance", 2).await;
    let relay = tokio::spawn(events.clone().relay(vec![Subscription::to(second.clone())]));
    until_logged(&events, |seqs| seqs == [1, 2]).await;
    relay.abort();
}

#[tokio::test]
async fn a_restored_source_is_read_from_where_it_was_restored_to() {
    let dir = tempfile::tempdir().expect("a folder");
    let events = open(dir.path()).await;
    let source = source(dir.path());
    write(&source, "wallet.balance", 5).await;
    relay_until(&events, &source, 5).await;
    let lose = "DELETE FROM outbox WHERE seq > 3";
    source.database.write(move |tx| tx.execute(lose, &[])).await.expect("lost");
    let relay = tokio::spawn(events.clone().relay(vec![Subscription::to(source.clone())]));
    until_logged(&events, |seqs| seqs == [1, 2, 3]).await;
    // What comes has numbers that others had.
    let again = "INSERT INTO outbox (seq, topic, player, payload, at_ms) VALUES (?1, 'wallet.balance', 'p', '9', 0)";
    for seq in 4..=7_i64 {
        source.database.write(move |tx| tx.execute(again, crate::store::params![seq])).await.expect("written");
    }
    until_logged(&events, |seqs| seqs == [1, 2, 3, 4, 5, 6, 7]).await;
    relay.abort();
}

#[tokio::test]
async fn a_page_hears_something_also_while_others_have_all_the_events() {
    let dir = tempfile::tempdir().expect("a folder");
    let (_stop, stopping) = watch::channel(false);
    let events = open_until(dir.path(), stopping).await;
    let seat = events.0.seats.take(Some("ada")).expect("a place");
    let stream = stream::open(events.clone(), (seat, SessionEnd::of_nobody()), stream::Start::Now).await.expect("open");
    let mut stream = std::pin::pin!(stream);
    let heard = async {
        // What sets the browser's pause and its position, and then a sign of life.
        for _ in 0..3 {
            let _event = stream.next().await.expect("it stays open").expect("an event");
        }
    };
    let others = async {
        for id in 1.. {
            tokio::time::sleep(Duration::from_millis(200)).await;
            events.0.head.send_replace(id);
        }
    };
    tokio::select! {
        heard = tokio::time::timeout(2 * stream::HEARTBEAT, heard) => heard.expect("a sign of life"),
        () = others => {}
    }
}

#[test]
fn visitors_leave_room_for_players() {
    let seats = stream::Seats::default();
    let visitors: Vec<_> = std::iter::from_fn(|| seats.take(None).ok()).collect();
    assert_eq!(visitors.len(), 6_144);
    let ada: Vec<_> = std::iter::from_fn(|| seats.take(Some("ada")).ok()).collect();
    assert_eq!(ada.len(), 24);
    drop(visitors);
    assert!(seats.take(None).is_ok());
}

#[tokio::test]
async fn what_another_process_writes_into_the_log_reaches_the_streams_of_this_one() {
    let dir = tempfile::tempdir().expect("a folder");
    let (source, mine, others) = (source(dir.path()), open(dir.path()).await, open(dir.path()).await);
    let serving = tokio::spawn(mine.clone().serve());
    let mut head = mine.0.head.subscribe();
    write(&source, "wallet.balance", 3).await;
    relay_until(&others, &source, 3).await;
    // A file has one process in earnest: it is told of a commit of its own, and finds those of the other.
    mine.database().write(|_| Ok::<_, StoreError>(())).await.expect("a commit");
    tokio::time::timeout(Duration::from_secs(10), head.wait_for(|id| *id == 3)).await.expect("in time").expect("open");
    let Look::Here(found, reached) = mine.0.recent.look(0, Some("p"), 9) else { panic!("in the window") };
    assert_eq!((found.len(), reached), (3, 3));
    serving.abort();
}

#[tokio::test]
async fn an_outbox_is_trimmed_behind_the_slowest_follower_but_for_a_margin() {
    let dir = tempfile::tempdir().expect("a folder");
    let source = source(dir.path());
    write(&source, "wallet.balance", 20).await;
    let left = async || outbox::after(&source.database, 0, 100).await.expect("read").first().map(|event| event.seq);
    let (fast, slow) = (Subscription::to(source.clone()), Subscription::to(source.clone()));
    let at = |seq| Position { origin: String::new(), seq };
    fast.page(&at(18)).await;
    assert_eq!(trim::trim(&source.database, 5).await, Ok(20), "one of them has not begun");
    assert_eq!(left().await, Some(1));
    slow.page(&at(9)).await;
    assert_eq!(trim::trim(&source.database, 5).await, Ok(11));
    assert_eq!(left().await, Some(10), "behind the slowest");
    slow.page(&at(19)).await;
    assert_eq!(trim::trim(&source.database, 5).await, Ok(2));
    assert_eq!(left().await, Some(16), "five are kept");
}
