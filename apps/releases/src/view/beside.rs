//! What was told of the live release and of a canary, a column each.

use contract::health::Figure;
use contract::registry::Standing;
use fragment::format;
use fragment::text::text;
use ui::{El, fill, parsed};

use super::{number, turns};
use crate::store::Store;

/// The rows, in the order of a health's figures; the texts' ids.
const ROWS: [&str; 7] = [
    "health-mounts",
    "health-crashes",
    "health-degraded",
    "health-failed-loads",
    "half-within",
    "nine-within",
    "health-poor",
];

/// What is known of how a fragment does, into its place.
pub(super) fn bring(card: &El, store: &'static Store, fragment: &str) {
    let (of, shown) = (fragment.to_owned(), fragment.to_owned());
    let turn = turns(move || {
        store.with_standing(&of, |standing| {
            let (canary, live) = standing.told();
            (canary.cloned(), live.cloned())
        })
    });
    card.at("beside-place").choose(turn, move |_| store.with_standing(&shown, table).flatten());
}

/// Nothing where no page has told of it.
fn table(standing: &Standing) -> Option<El> {
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
    let columns: Vec<_> = told.into_iter().map(|(_, health)| health.figures().map(written)).collect();
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

fn written(figure: Figure) -> String {
    match figure {
        Figure::Count(n) => number(n),
        Figure::Share(share) => format::fine_percent(share),
        Figure::Millis(ms) => format::milliseconds(ms.cast_signed()),
        // In every language.
        Figure::Nothing => "–".to_owned(),
    }
}
