//! The counters of a fragment over time, for people: all of its releases together, step by step.

use std::collections::BTreeMap;

use contract::health::{FragmentHealth, Health, Span};
use verdict::BOUNDS_MS;

use super::counters::{HOUR_MS, tally_of};
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
        steps: told.iter().map(of).collect(),
        whole: of(&all),
        changes: Vec::new(),
    })
}

/// The hour that a span begins with.
fn first_hour(span: Span, now_ms: i64) -> i64 {
    let (count, hours) = span.steps();
    let all = hours.saturating_mul(i64::try_from(count).unwrap_or(i64::MAX));
    now_ms.div_euclid(HOUR_MS).saturating_add(1).saturating_sub(all)
}

fn of(counts: &BTreeMap<String, u64>) -> Health {
    let tally = tally_of(counts);
    let class = tally.mounts.ninth_decile(1);
    let bound = |class: usize| BOUNDS_MS.get(class).copied().unwrap_or(ABOVE_ALL_MS);
    Health {
        mounts: tally.mounts.count(),
        crashes: tally.crashes,
        degraded: tally.degraded,
        failed: tally.failed,
        mount_ms: class.map_or(0, |class| bound(class).into()),
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
    fn nine_in_ten_took_no_longer() {
        let counts = |of: &[(&str, u64)]| of.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        let told = counts(&[("mounts-4", 90), ("mounts-9", 10), ("crashes", 3), ("degraded", 2), ("failed", 1)]);
        let told: BTreeMap<String, u64> = told;
        let health = of(&told);
        assert_eq!((health.mounts, health.crashes, health.degraded, health.failed), (100, 3, 2, 1));
        assert_eq!(health.mount_ms, 16, "the upper bound of the fifth class");
        assert_eq!(of(&counts(&[("mounts-15", 1)])).mount_ms, 8192, "above all classes");
        assert_eq!(of(&BTreeMap::new()).mount_ms, 0);
    }
}
