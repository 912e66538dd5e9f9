//! The counters in the registry's database: a row for each hour, release and measure.

use std::collections::BTreeMap;

use verdict::Tally;

use super::Pending;
use crate::store::{Sql, StoreError, Tx, params};

/// What the counters are kept in.
pub(in crate::registry) const SCHEMA: &str = "
CREATE TABLE counters (
  fragment TEXT NOT NULL,
  version  TEXT NOT NULL,
  hour     INTEGER NOT NULL, -- since 1970
  measure  TEXT NOT NULL,
  count    INTEGER NOT NULL,
  PRIMARY KEY (fragment, version, hour, measure)
) STRICT, WITHOUT ROWID;
CREATE INDEX counters_by_hour ON counters (hour);
";

pub(super) const HOUR_MS: i64 = 3600 * 1000;
/// Hours are kept for so long.
const KEPT_HOURS: i64 = 30 * 24;

/// The measures of a tally by their names; those of the classes of mounts are numbered.
fn measures(tally: &Tally) -> impl Iterator<Item = (String, u64)> {
    let classes = tally.mounts.0.into_iter().enumerate().map(|(class, count)| (format!("mounts-{class}"), count));
    let others = [
        ("crashes", tally.crashes),
        ("degraded", tally.degraded),
        ("failed", tally.failed),
        ("pages", tally.pages),
        ("poor", tally.poor),
    ];
    classes.chain(others.map(|(name, count)| (name.to_owned(), count)))
}

/// Adds what was told to this hour's rows, and takes away those of long ago.
pub(super) fn add(tx: &Tx<'_>, pending: &Pending, now_ms: i64) -> Result<(), StoreError> {
    let hour = now_ms.div_euclid(HOUR_MS);
    tx.execute("DELETE FROM counters WHERE hour < ?1", params![hour - KEPT_HOURS])?;
    for ((fragment, version), counts) in pending {
        let more = [("degraded-ms".to_owned(), counts.degraded_ms), ("swaps".to_owned(), counts.swaps)];
        for (measure, count) in measures(&counts.tally).chain(more).filter(|(_, count)| *count > 0) {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            tx.execute(
                "INSERT INTO counters (fragment, version, hour, measure, count) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (fragment, version, hour, measure) DO UPDATE SET count = counters.count + excluded.count",
                params![fragment, version, hour, measure, count],
            )?;
        }
    }
    Ok(())
}

/// What has been counted of a release from an hour on, all together; from 0 on, that is all that is kept.
pub(in crate::registry) fn tally(
    sql: &Sql,
    fragment: &str,
    version: &str,
    from_hour: i64,
) -> Result<Tally, StoreError> {
    let rows = sql.query_all(
        "SELECT measure, CAST(SUM(count) AS BIGINT) FROM counters
         WHERE fragment = ?1 AND version = ?2 AND hour >= ?3 GROUP BY measure",
        params![fragment, version, from_hour],
        |row| Ok((row.get::<String>(0)?, row.get::<u64>(1)?)),
    )?;
    Ok(tally_of(&rows.into_iter().collect()))
}

/// The tally whose measures were counted so often.
pub(super) fn tally_of(counts: &BTreeMap<String, u64>) -> Tally {
    let count = |name: &str| counts.get(name).copied().unwrap_or(0);
    let mut tally = Tally {
        crashes: count("crashes"),
        degraded: count("degraded"),
        failed: count("failed"),
        pages: count("pages"),
        poor: count("poor"),
        ..Tally::default()
    };
    for (class, mounts) in tally.mounts.0.iter_mut().enumerate() {
        *mounts = count(&format!("mounts-{class}"));
    }
    tally
}
