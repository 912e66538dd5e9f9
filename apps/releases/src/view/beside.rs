//! What was told of the live release and of a canary, a column each.

use contract::health::{Health, share};
use contract::registry::Standing;
use fragment::format;
use fragment::text::text;
use ui::{El, fill, parsed};

use super::number;

/// The rows, in the order of [`figures`]; the texts' ids.
const ROWS: [&str; 7] = [
    "health-mounts",
    "health-crashes",
    "health-degraded",
    "health-failed-loads",
    "half-within",
    "nine-within",
    "health-poor",
];

/// A share of nothing, in every language.
const NOTHING: &str = "–";

/// What is known of how a fragment does, if anything is.
pub(super) fn table(standing: &Standing) -> Option<El> {
    let (when, told) = match standing.told() {
        (Some(canary), Some(live)) => ("told-since", vec![("canary", canary), ("live", live)]),
        (Some(canary), None) => ("told-day", vec![("canary", canary)]),
        (None, Some(live)) => ("told-day", vec![("live", live)]),
        (None, None) => return None,
    };
    let mut markup = fill(include_str!("markup/beside.html"), &[("when", &text(when))]);
    markup.push_str("<tr><td></td>");
    for (of, _) in &told {
        markup.push_str(&fill("<th scope=\"col\">{of}</th>", &[("of", &text(of))]));
    }
    let columns: Vec<_> = told.into_iter().map(|(_, health)| figures(health)).collect();
    for (index, id) in ROWS.into_iter().enumerate() {
        let row = "</tr><tr data-test=\"{id}\"><th scope=\"row\">{label}</th>";
        markup.push_str(&fill(row, &[("id", id), ("label", &text(id))]));
        for column in &columns {
            markup.push_str(&fill("<td>{figure}</td>", &[("figure", &column[index])]));
        }
    }
    markup.push_str("</tr></tbody></table>");
    Some(parsed(&markup))
}

/// In the order of [`ROWS`]. Shares where one is a part of something, since a canary has few of everything.
fn figures(told: &Health) -> [String; 7] {
    let Health { mounts, crashes, degraded, failed, median_ms, mount_ms, pages, poor } = *told;
    [
        number(mounts),
        percent(crashes, mounts),
        percent(degraded, mounts),
        percent(failed, mounts + failed),
        took(median_ms),
        took(mount_ms),
        percent(poor, pages),
    ]
}

fn percent(part: u64, whole: u64) -> String {
    share(part, whole).map_or_else(|| NOTHING.to_owned(), format::fine_percent)
}

/// Zero says that nothing was mounted.
fn took(ms: u64) -> String {
    if ms == 0 { NOTHING.to_owned() } else { format::milliseconds(ms.cast_signed()) }
}
