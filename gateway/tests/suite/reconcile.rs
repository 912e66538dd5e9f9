//! `gateway reconcile`: books that agree, and each way in which they can differ, planted and found by name.

use std::collections::BTreeSet;
use std::process::{Command, Output};
use std::time::Duration;

use contract::money::Currency;
use contract::vendor::{StatementKind, StatementLine, StatementState};
use gateway::clock::Clock;
use gateway::wallet::limits::Market;
use gateway::wallet::risk::Rules;
use gateway::wallet::{CreditReward, Wallet};
use serde_json::{Value, json};

use crate::house::{House, PATIENCE, Player, json_of, new_key, until};
use crate::vendor::Seat;

impl House {
    /// Runs the program on this house's books.
    pub(crate) fn reconcile(&self, more: &[&str]) -> Output {
        let flags = self.arguments();
        let flag = |name: &str| flags.iter().skip_while(|flag| *flag != name).nth(1).cloned();
        let mut command = Command::new(env!("CARGO_BIN_EXE_gateway"));
        command.args(["reconcile", "--data", &flag("--data").expect("a folder")]);
        command.args(["--vendor-key", &flag("--vendor-key").expect("a file"), "--vendor-statement", self.vendor.url()]);
        command.args(flag("--database").map(|url| format!("--database={url}"))).args(more);
        command.output().expect("the program runs")
    }

    /// The report of everything, where nothing is on its way.
    fn report(&self) -> Value {
        self.report_of(&[])
    }

    fn report_of(&self, more: &[&str]) -> Value {
        let output = self.reconcile(&[&["--grace", "0", "--json"][..], more].concat());
        let said = String::from_utf8(output.stdout).expect("utf-8");
        let report: Value = serde_json::from_str(&said).unwrap_or_else(|_| {
            panic!("{said}{}", String::from_utf8_lossy(&output.stderr));
        });
        assert_eq!(output.status.code(), Some(i32::from(report["agrees"] == json!(false))), "{report}");
        report
    }

    /// Which kinds of differences there are, and of what: kind and id.
    fn differences(&self) -> BTreeSet<(String, String)> {
        named_in(&self.report())
    }

    /// Waits until the books agree with nothing on its way.
    pub(crate) async fn agrees(&self) {
        let agree = async {
            while self.report()["agrees"] == false {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let agreed = tokio::time::timeout(PATIENCE, agree).await;
        assert!(agreed.is_ok(), "the books still differ: {:#}", self.report());
    }

    /// The only difference is this one.
    fn differs(&self, kind: &str, id: &str) {
        assert_eq!(self.differences(), BTreeSet::from([(kind.to_owned(), id.to_owned())]), "{:#}", self.report());
    }

    /// What the program says in the vendor's place, and what differs then.
    fn with_statement(&self, change: impl FnOnce(&mut Vec<StatementLine>)) -> BTreeSet<(String, String)> {
        let honest = self.vendor.statement();
        let mut lines = honest.clone();
        change(&mut lines);
        self.vendor.says(lines);
        let differences = self.differences();
        self.vendor.says(honest);
        differences
    }
}

/// The differences of a report: kind and id.
fn named_in(report: &Value) -> BTreeSet<(String, String)> {
    let text = |difference: &Value, name: &str| difference[name].as_str().expect("a text").to_owned();
    let all = report["differences"].as_array().expect("a list").iter();
    all.map(|difference| (text(difference, "kind"), text(difference, "id"))).collect()
}

fn only(kind: &str, id: &str) -> BTreeSet<(String, String)> {
    BTreeSet::from([(kind.to_owned(), id.to_owned())])
}

fn line<'a>(lines: &'a mut [StatementLine], id: &str) -> &'a mut StatementLine {
    lines.iter_mut().find(|line| line.transaction == id).expect("the line is there")
}

/// A line that the vendor has invented.
fn invented(lines: &[StatementLine], kind: StatementKind, bets: &[&str]) -> StatementLine {
    StatementLine {
        transaction: new_key(),
        kind,
        round: Some("invented".to_owned()),
        bets: bets.iter().map(|&bet| bet.to_owned()).collect(),
        amount_minor: 700,
        currency: Currency::Eur,
        state: StatementState::Done,
        ..lines[0].clone()
    }
}

async fn opt_in(house: &House, player: &Player, offer: &str) {
    let path = format!("/api/promotions/offers/{offer}/opt-in");
    assert_eq!(player.post(house, &path, &json!({ "terms_version": 1 }), Some(&new_key())).await.status(), 200);
}

async fn claim(house: &House, player: &Player, offer: &str) {
    let path = format!("/api/promotions/offers/{offer}/claim");
    until("the claim is paid", async || player.post(house, &path, &json!({}), Some(&new_key())).await.status() == 200)
        .await;
}

/// The ids of what was played.
struct Played {
    player: Player,
    seat: Seat,
    won: String,
    second: String,
    win: String,
    second_win: String,
    lost: String,
    loss: String,
    taken_back: String,
    open: String,
    payout: String,
}

/// One of everything: a round with two bets and two wins, a loss, a bet that went back, one that is open, a
/// payout, and a reward that was earned, claimed and paid.
async fn played(house: &House) -> Played {
    let player = house.player().await;
    opt_in(house, &player, "explorer").await;
    opt_in(house, &player, "free-bets").await;
    let seat = Seat::take(house, &player).await;
    let (won, second) = (seat.bet(house, "a", 500).await, seat.bet(house, "a", 300).await);
    let win = seat.settle(house, "a", &[&won], 1_000).await;
    let second_win = seat.settle(house, "a", &[&second], 600).await;
    let lost = seat.bet(house, "b", 400).await;
    let loss = seat.settle(house, "b", &[&lost], 0).await;
    let taken_back = seat.bet(house, "c", 200).await;
    seat.roll_back(house, "c", &taken_back).await;
    seat.lose(house, "d", 100).await;
    let open = seat.bet(house, "e", 150).await;
    let payout = seat.pay_out(house, 900).await;
    // Until all that was played has been heard of: 500 + 300 + 400 + 100 + 150.
    until("all of it counts", async || {
        let offers = json_of(player.get(house, "/api/promotions/offers").await).await;
        offers["offers"][1]["progress"]["current"] == 1_450
    })
    .await;
    claim(house, &player, "explorer").await;
    house.agrees().await;
    Played { player, seat, won, second, win, second_win, lost, loss, taken_back, open, payout }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_vendor_says_otherwise_is_named() {
    let house = House::open().await;
    let Played { won, second, win, second_win, loss, taken_back, open, payout, .. } = played(&house).await;
    let mut id = String::new();
    let found = house.with_statement(|lines| {
        let bet = invented(lines, StatementKind::Bet, &[]);
        id.clone_from(&bet.transaction);
        lines.push(bet);
    });
    assert_eq!(found, only("bet-not-in-ledger", &id));
    let found = house.with_statement(|lines| lines.retain(|line| line.transaction != open));
    assert_eq!(found, only("bet-unknown-to-vendor", &open));
    let found = house.with_statement(|lines| line(lines, &won).amount_minor += 1);
    assert_eq!(found, only("amount-differs", &won));
    let found = house.with_statement(|lines| line(lines, &payout).currency = Currency::Usd);
    assert_eq!(found, only("amount-differs", &payout));
    for (amount_minor, kind) in [(700, "won-not-paid"), (0, "lost-not-settled")] {
        let found = house.with_statement(|lines| {
            let bet = StatementLine { amount_minor, ..invented(lines, StatementKind::Win, &[&open]) };
            id.clone_from(&bet.transaction);
            lines.push(bet);
        });
        assert_eq!(found, only(kind, &id));
    }
    let found = house.with_statement(|lines| {
        lines.retain(|line| line.transaction != second_win);
        line(lines, &win).bets.push(second.clone());
    });
    assert!(found.contains(&("paid-twice".to_owned(), second_win.clone())), "{found:?}");
    let found = house.with_statement(|lines| {
        lines.retain(|line| ![&win, &second_win].contains(&&line.transaction));
    });
    assert_eq!(found, only("paid-not-won", &win).union(&only("paid-not-won", &second_win)).cloned().collect());
    let found = house.with_statement(|lines| {
        line(lines, &open).state = StatementState::TakenBack;
        lines.push(StatementLine { amount_minor: 150, ..invented(lines, StatementKind::Rollback, &[&open]) });
    });
    assert_eq!(found, only("rollback-missing", &open));
    let found = house.with_statement(|lines| line(lines, &open).state = StatementState::Refused);
    assert_eq!(found, only("rollback-missing", &open));
    let found = house.with_statement(|lines| {
        line(lines, &taken_back).state = StatementState::Done;
        lines.retain(|line| line.kind != StatementKind::Rollback);
    });
    assert_eq!(found, only("rollback-unknown-to-vendor", &taken_back));
    let found = house.with_statement(|lines| lines.retain(|line| line.transaction != payout));
    assert_eq!(found, only("payout-unknown-to-vendor", &payout));
    let found = house.with_statement(|lines| {
        let prize = StatementLine { round: None, ..invented(lines, StatementKind::PromoPayout, &[]) };
        id.clone_from(&prize.transaction);
        lines.push(prize);
    });
    assert_eq!(found, only("payout-not-paid", &id));
    // A refusal and a call on its way are no differences, and the end of what was said is found.
    let found = house.with_statement(|lines| {
        let refused = StatementLine { state: StatementState::Refused, ..invented(lines, StatementKind::Bet, &[]) };
        let pending = StatementLine { state: StatementState::Pending, ..invented(lines, StatementKind::Bet, &[]) };
        lines.extend([refused, pending]);
        lines.retain(|line| line.transaction != loss || line.amount_minor == 0);
    });
    assert_eq!(found, BTreeSet::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_changed_in_the_wallets_book_is_named() {
    let mut house = House::open().await;
    let Played { open, lost, .. } = played(&house).await;
    house.stop().await;
    let moved = format!("UPDATE vendor_moves SET entry = entry + 1000 WHERE id = '{open}'");
    house.tamper("wallet", &moved).await;
    let found: BTreeSet<String> = house.differences().into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(found, BTreeSet::from(["entry-without-transaction", "transaction-without-entry"].map(str::to_owned)));
    house.tamper("wallet", &moved.replace('+', "-")).await;
    let two_days = "UPDATE bets SET placed_ms = placed_ms - 172800000 WHERE state = 'open'";
    house.tamper("wallet", two_days).await;
    assert!(house.differences().contains(&("bet-open-too-long".to_owned(), open)));
    house.tamper("wallet", &two_days.replace("- 1", "+ 1")).await;
    house.tamper("wallet", &format!("UPDATE bets SET state = 'rolled-back' WHERE id = '{lost}'")).await;
    let found = house.differences();
    assert!(found.contains(&("rollback-unknown-to-vendor".to_owned(), lost)), "{found:?}");
    assert!(found.contains(&("progress-differs".to_owned(), "explorer".to_owned())), "a bet counts that went back");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_changed_in_the_promotions_book_is_named() {
    let mut house = House::open().await;
    let Played { player, lost, .. } = played(&house).await;
    house.stop().await;
    let reward = house.reward(&player.id).await;
    let of = |id: &str| format!("WHERE player = '{}' AND offer = '{id}'", player.id);
    let cases = [
        (format!("UPDATE standings SET counted = counted + 1 {}", of("explorer")), "progress-differs", "explorer"),
        (format!("UPDATE standings SET settled = settled - 1 {}", of("free-bets")), "progress-differs", "free-bets"),
        (
            format!("UPDATE counted_bets SET counted = counted + 1 {} AND bet = '{lost}'", of("free-bets")),
            "progress-differs",
            "free-bets",
        ),
        (format!("DELETE FROM counted_bets {} AND bet = '{lost}'", of("free-bets")), "progress-differs", "free-bets"),
        (
            // As if it had been placed long after the opt-in, and never been heard of.
            format!(
                "DELETE FROM counted_bets {0} AND bet = '{lost}'; UPDATE standings SET counted = counted - 400,
                 settled = settled - 400, opted_in_at_ms = opted_in_at_ms - 10000 {0}",
                of("free-bets")
            ),
            "progress-differs",
            "free-bets",
        ),
        (format!("UPDATE standings SET stage = 'earned' {}", of("explorer")), "reward-without-claim", &reward),
        (format!("DELETE FROM standings {}", of("explorer")), "reward-without-claim", &reward),
        (format!("UPDATE standings SET stage = 'claimed' {}", of("free-bets")), "claim-without-entry", "free-bets"),
        (format!("UPDATE standings SET stage = 'claiming' {}", of("free-bets")), "claim-not-paid", "free-bets"),
        (format!("UPDATE standings SET stage = 'claiming' {}", of("explorer")), "claim-not-paid", &reward),
        (format!("UPDATE owed SET amount_minor = 201 {}", of("explorer")), "reward-amount-differs", &reward),
        (format!("UPDATE owed SET bonus = 1 {}", of("explorer")), "reward-amount-differs", &reward),
    ];
    let tables = ["standings", "counted_bets", "owed"];
    let keep = tables.map(|table| format!("CREATE TABLE kept_{table} AS SELECT * FROM {table};")).concat();
    let restore =
        tables.map(|table| format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table};")).concat();
    house.tamper("promotions", &keep).await;
    for (change, kind, id) in cases {
        house.tamper("promotions", &change).await;
        assert_eq!(house.differences(), only(kind, id), "{change}: {:#}", house.report());
        house.tamper("promotions", &restore).await;
    }
    assert_eq!(house.report()["agrees"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn rewards_that_nobody_claimed_are_named() {
    let mut house = House::open().await;
    let Played { player, .. } = played(&house).await;
    house.stop().await;
    let storage = house.config().place.storage().expect("a place");
    let wallet =
        Wallet::open(&storage, Market::house().expect("rules"), Rules::house().expect("rules"), Clock::system())
            .expect("it opens");
    let mut ids = Vec::new();
    for (key, offer) in [("again", "explorer"), ("invented", "gift")] {
        let reward = CreditReward {
            key: key.to_owned(),
            player: player.id.clone(),
            offer: offer.to_owned(),
            amount_minor: 200,
            currency: Currency::Eur,
            bonus: false,
        };
        ids.push(wallet.credit_reward(reward).await.expect("it is credited").entry.id);
    }
    let expected = only("reward-paid-twice", &ids[0]).union(&only("reward-without-claim", &ids[1])).cloned().collect();
    assert_eq!(house.differences(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_young_is_on_its_way_and_what_is_old_is_not_judged_again() {
    let house = House::open().await;
    let Played { open, .. } = played(&house).await;
    house.vendor.says(house.vendor.statement().into_iter().filter(|line| line.transaction != open).collect());
    let young = house.reconcile(&["--grace", "3600", "--json"]);
    assert_eq!(young.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&young.stdout).expect("JSON");
    assert_eq!((&report["in_flight"][0]["id"], &report["differences"]), (&json!(open), &json!([])));
    house.differs("bet-unknown-to-vendor", &open);
    let text = house.reconcile(&["--grace", "0"]);
    let said = String::from_utf8(text.stdout).expect("utf-8");
    assert!(said.contains("bet-unknown-to-vendor") && said.contains(&open) && said.contains("1.50 EUR"), "{said}");
    let later = house.reconcile(&["--grace", "0", "--since", "0s"]);
    assert_eq!(later.status.code(), Some(0), "{}", String::from_utf8_lossy(&later.stdout));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_is_judged_however_long_ago_its_offer_has_ended() {
    let mut house = House::open().await;
    let Played { player, .. } = played(&house).await;
    house.stop().await;
    // As if the offers had been taken two months ago: what was earned then can be claimed for ever.
    let months = 60_i64 * 24 * 3_600_000;
    let ago = format!(
        "UPDATE standings SET opted_in_at_ms = opted_in_at_ms - {months}, expires_at_ms = expires_at_ms - {months}"
    );
    house.tamper("promotions", &ago).await;
    let report = house.report_of(&["--since", "36h"]);
    assert_eq!((named_in(&report), &report["offers_taken"]), (BTreeSet::new(), &json!(1)), "{report:#}");
    // One that was never paid is named, however long it waits.
    house.tamper("promotions", "UPDATE standings SET stage = 'claiming' WHERE offer = 'free-bets'").await;
    assert_eq!(named_in(&house.report_of(&["--since", "36h"])), only("claim-not-paid", "free-bets"));
    // And a reward that nobody has claimed.
    house.tamper("promotions", &format!("DELETE FROM owed WHERE player = '{}'", player.id)).await;
    house.tamper("promotions", "UPDATE standings SET stage = 'expired'").await;
    let reward = house.reward(&player.id).await;
    assert_eq!(named_in(&house.report_of(&["--since", "36h"])), only("reward-without-claim", &reward));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_compared_is_said() {
    let mut house = House::open().await;
    let says = |output: &Output, what: &str| {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && output.stdout.is_empty() && said.contains(what), "{said}");
    };
    says(&house.reconcile(&["--since", "yesterday"]), "--since");
    says(&house.reconcile(&["--since", "2999-01-01"]), "lies in the future");
    let help = house.reconcile(&["--help"]);
    let help = String::from_utf8(help.stdout).expect("utf-8");
    assert!(["--since", "--grace", "--json", "--vendor-key"].iter().all(|flag| help.contains(flag)), "{help}");
    house.vendor.forge().await;
    says(&house.reconcile(&[]), "not signed by the vendor's key");
    house.vendor.kill().await;
    says(&house.reconcile(&[]), "can't be fetched");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bet_that_nobody_ends_goes_back_after_48_hours() {
    let clock = Clock::standing_at(1_800_000_000_000);
    let house = House::open_with(clock.clone()).await;
    let player = house.player().await;
    opt_in(&house, &player, "free-bets").await;
    let seat = Seat::take(&house, &player).await;
    let bet = seat.bet(&house, "a", 2_000).await;
    let progress = async || {
        let offers = json_of(player.get(&house, "/api/promotions/offers").await).await;
        offers["offers"][1]["progress"]["current"].clone()
    };
    until("it counts", async || progress().await == 2_000).await;
    let before = player.balance(&house).await.cash_minor;
    clock.advance(48 * 3_600_000);
    until("the stake is back", async || player.balance(&house).await.cash_minor == before + 2_000).await;
    until("it counts no longer", async || progress().await == 0).await;
    // The vendor's late win is answered as for a bet that was taken back.
    assert_eq!(seat.try_settle(&house, "a", &[&bet], 4_000).await, "rolled-back");
    assert_eq!(player.balance(&house).await.cash_minor, before + 2_000);
    house.check_ledger().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_the_wallet_refuses_for_good_goes_back_and_holds_up_no_other() {
    let house = House::open().await;
    let mut players = Vec::new();
    for _ in 0..2 {
        let player = house.player().await;
        opt_in(&house, &player, "free-bets").await;
        Seat::take(&house, &player).await.lose(&house, "a", 2_000).await;
        players.push(player);
    }
    let state = async |player: &Player| {
        let offers = json_of(player.get(&house, "/api/promotions/offers").await).await;
        offers["offers"][1]["state"].as_str().expect("a state").to_owned()
    };
    for player in &players {
        until("it is earned", async || state(player).await == "earned").await;
    }
    house.fault("wallet", "down").await;
    for player in &players {
        let path = "/api/promotions/offers/free-bets/claim";
        assert_eq!(player.post(&house, path, &json!({}), Some("c")).await.status(), 503);
    }
    // Claims are looked through in the order of their players: the first one is never going to be paid.
    players.sort_by(|one, other| one.id.cmp(&other.id));
    let too_much = format!("UPDATE owed SET amount_minor = 1000000000000 WHERE player = '{}'", players[0].id);
    house.tamper("promotions", &too_much).await;
    house.fault("wallet", "ok").await;
    until("the other is paid", async || state(&players[1]).await == "claimed").await;
    until("the claim is gone", async || house.report()["agrees"] == true).await;
    assert_eq!(state(&players[0]).await, "earned");
    claim(&house, &players[0], "free-bets").await;
    assert_eq!(players[0].balance(&house).await.bonus_minor, 500);
    house.agrees().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reward_is_not_earned_by_a_bet_that_is_then_taken_back() {
    let house = House::open().await;
    let Played { player, seat, .. } = played(&house).await;
    let bet = seat.bet(&house, "f", 2_000).await;
    let offers = async || json_of(player.get(&house, "/api/promotions/offers").await).await["offers"][1].clone();
    until("it counts", async || offers().await["progress"]["current"] == 2_000).await;
    let path = "/api/promotions/offers/free-bets/claim";
    assert_eq!(player.post(&house, path, &json!({}), Some("early")).await.status(), 409);
    seat.roll_back(&house, "f", &bet).await;
    until("it counts no longer", async || offers().await["progress"]["current"] != 2_000).await;
    assert_eq!(player.balance(&house).await.bonus_minor, 0);
    house.agrees().await;
}
