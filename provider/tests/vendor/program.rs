//! The program and its public face: flags, keys, the list of tables, a slow reader.

use std::process::Command;

use contract::live::{Game, Tables};

use crate::support::process::PROGRAM;
use crate::support::{Floor, Player, http};

#[test]
fn keys_makes_the_pair_once() {
    let data = tempfile::tempdir().unwrap();
    let run = || {
        let output = Command::new(PROGRAM).arg("keys").arg("--data").arg(data.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::read_to_string(String::from_utf8(output.stdout).unwrap().trim()).unwrap()
    };
    assert_eq!(run(), run());
}

#[test]
fn a_bad_flag_is_named() {
    let data = tempfile::tempdir().unwrap();
    for (flag, value) in [("--betting-ms", "499"), ("--control", "0.0.0.0:0"), ("--wallet-url", "ftp://bank")] {
        let run = Command::new(PROGRAM).arg("--data").arg(data.path()).args([flag, value]).output().unwrap();
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(!run.status.success() && said.contains(flag) && said.contains(value), "{said}");
    }
    let run = Command::new(PROGRAM).output().unwrap();
    assert!(!run.status.success() && String::from_utf8_lossy(&run.stderr).contains("--data"));
}

#[tokio::test]
async fn a_taken_port_and_a_second_provider_are_named() {
    let floor = Floor::open().await;
    let start = |listen: String| {
        let run = Command::new(PROGRAM)
            .args(["--listen", &listen, "--control", "127.0.0.1:0", "--no-video", "--data"])
            .arg(floor.data.path())
            .output()
            .unwrap();
        assert!(!run.status.success());
        String::from_utf8_lossy(&run.stderr).into_owned()
    };
    let taken = floor.vendor.listening.to_string();
    assert!(start(taken.clone()).contains(&format!("cannot listen on {taken}")));
    assert!(start("127.0.0.1:0".into()).contains("another provider"));
}

#[tokio::test]
async fn the_tables_are_listed_for_the_lobby_and_any_page_may_read_them() {
    let floor = Floor::open_with(|config| config.public_url = Some("http://vendor.test:9090/".into())).await;
    let answer = http().get(floor.public_url("/tables")).send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    let Tables { tables, offline_since_ms } = answer.json().await.unwrap();
    assert_eq!(offline_since_ms, None);
    let [roulette, baccarat] = tables.try_into().unwrap();
    assert_eq!(
        (roulette.id.as_str(), roulette.game, roulette.name.as_str()),
        ("roulette-1", Game::Roulette, "Azure Roulette")
    );
    assert_eq!((baccarat.id.as_str(), baccarat.name.as_str()), ("baccarat-1", "Jade Baccarat"));
    assert_eq!((roulette.min_minor, roulette.max_minor), (100, 50_000));
    assert_eq!(roulette.feed_url, "ws://vendor.test:9090/feed");
    assert_eq!(roulette.video_url, "http://vendor.test:9090/video/roulette-1/index.m3u8");
    assert!(roulette.still_url.starts_with("http://vendor.test:9090/video/roulette-1/still."));
}

#[tokio::test]
async fn a_reader_that_is_too_slow_is_cut_off_and_delays_nobody() {
    let floor = Floor::open().await;
    let mut slow = Player::connect(&floor.feed_url()).await;
    // Each asks for two snapshots; none of the answers is read.
    let ask = r#"{"type":"subscribe","tables":["roulette-1","baccarat-1"]}"#;
    let mut quick = floor.player("ada", "roulette-1").await;
    let flood = async {
        while futures::SinkExt::send(&mut slow.socket, tokio_tungstenite::tungstenite::Message::text(ask)).await.is_ok()
        {
        }
    };
    crate::support::patiently("the end of the slow connection", flood).await;
    quick.new_round("roulette-1").await;
}
