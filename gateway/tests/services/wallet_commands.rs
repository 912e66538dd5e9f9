use crate::support::{World, problem};
use contract::money::Currency;
use gateway::store::outbox;
use gateway::wallet::{CreditReward, WalletError};
use serde_json::json;

#[tokio::test]
async fn money_goes_in_and_out_and_the_ledger_agrees() {
    let world = World::new();
    let page = world.demo().await;
    assert_eq!(world.balance(&page).await, (100_000, 0));
    let deposit = world.command(&page, "deposits", 2_550, "a").await;
    assert_eq!(deposit.status, 201);
    let receipt = deposit.json();
    assert_eq!(receipt["entry"]["kind"], "deposit");
    assert_eq!(receipt["entry"]["cash_minor"], 2_550);
    assert_eq!(receipt["entry"]["version"], 2);
    assert_eq!(receipt["balance"]["cash_minor"], 102_550);
    let withdrawal = world.command(&page, "withdrawals", 102_550, "b").await.json();
    assert_eq!(withdrawal["entry"]["cash_minor"], -102_550);
    assert_eq!(withdrawal["balance"]["cash_minor"], 0);
    assert_eq!(world.audited().await, 3);
    let truth = world.wallet.player_truth(&page.player).await.unwrap();
    assert_eq!(truth.balance.cash_minor, 0);
    assert_eq!(truth.entries.len(), 3);
    assert_eq!(serde_json::to_value(&truth.entries[0]).unwrap(), withdrawal["entry"]);
}

#[tokio::test]
async fn a_repeated_command_gets_the_same_bytes_after_a_restart_too() {
    let world = World::new();
    let page = world.demo().await;
    let first = world.command(&page, "deposits", 500, "same").await;
    assert!(!first.headers.contains_key("idempotency-hit"));
    let world = world.reopened().await;
    let again = world.command(&page, "deposits", 500, "same").await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(again.headers["idempotency-hit"], "true");
    let other = world.command(&page, "deposits", 501, "same").await;
    assert_eq!(other.problem(), problem(422, "idempotency-key-reused", Some("idempotency-key")));
    let elsewhere = world.command(&page, "withdrawals", 500, "same").await;
    assert_eq!(elsewhere.problem(), problem(422, "idempotency-key-reused", Some("idempotency-key")));
    assert_eq!(world.balance(&page).await, (100_500, 0));
    let another = world.demo().await;
    assert_eq!(world.command(&another, "deposits", 7, "same").await.status, 201, "keys of two players don't meet");
}

#[tokio::test]
async fn a_refusal_is_kept_under_its_key() {
    let world = World::new();
    let page = world.demo().await;
    let refused = world.command(&page, "withdrawals", 100_001, "k").await;
    assert_eq!(refused.problem(), problem(422, "insufficient-funds", Some("amount_minor")));
    assert_eq!(world.command(&page, "deposits", 100, "d").await.status, 201);
    let again = world.command(&page, "withdrawals", 100_001, "k").await;
    assert_eq!(again.headers["idempotency-hit"], "true");
    assert_eq!(again.text, refused.text);
    assert_eq!(again.headers["content-type"], "application/problem+json");
    assert_eq!(world.balance(&page).await, (100_100, 0));
    assert_eq!(world.audited().await, 2);
}

#[tokio::test]
async fn many_writers_at_once_lose_nothing() {
    let world = World::new();
    let page = world.demo().await;
    let commands = (0..64).map(|n| {
        let what = if n % 2 == 0 { "deposits" } else { "withdrawals" };
        let (world, page) = (&world, &page);
        async move { world.command(page, what, 1 + n, &format!("key-{n}")).await }
    });
    for answer in futures::future::join_all(commands).await {
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
    // In: 1 + 3 + … + 63; out: 2 + 4 + … + 64.
    assert_eq!(world.balance(&page).await, (100_000 - 32, 0));
    assert_eq!(world.audited().await, 65);
}

#[tokio::test]
async fn one_key_sent_many_times_at_once_has_one_effect() {
    let world = World::new();
    let page = world.demo().await;
    let commands = (0..20).map(|_| world.command(&page, "deposits", 100, "one"));
    let answers = futures::future::join_all(commands).await;
    let done = answers.iter().filter(|answer| answer.status == 201).count();
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(answer.problem(), problem(409, "in-flight", Some("idempotency-key")));
    }
    assert!(done >= 1);
    assert_eq!(world.balance(&page).await, (100_100, 0));
}

#[tokio::test]
async fn a_reward_is_credited_once() {
    let world = World::new();
    let page = world.demo().await;
    let reward = CreditReward {
        key: "claim-1".into(),
        player: page.player.clone(),
        offer: "free-bets".into(),
        amount_minor: 1_000,
        currency: Currency::Eur,
        bonus: true,
    };
    let receipt = world.wallet.credit_reward(reward.clone()).await.unwrap();
    assert_eq!(receipt.entry.reference.as_deref(), Some("free-bets"));
    assert_eq!(world.wallet.credit_reward(reward.clone()).await.unwrap(), receipt);
    let other = CreditReward { amount_minor: 2_000, ..reward.clone() };
    assert_eq!(world.wallet.credit_reward(other).await, Err(WalletError::KeyReused));
    let dollars = CreditReward { key: "claim-2".into(), currency: Currency::Usd, ..reward.clone() };
    assert_eq!(world.wallet.credit_reward(dollars).await, Err(WalletError::WrongCurrency { account: Currency::Eur }));
    let cash = CreditReward { key: "claim-3".into(), bonus: false, ..reward };
    world.wallet.credit_reward(cash).await.unwrap();
    assert_eq!(world.balance(&page).await, (101_000, 1_000));
    let bonus = world.command(&page, "withdrawals", 101_001, "w").await;
    assert_eq!(bonus.problem().1, "insufficient-funds", "bonus money can't be withdrawn");
    assert_eq!(world.audited().await, 3);
}

#[tokio::test]
async fn each_entry_tells_the_player_and_a_deposit_the_promotions() {
    let world = World::new();
    let page = world.demo().await;
    world.command(&page, "deposits", 500, "d").await;
    world.command(&page, "withdrawals", 200_000, "refused").await;
    let events = outbox::after(world.wallet.database(), 0, 100).await.unwrap();
    let topics: Vec<&str> = events.iter().map(|event| event.topic.as_str()).collect();
    assert_eq!(topics, ["wallet.entry", "wallet.balance", "wallet.entry", "wallet.balance", "wallet.deposit"]);
    assert!(events.iter().all(|event| event.player.as_deref() == Some(page.player.as_str())));
    let balance: serde_json::Value = serde_json::from_str(&events[3].payload).unwrap();
    assert_eq!((&balance["cash_minor"], &balance["version"]), (&json!(100_500), &json!(2)));
}
