//! The history: the last lines beside the page, all of them on the wallet's own.

use contract::plain::{concat, digits, integer};
use contract::wallet::{Entry, EntryKind, History};
use fragment::format;
use fragment::text::{text, text_with};
use ui::{El, Hold, Tone, empty, fill, html, notice, parsed, segments, skeleton};

use super::leads;
use crate::history::{KINDS, PERIODS, Period, amount_minor, end_of, net_minor};
use crate::store::{Page, Store};

/// How many lines the compact view shows.
const LATEST: usize = 3;

/// Everything, with filters and totals, into the places of the main view.
pub(crate) fn bring(main: &El, store: &'static Store) {
    let kinds = KINDS.map(|kind| text(kind.map_or("filter-all", plural_id)));
    let periods = PERIODS.map(|period| text(period_id(period)));
    main.at("history-head").slot(move || totals(store));
    main.at("filters").add(&segments("kind", &text("filter-kind"), &kinds, &store.kind)).add(&segments(
        "period",
        &text("filter-period"),
        &periods,
        &store.period,
    ));
    main.at("history").slot(move || Some(store.page.with(|page| lines(store, page))));
    // Apart from the lines, so that it keeps the focus when they are made anew.
    let has_more =
        move || u32::from(store.page.with(|page| matches!(page, Page::Ready(list) if list.next_before.is_some())));
    main.at("more-place")
        .slot(move || store.more_failed.get().then(|| notice(Tone::Error, "more-error", &text("unavailable"))))
        .choose(has_more, move |has_more| (has_more == 1).then(|| more(store)));
}

/// The last lines and the way to all of them, into the places of the compact view.
pub(crate) fn bring_latest(side: &El, store: &'static Store) {
    leads(&side.at("open-wallet"), "/wallet");
    let short = |test, id| {
        html("<p class=\"muted small\" data-test=\"{test}\">{words}</p>", &[("test", test), ("words", &text(id))])
    };
    let lines = move |page: &Page| match page {
        Page::Loading => skeleton(3, &text("loading")),
        Page::Failed => short("history-error", "history-failed"),
        Page::Ready(history) if history.entries.is_empty() => short("history-empty", "history-empty-text"),
        Page::Ready(history) => list(history, LATEST),
    };
    side.at("history").slot(move || Some(store.page.with(lines)));
}

fn lines(store: &'static Store, page: &Page) -> El {
    match page {
        Page::Loading => skeleton(6, &text("loading")),
        Page::Failed => {
            let failed = empty("icon--offline", "history-error", &text("history-failed"), &text("history-failed-text"));
            let retry = html(include_str!("markup/retry.html"), &[]);
            retry.press(move || store.refresh());
            failed.add(&retry);
            failed
        }
        Page::Ready(history) if history.entries.is_empty() => {
            empty("icon--list", "history-empty", &text("history-empty"), &text("history-empty-text"))
        }
        Page::Ready(history) => list(history, usize::MAX),
    }
}

fn more(store: &'static Store) -> El {
    let more = html(include_str!("markup/more.html"), &[]);
    more.hold(move || if store.loading_more.get() { Hold::Busy } else { Hold::Free }).press(move || store.load_more());
    more
}

fn totals(store: &'static Store) -> Option<El> {
    store.page.with(|page| {
        let Page::Ready(history) = page else { return None };
        let total = |id, minor| text_with(id, &[("amount", &format::money(minor, history.currency))]);
        let (inward, outward) =
            (total("total-in", history.total_in_minor), total("total-out", history.total_out_minor));
        Some(html(include_str!("markup/totals.html"), &[("in", &inward), ("out", &outward)]))
    })
}

fn list(history: &History, most: usize) -> El {
    let mut markup = String::from("<ul>");
    for entry in history.entries.iter().take(most) {
        markup.push_str(&row(history, entry));
    }
    parsed(&markup)
}

fn row(history: &History, entry: &Entry) -> String {
    let amount = amount_minor(entry);
    let (icon, kind) = look(entry.kind);
    let reference = entry.reference.as_ref().map_or_else(String::new, |reference| concat(&[" · ", reference]));
    let after = entry.cash_after_minor.saturating_add(entry.bonus_after_minor);
    // What was set aside has left the balance before: this line says how much of it was paid.
    let shown = match entry.kind {
        EntryKind::PaidOut => format::money(net_minor(entry).saturating_abs(), entry.currency),
        _ => format::money_signed(amount, entry.currency),
    };
    let values = [
        ("version", &*digits(entry.version)),
        ("of", entry.kind.as_str()),
        ("minor", &integer(amount)),
        ("icon", icon),
        ("kind", &text(kind)),
        ("when", &when(history, entry)),
        ("reference", &reference),
        ("sign", if amount > 0 { "wallet__amount--in" } else { "" }),
        ("amount", &shown),
        ("after", &format::money(after, entry.currency)),
    ];
    fill(include_str!("markup/row.html"), &values)
}

/// When it was; of a withdrawal that was set aside, also where it stands.
fn when(history: &History, entry: &Entry) -> String {
    let when = format::date_time(entry.at_ms);
    if entry.held_minor <= 0 {
        return when;
    }
    let state = match end_of(history, entry) {
        None => text("in-review"),
        Some(end) => {
            let id = if end.kind == EntryKind::PaidOut { "paid-on" } else { "returned-on" };
            text_with(id, &[("when", &format::date_time(end.at_ms))])
        }
    };
    concat(&[&when, " · ", &state])
}

const fn look(kind: EntryKind) -> (&'static str, &'static str) {
    match kind {
        EntryKind::Deposit => ("icon--in", "kind-deposit"),
        EntryKind::Withdrawal => ("icon--out", "kind-withdrawal"),
        EntryKind::Bet => ("icon--chip", "kind-bet"),
        EntryKind::Win => ("icon--trophy", "kind-win"),
        EntryKind::Rollback => ("icon--undo", "kind-rollback"),
        EntryKind::Bonus => ("icon--gift", "kind-bonus"),
        EntryKind::PromoPayout => ("icon--gift", "kind-promo-payout"),
        EntryKind::PaidOut => ("icon--check", "kind-paid-out"),
        EntryKind::Returned => ("icon--undo", "kind-returned"),
    }
}

const fn plural_id(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Deposit => "filter-deposits",
        EntryKind::Withdrawal => "filter-withdrawals",
        EntryKind::Bet => "filter-bets",
        EntryKind::Win => "filter-wins",
        EntryKind::Bonus => "filter-bonus",
        // Nobody can choose these.
        EntryKind::Rollback | EntryKind::PromoPayout | EntryKind::PaidOut | EntryKind::Returned => look(kind).1,
    }
}

const fn period_id(period: Period) -> &'static str {
    match period {
        Period::Day => "period-day",
        Period::Week => "period-week",
        Period::Month => "period-month",
        Period::All => "period-all",
    }
}
