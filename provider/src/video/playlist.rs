//! The window of segments that a viewer may fetch, and the HLS playlist that names them.

use std::collections::VecDeque;
use std::fmt::Write as _;

use bytes::Bytes;

/// Segments that the playlist names.
pub const LISTED: usize = 8;
/// Segments that are kept: a viewer with an old playlist may still ask for those it named.
const KEPT: usize = 2 * LISTED;

/// One second of video.
#[derive(Clone, Debug)]
pub struct Segment {
    /// Its place in the stream; never used twice.
    pub number: u64,
    /// The true time of its first picture, Unix milliseconds.
    pub started_ms: i64,
    /// The file.
    pub bytes: Bytes,
}

/// What can be fetched now.
#[derive(Clone, Debug, Default)]
pub struct Window {
    init: Option<Bytes>,
    segments: VecDeque<Segment>,
}

impl Window {
    /// The init segment, once the encoder has run.
    #[must_use]
    pub const fn init(&self) -> Option<&Bytes> {
        self.init.as_ref()
    }

    /// Sets the init segment.
    pub fn set_init(&mut self, init: Bytes) {
        self.init = Some(init);
    }

    /// Appends a segment, and lets the oldest go when there are too many.
    pub fn push(&mut self, segment: Segment) {
        debug_assert!(self.segments.back().is_none_or(|last| last.number + 1 == segment.number));
        self.segments.push_back(segment);
        while self.segments.len() > KEPT {
            self.segments.pop_front();
        }
    }

    /// Lets all segments go: nobody watches. The init segment stays valid.
    pub fn clear(&mut self) {
        self.segments = VecDeque::new();
    }

    /// How many segments there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.segments.len()
    }

    /// True while the encoder has not run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The segment of that number.
    #[must_use]
    pub fn get(&self, number: u64) -> Option<&Segment> {
        self.segments.iter().find(|segment| segment.number == number)
    }

    /// The live playlist; `None` without a segment, for a playlist may not be empty.
    #[must_use]
    pub fn playlist(&self) -> Option<String> {
        let skipped = self.segments.len().saturating_sub(LISTED);
        let first = self.segments.get(skipped)?;
        let mut text = format!(
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:{}\n\
             #EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI=\"init.mp4\"\n",
            first.number
        );
        for segment in self.segments.iter().skip(skipped) {
            let time = date_time(segment.started_ms);
            // Writing to a string cannot fail.
            let _ = write!(text, "#EXT-X-PROGRAM-DATE-TIME:{time}\n#EXTINF:1.000,\n{}.m4s\n", segment.number);
        }
        Some(text)
    }
}

/// ISO 8601 with milliseconds, in UTC.
fn date_time(unix_ms: i64) -> String {
    let (days, ms) = (unix_ms.div_euclid(86_400_000), unix_ms.rem_euclid(86_400_000));
    // Days are counted from 1 March of the year 0, in eras of 400 years: leap days then come last.
    let shifted = days + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day_of_month:02}T{:02}:{:02}:{:02}.{:03}Z",
        ms / 3_600_000,
        ms / 60_000 % 60,
        ms / 1000 % 60,
        ms % 1000
    )
}

#[cfg(test)]
mod tests {
    use super::date_time;

    #[test]
    fn dates_are_right_around_leap_days_and_the_turn_of_a_year() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_001, "2000-03-01T00:00:00.001Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
            (1_767_225_599_000, "2025-12-31T23:59:59.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(date_time(ms), text);
        }
    }
}
