//! What was handed over last. Of several processes with one inbox, whoever comes second is told how far the first has
//! come, which may be a little less far than it has read itself.

use std::collections::VecDeque;

use crate::store::outbox::Event;

/// Events that are kept.
const KEPT: usize = 256;

/// The last events of one outbox that were handed over, without a gap between them.
pub(super) struct Handed {
    /// All that were handed over after this event are here.
    after: i64,
    events: VecDeque<Event>,
}

impl Handed {
    /// Nothing, since this event.
    pub(super) fn nothing_after(seq: i64) -> Self {
        Self { after: seq, events: VecDeque::new() }
    }

    /// Adds what is handed over next.
    pub(super) fn add(&mut self, events: &[Event]) {
        self.events.extend(events.iter().cloned());
        let too_many = self.events.len().saturating_sub(KEPT);
        if let Some(last) = self.events.drain(..too_many).next_back() {
            self.after = last.seq;
        }
    }

    /// Whether everything that was handed over after an event is here.
    pub(super) fn goes_back_to(&self, seq: i64) -> bool {
        seq >= self.after
    }

    /// What was handed over after an event.
    pub(super) fn after(&self, seq: i64) -> Vec<Event> {
        self.events.iter().filter(|event| event.seq > seq).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(seqs: std::ops::RangeInclusive<i64>) -> Vec<Event> {
        let event = |seq| Event { seq, topic: "t".into(), player: None, payload: "{}".into(), at_ms: 0 };
        seqs.map(event).collect()
    }

    #[test]
    fn what_was_handed_over_last_is_handed_over_again_without_a_gap() {
        let mut handed = Handed::nothing_after(4);
        assert!(handed.goes_back_to(4) && !handed.goes_back_to(3));
        assert_eq!(handed.after(4), []);
        handed.add(&events(5..=9));
        assert_eq!(handed.after(4), events(5..=9));
        assert_eq!(handed.after(7), events(8..=9));
        assert_eq!(handed.after(9), []);
        handed.add(&events(10..=300));
        assert!(handed.goes_back_to(44) && !handed.goes_back_to(43), "only the last are kept");
        assert_eq!(handed.after(44), events(45..=300));
    }
}
