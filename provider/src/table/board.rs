//! What everybody sees of a table: one state, changed only by numbered deltas, and those who
//! follow it.
//!
//! **Architecture invariant:** a delta is sent under the same lock under which it is applied, and
//! a snapshot under the same lock under which its reader is added. So each reader gets N, N+1, …

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Utf8Bytes;
use contract::feed::{Applied, Dealt, Delta, FromVendor, Outcome, Phase, RefusalCode, Snapshot, Table};

use super::Spec;
use crate::clock;
use crate::faults::{Fault, Faults};
use crate::feed::{Outbox, Seat};
use crate::refusal::Refusal;
use crate::round::Round;

/// One change of a table; what is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// A new round begins.
    pub round: Option<String>,
    /// The phase, when it ends, and how long it lasts.
    pub phase: Option<(Phase, i64, i64)>,
    /// One more card.
    pub dealt: Option<Dealt>,
    /// The outcome.
    pub outcome: Option<Outcome>,
    /// How many sit here.
    pub seated: Option<u32>,
    /// Whether the video runs.
    pub video_live: Option<bool>,
}

/// A table as everybody sees it.
#[derive(Debug)]
pub struct Board {
    /// What the table is.
    pub spec: Spec,
    id: Arc<str>,
    faults: Arc<Faults>,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: Table,
    /// The round on the table, for its clock; none before the first and between two.
    round: Option<Round>,
    /// Sequence numbers up to here are reserved in the journal.
    reserved: u64,
    followers: HashMap<u64, Outbox>,
    /// A delta that is to come after the next one.
    held: Option<Utf8Bytes>,
}

impl Board {
    /// A table before its first round. `seq` is where its numbers go on from.
    #[must_use]
    pub fn new(spec: Spec, faults: Arc<Faults>, seq: u64, history: Vec<Outcome>) -> Self {
        let state = Table {
            table: spec.id.to_owned(),
            seq,
            game: spec.game,
            round: uuid::Uuid::nil().to_string(),
            phase: Phase::Settled,
            phase_ends_at_ms: clock::now_ms(),
            phase_ms: 0,
            dealt: Vec::new(),
            outcome: None,
            history,
            seated: 0,
            video_live: false,
        };
        let id = spec.id.into();
        let inner = Inner { state, round: None, reserved: seq, followers: HashMap::new(), held: None };
        Self { spec, id, faults, inner: Mutex::new(inner) }
    }

    /// Adds a reader, or gives one a fresh start: it gets a snapshot now and every later delta.
    pub fn subscribe(&self, seat: &Seat) {
        let mut inner = self.lock();
        let snapshot = Snapshot { now_ms: clock::now_ms(), state: inner.state.clone() };
        seat.outbox.send(Some(&self.id), &FromVendor::Snapshot(snapshot));
        inner.followers.insert(seat.id, seat.outbox.clone());
    }

    /// The reader has enough.
    pub fn unsubscribe(&self, seat: u64) {
        self.lock().followers.remove(&seat);
    }

    /// How many sit here, as published.
    #[must_use]
    pub fn seated(&self) -> u32 {
        self.lock().state.seated
    }

    /// How many sit here now.
    #[must_use]
    pub fn followers(&self) -> u32 {
        u32::try_from(self.lock().followers.len()).unwrap_or(u32::MAX)
    }

    /// Whether the video runs, as published.
    #[must_use]
    pub fn video_live(&self) -> bool {
        self.lock().state.video_live
    }

    /// The last outcomes, newest first.
    #[must_use]
    pub fn history(&self) -> Vec<Outcome> {
        self.lock().state.history.clone()
    }

    /// The id of the current round.
    #[must_use]
    pub fn round(&self) -> String {
        self.lock().state.round.clone()
    }

    /// The round whose clock decides about bets; `None` takes none.
    pub fn set_round(&self, round: Option<Round>) {
        self.lock().round = round;
    }

    /// Whether a bet of this round that arrived at `now_ms` is in time.
    ///
    /// # Errors
    /// The round is over, or another.
    pub fn check_open(&self, round: &str, now_ms: i64) -> Result<(), Refusal> {
        let inner = self.lock();
        match &inner.round {
            Some(current) if current.id != round => {
                Err(Refusal::new(RefusalCode::RoundClosed, "this is not the current round").at("round"))
            }
            Some(current) if current.takes_bets(now_ms) => Ok(()),
            _ => Err(Refusal::new(RefusalCode::RoundClosed, "the round takes no more bets").at("round")),
        }
    }

    /// How many numbers are left before more have to be reserved.
    #[must_use]
    pub fn numbers_left(&self) -> u64 {
        let inner = self.lock();
        inner.reserved - inner.state.seq
    }

    /// Numbers up to here are reserved in the journal.
    pub fn reserve_up_to(&self, reserved: u64) {
        let mut inner = self.lock();
        assert!(reserved >= inner.reserved, "sequence numbers never go back");
        inner.reserved = reserved;
    }

    /// Changes the table for everybody.
    ///
    /// # Panics
    /// If no number is reserved: it might be given out again after a crash.
    pub fn publish(&self, change: Change) {
        let mut inner = self.lock();
        assert!(inner.state.seq < inner.reserved, "no sequence number is reserved");
        let (phase, phase_ends_at_ms, phase_ms) = match change.phase {
            Some((phase, ends_at_ms, lasts_ms)) => (Some(phase), Some(ends_at_ms), Some(lasts_ms)),
            None => (None, None, None),
        };
        let delta = Delta {
            table: inner.state.table.clone(),
            seq: inner.state.seq + 1,
            round: change.round,
            phase,
            phase_ends_at_ms,
            phase_ms,
            dealt: change.dealt,
            outcome: change.outcome,
            seated: change.seated,
            video_live: change.video_live,
        };
        let applied = inner.state.apply(&delta);
        assert_eq!(applied, Applied::Yes, "the vendor's own delta must fit");
        if self.faults.is_on(Fault::Gap, Some(&self.id)) && delta.seq.is_multiple_of(2) {
            return;
        }
        let text = crate::feed::encode(&FromVendor::Delta(delta));
        for text in self.in_what_order(&mut inner.held, text).into_iter().flatten() {
            for outbox in inner.followers.values() {
                outbox.send_text(Some(&self.id), &text);
            }
        }
    }

    /// What goes out in place of the newest delta: normally that one.
    fn in_what_order(&self, held: &mut Option<Utf8Bytes>, text: Utf8Bytes) -> [Option<Utf8Bytes>; 2] {
        let is_on = |fault| self.faults.is_on(fault, Some(&self.id));
        match held.take() {
            None if is_on(Fault::Reorder) => {
                *held = Some(text);
                [None, None]
            }
            None if is_on(Fault::Duplicate) => [Some(text.clone()), Some(text)],
            None => [Some(text), None],
            Some(earlier) if is_on(Fault::Reorder) => [Some(text), Some(earlier)],
            // The fault has ended meanwhile.
            Some(earlier) => [Some(earlier), Some(text)],
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic in `publish` leaves the state as it was before or after the delta.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::round::Timing;

    fn board() -> Board {
        let spec = crate::table::all().remove(0);
        let board = Board::new(spec, Arc::new(Faults::new(vec!["roulette-1".into()])), 40, vec![]);
        board.reserve_up_to(140);
        board
    }

    #[test]
    fn numbers_go_on_and_are_never_used_unreserved() {
        let board = board();
        for seated in 0..100 {
            board.publish(Change { seated: Some(seated), ..Change::default() });
        }
        assert_eq!((board.numbers_left(), board.seated()), (0, 99));
        let unreserved = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| board.publish(Change::default())));
        assert!(unreserved.is_err());
    }

    #[test]
    fn a_bet_needs_the_current_round_in_time() {
        let board = board();
        assert_eq!(board.check_open("a", 0).unwrap_err().code, RefusalCode::RoundClosed);
        let timing = Timing { betting_ms: 1_000, dealing_ms: 1_000, result_ms: 1_000 };
        board.set_round(Some(Round::open("a".into(), timing, 0)));
        assert_eq!(board.check_open("a", 999), Ok(()));
        assert_eq!(board.check_open("a", 1_000).unwrap_err().field.as_deref(), Some("round"));
        assert_eq!(board.check_open("b", 0).unwrap_err().field.as_deref(), Some("round"));
    }
}
