//! Faults on demand, and that `none` heals them.

use std::time::Duration;

use contract::feed::{FromVendor, Phase};
use serde_json::json;
use tokio::time::Instant;

use crate::support::player::In;
use crate::support::{Floor, Player, get_json, http, key, patiently, set_fault, stakes};

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
    floor.fault(json!({ "fault": "slow", "ms": 60_000 })).await;
    let silent = async { while !matches!(ada.next().await, In::Closed(_)) {} };
    assert!(tokio::time::timeout(Duration::from_secs(2), silent).await.is_err());
    floor.fault(json!({ "fault": "none" })).await;
    let healed = Instant::now();
    ada.next().await;
    assert!(healed.elapsed() < Duration::from_secs(2), "what waits is late no longer");
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

/// The next delta's number.
async fn next_seq(ada: &mut Player) -> u64 {
    ada.until("a delta", |frame| match frame {
        FromVendor::Delta(delta) => Some(delta.seq),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn duplicates_come_twice_and_change_nothing() {
    let floor = Floor::open().await;
    let mut ada = Player::connect(&floor.feed_url()).await;
    ada.subscribe(&["roulette-1"]).await;
    floor.fault(json!({ "fault": "duplicate" })).await;
    let (mut before, mut twice) = (0, 0);
    while twice < 3 {
        let seq = next_seq(&mut ada).await;
        twice += u32::from(seq == before);
        before = seq;
    }
    assert_eq!(ada.gaps, 0);
}

#[tokio::test]
async fn reordered_deltas_change_places_in_pairs_and_none_is_lost() {
    let floor = Floor::open().await;
    let mut ada = Player::connect(&floor.feed_url()).await;
    ada.subscribe(&["roulette-1"]).await;
    floor.fault(json!({ "fault": "reorder", "table": "roulette-1" })).await;
    // The one before the switch may have been in order still.
    let mut later = next_seq(&mut ada).await;
    let earlier = loop {
        let next = next_seq(&mut ada).await;
        if next < later {
            break next;
        }
        later = next;
    };
    assert_eq!(later, earlier + 1);
    floor.fault(json!({ "fault": "none" })).await;
    let mut last = next_seq(&mut ada).await;
    while last < later + 2 {
        let next = next_seq(&mut ada).await;
        assert_eq!(next, last + 1, "in order again");
        last = next;
    }
}

#[tokio::test]
async fn a_flood_is_thousands_of_frames_a_second() {
    let floor = Floor::open().await;
    let mut ada = Player::connect(&floor.feed_url()).await;
    ada.subscribe(&["roulette-1"]).await;
    floor.fault(json!({ "fault": "flood" })).await;
    let (began, mut frames) = (Instant::now(), 0);
    while frames < 4_000 {
        assert!(matches!(ada.next().await, In::Frame(_)));
        frames += 1;
    }
    assert!(began.elapsed() < Duration::from_secs(4), "it took {:?}", began.elapsed());
    floor.fault(json!({ "fault": "none" })).await;
    let calm = async {
        loop {
            let heard = Instant::now();
            ada.next().await;
            if heard.elapsed() > Duration::from_millis(300) {
                break;
            }
        }
    };
    patiently("a pause", calm).await;
}

#[tokio::test]
async fn a_hung_vendor_keeps_its_connections_and_says_nothing() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    let quick = |path: &str| http().get(floor.public_url(path)).timeout(Duration::from_millis(500)).send();
    floor.fault(json!({ "fault": "hang" })).await;
    assert!(quick("/tables").await.unwrap_err().is_timeout());
    assert!(quick("/video/roulette-1/index.m3u8").await.unwrap_err().is_timeout());
    let heard = async {
        loop {
            ada.next().await;
        }
    };
    // What was under way comes, and then two heartbeats do not.
    let _: Result<(), _> = tokio::time::timeout(Duration::from_millis(500), heard).await;
    assert!(tokio::time::timeout(Duration::from_secs(2), ada.next()).await.is_err());
    let late = tokio::spawn(tokio_tungstenite::connect_async(floor.feed_url()));
    floor.fault(json!({ "fault": "none" })).await;
    ada.until("it goes on", |frame| matches!(frame, FromVendor::Heartbeat(_)).then_some(())).await;
    assert!(patiently("the late one is let in", late).await.unwrap().is_ok());
    assert_eq!(quick("/tables").await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_flapping_vendor_comes_and_goes() {
    let floor = Floor::open().await;
    floor.fault(json!({ "fault": "flap", "ms": 400 })).await;
    for turn in 0..2 {
        assert_eq!(status(&floor.public_url("/tables")).await, 503, "down, turn {turn}");
        let up = async {
            while status(&floor.public_url("/tables")).await != 200 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        patiently("it is up", up).await;
        Player::connect(&floor.feed_url()).await.closed().await;
    }
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
        (json!({ "fault": "flap" }), Some("ms")),
        (json!({ "fault": "hang", "table": "roulette-1" }), Some("table")),
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

#[tokio::test]
async fn the_clock_of_the_signatures_jumps_and_rounds_do_not() {
    let floor = Floor::open().await;
    let url = floor.control_url("/clock");
    let before_ms = provider::clock::now_ms();
    set_fault(&url, json!({ "ahead_ms": 3_600_000 })).await;
    assert_eq!(get_json(&url).await["ahead_ms"], 3_600_000);
    let (signed_ms, dealt_ms) = (provider::clock::system_ms(), provider::clock::now_ms());
    assert!((3_590_000..3_660_000).contains(&(signed_ms - before_ms)));
    assert!(dealt_ms - before_ms < 60_000);
    set_fault(&url, json!({ "ahead_ms": 0 })).await;
    for (body, field) in [(json!({ "ahead_ms": i64::MAX }), "ahead_ms"), (json!({ "ahead_ms": "soon" }), "ahead_ms")] {
        let answer = http().post(&url).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 400);
        let problem: contract::problem::Problem = answer.json().await.unwrap();
        assert_eq!(problem.field.as_deref(), Some(field), "{body}");
    }
    assert_eq!(get_json(&url).await["ahead_ms"], 0);
}
