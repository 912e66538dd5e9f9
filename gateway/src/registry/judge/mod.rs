//! Judges canaries by what pages tell of them: one that does worse is ended, one that does not gets more of the
//! audience, step by step, and everybody in the end. How that is decided, the crate `verdict` says.
//!
//! What has been seen of a canary is kept, so that neither a restart nor a second gateway on the same database begins
//! anew or counts anything twice: a look and its counters are one transaction.
//!
//! **Architecture invariant:** does nothing that the desk would not let a team do, and writes the numbers that it goes
//! by into the log. More of the audience gets a canary only while whoever made it one could promote it; to end it needs
//! nobody's right.

mod outcome;

use std::collections::BTreeSet;
use std::time::Duration;

use contract::registry::{CanaryFigures, CanaryNote};
use verdict::{ALARM, Evidence, Measure, Schedule, Standing};

use super::Registry;
use super::desk::Outcome;
use super::telemetry;
use crate::store::{Sql, StoreError, Tx, params};
use outcome::{follows, reason};

/// What is kept of each canary.
pub(super) const SCHEMA: &str = "
CREATE TABLE canaries (
  fragment       TEXT PRIMARY KEY,
  version        TEXT NOT NULL,
  since_ms       INTEGER NOT NULL, -- since when it is the canary
  stable         TEXT NOT NULL, -- what it is compared with
  share_permille INTEGER NOT NULL,
  share_since_ms INTEGER NOT NULL, -- since when that is its share
  mounts_before  INTEGER NOT NULL, -- of it, until then
  evidence       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

/// How often is looked. What was told meanwhile is one look.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// A canary, and what it is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pair {
    fragment: String,
    canary: CanaryNote,
    stable: String,
    is_killed: bool,
}

/// Fragments and versions of the canaries that would have got more of the audience.
type HeldBack = BTreeSet<(String, String)>;

/// What is kept of one.
#[derive(Clone, Debug)]
struct Kept {
    share_permille: u32,
    share_since_ms: i64,
    mounts_before: u64,
    evidence: Evidence,
}

impl Registry {
    /// Judges, for as long as it runs. Without a schedule nothing is promoted by itself.
    pub async fn judge(self, schedule: Option<Schedule>) {
        let mut held_back = HeldBack::new();
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if let Err(error) = self.0.telemetry.write(self.0.clock.now_ms()).await {
                tracing::warn!(%error, "what pages have told is written later");
                continue;
            }
            for pair in self.pairs() {
                if let Err(error) = self.look_at(&pair, schedule.as_ref(), &mut held_back).await {
                    tracing::warn!(%error, fragment = pair.fragment, "a canary is judged later");
                }
            }
        }
    }

    /// The canaries for which there is something to compare them with.
    fn pairs(&self) -> Vec<Pair> {
        let (shown, floor) = (self.0.desk.shown(), self.floor());
        let standings = shown.standings(&floor);
        let pair = |standing: contract::registry::Standing| {
            let (canary, stable) = standing.canary.zip(standing.live)?;
            Some(Pair { fragment: standing.fragment, canary, stable, is_killed: standing.killed.is_some() })
        };
        standings.into_iter().filter_map(pair).collect()
    }

    /// Looks at one, and does what follows.
    async fn look_at(
        &self,
        pair: &Pair,
        schedule: Option<&Schedule>,
        held_back: &mut HeldBack,
    ) -> Result<(), StoreError> {
        let now_ms = self.0.clock.now_ms();
        let looked_at = pair.clone();
        let kept = self.0.desk.database().write(move |tx: &Tx<'_>| look(tx, &looked_at, now_ms)).await?;
        let standing = Standing {
            is_killed: pair.is_killed,
            share_permille: u16::try_from(kept.share_permille).unwrap_or(u16::MAX),
            since_ms: kept.share_since_ms,
            mounts: kept.mounts(),
        };
        let decision = verdict::decide(schedule, standing, &kept.evidence, now_ms);
        let Some(outcome) = follows(decision, &pair.canary.audience) else { return Ok(()) };
        if outcome != Outcome::End && !self.may_grow(pair, held_back).await {
            return Ok(());
        }
        let reason = reason(outcome, &kept.evidence);
        let (fragment, version) = (&pair.fragment, &pair.canary.version);
        tracing::info!(fragment, version, ?outcome, reason, "a canary is judged");
        // Somebody may have been quicker; then there is nothing to do.
        if let Err(error) = self.settle(fragment, version, outcome, &reason).await {
            tracing::warn!(error = error.detail, fragment, version, ?outcome, "what was judged is not done");
        }
        Ok(())
    }

    /// Whether whoever made it the canary may show it to more by now. That it is held back is told once.
    async fn may_grow(&self, pair: &Pair, held_back: &mut HeldBack) -> bool {
        let (fragment, CanaryNote { version, team, .. }) = (&pair.fragment, &pair.canary);
        let canary = (fragment.clone(), version.clone());
        if self.may_promote(team, fragment, version).await {
            held_back.remove(&canary);
            return true;
        }
        if held_back.insert(canary) {
            tracing::warn!(
                fragment,
                version,
                team,
                "a canary keeps its share: its team may not promote it any more, or the list does not allow it"
            );
        }
        false
    }
}

impl Kept {
    /// Those at its present share.
    fn mounts(&self) -> u64 {
        mounted(&self.evidence).saturating_sub(self.mounts_before)
    }
}

/// What was seen of a canary's mounts.
fn mounted(evidence: &Evidence) -> u64 {
    let [(mounts, _), _] = evidence.counts(Measure::Crashes);
    mounts
}

/// Takes in what both have counted by now.
fn look(tx: &Tx<'_>, pair: &Pair, now_ms: i64) -> Result<Kept, StoreError> {
    let canary = telemetry::tally(tx, &pair.fragment, &pair.canary.version, 0)?;
    let stable = telemetry::tally(tx, &pair.fragment, &pair.stable, 0)?;
    let share_permille = pair.canary.audience.share_permille;
    let fresh =
        |evidence: Evidence, mounts_before| Kept { share_permille, share_since_ms: now_ms, mounts_before, evidence };
    let before = kept(tx, pair)?;
    let mut kept = match &before {
        Some(kept) if kept.share_permille == share_permille => kept.clone(),
        // The same canary for more or fewer: what was seen of it still counts.
        Some(kept) => fresh(kept.evidence, mounted(&kept.evidence)),
        None => fresh(Evidence::from(canary, stable), 0),
    };
    kept.evidence.look(canary, stable);
    let is_same = before.is_some_and(|it| it.evidence == kept.evidence && it.share_permille == kept.share_permille);
    if !is_same {
        keep(tx, pair, &kept)?;
    }
    Ok(kept)
}

fn kept(sql: &Sql, pair: &Pair) -> Result<Option<Kept>, StoreError> {
    sql.query_opt(
        "SELECT share_permille, share_since_ms, mounts_before, evidence FROM canaries
         WHERE fragment = ?1 AND version = ?2 AND since_ms = ?3 AND stable = ?4",
        params![pair.fragment, pair.canary.version, pair.canary.since_ms, pair.stable],
        |row| {
            let text: String = row.get(3)?;
            // What was written in another shape says nothing any more: the canary is looked at anew.
            let Ok(evidence) = serde_json::from_str(&text) else { return Ok(None) };
            let (share_permille, share_since_ms, mounts_before) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Some(Kept { share_permille, share_since_ms, mounts_before, evidence }))
        },
    )
    .map(Option::flatten)
}

fn keep(tx: &Tx<'_>, pair: &Pair, kept: &Kept) -> Result<(), StoreError> {
    let evidence = serde_json::to_string(&kept.evidence).map_err(|error| StoreError::Mistake(error.to_string()))?;
    let mounts_before = i64::try_from(kept.mounts_before).unwrap_or(i64::MAX);
    let CanaryNote { version, since_ms, .. } = &pair.canary;
    tx.execute(
        "INSERT INTO canaries (fragment, version, since_ms, stable, share_permille, share_since_ms, mounts_before, evidence)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (fragment) DO UPDATE SET version = excluded.version, since_ms = excluded.since_ms,
           stable = excluded.stable, share_permille = excluded.share_permille, share_since_ms = excluded.share_since_ms,
           mounts_before = excluded.mounts_before, evidence = excluded.evidence",
        params![
            pair.fragment,
            version,
            since_ms,
            pair.stable,
            kept.share_permille,
            kept.share_since_ms,
            mounts_before,
            evidence
        ],
    )?;
    Ok(())
}

/// The present numbers of a canary; none before the first look at it.
pub(super) fn figures(
    sql: &Sql,
    fragment: &str,
    canary: &CanaryNote,
    stable: &str,
) -> Result<Option<CanaryFigures>, StoreError> {
    let (fragment, canary, stable) = (fragment.to_owned(), canary.clone(), stable.to_owned());
    let kept = kept(sql, &Pair { fragment, canary, stable, is_killed: false })?;
    Ok(kept.map(|kept| {
        let (canary, stable) = kept.evidence.seen();
        CanaryFigures {
            canary: telemetry::health_of(&canary),
            stable: telemetry::health_of(&stable),
            e_value_percent: percent(kept.evidence.worth()),
            alarm_percent: percent(ALARM),
        }
    }))
}

/// A number that is not negative, as whole hundredths.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // bounded
fn percent(number: f64) -> u64 {
    (number * 100.0).clamp(0.0, 1e15).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Storage;
    use contract::registry::Audience;

    #[tokio::test]
    async fn a_canary_is_compared_with_a_release_whose_first_hours_are_forgotten_meanwhile() {
        const TELL: &str = "INSERT INTO counters (fragment, version, hour, measure, count)
            VALUES ('wallet', '1', ?1, 'mounts-2', 100), ('wallet', '2', ?1, 'mounts-2', 10)";
        const FORGET: &str = "DELETE FROM counters WHERE hour < ?1";
        let folder = tempfile::tempdir().expect("a folder");
        let storage = Storage::Folder(folder.path().into());
        let database = storage.open("registry", &[telemetry::SCHEMA, SCHEMA]).expect("a database");
        let audience = Audience { share_permille: 50, markets: vec![] };
        let canary = CanaryNote { version: "2".into(), audience, since_ms: 0, team: "house".into(), figures: None };
        let pair = Pair { fragment: "wallet".into(), canary, stable: "1".into(), is_killed: false };
        let looked_at_after = async |change: &'static str, hour: i64| {
            let pair = pair.clone();
            let command = move |tx: &Tx<'_>| {
                tx.execute(change, params![hour])?;
                look(tx, &pair, hour)
            };
            database.write(command).await.expect("a look")
        };
        looked_at_after(TELL, 0).await;
        for hour in 1..=5 {
            looked_at_after(TELL, hour).await;
            let kept = looked_at_after(FORGET, hour).await;
            let (mounts, of_stable) = (10 * hour.unsigned_abs(), 100 * hour.unsigned_abs());
            assert_eq!(kept.evidence.counts(Measure::Crashes), [(mounts, 0), (of_stable, 0)]);
            assert_eq!(kept.mounts(), mounts);
        }
        let anew = looked_at_after("UPDATE canaries SET evidence = '{}' WHERE since_ms < ?1", 6).await;
        assert_eq!(anew.evidence.counts(Measure::Crashes), [(0, 0), (0, 0)], "it can't be read");
    }
}
