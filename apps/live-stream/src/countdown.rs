//! How long a phase still lasts, by the vendor's clock, and what of it is said aloud.
//!
//! **Invariant:** nothing here decides whether a bet counts; the vendor does, on receipt.

use contract::feed::Phase;

/// An error of the clock above this is a jump (a laptop that slept), not a slow network.
const JUMP_MS: i64 = 2_000;

/// The difference between the vendor's clock and ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clock {
    offset_ms: Option<i64>,
}

impl Clock {
    /// The vendor said that it was `vendor_ms`; it arrived here at `local_ms`.
    ///
    /// Travel time makes the vendor's clock look late, never early: the largest difference seen is
    /// the nearest to the truth. Smaller ones pull it down slowly, so that drift is followed.
    #[must_use]
    pub(crate) fn heard(self, vendor_ms: i64, local_ms: i64) -> Self {
        let seen = vendor_ms - local_ms;
        let offset_ms = match self.offset_ms {
            Some(known) if seen < known && known - seen < JUMP_MS => known - (known - seen) / 16,
            _ => seen,
        };
        Self { offset_ms: Some(offset_ms) }
    }

    /// The vendor's time when ours is `local_ms`.
    pub(crate) fn vendor_ms(self, local_ms: i64) -> i64 {
        local_ms + self.offset_ms.unwrap_or(0)
    }

    /// What is left until `ends_at_ms` of the vendor's clock; never less than 0.
    pub(crate) fn left_ms(self, ends_at_ms: i64, local_ms: i64) -> i64 {
        (ends_at_ms - self.vendor_ms(local_ms)).max(0)
    }
}

/// Whole seconds to show: the last second reads 1, not 0.
pub(crate) const fn seconds(left_ms: i64) -> i64 {
    (left_ms + 999) / 1_000
}

/// The share that is left, in thousandths.
pub(crate) fn permille(left_ms: i64, whole_ms: i64) -> i64 {
    if whole_ms <= 0 { 0 } else { (left_ms * 1_000 / whole_ms).clamp(0, 1_000) }
}

/// What is read out to people who do not see the countdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Announcement {
    /// Bets are taken, for so many seconds.
    Open(i64),
    /// 10 or 5 seconds are left.
    Left(i64),
    /// No more bets.
    Closed,
}

/// Remembers what was said, so that nothing is said each second.
#[derive(Clone, Debug, Default)]
pub(crate) struct Announcer {
    round: String,
    /// The lowest mark that was said in this round; 0 is "closed".
    said: Option<i64>,
}

impl Announcer {
    /// What to say now, if anything.
    pub(crate) fn step(&mut self, round: &str, phase: Phase, left_ms: i64) -> Option<Announcement> {
        if self.round != round {
            round.clone_into(&mut self.round);
            self.said = None;
        }
        let left = seconds(left_ms);
        if !phase.takes_bets() {
            // Whoever arrives in the middle of a round does not need to hear that it has closed.
            let was_open = self.said.is_some_and(|mark| mark > 0);
            self.said = Some(0);
            return was_open.then_some(Announcement::Closed);
        }
        match self.said {
            None => {
                self.said = Some(left.max(1));
                Some(Announcement::Open(left))
            }
            // The phase `closing` has a countdown of its own, shorter than the one of `open`.
            Some(said) => {
                let mark = [5, 10].into_iter().find(|mark| left <= *mark && *mark < said)?;
                self.said = Some(mark);
                (phase == Phase::Open).then_some(Announcement::Left(left))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_takes_the_fastest_frame_and_follows_a_jump() {
        let clock = Clock::default().heard(10_000, 4_900);
        assert_eq!(clock.vendor_ms(5_000), 10_100);
        // A frame that took 160 ms longer hardly moves it; one that took less moves it at once.
        assert_eq!(clock.heard(11_000, 6_060).vendor_ms(5_000), 10_090);
        assert_eq!(clock.heard(12_000, 6_800).vendor_ms(5_000), 10_200);
        assert_eq!(clock.heard(13_000, 60_000).vendor_ms(60_000), 13_000);
    }

    #[test]
    fn what_is_left_is_never_negative_and_ends_with_one() {
        let clock = Clock::default().heard(1_000, 0);
        assert_eq!(clock.left_ms(16_000, 0), 15_000);
        assert_eq!(clock.left_ms(500, 0), 0);
        assert_eq!([seconds(15_000), seconds(14_001), seconds(1), seconds(0)], [15, 15, 1, 0]);
        assert_eq!([permille(5_000, 15_000), permille(9, 0), permille(20_000, 15_000)], [333, 0, 1_000]);
    }

    #[test]
    fn it_speaks_four_times_a_round() {
        let mut announcer = Announcer::default();
        let mut said = vec![];
        for left_ms in (0..=15_000).rev().step_by(250) {
            said.extend(announcer.step("a", Phase::Open, left_ms));
        }
        said.extend(announcer.step("a", Phase::Closing, 1_500));
        said.extend(announcer.step("a", Phase::Closed, 1_000));
        said.extend(announcer.step("a", Phase::Dealing, 9_000));
        assert_eq!(said, [Announcement::Open(15), Announcement::Left(10), Announcement::Left(5), Announcement::Closed]);
        assert_eq!(announcer.step("b", Phase::Open, 8_000), Some(Announcement::Open(8)));
    }

    #[test]
    fn it_does_not_close_what_was_never_open_to_the_listener() {
        let mut announcer = Announcer::default();
        assert_eq!(announcer.step("a", Phase::Dealing, 5_000), None);
        assert_eq!(announcer.step("a", Phase::Settled, 5_000), None);
    }
}
