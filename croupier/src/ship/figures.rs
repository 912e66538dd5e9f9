//! What `status` prints of how fragments do, by what pages have told of their releases.

use contract::health::{Figure, Health};
use contract::plain::decimal;
use contract::registry::{RegistryStatus, Standing};

use super::table::aligned;

const COLUMNS: [&str; 10] = [
    "FRAGMENT",
    "RELEASE",
    "MOUNTS",
    "CRASHED",
    "DEGRADED",
    "FAILED LOADS",
    "HALF WITHIN",
    "9 IN 10 WITHIN",
    "POOR PAGES",
    "TOLD",
];

/// A line for each release that was told of, a canary above the live release; nothing where none was.
pub(super) fn table(status: &RegistryStatus) -> String {
    let mut rows = vec![COLUMNS.map(str::to_owned)];
    rows.extend(status.fragments.iter().flat_map(told));
    if rows.len() > 1 { format!("\n{}", aligned(&rows)) } else { String::new() }
}

fn told(standing: &Standing) -> Vec<[String; COLUMNS.len()]> {
    let (canary, live) = standing.told();
    let when = if canary.and(live).is_some() { "since the canary began" } else { "in the last 24 hours" };
    let version = standing.canary.as_ref().map(|canary| &canary.version);
    let releases = [("canary", version, canary), ("live", standing.live.as_ref(), live)];
    let row = |(of, version, told): (&str, Option<&String>, Option<&Health>)| {
        Some(row(&standing.fragment, &format!("{} ({of})", version?), told?, when))
    };
    releases.into_iter().filter_map(row).collect()
}

fn row(fragment: &str, release: &str, told: &Health, when: &str) -> [String; COLUMNS.len()] {
    let [mounts, crashed, degraded, failed, half, nine, poor] = told.figures().map(written);
    let (fragment, release, when) = (fragment.to_owned(), release.to_owned(), when.to_owned());
    [fragment, release, mounts, crashed, degraded, failed, half, nine, poor, when]
}

/// `8010`, `0.15%`, `12 ms`.
fn written(figure: Figure) -> String {
    match figure {
        Figure::Count(n) => n.to_string(),
        Figure::Share(share) => {
            let digits = decimal(share, 3);
            format!("{}%", digits.trim_end_matches('0').trim_end_matches('.'))
        }
        Figure::Millis(ms) => format!("{ms} ms"),
        Figure::Nothing => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::registry::{Audience, CanaryFigures, CanaryNote};

    fn standing(fragment: &str, health: Option<Health>) -> Standing {
        Standing {
            fragment: fragment.into(),
            live: Some("1.0.0".into()),
            previous: None,
            since_ms: None,
            canary: None,
            killed: None,
            health,
            releases: vec![],
        }
    }

    #[test]
    fn a_canary_and_the_live_release_stand_below_each_other_and_otherwise_there_is_the_last_day() {
        let none =
            Health { mounts: 0, crashes: 0, degraded: 0, failed: 0, median_ms: 0, mount_ms: 0, pages: 0, poor: 0 };
        let live = Health { mounts: 8010, crashes: 12, median_ms: 12, mount_ms: 24, pages: 9, ..none.clone() };
        let slow = Health { mounts: 400, crashes: 20, degraded: 4, failed: 100, pages: 200, poor: 3, ..live.clone() };
        let canary = Health { median_ms: 64, mount_ms: 4096, ..slow };
        let figures = CanaryFigures { canary, stable: live, e_value_percent: 4205, alarm_percent: 10_100 };
        let audience = Audience { share_permille: 100, markets: vec![] };
        let mut judged = standing("wallet", Some(none.clone()));
        let (version, team, figures) = ("2.0.0".to_owned(), "house".to_owned(), Some(figures));
        judged.canary = Some(CanaryNote { version, audience, since_ms: 0, team, figures });
        let failing = standing("limits", Some(Health { failed: 1, ..none.clone() }));
        let fragments = vec![judged, failing, standing("quiet", Some(none)), standing("unasked", None)];
        assert_eq!(
            table(&RegistryStatus { serial: 7, fragments }),
            "\n\
             FRAGMENT  RELEASE         MOUNTS  CRASHED  DEGRADED  FAILED LOADS  HALF WITHIN  9 IN 10 WITHIN  POOR PAGES  TOLD\n\
             wallet    2.0.0 (canary)  400     5%       1%        20%           64 ms        4096 ms         1.5%        since the canary began\n\
             wallet    1.0.0 (live)    8010    0.15%    0%        0%            12 ms        24 ms           0%          since the canary began\n\
             limits    1.0.0 (live)    0       –        –         100%          –            –               –           in the last 24 hours\n"
        );
        let quiet = vec![standing("quiet", None)];
        assert_eq!(table(&RegistryStatus { serial: 7, fragments: quiet }), "");
    }
}
