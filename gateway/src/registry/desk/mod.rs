//! The registry's desk: where teams publish releases, and say which one is live and what is switched off; where
//! operators see that, and decide about it when a team does not.
//!
//! What it says lies over the floor: a fragment that nobody has published is what the floor brings. Every gateway
//! on the same database sees what happens at any of them, and holds the files of what is live in memory, so that
//! a store of files that goes away takes nothing from a page; and those of what may be live next.
//!
//! **Architecture invariant:** a release never changes once it is there. What is named to pages has been read
//! whole and has the digests that it should have.

mod auditor;
mod automatic;
mod bounds;
mod bucket;
mod calls;
mod credentials;
mod files;
mod http;
mod neighbours;
mod operators;
mod reading;
mod record;
mod release;
mod review;
mod room;
mod rules;
mod serve;
mod shown;
mod teams;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use contract::problem::Code;
use thiserror::Error;
use tokio::sync::{Mutex, watch};

use super::Registry;
use crate::clock::Clock;
use crate::problem::ApiError;
use crate::store::{Database, Storage, StoreError};
use auditor::Auditor;
pub use automatic::Outcome;
pub(super) use files::is_at;
pub use files::{Files, PlaceError};
pub(super) use http::{check_address, check_addresses};
pub(super) use operators::routes as operators_routes;
use reading::Reading;
pub(super) use release::Draft;
use room::Room;
pub(super) use shown::Shown;
pub use teams::TeamsError;

/// The description of the routes, teams' and operators'.
#[must_use]
pub(super) fn openapi() -> utoipa::openapi::OpenApi {
    http::openapi().merge_from(neighbours::openapi()).merge_from(operators::openapi())
}

/// What teams' tools call.
pub(super) fn routes() -> Router<Registry> {
    http::routes().merge(neighbours::routes())
}

/// When what could not be read is tried again.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Why the desk does not open. Each message says what to do.
#[derive(Debug, Error)]
pub enum DeskError {
    /// The database.
    #[error("the registry's database can't be used: {0}")]
    Store(#[from] StoreError),
    /// The list of teams.
    #[error("--registry-teams {}: {source}", path.display())]
    Teams {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: TeamsError,
    },
}

struct Inner {
    database: Database,
    files: Files,
    teams: Option<PathBuf>,
    auditor: Auditor,
    clock: Clock,
    room: Room,
    shown: watch::Sender<Arc<Shown>>,
    /// Whoever holds it makes the next one.
    showing: Mutex<Showing>,
}

/// How the next state comes about.
#[derive(Default)]
struct Showing {
    /// When the last one that was done was begun.
    begun: Option<Instant>,
    /// When what could not be read is tried again, if there is something.
    again_at: Option<Instant>,
    reading: Reading,
}

/// The desk. A clone is another handle on it.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

impl Desk {
    /// Opens it, and reads what is live. `auditor` is the program that reads entry modules: the gateway's own.
    ///
    /// # Errors
    /// See [`DeskError`]. A store of files that can't be reached is not one: what is live in it comes once it can.
    pub async fn open(
        storage: &Storage,
        files: Files,
        teams: Option<&Path>,
        auditor: PathBuf,
        clock: Clock,
    ) -> Result<Self, DeskError> {
        if let Some(path) = teams {
            teams::Teams::read(path).map_err(|source| DeskError::Teams { path: path.to_owned(), source })?;
        }
        let desk = Self(Arc::new(Inner {
            database: record::open(storage)?,
            files,
            teams: teams.map(Path::to_owned),
            auditor: Auditor::new(auditor),
            clock,
            room: Room::default(),
            shown: watch::Sender::new(Arc::default()),
            showing: Mutex::default(),
        }));
        desk.refresh().await?;
        Ok(desk)
    }

    /// What the registry keeps beside what was shipped lies in the same database.
    pub(super) fn database(&self) -> &Database {
        &self.0.database
    }

    /// What is live just now.
    pub(super) fn shown(&self) -> Arc<Shown> {
        Arc::clone(&self.0.shown.borrow())
    }

    /// Changes with each state that is taken in.
    pub(super) fn changes(&self) -> watch::Receiver<Arc<Shown>> {
        self.0.shown.subscribe()
    }

    /// Takes in what was done up to a place of the log, if that is not known here yet: another gateway was told first.
    ///
    /// # Errors
    /// The log can't be read, or has no such place.
    pub(super) async fn catch_up_to(&self, seq: u64) -> Result<(), ApiError> {
        if self.shown().seq() < seq {
            self.refresh().await?;
        }
        if self.shown().seq() < seq {
            let detail = "What was shipped last is not known here yet. Ask again.";
            return Err(ApiError::new(Code::Unavailable, detail).field("after"));
        }
        Ok(())
    }

    /// Takes in what was done since, here or at another gateway. Those who wait for the same look share it.
    async fn refresh(&self) -> Result<(), StoreError> {
        let asked = Instant::now();
        let mut showing = self.0.showing.lock().await;
        if showing.begun.is_some_and(|begun| begun > asked) {
            return Ok(());
        }
        let begun = Instant::now();
        self.next_shown(&mut showing).await?;
        showing.begun = Some(begun);
        Ok(())
    }

    async fn next_shown(&self, showing: &mut Showing) -> Result<(), StoreError> {
        let before = self.shown();
        let seq = self.0.database.read(record::last_seq).await?;
        metrics::gauge!("registry_log_seq").set(u32::try_from(seq).unwrap_or(u32::MAX));
        // However often somebody asks, what could not be read is tried again when it is time for that.
        let is_due = showing.again_at.is_some_and(|at| at <= Instant::now());
        if seq == before.seq() && !is_due {
            return Ok(());
        }
        showing.reading.begin(showing.begun.is_none());
        let mut shelves = before.shelves().clone();
        let caught_up = self.0.database.read(move |sql| record::catch_up(sql, &mut shelves).map(|()| shelves));
        let next = before.next(caught_up.await?, self, &mut showing.reading).await?;
        showing.again_at = (!next.is_whole()).then(|| Instant::now() + AGAIN_AFTER);
        self.0.shown.send_replace(Arc::new(next));
        Ok(())
    }

    /// Takes in what was done at another gateway a moment ago, so that nobody is told what was so before.
    async fn show_others(&self) {
        let newest = self.0.database.read(record::last_seq).await;
        if newest.is_ok_and(|seq| seq > self.shown().seq()) {
            self.show().await;
        }
    }

    /// Takes in what was just done here. It is done, also where it can't be read just now: it will be seen.
    async fn show(&self) {
        if let Err(error) = self.refresh().await {
            tracing::warn!(%error, "what was shipped is shown later");
        }
    }

    /// Follows what is done, for as long as the database is there.
    pub async fn follow(self) {
        let mut commits = self.0.database.commits();
        loop {
            commits.seen();
            let again_at = match self.refresh().await {
                Ok(()) => self.0.showing.lock().await.again_at,
                Err(error) => {
                    tracing::warn!(%error, "what was shipped can't be read; what is live stays");
                    Some(Instant::now() + AGAIN_AFTER)
                }
            };
            let ended = match again_at {
                Some(at) => tokio::time::timeout_at(at.into(), commits.next()).await.is_ok_and(|next| next.is_err()),
                None => commits.next().await.is_err(),
            };
            if ended {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::record::{Doer, Who};
    use super::rules::Deed;
    use super::*;
    use crate::registry::testing;
    use crate::store::Tx;
    use contract::registry::ShippingAction;

    /// A desk with a release that is live and whose file is not there.
    async fn lacking(folder: &Path) -> Desk {
        let files = Files::open(&format!("file://{}", folder.join("releases").display()), None).expect("a store");
        let storage = Storage::Folder(folder.to_owned());
        let desk = Desk::open(&storage, files, None, PathBuf::new(), Clock::system()).await.expect("it opens");
        let draft = Draft::read(testing::release("wallet")).expect("good");
        let doer = Doer { who: Who::Operator("dev@house.example".to_owned()), at_ms: 0 };
        let ship = move |tx: &Tx<'_>| {
            record::keep(tx, &doer, &draft)?;
            record::write(tx, &doer, &Deed::new(ShippingAction::Promote, "wallet", Some("1".to_owned())))
        };
        desk.database().write(ship).await.expect("written");
        desk
    }

    #[tokio::test]
    async fn what_can_not_be_read_is_tried_again_in_time_and_not_whenever_somebody_asks() {
        let folder = tempfile::tempdir().expect("a folder");
        let desk = lacking(folder.path()).await;
        desk.refresh().await.expect("read");
        let shown = desk.shown();
        assert!(!shown.is_whole());
        desk.refresh().await.expect("read");
        assert!(Arc::ptr_eq(&shown, &desk.shown()), "it is too early");
        desk.0.showing.lock().await.again_at = Some(Instant::now());
        desk.refresh().await.expect("read");
        assert!(!Arc::ptr_eq(&shown, &desk.shown()));
    }
}
