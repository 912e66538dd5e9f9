use super::bets::{Taken, Wish};
use super::calls::{Call, Kind, Verdict};
use super::*;
use crate::bets::Limits;
use crate::game::roulette;
use contract::feed::{RefusalCode, Refused, Stake};
use contract::live::Game;
use contract::money::Currency;
use rusqlite::OptionalExtension;

struct Books {
    journal: Journal,
    folder: tempfile::TempDir,
}

async fn books() -> Books {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(&folder.path().join("journal.db")).unwrap();
    journal.write(|db| rounds::open(db, "round", "roulette-1", Game::Roulette, 1)).await.unwrap();
    Books { journal, folder }
}

fn wish(key: &str, player: &str, spot: &str, stake_minor: i64) -> Wish {
    Wish {
        id: format!("bet-{player}-{key}"),
        player: player.into(),
        session: format!("session-{player}"),
        key: key.into(),
        table: "roulette-1".into(),
        round: "round".into(),
        game: Game::Roulette,
        limits: Limits { min_minor: 100, max_minor: 50_000, currency: Currency::Eur },
        stakes: vec![Stake { spot: spot.into(), stake_minor }],
        taken_ms: 2,
    }
}

impl Books {
    async fn take(&self, wish: Wish) -> Taken {
        self.journal.write(move |db| bets::take(db, &wish)).await.unwrap()
    }

    async fn placed(&self, wish: Wish) {
        let id = wish.id.clone();
        assert!(matches!(self.take(wish).await, Taken::New(_)));
        assert!(self.journal.write(move |db| bets::stand(db, &id)).await.unwrap());
    }

    async fn draw(&self, number: u8) -> Vec<Call> {
        self.journal.write(move |db| rounds::draw(db, "round", &roulette::outcome("round", number), 5)).await.unwrap()
    }

    async fn finish(&self, call: &Call, verdict: Verdict) -> Option<contract::feed::Paid> {
        let call = call.clone();
        self.journal.write(move |db| calls::finish(db, &call, verdict, "ok", 9)).await.unwrap()
    }

    async fn reopened(self) -> Self {
        self.journal.close().await;
        let journal = Journal::open(&self.folder.path().join("journal.db")).unwrap();
        Self { journal, folder: self.folder }
    }
}

fn refused_code(taken: &Taken) -> RefusalCode {
    match taken {
        Taken::Refused(refused) => refused.code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_round_pays_each_session_once_and_settles_once() {
    let books = books().await;
    books.placed(wish("a", "ada", "red", 100)).await;
    books.placed(wish("b", "ada", "straight-5", 200)).await;
    books.placed(wish("c", "bob", "straight-6", 300)).await;
    assert_eq!(books.draw(1).await, []);
    let calls = books.journal.write(|db| rounds::settle(db, "round", 6)).await.unwrap();
    let [ada, bob] = calls.as_slice() else { panic!("{calls:?}") };
    let body = |call: &Call| serde_json::from_str::<contract::vendor::Transaction>(&call.body).unwrap();
    let won = body(ada);
    assert_eq!((won.amount_minor, won.player.as_str(), won.transaction.as_str()), (200, "ada", ada.id.as_str()));
    assert_eq!(won.settles, ["bet-ada-a", "bet-ada-b"]);
    // Bob lost: the operator has to hear that his bet is settled as well.
    let lost = body(bob);
    assert_eq!((lost.amount_minor, lost.player.as_str()), (0, "bob"));
    assert_eq!(lost.settles, ["bet-bob-c"]);
    assert!(matches!(
        books.journal.write(|db| rounds::settle(db, "round", 6)).await,
        Err(JournalError::WrongState { .. })
    ));
    let paid = books.finish(ada, Verdict::Done).await.unwrap();
    assert_eq!((paid.staked_minor, paid.won_minor, paid.cancelled), (300, 200, false));
    assert_eq!(books.finish(ada, Verdict::Done).await, None, "a second answer is no news");
    let paid = books.finish(bob, Verdict::Done).await.unwrap();
    assert_eq!((paid.staked_minor, paid.won_minor), (300, 0));
    let report = books.journal.write(report::open_books).await.unwrap();
    assert!(report.rounds.is_empty() && report.bets.is_empty() && report.calls.is_empty());
}

#[tokio::test]
async fn a_drawn_round_takes_no_bet_and_gives_none_back() {
    let books = books().await;
    books.placed(wish("a", "ada", "red", 100)).await;
    assert!(matches!(books.take(wish("b", "ada", "black", 100)).await, Taken::New(_)));
    let calls = books.draw(1).await;
    // The bet that the operator had not answered is taken back, and its late yes changes nothing.
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].kind, Kind::Rollback);
    assert!(!books.journal.write(|db| bets::stand(db, "bet-ada-b")).await.unwrap());
    let told: Option<Refused> = books.journal.write(|db| bets::refusal(db, "bet-ada-b")).await.unwrap();
    assert_eq!(told.unwrap().code, RefusalCode::WalletUnavailable);
    assert_eq!(refused_code(&books.take(wish("c", "ada", "red", 100)).await), RefusalCode::RoundClosed);
    assert!(books.journal.write(|db| bets::clear(db, "ada", "round", &[], 6)).await.unwrap().closed);
    assert!(matches!(
        books.journal.write(|db| rounds::cancel(db, "round", 6)).await,
        Err(JournalError::WrongState { .. })
    ));
    let bets = books.journal.write(|db| bets::standing(db, "ada", "roulette-1", "round")).await.unwrap();
    assert_eq!((bets.bets.len(), bets.staked_minor), (1, 100));
}

#[tokio::test]
async fn a_cancelled_round_gives_every_stake_back_once() {
    let books = books().await;
    books.placed(wish("a", "ada", "red", 100)).await;
    books.placed(wish("b", "ada", "black", 250)).await;
    assert!(matches!(books.take(wish("c", "ada", "odd", 100)).await, Taken::New(_)));
    let calls = books.journal.write(|db| rounds::cancel(db, "round", 6)).await.unwrap();
    assert_eq!(calls.len(), 3);
    let mut told = Vec::new();
    for call in &calls {
        told.extend(books.finish(call, Verdict::Done).await);
    }
    // Once, for what counted; the undecided bet was refused, not refunded.
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].staked_minor, told[0].won_minor, told[0].cancelled), (350, 350, true));
}

#[tokio::test]
async fn a_key_has_one_effect() {
    let books = books().await;
    books.placed(wish("a", "ada", "red", 100)).await;
    assert_eq!(books.take(wish("a", "ada", "red", 100)).await, Taken::Repeated);
    assert_eq!(refused_code(&books.take(wish("a", "ada", "red", 200)).await), RefusalCode::KeyReused);
    // Keys belong to a player.
    assert!(matches!(books.take(wish("a", "bob", "red", 200)).await, Taken::New(_)));
    let refused =
        Refused { key: Some("a".into()), code: RefusalCode::InsufficientFunds, field: None, detail: "no".into() };
    let kept = refused.clone();
    assert!(books.journal.write(move |db| bets::refuse(db, "bet-bob-a", &kept)).await.unwrap());
    assert_eq!(books.take(wish("a", "bob", "red", 200)).await, Taken::Refused(refused));
    let cleared = books.journal.write(|db| bets::clear(db, "ada", "round", &["a".into()], 4)).await.unwrap();
    assert_eq!(cleared.calls.len(), 1);
    assert_eq!(refused_code(&books.take(wish("a", "ada", "red", 100)).await), RefusalCode::KeyReused);
}

#[tokio::test]
async fn clearing_names_what_it_does_not_find() {
    let books = books().await;
    books.placed(wish("a", "ada", "red", 100)).await;
    books.placed(wish("b", "ada", "black", 100)).await;
    let keys = ["a", "x", "a"].map(String::from).to_vec();
    let cleared = books.journal.write(move |db| bets::clear(db, "ada", "round", &keys, 4)).await.unwrap();
    assert_eq!(cleared.calls.iter().map(|(index, key, _)| (*index, key.as_str())).collect::<Vec<_>>(), [(0, "a")]);
    assert_eq!(cleared.unknown, [(1, "x".into()), (2, "a".into())]);
    let others = books.journal.write(|db| bets::clear(db, "bob", "round", &["b".into()], 4)).await.unwrap();
    assert_eq!(others.calls, []);
    let rest = books.journal.write(|db| bets::clear(db, "ada", "round", &[], 4)).await.unwrap();
    assert_eq!(rest.calls.len(), 1);
}

#[tokio::test]
async fn limits_count_what_lies_on_the_table() {
    let books = books().await;
    books.placed(wish("a", "ada", "red", 49_950)).await;
    let over = books.take(wish("b", "ada", "red", 100)).await;
    assert_eq!(refused_code(&over), RefusalCode::TableLimit);
    assert!(matches!(books.take(wish("c", "bob", "red", 100)).await, Taken::New(_)));
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let books = books().await;
    books.placed(wish("a", "ada", "red", 100)).await;
    books.draw(1).await;
    let calls = books.journal.write(|db| rounds::settle(db, "round", 6)).await.unwrap();
    assert_eq!(books.journal.write(|db| rounds::reserve_sequence(db, "roulette-1", 100)).await.unwrap(), 0);
    let books = books.reopened().await;
    assert_eq!(books.journal.write(super::calls::pending).await.unwrap(), calls);
    assert_eq!(books.journal.write(|db| rounds::reserve_sequence(db, "roulette-1", 100)).await.unwrap(), 100);
    let history = books.journal.write(|db| rounds::history(db, "roulette-1")).await.unwrap();
    assert_eq!(history, [roulette::outcome("round", 1)]);
}

#[tokio::test]
async fn books_of_the_first_version_are_taken_over_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let first = Connection::open(&path).unwrap();
    first.execute_batch(MIGRATIONS[0]).unwrap();
    first
        .execute_batch(
            "INSERT INTO rounds VALUES ('round', 'roulette-1', 'roulette', 'cancelled', NULL, 1, 2);
             INSERT INTO calls VALUES ('late', 'rollback', '{}', 'ada', 'round', 'pending', NULL, 9, NULL);
             INSERT INTO calls VALUES ('early', 'rollback', '{}', 'ada', 'round', 'pending', NULL, 3, NULL);
             INSERT INTO bets VALUES ('bet', 'ada', 'key', 's', 'EUR', 'roulette-1', 'round', 'roulette', '[]', 100,
                                      'rolling-back', NULL, NULL, 'late', 2);
             PRAGMA user_version = 1;",
        )
        .unwrap();
    drop(first);
    let journal = Journal::open(&path).unwrap();
    let calls = journal.write(super::calls::pending).await.unwrap();
    assert_eq!(calls.iter().map(|call| call.id.as_str()).collect::<Vec<_>>(), ["early", "late"]);
    let late = calls[1].clone();
    journal.write(move |db| calls::finish(db, &late, Verdict::Done, "ok", 10)).await.unwrap();
    let report = journal.write(report::open_books).await.unwrap();
    assert!(report.bets.is_empty() && report.calls.len() == 1);
    let broken = journal.write(|db| Ok(db.query_row("PRAGMA foreign_key_check", [], |_| Ok(())).optional()?)).await;
    assert_eq!(broken.unwrap(), None, "no row refers to a table that is gone");
}

#[tokio::test]
async fn a_refused_win_waits_for_a_person() {
    let books = books().await;
    books.placed(wish("a", "ada", "red", 100)).await;
    books.draw(1).await;
    let calls = books.journal.write(|db| rounds::settle(db, "round", 6)).await.unwrap();
    assert_eq!(books.finish(&calls[0], Verdict::Review).await, None, "nobody is told of money that did not come");
    let report = books.journal.write(report::open_books).await.unwrap();
    assert_eq!((report.bets[0].state.as_str(), report.calls[0].state.as_str()), ("review", "review"));
}

#[tokio::test]
async fn a_second_process_is_refused_and_a_failed_job_leaves_nothing() {
    let books = books().await;
    assert!(matches!(Journal::open(&books.folder.path().join("journal.db")), Err(JournalError::InUse)));
    let failed = books
        .journal
        .write(|db| {
            rounds::open(db, "other", "roulette-1", Game::Roulette, 1)?;
            Err::<(), _>(JournalError::Closed)
        })
        .await;
    assert!(failed.is_err());
    let unfinished = books.journal.write(|db| rounds::unfinished(db, "roulette-1")).await.unwrap();
    assert_eq!(unfinished, [("round".into(), None)]);
    books.journal.close().await;
    assert!(matches!(books.journal.write(super::calls::pending).await, Err(JournalError::Closed)));
}

#[tokio::test]
async fn a_statement_is_read_page_by_page_with_nothing_twice_or_left_out() {
    let books = books().await;
    for number in 0..1_203 {
        let player = format!("player-{}", number % 20);
        // Many at the same moment: the id decides which comes first.
        let wish = Wish { taken_ms: 10 + number / 400, ..wish(&number.to_string(), &player, "red", 100) };
        books.placed(wish).await;
    }
    books.draw(1).await;
    let calls = books.journal.write(|db| rounds::settle(db, "round", 6)).await.unwrap();
    let (mut cursor, mut read) = (statement::Cursor::from(0), Vec::new());
    loop {
        let from = cursor.clone();
        let page = books.journal.write(move |db| statement::page(db, &from)).await.unwrap();
        assert!(page.lines.len() <= 500);
        read.extend(page.lines);
        let Some(next) = page.next else { break };
        cursor = statement::Cursor::read(&next).unwrap();
    }
    assert_eq!(read.len(), 1_203 + calls.len());
    let ids: std::collections::HashSet<&str> = read.iter().map(|line| line.transaction.as_str()).collect();
    assert_eq!(ids.len(), read.len());
    assert!(read.is_sorted_by_key(|line| (line.at_ms, line.transaction.clone())));
    assert_eq!(statement::Cursor::read("nothing"), None);
}
