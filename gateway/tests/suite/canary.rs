//! A release beside the live one: who sees it, for how long, and what nobody can do about it.

use contract::manifest::{Channel, Fragment, Manifest};
use contract::registry::CANARY;
use gateway::app::Gateway;
use gateway::clock::Clock;
use gateway::registry::{Desk, Files, Outcome, Registry, Sealer, Sites};
use reqwest::Response;
use serde_json::{Value, json};

use crate::house::{House, json_of, refused, until};
use crate::team::{Team, address_of, content, release};

/// A browser without memory.
async fn get(at: &str, path: &str, headers: &[(&str, &str)]) -> Response {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let request = headers.iter().fold(client.get(format!("{at}{path}")), |it, (name, value)| it.header(*name, *value));
    request.send().await.expect("a reply")
}

fn read(text: &str) -> Fragment {
    serde_json::from_str::<Manifest>(text).expect("a manifest").fragments.remove(0)
}

async fn manifest(at: &str, headers: &[(&str, &str)]) -> Fragment {
    read(&get(at, "/manifest.json", headers).await.text().await.expect("text"))
}

/// As it stands in the page.
async fn inlined(at: &str, headers: &[(&str, &str)]) -> (Fragment, String) {
    let html = get(at, "/", headers).await.text().await.expect("text");
    let text = html.split("id=\"manifest\">").nth(1).and_then(|rest| rest.split("</script>").next());
    (read(text.expect("a manifest")), html)
}

fn device(number: u64) -> String {
    format!("croupier_device={number:016x}")
}

/// The devices that see the canary, of so many.
async fn seers(house: &House, all: u64) -> Vec<u64> {
    let mut seers = Vec::new();
    for number in 0..all {
        let seen = manifest(&house.url(""), &[("cookie", &device(number))]).await;
        assert_eq!(seen.channel == Channel::Canary, seen.version == "2");
        if seen.version == "2" {
            seers.push(number);
        }
    }
    seers
}

/// With 1 live and 2 published.
async fn shipped() -> (House, Team) {
    let house = House::open().await;
    let team = Team::of(&house);
    team.ship(&house, "1").await;
    assert_eq!(team.publish(&house, "2").await.status(), 201);
    (house, team)
}

async fn done(team: &Team, house: &House, what: &str, body: Value) -> Value {
    let reply = team.post(house, what, &body).await;
    assert_eq!(reply.status(), 200, "{what}: {}", reply.text().await.expect("text"));
    json_of(reply).await
}

async fn show_to(team: &Team, house: &House, share_permille: u32) -> Value {
    done(team, house, "canary", json!({ "fragment": "wallet", "version": "2", "share_permille": share_permille })).await
}

#[tokio::test]
async fn a_share_of_the_devices_sees_it_and_goes_on_to() {
    let (house, team) = shipped().await;
    let standing = show_to(&team, &house, 400).await;
    assert_eq!((&standing["live"], &standing["canary"]["version"]), (&json!("1"), &json!("2")));
    assert_eq!(standing["canary"]["audience"], json!({ "share_permille": 400, "markets": [] }));
    let some = seers(&house, 60).await;
    assert!((10..=40).contains(&some.len()), "{some:?}");
    assert_eq!(seers(&house, 60).await, some, "the same ones");
    show_to(&team, &house, 800).await;
    let more = seers(&house, 60).await;
    assert!(more.len() > some.len() && some.iter().all(|device| more.contains(device)), "{some:?} {more:?}");

    let sees = device(some[0]);
    let (seen, html) = inlined(&house.url(""), &[("cookie", &sees)]).await;
    assert_eq!((seen.version.as_str(), seen.channel), ("2", Channel::Canary));
    assert_eq!(seen.previous.expect("the live one").version, "1");
    assert!(html.contains(&format!("crossorigin href=\"{}\"", seen.entry.url)), "it is what is asked for at once");
    assert_eq!(get(&house.url(""), &seen.entry.url, &[]).await.status(), 200);

    done(&team, &house, "canary/end", json!({ "fragment": "wallet" })).await;
    assert_eq!(seers(&house, 60).await, [0; 0]);
    let history = json_of(team.get(&house, "history?fragment=wallet").await).await;
    let lines = history["lines"].as_array().expect("lines");
    assert_eq!(lines[0]["action"], "end-canary");
    assert_eq!((&lines[1]["audience"]["share_permille"], &lines[1]["automatic"]), (&json!(800), &json!(false)));
}

#[tokio::test]
async fn a_cookie_is_set_while_there_is_a_canary_and_not_otherwise() {
    let (house, team) = shipped().await;
    let asked = [(CANARY, "wallet"), ("cookie", "croupier_canary=wallet")];
    for path in ["/", "/manifest.json"] {
        let reply = get(&house.url(""), path, &asked).await;
        assert!(!reply.headers().contains_key("set-cookie"), "{path}");
        assert_eq!(reply.headers()["cache-control"], "no-cache");
        assert!(!reply.headers()["vary"].to_str().expect("text").contains(CANARY), "{path}");
    }
    show_to(&team, &house, 1).await;
    for path in ["/", "/manifest.json", "/nowhere"] {
        let reply = get(&house.url(""), path, &[("accept", "text/html")]).await;
        assert_eq!(reply.headers()["cache-control"], "private, no-cache", "{path}");
        let vary = reply.headers()["vary"].to_str().expect("text").to_owned();
        assert!(vary.contains("cookie") && vary.contains(CANARY), "{path}: {vary}");
        let set = reply.headers()["set-cookie"].to_str().expect("text");
        assert!(set.starts_with("croupier_device=") && set.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{set}");
        let known = [("accept", "text/html"), ("cookie", set.split(';').next().expect("a cookie"))];
        assert!(!get(&house.url(""), path, &known).await.headers().contains_key("set-cookie"), "{path}: once");
    }
    done(&team, &house, "promote", json!({ "fragment": "wallet" })).await;
    let reply = get(&house.url(""), "/", &[]).await;
    assert_eq!(
        (reply.headers().get("set-cookie"), &reply.headers()["cache-control"]),
        (None, &"no-cache".parse().unwrap())
    );
}

#[tokio::test]
async fn a_tester_sees_it_whatever_the_share_and_goes_on_to() {
    let (house, team) = shipped().await;
    let everywhere = json!({ "fragment": "wallet", "share_permille": 1, "markets": ["de"] });
    done(&team, &house, "canary", everywhere).await;
    let reply = get(&house.url(""), "/", &[(CANARY, "wallet"), ("cookie", &device(1))]).await;
    let set = reply.headers()["set-cookie"].to_str().expect("text").to_owned();
    assert!(set.starts_with("croupier_canary=wallet; ") && !set.contains("Max-Age"), "{set}");
    let fresh = get(&house.url(""), "/manifest.json", &[(CANARY, "wallet")]).await;
    assert_eq!(fresh.headers().get_all("set-cookie").iter().count(), 2, "a device as well");
    let stays = format!("{}; croupier_canary=wallet", device(1));
    assert_eq!(manifest(&house.url(""), &[("cookie", &stays)]).await.version, "2");
    assert_eq!(manifest(&house.url(""), &[("cookie", &stays), (CANARY, "none")]).await.version, "1");
    assert_eq!(manifest(&house.url(""), &[("cookie", &device(1))]).await.version, "1");
}

#[tokio::test]
async fn where_somebody_is_says_the_operators_proxy_or_nobody() {
    let (house, team) = shipped().await;
    done(
        &team,
        &house,
        "canary",
        json!({ "fragment": "wallet", "share_permille": 1000, "markets": ["DE", "at", "de"] }),
    )
    .await;
    let status = json_of(team.get(&house, "status").await).await;
    assert_eq!(status["fragments"][0]["canary"]["audience"]["markets"], json!(["at", "de"]));
    let german = [("x-country", "de"), ("cf-ipcountry", "de")];
    assert_eq!(manifest(&house.url(""), &german).await.version, "1", "nobody has named a header");
    let mut config = house.config();
    config.shipping.market_header = Some("x-country".parse().expect("a name"));
    let gateway = Gateway::start(&config).await.expect("it starts");
    let at = format!("http://{}", gateway.listening());
    assert_eq!(manifest(&at, &[("x-country", "DE")]).await.version, "2");
    for headers in [&[("x-country", "fr")][..], &[("cf-ipcountry", "de")], &[]] {
        assert_eq!(manifest(&at, headers).await.version, "1", "{headers:?}");
    }
    let vary = get(&at, "/", &[]).await.headers()["vary"].to_str().expect("text").to_owned();
    assert!(vary.ends_with("x-country"), "{vary}");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_its_name() {
    let (house, team) = shipped().await;
    let ask = async |more: Value| {
        let mut body = json!({ "fragment": "wallet", "version": "2" });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        team.post(&house, "canary", &body).await
    };
    for share in [json!(0), json!(1001)] {
        let problem = refused(ask(json!({ "share_permille": share })).await, 400, "invalid-value").await;
        assert_eq!(problem["field"], "share_permille", "{share}");
    }
    for share in [json!("abc"), json!(-1), json!(0.5)] {
        let reply = ask(json!({ "share_permille": share })).await;
        assert_eq!(reply.status(), 400, "{share}");
        assert_eq!(json_of(reply).await["field"], "share_permille", "{share}");
    }
    assert_eq!(refused(ask(json!({})).await, 400, "invalid-value").await["field"], "share_permille");
    for markets in [json!(["germany"]), json!(["d1"]), json!([""]), json!(vec!["de"; 51])] {
        let problem =
            refused(ask(json!({ "share_permille": 1, "markets": markets })).await, 400, "invalid-value").await;
        assert_eq!(problem["field"], "markets");
    }
    let unknown = refused(ask(json!({ "version": "9", "share_permille": 1 })).await, 404, "not-found").await;
    assert_eq!(unknown["field"], "version");
    let live = refused(ask(json!({ "version": "1", "share_permille": 1 })).await, 409, "conflict").await;
    assert!(live["detail"].as_str().expect("text").contains("is live"), "{live}");
    assert_eq!(seers(&house, 5).await, [0; 0]);
}

#[tokio::test]
async fn whoever_may_not_promote_shows_nobody_anything() {
    let (house, _) = shipped().await;
    let team = Team::new(3);
    let call = async |what: &str, rights: &str| {
        house.list_teams(&team.entry("guests", rights));
        let body = match what {
            "canary" => json!({ "fragment": "wallet", "share_permille": 1000 }),
            _ => json!({ "fragment": "wallet" }),
        };
        refused(team.post(&house, what, &body).await, 403, "forbidden").await["detail"].to_string()
    };
    for what in ["canary", "canary/end"] {
        let foreign = call(what, "fragments = ['promotions']\nrights = ['promote']").await;
        assert!(foreign.contains("not a fragment of the team"), "{foreign}");
        let less = call(what, "fragments = ['wallet']\nrights = ['publish', 'kill']").await;
        assert!(less.contains("no right to promote"), "{less}");
    }
    assert_eq!(seers(&house, 5).await, [0; 0]);
}

#[tokio::test]
async fn off_is_off_for_both_and_a_restart_and_a_roll_back_leave_the_canary() {
    let (mut house, team) = shipped().await;
    show_to(&team, &house, 1000).await;
    done(&team, &house, "kill", json!({ "fragment": "wallet", "reason": "why" })).await;
    let seen = manifest(&house.url(""), &[]).await;
    assert_eq!((seen.version.as_str(), seen.killed), ("2", true));
    assert!(manifest(&house.url(""), &[(CANARY, "none")]).await.killed);
    done(&team, &house, "revive", json!({ "fragment": "wallet" })).await;
    house.restart().await;
    assert_eq!(manifest(&house.url(""), &[]).await.version, "2");
    done(&team, &house, "rollback", json!({ "fragment": "wallet" })).await;
    let seen = manifest(&house.url(""), &[]).await;
    assert_eq!((seen.version.as_str(), seen.previous.expect("it").version.as_str()), ("2", "0.1.0-aaaaaaaa"));
    done(&team, &house, "promote", json!({ "fragment": "wallet" })).await;
    let seen = manifest(&house.url(""), &[]).await;
    assert_eq!((seen.version.as_str(), seen.channel), ("2", Channel::Stable), "the canary is everybody's");
}

#[tokio::test]
async fn canaries_of_several_fragments_are_drawn_apart_and_take_no_slot_from_each_other() {
    let (house, team) = shipped().await;
    let bytes = content("new");
    team.upload(&house, &bytes).await;
    let mut fresh = release("happy-hour", "1", &bytes);
    fresh["slots"] = json!([{ "name": "happy-hour", "routes": ["/happy-hour"] }]);
    assert_eq!(team.post(&house, "releases", &fresh).await.status(), 201);
    let canary = json!({ "fragment": "happy-hour", "share_permille": 500 });
    done(&team, &house, "canary", canary).await;
    show_to(&team, &house, 500).await;
    let mut seen = std::collections::BTreeSet::new();
    for number in 0..40 {
        let reply = get(&house.url(""), "/manifest.json", &[("cookie", &device(number))]).await;
        let names = json_of(reply).await["fragments"].as_array().expect("fragments").clone();
        seen.insert(names.iter().map(|fragment| fragment["version"].to_string()).collect::<Vec<_>>().join(" "));
    }
    assert_eq!(seen.len(), 4, "all combinations: {seen:?}");
    let mut other = release("third", "1", &bytes);
    other["slots"] = json!([{ "name": "happy-hour", "routes": [] }]);
    assert_eq!(team.post(&house, "releases", &other).await.status(), 201);
    let taken = team.post(&house, "canary", &json!({ "fragment": "third", "share_permille": 1 })).await;
    assert_eq!(refused(taken, 409, "conflict").await["field"], "slots");
    assert_eq!(address_of(&bytes).len(), 64);
    // Whoever is switched off comes back to where it was.
    done(&team, &house, "kill", json!({ "fragment": "happy-hour", "reason": "why" })).await;
    let taken = team.post(&house, "canary", &json!({ "fragment": "third", "share_permille": 1 })).await;
    let problem = refused(taken, 409, "conflict").await;
    assert!(problem["detail"].as_str().expect("text").ends_with("ship a release in another slot first."), "{problem}");
}

#[tokio::test]
async fn an_open_page_is_told_of_every_change_and_the_serial_never_goes_back() {
    let (house, team) = shipped().await;
    let mut stream = house.visitor().stream(&house, None).await;
    let mut last = stream.next_of("manifest").await.data["serial"].as_u64().expect("a serial");
    for (what, body) in [
        ("canary", json!({ "fragment": "wallet", "share_permille": 10 })),
        ("canary", json!({ "fragment": "wallet", "share_permille": 20 })),
        ("canary/end", json!({ "fragment": "wallet" })),
    ] {
        done(&team, &house, what, body).await;
        let serial = stream.next_of("manifest").await.data["serial"].as_u64().expect("a serial");
        assert!(serial > last, "{what}");
        last = serial;
    }
}

#[tokio::test]
async fn the_gateway_decides_by_itself_on_the_release_that_it_has_judged() {
    let (house, team) = shipped().await;
    show_to(&team, &house, 10).await;
    let config = house.config();
    let storage = config.place.storage().expect("a place");
    let files = Files::open(&config.shipping.releases(&config.place), None).expect("a folder");
    let desk = Desk::open(&storage, files, None, config.shipping.auditor.clone(), Clock::system()).await;
    let sealer = Sealer::open(&config.registry_key.file(&config.place), None).expect("a key");
    let origins = config.prepare().expect("good");
    let serial = config.place.data_file("manifest-serial.json");
    let sites = Sites::new(&[], None, 80).expect("good");
    let desk = (desk.expect("it opens"), None);
    let registry =
        Registry::open(house.floor(), origins, sites, serial, sealer, desk, Clock::system()).expect("it opens");

    let another = registry.settle("wallet", "1", Outcome::End, "why").await.expect_err("it is not the canary");
    assert_eq!(another.field.as_deref(), Some("version"));
    let standing = registry.settle("wallet", "2", Outcome::Promote, "no worse in 500 mounts").await.expect("done");
    assert_eq!((standing.live.as_deref(), standing.canary), (Some("2"), None));
    until("it is live", async || manifest(&house.url(""), &[]).await.version == "2").await;
    let line = json_of(team.get(&house, "history").await).await["lines"][0].clone();
    let (who, why) = (&line["team"], &line["reason"]);
    assert_eq!(
        (who, why, &line["key"], &line["automatic"]),
        (&json!("gateway"), &json!("no worse in 500 mounts"), &json!(""), &json!(true))
    );
}
