//! The chain of hashes over the entries: whoever changes one breaks every one after it.
//!
//! What is hashed is written here and nowhere else, so that a change of what is on the wire changes no
//! hash of an entry that was written before it.

use crate::wallet::WalletError;
use contract::money::Currency;
use contract::wallet::{Entry, EntryKind};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What the first entry follows.
pub(in crate::wallet) const GENESIS: [u8; 32] = [0; 32];

/// A transfer as the book keeps it, with its accounts by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::wallet) struct Leg {
    pub(in crate::wallet) debit: i64,
    pub(in crate::wallet) credit: i64,
    pub(in crate::wallet) amount_minor: i64,
    pub(in crate::wallet) phase: String,
    pub(in crate::wallet) pending: Option<i64>,
    pub(in crate::wallet) expires_at_ms: Option<i64>,
}

#[derive(Serialize)]
struct Content<'a> {
    id: &'a str,
    version: u64,
    kind: EntryKind,
    cash_minor: i64,
    bonus_minor: i64,
    currency: Currency,
    cash_after_minor: i64,
    bonus_after_minor: i64,
    reference: &'a Option<String>,
    at_ms: i64,
    /// Absent where nothing was set aside or freed.
    #[serde(skip_serializing_if = "is_nothing")]
    held_minor: i64,
}

/// A transfer in the hash: three numbers, and more only where it is one of two phases.
#[derive(Serialize)]
#[serde(untagged)]
enum Sealed<'a> {
    Single(i64, i64, i64),
    Phased(i64, i64, i64, &'a str, Option<i64>, Option<i64>),
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde hands over a reference
fn is_nothing(minor: &i64) -> bool {
    *minor == 0
}

/// The hash of an entry: of the one before it and of all that the entry says, written as JSON, where
/// no two contents look the same.
pub(in crate::wallet) fn chain(
    prev_hash: &[u8; 32],
    player: &str,
    entry: &Entry,
    legs: &[Leg],
) -> Result<[u8; 32], WalletError> {
    let content = Content {
        id: &entry.id,
        version: entry.version,
        kind: entry.kind,
        cash_minor: entry.cash_minor,
        bonus_minor: entry.bonus_minor,
        currency: entry.currency,
        cash_after_minor: entry.cash_after_minor,
        bonus_after_minor: entry.bonus_after_minor,
        reference: &entry.reference,
        at_ms: entry.at_ms,
        held_minor: entry.held_minor,
    };
    let legs: Vec<Sealed<'_>> = legs.iter().map(seal).collect();
    let content =
        serde_json::to_vec(&(player, content, legs)).map_err(|error| WalletError::Damaged(error.to_string()))?;
    Ok(Sha256::new().chain_update(prev_hash).chain_update(content).finalize().into())
}

fn seal(leg: &Leg) -> Sealed<'_> {
    if leg.phase == "single" && leg.pending.is_none() && leg.expires_at_ms.is_none() {
        return Sealed::Single(leg.debit, leg.credit, leg.amount_minor);
    }
    Sealed::Phased(leg.debit, leg.credit, leg.amount_minor, &leg.phase, leg.pending, leg.expires_at_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            id: "0190".into(),
            version: 1,
            kind: EntryKind::Deposit,
            cash_minor: 500,
            held_minor: 0,
            bonus_minor: 0,
            currency: Currency::Eur,
            cash_after_minor: 500,
            bonus_after_minor: 0,
            reference: None,
            at_ms: 7,
        }
    }

    fn leg() -> Leg {
        Leg { debit: 3, credit: 1, amount_minor: 500, phase: "single".into(), pending: None, expires_at_ms: None }
    }

    #[test]
    fn a_hash_that_was_written_once_is_right_for_ever() {
        let hash = chain(&GENESIS, "ada", &entry(), &[leg()]).unwrap();
        let content = r#"["ada",{"id":"0190","version":1,"kind":"deposit","cash_minor":500,"bonus_minor":0,"currency":"EUR","cash_after_minor":500,"bonus_after_minor":0,"reference":null,"at_ms":7},[[3,1,500]]]"#;
        let by_hand: [u8; 32] = Sha256::new().chain_update(GENESIS).chain_update(content).finalize().into();
        assert_eq!(hash, by_hand);
    }

    #[test]
    fn whatever_is_changed_changes_the_hash() {
        let of = |entry: &Entry, leg: &Leg| chain(&GENESIS, "ada", entry, std::slice::from_ref(leg)).unwrap();
        let whole = of(&entry(), &leg());
        assert_ne!(whole, chain(&[1; 32], "ada", &entry(), &[leg()]).unwrap());
        assert_ne!(whole, chain(&GENESIS, "bob", &entry(), &[leg()]).unwrap());
        let entries = [
            Entry { id: "0191".into(), ..entry() },
            Entry { kind: EntryKind::Win, ..entry() },
            Entry { cash_minor: 501, ..entry() },
            Entry { held_minor: 1, ..entry() },
            Entry { reference: Some(String::new()), ..entry() },
            Entry { at_ms: 8, ..entry() },
        ];
        let legs = [
            Leg { debit: 4, ..leg() },
            Leg { amount_minor: 501, ..leg() },
            Leg { phase: "pending".into(), ..leg() },
            Leg { phase: "post".into(), pending: Some(9), ..leg() },
            Leg { phase: "pending".into(), expires_at_ms: Some(9), ..leg() },
            Leg { expires_at_ms: Some(9), ..leg() },
        ];
        let mut all: Vec<_> = entries.iter().map(|entry| of(entry, &leg())).collect();
        all.extend(legs.iter().map(|leg| of(&entry(), leg)));
        all.push(whole);
        let different: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
    }
}
