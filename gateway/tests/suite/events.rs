//! The event stream: to whom, in which order, and what a reconnect gets.

use std::time::{Duration, Instant};

use crate::house::{Event, House, Stream, json_of, refused, write_release};

const BALANCE: &str = "wallet.balance";

async fn balances(stream: &mut Stream, count: usize) -> Vec<Event> {
    let mut found = Vec::new();
    while found.len() < count {
        found.push(stream.next_of(BALANCE).await);
    }
    found
}

fn cash(events: &[Event]) -> Vec<i64> {
    events.iter().map(|event| event.data["cash_minor"].as_i64().expect("a number")).collect()
}

#[tokio::test]
async fn a_players_events_reach_that_player_alone() {
    let house = House::open().await;
    let (ada, bob) = (house.player().await, house.player().await);
    let (mut adas, mut bobs) = (ada.stream(&house, None).await, bob.stream(&house, None).await);
    adas.hello().await;
    bobs.hello().await;
    ada.deposit(&house, 500).await;
    bob.deposit(&house, 700).await;
    let opening = ada.balance(&house).await.cash_minor - 500;
    // The opening deposit may have been relayed before the stream began, or after.
    let own = async |stream: &mut Stream, deposit: i64| {
        let mut heard = cash(&balances(stream, 1).await);
        if heard == [opening] {
            heard = cash(&balances(stream, 1).await);
        }
        assert_eq!(heard, [opening + deposit], "nothing of the other player's came in between");
    };
    own(&mut adas, 500).await;
    own(&mut bobs, 700).await;
}

#[tokio::test]
async fn an_idle_stream_says_that_it_lives_in_a_way_that_a_page_hears() {
    let house = House::open().await;
    let mut stream = house.visitor().stream(&house, None).await;
    let beat = stream.next_of("beat").await;
    assert!(
        beat.id.parse::<u64>().is_ok(),
        "it carries the position, so that a resumed stream is not behind: {}",
        beat.id
    );
    assert_ne!(beat.data, serde_json::Value::Null, "a browser drops an event without data");
}

#[tokio::test]
async fn a_stream_resumes_across_a_restart_without_loss_or_doubles() {
    let mut house = House::open().await;
    let player = house.player().await;
    let opening = player.balance(&house).await.cash_minor;
    let mut stream = player.stream(&house, Some("0")).await;
    for _ in 0..3 {
        player.deposit(&house, 100).await;
    }
    // The opening deposit and two more are read; the third is on its way when the connection is lost.
    let mut heard = balances(&mut stream, 3).await;
    let position = stream.last_id.clone();
    drop(stream);
    player.deposit(&house, 100).await;
    house.restart().await;
    player.deposit(&house, 100).await;

    let mut resumed = player.stream(&house, Some(&position)).await;
    heard.extend(balances(&mut resumed, 3).await);
    player.deposit(&house, 100).await;
    heard.extend(balances(&mut resumed, 1).await);
    assert_eq!(cash(&heard), (0..=6).map(|count| opening + 100 * count).collect::<Vec<_>>());
    let ids: Vec<i64> = heard.iter().map(|event| event.id.parse().expect("a number")).collect();
    assert!(ids.is_sorted_by(|earlier, later| earlier < later), "{ids:?}");

    let mut whole = player.stream(&house, Some("0")).await;
    let all = balances(&mut whole, 7).await;
    assert_eq!(all, heard, "the log tells the same story");
}

#[tokio::test]
async fn a_stream_that_broke_before_its_first_event_misses_nothing() {
    let house = House::open().await;
    let player = house.player().await;
    let mut stream = player.stream(&house, None).await;
    stream.hello().await;
    let position = stream.last_id.clone();
    drop(stream);
    player.deposit(&house, 100).await;
    let mut resumed = player.stream(&house, Some(&position)).await;
    // What precedes it may belong to the sign-up; the deposit itself must come.
    let expected = player.balance(&house).await.cash_minor;
    loop {
        if cash(&balances(&mut resumed, 1).await) == [expected] {
            break;
        }
    }
}

#[tokio::test]
async fn a_position_that_means_nothing_is_answered_with_reset() {
    let house = House::open().await;
    let player = house.player().await;
    for position in ["999999", "-5", "nonsense"] {
        let mut stream = player.stream(&house, Some(position)).await;
        let event = stream.next_of("reset").await;
        assert!(event.id.parse::<i64>().expect("a number") < 999_999, "it resumes from where the log is");
    }
    for after in ["x", "", "9223372036854775808"] {
        let reply = player.get(&house, &format!("/api/events?after={after}")).await;
        assert_eq!(refused(reply, 400, "invalid-value").await["field"], "after", "{after}");
    }
}

#[tokio::test]
async fn a_stopped_event_service_ends_streams_and_refuses_new_ones() {
    let house = House::open().await;
    let player = house.player().await;
    let mut stream = player.stream(&house, None).await;
    stream.hello().await;
    house.fault("events", "down").await;
    while stream.next().await.is_some() {}
    let position = stream.last_id.clone();
    refused(player.get(&house, "/api/events").await, 503, "unavailable").await;
    player.deposit(&house, 300).await;
    house.fault("events", "ok").await;
    let mut resumed = player.stream(&house, Some(&position)).await;
    let expected = player.balance(&house).await.cash_minor;
    while cash(&balances(&mut resumed, 1).await) != [expected] {}
}

#[tokio::test]
async fn a_fresh_stream_begins_with_what_is_retained_for_the_player() {
    let house = House::open().await;
    let (ada, bob) = (house.player().await, house.player().await);
    let mut watching = ada.stream(&house, Some("0")).await;
    ada.deposit(&house, 500).await;
    let known = balances(&mut watching, 2).await.pop().expect("two");
    bob.deposit(&house, 700).await;
    let mut fresh = ada.stream(&house, None).await;
    assert_eq!(fresh.next_of(BALANCE).await.data, known.data, "the last one, and not the other player's");
}

#[tokio::test]
async fn a_stream_tells_of_each_manifest_and_loses_no_position_over_it() {
    let house = House::open().await;
    let mut stream = house.visitor().stream(&house, None).await;
    let first = stream.next_of("manifest").await;
    let manifest = json_of(house.visitor().get(&house, "/manifest.json").await).await;
    assert_eq!(first.data["serial"], manifest["serial"]);
    let changed = Instant::now();
    write_release(&house.floor(), "wallet", "0.2.0-bbbbbbbb");
    // Nobody asks for anything meanwhile.
    let mut position = first.id.clone();
    let second = loop {
        let event = stream.next().await.expect("the stream goes on");
        if event.topic == "manifest" {
            break event;
        }
        position = event.id;
    };
    assert!(changed.elapsed() < Duration::from_secs(2), "{:?}", changed.elapsed());
    assert!(second.data["serial"].as_u64() > first.data["serial"].as_u64(), "{second:?} after {first:?}");
    assert_eq!(second.id, position, "it has no id of its own");
    let again = house.visitor().stream(&house, Some(&position)).await.next_of("manifest").await;
    assert_eq!(again.data, second.data, "who was away hears of the last one");
}
