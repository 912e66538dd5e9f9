//! What nobody can do to the registry, and what breaks without breaking what is live.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use contract::registry::{DIGEST, KEY, MAX_FILE_BYTES, MAX_FILES, SIGNATURE, TIMESTAMP};
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, PATIENCE, Stream, client, json_of, refused, until};
use crate::process::Process;
use crate::team::{Team, address_of, content, release};

const ALL: &str = "fragments = [\"*\"]\nrights = [\"publish\", \"promote\", \"kill\"]";

async fn live(house: &House) -> Value {
    let reply = client().get(house.url("/manifest.json")).send().await.expect("a reply");
    json_of(reply).await["fragments"].clone()
}

#[tokio::test]
async fn nobody_who_is_not_listed_ships_anything() {
    let house = House::open().await;
    let team = Team::new(1);
    let call = (Method::GET, "/api/registry/status");
    let unknown = refused(team.get(&house, "status").await, 401, "forbidden").await;
    assert_eq!(unknown["field"], KEY);
    let naked = client().get(house.url(call.1)).send().await.expect("a reply");
    assert_eq!(refused(naked, 401, "forbidden").await["field"], KEY);
    // Somebody else's key id under one's own signature.
    let listed = Team::of(&house);
    let forged = listed.signed(&house.url(""), call.clone(), vec![], Team::now_ms());
    let mut forged = forged.build().expect("a request");
    forged.headers_mut().insert(SIGNATURE, "AAAA".parse().expect("a value"));
    let reply = client().execute(forged).await.expect("a reply");
    assert_eq!(refused(reply, 401, "forbidden").await["field"], SIGNATURE);
}

#[tokio::test]
async fn a_gateway_without_a_list_of_teams_takes_nothing() {
    let house = House::open().await;
    let mut config = house.config();
    config.shipping.registry_teams = None;
    let gateway = gateway::app::Gateway::start(&config).await.expect("it starts");
    let url = format!("http://{}", gateway.listening());
    let reply = Team::new(1).call(&url, (Method::GET, "/api/registry/status"), vec![]).await;
    let problem = refused(reply, 403, "forbidden").await;
    assert!(problem["detail"].as_str().expect("text").contains("--registry-teams"), "{problem}");
}

#[tokio::test]
async fn a_list_of_teams_that_is_broken_is_told_at_start_and_lets_nobody_in() {
    let house = House::open().await;
    let team = Team::of(&house);
    house.list_teams("[[team]]\nname = 1");
    refused(team.get(&house, "status").await, 503, "unavailable").await;
    let error = gateway::app::Gateway::start(&house.config()).await.expect_err("no list").to_string();
    assert!(error.starts_with("--registry-teams ") && error.contains("invalid type"), "{error}");
}

#[tokio::test]
async fn a_call_counts_once_and_only_now() {
    let house = House::open().await;
    let team = Team::of(&house);
    assert_eq!(team.publish(&house, "1").await.status(), 201);
    let body = || br#"{"fragment":"wallet"}"#.to_vec();
    let promote = (Method::POST, "/api/registry/promote");
    let at_ms = Team::now_ms();
    let signed = || team.signed(&house.url(""), promote.clone(), body(), at_ms);
    assert_eq!(signed().send().await.expect("a reply").status(), 200);
    let again = refused(signed().send().await.expect("a reply"), 401, "forbidden").await;
    assert!(again["field"] == SIGNATURE && again["detail"].as_str().expect("text").contains("before"), "{again}");
    for off in [-6 * 60 * 1000, 6 * 60 * 1000] {
        let reply = team.signed(&house.url(""), promote.clone(), body(), Team::now_ms() + off).send().await;
        assert_eq!(refused(reply.expect("a reply"), 401, "forbidden").await["field"], TIMESTAMP);
    }
}

#[tokio::test]
async fn what_is_signed_is_what_is_sent() {
    let house = House::open().await;
    let team = Team::of(&house);
    team.publish(&house, "1").await;
    let body = || br#"{"fragment":"wallet"}"#.to_vec();
    let sign = |call| team.signed(&house.url(""), call, body(), Team::now_ms());
    // Another command than the one that was signed.
    let mut other = sign((Method::POST, "/api/registry/revive")).build().expect("a request");
    other.url_mut().set_path("/api/registry/promote");
    let reply = client().execute(other).await.expect("a reply");
    assert_eq!(refused(reply, 401, "forbidden").await["field"], SIGNATURE);
    // Another body under the same digest.
    let tampered = sign((Method::POST, "/api/registry/promote")).body(r#"{"fragment":"other"}"#);
    let reply = tampered.send().await.expect("a reply");
    assert_eq!(refused(reply, 401, "forbidden").await["field"], DIGEST);
    assert_eq!(live(&house).await[0]["version"], "0.1.0-aaaaaaaa");
}

#[tokio::test]
async fn a_revoked_key_counts_for_nothing_from_then_on() {
    let house = House::open().await;
    let team = Team::of(&house);
    assert_eq!(team.get(&house, "status").await.status(), 200);
    house.list_teams(&team.entry("house", &format!("{ALL}\nrevoked = true")));
    for reply in
        [team.get(&house, "status").await, team.post(&house, "promote", &json!({ "fragment": "wallet" })).await]
    {
        let problem = refused(reply, 403, "forbidden").await;
        assert!(problem["detail"].as_str().expect("text").contains("revoked"), "{problem}");
    }
}

#[tokio::test]
async fn a_team_ships_its_own_fragments_and_does_what_it_has_the_right_to() {
    let house = House::open().await;
    let (team, own) = (Team::new(1), "fragments = [\"happy-hour\"]\nrights = [\"publish\", \"promote\"]");
    house.list_teams(&team.entry("guests", own));
    let content = content("theirs");
    assert_eq!(team.upload(&house, &content).await.status(), 204);
    let foreign = team.post(&house, "releases", &release("wallet", "9", &content)).await;
    assert_eq!(refused(foreign, 403, "forbidden").await["field"], "fragment");
    for (what, body) in [
        ("promote", json!({ "fragment": "wallet", "version": "0.1.0-aaaaaaaa" })),
        ("rollback", json!({ "fragment": "wallet" })),
    ] {
        assert_eq!(refused(team.post(&house, what, &body).await, 403, "forbidden").await["field"], "fragment");
    }
    let kill = team.post(&house, "kill", &json!({ "fragment": "happy-hour", "reason": "why" })).await;
    let problem = refused(kill, 403, "forbidden").await;
    assert!(problem["detail"].as_str().expect("text").contains("no right to kill"), "{problem}");
    assert_eq!(live(&house).await[0]["version"], "0.1.0-aaaaaaaa");
}

#[tokio::test]
async fn whether_a_team_may_publish_a_fragment_can_be_asked_before_there_is_a_release() {
    let house = House::open().await;
    let (team, own) = (Team::new(1), "fragments = [\"happy-hour\"]\nrights = [\"publish\"]");
    house.list_teams(&team.entry("guests", own));
    let nothing = json!({ "files": [] });
    let ask = async |fragment: &str| team.post(&house, &format!("missing?fragment={fragment}"), &nothing).await;
    assert_eq!(json_of(ask("happy-hour").await).await, nothing);
    assert_eq!(refused(ask("wallet").await, 403, "forbidden").await["field"], "fragment");
    house.list_teams(&team.entry("guests", &own.replace("publish", "promote")));
    let problem = refused(ask("happy-hour").await, 403, "forbidden").await;
    assert!(problem["detail"].as_str().expect("text").contains("no right to publish"), "{problem}");
}

#[tokio::test]
async fn a_file_that_is_not_what_it_is_called_is_refused() {
    let house = House::open().await;
    let team = Team::of(&house);
    let path = format!("/api/registry/files/{}", address_of(b"something"));
    let tampered = team.call(&house.url(""), (Method::PUT, &path), b"something else".to_vec()).await;
    assert_eq!(refused(tampered, 400, "invalid-value").await["field"], "address");
    for address in ["..%2F..%2Fregistry.db", "abc", &"%2e".repeat(64)] {
        let path = format!("/api/registry/files/{address}");
        let reply = team.call(&house.url(""), (Method::PUT, &path), b"x".to_vec()).await;
        assert_eq!(refused(reply, 400, "invalid-value").await["field"], "address", "{address}");
    }
}

#[tokio::test]
async fn a_release_that_makes_no_sense_or_leads_elsewhere_is_refused_by_its_member() {
    let house = House::open().await;
    let team = Team::of(&house);
    let content = content("1");
    team.upload(&house, &content).await;
    let good = release("wallet", "1", &content);
    for (member, value, field) in [
        ("name", json!("../wallet"), "name"),
        ("version", json!("../../1"), "version"),
        ("version", json!(""), "version"),
        ("slots", json!([]), "slots"),
        ("capabilities", json!({ "requests": [], "origins": ["https://evil.example"] }), "capabilities.origins"),
        ("entry", json!({ "url": "https://evil.example/a.js", "sha384": "A".repeat(64), "size": 1 }), "url"),
        ("entry", json!({ "url": "/a.js", "sha384": "A".repeat(64), "size": MAX_FILE_BYTES + 1 }), "entry.size"),
        ("limits", Value::Null, "limits.memory_mib"),
    ] {
        let mut bad = good.clone();
        bad[member] = value;
        let problem = refused(team.post(&house, "releases", &bad).await, 400, "invalid-value").await;
        assert_eq!(problem["field"], field, "{member}");
    }
    // A digest of nothing that is there, and a size that is another one.
    for (member, value) in [("sha384", json!("A".repeat(64))), ("size", json!(3))] {
        let mut half = good.clone();
        half["entry"][member] = value;
        let problem = refused(team.post(&house, "releases", &half).await, 409, "conflict").await;
        assert_eq!(problem["field"], "files");
    }
    let mut long = good.clone();
    long["publishes"] = vec!["a.topic"; 10_000].into();
    refused(team.post(&house, "releases", &long).await, 413, "too-large").await;
    let history = json_of(team.get(&house, "history").await).await;
    assert_eq!(history["lines"], json!([]), "nothing of it is there");
}

#[tokio::test]
async fn a_file_of_which_little_travels_and_much_is_unpacked_is_refused_by_its_name() {
    let house = House::open().await;
    let team = Team::of(&house);
    let (code, bomb) = (content("1"), vec![b' '; 2 * 1024 * 1024 + 1]);
    for file in [&code, &bomb] {
        assert_eq!(team.upload(&house, file).await.status(), 204);
    }
    let good = release("wallet", "1", &code);
    let file = release("wallet", "1", &bomb)["entry"].clone();
    for (member, value, field) in [
        ("entry", file.clone(), "entry"),
        ("style", file.clone(), "style"),
        ("messages", json!([{ "locale": "en", "file": file }]), "messages.en"),
    ] {
        let mut heavy = good.clone();
        heavy[member] = value;
        let problem = refused(team.post(&house, "releases", &heavy).await, 400, "invalid-value").await;
        assert_eq!(problem["field"], field);
    }
    let history = json_of(team.get(&house, "history").await).await;
    assert_eq!(history["lines"], json!([]), "nothing of it is there");
}

#[tokio::test]
async fn an_address_that_is_named_again_and_again_is_asked_for_once() {
    let house = House::open().await;
    let team = Team::of(&house);
    let (held, lacking) = (content("held"), content("lacking"));
    assert_eq!(team.upload(&house, &held).await.status(), 204);
    for (file, missing) in [(&held, vec![]), (&lacking, vec![address_of(&lacking)])] {
        let asked = json!({ "files": vec![address_of(file); MAX_FILES] });
        assert_eq!(json_of(team.post(&house, "missing", &asked).await).await["files"], json!(missing));
    }
}

#[tokio::test]
async fn nobody_is_put_into_a_slot_that_is_anothers() {
    let house = House::open().await;
    let team = Team::of(&house);
    let content = content("1");
    team.upload(&house, &content).await;
    assert_eq!(team.post(&house, "releases", &release("another", "1", &content)).await.status(), 201);
    let reply = team.post(&house, "promote", &json!({ "fragment": "another" })).await;
    let problem = refused(reply, 409, "conflict").await;
    assert!(problem["field"] == "slots" && problem["detail"].as_str().expect("text").contains("wallet"), "{problem}");
}

/// Publishes a release in a slot.
async fn publish_in(team: &Team, house: &House, slot: &str, (name, version): (&str, &str)) {
    let content = content(version);
    assert_eq!(team.upload(house, &content).await.status(), 204);
    let mut document = release(name, version, &content);
    document["slots"] = json!([{ "name": slot, "routes": [] }]);
    assert_eq!(team.post(house, "releases", &document).await.status(), 201);
}

#[tokio::test]
async fn nobody_goes_back_into_a_slot_that_somebody_else_is_live_in_by_now() {
    let house = House::open().await;
    let team = Team::of(&house);
    for (slot, name, version) in [("side", "wallet", "1"), ("corner", "wallet", "2"), ("wallet", "another", "1")] {
        publish_in(&team, &house, slot, (name, version)).await;
        assert_eq!(team.post(&house, "promote", &json!({ "fragment": name })).await.status(), 200, "{name} {version}");
    }
    assert_eq!(team.post(&house, "rollback", &json!({ "fragment": "wallet" })).await.status(), 200, "its slot is free");
    // The floor's.
    let before = live(&house).await;
    let reply = team.post(&house, "rollback", &json!({ "fragment": "wallet" })).await;
    let problem = refused(reply, 409, "conflict").await;
    let detail = problem["detail"].as_str().expect("text");
    assert!(problem["field"] == "slots" && detail.contains("\"another\"'s by now"), "{problem}");
    assert!(detail.contains("Kill \"wallet\""), "{problem}");
    assert_eq!(live(&house).await, before);
    let kill = json!({ "fragment": "wallet", "reason": "nothing to go back to" });
    assert_eq!(team.post(&house, "kill", &kill).await.status(), 200);
    // Once the slot is free again.
    publish_in(&team, &house, "elsewhere", ("another", "2")).await;
    assert_eq!(team.post(&house, "promote", &json!({ "fragment": "another" })).await.status(), 200);
    assert_eq!(team.post(&house, "rollback", &json!({ "fragment": "wallet" })).await.status(), 200);
    assert_eq!(live(&house).await[1]["version"], "0.1.0-aaaaaaaa");
}

#[tokio::test]
async fn a_canary_in_the_slot_keeps_nobody_from_going_back() {
    let house = House::open().await;
    let team = Team::of(&house);
    for (slot, version) in [("wallet", "1"), ("side", "2")] {
        publish_in(&team, &house, slot, ("wallet", version)).await;
        assert_eq!(team.post(&house, "promote", &json!({ "fragment": "wallet" })).await.status(), 200);
    }
    publish_in(&team, &house, "wallet", ("another", "1")).await;
    let canary = json!({ "fragment": "another", "share_permille": 1000 });
    assert_eq!(team.post(&house, "canary", &canary).await.status(), 200);
    let shown = async || {
        let fragments = live(&house).await.as_array().expect("fragments").clone();
        fragments.iter().map(|it| format!("{} {}", it["name"], it["version"])).collect::<Vec<_>>()
    };
    assert_eq!(shown().await, ["\"another\" \"1\"", "\"wallet\" \"2\""]);
    for version in ["1", "0.1.0-aaaaaaaa"] {
        assert_eq!(team.post(&house, "rollback", &json!({ "fragment": "wallet" })).await.status(), 200, "{version}");
        assert_eq!(shown().await, [format!("\"wallet\" \"{version}\"")]);
    }
}

#[tokio::test]
async fn two_that_publish_one_version_at_once_do_not_both_get_it() {
    let house = House::open().await;
    let team = Team::of(&house);
    let contents = [content("one"), content("other")];
    for content in &contents {
        team.upload(&house, content).await;
    }
    let documents = contents.each_ref().map(|content| release("wallet", "1", content));
    let replies =
        futures::future::join_all(documents.iter().map(|document| team.post(&house, "releases", document))).await;
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status().as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    for reply in replies.into_iter().filter(|reply| reply.status() == 409) {
        assert_eq!(refused(reply, 409, "conflict").await["field"], "version");
    }
}

#[tokio::test]
async fn two_that_are_promoted_into_one_slot_at_once_do_not_both_get_it() {
    let house = House::open().await;
    let team = Team::of(&house);
    let content = content("1");
    assert_eq!(team.upload(&house, &content).await.status(), 204);
    for round in 0..6 {
        let names = ["left", "right"].map(|side| format!("{side}-{round}"));
        for name in &names {
            let mut document = release(name, "1", &content);
            document["slots"] = json!([{ "name": format!("table-{round}"), "routes": [] }]);
            assert_eq!(team.post(&house, "releases", &document).await.status(), 201);
        }
        let bodies = names.each_ref().map(|name| json!({ "fragment": name }));
        let promoted = bodies.iter().map(|body| team.post(&house, "promote", body));
        let replies = futures::future::join_all(promoted).await;
        let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status().as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "round {round}");
        for reply in replies.into_iter().filter(|reply| reply.status() == 409) {
            assert_eq!(refused(reply, 409, "conflict").await["field"], "slots");
        }
        let shown = live(&house).await;
        let shown =
            shown.as_array().expect("fragments").iter().filter(|one| names.iter().any(|name| one["name"] == *name));
        assert_eq!(shown.count(), 1, "round {round}");
    }
}

#[tokio::test]
async fn a_switch_is_shown_also_while_its_number_can_not_be_written_down() {
    let mut house = House::open().await;
    let team = Team::of(&house);
    let before = serial(&house).await;
    // What is written before a manifest with another number is shown.
    let draft = house.file("data").join("manifest-serial.draft");
    std::fs::create_dir(&draft).expect("in the way");
    switch(&team, &house, "kill").await;
    let off = serial(&house).await;
    assert!(off > before, "pages are told of it");
    let told = async || {
        let newest = json_of(team.get(&house, "history").await).await["lines"][0]["seq"].clone();
        client().get(house.url(&format!("/manifest.json?after={newest}"))).send().await.expect("a reply")
    };
    assert_eq!(json_of(told().await).await["fragments"][0]["killed"], true);
    // Of what was published alone there is nothing to be seen.
    assert_eq!(team.publish(&house, "1").await.status(), 201);
    assert_eq!(told().await.status(), 200);
    std::fs::remove_dir(&draft).expect("out of the way");
    let file = house.file("data").join("manifest-serial.json");
    let kept = async || std::fs::read_to_string(&file).is_ok_and(|text| text.contains(&format!("\"serial\":{off}")));
    until("it is written down", kept).await;
    house.restart().await;
    assert_eq!((serial(&house).await, &live(&house).await[0]["killed"]), (off, &json!(true)));
}

#[tokio::test]
async fn a_switch_is_shown_also_while_the_floor_is_broken() {
    let house = House::open().await;
    let team = Team::of(&house);
    let (shell, fragments) = (house.floor().join("shell"), house.floor().join("fragments"));
    let away = |folder: &Path| folder.with_extension("away");
    let german = shell.join("messages.de.json");
    std::fs::write(&german, "{").expect("written");
    switch(&team, &house, "kill").await;
    let page = async || {
        let request = client().get(house.url("/")).header("accept-language", "de");
        request.send().await.expect("a reply").text().await.expect("text")
    };
    let shown = page().await;
    assert!(shown.contains("\"killed\":true") && shown.contains("Der Croupier"), "the last good page: {shown}");
    std::fs::rename(&shell, away(&shell)).expect("moved");
    switch(&team, &house, "revive").await;
    assert!(page().await.contains("\"killed\":false"), "without any shell");
    std::fs::rename(&fragments, away(&fragments)).expect("moved");
    std::fs::write(&fragments, "no folder").expect("written");
    switch(&team, &house, "kill").await;
    std::fs::remove_file(&fragments).expect("removed");
    for folder in [&shell, &fragments] {
        std::fs::rename(away(folder), folder).expect("moved back");
    }
    std::fs::write(&german, r#"{"title":"Das Haus"}"#).expect("written");
    until("what was mended", async || page().await.contains("Das Haus")).await;
    assert_eq!(live(&house).await[0]["killed"], true);
}

/// Switches the fragment of the house, and finds it so.
async fn switch(team: &Team, house: &House, command: &str) {
    let mut body = json!({ "fragment": "wallet" });
    if command == "kill" {
        body["reason"] = "why".into();
    }
    assert_eq!(team.post(house, command, &body).await.status(), 200, "{command}");
    assert_eq!(live(house).await[0]["killed"], command == "kill", "{command}");
}

async fn serial(house: &House) -> u64 {
    let reply = client().get(house.url("/manifest.json")).send().await.expect("a reply");
    json_of(reply).await["serial"].as_u64().expect("a number")
}

/// What is answered to a request that is written by hand.
fn answer(house: &House, head: String, body: &[u8]) -> String {
    let mut socket = TcpStream::connect(house.address()).expect("a connection");
    socket.set_read_timeout(Some(PATIENCE)).expect("a time");
    socket.write_all(head.as_bytes()).expect("sent");
    socket.write_all(body).expect("sent");
    let mut said = Vec::new();
    // How it hangs up is not told apart.
    let _ = socket.read_to_end(&mut said);
    String::from_utf8_lossy(&said).into_owned()
}

fn head_of(team: &Team, house: &House, path: &str, body: &[u8], length: u64) -> String {
    let signed = team.signed(&house.url(""), (Method::PUT, path), body.to_vec(), Team::now_ms());
    let request = signed.build().expect("a request");
    let mut head = format!("PUT {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: {length}\r\n", house.address());
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().expect("text")));
    }
    head + "\r\n"
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_too_large_is_refused_before_it_is_sent_and_holds_nothing() {
    let house = House::open().await;
    let team = Team::of(&house);
    let path = format!("/api/registry/files/{}", address_of(b"x"));
    let head = head_of(&team, &house, &path, b"x", 500 * 1024 * 1024);
    let said = tokio::task::block_in_place(|| answer(&house, head, b""));
    assert!(said.starts_with("HTTP/1.1 413") && said.contains("connection: close"), "{said}");
    assert!(said.contains("/problems/too-large"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_upload_is_not_there() {
    let house = House::open().await;
    let team = Team::of(&house);
    let whole = content("whole");
    let path = format!("/api/registry/files/{}", address_of(&whole));
    let head = head_of(&team, &house, &path, &whole, whole.len() as u64);
    tokio::task::block_in_place(|| {
        let mut socket = TcpStream::connect(house.address()).expect("a connection");
        socket.write_all(head.as_bytes()).expect("sent");
        socket.write_all(&whole[..whole.len() / 2]).expect("sent");
    });
    let asked = json!({ "files": [address_of(&whole)] });
    let missing = json_of(team.post(&house, "missing", &asked).await).await;
    assert_eq!(missing["files"], asked["files"]);
    let early = team.post(&house, "releases", &release("wallet", "1", &whole)).await;
    assert_eq!(refused(early, 409, "conflict").await["field"], "files");
    assert_eq!(team.upload(&house, &whole).await.status(), 204, "what was missing is sent");
    assert_eq!(team.post(&house, "releases", &release("wallet", "1", &whole)).await.status(), 201);
}

/// An upload that has begun to be read and does not go on, for as long as it is kept.
fn stalled(house: &House, team: &Team, is_read: bool) -> TcpStream {
    let file = content("stalled");
    let path = format!("/api/registry/files/{}", address_of(&file));
    let head = head_of(team, house, &path, &file, file.len() as u64);
    let mut socket = TcpStream::connect(house.address()).expect("a connection");
    socket.set_read_timeout(Some(PATIENCE)).expect("a time");
    socket.write_all(head.replacen("\r\n", "\r\nexpect: 100-continue\r\n", 1).as_bytes()).expect("sent");
    if is_read {
        let mut said = [0; 12];
        socket.read_exact(&mut said).expect("it may go on");
        assert_eq!(&said, b"HTTP/1.1 100");
    }
    socket
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_that_do_not_go_on_keep_no_other_team_from_uploading() {
    let house = House::open().await;
    let (slow, other) = (Team::new(1), Team::new(2));
    house.list_teams(&(slow.entry("slow", ALL) + &other.entry("other", ALL)));
    let waiting: Vec<TcpStream> = tokio::task::block_in_place(|| {
        let first = stalled(&house, &slow, true);
        [first].into_iter().chain((0..7).map(|_| stalled(&house, &slow, false))).collect()
    });
    let code = content("other");
    let uploaded = tokio::time::timeout(PATIENCE, other.upload(&house, &code));
    assert_eq!(uploaded.await.expect("in time").status(), 204);
    drop(waiting);
}

#[tokio::test]
async fn a_full_disk_takes_no_release_and_nothing_from_what_is_live() {
    let mut house = House::open().await;
    let team = Team::of(&house);
    team.ship(&house, "1").await;
    house.stop().await;
    let process = Process::start(&house);
    let at = |path: &str| format!("{}{path}", process.url);
    let manifest = json_of(client().get(at("/manifest.json")).send().await.expect("a reply")).await;
    process.limit_files(Some(0));
    let file = content("2");
    let path = format!("/api/registry/files/{}", address_of(&file));
    let upload = async || team.call(&process.url, (Method::PUT, &path), file.clone()).await;
    refused(upload().await, 503, "unavailable").await;
    // It may have been signed afresh.
    let meanwhile = json_of(client().get(at("/manifest.json")).send().await.expect("a reply")).await;
    assert_eq!((&meanwhile["serial"], &meanwhile["fragments"]), (&manifest["serial"], &manifest["fragments"]));
    let entry = manifest["fragments"][0]["entry"]["url"].as_str().expect("a URL");
    assert_eq!(client().get(at(entry)).send().await.expect("a reply").bytes().await.expect("bytes"), content("1"));
    process.limit_files(None);
    assert_eq!(upload().await.status(), 204);
}

#[tokio::test]
async fn code_that_ends_whoever_reads_it_ends_nothing_of_the_gateway() {
    let mut house = House::open().await;
    let team = Team::of(&house);
    house.stop().await;
    let process = Process::start(&house);
    let publish = async |version: &str, code: Vec<u8>| {
        let document = release("wallet", version, &code).to_string().into_bytes();
        let path = format!("/api/registry/files/{}", address_of(&code));
        assert_eq!(team.call(&process.url, (Method::PUT, &path), code).await.status(), 204);
        team.call(&process.url, (Method::POST, "/api/registry/releases"), document).await
    };
    let stream = client().get(format!("{}/api/events", process.url)).send().await.expect("a reply");
    let mut stream = Stream::of(stream);
    let before = stream.next_of("manifest").await.data["serial"].as_u64();
    for (version, level) in [("1", "["), ("2", "!")] {
        let problem = refused(publish(version, level.repeat(1_000_000).into()).await, 400, "invalid-value").await;
        assert_eq!(problem["field"], "entry");
        assert!(problem["detail"].as_str().expect("text").contains("nested too deeply"), "{problem}");
    }
    assert_eq!(publish("3", content("3")).await.status(), 201);
    let promote = (Method::POST, "/api/registry/promote");
    assert_eq!(team.call(&process.url, promote, br#"{"fragment":"wallet"}"#.to_vec()).await.status(), 200);
    let after = stream.next_of("manifest").await.data["serial"].as_u64();
    assert!(before.is_some() && after > before, "players hear of it on the stream that they had");
}
