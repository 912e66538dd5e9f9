//! How far the picture is behind the table, and when the player of the video is stuck.
//!
//! **Invariant:** no bet ever depends on anything in here.

/// Above this the figure is an error of some clock, not a lag.
const BELIEVABLE_MS: i64 = 60_000;
/// A playing video whose position stands still for so long is stuck.
const STUCK_MS: i64 = 5_000;
/// The first pause before the stream is tried again, and the longest.
const RETRY_MS: (i64, i64) = (2_000, 30_000);

/// The lag in whole seconds: `start_ms` is the vendor's time at position 0 of the
/// stream, `position_ms` what is on the screen. `None` when the stream does not say or the answer
/// makes no sense.
pub(crate) fn lag_seconds(start_ms: Option<i64>, position_ms: i64, vendor_now_ms: i64) -> Option<i64> {
    let lag_ms = vendor_now_ms - (start_ms? + position_ms);
    (0..=BELIEVABLE_MS).contains(&lag_ms).then_some((lag_ms + 500) / 1_000)
}

/// What to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Picture {
    /// The stream, once it plays.
    #[default]
    Stream,
    /// Still pictures, until the stream is tried again.
    Stills,
}

/// Watches a video element and decides between stream and still pictures.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watchdog {
    picture: Picture,
    position_ms: i64,
    moved_at_ms: Option<i64>,
    failures: u32,
    retry_at_ms: i64,
}

impl Watchdog {
    /// What to show now.
    pub(crate) const fn picture(&self) -> Picture {
        self.picture
    }

    /// The element reported an error.
    pub(crate) fn failed(&mut self, now_ms: i64) {
        self.picture = Picture::Stills;
        self.moved_at_ms = None;
        self.retry_at_ms = now_ms + (RETRY_MS.0 << self.failures.min(8)).min(RETRY_MS.1);
        self.failures += 1;
    }

    /// Once a second: the element's position. True when the stream has to be loaded (again).
    pub(crate) fn tick(&mut self, position_ms: i64, now_ms: i64) -> bool {
        if self.picture == Picture::Stills {
            if now_ms < self.retry_at_ms {
                return false;
            }
            self.picture = Picture::Stream;
            self.moved_at_ms = Some(now_ms);
            self.position_ms = position_ms;
            return true;
        }
        if position_ms != self.position_ms {
            // It plays: the next failure starts with the short pause again.
            self.failures = 0;
            self.position_ms = position_ms;
            self.moved_at_ms = Some(now_ms);
        }
        if now_ms - *self.moved_at_ms.get_or_insert(now_ms) >= STUCK_MS {
            self.failed(now_ms);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lag_is_shown_only_when_it_makes_sense() {
        assert_eq!(lag_seconds(Some(1_000), 5_000, 9_240), Some(3));
        assert_eq!(lag_seconds(None, 5_000, 9_240), None);
        assert_eq!(lag_seconds(Some(10_000), 5_000, 9_240), None);
        assert_eq!(lag_seconds(Some(1_000), 5_000, 900_000), None);
    }

    #[test]
    fn a_stuck_stream_gives_way_to_stills_and_is_tried_again() {
        let mut dog = Watchdog::default();
        assert!(!dog.tick(0, 0));
        assert!(!dog.tick(900, 1_000));
        assert!(!dog.tick(900, 5_900));
        assert_eq!(dog.picture(), Picture::Stream);
        assert!(!dog.tick(900, 6_000));
        assert_eq!(dog.picture(), Picture::Stills);
        assert!(!dog.tick(900, 7_999));
        assert!(dog.tick(900, 8_000));
        assert_eq!(dog.picture(), Picture::Stream);
    }

    #[test]
    fn pauses_grow_to_a_bound_and_shrink_once_it_plays() {
        let mut dog = Watchdog::default();
        let mut now_ms = 0;
        let mut pauses = vec![];
        for _ in 0..6 {
            dog.failed(now_ms);
            let failed_at_ms = now_ms;
            while !dog.tick(0, now_ms) {
                now_ms += 1_000;
            }
            pauses.push(now_ms - failed_at_ms);
        }
        assert_eq!(pauses, [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
        dog.tick(700, now_ms + 1_000);
        dog.failed(now_ms + 2_000);
        assert!(dog.tick(700, now_ms + 4_000));
    }
}
