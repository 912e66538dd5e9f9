//! The desk: where a player's session is opened, bets are taken and given back.
//!
//! Each step is in the journal before the operator is called, so that a crash at any point leaves
//! a bet that either counts or goes back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use contract::feed::{Bets, Clear, Place, RefusalCode, Refused};
use contract::vendor::{self, Authenticated, Status};

use crate::clock;
use crate::faults::Faults;
use crate::feed::{Players, Seat, Session};
use crate::journal::bets::{self, Taken, Wish};
use crate::journal::calls::{Call, Verdict};
use crate::journal::{Journal, JournalError};
use crate::refusal::Refusal;
use crate::table::Board;
use crate::wallet::{Client, Settler};

/// The most keys in one wish to take bets back.
const MAX_KEYS: usize = 100;

/// Takes and gives back bets.
#[derive(Debug)]
pub struct Desk {
    /// The tables by their id.
    pub boards: Arc<BTreeMap<String, Arc<Board>>>,
    /// The books.
    pub journal: Journal,
    /// The operator's wallet.
    pub client: Client,
    /// Makes the rollbacks.
    pub settler: Settler,
    /// Who is to be told.
    pub players: Arc<Players>,
    /// How to misbehave.
    pub faults: Arc<Faults>,
}

/// Bets on their way back: the field and key of each, and its call.
pub type GivenBack = Vec<(String, String, Call)>;

impl Desk {
    /// Exchanges a launch token for a session; returns the token's table as well.
    ///
    /// # Errors
    /// The operator does not know the token, or does not answer.
    pub async fn authenticate(&self, token: &str) -> Result<(String, Session), Refusal> {
        let unauthorised = |detail: &str| Refusal::new(RefusalCode::Unauthorised, detail).at("token");
        let answer = self.client.authenticate(token).await.map_err(|error| {
            tracing::warn!(%error, "a launch token could not be checked");
            Refusal::new(RefusalCode::WalletUnavailable, "the operator could not check the token").at("token")
        })?;
        let Authenticated { status: Status::Ok, session, player, table, currency: Some(currency), .. } = answer else {
            return Err(unauthorised("the operator does not accept the token"));
        };
        let board = self.boards.get(&table).ok_or_else(|| unauthorised("the token is for an unknown table"))?;
        if board.spec.limits.currency != currency || player.is_empty() || session.is_empty() {
            return Err(unauthorised("the token does not fit the table"));
        }
        Ok((table, Session { session, player, game: board.spec.game, currency }))
    }

    /// Takes a bet into the books. `None` if it is there already under its key.
    ///
    /// # Errors
    /// The refusal for the client; nothing changed.
    pub async fn take(
        &self,
        seat: &Arc<Seat>,
        bet: &Place,
        received_ms: i64,
    ) -> Result<Option<vendor::Transaction>, Refused> {
        let wish = self.wish(seat, bet, received_ms).map_err(|refusal| refusal.about(Some(&bet.key)))?;
        match self.journal.write(move |db| bets::take(db, &wish)).await {
            Ok(Taken::New(transaction)) => Ok(Some(transaction)),
            Ok(Taken::Repeated) => {
                self.tell_bets_at(seat, &bet.table, &bet.round).await;
                Ok(None)
            }
            Ok(Taken::Refused(refused)) => Err(refused),
            Err(error) => Err(books_down(&error).about(Some(&bet.key))),
        }
    }

    fn wish(&self, seat: &Seat, bet: &Place, received_ms: i64) -> Result<Wish, Refusal> {
        if !is_uuid(&bet.key) {
            return Err(Refusal::new(RefusalCode::Malformed, "the key is no UUID").at("key"));
        }
        let (board, session) = self.at_table(seat, &bet.table)?;
        board.check_open(&bet.round, received_ms)?;
        Ok(Wish {
            id: uuid::Uuid::new_v4().to_string(),
            player: session.player,
            session: session.session,
            key: bet.key.clone(),
            table: bet.table.clone(),
            round: bet.round.clone(),
            game: board.spec.game,
            limits: board.spec.limits,
            stakes: bet.stakes.clone(),
            taken_ms: received_ms,
        })
    }

    fn at_table(&self, seat: &Seat, table: &str) -> Result<(&Arc<Board>, Session), Refusal> {
        let unknown = || Refusal::new(RefusalCode::Unknown, "there is no such table").at("table");
        let board = self.boards.get(table).ok_or_else(unknown)?;
        let session = seat.session(board.spec.game).filter(|session| session.currency == board.spec.limits.currency);
        let session =
            session.ok_or_else(|| Refusal::new(RefusalCode::Unauthorised, "launch with a token of this game first"))?;
        Ok((board, session))
    }

    /// Asks the operator for the money of a bet that is in the books, and tells the player.
    pub async fn pay(&self, seat: &Arc<Seat>, bet: &Place, transaction: vendor::Transaction) {
        let slow_ms = self.faults.slow_ms(Some(&bet.table));
        if slow_ms > 0 {
            tokio::time::sleep(Duration::from_millis(slow_ms)).await;
        }
        let ended = match self.client.bet(&transaction).await {
            Ok(reply) if reply.status == Status::Ok => self.stand(seat, transaction).await,
            Ok(reply) => {
                let refusal = refusal_for(reply.status);
                if refusal.code == RefusalCode::Unauthorised {
                    seat.forget(&transaction.session);
                }
                self.refuse(seat, bet, transaction.transaction, refusal).await
            }
            Err(error) => {
                tracing::warn!(transaction = transaction.transaction, %error, "a bet was not taken");
                let detail = "the operator's wallet did not answer; the bet is taken back";
                let refusal = Refusal::new(RefusalCode::WalletUnavailable, detail);
                if error.nothing_happened() {
                    self.refuse(seat, bet, transaction.transaction, refusal).await
                } else {
                    self.abandon(seat, bet, transaction.transaction, refusal).await
                }
            }
        };
        if let Err(error) = ended {
            // The bet stays as it is in the books; the draw takes it back.
            tracing::error!(%error, "the end of a bet could not be written");
        }
    }

    async fn stand(&self, seat: &Arc<Seat>, transaction: vendor::Transaction) -> Result<(), JournalError> {
        let (players, origin) = (Arc::clone(&self.players), Arc::clone(seat));
        let player = transaction.player.clone();
        let settled = self
            .journal
            .write_then(
                move |db| {
                    let vendor::Transaction { transaction: id, player, table, round, .. } = &transaction;
                    if bets::stand(db, id)? {
                        Ok(Ok(bets::standing(db, player, table, round)?))
                    } else {
                        Ok(Err(bets::refusal(db, id)?))
                    }
                },
                move |settled: &Result<Bets, Option<Refused>>| {
                    if let Ok(bets) = settled {
                        players.tell_bets(&player, bets, &origin);
                    }
                },
            )
            .await?;
        // Taken back meanwhile: by the draw, which has a reason, or by the player's own wish.
        if let Err(Some(refused)) = settled {
            self.tell_refused(seat, refused);
        }
        Ok(())
    }

    async fn refuse(&self, seat: &Seat, bet: &Place, id: String, refusal: Refusal) -> Result<(), JournalError> {
        let refused = refusal.about(Some(&bet.key));
        let kept = refused.clone();
        self.journal.write(move |db| bets::refuse(db, &id, &kept)).await?;
        self.tell_refused(seat, refused);
        Ok(())
    }

    async fn abandon(&self, seat: &Seat, bet: &Place, id: String, refusal: Refusal) -> Result<(), JournalError> {
        let refused = refusal.about(Some(&bet.key));
        let kept = refused.clone();
        let call = self.journal.write(move |db| bets::abandon(db, &id, &kept, clock::now_ms())).await?;
        self.settler.enqueue(call.into_iter().collect());
        self.tell_refused(seat, refused);
        Ok(())
    }

    fn tell_refused(&self, seat: &Seat, refused: Refused) {
        seat.outbox.send(None, &contract::feed::FromVendor::Refused(refused));
    }

    /// Takes bets off the table and tells the player what is left. The calls that return their
    /// money are in the books; [`Self::give_back`] makes them.
    ///
    /// # Errors
    /// The refusal for the client; nothing changed.
    pub async fn clear(&self, seat: &Arc<Seat>, wish: &Clear, received_ms: i64) -> Result<GivenBack, Refusal> {
        if wish.keys.len() > MAX_KEYS {
            return Err(Refusal::new(RefusalCode::Malformed, format!("at most {MAX_KEYS} keys")).at("keys"));
        }
        let (board, session) = self.at_table(seat, &wish.table)?;
        board.check_open(&wish.round, received_ms)?;
        let (players, origin, player) = (Arc::clone(&self.players), Arc::clone(seat), session.player.clone());
        let (table, round, keys) = (wish.table.clone(), wish.round.clone(), wish.keys.clone());
        let (cleared, _) = self
            .journal
            .write_then(
                move |db| {
                    let cleared = bets::clear(db, &session.player, &round, &keys, received_ms)?;
                    Ok((cleared, bets::standing(db, &session.player, &table, &round)?))
                },
                move |(cleared, bets)| {
                    if !cleared.closed {
                        players.tell_bets(&player, bets, &origin);
                    }
                },
            )
            .await
            .map_err(|error| books_down(&error))?;
        if cleared.closed {
            return Err(Refusal::new(RefusalCode::RoundClosed, "the round gives no bets back").at("round"));
        }
        for (index, key) in cleared.unknown {
            let refusal = Refusal::new(RefusalCode::Unknown, "no bet of that key stands").at(format!("keys[{index}]"));
            self.tell_refused(seat, refusal.about(Some(&key)));
        }
        let calls = cleared.calls.into_iter().map(|(index, key, call)| (format!("keys[{index}]"), key, call));
        Ok(calls.collect())
    }

    /// Returns the money of cleared bets; says for which of them the operator did not agree at
    /// once. Those stay off the table, and the operator is asked again until it answers.
    pub async fn give_back(&self, calls: GivenBack) -> Vec<Refused> {
        let started: Vec<_> =
            calls.into_iter().map(|(field, key, call)| (field, key, self.settler.start(call))).collect();
        let mut late = Vec::new();
        for (field, key, verdict) in started {
            if verdict.await != Ok(Verdict::Done) {
                let detail = "the bet is off the table; its stake comes back once the operator's wallet answers";
                late.push(Refusal::new(RefusalCode::WalletUnavailable, detail).at(field).about(Some(&key)));
            }
        }
        late
    }

    /// Tells a connection the player's bets at every table that it watches.
    pub async fn tell_bets(&self, seat: &Arc<Seat>) {
        for table in seat.tables() {
            if let Some(board) = self.boards.get(&table) {
                self.tell_bets_at(seat, &table, &board.round()).await;
            }
        }
    }

    async fn tell_bets_at(&self, seat: &Arc<Seat>, table: &str, round: &str) {
        let Some(player) = seat.player() else { return };
        let (table, round, origin) = (Arc::<str>::from(table), round.to_owned(), Arc::clone(seat));
        let place = Arc::clone(&table);
        let told = self
            .journal
            .write_then(
                move |db| bets::standing(db, &player, &table, &round),
                move |bets| origin.outbox.send(Some(&place), &contract::feed::FromVendor::Bets(bets.clone())),
            )
            .await;
        if let Err(error) = told {
            tracing::error!(%error, "a player's bets could not be read");
        }
    }
}

fn refusal_for(status: Status) -> Refusal {
    let (code, detail) = match status {
        Status::InsufficientFunds => (RefusalCode::InsufficientFunds, "the wallet does not hold enough"),
        Status::LimitReached => (RefusalCode::PlayerLimit, "a limit of the player or the house"),
        Status::InvalidSession => (RefusalCode::Unauthorised, "the session is over; launch again"),
        other => {
            tracing::error!(status = other.as_str(), "the operator gave an unexpected answer to a bet");
            (RefusalCode::WalletUnavailable, "the operator refused the bet")
        }
    };
    Refusal::new(code, detail)
}

fn books_down(error: &JournalError) -> Refusal {
    tracing::error!(%error, "the books cannot be written");
    Refusal::new(RefusalCode::WalletUnavailable, "the vendor cannot take bets now")
}

/// In the one usual spelling: 36 characters with hyphens.
fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}
