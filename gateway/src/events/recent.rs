//! The newest events in memory, so that a thousand open connections don't read the file for each.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use super::log::Logged;

/// How many events are kept in memory.
const CAPACITY: usize = 1024;

pub(super) struct Recent(RwLock<Window>);

struct Window {
    /// Every event of the log with a higher id is in `events`.
    after: i64,
    events: VecDeque<Arc<Logged>>,
}

/// What the window knows of a position.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// The events after it that the player may have, and the place up to which that is all.
    Here(Vec<Arc<Logged>>, i64),
    /// The position lies before the window.
    TooOld,
}

impl Recent {
    /// An empty window; the log's newest event is `head`.
    pub(super) fn starting_at(head: i64) -> Self {
        Self(RwLock::new(Window { after: head, events: VecDeque::new() }))
    }

    /// Adds what was just committed, in order.
    pub(super) fn push(&self, events: Vec<Logged>) {
        let mut window = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            if window.events.len() >= CAPACITY
                && let Some(oldest) = window.events.pop_front()
            {
                window.after = oldest.id;
            }
            window.events.push_back(Arc::new(event));
        }
    }

    /// Starts over after `head`: something may be in the log that was never pushed.
    pub(super) fn restart_at(&self, head: i64) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Window { after: head, events: VecDeque::new() };
    }

    /// At most `limit` events after `position`.
    pub(super) fn look(&self, position: i64, player: Option<&str>, limit: usize) -> Look {
        let window = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if position < window.after {
            return Look::TooOld;
        }
        let start = window.events.partition_point(|event| event.id <= position);
        let mut found = Vec::new();
        let mut reached = position;
        for event in window.events.range(start..) {
            reached = event.id;
            if event.is_for(player) {
                found.push(Arc::clone(event));
                if found.len() >= limit {
                    break;
                }
            }
        }
        Look::Here(found, reached)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: i64, player: Option<&str>) -> Logged {
        Logged { id, topic: "t".into(), player: player.map(Into::into), payload: "{}".into() }
    }

    #[test]
    fn a_position_before_the_window_is_not_answered_with_a_gap() {
        let recent = Recent::starting_at(10);
        assert_eq!(recent.look(9, None, 5), Look::TooOld);
        let many = i64::try_from(CAPACITY).expect("small") + 5;
        recent.push((11..11 + many).map(|id| event(id, None)).collect());
        assert_eq!(recent.look(14, None, 5), Look::TooOld);
        let Look::Here(found, reached) = recent.look(15, None, 5) else { panic!("in the window") };
        assert_eq!((found[0].id, reached), (16, 20));
    }

    #[test]
    fn others_events_move_the_position_and_are_not_shown() {
        let recent = Recent::starting_at(0);
        recent.push(vec![event(1, Some("a")), event(2, None), event(3, Some("b"))]);
        let Look::Here(found, reached) = recent.look(0, Some("a"), 9) else { panic!("in the window") };
        assert_eq!((found.iter().map(|event| event.id).collect::<Vec<_>>(), reached), (vec![1, 2], 3));
        let Look::Here(found, _) = recent.look(0, None, 9) else { panic!("in the window") };
        assert_eq!(found.len(), 1);
    }
}
