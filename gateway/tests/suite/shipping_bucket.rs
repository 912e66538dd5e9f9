//! Releases in a bucket: what is shipped lies there, and a bucket that goes away takes nothing from pages.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method as Verb, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::house::{House, client, json_of, refused, until};
use crate::process::Process;
use crate::team::{Team, address_of, content, release};

/// What lies in a bucket, by its path.
pub(crate) type Objects = Arc<Mutex<BTreeMap<String, Bytes>>>;

/// As much of S3 as is needed to keep objects. One that is empty it can't give, whatever is asked for beside it.
async fn object(State(objects): State<Objects>, verb: Verb, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    if !headers.contains_key("authorization") {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut objects = objects.lock().expect("objects");
    let known = [("etag", "\"1\""), ("last-modified", "Sun, 29 Nov 2026 12:00:00 GMT")];
    if verb == Verb::PUT {
        objects.insert(uri.path().to_owned(), body);
        return known.into_response();
    }
    match objects.get(uri.path()) {
        Some(bytes) if bytes.is_empty() => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(bytes) => (known, bytes.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A bucket at an address, for as long as the task runs.
pub(crate) async fn bucket(address: SocketAddr, objects: &Objects) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind(address).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let routes = Router::new().fallback(object).with_state(Arc::clone(objects));
    (address, tokio::spawn(async move { axum::serve(listener, routes).await.expect("served") }))
}

/// A house whose releases lie in a bucket.
struct Shop {
    house: House,
    team: Team,
    objects: Objects,
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Shop {
    async fn open() -> Self {
        let objects = Objects::default();
        let (address, serving) = bucket(SocketAddr::from(([127, 0, 0, 1], 0)), &objects).await;
        let mut house = House::open().await;
        let team = Team::of(&house);
        house.stop().await;
        Self { house, team, objects, address, serving }
    }

    fn start(&self) -> Process {
        let endpoint = format!("http://{}", self.address);
        let variables = [
            ("AWS_ENDPOINT", endpoint.as_str()),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ];
        Process::start_with(&self.house, &["--releases", "s3://croupier/releases"], &variables)
    }

    async fn post(&self, at: &str, what: &str, body: Value) -> reqwest::Response {
        let path = format!("/api/registry/{what}");
        self.team.call(at, (Method::POST, &path), body.to_string().into_bytes()).await
    }

    async fn upload(&self, at: &str, content: &[u8]) -> reqwest::Response {
        let path = format!("/api/registry/files/{}", address_of(content));
        self.team.call(at, (Method::PUT, &path), content.to_vec()).await
    }

    /// Publishes the wallet's release 1 and makes it the live one.
    async fn ship(&self, at: &str, content: &[u8]) {
        assert_eq!(self.upload(at, content).await.status(), 204);
        assert_eq!(self.post(at, "releases", release("wallet", "1", content)).await.status(), 201);
        assert_eq!(self.post(at, "promote", json!({ "fragment": "wallet" })).await.status(), 200);
    }

    /// The bucket does not answer any more.
    async fn close(&mut self) {
        self.serving.abort();
        assert!((&mut self.serving).await.is_err());
    }
}

async fn wallet(at: &str) -> Value {
    json_of(client().get(format!("{at}/manifest.json")).send().await.expect("a reply")).await["fragments"][0].clone()
}

#[tokio::test]
async fn a_bucket_that_goes_away_takes_nothing_from_pages_and_works_again_when_it_is_back() {
    let mut shop = Shop::open().await;
    let process = shop.start();
    let at = process.url.clone();
    let (first, second) = (content("1"), content("2"));
    shop.ship(&at, &first).await;
    let kept: Vec<String> = shop.objects.lock().expect("objects").keys().cloned().collect();
    let path = format!("/croupier/releases/{}", address_of(&first));
    assert_eq!(kept, [path.clone(), format!("{path}.br"), format!("{path}.zst")]);

    // It goes.
    shop.close().await;
    let problem = refused(shop.upload(&at, &second).await, 503, "unavailable").await;
    assert!(problem["detail"].as_str().expect("text").contains("store of releases can't be reached"), "{problem}");
    let live = wallet(&at).await;
    assert_eq!(live["version"], "1");
    let entry = format!("{at}{}", live["entry"]["url"].as_str().expect("a URL"));
    assert_eq!(client().get(entry).send().await.expect("a reply").bytes().await.expect("bytes"), first);
    let kill = json!({ "fragment": "wallet", "reason": "why" });
    assert_eq!(shop.post(&at, "kill", kill).await.status(), 200, "a kill needs no files");
    assert_eq!(wallet(&at).await["killed"], true);

    // A gateway that starts meanwhile has the floor's release, and what is off stays off.
    drop(process);
    let process = shop.start();
    let at = process.url.clone();
    let meanwhile = wallet(&at).await;
    assert_eq!((&meanwhile["version"], &meanwhile["killed"]), (&json!("0.1.0-aaaaaaaa"), &json!(true)));

    // It comes back.
    let _back = bucket(shop.address, &shop.objects).await;
    until("what is live is read", async || wallet(&at).await["version"] == "1").await;
    assert_eq!(shop.upload(&at, &second).await.status(), 204);
}

#[tokio::test]
async fn a_switch_waits_for_no_bucket() {
    let mut shop = Shop::open().await;
    let process = shop.start();
    shop.ship(&process.url, &content("1")).await;
    drop(process);
    // It takes calls and answers none; the gateway has nothing of what is live in memory yet.
    shop.close().await;
    let hung = TcpListener::bind(shop.address).await.expect("the port");
    let process = shop.start();
    let at = &process.url;
    assert_eq!(wallet(at).await["version"], "0.1.0-aaaaaaaa");
    let kill = json!({ "fragment": "wallet", "reason": "why" });
    let revive = json!({ "fragment": "wallet" });
    for (what, body, killed) in [("kill", &kill, true), ("revive", &revive, false), ("kill", &kill, true)] {
        let began = Instant::now();
        assert_eq!(shop.post(at, what, body.clone()).await.status(), 200);
        until("it is so", async || wallet(at).await["killed"] == killed).await;
        assert!(began.elapsed() < Duration::from_secs(2), "{what}: {:?}", began.elapsed());
    }
    drop(hung);
    let _back = bucket(shop.address, &shop.objects).await;
    until("what is live is read", async || wallet(at).await["version"] == "1").await;
    assert_eq!(wallet(at).await["killed"], true);
}

#[tokio::test]
async fn of_those_who_ask_for_what_is_not_in_memory_few_wait_for_a_bucket() {
    let mut shop = Shop::open().await;
    let process = shop.start();
    shop.ship(&process.url, &content("1")).await;
    let entry = wallet(&process.url).await["entry"]["url"].as_str().expect("a URL").to_owned();
    drop(process);
    shop.close().await;
    let _hung = TcpListener::bind(shop.address).await.expect("the port");
    let process = shop.start();
    let (began, mut asking) = (Instant::now(), tokio::task::JoinSet::new());
    for _ in 0..4 {
        asking.spawn(client().get(format!("{}{entry}", process.url)).send());
    }
    for _ in 0..2 {
        let turned_away = asking.join_next().await.expect("four ask").expect("it runs").expect("a reply");
        refused(turned_away, 503, "unavailable").await;
    }
    let made_up = client().get(format!("{}/fragments/wallet/wallet-0000000000000000.js", process.url));
    assert_eq!(made_up.send().await.expect("a reply").status(), 404);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

/// A fragment that is read before the wallet.
fn early(content: &[u8]) -> Value {
    let mut document = release("aces", "1", content);
    document["slots"] = json!([{ "name": "aces", "routes": [] }]);
    document
}

#[tokio::test]
async fn an_object_that_a_bucket_can_not_give_keeps_no_other_fragment_from_pages() {
    let shop = Shop::open().await;
    let process = shop.start();
    let lost = content("lost");
    shop.ship(&process.url, &content("1")).await;
    assert_eq!(shop.upload(&process.url, &lost).await.status(), 204);
    assert_eq!(shop.post(&process.url, "releases", early(&lost)).await.status(), 201);
    assert_eq!(shop.post(&process.url, "promote", json!({ "fragment": "aces" })).await.status(), 200);
    assert_eq!(wallet(&process.url).await["name"], "aces");
    drop(process);
    let path = format!("/croupier/releases/{}", address_of(&lost));
    shop.objects.lock().expect("objects").insert(path, Bytes::new());
    let process = shop.start();
    until("the wallet is read", async || wallet(&process.url).await["version"] == "1").await;
    assert_eq!(wallet(&process.url).await["name"], "wallet");
}

#[tokio::test]
async fn a_file_that_can_not_be_read_keeps_no_other_fragment_from_pages() {
    let mut house = House::open().await;
    let team = Team::of(&house);
    let lost = content("lost");
    team.ship(&house, "1").await;
    assert_eq!(team.upload(&house, &lost).await.status(), 204);
    assert_eq!(team.post(&house, "releases", &early(&lost)).await.status(), 201);
    assert_eq!(team.post(&house, "promote", &json!({ "fragment": "aces" })).await.status(), 200);
    house.stop().await;
    // What leads to itself can't be opened, whoever opens it.
    let file = house.file("data").join("releases").join(address_of(&lost));
    std::fs::remove_file(&file).expect("removed");
    std::os::unix::fs::symlink(&file, &file).expect("a link");
    house.restart().await;
    let live = wallet(&house.url("")).await;
    assert_eq!((&live["name"], &live["version"]), (&json!("wallet"), &json!("1")), "at once");
}
