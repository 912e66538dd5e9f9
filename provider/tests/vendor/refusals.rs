//! Bad input: a clear refusal that names the member, and nothing is lost.

use contract::feed::{Clear, FromVendor, LaunchToken, Place, RefusalCode, ToVendor};
use contract::vendor::Status;

use crate::support::{Floor, Mode, Player, key, stakes};

#[tokio::test]
async fn a_frame_of_ten_megabytes_is_refused_and_nothing_is_lost() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    ada.new_round("roulette-1").await;
    ada.place(&key(), "roulette-1", stakes(&[("red", 100)])).await;
    assert_eq!(ada.bets().await.staked_minor, 100);
    ada.say_text(&format!(r#"{{"type":"subscribe","tables":["{}"]}}"#, "x".repeat(10_000_000))).await;
    assert_eq!(ada.refused().await.code, RefusalCode::Malformed);
    assert_eq!(u16::from(ada.closed().await.unwrap().code), 1008);
    // The bet still stands, seen from a new connection.
    let again = floor.player("ada", "roulette-1").await;
    assert_eq!(again.standing[0].staked_minor, 100);
}

#[tokio::test]
async fn a_malformed_frame_names_its_member_and_the_connection_lives_on() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    for (text, field) in [
        ("no json", None),
        (r#"{"type":"dance"}"#, Some("type")),
        (r#"{"type":"subscribe","tables":["roulette-1"],"x":1}"#, Some("x")),
        (r#"{"type":"place","key":"k","table":"roulette-1","round":"r"}"#, Some("stakes")),
        (
            r#"{"type":"place","key":"k","table":"roulette-1","round":"r","stakes":[{"spot":"red","stake_minor":1.5}]}"#,
            Some("stakes[0].stake_minor"),
        ),
    ] {
        ada.say_text(text).await;
        let refused = ada.refused().await;
        assert_eq!((refused.code, refused.field.as_deref()), (RefusalCode::Malformed, field), "{text}");
    }
    ada.subscribe(&["baccarat-1"]).await;
}

#[tokio::test]
async fn a_subscription_has_known_tables_and_at_most_eight() {
    let floor = Floor::open().await;
    let mut ada = Player::connect(&floor.feed_url()).await;
    let wish = |tables: Vec<String>| ToVendor::Subscribe(contract::feed::Subscribe { tables });
    ada.say(&wish(vec!["roulette-1".into(), "roulette-9".into()])).await;
    let refused = ada.refused().await;
    assert_eq!((refused.code, refused.field.as_deref()), (RefusalCode::Unknown, Some("tables[1]")));
    ada.say(&wish(vec!["roulette-1".into(); 9])).await;
    let refused = ada.refused().await;
    assert_eq!((refused.code, refused.field.as_deref()), (RefusalCode::Malformed, Some("tables")));
}

#[tokio::test]
async fn a_forged_or_used_token_opens_nothing() {
    let floor = Floor::open().await;
    floor.operator.fund("ada", 10_000);
    let mut ada = Player::connect(&floor.feed_url()).await;
    ada.subscribe(&["roulette-1"]).await;
    let token = floor.operator.token("ada", "roulette-1");
    ada.launch(&token).await;
    for bad in ["forged", token.as_str(), ""] {
        let mut eve = Player::connect(&floor.feed_url()).await;
        eve.subscribe(&["roulette-1"]).await;
        eve.say(&ToVendor::Launch(LaunchToken { token: bad.into() })).await;
        let refused = eve.refused().await;
        assert_eq!((refused.code, refused.field.as_deref()), (RefusalCode::Unauthorised, Some("token")));
        eve.new_round("roulette-1").await;
        eve.place(&key(), "roulette-1", stakes(&[("red", 100)])).await;
        assert_eq!(eve.refused().await.code, RefusalCode::Unauthorised);
    }
    floor.operator.answers("authenticate", Mode::Down);
    let mut late = Player::connect(&floor.feed_url()).await;
    late.say(&ToVendor::Launch(LaunchToken { token: floor.operator.token("ada", "roulette-1") })).await;
    assert_eq!(late.refused().await.code, RefusalCode::WalletUnavailable);
    assert_eq!(floor.operator.bets(), 0);
}

#[tokio::test]
async fn each_bad_bet_names_its_member_and_costs_nothing() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    let round = ada.new_round("roulette-1").await;
    let good = Place { key: key(), table: "roulette-1".into(), round, stakes: stakes(&[("red", 100)]) };
    let with = |change: &dyn Fn(&mut Place)| {
        let mut bet = good.clone();
        bet.key = key();
        change(&mut bet);
        bet
    };
    let cases: Vec<(Place, RefusalCode, &str)> = vec![
        (with(&|bet| bet.key = "1".into()), RefusalCode::Malformed, "key"),
        (with(&|bet| bet.table = "poker-1".into()), RefusalCode::Unknown, "table"),
        (with(&|bet| bet.round = key()), RefusalCode::RoundClosed, "round"),
        (with(&|bet| bet.stakes = vec![]), RefusalCode::Malformed, "stakes"),
        (with(&|bet| bet.stakes = stakes(&[("red", 100); 41])), RefusalCode::Malformed, "stakes"),
        (with(&|bet| bet.stakes[0].spot = "banker".into()), RefusalCode::Unknown, "stakes[0].spot"),
        (with(&|bet| bet.stakes[0].stake_minor = 0), RefusalCode::TableLimit, "stakes[0].stake_minor"),
        (with(&|bet| bet.stakes[0].stake_minor = -1), RefusalCode::TableLimit, "stakes[0].stake_minor"),
        (with(&|bet| bet.stakes[0].stake_minor = 50_001), RefusalCode::TableLimit, "stakes[0].stake_minor"),
        (with(&|bet| bet.stakes = stakes(&[("red", 100), ("red", 100)])), RefusalCode::Malformed, "stakes[1].spot"),
    ];
    for (bet, code, field) in cases {
        ada.say(&ToVendor::Place(bet.clone())).await;
        let refused = ada.refused().await;
        assert_eq!((refused.code, refused.field.as_deref(), refused.key), (code, Some(field), Some(bet.key)));
    }
    assert_eq!((floor.operator.calls("bet"), floor.operator.balance("ada")), (0, 10_000));
}

#[tokio::test]
async fn a_key_is_for_one_bet() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    ada.new_round("roulette-1").await;
    let key = key();
    ada.place(&key, "roulette-1", stakes(&[("red", 100)])).await;
    ada.place(&key, "roulette-1", stakes(&[("red", 200)])).await;
    let refused = ada.refused().await;
    assert_eq!((refused.code, refused.field.as_deref()), (RefusalCode::KeyReused, Some("key")));
    assert_eq!(floor.operator.calls("bet"), 1);
}

#[tokio::test]
async fn a_closed_round_takes_and_returns_nothing() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    let round = ada.new_round("roulette-1").await;
    ada.place(&key(), "roulette-1", stakes(&[("red", 100)])).await;
    ada.phase("roulette-1", contract::feed::Phase::Closed).await;
    ada.place(&key(), "roulette-1", stakes(&[("red", 100)])).await;
    assert_eq!(ada.refused().await.code, RefusalCode::RoundClosed);
    ada.say(&ToVendor::Clear(Clear { table: "roulette-1".into(), round, keys: vec![] })).await;
    let refused = ada.refused().await;
    assert_eq!((refused.code, refused.field.as_deref()), (RefusalCode::RoundClosed, Some("round")));
    assert_eq!((floor.operator.calls("bet"), floor.operator.calls("rollback")), (1, 0));
}

#[tokio::test]
async fn what_the_operator_refuses_is_told_and_kept_under_its_key() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    ada.new_round("roulette-1").await;
    let poor = key();
    for _ in 0..2 {
        ada.place(&poor, "roulette-1", stakes(&[("red", 20_000)])).await;
        let refused = ada.refused().await;
        assert_eq!((refused.code, refused.key), (RefusalCode::InsufficientFunds, Some(poor.clone())));
    }
    assert_eq!(floor.operator.calls("bet"), 1);
    floor.operator.answers("bet", Mode::Says(Status::LimitReached));
    ada.place(&key(), "roulette-1", stakes(&[("red", 100)])).await;
    assert_eq!(ada.refused().await.code, RefusalCode::PlayerLimit);
    floor.operator.answers("bet", Mode::Says(Status::InvalidSession));
    ada.place(&key(), "roulette-1", stakes(&[("red", 100)])).await;
    assert_eq!(ada.refused().await.code, RefusalCode::Unauthorised);
    // The session is forgotten; a new token opens another.
    floor.operator.answers("bet", Mode::Well);
    ada.place(&key(), "roulette-1", stakes(&[("red", 100)])).await;
    assert_eq!(ada.refused().await.code, RefusalCode::Unauthorised);
    ada.launch(&floor.operator.token("ada", "roulette-1")).await;
    ada.new_round("roulette-1").await;
    ada.place(&key(), "roulette-1", stakes(&[("red", 100)])).await;
    ada.until("a bet", |frame| match frame {
        FromVendor::Bets(bets) => (bets.staked_minor == 100).then_some(()),
        FromVendor::Refused(refused) => panic!("{refused:?}"),
        _ => None,
    })
    .await;
}
