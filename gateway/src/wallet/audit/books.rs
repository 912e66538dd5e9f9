//! What the accounts have seen and what is set aside, computed from the transfers, and held against what
//! is stored.

use super::{CurrencySums, Differences};
use crate::store::{Sql, StoreError};
use crate::wallet::WalletError;
use crate::wallet::ledger::Leg;
use crate::wallet::reservations::{self, Reservation, ReservationState};
use contract::money::Currency;
use contract::wallet::Entry;
use std::collections::{BTreeMap, HashMap};

/// Both sides of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
    debits_pending: i128,
    debits_posted: i128,
    credits_pending: i128,
    credits_posted: i128,
}

/// What a player holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Holds {
    pub(super) cash: i128,
    pub(super) held: i128,
    pub(super) bonus: i128,
}

/// What an entry set aside, and what became of it.
#[derive(Clone, Debug)]
struct Pending {
    id: String,
    player: String,
    debit: i64,
    credit: i64,
    amount_minor: i64,
    expires_at_ms: Option<i64>,
    posted_minor: i64,
    state: ReservationState,
}

/// Everything that the transfers say.
#[derive(Debug, Default)]
pub(super) struct Books {
    accounts: HashMap<i64, Sums>,
    currencies: BTreeMap<Currency, Sums>,
    pending: HashMap<u64, Pending>,
}

impl Books {
    pub(super) fn holds(&self, cash: i64, bonus: i64) -> Holds {
        let of = |account| self.accounts.get(&account).copied().unwrap_or_default();
        let available = |sums: Sums| sums.credits_posted - sums.debits_posted - sums.debits_pending;
        Holds { cash: available(of(cash)), held: of(cash).debits_pending, bonus: available(of(bonus)) }
    }

    pub(super) fn open_reservations(&self) -> u64 {
        self.pending.values().map(|pending| u64::from(pending.state == ReservationState::Open)).sum()
    }

    pub(super) fn per_currency(&self) -> Vec<CurrencySums> {
        let sums = self.currencies.iter().map(|(currency, sums)| CurrencySums {
            currency: *currency,
            debits_posted: sums.debits_posted,
            credits_posted: sums.credits_posted,
            debits_pending: sums.debits_pending,
            credits_pending: sums.credits_pending,
        });
        sums.collect()
    }

    /// Carries an entry's transfers out; says what they should not say.
    pub(super) fn carry_out(&mut self, entry: &Entry, player: &str, legs: &[Leg]) -> Vec<String> {
        let mut faults = Vec::new();
        if legs.is_empty() {
            faults.push("it has no transfers".to_owned());
        }
        for leg in legs {
            match self.changes(entry, player, leg) {
                Ok((pending, posted)) => self.add(entry.currency, leg, pending, posted),
                Err(fault) => faults.push(fault),
            }
        }
        faults
    }

    /// By how much a leg changes the pending and the posted sums of its two accounts.
    fn changes(&mut self, entry: &Entry, player: &str, leg: &Leg) -> Result<(i128, i128), String> {
        let amount = i128::from(leg.amount_minor);
        match leg.phase.as_str() {
            "single" => Ok((0, amount)),
            "pending" => {
                let pending = Pending {
                    id: entry.id.clone(),
                    player: player.to_owned(),
                    debit: leg.debit,
                    credit: leg.credit,
                    amount_minor: leg.amount_minor,
                    expires_at_ms: leg.expires_at_ms,
                    posted_minor: 0,
                    state: ReservationState::Open,
                };
                match self.pending.insert(entry.version, pending) {
                    None => Ok((amount, 0)),
                    Some(_) => Err("it sets money aside twice".to_owned()),
                }
            }
            phase => self.resolve(phase, leg),
        }
    }

    fn resolve(&mut self, phase: &str, leg: &Leg) -> Result<(i128, i128), String> {
        let (state, posts) = match phase {
            "post" => (ReservationState::Posted, true),
            "void" => (ReservationState::Voided, false),
            "expire" => (ReservationState::Expired, false),
            other => return Err(format!("a transfer is {other}")),
        };
        let reserved = leg.pending.and_then(|version| self.pending.get_mut(&u64::try_from(version).ok()?));
        let Some(reserved) = reserved else { return Err("it ends what nobody has set aside".to_owned()) };
        if reserved.state != ReservationState::Open {
            return Err("it ends what had ended".to_owned());
        }
        if (leg.debit, leg.credit) != (reserved.debit, reserved.credit) {
            return Err("it ends a reservation between other accounts".to_owned());
        }
        if leg.amount_minor > reserved.amount_minor || (!posts && leg.amount_minor != reserved.amount_minor) {
            return Err("it ends a reservation with another amount".to_owned());
        }
        reserved.state = state;
        reserved.posted_minor = if posts { leg.amount_minor } else { 0 };
        Ok((-i128::from(reserved.amount_minor), i128::from(reserved.posted_minor)))
    }

    fn add(&mut self, currency: Currency, leg: &Leg, pending: i128, posted: i128) {
        for sums in [self.accounts.entry(leg.debit).or_default(), self.currencies.entry(currency).or_default()] {
            sums.debits_pending += pending;
            sums.debits_posted += posted;
        }
        for sums in [self.accounts.entry(leg.credit).or_default(), self.currencies.entry(currency).or_default()] {
            sums.credits_pending += pending;
            sums.credits_posted += posted;
        }
    }

    /// Holds the stored sums, the holders and the reservations against these.
    pub(super) fn compare(&self, sql: &Sql, differences: &mut Differences) -> Result<(), WalletError> {
        self.compare_accounts(sql, differences)?;
        compare_holders(sql, differences)?;
        self.compare_reservations(sql, differences)
    }

    fn compare_accounts(&self, sql: &Sql, differences: &mut Differences) -> Result<(), StoreError> {
        let stored = sql.query_all(
            "SELECT id, owner, role, currency, debits_pending, debits_posted, credits_pending, credits_posted
             FROM accounts ORDER BY id",
            &[],
            |row| {
                let (owner, role, currency): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
                let sums = Sums {
                    debits_pending: row.get::<i64>(4)?.into(),
                    debits_posted: row.get::<i64>(5)?.into(),
                    credits_pending: row.get::<i64>(6)?.into(),
                    credits_posted: row.get::<i64>(7)?.into(),
                };
                Ok((row.get::<i64>(0)?, owner, role, currency, sums))
            },
        )?;
        let mut totals: BTreeMap<&str, Sums> = BTreeMap::new();
        for (id, owner, role, currency, sums) in &stored {
            let computed = self.accounts.get(id).copied().unwrap_or_default();
            if (computed.debits_posted, computed.credits_posted) != (sums.debits_posted, sums.credits_posted) {
                differences.add(format!("{owner} {role} {currency}: the kept sums are not those of its transfers"));
            }
            if (computed.debits_pending, computed.credits_pending) != (sums.debits_pending, sums.credits_pending) {
                differences
                    .add(format!("{owner} {role} {currency}: other money is kept as set aside than its transfers say"));
            }
            let total = totals.entry(currency).or_default();
            total.debits_posted += sums.debits_posted;
            total.credits_posted += sums.credits_posted;
            total.debits_pending += sums.debits_pending;
            total.credits_pending += sums.credits_pending;
        }
        for (currency, sums) in totals {
            for (what, credits, debits) in [
                ("posted", sums.credits_posted, sums.debits_posted),
                ("pending", sums.credits_pending, sums.debits_pending),
            ] {
                if credits != debits {
                    differences.add(format!("{currency}: {what} credits exceed debits by {}", credits - debits));
                }
            }
        }
        let known: std::collections::HashSet<i64> = stored.iter().map(|(id, ..)| *id).collect();
        for id in self.accounts.keys().filter(|id| !known.contains(id)) {
            differences.add(format!("account {id} is in transfers and nowhere else"));
        }
        Ok(())
    }

    fn compare_reservations(&self, sql: &Sql, differences: &mut Differences) -> Result<(), WalletError> {
        let (mut after, mut seen) = (0, 0_usize);
        loop {
            let page = reservations::after(sql, after)?;
            let Some(last) = page.last() else { break };
            after = last.version;
            for stored in &page {
                let known = self.pending.get(&stored.version);
                seen += usize::from(known.is_some());
                if !known.is_some_and(|pending| pending.is(stored)) {
                    differences.add(format!("reservation {}: stands otherwise than its transfers say", stored.id));
                }
            }
        }
        if seen != self.pending.len() {
            differences.add(format!("{} entries that set money aside have no reservation", self.pending.len() - seen));
        }
        Ok(())
    }
}

impl Pending {
    fn is(&self, stored: &Reservation) -> bool {
        (&self.id, &self.player, self.amount_minor, self.posted_minor, self.state, self.expires_at_ms)
            == (
                &stored.id,
                &stored.player,
                stored.amount_minor,
                stored.posted_minor,
                stored.state,
                stored.expires_at_ms,
            )
    }
}

/// Each holder's two accounts are of that player, role and currency, and the last entry is the last one.
fn compare_holders(sql: &Sql, differences: &mut Differences) -> Result<(), StoreError> {
    let wrong = sql.query_all(
        "SELECT h.player FROM holders h
         LEFT JOIN accounts c ON c.id = h.cash AND c.owner = h.player AND c.role = 'cash' AND c.currency = h.currency
         LEFT JOIN accounts b ON b.id = h.bonus AND b.owner = h.player AND b.role = 'bonus' AND b.currency = h.currency
         WHERE c.id IS NULL OR b.id IS NULL
            OR h.last_version <> coalesce((SELECT max(e.version) FROM entries e WHERE e.player = h.player), 0)
         ORDER BY h.player",
        &[],
        |row| row.get::<String>(0),
    )?;
    for player in wrong {
        differences.add(format!("{player}: the account is kept otherwise than the entries say"));
    }
    Ok(())
}
