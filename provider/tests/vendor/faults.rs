//! Faults on demand, and that `none` heals them.

use std::time::Duration;

use contract::feed::{FromVendor, Phase};
use serde_json::json;
use tokio::time::Instant;

use crate::support::player::In;
use crate::support::{Floor, Player, get_json, http, key, patiently, stakes};

async fn status(url: &str) -> u16 {
    http().get(url).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn stopped_the_vendor_refuses_everything_and_settles_all_the_same() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    ada.new_round("roulette-1").await;
    let sure = stakes(&[("red", 100), ("black", 100), ("straight-0", 100)]);
    ada.place(&key(), "roulette-1", sure).await;
    ada.bets().await;
    let stopped = Instant::now();
    floor.fault(json!({ "fault": "stop" })).await;
    ada.closed().await;
    assert!(stopped.elapsed() < Duration::from_secs(1));
    assert_eq!(status(&floor.public_url("/tables")).await, 503);
    assert_eq!(status(&floor.public_url("/video/roulette-1/index.m3u8")).await, 503);
    assert_eq!(status(&floor.public_url("/healthz")).await, 200);
    assert!(tokio_tungstenite::connect_async(floor.feed_url()).await.is_err());
    floor.operator.wait("the win", |operator| operator.wins().len() == 1).await;
    floor.fault(json!({ "fault": "none" })).await;
    assert_eq!(status(&floor.public_url("/tables")).await, 200);
    Player::connect(&floor.feed_url()).await.subscribe(&["roulette-1"]).await;
}

#[tokio::test]
async fn slow_delays_frames_and_bets() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    ada.new_round("roulette-1").await;
    floor.fault(json!({ "fault": "slow", "table": "roulette-1", "ms": 300 })).await;
    let placed = Instant::now();
    ada.place(&key(), "roulette-1", stakes(&[("red", 100)])).await;
    assert_eq!(ada.bets().await.staked_minor, 100);
    // Once for the bet, once for the frame that tells of it.
    assert!(placed.elapsed() >= Duration::from_millis(600));
}

#[tokio::test]
async fn garbage_is_no_frame_of_the_protocol() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    floor.fault(json!({ "fault": "garbage" })).await;
    let mut spoilt = std::collections::BTreeSet::new();
    while spoilt.len() < 3 {
        if let In::Garbage(text) = ada.next().await {
            spoilt.insert(text);
        }
    }
    floor.fault(json!({ "fault": "none" })).await;
    let healed = async { while !matches!(ada.next().await, In::Frame(FromVendor::Heartbeat(_))) {} };
    patiently("a heartbeat", healed).await;
}

#[tokio::test]
async fn a_gap_shows_and_a_new_subscription_closes_it() {
    let floor = Floor::open().await;
    let mut ada = Player::connect(&floor.feed_url()).await;
    ada.subscribe(&["roulette-1"]).await;
    floor.fault(json!({ "fault": "gap", "table": "roulette-1" })).await;
    while ada.gaps == 0 {
        ada.next().await;
    }
    floor.fault(json!({ "fault": "none" })).await;
    ada.subscribe(&["roulette-1"]).await;
    ada.gaps = 0;
    ada.phase("roulette-1", Phase::Settled).await;
    assert_eq!(ada.gaps, 0);
}

#[tokio::test]
async fn a_frozen_video_is_known_within_three_seconds() {
    let floor = Floor::open_with(|config| config.video = true).await;
    let mut ada = Player::connect(&floor.feed_url()).await;
    ada.subscribe(&["roulette-1", "baccarat-1"]).await;
    let video = |live: bool| {
        move |frame: &FromVendor| match frame {
            FromVendor::Delta(delta) if delta.table == "roulette-1" => (delta.video_live == Some(live)).then_some(()),
            _ => None,
        }
    };
    if !ada.tables["roulette-1"].video_live {
        ada.until("the video runs", video(true)).await;
    }
    let frozen = Instant::now();
    floor.fault(json!({ "fault": "frozen-video", "table": "roulette-1" })).await;
    ada.until("the video stands still", video(false)).await;
    assert!(frozen.elapsed() < Duration::from_secs(3));
    floor.fault(json!({ "fault": "none" })).await;
    ada.until("the video runs again", video(true)).await;
}

#[tokio::test]
async fn a_bad_setting_names_its_member_and_the_switch_can_be_read() {
    let floor = Floor::open().await;
    for (body, field) in [
        (json!({ "fault": "explode" }), Some("fault")),
        (json!({ "fault": "gap", "table": "poker-1" }), Some("table")),
        (json!({ "fault": "slow" }), Some("ms")),
        (json!({ "fault": "slow", "ms": -1 }), Some("ms")),
        (json!({}), None),
    ] {
        let answer = http().post(floor.control_url("/faults")).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 400);
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        let problem: contract::problem::Problem = answer.json().await.unwrap();
        assert_eq!(problem.field.as_deref(), field, "{body}");
    }
    assert_eq!(get_json(&floor.control_url("/faults")).await["fault"], "none");
}
