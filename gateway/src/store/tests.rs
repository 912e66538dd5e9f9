use super::inbox::{Inbox, InboxError};
use super::outbox::{Event, Page};
use super::*;
use futures::future::join_all;
use std::sync::mpsc;

const MIGRATIONS: &[&str] = &["CREATE TABLE counters (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT"];

struct File {
    dir: tempfile::TempDir,
    storage: Storage,
    database: Database,
}

fn file() -> File {
    let dir = tempfile::tempdir().unwrap();
    let storage = Storage::Folder(dir.path().into());
    let database = storage.open("a", MIGRATIONS).unwrap();
    File { dir, storage, database }
}

fn count(tx: &Tx<'_>, name: &str) -> Result<(), StoreError> {
    tx.execute("INSERT INTO counters VALUES (?1, 1) ON CONFLICT (name) DO UPDATE SET n = n + 1", params![name])?;
    Ok(())
}

async fn counted(database: &Database, name: &'static str) -> i64 {
    let sum = "SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM counters WHERE name = ?1";
    database.read(move |sql| sql.query_one(sum, params![name], |row| row.get(0))).await.unwrap()
}

/// Holds the writer until the sender is dropped, so that commands pile up behind it.
async fn hold(database: &Database) -> (mpsc::Sender<()>, tokio::task::JoinHandle<Result<(), StoreError>>) {
    let (release, released) = mpsc::channel::<()>();
    let (started, holding) = tokio::sync::oneshot::channel();
    let started = std::sync::Mutex::new(Some(started));
    let database = database.clone();
    let held = tokio::spawn(async move {
        database
            .write(move |_| {
                if let Some(started) = started.lock().unwrap().take() {
                    let _ = started.send(());
                }
                let _ = released.recv();
                Ok::<_, StoreError>(())
            })
            .await
    });
    holding.await.unwrap();
    (release, held)
}

#[tokio::test]
async fn a_burst_of_commands_shares_commits_and_loses_none() {
    let file = file();
    let (release, held) = hold(&file.database).await;
    let before = *file.database.committed().borrow();
    let burst: Vec<_> = (0..64)
        .map(|_| {
            let database = file.database.clone();
            tokio::spawn(async move { database.write(|tx| count(tx, "a")).await })
        })
        .collect();
    while file.database.writer.waiting() < 64 {
        tokio::task::yield_now().await;
    }
    drop(release);
    held.await.unwrap().unwrap();
    for outcome in join_all(burst).await {
        outcome.unwrap().unwrap();
    }
    assert_eq!(counted(&file.database, "a").await, 64);
    assert_eq!(*file.database.committed().borrow() - before, 2, "the held command's commit and one for the burst");
}

#[tokio::test]
async fn a_failed_command_undoes_itself_and_no_other() {
    let file = file();
    let (release, held) = hold(&file.database).await;
    let fails = file.database.write(|tx| {
        count(tx, "bad")?;
        Err::<(), _>(StoreError::Mistake("no".into()))
    });
    let panics = file.database.write(|tx| {
        count(tx, "bad")?;
        if !tx.engine().is_open() { Ok::<_, StoreError>(()) } else { panic!("a command of the test") }
    });
    let works = file.database.write(|tx| count(tx, "good"));
    drop(release);
    let (failed, panicked, worked) = futures::join!(fails, panics, works);
    held.await.unwrap().unwrap();
    assert_eq!(failed, Err(StoreError::Mistake("no".into())));
    assert_eq!(panicked, Err(StoreError::Panicked));
    assert_eq!(worked, Ok(()));
    assert_eq!(counted(&file.database, "bad").await, 0);
    assert_eq!(counted(&file.database, "good").await, 1);
}

#[tokio::test]
async fn a_part_can_be_undone_while_the_rest_stands() {
    let file = file();
    let command = file.database.write(|tx| {
        count(tx, "kept")?;
        let part: Result<(), StoreError> = tx.attempt(|tx| {
            count(tx, "undone")?;
            Err(StoreError::Closed)
        });
        assert_eq!(part, Err(StoreError::Closed));
        tx.attempt(|tx| count(tx, "kept"))
    });
    command.await.unwrap();
    assert_eq!(counted(&file.database, "kept").await, 2);
    assert_eq!(counted(&file.database, "undone").await, 0);
}

#[tokio::test]
async fn a_full_queue_is_an_error_and_what_waits_is_done() {
    let file = file();
    let (release, held) = hold(&file.database).await;
    let mut waiting = Vec::new();
    let refused = loop {
        let mut command = Box::pin(file.database.write(|tx| count(tx, "a")));
        match futures::poll!(command.as_mut()) {
            std::task::Poll::Pending => waiting.push(command),
            std::task::Poll::Ready(outcome) => break outcome,
        }
    };
    assert_eq!(refused, Err(StoreError::Overloaded));
    drop(release);
    held.await.unwrap().unwrap();
    let queued = i64::try_from(waiting.len()).unwrap();
    for outcome in join_all(waiting).await {
        outcome.unwrap();
    }
    assert_eq!(counted(&file.database, "a").await, queued);
}

#[tokio::test]
async fn a_locked_file_is_an_error_until_it_is_free() {
    let file = file();
    let other = rusqlite::Connection::open(file.dir.path().join("a.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(file.database.write(|tx| count(tx, "a")).await, Err(StoreError::Locked));
    assert_eq!(counted(&file.database, "a").await, 0, "reading goes on");
    other.execute_batch("ROLLBACK").unwrap();
    file.database.write(|tx| count(tx, "a")).await.unwrap();
    assert_eq!(counted(&file.database, "a").await, 1);
}

#[tokio::test]
async fn a_full_disk_is_an_error_until_there_is_room() {
    let file = file();
    let limit = |pages: &'static str| file.database.write(move |tx| tx.engine().define(pages));
    limit("PRAGMA max_page_count = 1").await.unwrap(); // SQLite takes the present size instead
    let large = || {
        file.database.write(|tx| {
            count(tx, "a")?;
            tx.execute("INSERT INTO outbox (topic, payload, at_ms) VALUES ('t', hex(zeroblob(1000000)), 0)", &[])?;
            Ok::<_, StoreError>(())
        })
    };
    assert_eq!(large().await, Err(StoreError::Full));
    assert_eq!(counted(&file.database, "a").await, 0);
    limit("PRAGMA max_page_count = 4294967294").await.unwrap();
    large().await.unwrap();
    assert_eq!(counted(&file.database, "a").await, 1);
}

#[tokio::test]
async fn a_file_keeps_what_was_answered_and_refuses_an_older_program() {
    let file = file();
    file.database.write(|tx| count(tx, "a")).await.unwrap();
    let again = file.storage.open("a", MIGRATIONS).unwrap();
    assert_eq!(counted(&again, "a").await, 1);
    let older = file.storage.open("a", &[]).map(|_| ());
    assert!(matches!(older, Err(StoreError::Newer { found: 2, known: 1, .. })), "{older:?}");
}

#[tokio::test]
async fn an_event_is_there_with_its_change_and_never_without() {
    let file = file();
    let mut committed = file.database.committed();
    committed.mark_unchanged();
    let good = file.database.write(|tx| outbox::append(tx, "topic", Some("p"), "{}", 5));
    let bad = file.database.write(|tx| {
        outbox::append(tx, "topic", None, "{}", 5)?;
        Err::<(), _>(StoreError::Closed)
    });
    let (appended, _) = futures::join!(good, bad);
    appended.unwrap();
    committed.changed().await.unwrap();
    let seq = outbox::state(&file.database).await.unwrap().newest;
    let events = outbox::after(&file.database, 0, 10).await.unwrap();
    let event = outbox::Event { seq, topic: "topic".into(), player: Some("p".into()), payload: "{}".into(), at_ms: 5 };
    assert_eq!(events, [event]);
    assert_eq!(outbox::after(&file.database, seq, 10).await.unwrap(), []);
    assert_eq!(outbox::trim(&file.database, seq, 10).await.unwrap(), 0, "the newest stays");
    file.database.write(|tx| outbox::append(tx, "topic", None, "{}", 5)).await.unwrap();
    let next = outbox::state(&file.database).await.unwrap().newest;
    assert!(next > seq);
    assert_eq!(outbox::trim(&file.database, next, 10).await.unwrap(), 1);
    let state = outbox::state(&file.database).await.unwrap();
    assert_eq!((state.trimmed, state.newest), (seq, next));
}

fn page_of(origin: &str, after: i64, seqs: std::ops::RangeInclusive<i64>) -> Page {
    let event = |seq| Event { seq, topic: "t".into(), player: None, payload: "1".into(), at_ms: 0 };
    Page { origin: origin.into(), after, replaced_after: None, events: seqs.map(event).collect() }
}

async fn take(inbox: &mut Inbox, page: Page) -> Result<Option<usize>, InboxError> {
    let effect = |tx: &Tx<'_>, page: &Page| {
        page.events.iter().try_for_each(|_| count(tx, "a"))?;
        Ok(page.events.len())
    };
    inbox.take(page, effect).await
}

#[tokio::test]
async fn an_event_has_its_effect_once_however_often_it_arrives() {
    let file = file();
    let mut inbox = Inbox::open(&file.database, "wallet").await.unwrap();
    assert_eq!(take(&mut inbox, page_of("x", 0, 1..=3)).await, Ok(Some(3)));
    assert_eq!(take(&mut inbox, page_of("x", 0, 1..=5)).await, Ok(Some(2)), "it arrives with what came before");
    assert_eq!(take(&mut inbox, page_of("x", 1, 2..=4)).await, Ok(Some(0)), "once more, and late");
    assert_eq!(inbox.position().seq, 5, "the position does not go back");
    let failed = inbox.take(page_of("x", 5, 6..=6), |tx, _| count(tx, "a").and(Err::<(), _>(StoreError::Closed))).await;
    assert_eq!((failed, inbox.position().seq), (Err(StoreError::Closed.into()), 5), "nothing of it stands");
    assert_eq!(Inbox::open(&file.database, "wallet").await.unwrap().position(), inbox.position());
    assert_eq!(counted(&file.database, "a").await, 5);
}

#[tokio::test]
async fn of_two_who_take_the_same_page_one_does() {
    let file = file();
    let mut one = Inbox::open(&file.database, "wallet").await.unwrap();
    let mut other = Inbox::open(&file.database, "wallet").await.unwrap();
    assert_eq!(take(&mut one, page_of("x", 0, 1..=3)).await, Ok(Some(3)));
    assert_eq!(take(&mut other, page_of("x", 0, 1..=3)).await, Ok(None));
    assert_eq!(other.position(), one.position(), "and goes on from there");
    assert_eq!(take(&mut other, page_of("x", 3, 4..=4)).await, Ok(Some(1)));
    assert_eq!(counted(&file.database, "a").await, 4);
}

#[tokio::test]
async fn a_page_that_leaves_a_gap_is_refused() {
    let file = file();
    let mut inbox = Inbox::open(&file.database, "wallet").await.unwrap();
    assert_eq!(take(&mut inbox, page_of("x", 6, 7..=8)).await, Ok(Some(2)), "who begins has missed nothing");
    let refused = take(&mut inbox, page_of("x", 9, 10..=12)).await.unwrap_err();
    assert_eq!(refused, InboxError::Gap { source_name: "wallet".into(), last: 8, after: 9 });
    let other = |after| Page { replaced_after: Some(0), ..page_of("y", after, after + 1..=after + 2) };
    assert!(take(&mut inbox, other(4)).await.is_err(), "another outbox counts from its beginning");
    assert_eq!(take(&mut inbox, other(0)).await, Ok(Some(2)));
    assert_eq!((inbox.position().origin.as_str(), inbox.position().seq), ("y", 2));
    assert_eq!(counted(&file.database, "a").await, 4);
}

#[tokio::test]
async fn what_is_passed_over_costs_no_write_and_is_kept_with_the_next() {
    let file = file();
    let mut inbox = Inbox::open(&file.database, "wallet").await.unwrap();
    let kept = async || Inbox::open(&file.database, "wallet").await.unwrap().position().seq;
    take(&mut inbox, page_of("x", 0, 1..=2)).await.unwrap();
    inbox.pass(page_of("x", 2, 3..=5)).unwrap();
    assert!(inbox.pass(page_of("x", 6, 7..=7)).is_err(), "a gap is one here as well");
    assert_eq!((inbox.position().seq, inbox.is_ahead(), kept().await), (5, true, 2));
    assert_eq!(take(&mut inbox, page_of("x", 2, 3..=6)).await, Ok(Some(1)), "what was passed over is not taken");
    assert_eq!((inbox.is_ahead(), kept().await), (false, 6));

    inbox.pass(page_of("x", 6, 7..=8)).unwrap();
    inbox.keep().await.unwrap();
    assert_eq!((inbox.is_ahead(), kept().await), (false, 8));

    let mut other = Inbox::open(&file.database, "wallet").await.unwrap();
    inbox.pass(page_of("x", 8, 9..=9)).unwrap();
    assert_eq!(take(&mut other, page_of("x", 8, 9..=12)).await, Ok(Some(4)));
    inbox.keep().await.unwrap();
    assert_eq!((inbox.position().seq, kept().await), (12, 12), "another process has come further");
    other.pass(page_of("x", 12, 13..=20)).unwrap();
    assert_eq!(take(&mut inbox, page_of("x", 12, 13..=14)).await, Ok(Some(2)));
    other.keep().await.unwrap();
    assert_eq!(other.position().seq, 20, "nobody goes back");
}

#[tokio::test]
async fn an_outbox_knows_that_it_is_another_one_or_was_restored() {
    let file = file();
    for _ in 0..4 {
        file.database.write(|tx| outbox::append(tx, "t", None, "{}", 5)).await.unwrap();
    }
    let origin = outbox::state(&file.database).await.unwrap().origin;
    let page = async |origin: &str, seq| {
        let position = outbox::Position { origin: origin.to_owned(), seq };
        let page = outbox::page(&file.database, position, 10).await.unwrap();
        (page.after, page.replaced_after, page.events.len())
    };
    assert_eq!(page(&origin, 3).await, (3, None, 1));
    assert_eq!(page("other", 3).await, (0, Some(0), 4));
    assert_eq!(page(&origin, 9).await, (4, Some(4), 0), "what comes next is told after the fourth");
    outbox::trim(&file.database, 2, 10).await.unwrap();
    assert_eq!(page("", 0).await, (2, None, 2), "the first two are gone");
    let too_large = "x".repeat(outbox::MAX_PAYLOAD_BYTES + 1);
    let refused = file.database.write(move |tx| outbox::append(tx, "t", None, &too_large, 5)).await;
    assert!(matches!(refused, Err(StoreError::Mistake(_))), "{refused:?}");
}

#[tokio::test]
async fn a_query_that_panics_ends_alone_and_a_full_queue_is_an_error() {
    let file = file();
    let broken = file.database.read(|_| -> Result<(), StoreError> { panic!("a mistake") }).await;
    assert_eq!(broken, Err(StoreError::Panicked));
    let (release, released) = mpsc::channel::<()>();
    let released = std::sync::Arc::new(std::sync::Mutex::new(released));
    let mut waiting = Vec::new();
    let refused = loop {
        let released = std::sync::Arc::clone(&released);
        let mut query = Box::pin(file.database.read(move |_| {
            let _ = released.lock().unwrap().recv();
            Ok::<_, StoreError>(())
        }));
        match futures::poll!(query.as_mut()) {
            std::task::Poll::Pending => waiting.push(query),
            std::task::Poll::Ready(outcome) => break outcome,
        }
    };
    assert_eq!(refused, Err(StoreError::Overloaded));
    // Who has gone is in nobody's way.
    let last = waiting.pop().unwrap();
    waiting.clear();
    drop(release);
    last.await.unwrap();
    assert_eq!(counted(&file.database, "a").await, 0);
}

#[tokio::test]
async fn the_log_of_a_busy_writer_begins_anew_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let database = Storage::Folder(dir.path().into()).open_derived("a", MIGRATIONS).unwrap();
    // How often it has begun anew stands in its head.
    let begun = || std::fs::read(dir.path().join("a.db-wal")).unwrap()[12..16].to_vec();
    let (first, mut written) = (begun(), 0);
    while begun() == first {
        assert!(written < 1_100, "64 pages each time, and it is still the same log");
        let large = "INSERT INTO outbox (topic, payload, at_ms) VALUES ('t', hex(zeroblob(131072)), 0)";
        database.write(move |tx| tx.send(large, &[])).await.unwrap();
        written += 1;
    }
    let all = "SELECT count(*) FROM outbox";
    let kept: i64 = database.read(move |sql| sql.query_one(all, &[], |row| row.get(0))).await.unwrap();
    assert_eq!(kept, written);
}
