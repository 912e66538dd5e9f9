//! The statement: every transaction, page by page, signed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::vendor::{self, StatementKind, StatementLine, StatementPage, StatementState, Status};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::support::{Floor, Mode, http, key, stakes, until};

/// Fetches one page and checks that it is signed as the calls are.
async fn page(floor: &Floor, query: &str) -> StatementPage {
    let path = format!("/statement{query}");
    let answer = http().get(floor.control_url(&path)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    let (timestamp_ms, signature) = (header(vendor::TIMESTAMP).parse().unwrap(), header(vendor::SIGNATURE));
    assert_eq!(header(vendor::VENDOR), "studio");
    let body = answer.bytes().await.unwrap();
    let digest = provider::signer::hex(&Sha256::digest(&body));
    let public = std::fs::read_to_string(floor.data.path().join("vendor.pub")).unwrap();
    let public: [u8; 32] = STANDARD.decode(public.trim()).unwrap().try_into().unwrap();
    let signature = Signature::from_slice(&STANDARD.decode(signature).unwrap()).unwrap();
    let text = contract::signed::text("GET", &path, timestamp_ms, &digest);
    VerifyingKey::from_bytes(&public).unwrap().verify_strict(text.as_bytes(), &signature).unwrap();
    serde_json::from_slice(&body).unwrap()
}

fn of(lines: &[StatementLine], kind: StatementKind) -> Vec<(i64, StatementState)> {
    lines.iter().filter(|line| line.kind == kind).map(|line| (line.amount_minor, line.state)).collect()
}

#[tokio::test]
async fn it_has_every_transaction_and_how_far_it_is() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    ada.new_round("roulette-1").await;
    let taken_back = key();
    ada.place(&taken_back, "roulette-1", stakes(&[("red", 300)])).await;
    ada.bets().await;
    ada.clear("roulette-1", &[&taken_back]).await;
    floor.operator.wait("it is back", |operator| operator.taken_back() == 1).await;
    ada.place(&key(), "roulette-1", stakes(&[("red", 100), ("black", 100), ("straight-0", 100)])).await;
    while ada.bets().await.staked_minor != 300 {}
    floor.operator.answers("bet", Mode::Says(Status::InsufficientFunds));
    ada.place(&key(), "roulette-1", stakes(&[("odd", 100)])).await;
    ada.refused().await;
    let paid = ada.paid().await;
    until("all is final", || async { floor.report().await["calls"] == serde_json::json!([]) }).await;

    let StatementPage { lines, next } = page(&floor, "").await;
    assert_eq!(next, None);
    let bets = of(&lines, StatementKind::Bet);
    let expected = [(300, StatementState::TakenBack), (300, StatementState::Done), (100, StatementState::Refused)];
    assert_eq!(bets, expected);
    assert_eq!(of(&lines, StatementKind::Rollback), [(300, StatementState::Done)]);
    assert_eq!(of(&lines, StatementKind::Win), [(paid.won_minor, StatementState::Done)]);
    let named = |kind| lines.iter().find(|line| line.kind == kind).unwrap();
    let bets: Vec<&StatementLine> = lines.iter().filter(|line| line.kind == StatementKind::Bet).collect();
    assert_eq!(named(StatementKind::Rollback).bets, [bets[0].transaction.clone()]);
    assert_eq!(named(StatementKind::Win).bets, [bets[1].transaction.clone()]);
    assert!(lines.iter().all(|line| line.player == "ada" && line.round.is_some()));
    assert!(lines.is_sorted_by_key(|line| line.at_ms));

    let last = lines.last().unwrap();
    assert_eq!(page(&floor, &format!("?since_ms={}", last.at_ms)).await.lines.last(), Some(last));
    assert_eq!(page(&floor, &format!("?since_ms={}", last.at_ms + 1)).await.lines, []);
    let after = format!("?after={}.{}", lines[0].at_ms, lines[0].transaction);
    assert_eq!(page(&floor, &after).await.lines, lines[1..]);
    for query in ["?since_ms=then", "?after=there", "?until_ms=1"] {
        let answer = http().get(floor.control_url(&format!("/statement{query}"))).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{query}");
    }
}
