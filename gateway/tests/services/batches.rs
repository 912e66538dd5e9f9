//! Commands that share a transaction, on whatever database there is: what fails, fails alone, also where nobody
//! waited for the statement that failed.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use futures::future::join_all;
use gateway::store::{Database, StoreError, Tx, outbox, params};
use tokio::task::JoinHandle;

use crate::place::Place;

const MIGRATIONS: &[&str] = &["CREATE TABLE counters (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT;"];
const INSERT: &str = "INSERT INTO counters (name, n) VALUES (?1, ?2)";
const ADD: &str = "UPDATE counters SET n = n + ?2 WHERE name = ?1";

fn open(place: &Place) -> Database {
    place.storage().open("batches", MIGRATIONS).expect("a database")
}

async fn counters(database: &Database) -> Vec<(String, i64)> {
    let all = "SELECT name, n FROM counters ORDER BY name";
    let read = database.read(move |sql| sql.query_all(all, &[], |row| Ok((row.get(0)?, row.get(1)?))));
    read.await.expect("a list")
}

fn named(counters: &[(&str, i64)]) -> Vec<(String, i64)> {
    counters.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect()
}

/// Holds the writer until the sender is dropped: what is written until then shares a transaction.
async fn hold(database: &Database) -> (mpsc::Sender<()>, JoinHandle<Result<(), StoreError>>) {
    let (release, released) = mpsc::channel::<()>();
    let (started, holding) = tokio::sync::oneshot::channel();
    let (database, started) = (database.clone(), Mutex::new(Some(started)));
    let held = tokio::spawn(async move {
        let hang = database.write(move |_| {
            if let Some(started) = started.lock().unwrap().take() {
                started.send(()).unwrap();
            }
            let _ = released.recv();
            Ok::<_, StoreError>(())
        });
        hang.await
    });
    holding.await.unwrap();
    (release, held)
}

type Act = fn(&Tx<'_>) -> Result<(), StoreError>;

/// Carries commands out in one transaction, in their order; says how often each was run, and its outcome.
async fn together<const N: usize>(database: &Database, acts: [Act; N]) -> [(u32, Result<(), StoreError>); N] {
    let (release, held) = hold(database).await;
    let runs = [(); N].map(|()| Arc::new(AtomicU32::new(0)));
    let mut commands = Vec::new();
    for (act, run) in acts.into_iter().zip(&runs) {
        let run = Arc::clone(run);
        let mut command = Box::pin(database.write(move |tx| {
            run.fetch_add(1, Ordering::Relaxed);
            act(tx)
        }));
        assert!(futures::poll!(command.as_mut()).is_pending(), "it waits behind the one that holds the writer");
        commands.push(command);
    }
    drop(release);
    let mut outcomes = join_all(commands).await.into_iter();
    held.await.unwrap().unwrap();
    runs.map(|run| (run.load(Ordering::Relaxed), outcomes.next().unwrap()))
}

fn refused() -> StoreError {
    StoreError::Mistake("refused".into())
}

fn is_mistake(outcome: &Result<(), StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Mistake(_)))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_before_it_writes_costs_the_others_nothing() {
    let place = Place::new();
    let database = open(&place);
    let add: Act = |tx| tx.send(INSERT, params!["a", 1]);
    let refuse: Act = |tx| {
        let seen: i64 = tx.query_one("SELECT n FROM counters WHERE name = 'a'", &[], |row| row.get(0))?;
        assert_eq!(seen, 1, "it sees what an earlier one has done");
        Err(refused())
    };
    let more: Act = |tx| tx.send(ADD, params!["a", 2]);
    let all = together(&database, [add, refuse, more]).await;
    assert_eq!(all, [(1, Ok(())), (1, Err(refused())), (1, Ok(()))]);
    assert_eq!(counters(&database).await, named(&[("a", 3)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_after_it_has_written_leaves_nothing_and_takes_nobody_along() {
    let place = Place::new();
    let database = open(&place);
    let first: Act = |tx| tx.send(INSERT, params!["first", 1]);
    let fails: Act = |tx| {
        tx.send(INSERT, params!["failed", 1])?;
        tx.send(ADD, params!["first", 10])?;
        Err(refused())
    };
    let panics: Act = |tx| {
        tx.send(ADD, params!["first", 100])?;
        panic!("a command of the test")
    };
    let last: Act = |tx| tx.send(ADD, params!["first", 1]);
    let all = together(&database, [first, fails, panics, last]).await;
    let outcomes = all.map(|(_, outcome)| outcome);
    assert_eq!(outcomes, [Ok(()), Err(refused()), Err(StoreError::Panicked), Ok(())]);
    assert_eq!(counters(&database).await, named(&[("first", 2)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_failure_of_what_nobody_waits_for_is_that_of_its_command() {
    let place = Place::new();
    let database = open(&place);
    let first: Act = |tx| tx.send(INSERT, params!["a", 1]);
    let twice: Act = |tx| {
        tx.send(INSERT, params!["b", 1])?;
        // The name is taken: where the database is far away, this is not known yet.
        let _ = tx.send(INSERT, params!["a", 7]);
        Ok(())
    };
    let nobody: Act = |tx| tx.send(ADD, params!["not there", 1]);
    let last: Act = |tx| {
        tx.send(ADD, params!["a", 1])?;
        let n: i64 = tx.query_one("SELECT n FROM counters WHERE name = 'a'", &[], |row| row.get(0))?;
        assert_eq!(n, 2);
        Ok(())
    };
    let all = together(&database, [first, twice, nobody, last]).await.map(|(_, outcome)| outcome);
    let on_a_server = place.database_url().is_some();
    assert!(all[0].is_ok() && all[3].is_ok(), "{all:?}");
    assert!(is_mistake(&all[2]), "one row has to be there: {all:?}");
    assert_eq!(is_mistake(&all[1]), on_a_server, "who sees the failure at once may go on without: {all:?}");
    let kept = if on_a_server { named(&[("a", 2)]) } else { named(&[("a", 2), ("b", 1)]) };
    assert_eq!(counters(&database).await, kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_fails_is_undone_by_itself_whatever_came_before() {
    let place = Place::new();
    let database = open(&place);
    let parts: Act = |tx| {
        tx.send(INSERT, params!["kept", 1])?;
        let refused_part: Result<(), StoreError> = tx.attempt(|tx| {
            tx.send(INSERT, params!["undone", 1])?;
            Err(refused())
        });
        assert_eq!(refused_part, Err(refused()));
        let broken = tx.attempt(|tx| tx.send(ADD, params!["not there", 1]));
        if broken.is_ok() {
            // It runs again, and then it is known.
            return Ok(());
        }
        tx.send(ADD, params!["kept", 1])
    };
    let all = together(&database, [parts]).await;
    assert_eq!(all, [(2, Ok(()))]);
    assert_eq!(counters(&database).await, named(&[("kept", 2)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_remembered_is_what_the_database_holds() {
    #[derive(Clone)]
    struct Count(i64);
    fn count(tx: &Tx<'_>) -> Result<(), StoreError> {
        let stored = || tx.query_opt("SELECT n FROM counters WHERE name = 'a'", &[], |row| row.get(0));
        let Count(n) = tx.remembered().map_or_else(|| Ok::<_, StoreError>(Count(stored()?.unwrap_or(0))), Ok)?;
        let upsert = "INSERT INTO counters (name, n) VALUES ('a', ?1) ON CONFLICT (name) DO UPDATE SET n = excluded.n";
        tx.send(upsert, params![n + 1])?;
        tx.remember(Count(n + 1));
        Ok(())
    }
    let place = Place::new();
    let database = open(&place);
    let fails: Act = |tx| count(tx).and(Err(refused()));
    let part: Act = |tx| {
        let undone: Result<(), StoreError> = tx.attempt(|tx| count(tx).and(Err(refused())));
        assert!(undone.is_err());
        count(tx)
    };
    let all = together(&database, [count, count, fails, count, part, count]).await;
    assert_eq!(all.iter().filter(|(_, outcome)| outcome.is_err()).count(), 1, "{all:?}");
    assert_eq!(counters(&database).await, named(&[("a", 5)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_foreseen_is_answered_as_if_it_were_asked_when_it_is_wanted() {
    const OF: &str = "SELECT n FROM counters WHERE name = ?1";
    let place = Place::new();
    let database = open(&place);
    let asks: Act = |tx| {
        let of = |name: &str| tx.query_opt(OF, params![name], |row| row.get::<i64>(0));
        tx.send(INSERT, params!["a", 1])?;
        tx.send(INSERT, params!["b", 5])?;
        tx.foresee(OF, params!["b"])?;
        tx.foresee(OF, params!["a"])?;
        assert_eq!((of("a")?, of("b")?, of("c")?), (Some(1), Some(5), None));
        tx.foresee(OF, params!["a"])?;
        tx.send(ADD, params!["a", 1])?;
        assert_eq!(of("a")?, Some(2), "what is written counts");
        tx.foresee(OF, params!["a"])?;
        let n: i64 = tx.query_one("UPDATE counters SET n = 9 WHERE name = 'a' RETURNING n", &[], |row| row.get(0))?;
        assert_eq!((n, of("a")?), (9, Some(9)));
        // Nobody comes for this one.
        tx.foresee(OF, params!["b"])
    };
    let after: Act = |tx| {
        tx.execute(ADD, params!["b", 1])?;
        let n: i64 = tx.query_one(OF, params!["b"], |row| row.get(0))?;
        assert_eq!(n, 6);
        Ok(())
    };
    let all = together(&database, [asks, after]).await;
    assert_eq!(all, [(1, Ok(())), (1, Ok(()))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_told_in_order_and_never_those_of_what_failed() {
    fn tell(tx: &Tx<'_>, numbers: std::ops::RangeInclusive<i64>) -> Result<(), StoreError> {
        numbers.into_iter().try_for_each(|number| outbox::append(tx, "told", None, &number.to_string(), 0))
    }
    let place = Place::new();
    let database = open(&place);
    let first: Act = |tx| tell(tx, 1..=70);
    let fails: Act = |tx| tell(tx, 900..=910).and(Err(refused()));
    let part: Act = |tx| {
        tell(tx, 71..=72)?;
        let undone: Result<(), StoreError> = tx.attempt(|tx| tell(tx, 920..=930).and(Err(refused())));
        assert!(undone.is_err());
        tell(tx, 73..=75)
    };
    let all = together(&database, [first, fails, part]).await.map(|(_, outcome)| outcome);
    assert_eq!(all, [Ok(()), Err(refused()), Ok(())]);
    for outcome in together(&database, [|tx| tell(tx, 76..=99), |tx| tell(tx, 100..=100)]).await {
        assert_eq!(outcome, (1, Ok(())));
    }
    let told = outbox::after(&database, 0, 1_000).await.unwrap();
    let told: Vec<String> = told.into_iter().map(|event| event.payload).collect();
    assert_eq!(told, (1..=100).map(|number: i64| number.to_string()).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn a_connection_that_is_lost_with_statements_on_their_way_leaves_nothing_of_them() {
    let place = Place::new();
    let database = open(&place);
    let sends: Act = |tx| {
        tx.send(INSERT, params!["lost", 1])?;
        tx.send(INSERT, params!["lost, too", 1])
    };
    let cut: Act = |tx| {
        tx.send(INSERT, params!["on its way", 1])?;
        // Its own: the answer to this never comes.
        tx.query_opt("SELECT pg_terminate_backend(pg_backend_pid())", &[], |_| Ok(()))?;
        Ok(())
    };
    let all = together(&database, [sends, cut, sends]).await;
    for (runs, outcome) in &all {
        assert!(*runs <= 1 && matches!(outcome, Err(StoreError::Unusable(_))), "{all:?}");
    }
    assert_eq!(counters(&database).await, []);
    database.write(sends).await.expect("the next has a connection");
    assert_eq!(counters(&database).await.len(), 2);
}
