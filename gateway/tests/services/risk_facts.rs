//! What is known of a player when a withdrawal is decided: from the money's own transactions, and once from each
//! event.

use crate::support::{Page, World, bet, problem, promo, rollback, win};
use axum::extract::ConnectInfo;
use contract::feed::Stake;
use contract::money::Currency;
use contract::vendor::Transaction;
use gateway::events::{Source, Subscription};
use gateway::store::inbox::Inbox;
use gateway::store::outbox;
use gateway::wallet::CreditReward;
use gateway::wallet::risk::Followed;
use http::Method;
use serde_json::{Value, json};
use std::net::SocketAddr;
use uuid::Uuid;

const HOUR_MS: i64 = 60 * 60 * 1000;
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0";
const CHROME: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

impl World {
    /// The facts of a withdrawal that is made now.
    async fn facts(&self, page: &Page) -> Value {
        let answer = self.command(page, "withdrawals", 1, &Uuid::new_v4().to_string()).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        self.decisions().await.pop().expect("a decision").3
    }

    /// Lets the wallet hear of everything so far.
    async fn hear(&self) {
        let sources = [("identity", self.identity.database()), ("wallet", self.wallet.database())];
        for (source, (name, database)) in [Followed::Identity, Followed::Wallet].into_iter().zip(sources) {
            let newest = outbox::state(database).await.unwrap().newest;
            let subscription = Subscription::to(Source { name, database: database.clone() });
            let follower = tokio::spawn(self.wallet.clone().follow(source, subscription));
            let mut commits = self.wallet.database().commits();
            loop {
                commits.seen();
                let position = Inbox::open(self.wallet.database(), name).await.unwrap().position().seq;
                if position >= newest {
                    break;
                }
                commits.next().await.unwrap();
            }
            follower.abort();
        }
    }

    async fn sign_in_with(&self, user_agent: &str, peer: &str) -> Page {
        let body = json!({ "email": "ada@example.org", "password": "correct horse" }).to_string();
        let headers = [("user-agent", user_agent)];
        let mut request = Page::default().request(Method::POST, "/api/identity/sign-in", &headers, body);
        let address: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(address));
        Page::of(&self.send(request).await)
    }

    /// A bet on spots at the roulette table.
    async fn stakes_on(&self, page: &Page, round: &str, spots: &[(&str, i64)]) -> Transaction {
        let session = self.sessions.start(&page.player);
        let stakes: Vec<Stake> =
            spots.iter().map(|(spot, stake_minor)| Stake { spot: (*spot).into(), stake_minor: *stake_minor }).collect();
        let amount_minor = stakes.iter().map(|stake| stake.stake_minor).sum();
        let call = Transaction { stakes: Some(stakes), ..bet(&session, round, amount_minor) };
        assert_eq!(self.wager("bet", &call).await.0, "ok");
        call
    }
}

fn numbers(facts: &Value, names: [&str; 3]) -> [i64; 3] {
    names.map(|name| facts[name].as_i64().unwrap_or_else(|| panic!("{name} in {facts}")))
}

#[tokio::test]
async fn money_counts_for_thirty_days() {
    let world = World::new();
    let demo = world.demo().await;
    let money = |facts: &Value| numbers(facts, ["deposited_minor", "staked_minor", "bonus_minor"]);
    assert_eq!(money(&world.facts(&demo).await), [0, 0, 0], "a demo player's opening money is no deposit");
    let page = world.sign_up("ada@example.org").await;
    world.command(&page, "deposits", 5_000, "d").await;
    world.command(&page, "deposits", 5_000, "d").await;
    let session = world.sessions.start(&page.player);
    let (kept, taken_back) = (bet(&session, "r1", 700), bet(&session, "r1", 300));
    for call in [&kept, &taken_back, &kept] {
        world.wager("bet", call).await;
    }
    world.wager("rollback", &rollback(&taken_back)).await;
    world.wager("win", &win(&[&kept], 1_400)).await;
    world.wager("promo-payout", &promo(&session, 40)).await;
    let reward = CreditReward {
        key: "k".into(),
        player: page.player.clone(),
        offer: "o".into(),
        amount_minor: 60,
        currency: Currency::Eur,
        bonus: true,
    };
    world.wallet.credit_reward(reward.clone()).await.unwrap();
    world.wallet.credit_reward(reward).await.unwrap();
    assert_eq!(money(&world.facts(&page).await), [5_000, 700, 100], "each once");
    world.clock.advance(29 * 24 * HOUR_MS);
    let page = world.sign_in_with(FIREFOX, "203.0.113.9:1000").await;
    assert_eq!(money(&world.facts(&page).await), [5_000, 700, 100]);
    world.clock.advance(24 * HOUR_MS);
    assert_eq!(money(&world.facts(&page).await), [0, 0, 0]);
    world.audited().await;
}

#[tokio::test]
async fn withdrawals_count_for_a_day_and_for_a_week_to_the_millisecond() {
    let world = World::new();
    let page = world.demo().await;
    let names = ["day_withdrawals", "week_withdrawals", "week_withdrawn_minor"];
    world.command(&page, "withdrawals", 500, "a").await;
    world.clock.advance(24 * HOUR_MS - 1);
    let facts = world.facts(&page).await;
    assert_eq!(numbers(&facts, names), [1, 1, 500]);
    assert_eq!((&facts["day_withdrawn_minor"], &facts["withdrawal_hours"]), (&json!(500), &json!(23)));
    world.clock.advance(1);
    assert_eq!(numbers(&world.facts(&page).await, names), [1, 2, 501], "the first is a day old");
    world.clock.advance(6 * 24 * HOUR_MS - 1);
    assert_eq!(numbers(&world.facts(&page).await, names)[1], 3);
    world.clock.advance(1);
    assert_eq!(numbers(&world.facts(&page).await, names), [1, 3, 3], "the first is a week old");
}

#[tokio::test]
async fn what_is_new_about_an_account_is_told_once_and_by_what_it_is() {
    let world = World::new();
    let first = world.sign_up("ada@example.org").await;
    world.command(&first, "deposits", 1_000, "d").await;
    let new = |facts: &Value| {
        ["device_hours", "place_hours", "password_hours", "contact_hours"].map(|name| facts[name].as_i64())
    };
    world.clock.advance(5 * HOUR_MS);
    let page = world.sign_in_with(FIREFOX, "203.0.113.9:1000").await;
    world.hear().await;
    let facts = world.facts(&page).await;
    assert_eq!(new(&facts), [Some(0), None, None, None], "the first place is not a new one");
    assert_eq!(facts["account_hours"], 5);
    world.clock.advance(3 * HOUR_MS);
    world.sign_in_with(FIREFOX, "203.0.113.9:2000").await;
    world.hear().await;
    assert_eq!(new(&world.facts(&page).await), [Some(3), None, None, None], "what is known is not new");
    world.sign_in_with(CHROME, "198.51.100.7:1000").await;
    world.hear().await;
    assert_eq!(new(&world.facts(&page).await), [Some(0), Some(0), None, None]);

    let account = world.get(&page, "/api/account").await.json();
    let form = |phone: Option<&str>, version: &Value| json!({ "name": "Ada L.", "contact_email": null, "phone": phone, "address": null, "language": null, "version": version });
    let named = world.post(&page, "/api/account", &[], form(None, &account["version"])).await;
    assert_eq!(named.status, 200, "{}", named.text);
    world.hear().await;
    assert_eq!(new(&world.facts(&page).await)[3], None, "a name is no way to reach anybody");
    let changed = world.post(&page, "/api/account", &[], form(Some("+356 2123 4567"), &named.json()["version"])).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let passwords = json!({ "current_password": "correct horse", "new_password": "correct zebra" });
    let page = Page::of(&world.post(&page, "/api/account/password", &[], passwords).await);
    world.clock.advance(2 * HOUR_MS);
    world.hear().await;
    assert_eq!(new(&world.facts(&page).await)[2..], [Some(2), Some(2)]);
}

#[tokio::test]
async fn no_place_and_no_browser_is_kept_as_it_is() {
    let world = World::new();
    let ada = world.sign_up("ada@example.org").await;
    world.sign_in_with(FIREFOX, "203.0.113.9:1000").await;
    world.sign_in_with(CHROME, "198.51.100.7:1000").await;
    let told = outbox::after(world.identity.database(), 0, 100).await.unwrap();
    let changes: Vec<Value> = told.iter().map(|event| serde_json::from_str(&event.payload).unwrap()).collect();
    let expected = ["opened", "new-device", "new-device", "new-place"];
    assert_eq!(changes, expected.map(|change| json!({ "player": ada.player, "change": change })));
    assert!(told.iter().all(|event| event.player.is_none()), "none of it is for a browser");
    let marks = world
        .identity
        .database()
        .read(|sql| sql.query_all("SELECT mark FROM known_marks", &[], |row| row.get::<[u8; 32]>(0)));
    assert_eq!(marks.await.unwrap().len(), 5, "three browsers and two places, as hashes");
}

#[tokio::test]
async fn stakes_that_cover_each_other_are_seen_until_they_are_taken_back() {
    let world = World::new();
    let page = world.sign_up("ada@example.org").await;
    world.command(&page, "deposits", 10_000, "d").await;
    world.stakes_on(&page, "r1", &[("red", 500), ("odd", 500)]).await;
    world.hear().await;
    assert_eq!(world.facts(&page).await["hedged_percent"], 0);
    world.stakes_on(&page, "r2", &[("red", 300)]).await;
    let black = world.stakes_on(&page, "r2", &[("black", 300)]).await;
    world.hear().await;
    assert_eq!(world.facts(&page).await["hedged_percent"], 37, "600 of 1,600");
    world.wager("rollback", &rollback(&black)).await;
    world.hear().await;
    assert_eq!(world.facts(&page).await["hedged_percent"], 0);
    let session = world.sessions.start(&page.player);
    world.wager("bet", &bet(&session, "r3", 100)).await;
    world.hear().await;
    assert_eq!(world.facts(&page).await["hedged_percent"], 0, "what the vendor does not tell is not guessed");
    world.stakes_on(&page, "r4", &[("low", 650), ("high", 650)]).await;
    world.hear().await;
    assert_eq!(world.facts(&page).await["hedged_percent"], 50, "1,300 of 2,600");
    world.clock.advance(31 * 24 * HOUR_MS);
    let page = world.sign_in_with(FIREFOX, "203.0.113.9:1000").await;
    assert_eq!(world.facts(&page).await["hedged_percent"], 0, "a month later it counts no more");
}

#[tokio::test]
async fn nobodys_stakes_hide_behind_those_of_others() {
    let world = World::new();
    let spots: Vec<String> = (0..100).map(|n| format!("spot-{n}")).collect();
    let spots: Vec<(&str, i64)> = spots.iter().map(|spot| (spot.as_str(), 1)).collect();
    for _ in 0..3 {
        let other = world.demo().await;
        for _ in 0..7 {
            world.stakes_on(&other, "r1", &spots).await;
        }
    }
    let page = world.demo().await;
    let session = world.sessions.start(&page.player);
    let stakes = ["red", "black"].map(|spot| Stake { spot: spot.into(), stake_minor: 300 });
    // As far behind the others as it can be.
    let transaction = Uuid::from_bytes([0xff; 16]).to_string();
    let call = Transaction { transaction, stakes: Some(stakes.into()), ..bet(&session, "r1", 600) };
    assert_eq!(world.wager("bet", &call).await.0, "ok");
    world.hear().await;
    assert_eq!(world.facts(&page).await["hedged_percent"], 100);
}

#[tokio::test]
async fn two_who_bet_against_each_other_are_seen_by_the_round() {
    let world = World::new();
    let (ada, bob, eve) = (world.demo().await, world.demo().await, world.demo().await);
    for round in ["r1", "r2", "r3"] {
        world.stakes_on(&ada, round, &[("red", 500)]).await;
        world.stakes_on(&bob, round, &[("black", 500)]).await;
    }
    world.stakes_on(&eve, "r1", &[("black", 500)]).await;
    world.stakes_on(&eve, "r4", &[("straight-7", 500)]).await;
    world.hear().await;
    for (page, rounds) in [(&ada, 3), (&bob, 3), (&eve, 1)] {
        assert_eq!(world.facts(page).await["opposed_rounds"], rounds);
    }
    // Whoever takes both colours does not need the other.
    world.stakes_on(&ada, "r3", &[("black", 500)]).await;
    world.hear().await;
    assert_eq!(world.facts(&bob).await["opposed_rounds"], 2);
    let facts = world.facts(&ada).await;
    assert_eq!((&facts["opposed_rounds"], &facts["hedged_percent"]), (&json!(2), &json!(50)));
}

#[tokio::test]
async fn what_a_bet_says_to_stake_is_what_it_takes() {
    let world = World::new();
    let page = world.demo().await;
    let session = world.sessions.start(&page.player);
    let stake = |spot: &str, stake_minor| Stake { spot: spot.into(), stake_minor };
    for stakes in [
        vec![],
        vec![stake("red", 499)],
        vec![stake("red", 600), stake("black", -100)],
        vec![stake("", 500)],
        vec![stake("red\u{7}", 500)],
        vec![stake("red", i64::MAX), stake("black", i64::MAX)],
    ] {
        let call = Transaction { stakes: Some(stakes), ..bet(&session, "r1", 500) };
        let refused = world.vendor("bet", &call).await.problem();
        assert_eq!(refused, problem(400, "invalid-value", Some("stakes")));
    }
    let placed = world.stakes_on(&page, "r1", &[("red", 500)]).await;
    let other = Transaction { stakes: Some(vec![stake("black", 500)]), ..placed.clone() };
    assert_eq!(world.wager("bet", &other).await.0, "transaction-differs");
    assert_eq!(world.wager("bet", &placed).await.0, "ok");
    let silent = Transaction { stakes: placed.stakes.clone(), ..win(&[&placed], 5) };
    let refused = world.vendor("win", &silent).await.problem();
    assert_eq!(refused, problem(400, "invalid-value", Some("stakes")));
}
