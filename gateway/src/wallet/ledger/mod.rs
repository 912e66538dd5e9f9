//! The book itself: accounts, transfers, entries, and the chain of hashes over them.
//!
//! An entry is a list of transfers, each from one account to another, so every entry balances by
//! construction. A transfer moves its money at once, or in two phases: a pending one sets it aside, and
//! a later entry posts it in full or in part, voids it, or lets it expire. Both sides of what an account
//! has seen, pending and posted apart, are kept beside it and updated in the same transaction; the audit
//! recomputes them from the transfers.

mod account;
mod chain;
mod holder;
mod touched;
mod transfer;

pub(super) use account::{Account, HOUSE};
pub(super) use chain::{GENESIS, Leg, chain};
pub(super) use holder::{Holder, empty};
pub(super) use transfer::{Phase, Transfer};

use super::{WalletError, events};
use crate::store::{Tx, params};
use contract::wallet::{Balance, Entry, EntryKind, Receipt};
use touched::Touched;
use uuid::Uuid;

/// The last entry's position and hash; of an empty book, what the first entry follows. Remembered from one
/// command to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Head {
    version: u64,
    hash: [u8; 32],
}

/// An entry that is about to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft<'a> {
    pub(super) kind: EntryKind,
    pub(super) transfers: &'a [Transfer],
    pub(super) reference: Option<String>,
    pub(super) at_ms: i64,
}

/// Writes an entry for the holder, and tells the player. The holder's balance is the one after it.
pub(super) fn post(tx: &Tx<'_>, holder: &mut Holder, draft: Draft<'_>) -> Result<Receipt, WalletError> {
    assert!(!draft.transfers.is_empty(), "an entry moves money");
    let head = head(tx)?;
    let version = head.version.checked_add(1).ok_or(WalletError::AccountFull)?;
    let mut change = Change::default();
    let (mut touched, mut legs) = (Touched::new(holder), Vec::with_capacity(draft.transfers.len()));
    for transfer in draft.transfers {
        assert!(transfer.amount_minor > 0 && transfer.debit != transfer.credit, "a transfer moves money");
        change.add(transfer).ok_or(WalletError::AccountFull)?;
        let accounts = (touched.number(tx, holder, transfer.debit)?, touched.number(tx, holder, transfer.credit)?);
        legs.push(leg(accounts, transfer)?);
    }
    let balance = change.applied(&holder.balance, version, draft.at_ms)?;
    // Nothing is written before all of it is known to be possible.
    for transfer in draft.transfers {
        touched.count(transfer)?;
    }
    let entry = Entry {
        id: Uuid::now_v7().to_string(),
        version,
        kind: draft.kind,
        cash_minor: change.cash_minor,
        held_minor: change.held_minor,
        bonus_minor: change.bonus_minor,
        currency: balance.currency,
        cash_after_minor: balance.cash_minor,
        bonus_after_minor: balance.bonus_minor,
        reference: draft.reference,
        at_ms: draft.at_ms,
    };
    insert(tx, &holder.player, &entry, &legs, head.hash)?;
    touched.write(tx, holder)?;
    holder.balance = balance;
    let receipt = Receipt { entry, balance: holder.balance.clone() };
    events::tell_player(tx, &holder.player, &receipt)?;
    Ok(receipt)
}

/// What an entry changes for the player.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Change {
    cash_minor: i64,
    held_minor: i64,
    bonus_minor: i64,
}

impl Change {
    fn add(&mut self, transfer: &Transfer) -> Option<()> {
        let (pending_minor, posted_minor) = transfer.phase.change(transfer.amount_minor);
        assert!(pending_minor == 0 || transfer.debit == Account::Cash, "only cash is set aside");
        assert!(pending_minor == 0 || !transfer.credit.is_players(), "nothing is promised to a player");
        if pending_minor != 0 {
            self.held_minor = self.held_minor.checked_add(pending_minor)?;
        }
        let out_minor = pending_minor.checked_add(posted_minor)?;
        for (account, change_minor) in [(transfer.debit, -out_minor), (transfer.credit, posted_minor)] {
            let total = match account {
                Account::Cash => &mut self.cash_minor,
                Account::Bonus => &mut self.bonus_minor,
                Account::Bank | Account::Games | Account::Promotions => continue,
            };
            *total = total.checked_add(change_minor)?;
        }
        Some(())
    }

    fn applied(self, before: &Balance, version: u64, at_ms: i64) -> Result<Balance, WalletError> {
        let cash_minor = after(before.cash_minor, self.cash_minor)?;
        let held_minor = after(before.held_minor, self.held_minor)?;
        // Together, so that what is set aside can always come back.
        after(cash_minor, held_minor)?;
        let bonus_minor = after(before.bonus_minor, self.bonus_minor)?;
        Ok(Balance { currency: before.currency, cash_minor, held_minor, bonus_minor, version, as_of_ms: at_ms })
    }
}

fn after(before_minor: i64, change_minor: i64) -> Result<i64, WalletError> {
    match before_minor.checked_add(change_minor) {
        Some(after) if after < 0 => Err(WalletError::InsufficientFunds),
        Some(after) if after <= contract::wire::MAX_INTEGER => Ok(after),
        _ => Err(WalletError::AccountFull),
    }
}

fn leg((debit, credit): (i64, i64), transfer: &Transfer) -> Result<Leg, WalletError> {
    Ok(Leg {
        debit,
        credit,
        amount_minor: transfer.amount_minor,
        phase: transfer.phase.as_str().to_owned(),
        pending: transfer.phase.pending().map(stored_version).transpose()?,
        expires_at_ms: transfer.phase.expires_at_ms(),
    })
}

fn insert(tx: &Tx<'_>, player: &str, entry: &Entry, legs: &[Leg], prev_hash: [u8; 32]) -> Result<(), WalletError> {
    let (version, hash) = (stored_version(entry.version)?, chain(&prev_hash, player, entry, legs)?);
    tx.send(
        "INSERT INTO entries (version, id, kind, player, currency, cash_minor, held_minor, bonus_minor,
                              cash_after_minor, bonus_after_minor, reference, at_ms, prev_hash, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        params![
            version,
            entry.id,
            entry.kind.as_str(),
            player,
            entry.currency.as_str(),
            entry.cash_minor,
            entry.held_minor,
            entry.bonus_minor,
            entry.cash_after_minor,
            entry.bonus_after_minor,
            entry.reference,
            entry.at_ms,
            prev_hash,
            hash,
        ],
    )?;
    for leg in legs {
        tx.send(
            "INSERT INTO transfers (entry, debit, credit, amount_minor, phase, pending, expires_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![version, leg.debit, leg.credit, leg.amount_minor, leg.phase, leg.pending, leg.expires_at_ms],
        )?;
    }
    tx.send(
        "UPDATE holders SET last_version = ?2, as_of_ms = ?3 WHERE player = ?1",
        params![player, version, entry.at_ms],
    )?;
    tx.remember(Head { version: entry.version, hash });
    Ok(())
}

fn head(tx: &Tx<'_>) -> Result<Head, WalletError> {
    if let Some(head) = tx.remembered() {
        return Ok(head);
    }
    let last = "SELECT version, hash FROM entries ORDER BY version DESC LIMIT 1";
    let stored = tx.query_opt(last, params![], |row| Ok(Head { version: row.get(0)?, hash: row.get(1)? }))?;
    Ok(stored.unwrap_or(Head { version: 0, hash: GENESIS }))
}

pub(super) fn stored_version(version: u64) -> Result<i64, WalletError> {
    i64::try_from(version).map_err(|_| WalletError::AccountFull)
}
