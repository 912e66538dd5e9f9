//! kill -9 at the worst moments: after a restart every bet counts or goes back, exactly once. (The
//! operator in support panics when a bet is settled or taken back twice.)

use contract::feed::{FromVendor, Phase};

use crate::support::{Mode, Operator, Process, get_json, key, stakes, until};

const SURE: [(&str, i64); 3] = [("red", 100), ("black", 100), ("straight-0", 100)];

async fn books_are_closed(process: &Process) {
    until("the books are closed", || async {
        let report = get_json(&process.control_url("/rounds")).await;
        report["bets"] == serde_json::json!([]) && report["calls"] == serde_json::json!([])
    })
    .await;
}

#[tokio::test]
async fn an_open_bet_goes_back_and_numbers_go_on() {
    let (data, operator) = (tempfile::tempdir().unwrap(), Operator::start().await);
    let process = Process::start(data.path(), &operator, 600).await;
    let mut ada = process.player(&operator, "ada", "roulette-1").await;
    let killed = ada.new_round("roulette-1").await;
    ada.place(&key(), "roulette-1", stakes(&SURE)).await;
    ada.bets().await;
    assert_eq!(operator.balance("ada"), 9_700);
    let last_seq = ada.tables["roulette-1"].seq;
    process.kill().await;

    let process = Process::start(data.path(), &operator, 600).await;
    operator.wait("the stake back", |operator| operator.balance("ada") == 10_000).await;
    books_are_closed(&process).await;
    let ada = process.player(&operator, "ada", "roulette-1").await;
    assert!(ada.tables["roulette-1"].seq > last_seq);
    assert_ne!(ada.tables["roulette-1"].round, killed);
    assert_eq!((operator.wins().len(), operator.taken_back()), (0, 1));
}

#[tokio::test]
async fn a_bet_that_the_operator_had_not_answered_goes_back() {
    let (data, operator) = (tempfile::tempdir().unwrap(), Operator::start().await);
    let process = Process::start(data.path(), &operator, 600).await;
    let mut ada = process.player(&operator, "ada", "roulette-1").await;
    ada.new_round("roulette-1").await;
    operator.answers("bet", Mode::DoneButSilent);
    ada.place(&key(), "roulette-1", stakes(&SURE)).await;
    operator.wait("the bet", |operator| operator.bets() == 1).await;
    process.kill().await;
    let process = Process::start(data.path(), &operator, 600).await;
    operator.wait("the stake back", |operator| operator.balance("ada") == 10_000).await;
    books_are_closed(&process).await;
}

#[tokio::test]
async fn a_round_that_was_drawn_is_settled_by_its_outcome() {
    let (data, operator) = (tempfile::tempdir().unwrap(), Operator::start().await);
    let process = Process::start(data.path(), &operator, 5_000).await;
    let mut ada = process.player(&operator, "ada", "roulette-1").await;
    let round = ada.new_round("roulette-1").await;
    ada.place(&key(), "roulette-1", stakes(&SURE)).await;
    ada.phase("roulette-1", Phase::Dealing).await;
    process.kill().await;
    assert_eq!(operator.wins(), []);

    let process = Process::start(data.path(), &operator, 600).await;
    operator.wait("the win", |operator| operator.wins().len() == 1).await;
    books_are_closed(&process).await;
    let ada = process.player(&operator, "ada", "roulette-1").await;
    let mut history = ada.tables["roulette-1"].history.iter();
    let outcome = history.find(|outcome| outcome.round == round).expect("the round is in the history");
    let won = if outcome.number == Some(0) { 3_600 } else { 200 };
    assert_eq!(operator.balance("ada"), 9_700 + won);
    assert_eq!((operator.wins().len(), operator.taken_back()), (1, 0));
}

#[tokio::test]
async fn a_win_that_was_owed_is_paid_once_after_two_crashes() {
    let (data, operator) = (tempfile::tempdir().unwrap(), Operator::start().await);
    let process = Process::start(data.path(), &operator, 600).await;
    let mut ada = process.player(&operator, "ada", "roulette-1").await;
    ada.new_round("roulette-1").await;
    ada.place(&key(), "roulette-1", stakes(&SURE)).await;
    operator.answers("win", Mode::DoneButFails);
    operator.wait("the win is asked for", |operator| operator.calls("win") >= 1).await;
    process.kill().await;
    let process = Process::start(data.path(), &operator, 600).await;
    let asked = operator.calls("win");
    operator.wait("asked again", |operator| operator.calls("win") > asked).await;
    process.kill().await;
    operator.answers("win", Mode::Well);
    let process = Process::start(data.path(), &operator, 600).await;
    books_are_closed(&process).await;
    let [win] = operator.wins().try_into().unwrap();
    assert_eq!(operator.balance("ada"), 9_700 + win.amount_minor);
}

#[tokio::test]
async fn a_graceful_stop_cancels_the_open_round_and_tells_the_players() {
    let (data, operator) = (tempfile::tempdir().unwrap(), Operator::start().await);
    let process = Process::start(data.path(), &operator, 600).await;
    let mut ada = process.player(&operator, "ada", "roulette-1").await;
    ada.new_round("roulette-1").await;
    ada.place(&key(), "roulette-1", stakes(&SURE)).await;
    assert_eq!(ada.bets().await.staked_minor, 300);
    let told = tokio::spawn(async move {
        let paid = ada
            .until("the refund", |frame| if let FromVendor::Paid(paid) = frame { Some(paid.clone()) } else { None })
            .await;
        (paid, ada.tables["roulette-1"].phase, ada.closed().await)
    });
    assert!(process.terminate().await.success());
    let (paid, phase, close) = told.await.unwrap();
    assert_eq!((paid.won_minor, paid.cancelled, phase), (300, true, Phase::Cancelled));
    assert_eq!(u16::from(close.unwrap().code), 1001);
    assert_eq!(operator.balance("ada"), 10_000);
}
