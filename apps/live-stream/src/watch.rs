//! One table as the feed tells it: which snapshot and delta count, and when to ask again.
//!
//! **Invariant:** the state shown is always one that the vendor had. A delta that does not follow
//! is never applied; the table keeps its last state until a new snapshot comes.

use contract::feed::{Applied, Delta, Phase, Table};

/// How long to wait for a snapshot that was asked for before asking again.
const ASK_AGAIN_MS: i64 = 3_000;

/// What a frame of the feed did to the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Another table's, a duplicate, or one that has to wait for a snapshot.
    Nothing,
    /// The state changed, its phase did not.
    Changed,
    /// Round or phase changed.
    Moved,
    /// Something is missing: subscribe again.
    Ask,
}

/// The last known state of a table, and whether a snapshot is due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Watch {
    state: Option<Table>,
    asked_at_ms: Option<i64>,
}

impl Watch {
    /// The last state that the vendor had, if any is known.
    pub(crate) const fn state(&self) -> Option<&Table> {
        self.state.as_ref()
    }

    /// A subscription was sent on a fresh connection: its snapshot counts, whatever its number.
    pub(crate) const fn subscribed(&mut self, now_ms: i64) {
        self.asked_at_ms = Some(now_ms);
    }

    /// The whole state of the table.
    pub(crate) fn snapshot(&mut self, state: Table) -> Heard {
        let older = self.state.as_ref().is_some_and(|known| state.seq < known.seq);
        if older && self.asked_at_ms.is_none() {
            return Heard::Nothing;
        }
        self.asked_at_ms = None;
        let moved = self.place() != Some((&state.round, state.phase));
        self.state = Some(state);
        if moved { Heard::Moved } else { Heard::Changed }
    }

    /// A change of this table.
    pub(crate) fn delta(&mut self, delta: &Delta, now_ms: i64) -> Heard {
        let applied = match &mut self.state {
            Some(state) => state.apply(delta),
            None => Applied::Gap,
        };
        match applied {
            Applied::Yes if delta.round.is_some() || delta.phase.is_some() => Heard::Moved,
            Applied::Yes => Heard::Changed,
            Applied::Duplicate => Heard::Nothing,
            // Every later delta is a gap as well until the snapshot is here: ask once, not each time.
            Applied::Gap if self.asked_at_ms.is_some_and(|at_ms| now_ms - at_ms < ASK_AGAIN_MS) => Heard::Nothing,
            Applied::Gap => {
                self.asked_at_ms = Some(now_ms);
                Heard::Ask
            }
        }
    }

    fn place(&self) -> Option<(&String, Phase)> {
        self.state.as_ref().map(|state| (&state.round, state.phase))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use contract::live::Game;

    pub(crate) fn table(seq: u64, round: &str, phase: Phase) -> Table {
        Table {
            table: "roulette-1".into(),
            seq,
            game: Game::Roulette,
            round: round.into(),
            phase,
            phase_ends_at_ms: 20_000,
            phase_ms: 15_000,
            dealt: vec![],
            outcome: None,
            history: vec![],
            seated: 1,
            video_live: true,
        }
    }

    fn delta(seq: u64, phase: Option<Phase>) -> Delta {
        Delta {
            table: "roulette-1".into(),
            seq,
            round: None,
            phase,
            phase_ends_at_ms: None,
            phase_ms: None,
            dealt: None,
            outcome: None,
            seated: Some(4),
            video_live: None,
        }
    }

    #[test]
    fn deltas_follow_their_snapshot() {
        let mut watch = Watch::default();
        assert_eq!(watch.snapshot(table(5, "a", Phase::Open)), Heard::Moved);
        assert_eq!(watch.delta(&delta(6, None), 0), Heard::Changed);
        assert_eq!(watch.delta(&delta(6, None), 0), Heard::Nothing);
        assert_eq!(watch.delta(&delta(7, Some(Phase::Closed)), 0), Heard::Moved);
        assert_eq!(watch.state().map(|state| (state.seq, state.phase, state.seated)), Some((7, Phase::Closed, 4)));
    }

    #[test]
    fn a_gap_asks_once_and_again_only_after_a_while() {
        let mut watch = Watch::default();
        watch.snapshot(table(5, "a", Phase::Open));
        assert_eq!(watch.delta(&delta(8, None), 1_000), Heard::Ask);
        assert_eq!(watch.delta(&delta(9, None), 1_100), Heard::Nothing);
        assert_eq!(watch.delta(&delta(10, None), 1_000 + ASK_AGAIN_MS), Heard::Ask);
        assert_eq!(watch.state().map(|state| state.seq), Some(5));
        assert_eq!(watch.snapshot(table(10, "a", Phase::Open)), Heard::Changed);
        assert_eq!(watch.delta(&delta(11, None), 9_000), Heard::Changed);
    }

    #[test]
    fn a_late_snapshot_does_not_turn_time_back_but_a_fresh_connection_may() {
        let mut watch = Watch::default();
        watch.snapshot(table(50, "b", Phase::Open));
        assert_eq!(watch.snapshot(table(40, "a", Phase::Settled)), Heard::Nothing);
        assert_eq!(watch.state().map(|state| state.seq), Some(50));
        watch.subscribed(0);
        assert_eq!(watch.snapshot(table(40, "a", Phase::Settled)), Heard::Moved);
        assert_eq!(watch.state().map(|state| state.seq), Some(40));
    }

    #[test]
    fn a_delta_before_any_snapshot_asks_for_one() {
        assert_eq!(Watch::default().delta(&delta(1, None), 0), Heard::Ask);
    }
}
