//! Moves the projection on: by the background task that follows the ledger, and by a query that can't wait
//! for it. One at a time; a page at a time; from wherever the store says that it is.

use super::generations::{self, Generation};
use super::source::{self, Page};
use super::{Views, apply};
use crate::events::PAUSE_AFTER_ERROR;
use crate::wallet::WalletError;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Entries that one transaction counts in.
pub(super) const PAGE: u32 = 1_000;
/// Commits that come within this time are counted in together. A query does not wait for it.
const GATHER: Duration = Duration::from_millis(20);
/// How often is looked for what another process has written.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often is looked how far somebody else's projector has come.
const LOOK_ASIDE_EVERY: Duration = Duration::from_millis(20);
/// Rows that are cleared away at once.
pub(super) const CLEARED_AT_ONCE: u32 = 2_000;

/// Whether the generation of this projector was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Not yet: if there is none, one is begun.
    First,
    /// Yes. If it is gone, a program with other rules has come after this one, and has the say.
    Next,
    /// It is gone.
    Aside,
}

/// What came of moving on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// There may be more entries.
    More,
    /// All entries that there were are counted in.
    AtHead,
    /// Another program projects.
    Aside,
}

impl Views {
    /// Follows the ledger for as long as it runs.
    pub(in crate::wallet) async fn run(self) {
        let mut commits = self.0.ledger.committed();
        loop {
            // Seen before it is read: a commit in between wakes us again.
            commits.borrow_and_update();
            if let Err(error) = self.follow().await {
                tracing::warn!(%error, "the wallet's read models pause");
                tokio::time::sleep(PAUSE_AFTER_ERROR).await;
            }
            tokio::time::sleep(GATHER).await;
            tokio::select! {
                changed = commits.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    async fn follow(&self) -> Result<(), WalletError> {
        loop {
            let mut turn = self.0.turn.lock().await;
            if self.step(&mut turn).await? != Step::More {
                break;
            }
        }
        self.clear().await
    }

    /// Waits until a position is counted in, and does it where nobody else has.
    pub(super) async fn reach(&self, wanted: u64) -> Result<(), WalletError> {
        while self.0.reached.load(Ordering::Acquire) < wanted {
            let mut turn = self.0.turn.lock().await;
            if self.0.reached.load(Ordering::Acquire) >= wanted {
                break;
            }
            if self.step(&mut turn).await? == Step::Aside {
                drop(turn);
                tokio::time::sleep(LOOK_ASIDE_EVERY).await;
            }
        }
        Ok(())
    }

    /// Counts the next page in.
    async fn step(&self, turn: &mut Turn) -> Result<Step, WalletError> {
        let Some(generation) = self.generation(turn).await? else { return self.look_aside().await };
        let at = generation.at;
        let page = self.0.ledger.read(move |sql| source::page(sql, &at, u64::MAX, PAGE)).await?;
        let Some(page) = page else {
            tracing::warn!(
                version = at.version,
                "the ledger is not the one that was projected: the read models are computed anew"
            );
            self.begin_anew(generation.id).await?;
            return Ok(Step::More);
        };
        let (to, head, is_at_head) = (page.to.version, page.head, page.is_at_head());
        let mut is_live = generation.is_live;
        if !is_live || !page.entries.is_empty() {
            if !self.write(generation, page).await? {
                return Ok(Step::More);
            }
            is_live |= is_at_head;
        }
        if is_live {
            self.0.reached.store(to, Ordering::Release);
        }
        self.tell(head.saturating_sub(to));
        Ok(if is_at_head { Step::AtHead } else { Step::More })
    }

    async fn generation(&self, turn: &mut Turn) -> Result<Option<Generation>, WalletError> {
        let rules = self.0.rules.clone();
        let mut found = self.0.database.read(move |sql| generations::own(sql, &rules)).await?;
        if found.is_none() && *turn == Turn::First {
            let rules = self.0.rules.clone();
            found = Some(self.0.database.write(move |tx| generations::begin(tx, &rules)).await?);
        }
        if found.is_none() && *turn == Turn::Next {
            tracing::warn!(rules = self.0.rules, "the read models are computed by another program from now on");
        }
        *turn = if found.is_some() { Turn::Next } else { Turn::Aside };
        Ok(found)
    }

    /// Counts a page in; a generation that is complete with it is live from then on.
    async fn write(&self, generation: Generation, page: Page) -> Result<bool, WalletError> {
        let market = self.0.market.clone();
        self.0
            .database
            .write(move |tx| {
                let is_applied = apply::apply(tx, &market, &generation, &page)?;
                if is_applied && !generation.is_live && page.is_at_head() {
                    generations::go_live(tx, generation.id)?;
                }
                Ok(is_applied)
            })
            .await
    }

    /// What was computed of another book is worse than nothing.
    async fn begin_anew(&self, id: i64) -> Result<(), WalletError> {
        self.0.reached.store(0, Ordering::Release);
        let rules = self.0.rules.clone();
        self.0
            .database
            .write(move |tx| {
                generations::retire(tx, id)?;
                generations::begin(tx, &rules).map(|_| ())
            })
            .await?;
        Ok(())
    }

    /// How far the projection of whoever has the say has come.
    async fn look_aside(&self) -> Result<Step, WalletError> {
        let live = self.0.database.read(generations::live).await?;
        let head = self.0.ledger.read(source::head).await?;
        let to = live.map_or(0, |live| live.at.version);
        self.0.reached.store(to, Ordering::Release);
        self.tell(head.saturating_sub(to));
        Ok(Step::Aside)
    }

    fn tell(&self, behind: u64) {
        self.0.behind.send_replace(behind);
        metrics::gauge!("wallet_projection_behind").set(behind as f64);
    }

    /// Clears some of what is given up away; what is left has time.
    async fn clear(&self) -> Result<(), WalletError> {
        if let Some(id) = self.0.database.read(generations::any_old).await? {
            self.0.database.write(move |tx| generations::clear(tx, id, CLEARED_AT_ONCE)).await?;
        }
        Ok(())
    }
}
