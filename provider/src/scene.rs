//! What the camera of a table sees: a pure value, published by the table and drawn by the studio.
//!
//! The video is some seconds behind the feed (HLS buffers whole segments), so a scene shows the
//! wheel and the cards ahead of the feed. A scene is made after betting has closed, so a player
//! who reads the video early learns nothing that a bet could still use.
//!
//! **Architecture invariant:** a scene never holds anything of a player.

use contract::feed::{Dealt, Outcome, Phase};
use contract::live::Game;

/// One table, as its camera sees it. All times are Unix milliseconds by [`crate::clock::now_ms`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// The table's id: `roulette-1`.
    pub table: String,
    /// The table's name.
    pub name: String,
    /// Who deals.
    pub dealer: String,
    /// Which game.
    pub game: Game,
    /// The phase of the round.
    pub phase: Phase,
    /// When the phase began.
    pub phase_started_ms: i64,
    /// When it ends.
    pub phase_ends_at_ms: i64,
    /// What moves on the table.
    pub action: Action,
    /// The last outcomes, newest first. The outcome of the round on the table is not among them
    /// before it is public.
    pub last: Vec<Outcome>,
}

/// What moves on a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The table is clear; the dealer waits for bets.
    WaitingForBets,
    /// The wheel slows down and the ball rests on `number` at `settles_ms`, and stays there.
    Spin {
        /// The winning number, 0 to 36.
        number: u8,
        /// When the ball was thrown.
        started_ms: i64,
        /// When the ball rests.
        settles_ms: i64,
    },
    /// Cards are laid down, each shown from its time on.
    Deal {
        /// The cards in the order of dealing, with the time each is shown from.
        cards: Vec<(Dealt, i64)>,
    },
    /// Nothing happens: no round runs.
    Idle,
}
