//! The lines of the history: pages that are asked for and lines that arrive live, as one list
//! without doubles, newest first.

use contract::plain::{concat, digits, integer};
use contract::wallet::{Entry, EntryKind, History};

/// How long the shown period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// The last 24 hours.
    Day,
    /// The last 7 days.
    Week,
    /// The last 30 days.
    Month,
    /// Everything.
    All,
}

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filter {
    /// One kind, or all.
    pub kind: Option<EntryKind>,
    /// How far back.
    pub period: Period,
}

/// The kinds that can be chosen, in their order on the screen. The first is "all".
pub const KINDS: [Option<EntryKind>; 6] = [
    None,
    Some(EntryKind::Deposit),
    Some(EntryKind::Withdrawal),
    Some(EntryKind::Bet),
    Some(EntryKind::Win),
    Some(EntryKind::Bonus),
];

/// The periods that can be chosen, in their order on the screen.
pub const PERIODS: [Period; 4] = [Period::Day, Period::Week, Period::Month, Period::All];

/// How many lines one page holds.
pub const PAGE: u64 = 20;

impl Filter {
    /// The start of the period, if it has one.
    #[must_use]
    pub fn from_ms(self, now_ms: i64) -> Option<i64> {
        const DAY_MS: i64 = 86_400_000;
        let days = match self.period {
            Period::Day => 1,
            Period::Week => 7,
            Period::Month => 30,
            Period::All => return None,
        };
        Some(now_ms - days * DAY_MS)
    }

    /// The path that asks for the page before the line `before`, or for the first page.
    #[must_use]
    pub fn path(self, now_ms: i64, before: Option<u64>) -> String {
        let mut path = concat(&["/api/wallet/history?limit=", &digits(PAGE)]);
        let mut add = |name: &str, value: &str| path.extend(["&", name, "=", value]);
        if let Some(kind) = self.kind {
            add("kind", kind.as_str());
        }
        if let Some(from_ms) = self.from_ms(now_ms) {
            add("from_ms", &integer(from_ms));
        }
        if let Some(before) = before {
            add("before", &digits(before));
        }
        path
    }

    fn shows(self, entry: &Entry, now_ms: i64) -> bool {
        self.kind.is_none_or(|kind| kind == filed_under(entry.kind))
            && self.from_ms(now_ms).is_none_or(|from_ms| entry.at_ms >= from_ms)
    }
}

/// The kind under which a line is found: how a withdrawal ended stands with the withdrawals.
const fn filed_under(kind: EntryKind) -> EntryKind {
    match kind {
        EntryKind::PaidOut | EntryKind::Returned => EntryKind::Withdrawal,
        other => other,
    }
}

/// What ended the withdrawal of a line, if anything did. It came later, so wherever the withdrawal is
/// shown it is loaded as well.
#[must_use]
pub fn end_of<'a>(history: &'a History, withdrawal: &Entry) -> Option<&'a Entry> {
    history.entries.iter().find(|end| end.reference.as_ref() == Some(&withdrawal.id))
}

/// What came of one line for what can be spent: cash and bonus money together.
#[must_use]
pub fn amount_minor(entry: &Entry) -> i64 {
    entry.cash_minor.saturating_add(entry.bonus_minor)
}

/// What came or went for good: money that is set aside is still the player's.
#[must_use]
pub fn net_minor(entry: &Entry) -> i64 {
    amount_minor(entry).saturating_add(entry.held_minor)
}

/// Puts one line that arrived live into the list, unless it is there already or the filter hides it.
pub fn add_live(history: &mut History, entry: Entry, filter: Filter, now_ms: i64) {
    if !filter.shows(&entry, now_ms) {
        return;
    }
    // Newest first: everything before `at` has a higher version.
    let at = history.entries.partition_point(|known| known.version > entry.version);
    let is_known = history.entries.get(at).is_some_and(|known| known.version == entry.version);
    // A line older than the loaded part belongs to a page that is not loaded yet.
    let is_unloaded = at == history.entries.len() && history.next_before.is_some();
    if is_known || is_unloaded {
        return;
    }
    let net = net_minor(&entry);
    if net > 0 {
        history.total_in_minor = history.total_in_minor.saturating_add(net);
    } else {
        history.total_out_minor = history.total_out_minor.saturating_sub(net);
    }
    history.entries.insert(at, entry);
}

/// Adds the next page at the end.
pub fn add_page(history: &mut History, page: History) {
    for entry in page.entries {
        if history.entries.last().is_none_or(|last| entry.version < last.version) {
            history.entries.push(entry);
        }
    }
    history.next_before = page.next_before;
    history.total_in_minor = page.total_in_minor;
    history.total_out_minor = page.total_out_minor;
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::money::Currency;

    const ALL: Filter = Filter { kind: None, period: Period::All };

    fn entry(version: u64, kind: EntryKind, cash_minor: i64) -> Entry {
        Entry {
            id: version.to_string(),
            version,
            kind,
            cash_minor,
            held_minor: 0,
            bonus_minor: 0,
            currency: Currency::Eur,
            cash_after_minor: 0,
            bonus_after_minor: 0,
            reference: None,
            at_ms: 1000,
        }
    }

    fn history(versions: &[u64], next_before: Option<u64>) -> History {
        History {
            entries: versions.iter().map(|version| entry(*version, EntryKind::Deposit, 100)).collect(),
            next_before,
            total_in_minor: 0,
            total_out_minor: 0,
            currency: Currency::Eur,
        }
    }

    fn versions(history: &History) -> Vec<u64> {
        history.entries.iter().map(|entry| entry.version).collect()
    }

    #[test]
    fn a_live_line_goes_to_its_place_once() {
        let mut shown = history(&[9, 4], None);
        for version in [7, 12, 7, 9] {
            add_live(&mut shown, entry(version, EntryKind::Win, 50), ALL, 2000);
        }
        assert_eq!(versions(&shown), [12, 9, 7, 4]);
        assert_eq!(shown.total_in_minor, 100, "two new lines of 50");
        add_live(&mut shown, entry(13, EntryKind::Bet, -30), ALL, 2000);
        assert_eq!((shown.total_in_minor, shown.total_out_minor), (100, 30));
    }

    #[test]
    fn a_live_line_of_a_page_not_loaded_waits_for_it() {
        let mut shown = history(&[9, 8], Some(8));
        add_live(&mut shown, entry(3, EntryKind::Win, 50), ALL, 2000);
        assert_eq!(versions(&shown), [9, 8]);
    }

    #[test]
    fn the_filter_holds_for_live_lines() {
        let mut shown = history(&[], None);
        let bets = Filter { kind: Some(EntryKind::Bet), period: Period::All };
        add_live(&mut shown, entry(1, EntryKind::Win, 50), bets, 2000);
        let day = Filter { kind: None, period: Period::Day };
        add_live(&mut shown, entry(2, EntryKind::Win, 50), day, 2000 + 2 * 86_400_000);
        assert!(shown.entries.is_empty());
    }

    #[test]
    fn a_withdrawal_is_shown_with_its_end() {
        let mut shown = history(&[], None);
        let withdrawals = Filter { kind: Some(EntryKind::Withdrawal), period: Period::All };
        let withdrawal = entry(4, EntryKind::Withdrawal, -50);
        add_live(&mut shown, withdrawal.clone(), withdrawals, 2000);
        assert_eq!(end_of(&shown, &withdrawal), None);
        for (version, of) in [(5, "3"), (6, "4")] {
            let end = Entry { reference: Some(of.into()), ..entry(version, EntryKind::Returned, 50) };
            add_live(&mut shown, end, withdrawals, 2000);
        }
        assert_eq!(end_of(&shown, &withdrawal).map(|end| end.version), Some(6));
    }

    #[test]
    fn pages_overlap_without_doubles() {
        let mut shown = history(&[9, 8], Some(8));
        add_page(&mut shown, history(&[8, 5, 4], None));
        assert_eq!((versions(&shown), shown.next_before), (vec![9, 8, 5, 4], None));
    }

    #[test]
    fn the_path_names_what_is_asked_for() {
        assert_eq!(ALL.path(0, None), "/api/wallet/history?limit=20");
        let filter = Filter { kind: Some(EntryKind::Win), period: Period::Day };
        assert_eq!(filter.path(86_400_007, Some(31)), "/api/wallet/history?limit=20&kind=win&from_ms=7&before=31");
    }
}
