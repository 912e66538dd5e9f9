//! Every currency, from its first deposit to the audit: the same rules, each with its own minor unit.

use crate::support::{Page, World, bet, problem, promo, rollback, win};
use contract::money::Currency;
use gateway::wallet::{
    CreditReward, End, HOUSE_CURRENCY, Reserve, WalletError, command_limit_minor, opening_deposit_minor,
};
use serde_json::json;

/// A player whose account is kept in a currency, with the opening deposit.
async fn player_in(world: &World, currency: Currency) -> Page {
    // The demo's account is kept in the house's currency: this one is opened for somebody else.
    let visitor = json!({ "email": format!("{}@example.com", currency.as_str()), "password": "long enough",
                          "name": currency.as_str() });
    let answer = world.post(&Page::default(), "/api/identity/sign-up", &[], visitor).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let page = Page::of(&answer);
    world.wallet.open_account(&page.player, currency).await.unwrap();
    let opening = world.wallet.grant_opening(&page.player).await.unwrap();
    assert_eq!((opening.entry.currency, opening.entry.cash_minor), (currency, opening_deposit_minor(currency)));
    page
}

impl World {
    async fn move_in(&self, page: &Page, what: &str, amount_minor: i64, currency: &str) -> crate::support::Answer {
        let key = uuid::Uuid::new_v4().to_string();
        let body = json!({ "amount_minor": amount_minor, "currency": currency });
        self.post(page, &format!("/api/wallet/{what}"), &[("idempotency-key", &key)], body).await
    }
}

#[tokio::test]
async fn a_whole_history_in_each_of_them_in_one_book() {
    let world = World::new();
    for currency in Currency::ALL.iter().copied() {
        let page = player_in(&world, currency).await;
        let (player, opening) = (page.player.clone(), opening_deposit_minor(currency));
        let name = currency.as_str();
        assert_eq!(world.move_in(&page, "deposits", 7, name).await.status, 201);
        assert_eq!(world.move_in(&page, "withdrawals", 2, name).await.status, 201);
        let reward = CreditReward {
            key: "k".into(),
            player: player.clone(),
            offer: "free-bets".into(),
            amount_minor: 11,
            currency,
            bonus: true,
        };
        world.wallet.credit_reward(reward).await.unwrap();
        let session = world.sessions.start_in(&player, currency);
        let (won, taken_back) = (bet(&session, "r1", 100), bet(&session, "r1", 50));
        assert_eq!(world.wager("bet", &won).await, ("ok".into(), opening + 16 - 100));
        world.wager("bet", &taken_back).await;
        world.wager("win", &win(&[&won], 200)).await;
        world.wager("rollback", &rollback(&taken_back)).await;
        assert_eq!(world.wager("promo-payout", &promo(&session, 3)).await, ("ok".into(), opening + 119));
        let wish = Reserve { key: "r".into(), player: player.clone(), amount_minor: 10, currency, timeout_ms: None };
        let reserved = world.wallet.reserve(wish).await.unwrap().entry.id;
        world.wallet.end_reservation(player.clone(), reserved, End::Post(Some(4))).await.unwrap();
        let balance = world.wallet.balance(&player).await.unwrap();
        assert_eq!(balance.currency, currency);
        assert_eq!((balance.cash_minor, balance.held_minor, balance.bonus_minor), (opening + 104, 0, 11));
    }
    world.audited().await;
    let audit = world.wallet.check().await.unwrap();
    let sums: Vec<_> = audit.sums.iter().map(|sums| sums.currency).collect();
    assert_eq!(sums, Currency::ALL, "each has accounts of its own");
    assert!(audit.sums.iter().all(|sums| sums.debits_posted == sums.credits_posted && sums.debits_posted > 0));
}

#[tokio::test]
async fn no_currency_stands_in_for_another() {
    let world = World::new();
    let page = player_in(&world, Currency::Jpy).await;
    for other in Currency::ALL.iter().copied().filter(|other| *other != Currency::Jpy) {
        for what in ["deposits", "withdrawals"] {
            let refused = world.move_in(&page, what, 1, other.as_str()).await;
            assert_eq!(refused.problem(), problem(400, "invalid-value", Some("currency")));
        }
        let wish = Reserve {
            key: other.as_str().into(),
            player: page.player.clone(),
            amount_minor: 1,
            currency: other,
            timeout_ms: None,
        };
        let expected = Err(WalletError::WrongCurrency { account: Currency::Jpy });
        assert_eq!(world.wallet.reserve(wish).await, expected);
        assert_eq!(
            world.wallet.open_account(&page.player, other).await,
            Err(WalletError::WrongCurrency { account: Currency::Jpy })
        );
        // A session in a currency that is not the account's: the table was launched before somebody looked.
        let session = world.sessions.start_in(&page.player, other);
        for (call, body) in [("bet", json!(bet(&session, "r1", 1))), ("promo-payout", json!(promo(&session, 1)))] {
            assert_eq!(world.wager(call, &body).await.0, "invalid-amount");
        }
    }
    assert_eq!(world.audited().await, 1);
}

#[tokio::test]
async fn each_has_its_own_limit() {
    let world = World::new();
    for currency in Currency::ALL.iter().copied() {
        let page = player_in(&world, currency).await;
        let limit = command_limit_minor(currency);
        let refused = world.move_in(&page, "deposits", limit + 1, currency.as_str()).await;
        assert_eq!(refused.problem(), problem(400, "invalid-value", Some("amount_minor")));
        assert_eq!(world.move_in(&page, "deposits", limit, currency.as_str()).await.status, 201);
    }
    assert_eq!(HOUSE_CURRENCY, Currency::Eur);
}
