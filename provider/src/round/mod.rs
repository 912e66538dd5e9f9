//! The course of one round, as a pure state machine.
//!
//! `open → closing → closed → dealing → result → settled`, or `cancelled` from any phase before
//! the outcome is drawn. The edge carries out the effects; time comes in as an argument.
//!
//! **Architecture invariant:** an outcome exists only after betting has closed, and a round that
//! has one is never cancelled: it is settled, if need be after a restart.

use contract::feed::{Dealt, Outcome, Phase};

use crate::game::Draw;
use crate::scene::Action;

/// How far the video is behind the feed, at most: what the scene leads by.
const VIDEO_LAG_MS: i64 = 4_000;
/// "Last bets" lasts this long, or a quarter of betting if that is shorter.
const CLOSING_MS: i64 = 2_000;
/// Between the last bet and the draw, or a quarter of dealing if that is shorter.
const CLOSED_MS: i64 = 1_000;
/// The last part of the result's time, or half of it if that is shorter.
const SETTLED_MS: i64 = 1_000;
/// How long a cancelled round stays on the table.
const CANCELLED_MS: i64 = 2_000;

/// How long the parts of a round last, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// `open` and `closing`.
    pub betting_ms: i64,
    /// `dealing`.
    pub dealing_ms: i64,
    /// `result` and `settled`.
    pub result_ms: i64,
}

impl Timing {
    /// How long a phase lasts.
    #[must_use]
    pub fn phase_ms(self, phase: Phase) -> i64 {
        let closing = CLOSING_MS.min(self.betting_ms / 4);
        let settled = SETTLED_MS.min(self.result_ms / 2);
        match phase {
            Phase::Open => self.betting_ms - closing,
            Phase::Closing => closing,
            Phase::Closed => CLOSED_MS.min(self.dealing_ms / 4),
            Phase::Dealing => self.dealing_ms,
            Phase::Result => self.result_ms - settled,
            Phase::Settled => settled,
            Phase::Cancelled => CANCELLED_MS.min(self.result_ms),
        }
    }

    /// How much earlier the scene shows what the feed tells: the video's lag, at most 40 % of
    /// dealing.
    fn lead_ms(self) -> i64 {
        VIDEO_LAG_MS.min(self.dealing_ms * 2 / 5)
    }
}

/// A round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Its id, a UUID.
    pub id: String,
    /// Its phase.
    pub phase: Phase,
    /// When the phase began.
    pub phase_started_ms: i64,
    /// When it ends.
    pub phase_ends_at_ms: i64,
    timing: Timing,
    drawn: Option<Drawn>,
}

/// What was drawn, and what of it the feed has told.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Drawn {
    draw: Draw,
    at_ms: i64,
    revealed: usize,
}

/// What happens to a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Time has passed.
    Tick,
    /// The outcome, which [`Effect::Draw`] asked for and which is in the journal.
    Drawn(Draw),
    /// The round must not count.
    Cancel,
}

/// What the edge has to do, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Tell everybody that the round's phase is now this. With `result` comes the outcome.
    Announce(Phase, Option<Outcome>),
    /// Draw, journal the outcome, come back with [`Input::Drawn`]. Asked again until answered.
    Draw,
    /// Tell everybody of a card.
    Reveal(Dealt),
    /// Pay the winners.
    Settle,
    /// Give every stake back.
    Refund,
    /// Begin the next round.
    Next,
}

/// The state does not allow the input; nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a round in phase {0:?} cannot be {1}")]
pub struct Illegal(pub Phase, pub &'static str);

impl Round {
    /// A round that takes bets from now on.
    #[must_use]
    pub fn open(id: String, timing: Timing, now_ms: i64) -> Self {
        let phase_ends_at_ms = now_ms + timing.phase_ms(Phase::Open);
        Self { id, phase: Phase::Open, phase_started_ms: now_ms, phase_ends_at_ms, timing, drawn: None }
    }

    /// One step: what becomes of the round, and what has to be done.
    ///
    /// # Errors
    /// The phase does not allow the input.
    pub fn step(mut self, input: Input, now_ms: i64) -> Result<(Self, Vec<Effect>), Illegal> {
        let mut effects = Vec::new();
        match (input, self.phase) {
            (Input::Tick, _) => self.tick(now_ms, &mut effects),
            (Input::Drawn(draw), Phase::Closed) if self.is_over(now_ms) => {
                self.drawn = Some(Drawn { draw, at_ms: now_ms, revealed: 0 });
                self.enter(Phase::Dealing, now_ms, &mut effects);
            }
            (Input::Cancel, Phase::Open | Phase::Closing | Phase::Closed) => {
                self.enter(Phase::Cancelled, now_ms, &mut effects);
                effects.push(Effect::Refund);
            }
            (Input::Drawn(_), phase) => return Err(Illegal(phase, "drawn")),
            (Input::Cancel, phase) => return Err(Illegal(phase, "cancelled")),
        }
        Ok((self, effects))
    }

    fn tick(&mut self, now_ms: i64, effects: &mut Vec<Effect>) {
        self.reveal_due(now_ms, effects);
        if !self.is_over(now_ms) {
            return;
        }
        match self.phase {
            Phase::Open => self.enter(Phase::Closing, now_ms, effects),
            Phase::Closing => self.enter(Phase::Closed, now_ms, effects),
            Phase::Closed => effects.push(Effect::Draw),
            Phase::Dealing => {
                self.enter(Phase::Result, now_ms, effects);
                effects.push(Effect::Settle);
            }
            Phase::Result => self.enter(Phase::Settled, now_ms, effects),
            Phase::Settled | Phase::Cancelled => effects.push(Effect::Next),
        }
    }

    fn enter(&mut self, phase: Phase, now_ms: i64, effects: &mut Vec<Effect>) {
        self.phase = phase;
        self.phase_started_ms = now_ms;
        self.phase_ends_at_ms = now_ms + self.timing.phase_ms(phase);
        let outcome = (phase == Phase::Result).then(|| self.outcome().cloned()).flatten();
        debug_assert!(phase != Phase::Result || outcome.is_some(), "a result without an outcome");
        effects.push(Effect::Announce(phase, outcome));
    }

    /// Everything that is due; at the end of dealing, all that is left.
    fn reveal_due(&mut self, now_ms: i64, effects: &mut Vec<Effect>) {
        let (timing, all) = (self.timing, self.is_over(now_ms));
        let Some(drawn) = self.drawn.as_mut().filter(|_| self.phase == Phase::Dealing) else { return };
        while let Some(card) = drawn.draw.cards.get(drawn.revealed) {
            let due = drawn.shown_at_ms(drawn.revealed, timing) + timing.lead_ms();
            if !all && due > now_ms {
                break;
            }
            effects.push(Effect::Reveal(card.clone()));
            drawn.revealed += 1;
        }
    }

    /// When [`Input::Tick`] has something to do again.
    #[must_use]
    pub fn next_at_ms(&self) -> i64 {
        let next_card = self
            .drawn
            .as_ref()
            .filter(|drawn| self.phase == Phase::Dealing && drawn.revealed < drawn.draw.cards.len())
            .map(|drawn| drawn.shown_at_ms(drawn.revealed, self.timing) + self.timing.lead_ms());
        next_card.map_or(self.phase_ends_at_ms, |card| card.min(self.phase_ends_at_ms))
    }

    /// True while a bet that arrives now is taken.
    #[must_use]
    pub fn takes_bets(&self, now_ms: i64) -> bool {
        match self.phase {
            Phase::Open => now_ms < self.phase_ends_at_ms + self.timing.phase_ms(Phase::Closing),
            Phase::Closing => now_ms < self.phase_ends_at_ms,
            _ => false,
        }
    }

    /// How long the current phase lasts in all.
    #[must_use]
    pub fn phase_ms(&self) -> i64 {
        self.timing.phase_ms(self.phase)
    }

    /// The outcome, once it is drawn.
    #[must_use]
    pub fn outcome(&self) -> Option<&Outcome> {
        self.drawn.as_ref().map(|drawn| &drawn.draw.outcome)
    }

    /// What the camera sees of it. Wheel and cards are ahead of the feed by the video's lag.
    #[must_use]
    pub fn action(&self) -> Action {
        match (&self.drawn, self.phase) {
            (_, Phase::Cancelled) => Action::Idle,
            (None, _) => Action::WaitingForBets,
            (Some(drawn), _) => drawn.action(self.timing),
        }
    }

    fn is_over(&self, now_ms: i64) -> bool {
        now_ms >= self.phase_ends_at_ms
    }
}

impl Drawn {
    /// When the camera sees a card: they are spread evenly over dealing less the lead.
    fn shown_at_ms(&self, card: usize, timing: Timing) -> i64 {
        let (card, cards) = (card as i64, self.draw.cards.len() as i64);
        self.at_ms + (timing.dealing_ms - timing.lead_ms()) * (card + 1) / (cards + 1)
    }

    fn action(&self, timing: Timing) -> Action {
        match self.draw.outcome.number {
            Some(number) => Action::Spin {
                number,
                started_ms: self.at_ms,
                settles_ms: self.at_ms + timing.dealing_ms - timing.lead_ms(),
            },
            None => Action::Deal {
                cards: self
                    .draw
                    .cards
                    .iter()
                    .enumerate()
                    .map(|(index, card)| (card.clone(), self.shown_at_ms(index, timing)))
                    .collect(),
            },
        }
    }
}

#[cfg(test)]
mod tests;
