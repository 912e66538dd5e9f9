//! Days, weeks and months as the market's clocks show them: pure.
//!
//! A day has 23 or 25 hours when daylight saving begins or ends; weeks and months are made of days, so
//! what is counted by the day adds up to both.

use contract::limits::Period;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp, ToSpan, Zoned};

const EPOCH: Date = Date::constant(1970, 1, 1);
const HOURS_OF_A_DAY: i64 = 24;

/// A day of the market's calendar: how many have passed since the first of January 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::wallet) struct Day(pub(in crate::wallet) i64);

/// The days of a period, and when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::wallet) struct Window {
    pub(in crate::wallet) first: Day,
    /// The first day after it.
    pub(in crate::wallet) after: Day,
    /// When the first day begins, Unix milliseconds.
    pub(in crate::wallet) begins_at_ms: i64,
    /// When the first day after it begins.
    pub(in crate::wallet) resets_at_ms: i64,
}

impl Window {
    pub(super) fn days(&self) -> std::ops::Range<Day> {
        self.first..self.after
    }
}

/// No such time zone.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no time zone of the tz database")]
pub struct UnknownZone(String);

/// The market's calendar.
#[derive(Debug)]
pub(super) struct Calendar(TimeZone);

impl Calendar {
    /// By the zone's name in the tz database, which is built in: `Europe/Malta`.
    pub(super) fn of(zone: &str) -> Result<Self, UnknownZone> {
        TimeZone::get(zone).map(Self).map_err(|_| UnknownZone(zone.to_owned()))
    }

    /// Its time zone's name.
    pub(super) fn zone(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The day at a time.
    pub(super) fn day(&self, at_ms: i64) -> Day {
        number(self.at(at_ms).date())
    }

    /// The period around a time.
    pub(super) fn window(&self, period: Period, at_ms: i64) -> Window {
        let date = self.at(at_ms).date();
        let (first, length) = match period {
            Period::Day => (date, 1.day()),
            Period::Week => (date.saturating_sub(date.weekday().to_monday_zero_offset().days()), 1.week()),
            Period::Month => (date.first_of_month(), 1.month()),
        };
        let after = first.saturating_add(length);
        Window {
            first: number(first),
            after: number(after),
            begins_at_ms: self.begins(first),
            resets_at_ms: self.begins(after),
        }
    }

    /// The time from one moment to another, by the day.
    pub(super) fn split(&self, from_ms: i64, to_ms: i64) -> Vec<(Day, i64)> {
        let mut pieces = Vec::new();
        let mut from_ms = from_ms;
        while from_ms < to_ms {
            let Window { first, resets_at_ms, .. } = self.window(Period::Day, from_ms);
            // At the end of all time a day has no end after its beginning.
            let end_ms = if resets_at_ms > from_ms { resets_at_ms.min(to_ms) } else { to_ms };
            pieces.push((first, end_ms - from_ms));
            from_ms = end_ms;
        }
        pieces
    }

    /// The time that is a span later, at the same hour of the day where it is one of days or longer.
    pub(super) fn later(&self, at_ms: i64, span: Span) -> i64 {
        self.at(at_ms).saturating_add(span).timestamp().as_millisecond()
    }

    fn at(&self, at_ms: i64) -> Zoned {
        let end = if at_ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Timestamp::from_millisecond(at_ms).unwrap_or(end).to_zoned(self.0.clone())
    }

    fn begins(&self, date: Date) -> i64 {
        date.to_zoned(self.0.clone()).map_or(Timestamp::MAX, |midnight| midnight.timestamp()).as_millisecond()
    }
}

fn number(date: Date) -> Day {
    let since: SignedDuration = date.duration_since(EPOCH);
    Day(since.as_hours() / HOURS_OF_A_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR_MS: i64 = 3_600_000;

    fn malta() -> Calendar {
        Calendar::of("Europe/Malta").expect("a zone")
    }

    fn ms(text: &str) -> i64 {
        text.parse::<Zoned>().expect("a time").timestamp().as_millisecond()
    }

    #[test]
    fn a_day_ends_at_the_markets_midnight_also_when_the_clocks_change() {
        let calendar = malta();
        let day = |text: &str| calendar.window(Period::Day, ms(text));
        let plain = day("2026-01-15T00:00[Europe/Malta]");
        assert_eq!(plain.resets_at_ms - ms("2026-01-15T00:00[Europe/Malta]"), 24 * HOUR_MS);
        assert_eq!(plain, day("2026-01-15T23:59:59.999[Europe/Malta]"));
        assert_eq!(plain.after, day("2026-01-16T00:00[Europe/Malta]").first);
        let short = day("2026-03-29T12:00[Europe/Malta]");
        assert_eq!(short.resets_at_ms - ms("2026-03-29T00:00[Europe/Malta]"), 23 * HOUR_MS);
        let long = day("2026-10-25T12:00[Europe/Malta]");
        assert_eq!(long.resets_at_ms - ms("2026-10-25T00:00[Europe/Malta]"), 25 * HOUR_MS);
    }

    #[test]
    fn a_week_begins_on_monday_and_a_month_on_its_first() {
        let calendar = malta();
        let sunday = ms("2026-11-22T23:59[Europe/Malta]");
        let week = calendar.window(Period::Week, sunday);
        assert_eq!(week.first, calendar.day(ms("2026-11-16T00:00[Europe/Malta]")));
        assert_eq!(week.resets_at_ms, ms("2026-11-23T00:00[Europe/Malta]"));
        let month = calendar.window(Period::Month, sunday);
        assert_eq!(month.first, calendar.day(ms("2026-11-01T00:00[Europe/Malta]")));
        assert_eq!(month.resets_at_ms, ms("2026-12-01T00:00[Europe/Malta]"));
    }

    #[test]
    fn a_break_ends_at_the_same_hour() {
        let calendar = malta();
        let at = ms("2026-08-31T18:00[Europe/Malta]");
        assert_eq!(calendar.later(at, 6.months()), ms("2027-02-28T18:00[Europe/Malta]"));
        let before_summer = ms("2026-03-28T18:00[Europe/Malta]");
        assert_eq!(calendar.later(before_summer, 1.week()) - before_summer, 7 * 24 * HOUR_MS - HOUR_MS);
        assert_eq!(calendar.later(before_summer, 24.hours()) - before_summer, 24 * HOUR_MS);
    }

    #[test]
    fn the_ends_of_time_are_no_panic() {
        let calendar = malta();
        for at_ms in [i64::MIN, i64::MAX, 0, -1] {
            for period in Period::ALL {
                assert!(calendar.window(*period, at_ms).first <= calendar.day(at_ms));
            }
            calendar.later(at_ms, 1200.months());
            assert!(!calendar.split(at_ms.saturating_sub(1), at_ms.saturating_add(1)).is_empty());
        }
    }

    proptest! {
        #[test]
        fn every_moment_is_in_its_periods_and_time_is_split_without_loss(
            at_ms in 0..4_000_000_000_000_i64,
            length_ms in 0..200_000_000_i64,
            zone in prop::sample::select(vec!["Europe/Malta", "America/Havana", "Pacific/Apia", "UTC"]),
        ) {
            let calendar = Calendar::of(zone).expect("a zone");
            let today = calendar.day(at_ms);
            for period in Period::ALL {
                let window = calendar.window(*period, at_ms);
                prop_assert!(window.days().contains(&today) && at_ms < window.resets_at_ms);
                // Apia once went from the 29th of December to the 31st.
                prop_assert!(calendar.day(window.resets_at_ms) >= window.after);
                prop_assert!(calendar.day(window.resets_at_ms - 1) < window.after);
            }
            let pieces = calendar.split(at_ms, at_ms + length_ms);
            prop_assert_eq!(pieces.iter().map(|(_, ms)| ms).sum::<i64>(), length_ms);
            prop_assert!(pieces.iter().all(|(_, ms)| *ms > 0) && pieces.is_sorted_by(|a, b| a.0 < b.0));
        }
    }
}
