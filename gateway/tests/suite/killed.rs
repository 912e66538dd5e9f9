//! kill -9 while many write: what was answered is there, what was not is there once or not at all, and
//! sending everything again settles which.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use contract::identity::Session;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::house::{House, Stream, client, json_of};

const WRITERS: usize = 16;
const COMMANDS: usize = 400;
/// How many answers are waited for before each kill.
const ANSWERS_BEFORE_KILL: [usize; 3] = [5, 60, 150];

/// The real program. It is killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    pub(crate) url: String,
    control: String,
}

impl Process {
    pub(crate) fn start(house: &House) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_gateway"))
            .args(house.arguments())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("a pipe");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let ready: Value = serde_json::from_str(&line).expect("the ready line");
        let address = |name: &str| ready[name].as_str().expect("an address").to_owned();
        Self { child, url: address("listening"), control: address("control") }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGKILL: nothing of the program runs any more.
        self.child.kill().expect("it ran");
        self.child.wait().expect("it has ended");
    }
}

/// A signed-in player, who outlives the process.
#[derive(Clone)]
struct Caller {
    client: Client,
    csrf_token: String,
}

impl Caller {
    async fn demo(process: &Process) -> Self {
        let client = client();
        let url = format!("{}/api/identity/demo", process.url);
        let reply = client.post(url).header("origin", &process.url).json(&json!({})).send().await.expect("a reply");
        let session: Session = serde_json::from_value(json_of(reply).await).expect("a session");
        Self { client, csrf_token: session.csrf_token.expect("a token") }
    }

    /// Every line of the history that the event stream has told of, in its order.
    async fn told(&self, url: &str, count: usize) -> Vec<u64> {
        let request = self.client.get(format!("{url}/api/events")).header("last-event-id", "0");
        let mut stream = Stream::of(request.send().await.expect("a reply"));
        let mut told = Vec::new();
        while told.len() < count {
            told.push(stream.next_of("wallet.entry").await.data["version"].as_u64().expect("a number"));
        }
        told
    }

    /// The nth command: status and body, if there was an answer.
    async fn send(&self, url: &str, n: usize) -> Option<(u16, String)> {
        let what = if is_deposit(n) { "deposits" } else { "withdrawals" };
        let request = self
            .client
            .post(format!("{url}/api/wallet/{what}"))
            .header("origin", url)
            .header("x-csrf-token", &self.csrf_token)
            .header("idempotency-key", format!("command-{n}"))
            .json(&json!({ "amount_minor": amount_minor(n), "currency": "EUR" }));
        let reply = request.send().await.ok()?;
        let status = reply.status().as_u16();
        Some((status, reply.text().await.ok()?))
    }
}

fn is_deposit(n: usize) -> bool {
    n.is_multiple_of(2)
}

fn amount_minor(n: usize) -> i64 {
    i64::try_from(n).expect("a small number") + 1
}

/// Many writers take the commands one after the other, until the process has gone.
fn write(process: &Process, caller: &Caller, next: &Arc<AtomicUsize>) -> JoinSet<Vec<(usize, (u16, String))>> {
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let (caller, url, next) = (caller.clone(), process.url.clone(), Arc::clone(next));
        writers.spawn(async move {
            let mut answers = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= COMMANDS {
                    return answers;
                }
                let Some(answer) = caller.send(&url, n).await else { return answers };
                answers.push((n, answer));
            }
        });
    }
    writers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_and_nothing_doubled() {
    let mut house = House::open().await;
    house.stop().await;
    let mut process = Process::start(&house);
    let caller = Caller::demo(&process).await;
    let next = Arc::new(AtomicUsize::new(0));
    let mut answers: HashMap<usize, (u16, String)> = HashMap::new();
    for before_kill in ANSWERS_BEFORE_KILL {
        let began = next.load(Ordering::Relaxed);
        let writers = write(&process, &caller, &next);
        while next.load(Ordering::Relaxed) < (began + before_kill).min(COMMANDS) {
            tokio::task::yield_now().await;
        }
        drop(process);
        answers.extend(writers.join_all().await.into_iter().flatten());
        process = Process::start(&house);
    }
    let sent = next.load(Ordering::Relaxed).min(COMMANDS);
    assert!(answers.len() < sent, "a kill leaves somebody without an answer");

    let (mut balance, mut entries) = (100_000, 1);
    for n in 0..sent {
        let (status, body) = caller.send(&process.url, n).await.expect("an answer");
        if let Some(first) = answers.get(&n) {
            assert_eq!(*first, (status, body), "command {n}");
        }
        assert_eq!(status, 201, "command {n}");
        entries += 1;
        balance += if is_deposit(n) { amount_minor(n) } else { -amount_minor(n) };
    }
    let shown = json_of(caller.client.get(format!("{}/api/wallet/balance", process.url)).send().await.unwrap()).await;
    assert_eq!(shown["cash_minor"], balance);
    // Also what queries are answered from was killed three times in the middle.
    let arguments = house.arguments();
    let place = arguments.chunks(2).filter(|pair| ["--data", "--database"].contains(&pair[0].as_str())).flatten();
    let rebuilt = Command::new(env!("CARGO_BIN_EXE_gateway")).args(["rebuild", "--check"]).args(place).output();
    let rebuilt = rebuilt.expect("the program runs");
    assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stdout));
    let audit = json_of(client().get(format!("{}/ledger/check", process.control)).send().await.unwrap()).await;
    assert_eq!((&audit["balanced"], &audit["entries"]), (&json!(true), &json!(entries)), "{audit}");
    // The ledger's positions, of which nobody else has one here.
    let told = caller.told(&process.url, entries).await;
    assert_eq!(told, (1..=u64::try_from(entries).expect("few")).collect::<Vec<_>>(), "each is told once");
}
