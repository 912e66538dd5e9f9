//! The rules that differ from market to market: data, read and checked once at start.

use super::calendar::{Calendar, Day, UnknownZone, Window};
use contract::limits::{LimitKind, Period};
use contract::money::Currency;
use serde::Deserialize;
use thiserror::Error;

const HOUSE: &str = include_str!("market.toml");
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// A session, a pause or the time that a stake counts is no longer than a day.
const MOST_MINUTES: u32 = 24 * 60;
/// A player waits for a higher limit for a year at most.
const MOST_HOURS: u32 = 366 * 24;
/// Further than any self-exclusion goes: a hundred years.
const MOST_MONTHS: u32 = 1200;

/// Why a market's rules are not used.
#[derive(Debug, Error)]
pub enum MarketError {
    /// The file can't be read.
    #[error("{0}")]
    File(#[from] std::io::Error),
    /// It is not what it should be.
    #[error("{0}")]
    Read(#[from] toml::de::Error),
    /// A time zone that nobody knows.
    #[error("time_zone: {0}")]
    Zone(#[from] UnknownZone),
    /// A value makes no sense.
    #[error("{field}: {what}")]
    Value {
        /// Which one.
        field: &'static str,
        /// What it has to be.
        what: &'static str,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    time_zone: String,
    increase_after_hours: u32,
    session_ends_after_minutes: u32,
    stake_counts_minutes: u32,
    check_choices_minutes: Vec<u32>,
    exclusion_least_months: u32,
    exclusion_most_months: u32,
    #[serde(default)]
    house_limit: Vec<HouseLimit>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HouseLimit {
    kind: LimitKind,
    period: Period,
    currency: Option<Currency>,
    value: i64,
}

/// A market's rules.
#[derive(Debug)]
pub struct Market {
    /// For the log.
    pub name: String,
    pub(super) calendar: Calendar,
    pub(super) increase_after_ms: i64,
    pub(super) session_ends_after_ms: i64,
    pub(super) stake_counts_ms: i64,
    /// Rising, at least one.
    pub(super) check_choices_minutes: Vec<u32>,
    pub(super) exclusion_months: std::ops::RangeInclusive<u32>,
    house_limits: Vec<HouseLimit>,
}

impl Market {
    /// What a day and a session are here, as a text: what is computed by it is computed anew when it changes.
    pub(in crate::wallet) fn counting(&self) -> String {
        format!("{}, a session ends after {} ms", self.calendar.zone(), self.session_ends_after_ms)
    }

    /// The day at a time.
    pub(in crate::wallet) fn day(&self, at_ms: i64) -> Day {
        self.calendar.day(at_ms)
    }

    /// The period around a time.
    pub(in crate::wallet) fn window(&self, period: Period, at_ms: i64) -> Window {
        self.calendar.window(period, at_ms)
    }

    /// The rules of the house's own market.
    ///
    /// # Errors
    /// The data that comes with the program makes no sense.
    pub fn house() -> Result<Self, MarketError> {
        Self::read(HOUSE)
    }

    /// The rules in a file.
    ///
    /// # Errors
    /// The file can't be read, or a value in it makes no sense.
    pub fn open(file: &std::path::Path) -> Result<Self, MarketError> {
        Self::read(&std::fs::read_to_string(file)?)
    }

    /// The rules in a text.
    ///
    /// # Errors
    /// A value makes no sense.
    pub fn read(text: &str) -> Result<Self, MarketError> {
        let file: File = toml::from_str(text)?;
        check(&file)?;
        Ok(Self {
            calendar: Calendar::of(&file.time_zone)?,
            name: file.name,
            increase_after_ms: i64::from(file.increase_after_hours) * HOUR_MS,
            session_ends_after_ms: i64::from(file.session_ends_after_minutes) * MINUTE_MS,
            stake_counts_ms: i64::from(file.stake_counts_minutes) * MINUTE_MS,
            check_choices_minutes: file.check_choices_minutes,
            exclusion_months: file.exclusion_least_months..=file.exclusion_most_months,
            house_limits: file.house_limit,
        })
    }

    /// Minutes between reality checks for a player who has chosen none: the longest choice.
    pub(super) fn check_minutes(&self) -> u32 {
        self.check_choices_minutes.last().copied().unwrap_or(MOST_MINUTES)
    }

    /// The limit for everybody, if there is one: the lowest.
    pub(super) fn limit(&self, kind: LimitKind, period: Period, currency: Currency) -> Option<i64> {
        let applies = |limit: &&HouseLimit| {
            limit.kind == kind && limit.period == period && limit.currency.is_none_or(|of| of == currency)
        };
        self.house_limits.iter().filter(applies).map(|limit| limit.value).min()
    }
}

fn check(file: &File) -> Result<(), MarketError> {
    let wrong = |field, what| Err(MarketError::Value { field, what });
    if !(1..=MOST_HOURS).contains(&file.increase_after_hours) {
        return wrong("increase_after_hours", "1 to 8784");
    }
    if !(1..=MOST_MINUTES).contains(&file.session_ends_after_minutes) {
        return wrong("session_ends_after_minutes", "1 to 1440");
    }
    if !(1..=file.session_ends_after_minutes).contains(&file.stake_counts_minutes) {
        return wrong("stake_counts_minutes", "1 to session_ends_after_minutes");
    }
    let choices = &file.check_choices_minutes;
    let in_range = choices.iter().all(|minutes| (1..=MOST_MINUTES).contains(minutes));
    if choices.is_empty() || !in_range || !choices.is_sorted_by(|a, b| a < b) {
        return wrong("check_choices_minutes", "one or more, rising, each 1 to 1440");
    }
    if file.exclusion_least_months == 0
        || file.exclusion_most_months < file.exclusion_least_months
        || file.exclusion_most_months > MOST_MONTHS
    {
        return wrong("exclusion_most_months", "exclusion_least_months to 1200, and that 1 or more");
    }
    for limit in &file.house_limit {
        if (limit.kind == LimitKind::Time) != limit.currency.is_none() {
            return wrong("house_limit.currency", "given for amounts, and only for them");
        }
        if !super::caps::allows(limit.kind, limit.value) {
            return wrong("house_limit.value", "0 or more, and no more than can be counted");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_plays_by_the_rules_that_the_domain_names() {
        let market = Market::house().expect("the data is good");
        assert_eq!(market.increase_after_ms, 24 * HOUR_MS);
        assert_eq!(market.exclusion_months, 6..=60);
        assert_eq!(market.check_minutes(), 60);
        assert_eq!(market.limit(LimitKind::Deposit, Period::Day, Currency::Eur), None);
    }

    #[test]
    fn a_house_limit_is_of_its_currency() {
        let text = format!(
            "{HOUSE}\n[[house_limit]]\nkind = 'deposit'\nperiod = 'day'\ncurrency = 'EUR'\nvalue = 7\n\
             [[house_limit]]\nkind = 'time'\nperiod = 'week'\nvalue = 60\n"
        );
        let market = Market::read(&text).expect("good rules");
        assert_eq!(market.limit(LimitKind::Deposit, Period::Day, Currency::Eur), Some(7));
        assert_eq!(market.limit(LimitKind::Deposit, Period::Day, Currency::Jpy), None);
        assert_eq!(market.limit(LimitKind::Deposit, Period::Week, Currency::Eur), None);
        assert_eq!(market.limit(LimitKind::Time, Period::Week, Currency::Jpy), Some(60));
    }

    #[test]
    fn senseless_rules_are_refused_by_name() {
        let refused = |from: &str, to: &str| {
            assert!(HOUSE.contains(from), "{from}");
            Market::read(&HOUSE.replacen(from, to, 1)).expect_err("senseless").to_string()
        };
        assert!(refused("Europe/Malta", "Europe/Atlantis").contains("time_zone"));
        assert!(refused("hours = 24", "hours = 0").contains("increase_after_hours"));
        assert!(refused("after_minutes = 30", "after_minutes = 0").contains("session_ends_after_minutes"));
        assert!(refused("counts_minutes = 5", "counts_minutes = 31").contains("stake_counts_minutes"));
        assert!(refused("[15, 30, 60]", "[]").contains("check_choices_minutes"));
        assert!(refused("[15, 30, 60]", "[30, 30]").contains("check_choices_minutes"));
        assert!(refused("least_months = 6", "least_months = 61").contains("exclusion"));
        assert!(refused("name =", "title =").contains("title"));
        let limit = |text: &str| Market::read(&format!("{HOUSE}\n[[house_limit]]\n{text}")).expect_err("senseless");
        assert!(limit("kind = 'stake'\nperiod = 'day'\nvalue = 5").to_string().contains("currency"));
        assert!(limit("kind = 'time'\nperiod = 'day'\nvalue = 50000").to_string().contains("value"));
    }
}
