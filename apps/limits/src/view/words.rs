//! The words for limits, periods, lengths and outcomes.

use contract::limits::{BreakLength, LimitKind, Limits, Period, SetLimit};
use contract::money::Currency;
use fragment::format;
use fragment::text::{count, text, text_with};

use crate::command::Command;
use crate::rules::find;

/// The ids of a kind's name and of what it means.
pub(super) const fn kind_ids(kind: LimitKind) -> (&'static str, &'static str) {
    match kind {
        LimitKind::Deposit => ("kind-deposit", "kind-deposit-text"),
        LimitKind::Loss => ("kind-loss", "kind-loss-text"),
        LimitKind::Stake => ("kind-stake", "kind-stake-text"),
        LimitKind::Time => ("kind-time", "kind-time-text"),
    }
}

/// The id of a period's name.
pub(super) const fn period_id(period: Period) -> &'static str {
    match period {
        Period::Day => "per-day",
        Period::Week => "per-week",
        Period::Month => "per-month",
    }
}

/// How long a time-out is.
pub(super) fn length(length: BreakLength) -> String {
    text(match length {
        BreakLength::Day => "length-day",
        BreakLength::Week => "length-week",
        BreakLength::Month => "length-month",
        BreakLength::SixWeeks => "length-six-weeks",
    })
}

/// How long a self-exclusion is: whole years as years.
pub(super) fn term(months: u32) -> String {
    let (id, n) = if months.is_multiple_of(12) { ("years", months / 12) } else { ("months", months) };
    count(id, i64::from(n), &[])
}

/// A limit or what is used of it: money, or time.
pub(super) fn amount(kind: LimitKind, n: i64, currency: Currency) -> String {
    if kind == LimitKind::Time { format::minutes(n) } else { format::money(n, currency) }
}

/// The same, or that there is none.
pub(super) fn amount_or_none(kind: LimitKind, n: Option<i64>, currency: Currency) -> String {
    n.map_or_else(|| text("no-limit"), |n| amount(kind, n, currency))
}

/// What is said of a command that was carried out, by how it stands then.
pub(crate) fn news_of(command: &Command, limits: &Limits) -> String {
    match command {
        Command::Set(SetLimit { kind, period, value }) => {
            let increase = find(limits, *kind, *period).and_then(|limit| limit.increase.as_ref());
            match increase {
                Some(increase) => {
                    text_with("increase-asked", &[("when", &format::date_time(increase.effective_at_ms))])
                }
                None => text_with("limit-holds", &[("limit", &amount_or_none(*kind, *value, limits.currency))]),
            }
        }
        Command::Confirm(name) => {
            let value = find(limits, name.kind, name.period).and_then(|limit| limit.value);
            text_with("limit-holds", &[("limit", &amount_or_none(name.kind, value, limits.currency))])
        }
        Command::Cancel(_) => text("increase-cancelled"),
        Command::Check(_) => text_with("check-saved", &[("time", &format::minutes(i64::from(limits.check_minutes)))]),
        // The notice of the break says it.
        Command::Break(_) | Command::Exclude(_) => String::new(),
    }
}
