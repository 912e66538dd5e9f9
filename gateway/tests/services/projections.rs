//! The wallet's read models: what is asked after a command, beside a writer that hangs, after a damage, after
//! a change of rules; and that computing them from the log again always gives the same.

use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use contract::ENTRIES_BEHIND;
use contract::money::Currency;
use contract::wallet::EntryKind;
use gateway::store::{Storage, StoreError, params};
use gateway::wallet::rebuild::{Rebuilt, rebuild};
use gateway::wallet::{End, Reserve};
use serde_json::{Value, json};

use crate::place::connected;
use crate::support::{Page, START_MS, World, bet, rollback, win};

const DAY_MS: i64 = 24 * 3_600_000;
/// As long as a test waits for what has to come.
const SOON: Duration = Duration::from_secs(20);

impl World {
    /// Computes the read models once more, as the program does.
    pub(crate) async fn rebuilt(&self, only_check: bool) -> Rebuilt {
        rebuild(&self.storage(), self.market(), only_check, Arc::new(|_| ())).await.unwrap()
    }

    /// The read models say what the log says; every entry is counted in.
    pub(crate) async fn projected(&self) {
        let rebuilt = self.rebuilt(true).await;
        assert!(rebuilt.is_same(), "{rebuilt:?}");
    }

    /// Somebody writes into the read models by hand.
    pub(crate) async fn tamper(&self, statements: &'static str) {
        match self.storage() {
            Storage::Folder(_) => self.file("wallet_views").execute_batch(statements).unwrap(),
            Storage::Postgres(config) => thread::spawn(move || {
                let mut other = connected(&config);
                other.batch_execute(&format!("SET search_path = wallet_views; {statements}")).unwrap();
            })
            .join()
            .unwrap(),
        }
    }

    /// Nobody can write to the read models until the sender is dropped.
    fn lock_views(&self) -> (mpsc::Sender<()>, thread::JoinHandle<()>) {
        let (release, released) = mpsc::channel::<()>();
        let (locked, is_locked) = mpsc::channel();
        let place = match self.storage() {
            Storage::Folder(_) => Ok(self.file("wallet_views")),
            Storage::Postgres(config) => Err(config),
        };
        let holding = thread::spawn(move || match place {
            Ok(file) => {
                file.execute_batch("BEGIN IMMEDIATE").unwrap();
                locked.send(()).unwrap();
                released.recv().unwrap_err();
                file.execute_batch("ROLLBACK").unwrap();
            }
            Err(config) => {
                let mut other = connected(&config);
                let mut tx = other.transaction().unwrap();
                tx.batch_execute("SELECT pg_advisory_xact_lock(4411984, hashtext('wallet_views'))").unwrap();
                locked.send(()).unwrap();
                released.recv().unwrap_err();
            }
        });
        is_locked.recv().unwrap();
        (release, holding)
    }

    /// The read models against the ledger's own truth, which is computed from the transfers, and against the
    /// book that bets are decided by.
    pub(crate) async fn truthful(&self, page: &Page) {
        self.projected().await;
        let truth = self.wallet.player_truth(&page.player).await.unwrap();
        let seen = self.wallet.clone().personal(page.player.clone()).await.unwrap();
        assert_eq!((&seen.balance, &seen.entries), (&truth.balance, &truth.entries));
        let of = |kinds: &[EntryKind]| {
            let entries = truth.entries.iter().filter(|entry| kinds.contains(&entry.kind));
            entries.map(|entry| entry.cash_minor + entry.held_minor + entry.bonus_minor).sum::<i64>()
        };
        let month = self.summary(page, "period=month").await;
        let staked = -of(&[EntryKind::Bet, EntryKind::Rollback]);
        for (name, expected) in [
            ("deposited_minor", of(&[EntryKind::Deposit])),
            ("withdrawn_minor", -of(&[EntryKind::Withdrawal, EntryKind::PaidOut, EntryKind::Returned])),
            ("staked_minor", staked),
            ("won_minor", of(&[EntryKind::Win])),
            ("net_win_minor", of(&[EntryKind::Win]) - staked),
        ] {
            assert_eq!(month[name], expected, "{name}");
        }
        let player = page.player.clone();
        let book = self.wallet.database().read(move |sql| {
            let net = "SELECT net_minor FROM limit_players WHERE player = ?1";
            sql.query_opt(net, params![player], |row| row.get::<i64>(0))
        });
        let (book, session) = (book.await.unwrap(), self.play(page).await["session"].clone());
        if session["started_at_ms"].is_i64() {
            assert_eq!(session["net_minor"].as_i64(), book, "one session, one number");
        }
    }

    async fn summary(&self, page: &Page, query: &str) -> Value {
        self.known(page, &format!("/api/wallet/summary?{query}")).await
    }
}

/// A player who has done one of everything: the bets and what became of them, then money in and out.
async fn lived() -> (World, Page) {
    let world = World::new();
    let page = world.demo().await;
    let session = world.sessions.start(&page.player);
    let (won, lost, back) = (bet(&session, "r1", 700), bet(&session, "r1", 500), bet(&session, "r1", 40));
    for bet in [&won, &lost, &back] {
        assert_eq!(world.wager("bet", bet).await.0, "ok");
    }
    assert_eq!(world.wager("win", &win(&[&won], 900)).await.0, "ok");
    assert_eq!(world.wager("win", &win(&[&lost], 0)).await.0, "ok");
    assert_eq!(world.wager("rollback", &rollback(&back)).await.0, "ok");
    world.clock.advance(DAY_MS);
    world.command(&page, "deposits", 5_000, "d").await;
    world.command(&page, "withdrawals", 2_000, "w").await;
    for (key, end) in [("half", End::Post(Some(60))), ("none", End::Void)] {
        let (player, currency) = (page.player.clone(), Currency::Eur);
        let wish = Reserve { key: key.into(), player, amount_minor: 100, currency, timeout_ms: None };
        let id = world.wallet.reserve(wish).await.unwrap().entry.id;
        world.wallet.end_reservation(key.into(), id, end).await.unwrap();
    }
    (world, page)
}

#[tokio::test]
async fn what_days_and_months_came_to() {
    let (world, page) = lived().await;
    let day = world.summary(&page, "period=day").await;
    let money = |of: &Value| {
        let minor = |name: &str| of[name].as_i64().unwrap();
        (minor("deposited_minor"), minor("withdrawn_minor"), minor("net_deposits_minor"))
    };
    let games = |of: &Value| {
        let minor = |name: &str| of[name].as_i64().unwrap();
        (minor("staked_minor"), minor("won_minor"), minor("net_win_minor"))
    };
    assert_eq!(money(&day), (5_000, 2_060, 2_940), "what was given back was never out");
    assert_eq!(games(&day), (0, 0, 0));
    let before = world.summary(&page, &format!("period=day&at_ms={START_MS}")).await;
    assert_eq!((money(&before), games(&before)), ((100_000, 0, 100_000), (1_200, 900, -300)));
    assert_eq!(before["to_ms"], day["from_ms"], "one day ends as the next begins");
    let month = world.summary(&page, "").await;
    assert_eq!((money(&month), games(&month)), ((105_000, 2_060, 102_940), (1_200, 900, -300)));
    assert_eq!((&month["period"], &month["currency"]), (&json!("month"), &json!("EUR")));
    let empty = world.summary(&page, "period=week&at_ms=0").await;
    assert_eq!((money(&empty), games(&empty)), ((0, 0, 0), (0, 0, 0)));
    let refused = world.get(&page, "/api/wallet/summary?at_ms=-1").await;
    assert_eq!(refused.problem().2.as_deref(), Some("at_ms"));
    world.projected().await;
}

#[tokio::test]
async fn the_sessions_net_position_is_that_of_the_log() {
    let world = World::new();
    let page = world.demo().await;
    let session = world.sessions.start(&page.player);
    let (first, second) = (bet(&session, "r1", 700), bet(&session, "r1", 500));
    world.wager("bet", &first).await;
    assert_eq!(world.play(&page).await["session"]["net_minor"], -700);
    world.wager("bet", &second).await;
    world.wager("rollback", &rollback(&second)).await;
    world.wager("win", &win(&[&first], 1_000)).await;
    assert_eq!(world.play(&page).await["session"]["net_minor"], 300);
    // The number is the projection's: it is answered as it stands there.
    world.tamper("UPDATE sessions SET net_minor = 77").await;
    assert_eq!(world.play(&page).await["session"]["net_minor"], 77);
    world.clock.advance(DAY_MS);
    assert_eq!(world.play(&page).await["session"]["net_minor"], 0, "it has ended");
    world.wager("bet", &bet(&session, "r2", 20)).await;
    assert_eq!(world.play(&page).await["session"]["net_minor"], -20, "and another one begins at nothing");
    world.projected().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_do_not_wait_for_the_writer_of_the_ledger() {
    let (world, page) = lived().await;
    let paths = [
        "/api/wallet/balance",
        "/api/wallet/history?limit=100",
        "/api/wallet/history?kind=win",
        "/api/wallet/summary?period=day",
        "/api/limits",
        "/api/limits/session",
    ];
    let mut before = Vec::new();
    for path in paths {
        before.push(world.get(&page, path).await.text);
    }
    let (release, released) = mpsc::channel::<()>();
    let (started, holding) = tokio::sync::oneshot::channel();
    let (ledger, started) = (world.wallet.database().clone(), Mutex::new(Some(started)));
    let held = tokio::spawn(async move {
        let hang = ledger.write(move |_| {
            started.lock().unwrap().take().unwrap().send(()).unwrap();
            released.recv().unwrap_err();
            Ok::<_, StoreError>(())
        });
        hang.await
    });
    holding.await.unwrap();
    let mut command = Box::pin(world.command(&page, "deposits", 1, "later"));
    assert!(futures::poll!(command.as_mut()).is_pending(), "the writer hangs");
    for (path, before) in paths.into_iter().zip(&before) {
        let answer = tokio::time::timeout(SOON, world.get(&page, path)).await.expect("it waits for nobody");
        assert_eq!((answer.status.as_u16(), &answer.text), (200, before), "{path}");
        assert!(!answer.headers.contains_key(ENTRIES_BEHIND), "{path}");
    }
    assert!(futures::poll!(command.as_mut()).is_pending(), "all that while");
    drop(release);
    held.await.unwrap().unwrap();
    assert_eq!(command.await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_behind_says_so_and_a_document_is_refused() {
    let (world, page) = lived().await;
    let known = world.get(&page, "/api/wallet/balance").await;
    assert!(!known.headers.contains_key(ENTRIES_BEHIND));
    let (release, holding) = world.lock_views();
    let receipt = world.command(&page, "deposits", 1, "new").await;
    assert_eq!(receipt.status, 201, "commands don't need the read models: {}", receipt.text);
    let old = world.get(&page, "/api/wallet/balance").await;
    assert_eq!((old.status.as_u16(), &old.text), (200, &known.text), "a balance with its version");
    assert_eq!(old.headers[ENTRIES_BEHIND], "1");
    let old = world.get(&page, "/api/wallet/history").await;
    assert_eq!(old.headers[ENTRIES_BEHIND], "1");
    let document = world.wallet.clone().personal(page.player.clone()).await;
    assert!(document.is_err(), "a document with something missing is none");
    drop(release);
    tokio::task::spawn_blocking(|| holding.join().unwrap()).await.unwrap();
    let now = world.get(&page, "/api/wallet/balance").await;
    assert_eq!(now.json(), receipt.json()["balance"]);
    assert!(!now.headers.contains_key(ENTRIES_BEHIND));
    let document = world.wallet.clone().personal(page.player.clone()).await.unwrap();
    let truth = world.wallet.player_truth(&page.player).await.unwrap();
    assert_eq!((document.balance, document.entries), (truth.balance, truth.entries));
    let states: Vec<_> = document.wagers.iter().map(|wager| wager.state.as_str()).collect();
    assert_eq!(states.iter().filter(|state| **state == "settled").count(), 2, "{states:?}");
    assert_eq!(states.iter().filter(|state| **state == "rolled-back").count(), 1, "{states:?}");
    assert_eq!(document.limits.limits.len(), 12);
}

#[tokio::test]
async fn what_somebody_changed_is_named_and_mended() {
    for (tampering, expected) in [
        ("UPDATE balances SET cash_minor = cash_minor + 1", "balances PLAYER cash_minor: live 102641, rebuilt 102640"),
        ("UPDATE balances SET version = 1", "balances PLAYER version: live 1, rebuilt"),
        ("DELETE FROM balances", "balances PLAYER row: live absent, rebuilt there"),
        ("UPDATE lines SET kind = 'win' WHERE version = 2", "lines PLAYER version 2 kind: live win, rebuilt bet"),
        ("UPDATE lines SET reference = NULL WHERE version = 2", "reference: live nothing, rebuilt roulette-1/r1"),
        ("DELETE FROM lines WHERE version = 3", "lines PLAYER version 3 row: live absent, rebuilt there"),
        (
            "INSERT INTO lines SELECT gen, player, 99, id, kind, currency, cash_minor, held_minor, bonus_minor,
                 cash_after_minor, bonus_after_minor, reference, at_ms FROM lines WHERE version = 2",
            "lines PLAYER version 99 row: live there, rebuilt absent",
        ),
        ("UPDATE days SET won_minor = 0", "won_minor: live 0, rebuilt 900"),
        ("UPDATE days SET day = day - 1000", "row: live there, rebuilt absent"),
        ("UPDATE sessions SET net_minor = 5", "sessions PLAYER net_minor: live 5, rebuilt -300"),
        ("UPDATE sessions SET player = 'nobody'", "sessions nobody row: live there, rebuilt absent"),
        ("UPDATE generations SET version = 99 WHERE state = 'live'", "position version: live 99, rebuilt 12"),
    ] {
        let (world, page) = lived().await;
        let right = world.get(&page, "/api/wallet/history").await.text;
        world.projected().await;
        world.tamper(tampering).await;
        let expected = expected.replace("PLAYER", &page.player);
        for only_check in [true, false] {
            let rebuilt = world.rebuilt(only_check).await;
            let said: Vec<String> = rebuilt.differences.iter().map(ToString::to_string).collect();
            assert!(said.iter().any(|said| said.contains(&expected)), "{tampering}: {said:?}");
            assert_eq!(rebuilt.is_replaced, !only_check);
        }
        world.projected().await;
        assert_eq!(world.get(&page, "/api/wallet/history").await.text, right, "{tampering}");
        world.command(&page, "deposits", 1, "after").await;
        assert_eq!(world.balance(&page).await, (102_641, 0), "{tampering}: and it goes on from there");
        world.projected().await;
    }
}

#[tokio::test]
async fn what_was_not_projected_while_nobody_ran_is_caught_up() {
    let (world, page) = lived().await;
    world.balance(&page).await;
    for n in 0..1_100_i64 {
        world.wallet.credit_reward(reward(&page, n)).await.unwrap();
    }
    let world = world.reopened().await;
    assert_eq!(world.rebuilt(true).await.entries, 12, "only what was asked for is counted in");
    assert_eq!(world.balance(&page).await.0, 102_640 + 1_100);
    let rebuilt = world.rebuilt(true).await;
    assert!(rebuilt.is_same() && rebuilt.entries == 1_112, "{rebuilt:?}");
}

fn reward(page: &Page, n: i64) -> gateway::wallet::CreditReward {
    gateway::wallet::CreditReward {
        key: n.to_string(),
        player: page.player.clone(),
        offer: "offer".into(),
        amount_minor: 1,
        currency: Currency::Eur,
        bonus: false,
    }
}

#[tokio::test]
async fn read_models_of_another_program_or_book_are_computed_anew_at_start() {
    for damage in [
        "UPDATE generations SET rules = 'computation 0'; UPDATE balances SET cash_minor = 1",
        "UPDATE generations SET version = version - 1",
        "UPDATE generations SET version = 4000; UPDATE lines SET kind = 'win'",
        "DELETE FROM generations; DELETE FROM lines; DELETE FROM balances; DELETE FROM days; DELETE FROM sessions",
    ] {
        let (world, page) = lived().await;
        let right = world.get(&page, "/api/wallet/history").await.text;
        world.tamper(damage).await;
        let world = world.reopened().await;
        assert_eq!(world.get(&page, "/api/wallet/history").await.text, right, "{damage}");
        assert_eq!(world.balance(&page).await, (102_640, 0), "{damage}");
        // What was there before goes away by itself.
        let projecting = tokio::spawn(world.wallet.clone().project());
        let storage = world.storage();
        let cleared = async {
            while generations(&storage) > 1 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(SOON, cleared).await.expect("only one computation is left");
        projecting.abort();
        world.projected().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_another_book_is_not_taken_for_one_of_this() {
    let (world, page) = lived().await;
    world.balance(&page).await;
    world.tamper("UPDATE generations SET version = 4000; UPDATE balances SET cash_minor = 1").await;
    let world = world.reopened().await;
    let (release, holding) = world.lock_views();
    let other = world.get(&page, "/api/wallet/balance").await;
    assert_eq!(other.json()["cash_minor"], 1, "nothing else is known");
    assert_eq!(other.headers[ENTRIES_BEHIND], "1", "and it says so");
    drop(release);
    tokio::task::spawn_blocking(|| holding.join().unwrap()).await.unwrap();
    assert_eq!(world.balance(&page).await, (102_640, 0));
}

/// How many computations are kept.
fn generations(storage: &Storage) -> i64 {
    let count = "SELECT count(DISTINCT gen) FROM lines";
    match storage {
        Storage::Folder(folder) => {
            let file = rusqlite::Connection::open(folder.join("wallet_views.db")).unwrap();
            file.query_row(count, [], |row| row.get(0)).unwrap()
        }
        Storage::Postgres(config) => {
            let config = config.clone();
            let counted = thread::spawn(move || {
                let mut other = connected(&config);
                other.batch_execute("SET search_path = wallet_views").unwrap();
                other.query_one(count, &[]).unwrap().get::<_, i64>(0)
            });
            counted.join().unwrap()
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rebuilding_beside_writers_and_a_projector_finds_and_loses_nothing() {
    let (world, page) = lived().await;
    let projecting = tokio::spawn(world.wallet.clone().project());
    world.balance(&page).await;
    let (over, is_over) = tokio::sync::watch::channel(false);
    let writers: Vec<_> = (0..4_i64)
        .map(|writer| {
            let (wallet, page, is_over) = (world.wallet.clone(), page.clone(), is_over.clone());
            tokio::spawn(async move {
                let mut written = 0;
                while !*is_over.borrow() {
                    wallet.credit_reward(reward(&page, writer * 1_000_000 + written)).await.unwrap();
                    written += 1;
                }
                written
            })
        })
        .collect();
    for only_check in [true, false, true, false] {
        let rebuilt = world.rebuilt(only_check).await;
        assert!(rebuilt.is_same() && rebuilt.is_replaced != only_check, "{rebuilt:?}");
    }
    over.send(true).unwrap();
    let mut written = 0;
    for writer in writers {
        written += writer.await.unwrap();
    }
    assert_eq!(world.balance(&page).await, (102_640 + written, 0));
    projecting.abort();
    world.projected().await;
    assert_eq!(world.rebuilt(true).await.entries, world.audited().await);
}
