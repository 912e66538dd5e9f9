//! Releases at the edges of a split house: several edges, each a real process with a data folder of its own, on one
//! bucket and one log, for which they have a user of the database who may do nothing else.

use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};

use contract::registry::SIGNATURE;
use gateway::clock::Clock;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::house::{House, Stream, client, json_of, new_key, refused, until};
use crate::operators::{PASSWORD, add};
use crate::process::Process;
use crate::shipping_bucket::{Objects, bucket};
use crate::team::{Team, address_of, content, release};

/// From the word to the page of any edge.
const KILLED_WITHIN: Duration = Duration::from_secs(2);

/// A split house whose edges take releases.
struct Edges {
    house: House,
    team: Team,
    /// The database's user.
    user: String,
    endpoint: SocketAddr,
    objects: Objects,
    serving: JoinHandle<()>,
}

impl Edges {
    async fn prepare() -> Self {
        let mut house = House::one_of_each(Clock::system()).await;
        // The house's own edge, whose user is the server's.
        house.stop().await;
        let user = format!("registry_{}", new_key().replace('-', ""));
        house
            .tamper(
                "registry",
                &format!(
                    "DROP SCHEMA registry CASCADE; CREATE ROLE {user} LOGIN; CREATE SCHEMA registry AUTHORIZATION {user};
                     DO $$ BEGIN
                       EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
                       EXECUTE format('GRANT CONNECT ON DATABASE %I TO {user}', current_database());
                     END $$"
                ),
            )
            .await;
        let team = Team::of(&house);
        let credentials = "[default]\naws_access_key_id = key\naws_secret_access_key = secret\n";
        std::fs::write(house.file("credentials"), credentials).expect("written");
        let objects = Objects::default();
        let (endpoint, serving) = bucket(SocketAddr::from(([127, 0, 0, 1], 0)), &objects).await;
        Self { house, team, user, endpoint, objects, serving }
    }

    /// The flags of an edge, whose data folder is its own.
    fn arguments(&self, data: &str) -> Vec<String> {
        let mut arguments = self.house.edge_arguments(data);
        let at = arguments.iter().position(|argument| argument == "--database").expect("a database") + 1;
        let (_, rest) = arguments[at].split_once('@').expect("a user");
        arguments[at] = format!("postgres://{}@{rest}", self.user);
        let file = |name: &str| self.house.file(name).to_str().expect("utf-8").to_owned();
        let own = [
            ("--registry-key", file("registry.key")),
            ("--releases", "s3://croupier/releases".to_owned()),
            ("--releases-credentials", file("credentials")),
        ];
        arguments.extend(own.into_iter().flat_map(|(flag, value)| [flag.to_owned(), value]));
        arguments
    }

    /// Starts an edge.
    fn edge(&self, data: &str) -> Process {
        let endpoint = format!("http://{}", self.endpoint);
        let variables = [("AWS_ENDPOINT", endpoint.as_str()), ("AWS_ALLOW_HTTP", "true"), ("AWS_REGION", "us-east-1")];
        Process::start_as(self.arguments(data), &variables)
    }

    async fn post(&self, at: &Process, what: &str, body: Value) -> Response {
        let path = format!("/api/registry/{what}");
        self.team.call(&at.url, (Method::POST, &path), body.to_string().into_bytes()).await
    }

    async fn done(&self, at: &Process, what: &str, body: Value) -> Value {
        let reply = self.post(at, what, body).await;
        let status = reply.status();
        let answer = reply.text().await.expect("text");
        assert!(status.is_success(), "{what}: {answer}");
        serde_json::from_str(&answer).expect("JSON")
    }

    async fn publish(&self, at: &Process, version: &str) {
        let content = content(version);
        let path = format!("/api/registry/files/{}", address_of(&content));
        assert_eq!(self.team.call(&at.url, (Method::PUT, &path), content.clone()).await.status(), 204);
        self.done(at, "releases", release("wallet", version, &content)).await;
    }

    async fn ask(&self, at: &Process, what: &str) -> Value {
        let path = format!("/api/registry/{what}");
        json_of(self.team.call(&at.url, (Method::GET, &path), Vec::new()).await).await
    }

    async fn lines(&self, at: &Process, action: &str) -> usize {
        let history = self.ask(at, "history").await;
        history["lines"].as_array().expect("lines").iter().filter(|line| line["action"] == action).count()
    }

    /// The browser of an operator who has signed in at an edge, and the token of their commands.
    async fn operator(&self, at: &Process) -> (Client, String) {
        assert!(add(&self.house, "admin@house.example", "admin").status.success());
        let http = client();
        let form = json!({ "email": "admin@house.example", "password": PASSWORD });
        let reply = http.post(format!("{}/api/operator/sign-in", at.url)).header("origin", &at.url).json(&form).send();
        let session = json_of(reply.await.expect("a reply")).await;
        (http, session["csrf_token"].as_str().expect("a token").to_owned())
    }

    /// The user of the database may sign in, or may not; whoever is there is sent away.
    async fn let_in(&self, may: bool) {
        let (user, login) = (&self.user, if may { "LOGIN" } else { "NOLOGIN" });
        self.house.tamper("registry", &format!("ALTER ROLE {user} {login}")).await;
        let sent_away = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{user}'");
        self.house.tamper("registry", &sent_away).await;
    }
}

/// A visitor with an event stream.
async fn stream(house: &House, at: &Process) -> Stream {
    let visitor = house.visitor();
    assert_eq!(visitor.send_to(&at.url, (Method::POST, "/api/identity/demo"), &json!({}), None).await.status(), 201);
    let opened = visitor.client.get(format!("{}/api/events", at.url)).send().await.expect("a reply");
    Stream::of(opened)
}

async fn manifest(at: &Process, query: &str) -> Value {
    json_of(client().get(format!("{}/manifest.json{query}", at.url)).send().await.expect("a reply")).await
}

async fn live(at: &Process) -> Value {
    manifest(at, "").await["fragments"][0]["version"].clone()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn whoever_hears_of_it_from_one_edge_gets_it_from_any() {
    let edges = Edges::prepare().await;
    let (first, second) = (edges.edge("edge-1"), edges.edge("edge-2"));
    let (mut heard_first, mut heard_second) = (stream(&edges.house, &first).await, stream(&edges.house, &second).await);
    heard_first.next_of("manifest").await;
    heard_second.next_of("manifest").await;
    edges.publish(&first, "1").await;
    edges.publish(&second, "2").await;
    let status = edges.ask(&first, "status").await;
    assert_eq!(status["fragments"][0]["releases"][0]["version"], "2", "whoever asks has published it already");
    for (number, version) in ["1", "2", "1", "2", "1", "2", "1", "2"].into_iter().enumerate() {
        let ships_first = number % 2 == 0;
        let (at, other, heard) =
            if ships_first { (&first, &second, &mut heard_first) } else { (&second, &first, &mut heard_second) };
        edges.done(at, "promote", json!({ "fragment": "wallet", "version": version })).await;
        // The newest: each stream hears of what the other edge has done as well.
        let news = loop {
            let news = heard.next_of("manifest").await.data;
            if news["serial"] == manifest(at, "").await["serial"] {
                break news;
            }
        };
        let there = manifest(other, &format!("?after={}", news["after"])).await;
        assert_eq!((&there["fragments"][0]["version"], &there["serial"]), (&json!(version), &news["serial"]), "{news}");
    }
    let entry = manifest(&first, "").await["fragments"][0]["entry"]["url"].as_str().expect("a URL").to_owned();
    for edge in [&first, &second] {
        let file = client().get(format!("{}{entry}", edge.url)).send().await.expect("a reply");
        assert_eq!(file.bytes().await.expect("bytes"), content("2"), "published at one, served by both");
    }

    let began = Instant::now();
    edges.done(&second, "kill", json!({ "fragment": "wallet", "reason": "wrong sums" })).await;
    until("the other edge has it", async || manifest(&first, "").await["fragments"][0]["killed"] == true).await;
    println!("figure: killed at one edge, off at the other after {} ms", began.elapsed().as_millis());
    assert!(began.elapsed() < KILLED_WITHIN, "{:?}", began.elapsed());

    // Nobody makes an edge wait for what never was.
    let asked = async |query: &str| client().get(format!("{}/manifest.json{query}", first.url)).send().await;
    let unknown = refused(asked("?after=1000000").await.expect("a reply"), 503, "unavailable").await;
    assert_eq!(unknown["field"], "after");
    let none = refused(asked("?after=x").await.expect("a reply"), 400, "invalid-value").await;
    assert_eq!(none["field"], "after");

    // A call counts once, wherever it comes.
    let call = (Method::POST, "/api/registry/revive");
    let (body, at_ms) = (json!({ "fragment": "wallet" }).to_string().into_bytes(), Team::now_ms());
    let signed = |at: &Process| edges.team.signed(&at.url, call.clone(), body.clone(), at_ms).send();
    assert_eq!(signed(&first).await.expect("a reply").status(), 200);
    let again = refused(signed(&second).await.expect("a reply"), 401, "forbidden").await;
    assert_eq!(again["field"], SIGNATURE);
    operator(&edges, &first, &second).await;
}

/// Signed in through one edge, heard at the other.
async fn operator(edges: &Edges, first: &Process, second: &Process) {
    let (http, token) = edges.operator(first).await;
    let call = http.post(format!("{}/api/operator/releases/kill", second.url)).header("origin", &second.url);
    let call = call.header("x-csrf-token", token);
    let reply = call.json(&json!({ "fragment": "wallet", "reason": "why" })).send().await.expect("a reply");
    assert_eq!(json_of(reply).await["killed"]["team"], "admin@house.example");
}

/// Waits until a page hears that its browser has another manifest: it is told so without a number.
async fn own_news(heard: &mut Stream) {
    while heard.next_of("manifest").await.data["serial"] != 0 {}
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn an_inspection_that_is_begun_at_one_edge_goes_on_at_any() {
    let edges = Edges::prepare().await;
    let shell = edges.house.floor().join("shell");
    std::fs::write(shell.join("inspect.mjs"), "croupier.inspector = '{{inspector}}'").expect("written");
    std::fs::write(shell.join("inspector-0123456789abcdef.mjs"), "export {}").expect("written");
    let (first, second) = (edges.edge("edge-1"), edges.edge("edge-2"));
    let (browser, token) = edges.operator(&first).await;
    let post = |at: &Process, path: &str| browser.post(format!("{}{path}", at.url)).header("origin", &at.url);
    let begun = post(&first, "/api/operator/inspect").header("x-csrf-token", token).send().await.expect("a reply");
    assert_eq!(begun.status(), 204);
    let given = post(&second, "/api/inspect/code").send().await.expect("a reply");
    assert_eq!(given.status(), 201);
    let code = json_of(given).await["code"].as_str().expect("a code").to_owned();
    let mut heard = Stream::of(browser.get(format!("{}/api/events", second.url)).send().await.expect("a reply"));
    own_news(&mut heard).await;

    // The tool's calls go to one and to the other, as the browser's do.
    let put = |at: &Process, path: &str| client().put(format!("{}/api/inspect/{path}", at.url)).bearer_auth(&code);
    let content = content("2-local");
    let file = put(&second, &format!("files/{}", address_of(&content))).body(content.clone());
    assert_eq!(file.send().await.expect("a reply").status(), 204);
    let set = put(&first, "overrides/wallet").json(&release("wallet", "2-local", &content));
    assert_eq!(json_of(set.send().await.expect("a reply")).await["version"], "2-local+local.1");
    own_news(&mut heard).await;
    for edge in [&first, &second] {
        let own = browser.get(format!("{}/api/inspect/manifest", edge.url)).send().await.expect("a reply");
        let build = json_of(own).await["fragments"][0].clone();
        assert_eq!(build["version"], "2-local+local.1");
        let entry = build["entry"]["url"].as_str().expect("a URL");
        let served = browser.get(format!("{}{entry}", edge.url)).send().await.expect("a reply");
        assert_eq!(served.bytes().await.expect("bytes"), content);
        let html = browser.get(&edge.url).header("accept", "text/html").send().await.expect("a reply");
        let html = html.text().await.expect("text");
        assert!(html.contains("+local.1") && html.contains("inspector-0123456789abcdef"), "{html}");
        assert_eq!(live(edge).await, "0.1.0-aaaaaaaa", "nobody else has it");
    }
    hears_and_asks(&edges, &browser, (&first, &second)).await;
}

/// An inspected page hears of what is shipped from one edge, and asks another for its own manifest.
async fn hears_and_asks(edges: &Edges, browser: &Client, (first, second): (&Process, &Process)) {
    let mut heard = Stream::of(browser.get(format!("{}/api/events", first.url)).send().await.expect("a reply"));
    edges.publish(first, "1").await;
    edges.publish(first, "2").await;
    for version in ["1", "2", "1", "2"] {
        edges.done(first, "promote", json!({ "fragment": "wallet", "version": version })).await;
        let news = loop {
            let news = heard.next_of("manifest").await.data;
            if news["serial"] == manifest(first, "").await["serial"] {
                break news;
            }
        };
        let own = browser.get(format!("{}/api/inspect/manifest?after={}", second.url, news["after"]));
        assert_eq!(json_of(own.send().await.expect("a reply")).await["serial"], news["serial"]);
    }
}

/// A page of a device, with one mount, and what went wrong on it.
async fn page(http: &Client, at: &Process, device: u64, version: &str, (crashes, failed): (usize, usize)) {
    let told = json!({ "fragments": [{
        "fragment": "wallet", "version": version, "mounts_ms": [12], "crashes": vec!["panic"; crashes],
        "degraded": 0, "degraded_ms": 0, "failed": failed, "swaps": 0,
    }] });
    let report = http.post(format!("{}/api/telemetry", at.url)).header("origin", &at.url);
    let report = report.header("cookie", format!("croupier_device={device:016x}")).json(&told);
    assert_eq!(report.send().await.expect("a reply").status(), 204);
}

/// Waits until each edge has looked at its canaries once more. It writes what it was told before each look: what is
/// told now is written before the next one, and what is told then, after that one.
async fn looked_again(edges: &Edges, http: &Client, both: &[Process; 2]) {
    let (operator, _) = edges.operator(&both[0]).await;
    let failed = async || {
        let asked = operator.get(format!("{}/api/operator/releases/health?fragment=wallet", both[0].url)).send();
        json_of(asked.await.expect("a reply")).await["whole"]["failed"].clone()
    };
    for round in 1..=2_u64 {
        for edge in both {
            page(http, edge, 500 + round, "1", (0, 1)).await;
        }
        until("each edge writes what it was told", async || failed().await == 2 * round).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn a_canary_is_one_at_all_edges_and_is_judged_once() {
    let edges = Edges::prepare().await;
    let both = [edges.edge("edge-1"), edges.edge("edge-2")];
    let [first, second] = &both;
    edges.publish(first, "1").await;
    edges.done(first, "promote", json!({ "fragment": "wallet" })).await;
    edges.publish(second, "2").await;
    edges.done(second, "canary", json!({ "fragment": "wallet", "version": "2", "share_permille": 500 })).await;
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let seen = async |at: &Process, device: u64| {
        let asked = http.get(format!("{}/manifest.json", at.url));
        let asked = asked.header("cookie", format!("croupier_device={device:016x}"));
        json_of(asked.send().await.expect("a reply")).await["fragments"][0]["version"].clone()
    };
    until("both show it", async || {
        let mut shown = 0;
        for device in 0..20 {
            shown += usize::from(seen(first, device).await == "2");
        }
        shown > 0 && manifest(first, "").await["serial"] == manifest(second, "").await["serial"]
    })
    .await;
    for device in 0..60 {
        assert_eq!(seen(first, device).await, seen(second, device).await, "device {device}");
    }

    let standing = async |at: &Process| edges.ask(at, "status").await["fragments"][0]["canary"].clone();
    until("a first look", async || !standing(first).await["figures"].is_null()).await;
    for device in 0..120 {
        page(&http, &both[usize::from(device % 2 == 0)], device, "1", (0, 0)).await;
    }
    for device in 200..212 {
        page(&http, &both[usize::from(device % 3 == 0)], device, "2", (0, 0)).await;
    }
    for edge in &both {
        until("what both were told is one sum", async || {
            let figures = standing(edge).await["figures"].clone();
            figures["canary"]["mounts"] == 12 && figures["stable"]["mounts"] == 120
        })
        .await;
    }
    // Beside what is well: of crashes alone nobody could say whose they are.
    for device in 300..340 {
        page(&http, &both[usize::from(device % 2 == 0)], device, "2", (1, 0)).await;
        page(&http, &both[usize::from(device % 2 == 0)], device + 100, "1", (0, 0)).await;
    }
    for edge in &both {
        until("it is ended", async || standing(edge).await.is_null()).await;
    }
    looked_again(&edges, &http, &both).await;
    assert_eq!(edges.lines(first, "end-canary").await, 1, "one verdict");
    until("nobody sees it any more", async || {
        let mut versions = Vec::new();
        for device in 0..20 {
            versions.push(seen(&both[usize::from(device % 2 == 0)], device).await);
        }
        versions.iter().all(|version| version == "1")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn what_goes_away_takes_nothing_from_pages() {
    let mut edges = Edges::prepare().await;
    let (first, mut second) = (edges.edge("edge-1"), edges.edge("edge-2"));
    edges.publish(&first, "1").await;
    edges.done(&first, "promote", json!({ "fragment": "wallet" })).await;
    until("it is live at both", async || live(&second).await == "1").await;

    // An edge whose folder went with its machine. Pages know what it serves as what they had.
    let content = manifest(&first, "").await["content"].clone();
    drop(second);
    second = edges.edge("edge-3");
    assert_eq!(manifest(&second, "").await["content"], content);

    // The bucket.
    edges.serving.abort();
    edges.publish_fails(&first).await;
    edges.done(&second, "kill", json!({ "fragment": "wallet", "reason": "why" })).await;
    until("a switch needs no file", async || manifest(&first, "").await["fragments"][0]["killed"] == true).await;
    edges.serving = bucket(edges.endpoint, &edges.objects).await.1;
    until("it is back", async || {
        let path = format!("/api/registry/files/{}", address_of(&content_of_two()));
        edges.team.call(&first.url, (Method::PUT, &path), content_of_two()).await.status() == 204
    })
    .await;

    // The database.
    edges.let_in(false).await;
    until("it is noticed", async || {
        edges.post(&first, "revive", json!({ "fragment": "wallet" })).await.status() == 503
    })
    .await;
    for edge in [&first, &second] {
        assert_eq!(client().get(&edge.url).send().await.expect("a reply").status(), 200);
        let wallet = manifest(edge, "").await["fragments"][0].clone();
        assert_eq!((&wallet["version"], &wallet["killed"]), (&json!("1"), &json!(true)));
        let ready = client().get(format!("{}/readyz", edge.url)).send().await.expect("a reply");
        assert_eq!(ready.status(), 200, "nobody takes all edges out of use at once");
    }
    // What is switched off is not known without it: such an edge serves nobody.
    let refused =
        Command::new(env!("CARGO_BIN_EXE_gateway")).args(edges.arguments("edge-4")).output().expect("it ends");
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("the registry's database can't be used"), "{said}");

    edges.let_in(true).await;
    until("it is back", async || edges.post(&second, "revive", json!({ "fragment": "wallet" })).await.status() == 200)
        .await;
    until("both follow again", async || manifest(&first, "").await["fragments"][0]["killed"] == false).await;
}

fn content_of_two() -> Vec<u8> {
    content("2")
}

impl Edges {
    async fn publish_fails(&self, at: &Process) {
        let content = content("2");
        let path = format!("/api/registry/files/{}", address_of(&content));
        let reply = self.team.call(&at.url, (Method::PUT, &path), content).await;
        refused(reply, 503, "unavailable").await;
    }
}
