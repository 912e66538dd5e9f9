use crate::support::{Page, World, bet, problem, rollback, win};
use contract::money::Currency;
use contract::vendor::Transaction;
use gateway::store::outbox;
use gateway::wallet::CreditReward;
use gateway::wallet::vendor::VendorSession;
use serde_json::{Value, json};
use uuid::Uuid;

struct Table {
    world: World,
    page: Page,
    session: VendorSession,
}

impl Table {
    async fn new() -> Self {
        let world = World::new();
        let page = world.demo().await;
        let session = world.sessions.start(&page.player);
        Self { world, page, session }
    }

    fn bet(&self, amount_minor: i64) -> Transaction {
        bet(&self.session, "r1", amount_minor)
    }

    async fn says(&self, call: &str, body: &impl serde::Serialize, status: &str, balance_minor: i64) {
        assert_eq!(self.world.wager(call, body).await, (status.to_owned(), balance_minor));
    }

    async fn placed(&self, amount_minor: i64) -> Transaction {
        let bet = self.bet(amount_minor);
        let (status, _) = self.world.wager("bet", &bet).await;
        assert_eq!(status, "ok");
        bet
    }
}

#[tokio::test]
async fn a_token_becomes_a_session_with_a_balance() {
    let table = Table::new().await;
    let reply = table.world.vendor("authenticate", &json!({ "token": table.session.session })).await.json();
    let expected = json!({
        "status": "ok", "session": table.session.session, "player": table.page.player,
        "table": "roulette-1", "currency": "EUR", "balance_minor": 100_000,
    });
    assert_eq!(reply, expected);
    let forged = table.world.vendor("authenticate", &json!({ "token": "forged" })).await.json();
    assert_eq!((&forged["status"], &forged["player"]), (&json!("invalid-session"), &json!("")));
    table.says("balance", &json!({ "session": table.session.session }), "ok", 100_000).await;
    table.says("balance", &json!({ "session": "forged" }), "invalid-session", 0).await;
}

#[tokio::test]
async fn a_round_is_played() {
    let table = Table::new().await;
    let (first, second) = (table.bet(500), table.bet(1_500));
    table.says("bet", &first, "ok", 99_500).await;
    table.says("bet", &second, "ok", 98_000).await;
    table.says("win", &win(&[&first, &second], 18_000), "ok", 116_000).await;
    assert_eq!(table.world.balance(&table.page).await, (116_000, 0));
    let history = table.world.get(&table.page, "/api/wallet/history").await.json();
    let kinds: Vec<&Value> = history["entries"].as_array().unwrap().iter().map(|entry| &entry["kind"]).collect();
    assert_eq!(kinds, ["win", "bet", "bet", "deposit"]);
    assert_eq!(history["entries"][0]["reference"], "roulette-1/r1");
    assert_eq!(table.world.audited().await, 4);
}

#[tokio::test]
async fn a_repeated_transaction_gets_the_first_answer_again() {
    let table = Table::new().await;
    let bet = table.placed(500).await;
    let win = win(&[&bet], 1_000);
    table.says("win", &win, "ok", 100_500).await;
    table.says("bet", &bet, "ok", 99_500).await;
    table.says("win", &win, "ok", 100_500).await;
    let too_much = table.bet(100_501);
    table.says("bet", &too_much, "insufficient-funds", 100_500).await;
    table.world.command(&table.page, "deposits", 1_000, "d").await;
    table.says("bet", &too_much, "insufficient-funds", 100_500).await;
    let renewed = Transaction { session: table.world.sessions.start(&table.page.player).session, ..bet };
    table.says("bet", &renewed, "ok", 99_500).await;
    assert_eq!(table.world.audited().await, 4);
}

#[tokio::test]
async fn an_id_with_other_content_is_refused() {
    let table = Table::new().await;
    let bet = table.placed(500).await;
    let others = [
        Transaction { amount_minor: 501, ..bet.clone() },
        Transaction { round: "r2".into(), ..bet.clone() },
        Transaction { table: "baccarat-1".into(), ..bet.clone() },
        Transaction { currency: Currency::Usd, ..bet.clone() },
        Transaction { game: contract::live::Game::Baccarat, ..bet.clone() },
    ];
    for other in others {
        table.says("bet", &other, "transaction-differs", 99_500).await;
    }
    let as_win = Transaction { settles: vec![bet.transaction.clone()], ..bet.clone() };
    table.says("win", &as_win, "transaction-differs", 99_500).await;
    let as_rollback = contract::vendor::Rollback { transaction: bet.transaction.clone(), ..rollback(&bet) };
    table.says("rollback", &as_rollback, "transaction-differs", 99_500).await;
    assert_eq!(table.world.audited().await, 2);
}

#[tokio::test]
async fn cash_goes_first_and_a_rollback_gives_each_leg_back() {
    let table = Table::new().await;
    let reward = CreditReward {
        key: "k".into(),
        player: table.page.player.clone(),
        offer: "free-bets".into(),
        amount_minor: 2_000,
        currency: Currency::Eur,
        bonus: true,
    };
    table.world.wallet.credit_reward(reward).await.unwrap();
    let bet = table.placed(101_500).await;
    assert_eq!(table.world.balance(&table.page).await, (0, 500));
    table.says("rollback", &rollback(&bet), "ok", 102_000).await;
    assert_eq!(table.world.balance(&table.page).await, (100_000, 2_000));
    table.says("rollback", &rollback(&bet), "rolled-back", 102_000).await;
    table.says("win", &win(&[&bet], 5), "rolled-back", 102_000).await;
    let bet = table.placed(101_500).await;
    table.says("win", &win(&[&bet], 3_000), "ok", 3_500).await;
    assert_eq!(table.world.balance(&table.page).await, (3_000, 500), "a win is cash");
    table.world.audited().await;
}

#[tokio::test]
async fn a_rollback_before_its_bet_makes_the_bet_fail() {
    let table = Table::new().await;
    let bet = table.bet(500);
    let taken_back = rollback(&bet);
    table.says("rollback", &taken_back, "ok", 100_000).await;
    table.says("bet", &bet, "rolled-back", 100_000).await;
    table.says("bet", &bet, "rolled-back", 100_000).await;
    table.says("rollback", &taken_back, "ok", 100_000).await;
    table.says("win", &win(&[&bet], 100), "rolled-back", 100_000).await;
    assert_eq!(table.world.audited().await, 1);
}

#[tokio::test]
async fn a_settled_bet_stays_settled() {
    let table = Table::new().await;
    let (won, lost) = (table.placed(500).await, table.placed(300).await);
    table.says("win", &win(&[&won], 1_000), "ok", 100_200).await;
    table.says("win", &win(&[&won], 1_000), "already-settled", 100_200).await;
    table.says("rollback", &rollback(&won), "already-settled", 100_200).await;
    table.says("win", &win(&[&lost, &won], 1_000), "already-settled", 100_200).await;
    table.says("win", &win(&[&lost], 0), "ok", 100_200).await;
    table.says("rollback", &rollback(&lost), "already-settled", 100_200).await;
    assert_eq!(table.world.audited().await, 4, "losing moves no money");
}

#[tokio::test]
async fn a_win_names_bets_that_are_there() {
    let table = Table::new().await;
    let bet = table.placed(500).await;
    let unknown = table.bet(500);
    table.says("win", &win(&[&unknown], 1_000), "unknown-bet", 99_500).await;
    table.says("win", &win(&[&bet, &unknown], 1_000), "unknown-bet", 99_500).await;
    table.says("win", &Transaction { settles: vec![], ..win(&[&bet], 1) }, "unknown-bet", 99_500).await;
    table.says("win", &Transaction { round: "r2".into(), ..win(&[&bet], 1) }, "unknown-bet", 99_500).await;
    let repeated = win(&[&bet, &bet], 700);
    table.says("win", &repeated, "ok", 100_200).await;
    let of_a_win = contract::vendor::Rollback { bet: repeated.transaction.clone(), ..rollback(&bet) };
    table.says("rollback", &of_a_win, "unknown-bet", 100_200).await;
    let elsewhere = contract::vendor::Rollback { round: "r2".into(), ..rollback(&bet) };
    table.says("rollback", &elsewhere, "unknown-bet", 100_200).await;
    assert_eq!(table.world.audited().await, 3);
}

#[tokio::test]
async fn sessions_bind_bets_and_let_wins_and_rollbacks_through_at_the_end() {
    let table = Table::new().await;
    let (won, taken_back, late) = (table.placed(500).await, table.placed(300).await, table.bet(100));
    let another = table.world.demo().await;
    table.says("bet", &Transaction { session: "forged".into(), ..table.bet(5) }, "invalid-session", 0).await;
    table.says("bet", &Transaction { player: another.player.clone(), ..table.bet(5) }, "invalid-session", 0).await;
    table.says("bet", &Transaction { table: "baccarat-1".into(), ..table.bet(5) }, "invalid-session", 0).await;
    table.says("win", &Transaction { session: "forged".into(), ..win(&[&won], 5) }, "invalid-session", 0).await;
    table.world.sessions.end(&table.session);
    table.says("bet", &late, "invalid-session", 0).await;
    table.says("bet", &won, "ok", 99_500).await;
    table.says("win", &win(&[&won], 1_000), "ok", 100_200).await;
    table.says("rollback", &rollback(&taken_back), "ok", 100_500).await;
    table.says("balance", &json!({ "session": table.session.session }), "invalid-session", 0).await;
    table.world.audited().await;
}

#[tokio::test]
async fn amounts_and_currencies_are_checked() {
    let table = Table::new().await;
    for amount in [0, -1, i64::MIN] {
        table.says("bet", &table.bet(amount), "invalid-amount", 100_000).await;
    }
    table.says("bet", &table.bet(100_000_001), "limit-reached", 100_000).await;
    table.says("bet", &table.bet(1_000_000_000_000_000_000), "limit-reached", 100_000).await;
    table.says("bet", &Transaction { currency: Currency::Usd, ..table.bet(5) }, "invalid-amount", 100_000).await;
    let bet = table.placed(500).await;
    table.says("win", &win(&[&bet], -1), "invalid-amount", 99_500).await;
    table.says("win", &win(&[&bet], 1_000_000_000_000_000_000), "limit-reached", 99_500).await;
    table.says("win", &Transaction { currency: Currency::Usd, ..win(&[&bet], 5) }, "invalid-amount", 99_500).await;
    assert_eq!(table.world.audited().await, 2);
}

#[tokio::test]
async fn answers_outlive_a_restart() {
    let table = Table::new().await;
    let bet = table.placed(500).await;
    let table = Table { world: table.world.reopened().await, ..table };
    table.says("bet", &bet, "ok", 99_500).await;
    table.says("rollback", &rollback(&bet), "ok", 100_000).await;
    assert_eq!(table.world.audited().await, 3);
}

#[tokio::test]
async fn promotions_hear_of_each_wager_once() {
    let table = Table::new().await;
    let (won, taken_back) = (table.placed(500).await, table.placed(300).await);
    table.says("bet", &won, "ok", 99_500).await;
    let win = win(&[&won], 1_000);
    table.world.wager("win", &win).await;
    table.world.wager("rollback", &rollback(&taken_back)).await;
    table.world.wager("rollback", &rollback(&bet(&table.session, "r9", 5))).await;
    let events = outbox::after(table.world.wallet.database(), 0, 100).await.unwrap();
    let wagers: Vec<(String, i64, Uuid)> = events
        .iter()
        .filter(|event| event.topic == gateway::wallet::events::WAGER)
        .map(|event| {
            let wager: gateway::wallet::events::Wager = serde_json::from_str(&event.payload).unwrap();
            let kind = serde_json::to_value(wager.kind).unwrap().as_str().unwrap().to_owned();
            (kind, wager.amount_minor, wager.transaction.parse().unwrap())
        })
        .collect();
    let id = |transaction: &Transaction| transaction.transaction.parse().unwrap();
    let expected = [
        ("bet".to_owned(), 500, id(&won)),
        ("bet".to_owned(), 300, id(&taken_back)),
        ("win".to_owned(), 1_000, id(&win)),
        ("rollback".to_owned(), 300, id(&taken_back)),
    ];
    assert_eq!(wagers, expected);
}

#[tokio::test]
async fn names_hold_no_control_characters() {
    let table = Table::new().await;
    let call = bet(&table.session, "r\0", 100);
    let refused = table.world.vendor("bet", &call).await.problem();
    assert_eq!(refused, problem(400, "invalid-value", Some("round")));
}
