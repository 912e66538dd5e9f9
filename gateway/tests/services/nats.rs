//! Events that leave the process: each has its effect once and in its order, whoever dies, repeats itself or
//! loses what it has kept.

use std::time::Duration;

use async_nats::jetstream::{self, stream::Stream};
use gateway::events::{Nats, Source, Subscription, follow};
use gateway::store::inbox::{Inbox, InboxError};
use gateway::store::outbox::{self, Page, Position};
use gateway::store::{Database, StoreError, Tx, params};
use tokio::task::JoinSet;

use crate::nats_server::NatsServer;
use crate::place::Place;

/// Nothing here takes longer unless it is broken.
const PATIENCE: Duration = Duration::from_secs(25);

/// A service that writes events, and one that makes something of them.
struct Wire {
    server: NatsServer,
    wallet: Source,
    follower: Database,
    _place: Place,
}

impl Wire {
    fn new() -> Self {
        let place = Place::new();
        let wallet = Source { name: "wallet", database: place.storage().open("wallet", &[]).unwrap() };
        let effects = "CREATE TABLE effects (id INTEGER PRIMARY KEY AUTOINCREMENT, told TEXT NOT NULL) STRICT";
        let follower = place.storage().open("follower", &[effects]).unwrap();
        Self { server: NatsServer::start(), wallet, follower, _place: place }
    }

    /// Writes the events of these numbers, one after the other.
    async fn write(&self, numbers: std::ops::RangeInclusive<i64>) {
        write(&self.wallet, numbers).await;
    }

    async fn publish(&self, tasks: &mut JoinSet<()>) {
        tasks.spawn(self.server.connect().await.publish(self.wallet.clone()));
    }

    async fn follow(&self, tasks: &mut JoinSet<()>) {
        let (follower, wallet) = (self.follower.clone(), Subscription::over(&self.server.connect().await, "wallet"));
        tasks.spawn(async move { follow(&follower, &wallet, |_| true, note, |()| {}).await });
    }

    /// What the follower has made of the events.
    async fn effects(&self) -> Vec<i64> {
        let all = "SELECT told FROM effects ORDER BY id";
        let told = self.follower.read(move |sql| sql.query_all(all, &[], |row| row.get::<String>(0)));
        told.await.unwrap().iter().map(|told| told.parse().unwrap()).collect()
    }

    /// Waits until the follower has told of as many events; they are these, once each and in their order.
    async fn until_told(&self, count: i64) {
        let mut commits = self.follower.commits();
        let told = tokio::time::timeout(PATIENCE, async {
            loop {
                commits.seen();
                let told = self.effects().await;
                if i64::try_from(told.len()).unwrap() >= count {
                    return told;
                }
                commits.next().await.unwrap();
            }
        });
        let told = told.await;
        assert_eq!(told.expect("all are told in time"), (1..=count).collect::<Vec<_>>());
    }

    async fn stream(&self) -> Stream {
        let client = async_nats::connect(self.server.url()).await.unwrap();
        jetstream::new(client).get_stream("test-wallet").await.unwrap()
    }

    /// A stranger sends again what it has heard, and is not ours to stop.
    async fn append_copy_of(&self, number: u64) {
        let context = jetstream::new(async_nats::connect(self.server.url()).await.unwrap());
        let copy = self.stream().await.get_raw_message(number).await.unwrap();
        let mut headers = async_nats::HeaderMap::new();
        for (name, values) in copy.headers.iter().filter(|(name, _)| name.to_string().starts_with("Croupier")) {
            headers.insert(name.clone(), values[0].clone());
        }
        context.publish_with_headers("test.events.wallet", headers, copy.payload).await.unwrap().await.unwrap();
    }

    /// How many messages the stream has; none if it is not made yet.
    async fn messages(&self) -> u64 {
        let client = async_nats::connect(self.server.url()).await.unwrap();
        let stream = jetstream::new(client).get_stream("test-wallet").await;
        stream.map_or(0, |stream| stream.cached_info().state.messages)
    }

    async fn until_published(&self, count: u64) {
        let reached = tokio::time::timeout(PATIENCE, async {
            while self.messages().await < count {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        reached.await.expect("all are published in time");
        assert_eq!(self.messages().await, count, "each once");
    }
}

async fn write(source: &Source, numbers: std::ops::RangeInclusive<i64>) {
    for number in numbers {
        write_at_once(source, number..=number).await;
    }
}

/// In one commit, so that whoever follows finds all of them.
async fn write_at_once(source: &Source, numbers: std::ops::RangeInclusive<i64>) {
    let append = source.database.write(move |tx| {
        numbers.clone().try_for_each(|number| outbox::append(tx, "topic", Some("p"), &number.to_string(), 5))
    });
    append.await.unwrap();
}

fn note(tx: &Tx<'_>, page: &Page) -> Result<(), StoreError> {
    for event in &page.events {
        assert_eq!((event.topic.as_str(), event.player.as_deref(), event.at_ms), ("topic", Some("p"), 5));
        tx.execute("INSERT INTO effects (told) VALUES (?1)", params![event.payload])?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server; `cargo croupier test` installs it"]
async fn whoever_is_killed_at_any_moment_loses_and_doubles_nothing() {
    let wire = Wire::new();
    let mut written = 0;
    // Cut off again and again, at other places each time.
    for cut_ms in [0, 3, 8, 15, 25, 40] {
        let mut tasks = JoinSet::new();
        wire.publish(&mut tasks).await;
        wire.follow(&mut tasks).await;
        let cut = tokio::time::timeout(Duration::from_millis(cut_ms), std::future::pending::<()>());
        let (_, ()) = futures::join!(cut, wire.write(written + 1..=written + 60));
        written += 60;
        tasks.shutdown().await;
    }
    let mut tasks = JoinSet::new();
    wire.publish(&mut tasks).await;
    wire.follow(&mut tasks).await;
    wire.until_told(written).await;
    wire.until_published(u64::try_from(written).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server; `cargo croupier test` installs it"]
async fn a_publisher_that_was_killed_before_its_note_publishes_nothing_twice() {
    let wire = Wire::new();
    let mut tasks = JoinSet::new();
    wire.publish(&mut tasks).await;
    wire.write(1..=50).await;
    wire.until_published(50).await;
    tasks.shutdown().await;
    // What was appended stands, and what would have said so was never written.
    outbox::note_published(&wire.wallet.database, 0, 0).await.unwrap();
    wire.publish(&mut tasks).await;
    wire.follow(&mut tasks).await;
    wire.write(51..=60).await;
    wire.until_told(60).await;
    wire.until_published(60).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server; `cargo croupier test` installs it"]
async fn what_arrives_twice_late_or_from_a_stranger_has_no_effect() {
    let wire = Wire::new();
    let mut tasks = JoinSet::new();
    wire.publish(&mut tasks).await;
    wire.follow(&mut tasks).await;
    wire.write(1..=20).await;
    wire.until_told(20).await;
    for number in [20, 3, 4] {
        wire.append_copy_of(number).await;
    }
    wire.write(21..=30).await;
    wire.until_told(30).await;
    let context = jetstream::new(async_nats::connect(wire.server.url()).await.unwrap());
    context.publish("test.events.wallet", "who am I".into()).await.unwrap().await.unwrap();
    // Whoever begins now reads all of it.
    let late = Subscription::over(&wire.server.connect().await, "wallet");
    let (mut position, mut seqs) = (Position::default(), Vec::new());
    while seqs.len() < 30 {
        let page = late.page(&position).await;
        seqs.extend(page.events.iter().map(|event| event.seq));
        position = Position { origin: page.origin, seq: *seqs.last().unwrap() };
    }
    assert_eq!(seqs, (1..=30).collect::<Vec<_>>());
}

/// As many messages may have come in between as the page has events, so that the number which one of them has to come
/// behind is there after all: it is no place for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server; `cargo croupier test` installs it"]
async fn a_page_is_refused_as_a_whole_where_somebody_else_has_written() {
    let wire = Wire::new();
    let mut tasks = JoinSet::new();
    wire.publish(&mut tasks).await;
    wire.follow(&mut tasks).await;
    wire.write(1..=5).await;
    wire.until_told(5).await;
    for strangers in 1..=4 {
        for number in 1..=strangers {
            wire.append_copy_of(number).await;
        }
        let told = 5 * i64::try_from(strangers).unwrap();
        write_at_once(&wire.wallet, told + 1..=told + 5).await;
        wire.until_told(told + 5).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server; `cargo croupier test` installs it"]
async fn a_server_that_is_killed_and_comes_back_delays_events_and_nothing_else() {
    let mut wire = Wire::new();
    let mut tasks = JoinSet::new();
    wire.publish(&mut tasks).await;
    wire.follow(&mut tasks).await;
    wire.write(1..=100).await;
    wire.until_told(100).await;
    let wallet = wire.wallet.clone();
    let writing = tokio::spawn(async move { write(&wallet, 101..=300).await });
    wire.server.kill();
    writing.await.unwrap();
    wire.server.resume();
    wire.write(301..=320).await;
    wire.until_told(320).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server; `cargo croupier test` installs it"]
async fn a_stream_that_is_lost_is_filled_again_from_the_outbox() {
    let mut wire = Wire::new();
    let mut tasks = JoinSet::new();
    wire.publish(&mut tasks).await;
    wire.follow(&mut tasks).await;
    wire.write(1..=50).await;
    wire.until_told(50).await;
    wire.server.wipe();
    wire.write(51..=80).await;
    wire.server.resume();
    wire.until_told(80).await;
    wire.until_published(80).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server; `cargo croupier test` installs it"]
async fn events_that_are_in_no_stream_and_no_outbox_are_missed_by_nobody_unnoticed() {
    let mut wire = Wire::new();
    let mut tasks = JoinSet::new();
    wire.publish(&mut tasks).await;
    wire.write(1..=20).await;
    wire.follow(&mut tasks).await;
    wire.until_told(20).await;
    tasks.shutdown().await;
    wire.write(21..=60).await;
    wire.server.wipe();
    assert_eq!(outbox::trim(&wire.wallet.database, 40, 100).await.unwrap(), 40);
    wire.server.resume();
    wire.publish(&mut tasks).await;
    wire.until_published(20).await;
    let wallet = Subscription::over(&wire.server.connect().await, "wallet");
    let mut inbox = Inbox::open(&wire.follower, "wallet").await.unwrap();
    let page = wallet.page(inbox.position()).await;
    let refused = inbox.take(page, |_, _| Ok(())).await.unwrap_err();
    assert_eq!(refused, InboxError::Gap { source_name: "wallet".into(), last: 20, after: 40 });
    assert_eq!(wire.effects().await.len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server; `cargo croupier test` installs it"]
async fn a_follower_resumes_right_after_what_it_has_taken() {
    let wire = Wire::new();
    let mut tasks = JoinSet::new();
    wire.publish(&mut tasks).await;
    wire.write(1..=300).await;
    wire.until_published(300).await;
    let origin = outbox::state(&wire.wallet.database).await.unwrap().origin;
    let nats: Nats = wire.server.connect().await;
    for seq in [0, 1, 2, 149, 150, 298, 299] {
        let position = Position { origin: origin.clone(), seq };
        let page = Subscription::over(&nats, "wallet").page(&position).await;
        assert_eq!((page.after, page.events[0].seq, page.replaced_after), (seq, seq + 1, None));
    }
    // Whoever shares an inbox is sent on and back by others.
    let wallet = Subscription::over(&nats, "wallet");
    for seq in [100, 100, 290, 290, 150, 149, 299] {
        let page = wallet.page(&Position { origin: origin.clone(), seq }).await;
        assert_eq!((page.after, page.replaced_after), (seq, None));
        let expected = seq + 1..=seq + i64::try_from(page.events.len()).unwrap();
        assert!(page.events.iter().map(|event| event.seq).eq(expected), "after {seq}: {page:?}");
    }
    let other = Position { origin: "of another database".to_owned(), seq: 150 };
    let page = Subscription::over(&nats, "wallet").page(&other).await;
    assert_eq!((page.after, page.events[0].seq, page.replaced_after), (0, 1, Some(0)), "from its beginning");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server; `cargo croupier test` installs it"]
async fn two_of_each_do_what_one_does() {
    let wire = Wire::new();
    let mut tasks = JoinSet::new();
    for _ in 0..2 {
        wire.publish(&mut tasks).await;
        wire.follow(&mut tasks).await;
    }
    wire.write(1..=200).await;
    wire.until_told(200).await;
    wire.until_published(200).await;
}

/// Each page is taken by one of them, and the other goes on from there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server; `cargo croupier test` installs it"]
async fn followers_that_share_an_inbox_keep_one_place_each() {
    let wire = Wire::new();
    let mut tasks = JoinSet::new();
    wire.publish(&mut tasks).await;
    wire.follow(&mut tasks).await;
    wire.follow(&mut tasks).await;
    // One after the other, so that there are many pages.
    wire.write(1..=500).await;
    wire.until_told(500).await;
    let consumers = wire.stream().await.cached_info().state.consumer_count;
    assert!(consumers <= 4, "{consumers} consumers for two followers");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server; `cargo croupier test` installs it"]
async fn a_stream_of_another_database_is_not_written_to() {
    let wire = Wire::new();
    let mut tasks = JoinSet::new();
    wire.publish(&mut tasks).await;
    wire.write(1..=5).await;
    wire.until_published(5).await;
    tasks.shutdown().await;
    let place = Place::new();
    let other = Source { name: "wallet", database: place.storage().open("wallet", &[]).unwrap() };
    write(&other, 1..=3).await;
    tasks.spawn(wire.server.connect().await.publish(other.clone()));
    // Its own publisher goes on meanwhile: whatever the other one does is there by then.
    wire.publish(&mut tasks).await;
    wire.write(6..=25).await;
    wire.until_published(25).await;
    // Deleted by an operator: now it is the other's, if the first is gone.
    tasks.shutdown().await;
    let context = jetstream::new(async_nats::connect(wire.server.url()).await.unwrap());
    context.delete_stream("test-wallet").await.unwrap();
    tasks.spawn(wire.server.connect().await.publish(other.clone()));
    let page = Subscription::over(&wire.server.connect().await, "wallet").page(&Position::default()).await;
    assert_eq!(page.origin, outbox::state(&other.database).await.unwrap().origin);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nats-server; `cargo croupier test` installs it"]
async fn a_server_that_asks_for_a_password_gets_it_and_a_wrong_one_only_waits() {
    let place = Place::new();
    let wallet = Source { name: "wallet", database: place.storage().open("wallet", &[]).unwrap() };
    let server = NatsServer::start_for("gateway", "hush");
    // It is no error to begin with: the server may learn of the user later.
    let strangers = [server.connect_as(Some("gateway"), Some("loud")).await, server.connect().await];
    let ours = server.connect_as(Some("gateway"), Some("hush")).await;
    let mut tasks = JoinSet::new();
    for nats in strangers.iter().chain([&ours]) {
        tasks.spawn(nats.clone().publish(wallet.clone()));
    }
    write(&wallet, 1..=3).await;
    let page = Subscription::over(&ours, "wallet").page(&Position::default()).await;
    assert_eq!((page.after, page.events[0].seq), (0, 1));
    assert!(ours.is_connected() && !strangers.iter().any(Nats::is_connected));
}
