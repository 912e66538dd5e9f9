use crate::support::{Answer, Page, World, problem};
use contract::operator::Role;
use gateway::identity::operator::command;
use serde_json::{Value, json};

const PASSWORD: &str = "the house always";

async fn add(world: &World, email: &str, role: Role) {
    let now_ms = world.clock.now_ms();
    command::add(&world.storage(), email, role, PASSWORD.to_owned(), now_ms).await.unwrap();
}

async fn sign_in(world: &World, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    world.post(&Page::default(), "/api/operator/sign-in", &[], body).await
}

/// A new operator's browser.
pub(crate) async fn operator(world: &World, role: Role) -> Page {
    let email = format!("{}@house.example", role.as_str());
    add(world, &email, role).await;
    let answer = sign_in(world, &email, PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/api/operator;"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    Page {
        cookie: cookie.split(';').next().unwrap().to_owned(),
        csrf: answer.json()["csrf_token"].as_str().unwrap().to_owned(),
        player: String::new(),
    }
}

async fn lock(world: &World, page: &Page, player: &str, what: &str) -> Answer {
    world.post(page, &format!("/api/operator/players/{player}/{what}"), &[], json!({ "reason": " as asked " })).await
}

pub(crate) async fn lines(world: &World, page: &Page, query: &str) -> Value {
    world.get(page, &format!("/api/operator/log{query}")).await.json()
}

#[tokio::test]
async fn an_operator_is_who_the_command_line_says() {
    let world = World::new();
    let page = operator(&world, Role::Risk).await;
    let session = world.get(&page, "/api/operator/session").await.json();
    assert_eq!(session["operator"]["email"], "risk@house.example");
    assert_eq!(
        (&session["operator"]["role"], session["csrf_token"].as_str()),
        (&json!("risk"), Some(page.csrf.as_str()))
    );
    let now_ms = world.clock.now_ms();
    let storage = world.storage();
    for (email, password, field) in
        [("nobody", PASSWORD, "email"), ("a@b", "eleven char", "password"), ("RISK@house.example", PASSWORD, "email")]
    {
        let refused = command::add(&storage, email, Role::Admin, password.to_owned(), now_ms).await.unwrap_err();
        assert_eq!(refused.field.as_deref(), Some(field), "{email}");
    }
    assert!(command::remove(&storage, "nobody@house.example", now_ms).await.is_err());
}

#[tokio::test]
async fn a_player_is_no_operator_and_an_operator_no_player() {
    let world = World::new();
    let player = world.sign_up("ada@example.org").await;
    for path in ["session", "players?email=ada@example.org", "players/x", "log"] {
        let refused = world.get(&player, &format!("/api/operator/{path}")).await;
        assert_eq!(refused.problem(), problem(401, "signed-out", None), "{path}");
    }
    assert_eq!(sign_in(&world, "ada@example.org", "correct horse").await.problem().0, 401);
    let admin = operator(&world, Role::Admin).await;
    assert!(!world.knows(&admin).await);
    assert_eq!(world.sign_in("admin@house.example", PASSWORD).await.status, 401);
}

#[tokio::test]
async fn each_role_may_do_what_those_before_it_may() {
    let world = World::new();
    let player = world.demo().await.player;
    let mut pages = Vec::new();
    for role in Role::ALL {
        pages.push((*role, operator(&world, *role).await));
    }
    let forbidden = problem(403, "forbidden", Some("role"));
    for (path, least) in [
        ("session".to_owned(), Role::Developer),
        (format!("players?id={player}"), Role::Viewer),
        (format!("players/{player}"), Role::Support),
        ("log".to_owned(), Role::Admin),
    ] {
        for (role, page) in &pages {
            let answer = world.get(page, &format!("/api/operator/{path}")).await;
            if *role >= least {
                assert_eq!(answer.status, 200, "{path} {role:?}: {}", answer.text);
            } else {
                assert_eq!(answer.problem(), forbidden, "{path} {role:?}");
            }
        }
    }
    assert_eq!(lock(&world, &pages[1].1, &player, "lock").await.problem(), forbidden);
    assert_eq!(lock(&world, &pages[2].1, &player, "lock").await.status, 200);
    assert_eq!(lock(&world, &pages[2].1, &player, "unlock").await.problem(), forbidden);
    assert_eq!(lock(&world, &pages[3].1, &player, "unlock").await.status, 200);
}

#[tokio::test]
async fn a_players_file_is_what_the_ledger_says() {
    let world = World::new();
    let ada = world.sign_up("ada@example.org").await;
    for key in ["a", "b", "c"] {
        world.command(&ada, "deposits", 500, key).await;
    }
    let page = operator(&world, Role::Support).await;
    let found = world.get(&page, "/api/operator/players?email=ADA@example.org").await.json();
    assert_eq!(found["players"][0]["id"], ada.player);
    assert_eq!(found["players"][0]["locked_at_ms"], Value::Null);
    let none = world.get(&page, "/api/operator/players?email=eve@example.org").await.json();
    assert_eq!(none, json!({ "players": [] }));
    for query in ["", "?id=x&email=a@b"] {
        let refused = world.get(&page, &format!("/api/operator/players{query}")).await;
        assert_eq!(refused.problem(), problem(400, "invalid-value", Some("id")), "{query}");
    }
    let file = world.get(&page, &format!("/api/operator/players/{}", ada.player)).await.json();
    assert_eq!((&file["balance"]["cash_minor"], &file["sessions"]), (&json!(1500), &json!(1)));
    let kinds: Vec<_> =
        file["entries"].as_array().unwrap().iter().map(|entry| entry["cash_after_minor"].clone()).collect();
    assert_eq!(kinds, [1500, 1000, 500], "newest first");
    assert_eq!(file["account"]["email"], "ada@example.org");
    let nobody = world.get(&page, "/api/operator/players/x").await;
    assert_eq!(nobody.problem(), problem(404, "not-found", Some("id")));
}

#[tokio::test]
async fn a_locked_account_is_nobodys_until_it_is_unlocked() {
    let world = World::new();
    let ada = world.sign_up("ada@example.org").await;
    world.command(&ada, "deposits", 500, "a").await;
    let risk = operator(&world, Role::Risk).await;
    let locked = lock(&world, &risk, &ada.player, "lock").await;
    assert_eq!(locked.json()["locked_at_ms"], world.clock.now_ms());
    assert!(!world.knows(&ada).await, "from the next request");
    let refused = world.command(&ada, "withdrawals", 500, "b").await;
    assert_eq!(refused.problem(), problem(401, "signed-out", None), "whoever has the account gets no money out of it");
    let refused = world.sign_in("ada@example.org", "correct horse").await;
    assert_eq!(refused.problem(), problem(403, "account-locked", None));
    assert!(!refused.headers.contains_key("set-cookie"));
    let wrong = world.sign_in("ada@example.org", "wrong horse").await;
    assert_eq!(wrong.problem(), problem(401, "wrong-credentials", None), "only who knows the password learns of it");
    assert_eq!(lock(&world, &risk, &ada.player, "lock").await.problem(), problem(409, "conflict", None));
    assert_eq!(world.wallet.balance(&ada.player).await.unwrap().cash_minor, 500, "what is held stays");

    assert_eq!(lock(&world, &risk, &ada.player, "unlock").await.json()["locked_at_ms"], Value::Null);
    assert!(!world.knows(&ada).await, "the player signs in again");
    assert_eq!(world.sign_in("ada@example.org", "correct horse").await.status, 200);
    assert_eq!(lock(&world, &risk, &ada.player, "unlock").await.problem(), problem(409, "conflict", None));
    assert_eq!(lock(&world, &risk, "x", "lock").await.problem(), problem(404, "not-found", Some("id")));
}

#[tokio::test]
async fn what_operators_did_is_written_down_with_its_reason() {
    let world = World::new();
    let player = world.demo().await.player;
    let admin = operator(&world, Role::Admin).await;
    for body in [json!({ "reason": "  " }), json!({ "reason": "x".repeat(301) })] {
        let refused = world.post(&admin, &format!("/api/operator/players/{player}/lock"), &[], body).await;
        assert_eq!(refused.problem(), problem(400, "invalid-value", Some("reason")));
    }
    lock(&world, &admin, &player, "lock").await;
    lock(&world, &admin, &player, "lock").await;
    lock(&world, &admin, &player, "unlock").await;
    let page = lines(&world, &admin, "?limit=3").await;
    let told: Vec<_> = page["lines"].as_array().unwrap().iter().map(|line| line["action"].as_str().unwrap()).collect();
    assert_eq!(told, ["player-unlocked", "player-locked", "signed-in"], "a refused lock is not there");
    let locked = &page["lines"][1];
    assert_eq!(
        (&locked["operator"], &locked["subject"], &locked["reason"]),
        (&json!("admin@house.example"), &json!(player), &json!("as asked"))
    );
    let rest = lines(&world, &admin, &format!("?before={}", page["next_before"])).await;
    assert_eq!((&rest["lines"][0]["action"], &rest["next_before"]), (&json!("operator-added"), &Value::Null));
    assert_eq!(rest["lines"][0]["operator"], "command line");
    for query in ["?limit=0", "?limit=201"] {
        let refused = world.get(&admin, &format!("/api/operator/log{query}")).await;
        assert_eq!(refused.problem(), problem(400, "invalid-value", Some("limit")));
    }
}

#[tokio::test]
async fn an_operator_who_is_removed_or_signs_out_is_out_at_once() {
    let world = World::new();
    let (risk, admin) = (operator(&world, Role::Risk).await, operator(&world, Role::Admin).await);
    command::remove(&world.storage(), "risk@house.example", world.clock.now_ms()).await.unwrap();
    assert_eq!(world.get(&risk, "/api/operator/session").await.problem(), problem(401, "signed-out", None));
    assert_eq!(sign_in(&world, "risk@house.example", PASSWORD).await.status, 401);
    let told = lines(&world, &admin, "?limit=1").await;
    assert_eq!(told["lines"][0]["action"], "operator-removed", "what they did stays");

    let elsewhere = world.post(&admin, "/api/operator/sign-out", &[("origin", "http://evil.example")], "{}").await;
    assert_eq!(elsewhere.problem(), problem(403, "forbidden", Some("origin")));
    assert_eq!(world.post(&admin, "/api/operator/sign-out", &[], "{}").await.status, 200);
    assert_eq!(world.get(&admin, "/api/operator/session").await.status, 401, "a copy of the cookie as well");
}

#[tokio::test]
async fn an_operators_session_lasts_a_day_of_work_and_a_forged_call_does_nothing() {
    let world = World::new();
    let player = world.demo().await.player;
    let page = operator(&world, Role::Support).await;
    let path = format!("/api/operator/players/{player}/lock");
    let forged = world.post(&page, &path, &[("x-csrf-token", "x")], json!({ "reason": "r" })).await;
    assert_eq!(forged.problem(), problem(403, "forbidden", Some("x-csrf-token")));
    world.clock.advance(10 * 60 * 60_000 - 1);
    assert_eq!(world.get(&page, "/api/operator/session").await.status, 200);
    world.clock.advance(1);
    assert_eq!(world.get(&page, "/api/operator/session").await.status, 401);
}

#[tokio::test]
async fn guessing_an_operators_password_is_slowed_down() {
    let world = World::new();
    add(&world, "admin@house.example", Role::Admin).await;
    for _ in 0..10 {
        assert_eq!(sign_in(&world, "admin@house.example", "wrong").await.status, 401);
    }
    let refused = sign_in(&world, "admin@house.example", PASSWORD).await;
    assert_eq!(refused.problem(), problem(429, "too-many-requests", None));
    assert_eq!(world.sign_in("admin@house.example", "wrong").await.status, 401, "the players' door is another one");
}
