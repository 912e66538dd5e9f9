//! What can't be seen from outside: a book that an earlier version wrote.

use super::ledger::{GENESIS, Leg, chain};
use super::*;
use crate::store::{StoreError, Tx, params};
use contract::wallet::{Entry, EntryKind};

/// The steps that there were before transfers had two phases.
const FIRST_STEPS: usize = 3;

fn deposit() -> (Entry, Leg) {
    let entry = Entry {
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
    };
    let phase = "single".to_owned();
    (entry, Leg { debit: 3, credit: 1, amount_minor: 500, phase, pending: None, expires_at_ms: None })
}

fn write_as_before(tx: &Tx<'_>) -> Result<(), StoreError> {
    for (id, owner, role, debits, credits) in
        [(1, "ada", "cash", 0, 500), (2, "ada", "bonus", 0, 0), (3, "house", "bank", 500, 0)]
    {
        tx.execute(
            "INSERT INTO accounts (id, owner, role, currency, debits_posted, credits_posted)
             VALUES (?1, ?2, ?3, 'EUR', ?4, ?5)",
            params![id, owner, role, debits, credits],
        )?;
    }
    let (entry, leg) = deposit();
    tx.execute("INSERT INTO holders VALUES ('ada', 'EUR', 1, 2, 1, 7)", &[])?;
    let hash = chain(&GENESIS, "ada", &entry, &[leg]).map_err(|error| StoreError::Mistake(error.to_string()))?;
    tx.execute(
        "INSERT INTO entries VALUES (1, '0190', 'deposit', 'ada', 'EUR', 500, 0, 500, 0, NULL, 7, ?1, ?2)",
        params![GENESIS, hash],
    )?;
    tx.execute("INSERT INTO transfers (entry, debit, credit, amount_minor) VALUES (1, 3, 1, 500)", &[])?;
    Ok(())
}

#[tokio::test]
async fn a_book_of_before_two_phases_is_taken_over_whole() {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::Folder(folder.path().into());
    let before = storage.open("wallet", &MIGRATIONS[..FIRST_STEPS]).unwrap();
    before.write(write_as_before).await.unwrap();
    drop(before);
    let wallet =
        Wallet::open(&storage, Market::house().unwrap(), Rules::house().unwrap(), Clock::standing_at(9)).unwrap();
    let balance = wallet.balance("ada").await.unwrap();
    assert_eq!((balance.cash_minor, balance.held_minor, balance.version), (500, 0, 1));
    let (key, player) = ("r".to_owned(), "ada".to_owned());
    let wish = Reserve { key, player, amount_minor: 200, currency: Currency::Eur, timeout_ms: None };
    let reserved = wallet.reserve(wish).await.unwrap();
    assert_eq!((reserved.balance.cash_minor, reserved.balance.held_minor), (300, 200));
    let audit = wallet.check().await.unwrap();
    assert_eq!((audit.differences, audit.entries, audit.open_reservations), (Vec::new(), 2, 1));
}
