//! kill -9 while many write: what was answered is there, what was not is there once or not at all, and
//! sending everything again settles which.

use std::collections::HashMap;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use tokio::task::JoinSet;

use crate::house::{House, Stream, client, json_of};
use crate::process::{Caller, Process};

const WRITERS: usize = 16;
const COMMANDS: usize = 400;
/// How many answers are waited for before each kill.
const ANSWERS_BEFORE_KILL: [usize; 3] = [5, 60, 150];

impl Caller {
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
        let reply = self.money(url, what, &format!("command-{n}"), amount_minor(n)).await?;
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
