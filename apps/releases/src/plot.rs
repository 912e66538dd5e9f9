//! What a plot shows, before anything is drawn: how long each bar is beside the longest, and where they and the changes
//! of a release stand. Pure.

use contract::health::{FragmentHealth, ReleaseChange};
use contract::plain::{concat, digits, integer};

/// How wide a step is drawn; the longest bar is 100 high.
pub const STEP: u64 = 10;
/// How wide the gap between two bars is.
const GAP: u64 = 2;

/// How long each bar is, of 100: the longest is 100, and whatever is not zero can be seen.
#[must_use]
pub fn lengths(values: &[u64]) -> Vec<u64> {
    let longest = values.iter().copied().max().unwrap_or_default();
    values.iter().map(|value| if *value == 0 { 0 } else { of_hundred(*value, longest).max(3) }).collect()
}

/// A part of a whole, of 100; 0 where there is no whole.
#[must_use]
pub fn of_hundred(part: u64, whole: u64) -> u64 {
    of(part, whole, 100.0).min(100)
}

/// How often of a million: to compare two rates whose wholes differ.
#[must_use]
pub fn of_million(part: u64, whole: u64) -> u64 {
    of(part, whole, 1_000_000.0)
}

/// Not in integers: they would have to be of 128 bits, and dividing those is half a KiB.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)] // counts, for the eye
fn of(part: u64, whole: u64, scale: f64) -> u64 {
    (part as f64 * scale / whole.max(1) as f64) as u64
}

/// The outline of bars side by side, one for each step, as the data of a path.
#[must_use]
pub fn bars(values: &[u64]) -> String {
    let mut path = String::new();
    for (length, place) in lengths(values).into_iter().zip(0..).filter(|(length, _)| *length > 0) {
        let (x, wide, long) = (digits(place * STEP + GAP / 2), digits(STEP - GAP), digits(length));
        path.push_str(&concat(&["M", &x, " 100v-", &long, "h", &wide, "v", &long, "z"]));
    }
    path
}

/// A line for each change of the live release, where its time is, as the data of a path.
#[must_use]
pub fn marks(health: &FragmentHealth) -> String {
    let mut path = String::new();
    for change in &health.changes {
        let x = (change.at_ms - health.from_ms).saturating_mul(STEP.cast_signed()) / health.step_ms.max(1);
        path.push_str(&concat(&["M", &integer(x), " 0v100"]));
    }
    path
}

/// What became live in a step.
pub fn changes_in(health: &FragmentHealth, place: usize) -> impl Iterator<Item = &ReleaseChange> {
    let step = move |at_ms: i64| usize::try_from((at_ms - health.from_ms) / health.step_ms.max(1));
    health.changes.iter().filter(move |change| step(change.at_ms) == Ok(place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::health::Health;

    #[test]
    fn a_bar_and_a_change_stand_where_their_time_is() {
        assert_eq!(bars(&[0, 50, 100]), "M11 100v-50h8v50zM21 100v-100h8v100z");
        let none =
            Health { mounts: 0, crashes: 0, degraded: 0, failed: 0, median_ms: 0, mount_ms: 0, pages: 0, poor: 0 };
        let change = |at_ms, version: &str| ReleaseChange { at_ms, version: Some(version.into()) };
        let health = FragmentHealth {
            fragment: "wallet".into(),
            from_ms: 5_000,
            step_ms: 1_000,
            steps: vec![none.clone(); 3],
            whole: none,
            changes: vec![change(5_000, "1"), change(6_500, "2"), change(6_999, "3")],
        };
        assert_eq!(marks(&health), "M0 0v100M15 0v100M19 0v100");
        let versions =
            |place| -> Vec<_> { changes_in(&health, place).filter_map(|it| it.version.as_deref()).collect() };
        assert_eq!([versions(0), versions(1), versions(2)], [vec!["1"], vec!["2", "3"], vec![]]);
    }

    #[test]
    fn what_is_little_is_seen_and_what_is_nothing_is_not() {
        assert_eq!(lengths(&[0, 1, 500, 1000]), [0, 3, 50, 100]);
        assert_eq!(lengths(&[0, 0]), [0, 0]);
        assert_eq!(lengths(&[u64::MAX, 1]), [100, 3]);
        assert_eq!(lengths(&[]), Vec::<u64>::new());
    }

    #[test]
    fn parts_of_nothing_are_nothing() {
        assert_eq!((of_hundred(0, 0), of_hundred(1, 3), of_hundred(7, 3)), (0, 33, 100));
        assert_eq!((of_million(1, 1000), of_million(0, 0), of_million(u64::MAX, 1)), (1000, 0, u64::MAX));
    }
}
