//! What was counted, for people: of a fragment step by step, all of its releases together, and of one release.

use std::collections::BTreeMap;

use contract::health::{FragmentHealth, Health, Span};
use verdict::{BOUNDS_MS, Tally};

use super::counters::{HOUR_MS, tally, tally_of};
use crate::store::{Sql, StoreError, params};

/// What was told of a fragment up to now. Which release was live meanwhile, the desk knows.
pub(in crate::registry) fn health(
    sql: &Sql,
    fragment: &str,
    span: Span,
    now_ms: i64,
) -> Result<FragmentHealth, StoreError> {
    let (count, hours) = span.steps();
    let first = first_hour(span, now_ms);
    let rows = sql.query_all(
        "SELECT (hour - ?2) / ?3, measure, CAST(SUM(count) AS BIGINT) FROM counters
         WHERE fragment = ?1 AND hour >= ?2 GROUP BY 1, 2",
        params![fragment, first, hours],
        |row| Ok((row.get::<i64>(0)?, row.get::<String>(1)?, row.get::<u64>(2)?)),
    )?;
    let mut told = vec![BTreeMap::new(); count];
    let mut all: BTreeMap<String, u64> = BTreeMap::new();
    for (step, measure, count) in rows {
        // What a clock that was ahead has written has no place yet.
        let Some(told) = usize::try_from(step).ok().and_then(|step| told.get_mut(step)) else { continue };
        *all.entry(measure.clone()).or_default() += count;
        told.insert(measure, count);
    }
    Ok(FragmentHealth {
        fragment: fragment.to_owned(),
        from_ms: first.saturating_mul(HOUR_MS),
        step_ms: hours.saturating_mul(HOUR_MS),
        steps: told.iter().map(|counts| health_of(&tally_of(counts))).collect(),
        whole: health_of(&tally_of(&all)),
        changes: Vec::new(),
    })
}

/// What was told of a release in the hours of [`Span::Day`].
pub(in crate::registry) fn last_day(
    sql: &Sql,
    fragment: &str,
    version: &str,
    now_ms: i64,
) -> Result<Health, StoreError> {
    tally(sql, fragment, version, first_hour(Span::Day, now_ms)).map(|tally| health_of(&tally))
}

/// The hour that a span begins with.
fn first_hour(span: Span, now_ms: i64) -> i64 {
    let (count, hours) = span.steps();
    let all = hours.saturating_mul(i64::try_from(count).unwrap_or(i64::MAX));
    now_ms.div_euclid(HOUR_MS).saturating_add(1).saturating_sub(all)
}

/// What was counted, as people are told it.
pub(in crate::registry) fn health_of(tally: &Tally) -> Health {
    let bound = |class: usize| BOUNDS_MS.get(class).copied().unwrap_or(ABOVE_ALL_MS);
    let within = |tenths: u64| -> u64 { tally.mounts.decile(tenths, 1).map_or(0, |class| bound(class).into()) };
    Health {
        mounts: tally.mounts.count(),
        crashes: tally.crashes,
        degraded: tally.degraded,
        failed: tally.failed,
        median_ms: within(5),
        mount_ms: within(9),
        pages: tally.pages,
        poor: tally.poor,
    }
}

/// Stands for what took longer than all classes.
const ABOVE_ALL_MS: u32 = 8192;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_ends_with_the_present_hour_and_is_kept_whole() {
        let now_ms = 1000 * HOUR_MS + 1;
        for (span, first) in [(Span::Day, 977), (Span::Week, 833), (Span::Month, 281)] {
            assert_eq!(first_hour(span, now_ms), first, "{span:?}");
            let (count, hours) = span.steps();
            assert_eq!(first + hours * i64::try_from(count).expect("few"), 1001, "{span:?}");
        }
    }

    #[test]
    fn half_and_nine_in_ten_took_no_longer() {
        let of = |counts: &[(&str, u64)]| {
            let counts = counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
            health_of(&tally_of(&counts))
        };
        let health = of(&[
            ("mounts-2", 50),
            ("mounts-4", 40),
            ("mounts-9", 10),
            ("crashes", 3),
            ("degraded", 2),
            ("failed", 1),
            ("pages", 8),
            ("poor", 4),
        ]);
        assert_eq!((health.mounts, health.crashes, health.degraded, health.failed), (100, 3, 2, 1));
        assert_eq!((health.pages, health.poor), (8, 4));
        assert_eq!((health.median_ms, health.mount_ms), (8, 16), "the upper bounds of the third and the fifth class");
        let slow = of(&[("mounts-15", 1)]);
        assert_eq!((slow.median_ms, slow.mount_ms), (8192, 8192), "above all classes");
        let none = of(&[]);
        assert_eq!((none.median_ms, none.mount_ms), (0, 0));
    }
}
