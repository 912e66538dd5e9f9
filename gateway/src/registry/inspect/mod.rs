//! Inspections: a developer's browser gets the inspector with its pages, and builds of the developer's own in the
//! place of fragments.
//!
//! An inspection is begun by a person at this machine or by an operator, never by a link or by a fragment that
//! somebody else has made, and is one browser's: its cookie can't be read by any script. What is brought into it is
//! kept in the registry's database, so that every edge of a house has it. It is checked as a release is, and served and
//! signed as one, with that cookie alone. So the page's policy, its digests and its signature are what they are for
//! everybody.
//!
//! **Architecture invariant:** whoever has no inspection gets the same bytes as if this were not here. Of operators it
//! knows no more than what their door lets pass.

mod access;
mod http;
mod kept;
mod layer;
mod overlay;
mod parts;
mod state;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ::http::HeaderMap;
use bytes::Bytes;
use contract::problem::Code;
use tokio::sync::{Semaphore, watch};

use super::Registry;
use crate::problem::ApiError;
use crate::store::{Database, Sql, StoreError, Tx};
pub(super) use http::{openapi, operators_routes, routes};
pub(super) use kept::SCHEMA;
pub(super) use layer::inspected;
use state::{Hashed, Inspection, MAX_INSPECTIONS};

/// Queries at once: whoever makes cookies up leaves the database to those who ask what is live.
const AT_ONCE: usize = 2;
/// How long a page waits for a database that does not answer: it is everybody's then.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long what has ended is there at most.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Whose inspection a request is of, if of any; whether it is under way, is not asked.
pub(super) fn cookie(headers: &HeaderMap) -> Option<Hashed> {
    access::cookie(headers)
}

/// All of them.
pub(super) struct Inspections {
    database: Database,
    turns: Arc<Semaphore>,
    /// Whoever holds it brings a part of a file: however many tools bring files, one part is ahead of a switch.
    bringing: tokio::sync::Mutex<()>,
    /// The pages that listen at this edge, by their cookies: what they were told of last.
    listening: Mutex<BTreeMap<Hashed, watch::Sender<u64>>>,
}

impl Inspections {
    pub(super) fn new(database: Database) -> Self {
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        Self { database, turns, bringing: tokio::sync::Mutex::default(), listening: Mutex::default() }
    }

    async fn read<T, F>(&self, query: F) -> Result<T, ApiError>
    where
        F: FnOnce(&Sql) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|error| ApiError::internal(&error))?;
        let query = move |sql: &Sql| {
            // Whoever asks may go away; until the query has ended, its turn has not.
            let _turn = turn;
            query(sql)
        };
        Ok(self.database.read(query).await?)
    }

    /// What a browser has, if its inspection is under way.
    async fn live(&self, cookie: Hashed, now_ms: i64) -> Result<Option<Inspection>, ApiError> {
        self.read(move |sql| kept::live(sql, cookie, now_ms)).await
    }

    /// The same for a page, which does not wait long for a database that hangs. The log says that it does.
    async fn at_hand(&self, cookie: Hashed, now_ms: i64) -> Result<Option<Inspection>, ApiError> {
        tokio::time::timeout(PATIENCE, self.live(cookie, now_ms)).await.unwrap_or_else(|_| {
            tracing::warn!("the store does not answer; the page of an inspection is everybody's");
            Err(ApiError::new(Code::Unavailable, "The store does not answer. Try again."))
        })
    }

    /// Takes in a file whose content has this address.
    async fn put_file(&self, cookie: Hashed, address: &str, content: &Bytes, now_ms: i64) -> Result<(), ApiError> {
        for part in parts::of(cookie, address, content) {
            let _turn = self.bringing.lock().await;
            if self.database.write(move |tx: &Tx<'_>| part.put(tx, now_ms)).await? {
                break;
            }
        }
        Ok(())
    }

    fn listening(&self) -> MutexGuard<'_, BTreeMap<Hashed, watch::Sender<u64>>> {
        self.listening.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes whenever another build stands in for a fragment in this browser, at whichever edge it was brought. To
    /// whoever begins to listen it has changed: what their page shows may be from before the last one.
    pub(super) fn listen(&self, cookie: Hashed) -> watch::Receiver<u64> {
        let mut told = self.listening().entry(cookie).or_insert_with(|| watch::Sender::new(0)).subscribe();
        told.mark_changed();
        told
    }

    /// Tells pages how often something has changed in their browsers, and forgets those that listen no more.
    fn tell(&self, changes: &BTreeMap<Hashed, u64>) {
        self.listening().retain(|cookie, told| {
            if let Some(now) = changes.get(cookie) {
                told.send_if_modified(|before| std::mem::replace(before, *now) != *now);
            }
            told.receiver_count() > 0
        });
    }
}

impl Registry {
    /// Begins one.
    async fn begin_inspection(&self, cookie: Hashed) -> Result<(), ApiError> {
        let now_ms = self.0.clock.now_ms();
        Ok(self.0.inspections.database.write(move |tx: &Tx<'_>| kept::begin(tx, cookie, now_ms)).await?)
    }

    /// What a browser has, if its inspection is under way.
    async fn inspection(&self, cookie: Hashed) -> Result<Option<Inspection>, ApiError> {
        self.0.inspections.live(cookie, self.0.clock.now_ms()).await
    }

    /// Tells pages of what was brought through any edge, and removes what has ended, for as long as it runs.
    pub async fn follow_inspections(self) {
        let mut commits = self.0.inspections.database.commits();
        loop {
            commits.seen();
            if let Err(error) = self.look_at_inspections().await {
                // That the database is away, whoever follows the log in it says.
                tracing::debug!(%error, "inspected pages are told later");
            }
            if tokio::time::timeout(LOOK_EVERY, commits.next()).await.is_ok_and(|next| next.is_err()) {
                return;
            }
        }
    }

    async fn look_at_inspections(&self) -> Result<(), StoreError> {
        let (inspections, now_ms) = (&self.0.inspections, self.0.clock.now_ms());
        let all = inspections.database.read(kept::all).await?;
        inspections.tell(&all.iter().map(|(cookie, changes, _)| (*cookie, *changes)).collect());
        if all.iter().all(|(_, _, ends_ms)| *ends_ms > now_ms) {
            return Ok(());
        }
        inspections.database.write(move |tx: &Tx<'_>| kept::forget(tx, now_ms, MAX_INSPECTIONS)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Storage;
    use std::sync::mpsc;
    use std::time::Instant;

    fn kept_in(folder: &tempfile::TempDir) -> Inspections {
        let storage = Storage::Folder(folder.path().into());
        Inspections::new(storage.open("registry", &[SCHEMA]).expect("a database"))
    }

    #[tokio::test]
    async fn a_database_that_hangs_takes_no_page_from_anybody() {
        let folder = tempfile::tempdir().expect("a folder");
        let (inspections, own) = (Arc::new(kept_in(&folder)), Hashed::of("own"));
        let begun = inspections.database.write(move |tx: &Tx<'_>| kept::begin(tx, own, 0));
        begun.await.expect("begun");
        let hang = |_| {
            let (answers, answered) = mpsc::channel::<()>();
            let inspections = Arc::clone(&inspections);
            tokio::spawn(async move {
                let query = move |_: &Sql| {
                    let _ = answered.recv();
                    Ok(())
                };
                inspections.read(query).await
            });
            answers
        };
        let hanging: Vec<_> = (0..AT_ONCE).map(hang).collect();
        while inspections.turns.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let asked = Instant::now();
        assert!(inspections.at_hand(own, 1).await.is_err(), "which is not that there is none");
        assert!(asked.elapsed() < 5 * PATIENCE, "{:?}", asked.elapsed());
        drop(hanging);
        assert!(inspections.live(own, 1).await.expect("an answer").is_some(), "it has only hung");
    }

    #[tokio::test]
    async fn a_switch_waits_behind_a_part_of_a_file_and_not_behind_all_of_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let (inspections, own) = (kept_in(&folder), Hashed::of("own"));
        inspections.database.write(move |tx: &Tx<'_>| kept::begin(tx, own, 0)).await.expect("begun");
        // Ten parts each.
        let [one, other] = [1_u8, 2].map(|byte| Bytes::from(vec![byte; 5 * 1024 * 1024]));
        let query = "SELECT is_whole FROM inspected_files";
        let switch = inspections.database.write(move |tx: &Tx<'_>| tx.query_all(query, &[], |row| row.get::<bool>(0)));
        let (first, second) = (inspections.put_file(own, "1", &one, 0), inspections.put_file(own, "2", &other, 0));
        let before = *inspections.database.committed().borrow();
        let (brought, brought_too, seen) = tokio::join!(first, second, switch);
        assert_eq!((brought, brought_too), (Ok(()), Ok(())));
        assert!(seen.expect("an answer").iter().all(|whole| !whole), "one part was ahead of it, of one file");
        let commits = *inspections.database.committed().borrow() - before;
        assert!((20..=21).contains(&commits), "{commits}: each part has one, which the switch may have shared");
    }

    #[tokio::test]
    async fn a_query_keeps_its_turn_when_whoever_asked_has_gone() {
        let folder = tempfile::tempdir().expect("a folder");
        let inspections = kept_in(&folder);
        let (answers, answered) = mpsc::channel::<()>();
        let (starts, mut started) = tokio::sync::oneshot::channel();
        let query = move |_: &Sql| {
            let _ = starts.send(());
            let _ = answered.recv();
            Ok(())
        };
        tokio::select! {
            biased;
            _ = inspections.read(query) => {}
            _ = &mut started => {}
        }
        assert_eq!(inspections.turns.available_permits(), AT_ONCE - 1);
        drop(answers);
        while inspections.turns.available_permits() < AT_ONCE {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn each_page_hears_of_its_own_browser_alone_and_first_in_any_case() {
        let folder = tempfile::tempdir().expect("a folder");
        let inspections = kept_in(&folder);
        let [own, other, made_up] = ["own", "other", "made up"].map(Hashed::of);
        let (mut page, mut stranger) = (inspections.listen(own), inspections.listen(made_up));
        let told = |of_own, of_other| inspections.tell(&BTreeMap::from([(own, of_own), (other, of_other)]));
        assert!(page.has_changed().expect("it is there"), "what it has may be from before");
        page.mark_unchanged();
        stranger.mark_unchanged();
        told(0, 0);
        assert!(!page.has_changed().expect("it is there"), "nothing was brought yet");
        told(1, 0);
        assert!(page.has_changed().expect("it is there"));
        page.mark_unchanged();
        told(1, 1);
        assert!(!page.has_changed().expect("it is there"), "another browser's");
        told(2, 1);
        assert!(page.has_changed().expect("it is there"));
        assert!(!stranger.has_changed().expect("it is there"), "it has no inspection");
        let tab = inspections.listen(own);
        assert!(tab.has_changed().expect("it is there"), "another tab may have got its page before that");
        drop((page, tab));
        told(2, 1);
        assert_eq!(inspections.listening().keys().collect::<Vec<_>>(), [&made_up], "who has gone is forgotten");
    }
}
