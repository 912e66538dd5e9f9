//! What pages tell of releases, what of it counts, and what follows for a canary.

use gateway::app::Gateway;
use gateway::config::Pace;
use reqwest::Response;
use serde_json::{Value, json};

use crate::house::{House, client, json_of, refused, until};
use crate::team::{self, Team, content};

const PATH: &str = "/api/telemetry";

/// With 1 live, 2 the canary, and a first look at it.
async fn shipped() -> (House, Team) {
    let house = House::open().await;
    let team = Team::of(&house);
    team.ship(&house, "1").await;
    assert_eq!(team.publish(&house, "2").await.status(), 201);
    let canary = json!({ "fragment": "wallet", "version": "2", "share_permille": 500 });
    assert_eq!(team.post(&house, "canary", &canary).await.status(), 200);
    until("a first look", || async { !figures(&team, &house).await.is_null() }).await;
    (house, team)
}

async fn standing(team: &Team, house: &House) -> Value {
    json_of(team.get(house, "status").await).await["fragments"][0].clone()
}

async fn figures(team: &Team, house: &House) -> Value {
    standing(team, house).await["canary"]["figures"].clone()
}

fn release(version: &str, mounts: usize, crashes: usize) -> Value {
    json!({
        "fragment": "wallet", "version": version, "mounts_ms": vec![12; mounts], "crashes": vec!["panic"; crashes],
        "degraded": 0, "degraded_ms": 0, "failed": 0, "swaps": 0,
    })
}

async fn tell(at: &str, device: u64, body: &Value) -> Response {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let cookie = format!("croupier_device={device:016x}");
    let report = client.post(format!("{at}{PATH}")).header("origin", at).header("cookie", cookie).json(body);
    report.send().await.expect("a reply")
}

/// One page of a device, with one mount.
async fn page(at: &str, device: u64, version: &str, crashes: usize) {
    let reply = tell(at, device, &json!({ "fragments": [release(version, 1, crashes)] })).await;
    assert_eq!(reply.status(), 204, "{}", reply.text().await.expect("text"));
}

#[tokio::test]
async fn what_no_page_would_tell_is_refused_by_its_name() {
    let house = House::open().await;
    let team = Team::of(&house);
    team.ship(&house, "1").await;
    let at = house.url("");
    let changed = |member: &str, value: Value| {
        let mut told = release("1", 2, 1);
        told[member] = value;
        json!({ "fragments": [told] })
    };
    for (body, field) in [
        (changed("mounts_ms", json!(vec![1; 17])), "fragments[0].mounts_ms"),
        (changed("mounts_ms", json!([1, 600_001])), "fragments[0].mounts_ms"),
        (changed("crashes", json!(["panic", "panic", "hung"])), "fragments[0].crashes"),
        (changed("degraded", json!(3)), "fragments[0].degraded"),
        (changed("degraded_ms", json!(86_400_001)), "fragments[0].degraded_ms"),
        (changed("failed", json!(1001)), "fragments[0].failed"),
        (json!({ "fragments": [] }), "fragments"),
        (json!({ "fragments": vec![release("1", 0, 0); 33] }), "fragments"),
        (
            json!({ "fragments": [release("1", 1, 0)], "page": { "lcp_ms": 600_001, "inp_ms": 0, "cls_permille": 0 } }),
            "page.lcp_ms",
        ),
    ] {
        assert_eq!(refused(tell(&at, 1, &body).await, 400, "invalid-value").await["field"], field);
    }
    for (member, value) in [
        ("mounts_ms", json!([-1])),
        ("mounts_ms", json!([0.5])),
        ("crashes", json!(["boredom"])),
        ("swaps", json!(null)),
        ("player", json!("p1")),
    ] {
        let problem = refused(tell(&at, 1, &changed(member, value)).await, 400, "invalid-body").await;
        assert!(problem["field"].as_str().expect("a field").contains(member), "{problem}");
    }
    for (member, value) in [("version", "9"), ("fragment", "nobodys")] {
        let told = tell(&at, 1, &changed(member, json!(value))).await;
        assert_eq!(told.status(), 204, "a page that was open for long tells what nobody asks for");
    }
    assert_eq!(
        tell(&at, 1, &json!({ "fragments": [release("0.1.0-aaaaaaaa", 1, 0)] })).await.status(),
        204,
        "the floor's"
    );
    let long = json!({ "fragments": [release("1", 1, 0)], "more": "x".repeat(20_000) });
    refused(tell(&at, 1, &long).await, 413, "too-large").await;
    let text = client().post(house.url(PATH)).header("origin", house.url("")).body("{}").send().await.expect("a reply");
    refused(text, 415, "invalid-body").await;
}

#[tokio::test]
async fn one_that_tells_much_changes_little() {
    let (house, team) = shipped().await;
    let flood = json!({ "fragments": [release("2", 16, 16)] });
    for _ in 0..20 {
        assert_eq!(tell(&house.url(""), 7, &flood).await.status(), 204);
    }
    until("it is counted", || async { figures(&team, &house).await["canary"]["mounts"] == 1 }).await;
    for device in 100..300 {
        tell(&house.url(""), device, &flood).await;
    }
    until("the network's share is counted", || async { figures(&team, &house).await["canary"]["mounts"] == 100 }).await;
    // Of two minutes' windows one is full after so many.
    let mut refused_at = None;
    for number in 0..601 {
        if tell(&house.url(""), 7, &flood).await.status() == 429 {
            refused_at = Some(number);
            break;
        }
    }
    assert!(refused_at.is_some(), "a network is not served without end");
    let counted = figures(&team, &house).await;
    assert_eq!((&counted["canary"]["mounts"], &counted["stable"]["mounts"]), (&json!(100), &json!(0)), "{counted}");
    assert_eq!(counted["e_value_percent"], 100, "with nothing beside it nothing is said");
}

/// Of a crash that comes late, the page has told as of a mount that went well before.
#[tokio::test]
async fn a_late_crash_counts_and_a_second_one_of_the_same_device_does_not() {
    let (house, team) = shipped().await;
    for crashes in [0, 1, 1, 0] {
        page(&house.url(""), 1, "2", crashes).await;
    }
    // What was told before it is counted with it, or was.
    page(&house.url(""), 2, "1", 0).await;
    until("it is counted", || async { figures(&team, &house).await["stable"]["mounts"] == 1 }).await;
    let canary = figures(&team, &house).await["canary"].clone();
    assert_eq!((&canary["mounts"], &canary["crashes"]), (&json!(2), &json!(1)));
}

#[tokio::test]
async fn all_that_a_canary_is_judged_by_is_told_of_it_and_of_the_live_release() {
    let (house, team) = shipped().await;
    let mut poor = json!({ "fragments": [release("2", 2, 1)] });
    poor["fragments"][0]["mounts_ms"] = json!([100, 3000]);
    (poor["fragments"][0]["degraded"], poor["fragments"][0]["failed"]) = (json!(1), json!(2));
    poor["page"] = json!({ "lcp_ms": 5000, "inp_ms": 0, "cls_permille": 0 });
    let mut good = json!({ "fragments": [release("1", 1, 0)] });
    good["page"] = json!({ "lcp_ms": 900 });
    for (device, told) in [(1, &poor), (2, &good)] {
        assert_eq!(tell(&house.url(""), device, told).await.status(), 204);
    }
    until("both are counted", || async {
        let counted = figures(&team, &house).await;
        counted["canary"]["mounts"] == 2 && counted["stable"]["mounts"] == 1
    })
    .await;
    let counted = figures(&team, &house).await;
    let canary = json!({
        "mounts": 2, "crashes": 1, "degraded": 1, "failed": 1, "median_ms": 128, "mount_ms": 4096,
        "pages": 1, "poor": 1,
    });
    let live = json!({
        "mounts": 1, "crashes": 0, "degraded": 0, "failed": 0, "median_ms": 12, "mount_ms": 12,
        "pages": 1, "poor": 0,
    });
    assert_eq!((&counted["canary"], &counted["stable"]), (&canary, &live));
    assert_eq!(standing(&team, &house).await["health"], live, "the last day's, of the live release alone");
}

#[tokio::test]
async fn a_canary_beside_which_nothing_is_live_is_told_of_all_the_same() {
    let house = House::open().await;
    let team = Team::of(&house);
    let content = content("1");
    assert_eq!(team.upload(&house, &content).await.status(), 204);
    let mut fresh = team::release("happy-hour", "1", &content);
    fresh["slots"] = json!([{ "name": "happy-hour", "routes": ["/happy-hour"] }]);
    assert_eq!(team.post(&house, "releases", &fresh).await.status(), 201);
    let standing = async || {
        let status = json_of(team.get(&house, "status").await).await;
        let all = status["fragments"].as_array().expect("fragments").clone();
        all.into_iter().find(|standing| standing["fragment"] == "happy-hour").expect("it is known")
    };
    assert_eq!(standing().await["health"], json!(null), "nobody sees it");
    let canary = json!({ "fragment": "happy-hour", "share_permille": 1000 });
    assert_eq!(team.post(&house, "canary", &canary).await.status(), 200);
    let mut told = json!({ "fragments": [release("1", 1, 1)] });
    told["fragments"][0]["fragment"] = json!("happy-hour");
    assert_eq!(tell(&house.url(""), 1, &told).await.status(), 204);
    until("it is counted", || async { standing().await["health"]["crashes"] == 1 }).await;
    assert_eq!(standing().await["canary"]["figures"], json!(null), "there is nothing to judge it by");
}

#[tokio::test]
async fn one_that_does_worse_is_ended_and_the_history_has_its_numbers() {
    let (mut house, team) = shipped().await;
    for device in 0..10 {
        page(&house.url(""), 3 * device, "1", 0).await;
        page(&house.url(""), 3 * device + 1, "1", 0).await;
        page(&house.url(""), 3 * device + 2, "2", 1).await;
    }
    until("it is ended", || async { standing(&team, &house).await["canary"].is_null() }).await;
    let history = json_of(team.get(&house, "history?fragment=wallet").await).await;
    let line = &history["lines"][0];
    let reason = line["reason"].as_str().expect("why");
    assert_eq!(
        (&line["action"], &line["automatic"], &line["version"]),
        (&json!("end-canary"), &json!(true), &json!("2"))
    );
    assert!(
        reason.starts_with("it does worse: ") && reason.contains(" crashes of ") && reason.contains("e-value "),
        "{reason}"
    );
    house.restart().await;
    assert_eq!(standing(&team, &house).await["live"], "1");
    let newest = team.post(&house, "promote", &json!({ "fragment": "wallet" })).await;
    assert_eq!(refused(newest, 409, "conflict").await["field"], "version", "it is everybody's by its name alone");
    let metrics = client().get(house.url("/metrics")).send().await.expect("a reply").text().await.expect("text");
    let has = |parts: &[&str]| metrics.lines().any(|line| parts.iter().all(|part| line.contains(part)));
    assert!(has(&["fragment_crashes_total", "fragment=\"wallet\"", "cause=\"panic\""]), "{metrics}");
    assert!(has(&["fragment_mounts_total", "fragment=\"wallet\""]), "{metrics}");
}

/// In the place of the house's gateway one in which a canary takes its steps as soon as it may; and where that is.
async fn in_a_hurry(house: &mut House, steps: &str) -> (Gateway, String) {
    house.stop().await;
    let mut config = house.config();
    config.shipping.canary_steps = Pace::Steps(steps.parse().expect("steps"));
    let gateway = Gateway::start(&config).await.expect("it starts");
    let at = format!("http://{}", gateway.listening());
    (gateway, at)
}

async fn standing_at(team: &Team, at: &str) -> Value {
    let path = "/api/registry/status";
    json_of(team.call(at, (reqwest::Method::GET, path), Vec::new()).await).await["fragments"][0].clone()
}

/// Ten pages of each release, of these devices and those after them.
async fn ten_of_each(at: &str, first: u64, crashes: usize) {
    for device in first..first + 10 {
        page(at, device, "1", 0).await;
        page(at, device + 50, "2", crashes).await;
    }
}

#[tokio::test]
async fn one_that_does_not_is_everybodys_in_the_end() {
    let (mut house, team) = shipped().await;
    let (_gateway, at) = in_a_hurry(&mut house, "50:10:0,75:10:0").await;
    let status = async || standing_at(&team, &at).await;
    // What is told before the first look is what it begins from.
    until("the first look", || async { !status().await["canary"]["figures"].is_null() }).await;
    for step in 0..2 {
        ten_of_each(&at, 100 * step, 0).await;
        until("the next step", || async {
            let standing = status().await;
            if step == 0 { standing["canary"]["audience"]["share_permille"] == 750 } else { standing["live"] == "2" }
        })
        .await;
    }
    let path = "/api/registry/history";
    let history = json_of(team.call(&at, (reqwest::Method::GET, path), Vec::new()).await).await;
    for (line, action) in [(0, "promote"), (1, "canary")] {
        let line = &history["lines"][line];
        assert_eq!((&line["action"], &line["automatic"]), (&json!(action), &json!(true)));
        assert!(line["reason"].as_str().expect("why").starts_with("it does not do worse: 0 crashes of "), "{line}");
    }
}

#[tokio::test]
async fn one_for_some_markets_is_everybodys_there_and_waits_for_a_person() {
    let (mut house, team) = shipped().await;
    let german = json!({ "fragment": "wallet", "markets": ["de"] });
    assert_eq!(team.post(&house, "canary", &german).await.status(), 200);
    let (_gateway, at) = in_a_hurry(&mut house, "50:10:0").await;
    let canary = async || standing_at(&team, &at).await["canary"].clone();
    until("the first look", || async { !canary().await["figures"].is_null() }).await;
    ten_of_each(&at, 0, 0).await;
    let everybody = json!({ "share_permille": 1000, "markets": ["de"] });
    until("everybody there", || async { canary().await["audience"] == everybody }).await;
    let path = "/api/registry/history";
    let history = json_of(team.call(&at, (reqwest::Method::GET, path), Vec::new()).await).await;
    let reason = history["lines"][0]["reason"].as_str().expect("why");
    assert!(reason.ends_with("; everybody there; promote it for all markets"), "{reason}");

    // Enough for another step, and a look after the one that has seen it.
    ten_of_each(&at, 100, 0).await;
    until("it is seen", || async { canary().await["figures"]["canary"]["mounts"] == 20 }).await;
    page(&at, 200, "2", 0).await;
    until("and what follows", || async { canary().await["figures"]["canary"]["mounts"] == 21 }).await;
    let standing = standing_at(&team, &at).await;
    assert_eq!((&standing["live"], &standing["canary"]["audience"]), (&json!("1"), &everybody));
}

#[tokio::test]
async fn one_whose_team_may_not_promote_any_more_keeps_its_share_and_is_ended_all_the_same() {
    let (mut house, team) = shipped().await;
    let watch = Team::new(9);
    let list = |house: &House, rest: &str| {
        let own = team.entry("house", &format!("fragments = [\"*\"]\n{rest}"));
        house.list_teams(&(own + &watch.entry("watch", "fragments = []\nrights = []")));
    };
    list(&house, "rights = [\"publish\", \"promote\"]\nrevoked = true");
    let (_gateway, at) = in_a_hurry(&mut house, "50:10:0,75:10:0").await;
    let canary = async || standing_at(&watch, &at).await["canary"].clone();
    until("the first look", || async { !canary().await["figures"].is_null() }).await;
    ten_of_each(&at, 0, 0).await;
    until("it is seen", || async { canary().await["figures"]["canary"]["mounts"] == 10 }).await;
    page(&at, 90, "2", 0).await;
    until("and what follows", || async { canary().await["figures"]["canary"]["mounts"] == 11 }).await;
    assert_eq!(canary().await["audience"]["share_permille"], 500, "its key was revoked");
    list(&house, "rights = [\"publish\", \"promote\"]\nplacements = [\"frame\"]");
    for stable_mounts in [11_u64, 12] {
        page(&at, 200 + stable_mounts, "1", 0).await;
        until("a look, and what follows", || async { canary().await["figures"]["stable"]["mounts"] == stable_mounts })
            .await;
    }
    assert_eq!(canary().await["audience"]["share_permille"], 500, "the list does not allow it where it runs");
    list(&house, "rights = [\"publish\", \"promote\"]");
    until("the next step", || async { canary().await["audience"]["share_permille"] == 750 }).await;
    list(&house, "rights = [\"publish\"]");
    ten_of_each(&at, 100, 1).await;
    until("it is ended", || async { canary().await.is_null() }).await;
}
