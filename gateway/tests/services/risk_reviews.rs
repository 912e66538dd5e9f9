//! Withdrawals that wait, as operators see them and decide about them.

use crate::identity_operators::{lines, operator};
use crate::place::Place;
use crate::refusal_order::{check, code};
use crate::risk_decisions::RULES;
use crate::support::{Answer, House, Page, START_MS, Sessions, World, problem};
use contract::operator::Role;
use futures::future::join_all;
use gateway::clock::Clock;
use gateway::events::{Source, Subscription};
use gateway::store::Database;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

const LIST: &str = "/api/operator/withdrawals";

impl World {
    /// Withdraws an amount that waits; gives the withdrawal's id.
    async fn waiting(&self, page: &Page, amount_minor: i64, key: &str) -> String {
        let answer = self.command(page, "withdrawals", amount_minor, key).await;
        assert!(answer.json()["entry"]["held_minor"].as_i64() > Some(0), "{}", answer.text);
        answer.json()["entry"]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn review(&self, by: &Page, id: &str, what: &str, key: &str) -> Answer {
        let headers = [("idempotency-key", key)];
        self.post(by, &format!("{LIST}/{id}/{what}"), &headers, json!({ "reason": " asked the player " })).await
    }

    async fn set_lock(&self, by: &Page, player: &str, what: &str) -> Answer {
        let path = format!("/api/operator/players/{player}/withdrawals/{what}");
        self.post(by, &path, &[], json!({ "reason": "as asked" })).await
    }
}

#[tokio::test]
async fn operators_see_what_waits_and_why() {
    let world = World::under(RULES);
    let page = world.demo().await;
    let first = world.waiting(&page, 10_000, "a").await;
    world.command(&page, "withdrawals", 5, "paid").await;
    let second = world.waiting(&page, 50_000, "b").await;
    world.wallet.hold_withdrawals(&page.player, true).await.unwrap();
    let viewer = operator(&world, Role::Viewer).await;
    let list = world.get(&viewer, LIST).await.json();
    let waiting = list["withdrawals"].as_array().unwrap();
    assert_eq!(waiting.iter().map(|w| w["id"].as_str().unwrap()).collect::<Vec<_>>(), [&first, &second]);
    let (amount, player, locked) = (&waiting[0]["amount_minor"], &waiting[0]["player"], &waiting[0]["locked"]);
    assert_eq!((amount, player, locked), (&json!(10_000), &json!(page.player), &json!(true)));
    let decision = &waiting[1]["decision"];
    assert_eq!((&decision["outcome"], &decision["rules_version"]), (&json!("lock"), &json!("test-1")));
    assert_eq!(decision["rules_digest"].as_str().unwrap().len(), 64);
    let rules: Vec<&str> =
        decision["reasons"].as_array().unwrap().iter().map(|reason| reason["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["much", "very-much"]);
    let fact = |name: &str| {
        let all = decision["facts"].as_array().unwrap();
        all.iter().find(|fact| fact["name"] == name).unwrap_or_else(|| panic!("{name}"))["value"].clone()
    };
    assert_eq!((fact("day_withdrawals"), fact("day_withdrawn_minor")), (json!(2), json!(10_005)));
    assert_eq!((fact("locked"), fact("device_hours")), (json!(0), Value::Null));

    let page_one = world.get(&viewer, &format!("{LIST}?limit=1")).await.json();
    assert_eq!(page_one["withdrawals"][0]["id"], first);
    let page_two = world.get(&viewer, &format!("{LIST}?limit=1&after={}", page_one["next_after"])).await.json();
    assert_eq!((&page_two["withdrawals"][0]["id"], &page_two["next_after"]), (&json!(second), &Value::Null));
    for (query, field) in [("limit=0", "limit"), ("limit=201", "limit"), ("after=-1", "after")] {
        let refused = world.get(&viewer, &format!("{LIST}?{query}")).await;
        assert_eq!(refused.problem(), problem(400, "invalid-value", Some(field)), "{query}");
    }
}

#[tokio::test]
async fn a_released_withdrawal_is_paid_in_full_once() {
    let world = World::under(RULES);
    let page = world.demo().await;
    let id = world.waiting(&page, 30_000, "w").await;
    let risk = operator(&world, Role::Risk).await;
    let released = world.review(&risk, &id, "release", "k").await;
    assert_eq!(released.status, 201, "{}", released.text);
    let review = released.json();
    assert_eq!(
        (&review["verdict"], &review["amount_minor"], &review["reason"]),
        (&json!("released"), &json!(30_000), &json!("asked the player"))
    );
    assert_eq!((&review["operator"], &review["player"]), (&json!("risk@house.example"), &json!(page.player)));
    assert_eq!(world.cash_and_held(&page).await, (70_000, 0));
    let again = world.review(&risk, &id, "release", "k").await;
    assert_eq!((again.text, again.headers["idempotency-hit"].to_str().unwrap()), (released.text, "true"));
    for (what, key) in [("release", "l"), ("refuse", "m")] {
        let refused = world.review(&risk, &id, what, key).await;
        assert_eq!(refused.problem(), problem(409, "conflict", Some("id")), "{what}");
    }
    assert_eq!(world.cash_and_held(&page).await, (70_000, 0));
    let told = world.told(&page, "wallet.entry").await;
    let last = told.last().unwrap();
    assert_eq!((&last["kind"], &last["reference"]), (&json!("paid-out"), &json!(id)), "an open page follows");
    assert!(!json!(told).to_string().contains("asked the player"));
    assert_eq!(world.get(&risk, LIST).await.json()["withdrawals"], json!([]));
    world.audited().await;
}

#[tokio::test]
async fn a_refused_withdrawal_comes_back_to_the_cent() {
    let world = World::under(RULES);
    let page = world.demo().await;
    let id = world.waiting(&page, 30_001, "w").await;
    let admin = operator(&world, Role::Admin).await;
    let refused = world.review(&admin, &id, "refuse", "k").await;
    assert_eq!((refused.status.as_u16(), &refused.json()["verdict"]), (201, &json!("refused")));
    assert_eq!(world.cash_and_held(&page).await, (100_000, 0));
    let world = world.reopened().await;
    let again = world.review(&admin, &id, "refuse", "k").await;
    assert_eq!(again.text, refused.text, "after a restart as well");
    assert_eq!(world.audited().await, 3);
}

#[tokio::test]
async fn a_crash_leaves_a_review_with_its_money_or_neither() {
    let house = || House { risk: Some(RULES.to_owned()), ..House::default() };
    for (what, cash) in [("release", 70_000), ("refuse", 100_000)] {
        for left in [0, 400, 1_000] {
            let world = World::on(Place::quick(), Clock::standing_at(START_MS), Sessions::default(), house());
            let (page, risk) = (world.demo().await, operator(&world, Role::Risk).await);
            let id = world.waiting(&page, 30_000, "w").await;
            let since = world.log_bytes();
            assert_eq!(world.review(&risk, &id, what, "k").await.status, 201);
            let world = world.crashed_under(since, left, house()).await;
            let count = "SELECT count(*) FROM risk_reviews";
            let reviews = world.wallet.database().read(move |sql| sql.query_one(count, &[], |row| row.get::<i64>(0)));
            let (found, reviews) = (world.cash_and_held(&page).await, reviews.await.unwrap());
            assert!((found, reviews) == ((70_000, 30_000), 0) || (found, reviews) == ((cash, 0), 1), "{what} {left}");
            // Whoever got no answer asks again.
            assert_eq!(world.review(&risk, &id, what, "k").await.status, 201);
            assert_eq!(world.cash_and_held(&page).await, (cash, 0), "{what} {left}");
            world.audited().await;
        }
    }
}

#[tokio::test]
async fn of_many_who_decide_at_once_one_does() {
    let world = World::under(RULES);
    let page = world.demo().await;
    let id = world.waiting(&page, 30_000, "w").await;
    let risk = operator(&world, Role::Risk).await;
    let keys: Vec<String> = (0..16).map(|n| format!("k{n}")).collect();
    let what = |n: usize| if n.is_multiple_of(2) { "release" } else { "refuse" };
    let tries = keys.iter().enumerate().map(|(n, key)| world.review(&risk, &id, what(n), key));
    let done: Vec<Value> =
        join_all(tries).await.into_iter().filter(|answer| answer.status == 201).map(|answer| answer.json()).collect();
    assert_eq!(done.len(), 1);
    let cash = if done[0]["verdict"] == "released" { 70_000 } else { 100_000 };
    assert_eq!(world.cash_and_held(&page).await, (cash, 0));
    world.audited().await;
}

#[tokio::test]
async fn who_may_do_what() {
    let world = World::under(RULES);
    let page = world.demo().await;
    let id = world.waiting(&page, 50_000, "w").await;
    let (viewer, support, risk) = (
        operator(&world, Role::Viewer).await,
        operator(&world, Role::Support).await,
        operator(&world, Role::Risk).await,
    );
    let forbidden = problem(403, "forbidden", Some("role"));
    for who in [&viewer, &support] {
        assert_eq!(world.get(who, LIST).await.status, 200);
        for what in ["release", "refuse"] {
            assert_eq!(world.review(who, &id, what, "k").await.problem(), forbidden);
        }
        assert_eq!(world.set_lock(who, &page.player, "unlock").await.problem(), forbidden);
    }
    assert_eq!(world.set_lock(&viewer, &page.player, "lock").await.problem(), forbidden);
    assert_eq!(world.get(&page, LIST).await.problem(), problem(401, "signed-out", None), "no player is an operator");
    let path = format!("{LIST}/{id}/release");
    let send = |headers: Vec<(&'static str, &'static str)>, body: Value| {
        let (world, risk, path) = (&world, &risk, path.clone());
        async move { world.post(risk, &path, &headers, body).await.problem() }
    };
    let reason = json!({ "reason": "r" });
    let forged = send(vec![("idempotency-key", "k"), ("x-csrf-token", "x")], reason.clone()).await;
    assert_eq!(forged, problem(403, "forbidden", Some("x-csrf-token")));
    let elsewhere = send(vec![("idempotency-key", "k"), ("origin", "http://evil.example")], reason.clone()).await;
    assert_eq!(elsewhere, problem(403, "forbidden", Some("origin")));
    assert_eq!(send(vec![], reason).await, problem(400, "idempotency-key-missing", Some("idempotency-key")));
    let key = || vec![("idempotency-key", "k")];
    assert_eq!(send(key(), json!({ "reason": " " })).await, problem(400, "invalid-value", Some("reason")));
    assert_eq!(send(key(), json!({})).await, problem(400, "invalid-body", Some("reason")));
    let extra = json!({ "reason": "r", "amount_minor": 1 });
    assert_eq!(send(key(), extra).await, problem(400, "invalid-body", Some("amount_minor")), "in full, or not");
    let none = world.review(&risk, "none", "release", "n").await;
    assert_eq!(none.problem(), problem(404, "not-found", Some("id")));
    assert_eq!(world.cash_and_held(&page).await, (50_000, 50_000), "none of it did anything");
    assert_eq!(world.review(&risk, &id, "release", "k").await.status, 201);
    assert_eq!(
        world.review(&risk, &id, "refuse", "k").await.problem(),
        problem(422, "idempotency-key-reused", Some("idempotency-key"))
    );
}

#[tokio::test]
async fn the_first_of_what_is_wrong_with_a_review_is_said() {
    let world = World::under(RULES);
    let risk = operator(&world, Role::Risk).await;
    let page = world.demo().await;
    let other = world.waiting(&page, 10_000, "other").await;
    assert_eq!(world.review(&risk, &other, "release", "used").await.status, 201);
    check("An operator's review of a withdrawal", async |has| {
        let page = world.demo().await;
        let mut id = world.waiting(&page, 10_000, "w").await;
        if has(9) {
            assert_eq!(world.review(&risk, &id, "refuse", &Uuid::new_v4().to_string()).await.status, 201);
        }
        if has(8) {
            id = "none".to_owned();
        }
        let fresh = Uuid::new_v4().to_string();
        let key = if has(4) {
            ""
        } else if has(7) {
            "used"
        } else {
            &fresh
        };
        let mut headers = vec![("idempotency-key", key)];
        let faulty = [(1, ("origin", "http://evil.example")), (2, ("cookie", "")), (3, ("x-csrf-token", "x"))];
        headers.extend(faulty.into_iter().filter(|(fault, _)| has(*fault)).map(|(_, header)| header));
        let mut body = json!({ "reason": if has(6) { " " } else { "r" } });
        if has(5) {
            body["tip"] = json!(1);
        }
        code(&world.post(&risk, &format!("{LIST}/{id}/release"), &headers, body).await)
    })
    .await;
}

#[tokio::test]
async fn a_lock_is_set_and_lifted() {
    let world = World::under(RULES);
    let page = world.demo().await;
    let (support, risk) = (operator(&world, Role::Support).await, operator(&world, Role::Risk).await);
    let locked = world.set_lock(&support, &page.player, "lock").await;
    assert_eq!(locked.json(), json!({ "player": page.player, "locked": true }));
    assert_eq!(world.set_lock(&support, &page.player, "lock").await.problem(), problem(409, "conflict", None));
    world.waiting(&page, 1, "a").await;
    assert_eq!(world.set_lock(&risk, &page.player, "unlock").await.json()["locked"], false);
    assert_eq!(world.set_lock(&risk, &page.player, "unlock").await.problem(), problem(409, "conflict", None));
    world.command(&page, "withdrawals", 1, "b").await;
    assert_eq!(world.cash_and_held(&page).await, (99_998, 1), "what waits goes on waiting");
    assert_eq!(world.set_lock(&risk, "nobody", "unlock").await.problem(), problem(404, "not-found", Some("id")));
}

#[tokio::test]
async fn what_operators_decide_is_written_down_once() {
    let world = World::under(RULES);
    let page = world.demo().await;
    let (paid, back) = (world.waiting(&page, 10_000, "a").await, world.waiting(&page, 50_000, "b").await);
    let admin = operator(&world, Role::Admin).await;
    world.review(&admin, &paid, "release", "k").await;
    world.review(&admin, &paid, "refuse", "l").await;
    world.review(&admin, &back, "refuse", "m").await;
    world.set_lock(&admin, &page.player, "unlock").await;
    let source = |name, database: &Database| Subscription::to(Source { name, database: database.clone() });
    // Two that follow are two processes: each line is there once all the same.
    let follow = || tokio::spawn(world.identity.clone().follow(source("wallet", world.wallet.database())));
    let (one, two) = (follow(), follow());
    let all =
        async { while lines(&world, &admin, "?limit=3").await["lines"][0]["action"] != "withdrawals-unlocked" {} };
    tokio::time::timeout(Duration::from_secs(10), all).await.expect("written down");
    world.set_lock(&admin, &page.player, "lock").await;
    let next = async { while lines(&world, &admin, "?limit=1").await["lines"][0]["action"] != "withdrawals-locked" {} };
    tokio::time::timeout(Duration::from_secs(10), next).await.expect("written down");
    one.abort();
    two.abort();
    let page_of = lines(&world, &admin, "?limit=6").await;
    let told: Vec<_> =
        page_of["lines"].as_array().unwrap().iter().map(|line| line["action"].as_str().unwrap()).collect();
    let expected = [
        "withdrawals-locked",
        "withdrawals-unlocked",
        "withdrawal-refused",
        "withdrawal-released",
        "signed-in",
        "operator-added",
    ];
    assert_eq!(told, expected, "what was refused is not there");
    let line = &page_of["lines"][3];
    assert_eq!(
        (&line["operator"], &line["subject"], &line["reason"]),
        (&json!("admin@house.example"), &json!(page.player), &json!("asked the player"))
    );
}
