//! The dealer: runs a table's rounds one after the other and carries out their effects.

use std::sync::Arc;

use contract::feed::Phase;
use tokio::sync::watch;
use tokio::time::timeout;

use super::{Board, Change};
use crate::clock;
use crate::faults::{Fault, Faults};
use crate::feed::Players;
use crate::game::Source;
use crate::journal::calls::Call;
use crate::journal::rounds;
use crate::journal::{Journal, JournalError};
use crate::random;
use crate::round::{Effect, Illegal, Input, Round, Timing};
use crate::scene::{Action, Scene};
use crate::wallet::Settler;

/// Sequence numbers that are reserved at a time: hours of rounds.
const RESERVE: u64 = 10_000;
/// When fewer are left, more are reserved; one step of a round needs fewer.
const RESERVE_BELOW: u64 = 100;
/// How often the number of guests and the video are looked at.
const LOOK_MS: i64 = 500;
/// A video that has stood still this long is called dead.
const FROZEN_FOR_MS: i64 = 1_000;

/// Why a dealer stopped dealing. The books say what is left to do.
#[derive(Debug, thiserror::Error)]
pub enum DealerError {
    /// The books could not be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A step that the round does not allow.
    #[error(transparent)]
    Illegal(#[from] Illegal),
}

/// Runs a table.
#[derive(Debug)]
pub struct Dealer {
    /// The table.
    pub board: Arc<Board>,
    /// The books.
    pub journal: Journal,
    /// Pays and takes back.
    pub settler: Settler,
    /// Who is to be told of the end of a round.
    pub players: Arc<Players>,
    /// How to misbehave.
    pub faults: Arc<Faults>,
    /// How long the phases last.
    pub timing: Timing,
    /// What the camera sees.
    pub scene: watch::Sender<Scene>,
    /// There is a camera.
    pub has_video: bool,
}

/// What a table's camera sees before the first round.
#[must_use]
pub fn empty_scene(board: &Board) -> Scene {
    let now_ms = clock::now_ms();
    Scene {
        table: board.spec.id.to_owned(),
        name: board.spec.name.to_owned(),
        dealer: board.spec.dealer.to_owned(),
        game: board.spec.game,
        phase: Phase::Settled,
        phase_started_ms: now_ms,
        phase_ends_at_ms: now_ms,
        action: Action::Idle,
        last: board.history(),
    }
}

impl Dealer {
    /// Ends what an earlier run, or one that failed, left open: a round with an outcome is
    /// settled, another cancelled. Whoever watches sees how it ended.
    ///
    /// # Errors
    /// The books could not be written.
    pub async fn recover(&self) -> Result<(), DealerError> {
        let table = self.board.spec.id;
        for (round, outcome) in self.journal.write(move |db| rounds::unfinished(db, table)).await? {
            tracing::warn!(table, round, drawn = outcome.is_some(), "a round was left open; it is ended now");
            let phase = if outcome.is_some() {
                self.settle(&round).await?;
                Phase::Settled
            } else {
                self.cancel(&round).await?;
                Phase::Cancelled
            };
            self.reserve().await?;
            self.board.publish(Change { phase: Some((phase, clock::now_ms(), 0)), outcome, ..Change::default() });
        }
        Ok(())
    }

    /// Deals until `stop` becomes true. Then the current round is settled if it is drawn, and
    /// cancelled if not.
    ///
    /// # Errors
    /// The books could not be written; the table takes no bets.
    pub async fn run(&self, stop: watch::Receiver<bool>) -> Result<(), DealerError> {
        let ended = self.rounds(stop).await;
        self.board.set_round(None);
        ended
    }

    async fn rounds(&self, mut stop: watch::Receiver<bool>) -> Result<(), DealerError> {
        let mut source = Source::new(self.board.spec.game);
        let mut frozen_since = None;
        loop {
            let mut round = self.open().await?;
            let mut over = false;
            while !over {
                let wake_ms = round.next_at_ms().min(clock::now_ms() + LOOK_MS);
                let stopped = timeout(clock::until(wake_ms), stop.wait_for(|stop| *stop)).await.is_ok();
                if stopped {
                    return self.leave(round).await;
                }
                self.reserve().await?;
                self.look_around(&mut frozen_since);
                (round, over) = self.step(round, Input::Tick, &mut source).await?;
            }
        }
    }

    async fn open(&self) -> Result<Round, DealerError> {
        self.reserve().await?;
        let round = Round::open(uuid::Uuid::new_v4().to_string(), self.timing, clock::now_ms());
        let (id, table, game) = (round.id.clone(), self.board.spec.id, self.board.spec.game);
        let opened_ms = round.phase_started_ms;
        self.journal.write(move |db| rounds::open(db, &id, table, game, opened_ms)).await?;
        self.board.set_round(Some(round.clone()));
        self.board.publish(Change {
            round: Some(round.id.clone()),
            phase: Some((round.phase, round.phase_ends_at_ms, round.phase_ms())),
            ..Change::default()
        });
        self.show(&round);
        Ok(round)
    }

    /// One input and everything that follows from it; true once the round is over.
    async fn step(&self, round: Round, input: Input, source: &mut Source) -> Result<(Round, bool), DealerError> {
        let (mut round, mut effects) = self.advance(round, input)?;
        // The only effect that answers with an input is the draw, and no draw follows from that.
        if effects.contains(&Effect::Draw) {
            let answer = self.draw(&round.id, source).await?;
            (round, effects) = self.advance(round, answer)?;
        }
        let mut over = false;
        for effect in effects {
            match effect {
                Effect::Announce(phase, outcome) => {
                    let phase = Some((phase, round.phase_ends_at_ms, round.phase_ms()));
                    self.board.publish(Change { phase, outcome, ..Change::default() });
                    self.show(&round);
                }
                Effect::Reveal(card) => self.board.publish(Change { dealt: Some(card), ..Change::default() }),
                Effect::Settle => self.settle(&round.id).await?,
                Effect::Refund => self.cancel(&round.id).await?,
                Effect::Next => over = true,
                Effect::Draw => debug_assert!(false, "a draw was answered with a draw"),
            }
        }
        Ok((round, over))
    }

    fn advance(&self, round: Round, input: Input) -> Result<(Round, Vec<Effect>), Illegal> {
        let (round, effects) = round.step(input, clock::now_ms())?;
        self.board.set_round(Some(round.clone()));
        Ok((round, effects))
    }

    /// Draws and writes the outcome down before anybody can see it.
    async fn draw(&self, round: &str, source: &mut Source) -> Result<Input, DealerError> {
        let mut rng = match random::fresh() {
            Ok(rng) => rng,
            Err(error) => {
                tracing::error!(%error, round, "the round is cancelled");
                return Ok(Input::Cancel);
            }
        };
        let draw = source.draw(round, &mut rng);
        let (id, outcome) = (round.to_owned(), draw.outcome.clone());
        let calls = self.journal.write(move |db| rounds::draw(db, &id, &outcome, clock::now_ms())).await?;
        self.settler.enqueue(calls);
        Ok(Input::Drawn(draw))
    }

    async fn settle(&self, round: &str) -> Result<(), DealerError> {
        self.end(round, rounds::settle).await
    }

    async fn cancel(&self, round: &str) -> Result<(), DealerError> {
        self.end(round, rounds::cancel).await
    }

    async fn end(
        &self,
        round: &str,
        how: fn(&rusqlite::Transaction<'_>, &str, i64) -> Result<Vec<Call>, JournalError>,
    ) -> Result<(), DealerError> {
        let id = round.to_owned();
        self.settler.enqueue(self.journal.write(move |db| how(db, &id, clock::now_ms())).await?);
        Ok(())
    }

    async fn leave(&self, round: Round) -> Result<(), DealerError> {
        self.reserve().await?;
        match round.phase {
            Phase::Open | Phase::Closing | Phase::Closed => {
                self.step(round, Input::Cancel, &mut Source::Wheel).await.map(drop)
            }
            Phase::Dealing => self.settle(&round.id).await,
            Phase::Result | Phase::Settled | Phase::Cancelled => Ok(()),
        }
    }

    async fn reserve(&self) -> Result<(), JournalError> {
        if self.board.numbers_left() < RESERVE_BELOW {
            let table = self.board.spec.id;
            let used = self.journal.write(move |db| rounds::reserve_sequence(db, table, RESERVE)).await?;
            self.board.reserve_up_to(used + RESERVE);
        }
        Ok(())
    }

    /// What changes by itself: guests come and go, the video stops.
    fn look_around(&self, frozen_since: &mut Option<i64>) {
        let seated = self.board.followers();
        if seated != self.board.seated() {
            self.board.publish(Change { seated: Some(seated), ..Change::default() });
        }
        let now_ms = clock::now_ms();
        let frozen = self.faults.is_on(Fault::FrozenVideo, Some(self.board.spec.id));
        *frozen_since = if frozen { frozen_since.or(Some(now_ms)) } else { None };
        let stands_still = frozen_since.is_some_and(|since| now_ms - since >= FROZEN_FOR_MS);
        let video_live = self.has_video && !stands_still;
        if video_live != self.board.video_live() {
            self.board.publish(Change { video_live: Some(video_live), ..Change::default() });
        }
    }

    fn show(&self, round: &Round) {
        self.scene.send_replace(Scene {
            phase: round.phase,
            phase_started_ms: round.phase_started_ms,
            phase_ends_at_ms: round.phase_ends_at_ms,
            action: round.action(),
            ..empty_scene(&self.board)
        });
    }
}
