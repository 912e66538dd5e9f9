//! The operator's wallet fails: no money is lost, none is made.

use contract::feed::{FromVendor, Phase, RefusalCode};

use crate::support::{Floor, Mode, key, stakes, until};

const SURE: [(&str, i64); 3] = [("red", 100), ("black", 100), ("straight-0", 100)];

#[tokio::test]
async fn a_bet_whose_answer_was_lost_is_taken_back() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    ada.new_round("roulette-1").await;
    floor.operator.answers("bet", Mode::DoneButFails);
    floor.operator.answers("rollback", Mode::Down);
    let key = key();
    ada.place(&key, "roulette-1", stakes(&SURE)).await;
    let refused = ada.refused().await;
    assert_eq!((refused.code, refused.key.as_ref()), (RefusalCode::WalletUnavailable, Some(&key)));
    assert_eq!(floor.operator.balance("ada"), 9_700);
    // The same key gives the same answer, whatever the rollback has come to.
    ada.place(&key, "roulette-1", stakes(&SURE)).await;
    assert_eq!(ada.refused().await, refused);
    floor.operator.wait("a repeated rollback", |operator| operator.calls("rollback") >= 2).await;
    floor.operator.answers("rollback", Mode::Well);
    floor.operator.wait("the money back", |operator| operator.balance("ada") == 10_000).await;
    until("the books are closed", || async { floor.report().await["calls"] == serde_json::json!([]) }).await;
    assert_eq!((floor.operator.calls("bet"), floor.operator.taken_back()), (1, 1));
}

#[tokio::test]
async fn a_bet_without_an_answer_is_taken_back_after_five_seconds() {
    let floor = Floor::open_with(|config| config.betting_ms = 9_000).await;
    let mut ada = floor.player("ada", "roulette-1").await;
    ada.new_round("roulette-1").await;
    floor.operator.answers("bet", Mode::DoneButSilent);
    let asked = tokio::time::Instant::now();
    ada.place(&key(), "roulette-1", stakes(&SURE)).await;
    assert_eq!(ada.refused().await.code, RefusalCode::WalletUnavailable);
    let waited = asked.elapsed().as_millis();
    assert!((4_900..7_000).contains(&waited), "{waited} ms");
    floor.operator.wait("the money back", |operator| operator.balance("ada") == 10_000).await;
}

#[tokio::test]
async fn a_yes_after_the_draw_does_not_count() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    ada.new_round("roulette-1").await;
    floor.operator.answers("bet", Mode::Slow(3_600));
    ada.place(&key(), "roulette-1", stakes(&SURE)).await;
    let told = ada
        .until("the refusal", |frame| match frame {
            FromVendor::Refused(refused) => Some(refused.clone()),
            FromVendor::Paid(paid) => panic!("{paid:?}"),
            _ => None,
        })
        .await;
    assert_eq!(told.code, RefusalCode::WalletUnavailable);
    floor.operator.wait("the money back", |operator| operator.balance("ada") == 10_000).await;
    assert_eq!(floor.operator.wins(), []);
}

#[tokio::test]
async fn a_win_is_repeated_until_the_operator_takes_it_once() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    ada.new_round("roulette-1").await;
    ada.place(&key(), "roulette-1", stakes(&SURE)).await;
    ada.bets().await;
    floor.operator.answers("win", Mode::DoneButFails);
    floor.operator.wait("repetitions", |operator| operator.calls("win") >= 3).await;
    assert_eq!(floor.report().await["bets"][0]["state"], "paying");
    floor.operator.answers("win", Mode::Well);
    let paid = ada.paid().await;
    assert_eq!(floor.operator.balance("ada"), 9_700 + paid.won_minor);
    assert_eq!(floor.operator.wins().len(), 1);
}

#[tokio::test]
async fn a_stake_that_does_not_come_back_at_once_is_reported_and_comes_later() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    ada.new_round("roulette-1").await;
    let key = key();
    ada.place(&key, "roulette-1", stakes(&SURE)).await;
    assert_eq!(ada.bets().await.staked_minor, 300);
    floor.operator.answers("rollback", Mode::Down);
    ada.clear("roulette-1", &[&key]).await;
    assert_eq!(ada.bets().await.bets, []);
    let refused = ada.refused().await;
    assert_eq!((refused.code, refused.key.as_ref()), (RefusalCode::WalletUnavailable, Some(&key)));
    assert_eq!(refused.field.as_deref(), Some("keys[0]"));
    ada.phase("roulette-1", Phase::Settled).await;
    assert_eq!(floor.operator.balance("ada"), 9_700);
    floor.operator.answers("rollback", Mode::Well);
    floor.operator.wait("the money back", |operator| operator.balance("ada") == 10_000).await;
}

#[tokio::test]
async fn a_call_that_the_operator_would_not_look_at_needs_no_rollback() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    ada.new_round("roulette-1").await;
    floor.operator.distrust();
    ada.place(&key(), "roulette-1", stakes(&SURE)).await;
    assert_eq!(ada.refused().await.code, RefusalCode::WalletUnavailable);
    assert_eq!((floor.operator.bad_signatures(), floor.operator.calls("rollback")), (1, 0));
    assert_eq!(floor.report().await["calls"], serde_json::json!([]));
}

#[tokio::test]
async fn without_an_operator_nobody_can_launch_and_the_tables_run() {
    let floor = Floor::open_with(|config| config.wallet_url = "http://127.0.0.1:9".into()).await;
    let mut ada = crate::support::Player::connect(&floor.feed_url()).await;
    ada.subscribe(&["roulette-1"]).await;
    let token = contract::feed::LaunchToken { token: "t".into() };
    ada.say(&contract::feed::ToVendor::Launch(token)).await;
    assert_eq!(ada.refused().await.code, RefusalCode::WalletUnavailable);
    ada.phase("roulette-1", Phase::Settled).await;
}

#[tokio::test]
async fn a_no_to_a_win_waits_for_a_person() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    ada.new_round("roulette-1").await;
    ada.place(&key(), "roulette-1", stakes(&SURE)).await;
    ada.bets().await;
    floor.operator.answers("win", Mode::Says(contract::vendor::Status::UnknownBet));
    until("the review", || async { floor.report().await["calls"][0]["state"] == "review" }).await;
    let report = floor.report().await;
    assert_eq!((&report["calls"][0]["answer"], &report["bets"][0]["state"]), (&"unknown-bet".into(), &"review".into()));
    assert_eq!(floor.operator.calls("win"), 1);
}
