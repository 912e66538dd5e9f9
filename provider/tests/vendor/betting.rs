//! Bets that go well.

use contract::feed::{FromVendor, Phase};

use crate::support::{Floor, Player, key, stakes};

/// One of these always wins: 200 on a colour, 3,600 on zero.
const SURE: [(&str, i64); 3] = [("red", 100), ("black", 100), ("straight-0", 100)];

#[tokio::test]
async fn a_bet_is_paid_for_settled_and_paid_out_to_the_cent() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    let round = ada.new_round("roulette-1").await;
    let key = key();
    ada.place(&key, "roulette-1", stakes(&SURE)).await;
    let bets = ada.bets().await;
    assert_eq!(
        (bets.round.as_str(), bets.staked_minor, bets.bets[0].key.as_str()),
        (round.as_str(), 300, key.as_str())
    );
    assert_eq!(floor.operator.balance("ada"), 9_700);
    // Repeating the key has no second effect.
    ada.place(&key, "roulette-1", stakes(&SURE)).await;
    assert_eq!(ada.bets().await.staked_minor, 300);
    let outcome = ada
        .until("an outcome", |frame| match frame {
            FromVendor::Delta(delta) => delta.outcome.clone(),
            _ => None,
        })
        .await;
    let won = if outcome.number == Some(0) { 3_600 } else { 200 };
    let paid = ada.paid().await;
    assert_eq!((paid.round, paid.staked_minor, paid.won_minor, paid.cancelled), (round.clone(), 300, won, false));
    assert_eq!(floor.operator.balance("ada"), 9_700 + won);
    assert_eq!(ada.tables["roulette-1"].history[0], outcome);
    assert_eq!((floor.operator.calls("bet"), floor.operator.wins().len()), (1, 1));
    assert_eq!(floor.operator.bad_signatures(), 0);
    assert_eq!(floor.report().await["bets"], serde_json::json!([]));
    floor.vendor.stop().await;
}

#[tokio::test]
async fn two_sockets_of_a_player_see_the_same_and_others_nothing() {
    let floor = Floor::open().await;
    let mut first = floor.player("ada", "roulette-1").await;
    let mut second = floor.player("ada", "roulette-1").await;
    let mut bob = floor.player("bob", "roulette-1").await;
    assert_eq!(bob.standing[0].bets, []);
    first.new_round("roulette-1").await;
    first.place(&key(), "roulette-1", stakes(&SURE)).await;
    let seen = first.bets().await;
    assert_eq!(seen.staked_minor, 300);
    second.until("the same bets", |frame| (*frame == FromVendor::Bets(seen.clone())).then_some(())).await;
    let paid = first.paid().await;
    second.until("the same payment", |frame| (*frame == FromVendor::Paid(paid.clone())).then_some(())).await;
    bob.until("the end of the round", |frame| match frame {
        FromVendor::Bets(bets) => panic!("bob sees {bets:?}"),
        FromVendor::Paid(paid) => panic!("bob sees {paid:?}"),
        FromVendor::Delta(delta) => (delta.phase == Some(Phase::Settled)).then_some(()),
        _ => None,
    })
    .await;
    assert_eq!(bob.tables["roulette-1"].seated, 3);
}

#[tokio::test]
async fn bets_can_be_taken_back_one_or_all_while_the_round_is_open() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    ada.new_round("roulette-1").await;
    let keys = [key(), key(), key()];
    for key in &keys {
        ada.place(key, "roulette-1", stakes(&SURE)).await;
        ada.bets().await;
    }
    assert_eq!(floor.operator.balance("ada"), 9_100);
    ada.clear("roulette-1", &[&keys[1], "nonsense"]).await;
    let bets = ada.bets().await;
    assert_eq!(bets.bets.iter().map(|bet| &bet.key).collect::<Vec<_>>(), [&keys[0], &keys[2]]);
    let refused = ada.refused().await;
    assert_eq!((refused.field.as_deref(), refused.key.as_deref()), (Some("keys[1]"), Some("nonsense")));
    ada.clear("roulette-1", &[]).await;
    assert_eq!(ada.bets().await.bets, []);
    floor.operator.wait("all money back", |operator| operator.balance("ada") == 10_000).await;
    // Nothing counts, so nothing is paid.
    ada.until("the end of the round", |frame| match frame {
        FromVendor::Paid(paid) => panic!("{paid:?}"),
        FromVendor::Delta(delta) => (delta.phase == Some(Phase::Settled)).then_some(()),
        _ => None,
    })
    .await;
    assert_eq!(floor.operator.wins(), []);
}

#[tokio::test]
async fn baccarat_cards_come_one_by_one_and_make_the_outcome() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "baccarat-1").await;
    ada.new_round("baccarat-1").await;
    ada.place(&key(), "baccarat-1", stakes(&[("player", 100), ("banker", 100), ("tie", 100)])).await;
    ada.bets().await;
    let paid = ada.paid().await;
    let outcome = ada.tables["baccarat-1"].outcome.clone().unwrap();
    let dealt = &ada.tables["baccarat-1"].dealt;
    assert_eq!(provider::game::baccarat::outcome(&paid.round, dealt), outcome);
    let won = match outcome.winner.unwrap() {
        contract::feed::Winner::Player => 200,
        contract::feed::Winner::Banker => 195,
        contract::feed::Winner::Tie => 1_100,
    };
    assert_eq!((paid.won_minor, floor.operator.balance("ada")), (won, 9_700 + won));
}

#[tokio::test]
async fn a_snapshot_and_its_deltas_make_what_a_fresh_snapshot_says() {
    let floor = Floor::open().await;
    let mut ada = Player::connect(&floor.feed_url()).await;
    ada.subscribe(&["roulette-1", "baccarat-1"]).await;
    ada.phase("roulette-1", Phase::Settled).await;
    let followed = ada.tables.clone();
    ada.tables.clear();
    ada.subscribe(&["roulette-1", "baccarat-1"]).await;
    for (table, state) in &ada.tables {
        if state.seq == followed[table].seq {
            assert_eq!(*state, followed[table]);
        }
        assert!(state.seq >= followed[table].seq);
    }
    assert_eq!(ada.gaps, 0);
}

#[tokio::test]
async fn one_socket_bets_at_both_games_with_a_token_for_each() {
    let floor = Floor::open().await;
    let mut ada = floor.player("ada", "roulette-1").await;
    ada.subscribe(&["roulette-1", "baccarat-1"]).await;
    ada.launch(&floor.operator.token("ada", "baccarat-1")).await;
    ada.new_round("baccarat-1").await;
    ada.place(&key(), "baccarat-1", stakes(&[("tie", 100)])).await;
    ada.until("the bet at baccarat", |frame| match frame {
        FromVendor::Bets(bets) => (bets.table == "baccarat-1" && bets.staked_minor == 100).then_some(()),
        FromVendor::Refused(refused) => panic!("{refused:?}"),
        _ => None,
    })
    .await;
    ada.place(&key(), "roulette-1", stakes(&[("red", 100)])).await;
    ada.until("the bet at roulette", |frame| match frame {
        FromVendor::Bets(bets) => (bets.table == "roulette-1" && bets.staked_minor == 100).then_some(()),
        FromVendor::Refused(refused) => panic!("{refused:?}"),
        _ => None,
    })
    .await;
}
