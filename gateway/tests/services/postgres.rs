//! What only a database on another machine can suffer: several gateways at once, and connections that
//! break, also in the middle of a commit.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use contract::money::Currency;
use gateway::clock::Clock;
use gateway::store::{Sql, StoreError};
use gateway::wallet::limits::Market;
use gateway::wallet::risk::Rules;
use gateway::wallet::{CreditReward, Wallet, WalletError};
use postgres::{Client, NoTls};
use uuid::Uuid;

use crate::place::Place;
use crate::support::{START_MS, World};

fn reward(player: &str, key: &str) -> CreditReward {
    CreditReward {
        key: key.to_owned(),
        player: player.to_owned(),
        offer: "offer".to_owned(),
        amount_minor: 1,
        currency: Currency::Eur,
        bonus: false,
    }
}

/// Where somebody else finds the same database.
fn url(world: &World) -> String {
    world.place.database_url().expect("CROUPIER_POSTGRES names a server")
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn gateways_at_one_database_share_one_book() {
    let world = World::new();
    let (market, rules) = (Market::house().unwrap(), Rules::house().unwrap());
    let other = Wallet::open(&world.place.storage(), market, rules, Clock::standing_at(START_MS)).unwrap();
    let player = Uuid::new_v4().to_string();
    let writers = (0..64).map(|number| {
        let wallet = if number % 2 == 0 { world.wallet.clone() } else { other.clone() };
        // Each key comes to both of them.
        let reward = reward(&player, &(number / 2).to_string());
        tokio::spawn(async move { wallet.credit_reward(reward).await.unwrap().entry.id })
    });
    let entries = futures::future::join_all(writers).await;
    for both in entries.chunks(2) {
        assert_eq!(both[0].as_ref().unwrap(), both[1].as_ref().unwrap(), "a key has one effect wherever it comes");
    }
    assert_eq!(other.balance(&player).await.unwrap().cash_minor, 32);
    let audit = other.check().await.unwrap();
    assert!(audit.balanced && audit.entries == 32, "{audit:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn a_connection_that_breaks_loses_and_doubles_nothing() {
    let world = World::new();
    let player = Uuid::new_v4().to_string();
    let (cut, orders) = mpsc::channel();
    let url = url(&world);
    let cutter = thread::spawn(move || {
        let mut admin = Client::connect(&url, NoTls).unwrap();
        let connections = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                           WHERE datname = current_database() AND application_name = 'croupier-wallet'";
        let cuts = orders.into_iter().map(|()| admin.query_one(connections, &[]).unwrap().get::<_, i64>(0));
        cuts.sum::<i64>()
    });
    for number in 0..200 {
        let reward = reward(&player, &number.to_string());
        // It arrives at whatever the command is doing by then.
        cut.send(()).unwrap();
        // As everybody does who has a key: again, until there is an answer.
        while let Err(error) = world.wallet.credit_reward(reward.clone()).await {
            assert!(matches!(&error, WalletError::Store(store) if store.is_temporary()), "{error}");
        }
    }
    drop(cut);
    let cuts = tokio::task::spawn_blocking(|| cutter.join().unwrap()).await.unwrap();
    assert!(cuts > 20, "only {cuts} connections were cut");
    let audit = world.wallet.check().await.unwrap();
    assert!(audit.balanced && audit.entries == 200, "{audit:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn a_gateway_that_hangs_with_the_lock_is_an_error_for_the_others() {
    let world = World::new();
    let (release, released) = mpsc::channel::<()>();
    let (locked, is_locked) = tokio::sync::oneshot::channel();
    let url = url(&world);
    let hanging = thread::spawn(move || {
        let mut other = Client::connect(&url, NoTls).unwrap();
        let mut tx = other.transaction().unwrap();
        tx.batch_execute("SELECT pg_advisory_xact_lock(4411984, hashtext('wallet'))").unwrap();
        locked.send(()).unwrap();
        released.recv().unwrap_err();
    });
    is_locked.await.unwrap();
    let player = Uuid::new_v4().to_string();
    let refused = world.wallet.credit_reward(reward(&player, "a")).await.unwrap_err();
    assert!(matches!(&refused, WalletError::Store(store) if store.is_temporary()), "{refused}");
    assert_eq!(world.wallet.balance(&player).await.unwrap().cash_minor, 0, "reading goes on");
    drop(release);
    tokio::task::spawn_blocking(|| hanging.join().unwrap()).await.unwrap();
    world.wallet.credit_reward(reward(&player, "a")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn a_gateway_that_hung_in_a_query_asks_again() {
    let world = World::new();
    let hung = world.wallet.database().read(|sql| {
        sql.execute("SET LOCAL idle_in_transaction_session_timeout = 20", &[])?;
        thread::sleep(Duration::from_millis(500));
        sql.query_one("SELECT 1::bigint", &[], |row| row.get::<i64>(0))
    });
    let error = hung.await.unwrap_err();
    assert!(error.is_temporary(), "{error}");
    assert_eq!(world.audited().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn only_what_goes_through_everything_may_take_long() {
    const BOUND: &str = "SELECT current_setting('statement_timeout')";
    let bound = |sql: &Sql| sql.query_one(BOUND, &[], |row| row.get::<String>(0));
    let place = Place::new();
    let steps = ["CREATE TABLE seen AS SELECT current_setting('statement_timeout') AS bound"];
    let database = place.storage().open("long", &steps).unwrap();
    let seen = database.read(|sql| sql.query_one("SELECT bound FROM seen", &[], |row| row.get::<String>(0)));
    assert_eq!(seen.await.as_deref(), Ok("0"), "a step of a schema");
    let inspected: Result<_, StoreError> = place.storage().inspect("long", &steps, bound);
    assert_eq!(inspected.as_deref(), Ok("0"), "a look at a whole database");
    for _ in 0..8 {
        let lifted = database.read(move |sql| {
            sql.without_end()?;
            bound(sql)
        });
        assert_eq!(lifted.await.as_deref(), Ok("0"));
        assert_eq!(database.read(bound).await.as_deref(), Ok("15s"), "it ends with what asked for it");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server; `cargo croupier test` starts one"]
async fn what_was_rebuilt_is_counted_before_it_is_compared() {
    let (world, page) = World::with_a_history().await;
    world.balance(&page).await;
    world.projected().await;
    let url = url(&world);
    // The server itself counts tables only from fifty changes on.
    let counted = "SELECT count(DISTINCT tablename) FROM pg_stats
                   WHERE schemaname = 'wallet_views' AND tablename IN ('balances', 'lines')";
    let counted = thread::spawn(move || {
        let mut other = Client::connect(&url, NoTls).unwrap();
        other.query_one(counted, &[]).unwrap().get::<_, i64>(0)
    });
    assert_eq!(counted.join().unwrap(), 2);
}
