//! Somebody writes into the book's file by hand: each kind of it is found, and said where.

use crate::support::{World, bet};
use crate::verify::text;

/// What somebody who has the file can do first.
const UNLOCK: &str = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;
    DROP TRIGGER entries_stay; DROP TRIGGER entries_last; DROP TRIGGER transfers_stay; DROP TRIGGER transfers_last;";

/// The report after somebody has done this to the book; it has to say that something differs.
async fn after(tampering: &str) -> String {
    let (world, _) = World::with_a_history().await;
    assert!(world.verify(&[]).status.success());
    let book = world.book();
    book.execute_batch(UNLOCK).unwrap();
    book.execute_batch(tampering).unwrap_or_else(|error| panic!("{tampering}: {error}"));
    drop(book);
    let output = world.verify(&[]);
    assert_eq!(output.status.code(), Some(1), "{tampering}: {}", text(&output.stdout));
    text(&output.stdout)
}

/// Each tampering with what the report has to say of it.
async fn is_said(cases: &[(&str, &str)]) {
    for (tampering, expected) in cases {
        let said = after(tampering).await;
        assert!(said.contains(expected), "{tampering}: {expected:?} is not in\n{said}");
    }
}

const HASH: &str = "its hash does not follow";

#[tokio::test]
async fn changed_entries() {
    is_said(&[
        ("UPDATE entries SET at_ms = at_ms - 1 WHERE version = 2", "entry 2: its hash does not follow"),
        ("UPDATE entries SET kind = 'win' WHERE version = 2", "entry 2: its hash does not follow"),
        ("UPDATE entries SET reference = 'x' WHERE version = 2", "entry 2: its hash does not follow"),
        ("UPDATE entries SET hash = zeroblob(32) WHERE version = 2", "entry 3: its hash does not follow"),
        ("UPDATE entries SET prev_hash = zeroblob(32) WHERE version = 2", "entry 2: its hash does not follow"),
        (
            "UPDATE entries SET cash_minor = cash_minor + 1 WHERE version = 2",
            "entry 2: says otherwise than its transfers",
        ),
        ("UPDATE entries SET cash_after_minor = 0 WHERE version = 2", "entry 2: says otherwise than its transfers"),
        ("UPDATE entries SET held_minor = 0 WHERE version = 4", "entry 4: says otherwise than its transfers"),
    ])
    .await;
    // What is not understood at all ends the report.
    let (world, _) = World::with_a_history().await;
    let book = world.book();
    book.execute_batch(UNLOCK).unwrap();
    book.execute_batch("UPDATE entries SET kind = 'gift' WHERE version = 2").unwrap();
    let output = world.verify(&[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("the ledger can't be read"), "{}", text(&output.stderr));
}

#[tokio::test]
async fn changed_transfers() {
    is_said(&[
        ("UPDATE transfers SET amount_minor = 501 WHERE entry = 2", HASH),
        ("UPDATE transfers SET debit = credit, credit = debit WHERE entry = 2", HASH),
        ("UPDATE transfers SET phase = 'single' WHERE entry = 4", "entry 5: it ends what nobody has set aside"),
        ("UPDATE transfers SET pending = 8 WHERE entry = 5", "entry 5: it ends what nobody has set aside"),
        ("UPDATE transfers SET amount_minor = 101 WHERE entry = 5", "entry 5: it ends a reservation with another amount"),
        ("UPDATE transfers SET expires_at_ms = 1 WHERE entry = 8", "entry 8: its hash does not follow"),
        ("UPDATE transfers SET credit = (SELECT id FROM accounts WHERE role = 'bonus') WHERE entry = 7",
         "entry 7: it ends a reservation between other accounts"),
        ("DELETE FROM transfers WHERE entry = 2", "entry 2: it has no transfers"),
        ("INSERT INTO transfers (entry, debit, credit, amount_minor) SELECT 2, debit, credit, 1 FROM transfers WHERE entry = 2", HASH),
        ("INSERT INTO transfers (entry, debit, credit, amount_minor) SELECT 99, debit, credit, 1 FROM transfers WHERE entry = 2",
         "1 transfers belong to no entry"),
        ("UPDATE transfers SET credit = 77 WHERE entry = 2", "account 77 is in transfers and nowhere else"),
    ])
    .await;
}

#[tokio::test]
async fn entries_that_are_gone_or_too_many() {
    is_said(&[
        ("DELETE FROM entries WHERE version = 3; DELETE FROM transfers WHERE entry = 3", "entry 4 stands at position 3"),
        ("DELETE FROM entries WHERE version = 3; DELETE FROM transfers WHERE entry = 3", "entry 4: its hash does not follow"),
        ("DELETE FROM entries WHERE version = 9; DELETE FROM transfers WHERE entry = 9", "the kept sums are not those of its transfers"),
        ("INSERT INTO entries SELECT 10, 'forged', kind, player, currency, cash_minor, bonus_minor, cash_after_minor,
              bonus_after_minor, reference, at_ms, hash, hash, held_minor FROM entries WHERE version = 9",
         "entry 10: its hash does not follow"),
    ])
    .await;
}

#[tokio::test]
async fn kept_sums_and_where_things_stand() {
    is_said(&[
        (
            "UPDATE accounts SET credits_posted = credits_posted + 1 WHERE role = 'cash'",
            "cash EUR: the kept sums are not",
        ),
        (
            "UPDATE accounts SET credits_posted = credits_posted + 1 WHERE role = 'cash'",
            "EUR: posted credits exceed debits by 1",
        ),
        ("UPDATE accounts SET debits_pending = 0 WHERE role = 'cash'", "other money is kept as set aside"),
        ("UPDATE accounts SET debits_pending = 0 WHERE role = 'cash'", "EUR: pending credits exceed debits by 100"),
        ("UPDATE reservations SET state = 'voided' WHERE version = 8", "stands otherwise than its transfers say"),
        (
            "UPDATE reservations SET state = 'open', posted_minor = 0 WHERE version = 4",
            "stands otherwise than its transfers say",
        ),
        ("UPDATE reservations SET posted_minor = 61 WHERE version = 4", "stands otherwise than its transfers say"),
        ("UPDATE reservations SET expires_at_ms = 1 WHERE version = 8", "stands otherwise than its transfers say"),
        ("DELETE FROM reservations WHERE version = 8", "1 entries that set money aside have no reservation"),
        ("UPDATE holders SET last_version = 3", "the account is kept otherwise than the entries say"),
        ("UPDATE holders SET bonus = cash", "the account is kept otherwise than the entries say"),
        ("UPDATE holders SET currency = 'USD'", "the account is kept otherwise than the entries say"),
    ])
    .await;
}

/// Everything that stands beside the last entry is made to fit: only the head that was kept elsewhere tells.
#[tokio::test]
async fn a_tail_that_was_cut_off_cleanly_needs_the_head() {
    let (world, _) = World::with_a_history().await;
    let head = world.head().await;
    let book = world.book();
    book.execute_batch(UNLOCK).unwrap();
    book.execute_batch(
        "DELETE FROM entries WHERE version = 9; DELETE FROM transfers WHERE entry = 9;
         UPDATE accounts SET credits_posted = credits_posted - 1 WHERE role = 'cash';
         UPDATE accounts SET debits_posted = debits_posted - 1 WHERE role = 'bank';
         UPDATE holders SET last_version = 8",
    )
    .unwrap();
    let blind = world.verify(&[]);
    assert!(blind.status.success(), "a chain does not show that its end is missing: {}", text(&blind.stdout));
    let seen = world.verify(&["--expect-head", &head]);
    assert_eq!(seen.status.code(), Some(1));
    assert!(text(&seen.stdout).contains(&format!("no entry has the hash {head}")));
}

#[tokio::test]
async fn a_book_of_another_version_is_left_alone() {
    let (world, _) = World::with_a_history().await;
    let book = world.book();
    book.execute_batch("UPDATE schema_steps SET had = had - 1").unwrap();
    let older = world.verify(&[]);
    assert_eq!(older.status.code(), Some(1));
    assert!(text(&older.stderr).contains("start the service once"), "{}", text(&older.stderr));
    book.execute_batch("UPDATE schema_steps SET had = had + 2").unwrap();
    let newer = world.verify(&[]);
    assert!(text(&newer.stderr).contains("newer version"), "{}", text(&newer.stderr));
}

#[tokio::test]
async fn changed_bets() {
    for tampering in [
        "UPDATE bets SET cash_minor = 1000000",
        "UPDATE bets SET bonus_minor = cash_minor, cash_minor = 0",
        "UPDATE vendor_moves SET entry = 1",
    ] {
        let world = World::new();
        let page = world.demo().await;
        let session = world.sessions.start(&page.player);
        assert_eq!(world.vendor("bet", &bet(&session, "r1", 100)).await.status, 200);
        assert!(world.verify(&[]).status.success());
        world.book().execute_batch(tampering).unwrap();
        let said = text(&world.verify(&[]).stdout);
        assert!(said.contains("of studio: says otherwise than the entry that took it"), "{tampering}: {said}");
    }
}
