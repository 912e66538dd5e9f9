//! How a fragment has done over time: plots, and the same as a table.

use contract::health::{FragmentHealth, Health};
use contract::plain::{concat, digits};
use fragment::text::{text, text_with};
use fragment::{follow, format, untrack};
use ui::{El, empty, fill, html, parsed, skeleton};

use super::choice::{self, fragments};
use super::{failed, listed, number, version_or_floors};
use crate::plot::{STEP, bars, changes_in, marks, of_million};
use crate::store::Store;

/// Changes of the live release that are told below the plots.
const CHANGES: usize = 5;
/// What is measured, in the order of [`measured`].
const MEASURES: [&str; 6] = ["mounts", "crashes", "degraded", "failed-loads", "mount-ms", "poor"];

/// What there is to show.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Loading,
    Error,
    Nothing,
    Plots,
}

/// The choices and what was told, into their places.
pub(super) fn bring(page: &El, store: &'static Store) {
    let health = &store.health;
    let place = page.at("health-choice");
    choice::bring(&place, store, ("health-of", "history-of"), fragments, &health.of);
    choice::bring(&place, store, ("health-span", "health-span"), spans, &health.span);
    follow(move || {
        // Whatever is chosen is asked for.
        _ = (health.of.get(), health.span.get());
        untrack(|| store.show_health());
    });
    let shows = move || {
        health.told.with(|told| match told {
            Some(told) if told.whole.mounts + told.whole.failed == 0 => Shows::Nothing,
            Some(_) => Shows::Plots,
            None if health.failed.get() => Shows::Error,
            None => Shows::Loading,
        })
    };
    page.at("health-place").choose(
        move || shows() as u32,
        move |_| {
            Some(match shows() {
                Shows::Loading => skeleton(4, &text("loading")),
                Shows::Nothing => {
                    empty("icon--list", "health-empty", &text("health-empty"), &text("health-empty-text"))
                }
                Shows::Error => failed(("health-error", "health-failed"), move || store.show_health()),
                Shows::Plots => told(store),
            })
        },
    );
}

fn spans(_: &'static Store) -> Vec<(String, String)> {
    ["day", "week", "month"].map(|span| (span.to_owned(), text(&concat(&["span-", span])))).into()
}

/// The plots and the table, which keep what is open and where the focus is when there is something new.
fn told(store: &'static Store) -> El {
    let made = html(include_str!("markup/health.html"), &[]);
    for (place, draw) in [("plots-place", plots as fn(&FragmentHealth) -> El), ("table-place", table)] {
        made.at(place).slot(move || store.health.told.with(|told| told.as_ref().map(draw)));
    }
    made
}

/// In the order of [`MEASURES`].
fn measured(health: &Health) -> [u64; 6] {
    [health.mounts, health.crashes, health.degraded, health.failed, health.mount_ms, health.poor]
}

fn plots(health: &FragmentHealth) -> El {
    let marks = marks(health);
    let mut markup = String::from("<div class=\"releases__plots\">");
    for (index, of) in MEASURES.into_iter().enumerate() {
        // Of what was mounted, or of the pages, where it is a part of that, so that a quiet hour is not a good one.
        let value = |step: &Health| match index {
            1 | 2 => of_million(measured(step)[index], step.mounts),
            5 => of_million(step.poor, step.pages),
            _ => measured(step)[index],
        };
        let values: Vec<u64> = health.steps.iter().map(value).collect();
        let most = values.iter().copied().max().unwrap_or_default();
        let highest = values.iter().position(|value| *value == most).unwrap_or_default();
        let label = text(&concat(&["health-", of]));
        let words = if most > 0 {
            text_with("plot-words", &[("what", &label), ("when", &began(health, highest))])
        } else {
            label.clone()
        };
        let all = &health.whole;
        let [n, mounts, pages] = [measured(all)[index], all.mounts, all.pages].map(number);
        let whole = text_with(&concat(&["whole-", of]), &[("n", &n), ("mounts", &mounts), ("pages", &pages)]);
        let held = [
            ("of", of),
            ("label", &*label),
            ("whole", &whole),
            ("words", &words),
            ("width", &digits(values.len() as u64 * STEP)),
            ("bars", &bars(&values)),
            ("marks", &marks),
        ];
        markup.push_str(&fill(include_str!("markup/plot.html"), &held));
    }
    if !health.changes.is_empty() {
        let words = text_with("health-changes", &[("changes", &changes(health))]);
        markup.push_str(&fill(include_str!("markup/changes.html"), &[("words", &words)]));
    }
    markup.push_str("</div>");
    parsed(&markup)
}

/// The last few, the newest first; the table has them all.
fn changes(health: &FragmentHealth) -> String {
    let newest = health.changes.iter().rev().take(CHANGES).map(|change| {
        let version = version_or_floors(change.version.as_ref());
        text_with("published-by", &[("who", &version), ("when", &format::date_time(change.at_ms))])
    });
    listed(" · ", newest)
}

/// A row for each step, the newest first.
fn table(health: &FragmentHealth) -> El {
    let mut markup = fill(include_str!("markup/table.html"), &[]);
    for (place, step) in health.steps.iter().enumerate().rev() {
        let [mounts, crashes, degraded, failed, ms, poor] = measured(step).map(number);
        let versions = changes_in(health, place).map(|change| version_or_floors(change.version.as_ref()));
        let held = [
            ("when", &*began(health, place)),
            ("versions", &listed(", ", versions)),
            ("mounts", &mounts),
            ("crashes", &crashes),
            ("degraded", &degraded),
            ("failed", &failed),
            ("ms", &ms),
            ("poor", &poor),
        ];
        markup.push_str(&fill(include_str!("markup/row.html"), &held));
    }
    markup.push_str("</tbody></table>");
    parsed(&markup)
}

/// When a step began.
fn began(health: &FragmentHealth, place: usize) -> String {
    let place = i64::try_from(place).unwrap_or_default();
    format::date_time(health.from_ms + place * health.step_ms)
}
