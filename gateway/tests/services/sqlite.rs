//! What only a file can suffer: another program's lock, and somebody who writes into it by hand.

use crate::support::{World, problem};

#[tokio::test]
async fn a_locked_ledger_says_so_and_works_again() {
    let world = World::new();
    let page = world.demo().await;
    let other = world.book();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = world.command(&page, "deposits", 100, "k").await;
    assert_eq!(refused.problem(), problem(503, "unavailable", None));
    assert_eq!(refused.headers["retry-after"], "1");
    other.execute_batch("ROLLBACK").unwrap();
    let done = world.command(&page, "deposits", 100, "k").await;
    assert_eq!(done.status, 201, "a refusal of ours is not kept: {}", done.text);
    assert!(!done.headers.contains_key("idempotency-hit"));
    assert_eq!(world.balance(&page).await, (100_100, 0));
}

#[tokio::test]
async fn a_password_that_nobody_could_look_at_is_not_a_wrong_one() {
    let world = World::new();
    world.sign_up("ada@example.org").await;
    let other = world.file("identity");
    other.execute_batch("ALTER TABLE players RENAME TO elsewhere").unwrap();
    for _ in 0..12 {
        let answer = world.sign_in("ada@example.org", "correct horse").await;
        assert_eq!(answer.status, 500, "{}", answer.text);
    }
    other.execute_batch("ALTER TABLE elsewhere RENAME TO players").unwrap();
    let answer = world.sign_in("ada@example.org", "correct horse").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn tampering_is_seen() {
    let world = World::new();
    let page = world.demo().await;
    world.command(&page, "deposits", 500, "a").await;
    let other = world.book();
    assert!(other.execute("UPDATE transfers SET amount_minor = 1", []).is_err(), "transfers are never changed");
    assert!(other.execute("DELETE FROM entries", []).is_err(), "entries are never deleted");
    other.execute("UPDATE accounts SET credits_posted = credits_posted + 1 WHERE role = 'cash'", []).unwrap();
    assert!(!world.wallet.check().await.unwrap().balanced);
    other.execute("UPDATE accounts SET credits_posted = credits_posted - 1 WHERE role = 'cash'", []).unwrap();
    world.audited().await;
    let overdraw = "UPDATE accounts SET debits_posted = credits_posted + 1 WHERE role = 'cash'";
    assert!(other.execute(overdraw, []).is_err(), "the table itself refuses less than nothing");
    other.execute_batch("DROP TRIGGER entries_stay; UPDATE entries SET at_ms = at_ms - 1 WHERE version = 1").unwrap();
    let audit = world.wallet.check().await.unwrap();
    assert!(!audit.balanced && audit.differences[0].contains("entry 1"), "{:?}", audit.differences);
}

#[tokio::test]
async fn the_operators_log_is_only_added_to() {
    let world = World::new();
    let (storage, password) = (world.storage(), "the house always".to_owned());
    let role = contract::operator::Role::Admin;
    let added = gateway::identity::operator::command::add(&storage, "admin@house.example", role, password, 1);
    added.await.unwrap();
    let other = world.file("identity");
    assert!(other.execute("UPDATE operator_log SET operator = 'nobody'", []).is_err());
    assert!(other.execute("DELETE FROM operator_log", []).is_err());
}
