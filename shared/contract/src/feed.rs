//! The vendor's live feed: one WebSocket for all tables, JSON text frames, at most 64 KiB each.
//!
//! A client subscribes and receives a snapshot of each table at sequence N, then deltas N+1, N+2 …
//! Sequence numbers belong to the table, not to the connection; they never go back, not even when
//! the vendor restarts. A duplicate is ignored; after a gap the client subscribes again. A player
//! who wants to bet hands over a launch token with [`ToVendor::Launch`].
//!
//! [`Table::apply`] is the one place where a delta changes a state; vendor and fragment share it.

use crate::live::Game;
use crate::money::Currency;

/// No frame of the feed is longer than this, in either direction.
pub const MAX_FRAME_BYTES: usize = 64 * 1024;
/// The vendor sends something at least this often; a client that hears nothing for three times
/// as long calls the feed stale.
pub const HEARTBEAT_MS: i64 = 1_000;

wire! {
    /// The phase of a round. Bets are taken in `open` only, by the vendor's clock.
    pub enum Phase {
        /// Bets are taken.
        Open = "open",
        /// Last bets: still taken, a second or two to go.
        Closing = "closing",
        /// No more bets.
        Closed = "closed",
        /// The ball runs, or cards are dealt.
        Dealing = "dealing",
        /// The outcome is known.
        Result = "result",
        /// Winners are paid.
        Settled = "settled",
        /// The round does not count; every bet goes back.
        Cancelled = "cancelled",
    }
}

impl Phase {
    /// True while bets are taken.
    #[must_use]
    pub const fn takes_bets(self) -> bool {
        matches!(self, Self::Open | Self::Closing)
    }
}

wire! {
    /// Where a baccarat card lies.
    pub enum Hand {
        /// The player's side.
        Player = "player",
        /// The banker's side.
        Banker = "banker",
    }
}

wire! {
    /// A card that was dealt.
    pub struct Dealt {
        /// To which hand.
        pub hand: Hand,
        /// 1 (ace) to 13 (king).
        pub rank: u8,
        /// `spades`, `hearts`, `diamonds` or `clubs`.
        pub suit: Suit,
    }
}

wire! {
    /// A card's suit.
    pub enum Suit {
        /// ♠
        Spades = "spades",
        /// ♥
        Hearts = "hearts",
        /// ♦
        Diamonds = "diamonds",
        /// ♣
        Clubs = "clubs",
    }
}

wire! {
    /// Who won a baccarat round.
    pub enum Winner {
        /// The player's side.
        Player = "player",
        /// The banker's side.
        Banker = "banker",
        /// Neither.
        Tie = "tie",
    }
}

wire! {
    /// How a round ended. Roulette has a number; baccarat has the rest.
    pub struct Outcome {
        /// The round.
        pub round: String,
        /// Roulette: 0 to 36.
        pub number: Option<u8>,
        /// Baccarat: who won.
        pub winner: Option<Winner>,
        /// Baccarat: the player's points, 0 to 9.
        pub player_points: Option<u8>,
        /// Baccarat: the banker's points, 0 to 9.
        pub banker_points: Option<u8>,
        /// Baccarat: the player's first two cards are a pair.
        pub player_pair: bool,
        /// Baccarat: the banker's first two cards are a pair.
        pub banker_pair: bool,
    }
}

wire! {
    /// Everything that everybody may see of a table.
    pub struct Table {
        /// `roulette-1`
        pub table: String,
        /// The position of the last delta that is in here.
        pub seq: u64,
        /// Which game.
        pub game: Game,
        /// The current round, a UUID.
        pub round: String,
        /// Its phase.
        pub phase: Phase,
        /// When the phase ends, by the vendor's clock, Unix milliseconds.
        pub phase_ends_at_ms: i64,
        /// How long the phase lasts in all.
        pub phase_ms: i64,
        /// Baccarat: the cards of this round so far.
        pub dealt: Vec<Dealt>,
        /// How this round ended, once it has.
        pub outcome: Option<Outcome>,
        /// The last rounds, newest first, at most [`HISTORY`].
        pub history: Vec<Outcome>,
        /// How many players sit here.
        pub seated: u32,
        /// The video shows what happens; false while the vendor knows that it stands still.
        pub video_live: bool,
    }
}

/// How many outcomes a table keeps.
pub const HISTORY: usize = 60;

wire! {
    /// One change of a table. Absent members are unchanged.
    pub struct Delta {
        /// Which table.
        pub table: String,
        /// Exactly one more than the state that it applies to.
        pub seq: u64,
        /// A new round begins: cards and outcome are cleared.
        pub round: Option<String>,
        /// The new phase.
        pub phase: Option<Phase>,
        /// When it ends; with `phase`.
        pub phase_ends_at_ms: Option<i64>,
        /// How long it lasts; with `phase`.
        pub phase_ms: Option<i64>,
        /// One more card.
        pub dealt: Option<Dealt>,
        /// The round's outcome; it goes to the head of the history as well.
        pub outcome: Option<Outcome>,
        /// The new number of players.
        pub seated: Option<u32>,
        /// Whether the video runs.
        pub video_live: Option<bool>,
    }
}

/// What became of a delta.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The state moved on by one.
    Yes,
    /// It was in already; nothing changed.
    Duplicate,
    /// Something in between is missing; nothing changed. Subscribe again.
    Gap,
}

impl Table {
    /// Applies a delta of this table.
    pub fn apply(&mut self, delta: &Delta) -> Applied {
        if delta.table != self.table || delta.seq > self.seq + 1 {
            return Applied::Gap;
        }
        if delta.seq <= self.seq {
            return Applied::Duplicate;
        }
        self.seq = delta.seq;
        if let Some(round) = &delta.round {
            self.round.clone_from(round);
            self.dealt.clear();
            self.outcome = None;
        }
        if let Some(phase) = delta.phase {
            self.phase = phase;
            self.phase_ends_at_ms = delta.phase_ends_at_ms.unwrap_or(self.phase_ends_at_ms);
            self.phase_ms = delta.phase_ms.unwrap_or(self.phase_ms);
        }
        if let Some(card) = &delta.dealt {
            self.dealt.push(card.clone());
        }
        if let Some(outcome) = &delta.outcome {
            self.outcome = Some(outcome.clone());
            self.history.insert(0, outcome.clone());
            self.history.truncate(HISTORY);
        }
        self.seated = delta.seated.unwrap_or(self.seated);
        self.video_live = delta.video_live.unwrap_or(self.video_live);
        Applied::Yes
    }
}

wire! {
    /// A stake on a spot. Roulette: see [`crate::roulette::Spot`]. Baccarat: `player`, `banker`,
    /// `tie`, `player-pair`, `banker-pair`.
    pub struct Stake {
        /// The spot's name.
        pub spot: String,
        /// More than 0, within the table's limits.
        pub stake_minor: i64,
    }
}

wire! {
    /// A bet that the vendor has taken and the operator's wallet has paid for.
    pub struct Bet {
        /// The key that the client made: a UUID.
        pub key: String,
        /// What was staked where.
        pub stakes: Vec<Stake>,
    }
}

wire! {
    /// What a client says.
    pub union ToVendor by "type" {
        /// Send snapshots and deltas of these tables. Replaces an earlier subscription.
        Subscribe(Subscribe) = "subscribe",
        /// Bet for the player of this token from now on.
        Launch(LaunchToken) = "launch",
        /// Put chips on the table. Repeating a key has no second effect.
        Place(Place) = "place",
        /// Take bets of the open round back: those named, or all.
        Clear(Clear) = "clear",
    }
}

wire! {
    /// See [`ToVendor::Subscribe`].
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct Subscribe {
        /// At most 8.
        pub tables: Vec<String>,
    }
}

wire! {
    /// See [`ToVendor::Launch`].
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct LaunchToken {
        /// From [`crate::live::Launch::token`].
        pub token: String,
    }
}

wire! {
    /// See [`ToVendor::Place`].
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct Place {
        /// Made by the client: a UUID.
        pub key: String,
        /// Which table.
        pub table: String,
        /// The round that the player saw.
        pub round: String,
        /// 1 to 40 stakes; one bet, taken whole or not at all.
        pub stakes: Vec<Stake>,
    }
}

wire! {
    /// See [`ToVendor::Clear`].
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct Clear {
        /// Which table.
        pub table: String,
        /// The round that the player saw.
        pub round: String,
        /// The keys of the bets to take back; empty for all.
        pub keys: Vec<String>,
    }
}

wire! {
    /// What the vendor says.
    pub union FromVendor by "type" {
        /// The whole state of a table.
        Snapshot(Snapshot) = "snapshot",
        /// A change.
        Delta(Delta) = "delta",
        /// Nothing happened; the vendor is alive.
        Heartbeat(Heartbeat) = "heartbeat",
        /// The launch token was good.
        Launched(Launched) = "launched",
        /// The player's own bets in the current round of a table: after each change of them,
        /// and for every subscribed table after `launched` and after `subscribe`.
        Bets(Bets) = "bets",
        /// The player's round is paid.
        Paid(Paid) = "paid",
        /// A request was refused; nothing changed.
        Refused(Refused) = "refused",
    }
}

wire! {
    /// See [`FromVendor::Snapshot`].
    pub struct Snapshot {
        /// The vendor's clock, Unix milliseconds.
        pub now_ms: i64,
        /// The table.
        pub state: Table,
    }
}

wire! {
    /// See [`FromVendor::Heartbeat`].
    pub struct Heartbeat {
        /// The vendor's clock, Unix milliseconds.
        pub now_ms: i64,
    }
}

wire! {
    /// See [`FromVendor::Launched`].
    pub struct Launched {
        /// The table that the token was for. Bets are taken at this table only.
        pub table: String,
        /// The currency of the player's stakes.
        pub currency: Currency,
    }
}

wire! {
    /// See [`FromVendor::Bets`].
    pub struct Bets {
        /// Which table.
        pub table: String,
        /// Which round.
        pub round: String,
        /// All bets that stand.
        pub bets: Vec<Bet>,
        /// Their sum.
        pub staked_minor: i64,
    }
}

wire! {
    /// See [`FromVendor::Paid`].
    pub struct Paid {
        /// Which table.
        pub table: String,
        /// Which round.
        pub round: String,
        /// What was staked.
        pub staked_minor: i64,
        /// What came back, stakes of winning bets included; the stake itself if the round was
        /// cancelled.
        pub won_minor: i64,
        /// The round did not count.
        pub cancelled: bool,
    }
}

wire! {
    /// Why the vendor says no.
    pub enum RefusalCode {
        /// The frame is no message of this protocol, or too long.
        Malformed = "malformed",
        /// No launch token, or one that is unknown, used or expired.
        Unauthorised = "unauthorised",
        /// There is no such table or spot.
        Unknown = "unknown",
        /// The round takes no more bets, or is not the current one.
        RoundClosed = "round-closed",
        /// Below the table's minimum or above its maximum.
        TableLimit = "table-limit",
        /// The player's wallet does not hold enough.
        InsufficientFunds = "insufficient-funds",
        /// A limit of the player's own.
        PlayerLimit = "player-limit",
        /// The key was used for another bet.
        KeyReused = "key-reused",
        /// The operator's wallet did not answer; the bet was taken back.
        WalletUnavailable = "wallet-unavailable",
    }
}

wire! {
    /// See [`FromVendor::Refused`].
    pub struct Refused {
        /// The key of the bet, where there is one.
        pub key: Option<String>,
        /// Why.
        pub code: RefusalCode,
        /// The member at fault, where there is one.
        pub field: Option<String>,
        /// A sentence for logs; players get the catalogue's text for the code.
        pub detail: String,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        Table {
            table: "roulette-1".into(),
            seq: 7,
            game: Game::Roulette,
            round: "a".into(),
            phase: Phase::Open,
            phase_ends_at_ms: 0,
            phase_ms: 0,
            dealt: vec![],
            outcome: None,
            history: vec![],
            seated: 1,
            video_live: true,
        }
    }

    fn delta(seq: u64) -> Delta {
        Delta {
            table: "roulette-1".into(),
            seq,
            round: None,
            phase: Some(Phase::Closed),
            phase_ends_at_ms: Some(5),
            phase_ms: Some(4),
            dealt: None,
            outcome: None,
            seated: None,
            video_live: None,
        }
    }

    #[test]
    fn only_the_next_delta_changes_a_table() {
        let mut state = table();
        assert_eq!(state.apply(&delta(7)), Applied::Duplicate);
        assert_eq!(state.apply(&delta(9)), Applied::Gap);
        assert_eq!(state, table());
        assert_eq!(state.apply(&delta(8)), Applied::Yes);
        assert_eq!((state.seq, state.phase, state.phase_ends_at_ms, state.seated), (8, Phase::Closed, 5, 1));
    }
}
