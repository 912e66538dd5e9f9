//! The read models computed from the log once more, held against those that are live, and put in their place.
//!
//! May run beside gateways that serve: they go on writing to what is live, which is compared first as a
//! whole, and then, while nothing moves, only where an entry came in between or something differed.
//!
//! **Architecture invariant:** the ledger is only read. What is live is replaced as a whole or not at all.

use super::apply::apply;
use super::generations::{self, Generation};
use super::projector::{CLEARED_AT_ONCE, PAGE};
use super::source::{self, Page, Position};
use super::{MIGRATIONS, STORE, compare, rules};
use crate::signed::hex;
use crate::store::{Database, Storage, StoreError, Tx};
use crate::wallet::WalletError;
use crate::wallet::limits::Market;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

pub use compare::Difference;

/// Differences that are listed; a damaged store has more than anybody reads.
const LISTED: usize = 100;

/// Why nothing was rebuilt.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// A store, or what is in it.
    #[error(transparent)]
    Wallet(#[from] WalletError),
    /// A gateway computes otherwise than this call would.
    #[error(
        "the live read models are computed by \"{live}\", this call would by \"{own}\": give the gateway's own \
         --market and version; a gateway with other rules computes them anew at its start"
    )]
    OtherRules {
        /// What the live ones are computed by.
        live: String,
        /// What these would be.
        own: String,
    },
    /// Somebody else replaced or rebuilt them at the same time.
    #[error("somebody else rebuilds the read models: nothing was replaced")]
    Overtaken,
}

impl From<StoreError> for RebuildError {
    fn from(error: StoreError) -> Self {
        Self::Wallet(error.into())
    }
}

/// What a long run is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Entries are counted in.
    Entries {
        /// So many.
        done: u64,
        /// Of so many.
        of: u64,
    },
    /// So many rows were compared.
    Rows(u64),
}

/// Hears what a long run is at.
pub type Progress = Arc<dyn Fn(Stage) + Send + Sync>;

/// What was found and done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// Entries that were counted in: the position that both were compared at.
    pub entries: u64,
    /// There was something to compare with.
    pub was_live: bool,
    /// What differs, at most a hundred.
    pub differences: Vec<Difference>,
    /// There is more that differs than is listed.
    pub is_cut_off: bool,
    /// The rebuilt ones are live now.
    pub is_replaced: bool,
}

impl Rebuilt {
    /// What was live is what the log says.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.was_live && self.differences.is_empty()
    }
}

/// Computes the read models from the log and compares them with the live ones; replaces those unless it is
/// only to be checked.
///
/// # Errors
/// See [`RebuildError`].
pub async fn rebuild(
    storage: &Storage,
    market: Market,
    only_check: bool,
    progress: Progress,
) -> Result<Rebuilt, RebuildError> {
    let views = storage.open_derived(STORE, MIGRATIONS)?;
    let own = rules(&market);
    let live = views.read(generations::live).await?;
    if let Some(live) = live.as_ref().filter(|live| live.rules != own) {
        return Err(RebuildError::OtherRules { live: live.rules.clone(), own });
    }
    let fresh = views.write(move |tx| generations::begin_rebuild(tx, &own)).await?;
    let mut work = Work { storage: storage.clone(), market: Arc::new(market), views, fresh, progress };
    let rebuilt = work.run(live, only_check).await;
    if rebuilt.is_err() {
        let id = work.fresh.id;
        work.views.write(move |tx| generations::retire(tx, id)).await?;
    }
    work.clear().await?;
    rebuilt
}

struct Work {
    storage: Storage,
    market: Arc<Market>,
    views: Database,
    fresh: Generation,
    progress: Progress,
}

impl Work {
    async fn run(&mut self, live: Option<Generation>, only_check: bool) -> Result<Rebuilt, RebuildError> {
        let Some(live) = live else {
            self.fill(u64::MAX, None).await?;
            return self.settle(None, BTreeSet::new(), true, only_check).await;
        };
        self.fill(live.at.version, None).await?;
        self.views.write(generations::count_anew).await?;
        let (ids, progress) = ((live.id, self.fresh.id), Arc::clone(&self.progress));
        let compared = self.views.read(move |sql| compare::suspects(sql, ids, &|rows| progress(Stage::Rows(rows))));
        let (mut suspects, is_all) = compared.await?;
        // What has come meanwhile; only the rest waits until nothing moves.
        let now = self.views.read(generations::live).await?.map_or(live.at.version, |live| live.at.version);
        self.fill(now, Some(&mut suspects)).await?;
        self.settle(Some(live.id), suspects, is_all, only_check).await
    }

    /// Counts entries in, up to a position; notes whose they are.
    async fn fill(&mut self, until: u64, mut whose: Option<&mut BTreeSet<String>>) -> Result<(), RebuildError> {
        loop {
            let (storage, at) = (self.storage.clone(), self.fresh.at);
            let read = tokio::task::spawn_blocking(move || next(&storage, &at, until)).await;
            let page = read.map_err(|_| StoreError::Panicked)??;
            if page.entries.is_empty() {
                return Ok(());
            }
            if let Some(whose) = whose.as_deref_mut() {
                whose.extend(page.entries.iter().map(|(player, _)| player.clone()));
            }
            let (to, of) = (page.to, page.head.min(until));
            let (market, fresh) = (Arc::clone(&self.market), self.fresh.clone());
            if !self.views.write(move |tx| apply(tx, &market, &fresh, &page)).await? {
                return Err(RebuildError::Overtaken);
            }
            self.fresh.at = to;
            (self.progress)(Stage::Entries { done: to.version, of });
        }
    }

    /// The last of it, while no projector can write.
    async fn settle(
        &mut self,
        live: Option<i64>,
        suspects: BTreeSet<String>,
        is_all: bool,
        only_check: bool,
    ) -> Result<Rebuilt, RebuildError> {
        let (storage, market, fresh) = (self.storage.clone(), Arc::clone(&self.market), self.fresh.clone());
        self.views
            .write(move |tx| {
                let now = generations::live(tx)?;
                if now.as_ref().map(|now| now.id) != live {
                    return Err(RebuildError::Overtaken);
                }
                let mut end =
                    End { tx, storage: &storage, market: &market, fresh: fresh.clone(), suspects: suspects.clone() };
                let (mut differences, is_listed) = match &now {
                    Some(now) => end.compare(now)?,
                    None => (Vec::new(), true),
                };
                let is_cut_off = !is_all || !is_listed || differences.len() > LISTED;
                differences.truncate(LISTED);
                let Generation { id, at, .. } = end.fresh;
                if only_check {
                    generations::retire(tx, id)?;
                } else {
                    generations::go_live(tx, id)?;
                }
                let (was_live, is_replaced) = (now.is_some(), !only_check);
                Ok(Rebuilt { entries: at.version, was_live, differences, is_cut_off, is_replaced })
            })
            .await
    }

    async fn clear(&self) -> Result<(), RebuildError> {
        self.views.write(generations::count_anew).await?;
        while let Some(id) = self.views.read(generations::any_old).await? {
            self.views.write(move |tx| generations::clear(tx, id, CLEARED_AT_ONCE)).await?;
        }
        Ok(())
    }
}

/// Inside of the transaction that ends it.
struct End<'t, 'c> {
    tx: &'t Tx<'c>,
    storage: &'t Storage,
    market: &'t Market,
    fresh: Generation,
    suspects: BTreeSet<String>,
}

impl End<'_, '_> {
    /// What differs at the same position; false if the list ends before all suspects were looked at.
    fn compare(&mut self, live: &Generation) -> Result<(Vec<Difference>, bool), RebuildError> {
        loop {
            let page = next(self.storage, &self.fresh.at, live.at.version)?;
            if page.entries.is_empty() {
                break;
            }
            self.suspects.extend(page.entries.iter().map(|(player, _)| player.clone()));
            if !apply(self.tx, self.market, &self.fresh, &page)? {
                return Err(RebuildError::Overtaken);
            }
            self.fresh.at = page.to;
        }
        let mut differences = position(&live.at, &self.fresh.at);
        for player in &self.suspects {
            if differences.len() > LISTED {
                return Ok((differences, false));
            }
            differences.extend(compare::differences(self.tx, (live.id, self.fresh.id), player)?);
        }
        Ok((differences, true))
    }
}

fn next(storage: &Storage, at: &Position, until: u64) -> Result<Page, WalletError> {
    let page = storage.inspect("wallet", crate::wallet::MIGRATIONS, |sql| source::page(sql, at, until, PAGE))?;
    page.ok_or_else(|| WalletError::Damaged("the ledger was replaced while it was read".to_owned()))
}

/// The log ends before what is live does, or has another entry there: it is not the one that was projected.
fn position(live: &Position, rebuilt: &Position) -> Vec<Difference> {
    let of = |field, live: String, rebuilt: String| Difference {
        projection: "position",
        player: String::new(),
        row: None,
        field,
        live,
        rebuilt,
    };
    if live.version != rebuilt.version {
        return vec![of("version", live.version.to_string(), rebuilt.version.to_string())];
    }
    if live.hash == rebuilt.hash { Vec::new() } else { vec![of("hash", hex(&live.hash), hex(&rebuilt.hash))] }
}

/// The report, for people.
#[must_use]
pub fn report(rebuilt: &Rebuilt) -> String {
    let mut text = String::new();
    let mut line = |what: &str, value: &dyn std::fmt::Display| {
        // Writing to a String can't fail.
        let _ = writeln!(text, "{what:<20} {value}");
    };
    let models = super::tables::TABLES.map(|table| table.name).join(", ");
    line("read models", &models);
    line("entries", &rebuilt.entries);
    match (rebuilt.was_live, rebuilt.differences.len()) {
        (false, _) => line("differences", &"nothing was live"),
        (true, 0) => line("differences", &"none"),
        (true, count) => {
            let more = if rebuilt.is_cut_off { " and more" } else { "" };
            line("differences", &format!("{count}{more}"));
            for difference in &rebuilt.differences {
                line("", difference);
            }
        }
    }
    line("live now", &if rebuilt.is_replaced { "the rebuilt ones" } else { "what was before" });
    text
}
