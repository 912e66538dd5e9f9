//! What a team ships is what pages get: publish, promote, roll back, kill, revive, and what is told of it.

use contract::manifest::{Fragment, Manifest, Placement};
use serde_json::{Value, json};

use crate::house::{ENTRY, House, client, json_of, refused, until};
use crate::place::Place;
use crate::team::{Team, address_of, content, release};

async fn manifest_at(url: &str) -> Manifest {
    let text = client().get(format!("{url}/manifest.json")).send().await.expect("a reply").text().await.expect("text");
    serde_json::from_str(&text).expect("a manifest")
}

/// The one fragment of the house.
async fn wallet(house: &House) -> Fragment {
    manifest_at(&house.url("")).await.fragments.remove(0)
}

async fn done(team: &Team, house: &House, what: &str, body: Value) -> Value {
    let reply = team.post(house, what, &body).await;
    assert_eq!(reply.status(), 200, "{what}");
    json_of(reply).await
}

#[tokio::test]
async fn what_is_promoted_is_live_and_what_was_live_is_what_it_falls_back_to() {
    let house = House::open().await;
    let team = Team::of(&house);
    let before = manifest_at(&house.url("")).await;
    assert_eq!(team.publish(&house, "1.0.0").await.status(), 201);
    assert_eq!(wallet(&house).await.version, "0.1.0-aaaaaaaa", "published is not live");

    let standing = done(&team, &house, "promote", json!({ "fragment": "wallet" })).await;
    assert_eq!((&standing["live"], &standing["previous"]), (&json!("1.0.0"), &json!("0.1.0-aaaaaaaa")));
    let after = manifest_at(&house.url("")).await;
    assert!(after.serial > before.serial, "at once");
    let live = &after.fragments[0];
    assert_eq!((live.version.as_str(), live.killed), ("1.0.0", false));
    assert_eq!(live.capabilities.origins[0], house.vendor.url(), "what only the server knows is put in");
    assert_eq!(live.previous.as_ref().expect("the floor's").version, "0.1.0-aaaaaaaa");

    team.ship(&house, "1.1.0").await;
    let live = wallet(&house).await;
    assert_eq!(live.previous.expect("the one before").version, "1.0.0");
    let again = done(&team, &house, "promote", json!({ "fragment": "wallet", "version": "1.1.0" })).await;
    assert_eq!(again["live"], "1.1.0", "it is live already");
}

#[tokio::test]
async fn nothing_falls_back_into_another_placement() {
    let house = House::open().await;
    let team = Team::of(&house);
    team.ship(&house, "1").await;
    for version in ["2", "3"] {
        let content = content(version);
        assert_eq!(team.upload(&house, &content).await.status(), 204);
        let mut framed = release("wallet", version, &content);
        framed["placement"] = "frame".into();
        assert_eq!(team.post(&house, "releases", &framed).await.status(), 201);
    }
    let canary = json!({ "fragment": "wallet", "version": "2", "share_permille": 1000 });
    done(&team, &house, "canary", canary).await;
    let seen = wallet(&house).await;
    assert_eq!((seen.version.as_str(), seen.placement, seen.previous), ("2", Placement::Frame, None), "a canary");
    done(&team, &house, "promote", json!({ "fragment": "wallet", "version": "2" })).await;
    let live = wallet(&house).await;
    assert_eq!((live.version.as_str(), live.placement, live.previous), ("2", Placement::Frame, None));
    done(&team, &house, "promote", json!({ "fragment": "wallet", "version": "3" })).await;
    assert_eq!(wallet(&house).await.previous.expect("one from a frame").version, "2");
    done(&team, &house, "rollback", json!({ "fragment": "wallet", "to": "1" })).await;
    let live = wallet(&house).await;
    assert_eq!(live.placement, Placement::Document);
    assert_eq!(live.previous.expect("the floor's").version, "0.1.0-aaaaaaaa");
}

#[tokio::test]
async fn files_are_served_under_names_of_their_content_with_twins_made_at_publish() {
    let house = House::open().await;
    let team = Team::of(&house);
    team.ship(&house, "1.0.0").await;
    let first = wallet(&house).await.entry.url;
    team.ship(&house, "1.1.0").await;
    team.ship(&house, "1.2.0").await;
    let url = wallet(&house).await.entry.url;
    assert!(url.starts_with("/fragments/wallet/wallet-") && url.ends_with(".js"), "{url}");
    // The first one is neither live nor what that falls back to: pages may still run it.
    for (url, version) in [(&url, "1.2.0"), (&first, "1.0.0")] {
        let reply = client().get(house.url(url)).header("accept-encoding", "br").send().await.expect("a reply");
        assert_eq!(reply.status(), 200);
        assert_eq!(reply.headers()["content-type"], "text/javascript; charset=utf-8");
        assert_eq!(reply.headers()["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(reply.headers()["content-encoding"], "br");
        let mut decoded = Vec::new();
        let body = reply.bytes().await.expect("bytes");
        brotli::BrotliDecompress(&mut body.as_ref(), &mut decoded).expect("brotli");
        assert_eq!(decoded, content(version));
    }
    assert_eq!(client().get(house.url(ENTRY)).send().await.expect("a reply").status(), 200, "the floor's is there too");
    let unknown =
        client().get(house.url("/fragments/wallet/wallet-0000000000000000.js")).send().await.expect("a reply");
    assert_eq!(unknown.status(), 404);
}

#[tokio::test]
async fn a_roll_back_goes_back_step_by_step_and_as_far_as_it_is_told() {
    let house = House::open().await;
    let team = Team::of(&house);
    for version in ["1", "2", "3"] {
        team.ship(&house, version).await;
    }
    let serial = manifest_at(&house.url("")).await.serial;
    done(&team, &house, "rollback", json!({ "fragment": "wallet" })).await;
    let live = wallet(&house).await;
    assert_eq!((live.version.as_str(), live.previous.expect("one").version.as_str()), ("2", "1"));
    assert!(manifest_at(&house.url("")).await.serial > serial, "a serial never goes back");
    done(&team, &house, "rollback", json!({ "fragment": "wallet", "to": "0.1.0-aaaaaaaa" })).await;
    let live = wallet(&house).await;
    assert_eq!((live.version.as_str(), live.previous), ("0.1.0-aaaaaaaa", None));
    let nothing = team.post(&house, "rollback", &json!({ "fragment": "wallet" })).await;
    assert_eq!(nothing.status(), 404);
    let newest = team.post(&house, "promote", &json!({ "fragment": "wallet" })).await;
    let problem = refused(newest, 409, "conflict").await;
    assert_eq!(problem["field"], "version", "it was rolled back: {problem}");
    done(&team, &house, "promote", json!({ "fragment": "wallet", "version": "3" })).await;
    assert_eq!(wallet(&house).await.version, "3");
}

#[tokio::test]
async fn what_is_killed_stays_killed_whatever_is_shipped_until_it_is_revived() {
    let mut house = House::open().await;
    let team = Team::of(&house);
    let standing =
        done(&team, &house, "kill", json!({ "fragment": "wallet", "reason": " it shows wrong sums " })).await;
    assert_eq!(
        (&standing["killed"]["reason"], &standing["killed"]["team"]),
        (&json!("it shows wrong sums"), &json!("house"))
    );
    assert!(wallet(&house).await.killed);
    team.ship(&house, "1").await;
    let live = wallet(&house).await;
    assert_eq!((live.version.as_str(), live.killed), ("1", true));
    house.restart().await;
    assert!(wallet(&house).await.killed, "a restart revives nothing");
    done(&team, &house, "revive", json!({ "fragment": "wallet" })).await;
    let live = wallet(&house).await;
    assert_eq!((live.version.as_str(), live.killed), ("1", false));
}

#[tokio::test]
async fn a_release_never_changes_and_the_same_again_is_no_news() {
    let house = House::open().await;
    let team = Team::of(&house);
    assert_eq!(team.publish(&house, "1").await.status(), 201);
    let again = team.publish(&house, "1").await;
    assert_eq!(again.status(), 200);
    assert_eq!(json_of(again).await["is_new"], false);
    let lines = json_of(team.get(&house, "history").await).await;
    assert_eq!(lines["lines"].as_array().expect("lines").len(), 1);
}

#[tokio::test]
async fn only_what_is_missing_has_to_be_sent() {
    let house = House::open().await;
    let team = Team::of(&house);
    let (held, lacking) = (content("held"), content("lacking"));
    assert_eq!(team.upload(&house, &held).await.status(), 204);
    let asked = json!({ "files": [address_of(&held), address_of(&lacking)] });
    let answer = json_of(team.post(&house, "missing", &asked).await).await;
    assert_eq!(answer["files"], json!([address_of(&lacking)]));
}

#[tokio::test]
async fn status_and_history_tell_who_did_what() {
    let house = House::open().await;
    let team = Team::of(&house);
    let status = json_of(team.get(&house, "status").await).await;
    assert_eq!(status["fragments"][0]["live"], "0.1.0-aaaaaaaa", "what the floor brings is there as well");
    team.ship(&house, "1").await;
    done(&team, &house, "kill", json!({ "fragment": "wallet", "reason": "why" })).await;

    let status = json_of(team.get(&house, "status").await).await;
    assert_eq!(status["serial"], manifest_at(&house.url("")).await.serial);
    let wallet = &status["fragments"][0];
    assert_eq!((&wallet["live"], &wallet["releases"][0]["version"]), (&json!("1"), &json!("1")));

    let history = json_of(team.get(&house, "history?fragment=wallet").await).await;
    let lines = history["lines"].as_array().expect("lines");
    let actions: Vec<&str> = lines.iter().filter_map(|line| line["action"].as_str()).collect();
    assert_eq!(actions, ["kill", "promote", "publish"]);
    assert_eq!(
        (&lines[0]["team"], &lines[0]["reason"], &lines[1]["version"]),
        (&json!("house"), &json!("why"), &json!("1"))
    );
    let older = json_of(team.get(&house, &format!("history?before={}", lines[0]["seq"])).await).await;
    assert_eq!(older["lines"].as_array().expect("lines").len(), 2);
    for before in ["0", "-1", "9223372036854775808"] {
        let reply = team.get(&house, &format!("history?before={before}")).await;
        assert_eq!(refused(reply, 400, "invalid-value").await["field"], "before", "{before}");
    }
}

#[tokio::test]
async fn another_edge_on_the_same_database_sees_it_within_a_second() {
    if Place::new().database_url().is_none() {
        return;
    }
    let house = House::open().await;
    let team = Team::of(&house);
    let edge = house.another_gateway().await;
    let url = format!("http://{}", edge.listening());
    team.ship(&house, "1").await;
    let told = std::time::Instant::now();
    until("the other edge", async || manifest_at(&url).await.fragments[0].version == "1").await;
    assert!(told.elapsed().as_millis() < 1000, "{:?}", told.elapsed());
    done(&team, &house, "kill", json!({ "fragment": "wallet", "reason": "why" })).await;
    until("it is off there", async || manifest_at(&url).await.fragments[0].killed).await;
    let through =
        team.call(&url, (reqwest::Method::POST, "/api/registry/revive"), br#"{"fragment":"wallet"}"#.to_vec()).await;
    assert_eq!(through.status(), 200);
    until("it is on here", async || !wallet(&house).await.killed).await;
}

#[tokio::test]
async fn a_fragment_that_the_floor_does_not_have_is_there_once_it_is_promoted() {
    let house = House::open().await;
    let team = Team::of(&house);
    let content = content("new");
    team.upload(&house, &content).await;
    let mut fresh = release("happy-hour", "1", &content);
    fresh["slots"] = json!([{ "name": "happy-hour", "routes": ["/happy-hour"] }]);
    assert_eq!(team.post(&house, "releases", &fresh).await.status(), 201);
    assert_eq!(manifest_at(&house.url("")).await.fragments.len(), 1);
    done(&team, &house, "promote", json!({ "fragment": "happy-hour" })).await;
    let fragments = manifest_at(&house.url("")).await.fragments;
    assert_eq!((fragments.len(), fragments[0].name.as_str()), (2, "happy-hour"));
    let reply = client().get(house.url(&fragments[0].entry.url)).send().await.expect("a reply");
    assert_eq!(reply.status(), 200);
}
