//! What entries change in the read models: pure.

use crate::wallet::limits::{Day, Market, Session};
use contract::money::Currency;
use contract::wallet::{Entry, EntryKind};
use std::collections::BTreeMap;

/// What a day came to. Every sum only grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct DaySums {
    pub(super) deposited_minor: i64,
    /// When it is paid, not when it is set aside.
    pub(super) withdrawn_minor: i64,
    pub(super) staked_minor: i64,
    /// Stakes that were taken back on this day.
    pub(super) returned_minor: i64,
    pub(super) won_minor: i64,
    /// By promotions and outside of rounds.
    pub(super) given_minor: i64,
}

impl DaySums {
    fn add(&mut self, entry: &Entry) {
        let own_minor = entry.cash_minor + entry.held_minor + entry.bonus_minor;
        match entry.kind {
            EntryKind::Deposit => self.deposited_minor += own_minor,
            EntryKind::Withdrawal | EntryKind::PaidOut => self.withdrawn_minor -= own_minor,
            EntryKind::Bet => self.staked_minor -= own_minor,
            EntryKind::Rollback => self.returned_minor += own_minor,
            EntryKind::Win => self.won_minor += own_minor,
            EntryKind::Bonus | EntryKind::PromoPayout => self.given_minor += own_minor,
            // It was the player's all the time.
            EntryKind::Returned => {}
        }
    }
}

/// What an entry does to a gaming session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Play {
    Stake(i64),
    /// A win, or a stake that was taken back.
    Brought(i64),
}

/// What some entries change for one player.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) currency: Currency,
    /// After the last of them.
    pub(super) cash_minor: i64,
    pub(super) bonus_minor: i64,
    pub(super) version: u64,
    pub(super) as_of_ms: i64,
    /// By how much it differs from before.
    pub(super) held_change_minor: i64,
    pub(super) days: BTreeMap<Day, DaySums>,
    plays: Vec<(i64, Play)>,
}

impl Change {
    fn of(entry: &Entry) -> Self {
        Self {
            currency: entry.currency,
            cash_minor: 0,
            bonus_minor: 0,
            version: 0,
            as_of_ms: 0,
            held_change_minor: 0,
            days: BTreeMap::new(),
            plays: Vec::new(),
        }
    }

    fn add(&mut self, market: &Market, entry: &Entry) {
        assert!(entry.version > self.version, "entries come in order");
        (self.cash_minor, self.bonus_minor) = (entry.cash_after_minor, entry.bonus_after_minor);
        (self.version, self.as_of_ms) = (entry.version, entry.at_ms);
        self.held_change_minor += entry.held_minor;
        self.days.entry(market.day(entry.at_ms)).or_default().add(entry);
        let own_minor = entry.cash_minor + entry.bonus_minor;
        match entry.kind {
            EntryKind::Bet => self.plays.push((entry.at_ms, Play::Stake(-own_minor))),
            EntryKind::Win | EntryKind::Rollback => self.plays.push((entry.at_ms, Play::Brought(own_minor))),
            EntryKind::Deposit
            | EntryKind::Withdrawal
            | EntryKind::Bonus
            | EntryKind::PromoPayout
            | EntryKind::PaidOut
            | EntryKind::Returned => {}
        }
    }

    /// Nothing here concerns a gaming session.
    pub(super) fn is_without_play(&self) -> bool {
        self.plays.is_empty()
    }

    /// The player's last session after this, given the one before.
    pub(super) fn session(&self, market: &Market, before: Option<Session>) -> Option<Session> {
        self.plays.iter().fold(before, |session, (at_ms, play)| match play {
            Play::Stake(stake_minor) => Some(Session::with_stake(session, market, *stake_minor, *at_ms)),
            Play::Brought(minor) => session.map(|session| session.brought(*minor)),
        })
    }
}

/// What a page of entries changes, by player.
pub(super) fn fold<'e>(market: &Market, entries: &'e [(String, Entry)]) -> BTreeMap<&'e str, Change> {
    let mut changes: BTreeMap<&str, Change> = BTreeMap::new();
    for (player, entry) in entries {
        changes.entry(player).or_insert_with(|| Change::of(entry)).add(market, entry);
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(version: u64, kind: EntryKind, (cash_minor, held_minor, bonus_minor): (i64, i64, i64)) -> Entry {
        Entry {
            id: version.to_string(),
            version,
            kind,
            cash_minor,
            held_minor,
            bonus_minor,
            currency: Currency::Eur,
            cash_after_minor: 1_000 + cash_minor,
            bonus_after_minor: 1_000 + bonus_minor,
            reference: None,
            at_ms: 1_800_000_000_000,
        }
    }

    #[test]
    fn each_kind_counts_where_it_belongs() {
        let market = Market::house().expect("good rules");
        let lines = [
            (EntryKind::Deposit, (500, 0, 0)),
            (EntryKind::Withdrawal, (-30, 0, 0)),
            (EntryKind::Withdrawal, (-100, 100, 0)),
            (EntryKind::PaidOut, (40, -100, 0)),
            (EntryKind::Withdrawal, (-9, 9, 0)),
            (EntryKind::Returned, (9, -9, 0)),
            (EntryKind::Bet, (-20, 0, -5)),
            (EntryKind::Rollback, (7, 0, 1)),
            (EntryKind::Win, (60, 0, 0)),
            (EntryKind::Bonus, (0, 0, 11)),
            (EntryKind::PromoPayout, (13, 0, 0)),
        ];
        let versions = 1_u64..;
        let entries: Vec<_> =
            versions.zip(lines).map(|(n, (kind, minor))| ("ada".to_owned(), entry(n, kind, minor))).collect();
        let changes = fold(&market, &entries);
        let ada = &changes["ada"];
        let sums = DaySums {
            deposited_minor: 500,
            withdrawn_minor: 30 + 60,
            staked_minor: 25,
            returned_minor: 8,
            won_minor: 60,
            given_minor: 24,
        };
        assert_eq!(ada.days.values().collect::<Vec<_>>(), [&sums]);
        assert_eq!((ada.version, ada.cash_minor, ada.held_change_minor), (11, 1_013, 0));
        assert_eq!(ada.session(&market, None).expect("somebody has staked").net_minor, -25 + 8 + 60);
    }

    /// What was computed so far: what the tables hold of a player.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    struct Rows {
        balance: (i64, i64, i64, u64, i64),
        days: BTreeMap<Day, [i64; 6]>,
        session: Option<Session>,
    }

    impl Rows {
        fn take(&mut self, market: &Market, change: &Change) {
            let held_minor = self.balance.1 + change.held_change_minor;
            self.balance = (change.cash_minor, held_minor, change.bonus_minor, change.version, change.as_of_ms);
            for (day, sums) in &change.days {
                let new = [
                    sums.deposited_minor,
                    sums.withdrawn_minor,
                    sums.staked_minor,
                    sums.returned_minor,
                    sums.won_minor,
                    sums.given_minor,
                ];
                let old = self.days.entry(*day).or_default();
                old.iter_mut().zip(new).for_each(|(old, new)| *old += new);
            }
            self.session = change.session(market, self.session);
        }
    }

    proptest! {
        #[test]
        fn where_a_page_ends_makes_no_difference(
            lines in prop::collection::vec(
                (prop::sample::select(vec![EntryKind::Deposit, EntryKind::Bet, EntryKind::Win, EntryKind::Rollback]),
                 -50..50_i64, 0..4_000_000_i64, 0..2_usize),
                1..40,
            ),
            page in 1..40_usize,
        ) {
            let market = Market::house().expect("good rules");
            let mut at_ms = 1_800_000_000_000;
            let versions = 1_u64..;
            let entries: Vec<_> = versions.zip(lines).map(|(n, (kind, minor, passes_ms, who))| {
                at_ms += passes_ms;
                (["ada", "bob"][who].to_owned(), Entry { at_ms, ..entry(n, kind, (minor, 0, 0)) })
            }).collect();
            let computed = |size: usize| {
                let mut rows: BTreeMap<String, Rows> = BTreeMap::new();
                for page in entries.chunks(size) {
                    for (player, change) in fold(&market, page) {
                        rows.entry(player.to_owned()).or_default().take(&market, &change);
                    }
                }
                rows
            };
            prop_assert_eq!(computed(page), computed(entries.len()));
        }
    }
}
