//! The offers of the house: data, read and checked once at start.

use std::collections::BTreeMap;

use contract::money::Currency;
use contract::promotions::OfferKind;
use serde::Deserialize;
use thiserror::Error;

use super::offer::{Rule, Terms};
use crate::language;

const DEFAULT: &str = include_str!("offers.toml");
const DAY_MS: i64 = 24 * 3600 * 1000;

/// Why the data is not used.
#[derive(Debug, Error)]
pub enum CatalogueError {
    /// It can't be read.
    #[error("offers.toml: {0}")]
    Read(#[from] toml::de::Error),
    /// A value makes no sense.
    #[error("offers.toml: {offer}: {what}")]
    Value {
        /// In which offer.
        offer: String,
        /// What is wrong.
        what: &'static str,
    },
}

/// The words of an offer in one language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) terms: String,
    pub(super) eligible: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    offer: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    kind: OfferKind,
    terms_version: u32,
    currency: Currency,
    reward_is_bonus: bool,
    valid_days: u16,
    roulette_percent: u32,
    baccarat_percent: u32,
    max_bet_minor: i64,
    max_win_minor: i64,
    rule: Rule,
    words: BTreeMap<String, Words>,
}

/// An offer of the house.
#[derive(Clone, Debug)]
pub(super) struct HouseOffer {
    pub(super) id: String,
    pub(super) kind: OfferKind,
    pub(super) currency: Currency,
    pub(super) reward_is_bonus: bool,
    pub(super) max_win_minor: i64,
    pub(super) terms: Terms,
    pub(super) words: BTreeMap<String, Words>,
}

/// The offers in the order to show.
pub(super) fn house_offers() -> Result<Vec<HouseOffer>, CatalogueError> {
    read(DEFAULT)
}

fn read(text: &str) -> Result<Vec<HouseOffer>, CatalogueError> {
    let entries = toml::from_str::<File>(text)?.offer;
    let mut offers: Vec<HouseOffer> = Vec::with_capacity(entries.len());
    for entry in entries {
        let wrong = |what| CatalogueError::Value { offer: entry.id.clone(), what };
        check(&entry).map_err(wrong)?;
        if offers.iter().any(|other| other.id == entry.id) {
            return Err(wrong("the id is taken"));
        }
        let terms = Terms {
            version: entry.terms_version,
            rule: entry.rule,
            roulette_percent: entry.roulette_percent,
            baccarat_percent: entry.baccarat_percent,
            max_bet_minor: entry.max_bet_minor,
            valid_ms: i64::from(entry.valid_days) * DAY_MS,
        };
        let Entry { id, kind, currency, reward_is_bonus, max_win_minor, words, .. } = entry;
        offers.push(HouseOffer { id, kind, currency, reward_is_bonus, max_win_minor, terms, words });
    }
    Ok(offers)
}

fn check(entry: &Entry) -> Result<(), &'static str> {
    let positive = match entry.rule {
        Rule::Match { percent, cap_minor, min_deposit_minor, multiplier } => {
            // A deposit that is matched is matched with something.
            (1..=10).contains(&multiplier) && cap_minor > 0 && min_deposit_minor * i64::from(percent) >= 100
        }
        Rule::Wager { target_minor, reward_minor } => target_minor > 0 && reward_minor > 0,
        Rule::Rounds { target, reward_minor } => target > 0 && reward_minor > 0,
    };
    if !positive {
        return Err("rule: amounts are more than 0, and wagering is 1 to 10 times");
    }
    if entry.terms_version == 0 || entry.valid_days == 0 || entry.max_bet_minor <= 0 || entry.max_win_minor <= 0 {
        return Err("terms_version, valid_days, max_bet_minor and max_win_minor are more than 0");
    }
    if entry.roulette_percent > 100 || entry.baccarat_percent > 100 {
        return Err("a stake counts at most 100 percent");
    }
    if !entry.words.contains_key(language::FALLBACK) {
        return Err("words: English is missing");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_has_three_offers_in_five_languages() {
        let offers = house_offers().expect("the data is good");
        let ids: Vec<_> = offers.iter().map(|offer| offer.id.as_str()).collect();
        assert_eq!(ids, ["welcome-match", "free-bets", "explorer"]);
        for offer in &offers {
            let languages: Vec<_> = offer.words.keys().map(String::as_str).collect();
            assert_eq!(languages, ["ar", "de", "en", "es", "ja"], "{}", offer.id);
            for (language, words) in &offer.words {
                for text in [&words.title, &words.summary, &words.terms, &words.eligible] {
                    assert!(!text.trim().is_empty(), "{} {language}", offer.id);
                }
            }
        }
    }

    #[test]
    fn senseless_data_is_refused_by_name() {
        let wrong = DEFAULT.replacen("multiplier = 5", "multiplier = 40", 1);
        let error = read(&wrong).expect_err("too much wagering").to_string();
        assert!(error.contains("welcome-match: rule"), "{error}");
        let wrong = DEFAULT.replacen("id = \"free-bets\"", "id = \"welcome-match\"", 1);
        assert!(read(&wrong).expect_err("twice").to_string().contains("taken"));
    }
}
