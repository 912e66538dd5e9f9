//! A gateway with its folders, players who call it, and streams that are read.

use std::collections::VecDeque;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;
use contract::identity::Session;
use contract::wallet::Balance;
use gateway::app::Gateway;
use gateway::clock::Clock;
use gateway::config::Config;
use gateway::service::Service;
use gateway::store::Storage;
use gateway::wallet::reconcile::{Since, books};
use gateway::wallet::vendor::VENDOR_NAME;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::place::{Place, connected};
use crate::vendor::Vendor;

/// Nothing here takes longer unless it is broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(8);

/// A gateway with its folders and its vendor.
pub(crate) struct House {
    pub(crate) vendor: Vendor,
    /// Whoever has the public port.
    gateway: Option<Gateway>,
    /// Where services run in processes of their own.
    pub(crate) apart: Vec<Process>,
    clock: Clock,
    /// Goes last: what runs would make it anew.
    place: Place,
}

/// One process of a house that runs as several.
pub(crate) struct Process {
    /// What it runs, as on the command line.
    pub(crate) services: &'static str,
    /// Where its peers find it, also after a restart.
    internal: SocketAddr,
    gateway: Option<Gateway>,
}

/// Ports of this machine, held until all are known, so that none comes twice. A process comes back on the one that it
/// had, so none of those that the system gives to whoever asks meanwhile.
fn free_ports(count: usize) -> Vec<TcpListener> {
    let random = || 10_000 + u16::try_from(Uuid::new_v4().as_u128() % 20_000).expect("a small number");
    std::iter::repeat_with(random).filter_map(|port| TcpListener::bind(("127.0.0.1", port)).ok()).take(count).collect()
}

impl House {
    /// A fresh one, on the system's clock.
    pub(crate) async fn open() -> Self {
        Self::open_with(Clock::system()).await
    }

    pub(crate) async fn open_with(clock: Clock) -> Self {
        Self::at(Place::new(), clock).await
    }

    pub(crate) async fn at(place: Place, clock: Clock) -> Self {
        lay_floor(&place.folder().join("floor"));
        fs::write(place.folder().join("teams.toml"), "").expect("written");
        let vendor = Vendor::start(&place.folder().join("vendor.pub"), clock.clone()).await;
        let mut house = Self { place, vendor, gateway: None, apart: Vec::new(), clock };
        house.start().await;
        house
    }

    /// One in which each of these is a process of its own, beside one with the edge; on a database that they
    /// share.
    pub(crate) async fn apart(processes: &[&'static str], clock: Clock) -> Self {
        let place = Place::new();
        assert!(place.database_url().is_some(), "CROUPIER_POSTGRES names a server");
        lay_floor(&place.folder().join("floor"));
        fs::write(place.folder().join("peers.secret"), new_key()).expect("written");
        fs::write(place.folder().join("teams.toml"), "").expect("written");
        let vendor = Vendor::start(&place.folder().join("vendor.pub"), clock.clone()).await;
        let ports = free_ports(processes.len());
        let internal = ports.iter().map(|port| port.local_addr().expect("an address"));
        let apart =
            processes.iter().zip(internal).map(|(services, internal)| Process { services, internal, gateway: None });
        let mut house = Self { place, vendor, gateway: None, apart: apart.collect(), clock };
        drop(ports);
        for number in 0..processes.len() {
            house.start_process(number).await;
        }
        house.start().await;
        house
    }

    /// One in which each service is a process of its own.
    pub(crate) async fn one_of_each(clock: Clock) -> Self {
        Self::apart(&Service::ALL.map(Service::name), clock).await
    }

    /// Starts a process of a house that runs as several, where it was before.
    pub(crate) async fn start_process(&mut self, number: usize) {
        let Process { services, internal, .. } = self.apart[number];
        let config = self.config_of(services, internal, &format!("data-{number}"));
        let started = Gateway::start_with(&config, self.clock.clone()).await;
        self.apart[number].gateway = Some(started.unwrap_or_else(|error| panic!("{services}: {error}")));
    }

    /// Stops the first process that runs a service; says which one that was.
    pub(crate) async fn stop_process(&mut self, service: &str) -> usize {
        let number = self.process(service);
        self.apart[number].gateway.take().expect("it runs").stop().await;
        number
    }

    /// The first process that runs a service.
    fn process(&self, service: &str) -> usize {
        let runs = |process: &Process| process.gateway.is_some() && process.services.split(',').any(|it| it == service);
        self.apart.iter().position(runs).expect("a process of that service")
    }

    /// Where the peers of a service find it.
    pub(crate) fn internal(&self, service: &str, path: &str) -> String {
        format!("http://{}{path}", self.apart[self.process(service)].internal)
    }

    /// One process of several, with a data folder of its own.
    fn config_of(&self, services: &str, internal: SocketAddr, data: &str) -> Config {
        configured(self.arguments_of(services, internal, data))
    }

    /// The flags of one more edge of a house that runs as several processes.
    pub(crate) fn edge_arguments(&self, data: &str) -> Vec<String> {
        self.arguments_of("edge", SocketAddr::from(([127, 0, 0, 1], 0)), data)
    }

    fn arguments_of(&self, services: &str, internal: SocketAddr, data: &str) -> Vec<String> {
        let path = |name: &str| self.place.folder().join(name).to_str().expect("utf-8").to_owned();
        let mut arguments = self.arguments();
        let own = [
            ("--service", services.to_owned()),
            ("--internal", internal.to_string()),
            ("--peer-secret", path("peers.secret")),
            ("--session-key", path("session.key")),
        ];
        arguments.extend(own.into_iter().flat_map(|(flag, value)| [flag.to_owned(), value]));
        for process in &self.apart {
            let peers = process.services.split(',').map(|service| format!("{service}=http://{}", process.internal));
            arguments.extend(peers.flat_map(|peer| ["--peer".to_owned(), peer]));
        }
        let at = arguments.iter().position(|argument| *argument == path("data")).expect("--data");
        arguments[at] = path(data);
        arguments
    }

    pub(crate) fn config(&self) -> Config {
        configured(self.arguments())
    }

    /// The flags of a gateway on these folders.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let folder = self.place.folder();
        let path = |name: &str| folder.join(name).to_str().expect("utf-8").to_owned();
        let arguments = [
            "--listen",
            "127.0.0.1:0",
            "--control",
            "127.0.0.1:0",
            "--data",
            &path("data"),
            "--floor",
            &path("floor"),
            "--vendor-url",
            self.vendor.url(),
            "--vendor-key",
            &path("vendor.pub"),
            "--registry-teams",
            &path("teams.toml"),
        ];
        let database = self.place.database_url().map(|url| ["--database".to_owned(), url]);
        let arguments = arguments.iter().map(|&argument| argument.to_owned());
        arguments.chain(database.into_iter().flatten()).chain(self.place.events_flags()).collect()
    }

    async fn start(&mut self) {
        self.gateway = Some(self.another_gateway().await);
    }

    /// One more on the same data and ports of its own, as on a second machine; where services run apart, an edge.
    pub(crate) async fn another_gateway(&self) -> Gateway {
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let alone = self.apart.is_empty();
        let config = if alone { self.config() } else { self.config_of("edge", anywhere, "data") };
        Gateway::start_with(&config, self.clock.clone()).await.expect("it starts")
    }

    /// Stops gently and starts again with the same data, on another port.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.start().await;
    }

    /// Stops gently; the folders stay for another program.
    pub(crate) async fn stop(&mut self) {
        if let Some(gateway) = self.gateway.take() {
            gateway.stop().await;
        }
    }

    /// The operator's list of teams.
    pub(crate) fn list_teams(&self, text: &str) {
        fs::write(self.place.folder().join("teams.toml"), text).expect("written");
    }

    /// A file of the house's own.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.place.folder().join(name)
    }

    pub(crate) fn floor(&self) -> PathBuf {
        self.place.folder().join("floor")
    }

    fn gateway(&self) -> &Gateway {
        self.gateway.as_ref().expect("it runs")
    }

    pub(crate) fn address(&self) -> std::net::SocketAddr {
        self.gateway().listening()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.gateway().listening())
    }

    pub(crate) fn control(&self, path: &str) -> String {
        format!("http://{}{path}", self.gateway().control())
    }

    /// Where the wallet's operators ask.
    fn ledger(&self, path: &str) -> String {
        let apart = (!self.apart.is_empty()).then(|| self.apart[self.process("wallet")].gateway.as_ref());
        let wallet = apart.flatten().unwrap_or_else(|| self.gateway());
        format!("http://{}{path}", wallet.control())
    }

    pub(crate) async fn fault(&self, service: &str, mode: &str) {
        let body = json!({ "service": service, "mode": mode, "ms": 0 });
        let reply = client().post(self.control("/faults")).json(&body).send().await.expect("a reply");
        assert_eq!(reply.status(), 200);
    }

    /// Somebody who has the data changes a service's tables by hand.
    pub(crate) async fn tamper(&self, service: &str, sql: &str) {
        let (place, service, sql) = (self.config().place, service.to_owned(), sql.to_owned());
        // On a thread of its own: the drivers wait.
        let done = tokio::task::spawn_blocking(move || match place.storage().expect("a place") {
            Storage::Folder(folder) => {
                let file = rusqlite::Connection::open(folder.join(format!("{service}.db"))).expect("the file");
                file.busy_timeout(PATIENCE).expect("a time");
                file.execute_batch(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
            }
            Storage::Postgres(server) => {
                let mut client = connected(&server);
                let sql = format!("SET search_path = {service}; {sql}");
                client.batch_execute(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
            }
        });
        done.await.expect("it is done");
    }

    /// The entry of the one reward that a player was credited.
    pub(crate) async fn reward(&self, player: &str) -> String {
        let (storage, player) = (self.config().place.storage().expect("a place"), player.to_owned());
        let since = Since { moves_ms: 0, bets_ms: 0 };
        let books = tokio::task::spawn_blocking(move || books(&storage, VENDOR_NAME, since)).await.expect("no panic");
        let mut rewards = books.expect("books").rewards.into_iter().filter(|entry| entry.player == player);
        let reward = rewards.next().expect("a reward");
        assert_eq!(rewards.next(), None);
        reward.id
    }

    /// The ledger balances.
    pub(crate) async fn check_ledger(&self) {
        let audit: Value = json_of(client().get(self.ledger("/ledger/check")).send().await.expect("a reply")).await;
        assert_eq!(audit["balanced"], true, "{audit}");
    }

    /// A visitor.
    pub(crate) fn visitor(&self) -> Player {
        Player { client: client(), id: String::new(), csrf_token: String::new(), cookie: String::new() }
    }

    /// A player with play money.
    pub(crate) async fn player(&self) -> Player {
        let mut player = self.visitor();
        let reply = player.post(self, "/api/identity/demo", &json!({}), None).await;
        assert_eq!(reply.status(), 201);
        let cookie = reply.headers()["set-cookie"].to_str().expect("text");
        player.cookie = cookie.split(';').next().expect("a cookie").to_owned();
        let session: Session = serde_json::from_value(json_of(reply).await).expect("a session");
        player.id = session.player.expect("a player").id;
        player.csrf_token = session.csrf_token.expect("a token");
        player
    }
}

/// Whoever calls: a visitor has no id.
pub(crate) struct Player {
    pub(crate) client: Client,
    pub(crate) id: String,
    csrf_token: String,
    /// What the browser was given first, as somebody else would send it who has got hold of it.
    pub(crate) cookie: String,
}

impl Player {
    pub(crate) async fn get(&self, house: &House, path: &str) -> Response {
        self.client.get(house.url(path)).send().await.expect("a reply")
    }

    pub(crate) async fn post(&self, house: &House, path: &str, body: &Value, key: Option<&str>) -> Response {
        self.send_to(&house.url(""), (Method::POST, path), body, key).await
    }

    pub(crate) async fn send(&self, house: &House, call: (Method, &str), body: &Value, key: Option<&str>) -> Response {
        self.send_to(&house.url(""), call, body, key).await
    }

    /// To whichever gateway of the house.
    pub(crate) async fn send_to(
        &self,
        at: &str,
        (method, path): (Method, &str),
        body: &Value,
        key: Option<&str>,
    ) -> Response {
        let mut request = self.client.request(method, format!("{at}{path}")).json(body);
        request = request.header("origin", at).header("x-csrf-token", &self.csrf_token);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        request.send().await.expect("a reply")
    }

    /// The same player, on a page that has lost the session's token.
    pub(crate) fn without_token(self) -> Self {
        Self { csrf_token: String::new(), ..self }
    }

    pub(crate) async fn deposit(&self, house: &House, amount_minor: i64) {
        let body = json!({ "amount_minor": amount_minor, "currency": "EUR" });
        let reply = self.post(house, "/api/wallet/deposits", &body, Some(&new_key())).await;
        assert_eq!(reply.status(), 201);
    }

    pub(crate) async fn balance(&self, house: &House) -> Balance {
        let balance = json_of(self.get(house, "/api/wallet/balance").await).await;
        serde_json::from_value(balance).expect("a balance")
    }

    /// A stream; `after` is the position of an earlier one.
    pub(crate) async fn stream(&self, house: &House, after: Option<&str>) -> Stream {
        let mut request = self.client.get(house.url("/api/events"));
        if let Some(id) = after {
            request = request.header("last-event-id", id);
        }
        let response = request.send().await.expect("a reply");
        assert_eq!(response.status(), 200);
        Stream::of(response)
    }
}

/// A stream, read as a browser reads it.
pub(crate) struct Stream {
    response: Response,
    text: String,
    waiting: VecDeque<Event>,
    /// What a browser would resume from.
    pub(crate) last_id: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) topic: String,
    pub(crate) data: Value,
}

impl Stream {
    pub(crate) fn of(response: Response) -> Self {
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new(), waiting: VecDeque::new(), last_id: String::new() }
    }

    /// The next event, or nothing once the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("an event in time");
            // A cut connection is an end, too.
            let chunk = chunk.ok().flatten()?;
            self.text.push_str(std::str::from_utf8(&chunk).expect("utf-8"));
            self.parse();
        }
    }

    /// The next event of a topic; others are passed over.
    pub(crate) async fn next_of(&mut self, topic: &str) -> Event {
        loop {
            let event = self.next().await.expect("the stream goes on");
            if event.topic == topic {
                return event;
            }
        }
    }

    /// Reads until the position is known, which is the first thing that a stream says.
    pub(crate) async fn hello(&mut self) {
        while self.last_id.is_empty() {
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("in time");
            self.text.push_str(std::str::from_utf8(&chunk.expect("bytes").expect("more")).expect("utf-8"));
            self.parse();
        }
    }

    fn parse(&mut self) {
        while let Some((block, rest)) = self.text.split_once("\n\n") {
            let (mut topic, mut data) = (String::from("message"), Vec::new());
            for line in block.lines() {
                match line.split_once(": ") {
                    Some(("id", id)) => self.last_id = id.to_owned(),
                    Some(("event", name)) => topic = name.to_owned(),
                    Some(("data", line)) => data.push(line.to_owned()),
                    _ => {}
                }
            }
            if !data.is_empty() {
                let data = serde_json::from_str(&data.join("\n")).expect("JSON");
                self.waiting.push_back(Event { id: self.last_id.clone(), topic, data });
            }
            self.text = rest.to_owned();
        }
    }
}

/// What a gateway with these flags runs by.
fn configured(flags: Vec<String>) -> Config {
    let program = ["gateway".to_owned()];
    let mut config = Config::try_parse_from(program.into_iter().chain(flags)).expect("good flags");
    // The program that runs here is the test.
    config.shipping.auditor = env!("CARGO_BIN_EXE_gateway").into();
    config
}

pub(crate) fn client() -> Client {
    Client::builder().cookie_store(true).no_proxy().build().expect("a client")
}

pub(crate) fn new_key() -> String {
    Uuid::new_v4().to_string()
}

pub(crate) async fn json_of(response: Response) -> Value {
    response.json().await.expect("JSON")
}

/// A refusal: its status, and the problem with its kind and field.
pub(crate) async fn refused(response: Response, status: u16, code: &str) -> Value {
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let problem = json_of(response).await;
    assert_eq!(
        (&problem["status"], &problem["type"]),
        (&json!(status), &json!(format!("/problems/{code}"))),
        "{problem}"
    );
    problem
}

/// Waits until a condition holds; fails when it never does.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(waited.await.is_ok(), "in vain: {what}");
}

/// The file of a fragment that the floor has.
pub(crate) const ENTRY: &str = "/fragments/wallet/wallet-0123456789abcdef.js";

/// What stands in for the shell's tokens.
pub(crate) const TOKENS: &str = ":root{--bg:#000}";
/// What stands in for the script of frames.
pub(crate) const FRAME_SCRIPT: &str = "addEventListener('message',()=>{})";

fn lay_floor(floor: &Path) {
    let shell = floor.join("shell");
    let wallet = floor.join("fragments/wallet");
    fs::create_dir_all(&shell).expect("a folder");
    fs::create_dir_all(&wallet).expect("a folder");
    let page = "<!doctype html><html lang=\"{{locale}}\" dir=\"{{dir}}\"><head><title>{{title}}</title>\
                <!-- croupier:preloads -->\n<link rel=\"stylesheet\" href=\"/tokens-00.css\"/>\
                <script type=\"application/json\" id=\"manifest\"></script>\
                <script type=\"application/json\" id=\"seal\"></script>\
                <script type=\"application/json\" id=\"messages\"></script>\
                <script type=\"module\">import('/shell-0123456789abcdef.js')</script></head><body></body></html>";
    fs::write(shell.join("index.html"), page).expect("written");
    fs::write(shell.join("tokens-00.css"), TOKENS).expect("written");
    fs::write(shell.join("frame.mjs"), FRAME_SCRIPT).expect("written");
    fs::write(shell.join("offer.mjs"), "offer('croupier:offered', 'croupier:divider')").expect("written");
    fs::write(shell.join("pack-0123456789abcdef.mjs"), "export {};").expect("written");
    fs::write(shell.join("messages.en.json"), r#"{"title":"Croupier & Co"}"#).expect("written");
    fs::write(shell.join("messages.de.json"), r#"{"title":"Der Croupier"}"#).expect("written");
    fs::write(shell.join("messages.ar.json"), r#"{"title":"كروبيه"}"#).expect("written");
    write_with_twins(&shell.join("shell-0123456789abcdef.js"), "export {}; // shell\n".repeat(50).as_bytes());
    write_with_twins(&wallet.join("wallet-0123456789abcdef.js"), "export {}; // wallet\n".repeat(50).as_bytes());
    write_with_twins(&wallet.join("wallet-0123456789abcdef.wasm"), &[0, 97, 115, 109].repeat(200));
    write_release(floor, "wallet", "0.1.0-aaaaaaaa");
}

pub(crate) fn write_with_twins(file: &Path, content: &[u8]) {
    fs::write(file, content).expect("written");
    let twin = |suffix: &str| PathBuf::from(format!("{}{suffix}", file.display()));
    let mut brotli = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut brotli, &brotli::enc::BrotliEncoderParams::default()).expect("brotli");
    fs::write(twin(".br"), brotli).expect("written");
    fs::write(twin(".zst"), zstd::bulk::compress(content, 3).expect("zstd")).expect("written");
}

pub(crate) fn write_release(floor: &Path, name: &str, version: &str) {
    write_placed(floor, name, version, "document");
}

pub(crate) fn write_placed(floor: &Path, name: &str, version: &str, placement: &str) {
    let file = |name: &str| json!({ "url": format!("/fragments/wallet/{name}"), "sha384": "A".repeat(64), "size": 1 });
    let release = json!({
        "name": name, "version": version, "channel": "stable", "slots": [{ "name": "wallet", "routes": [] }],
        "placement": placement, "site": null, "entry": file("wallet-0123456789abcdef.js"),
        "wasm": file("wallet-0123456789abcdef.wasm"), "style": null,
        "messages": [{ "locale": "en", "file": file("messages.en-0123456789.json") },
                     { "locale": "de", "file": file("messages.de-0123456789.json") }],
        "publishes": [], "subscribes": ["wallet.balance"],
        "contracts": [{ "topic": "wallet.balance", "schema": "0123456789abcdef" }],
        "limits": { "memory_mib": 16, "fuel_millions": 1, "mount_ms": 1000, "load_ms": 9000, "payload_kib": 16, "events_per_second": 50,
                    "heartbeat_ms": 2000 },
        "capabilities": { "requests": ["GET /api/wallet/*"], "origins": ["vendor"] }, "critical": true, "killed": false,
    });
    fs::write(floor.join("fragments").join(name).join("release.json"), release.to_string()).expect("written");
}
