//! The offers of the house: data, read and checked once at start.
//!
//! **Architecture invariant:** what a player has accepted stays as it was. Terms that change are another
//! version beside the one before, and what a player has is judged by the version that it names.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::money::Currency;
use contract::promotions::OfferKind;
use serde::Deserialize;
use thiserror::Error;

use super::offer::{Rule, Standing, Terms};
use crate::language;
use crate::store::StoreError;

const HOUSE: &str = include_str!("offers.toml");
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
    /// Terms that somebody has are missing.
    #[error(
        "offers.toml: {offer}: players have accepted version {version} of its terms, which is not there; \
         put that [[offer]] back as it was, beside the newer ones"
    )]
    Accepted {
        /// In which offer.
        offer: String,
        /// Which version.
        version: u32,
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

/// One version of an offer's terms, with all that a player accepts with it.
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub(super) terms: Terms,
    pub(super) reward_is_bonus: bool,
    pub(super) max_win_minor: i64,
    pub(super) words: BTreeMap<String, Words>,
}

/// An offer of the house.
#[derive(Clone, Debug)]
pub(super) struct HouseOffer {
    pub(super) id: String,
    pub(super) kind: OfferKind,
    pub(super) currency: Currency,
    /// What can be opted into.
    pub(super) on_offer: Version,
    /// What could be before.
    earlier: Vec<Version>,
}

impl HouseOffer {
    /// The version that decides: the one that the player has accepted; before that, the one on offer.
    pub(super) fn version_for(&self, standing: &Standing) -> Result<&Version, StoreError> {
        if standing.terms_version == 0 {
            return Ok(&self.on_offer);
        }
        // Every one was there at the start. Since then another process may have been started that has a newer one.
        self.version(standing.terms_version).ok_or_else(|| {
            let (id, version) = (&self.id, standing.terms_version);
            StoreError::Mistake(format!("{id}: version {version} of its terms was accepted and is not known here"))
        })
    }

    fn version(&self, number: u32) -> Option<&Version> {
        std::iter::once(&self.on_offer).chain(&self.earlier).find(|version| version.terms.version == number)
    }

    /// Takes in another version. The highest is on offer.
    fn add(&mut self, version: Version) -> Result<(), &'static str> {
        if self.version(version.terms.version).is_some() {
            return Err("there is this terms_version of this id already");
        }
        if version.terms.version > self.on_offer.terms.version {
            self.earlier.push(std::mem::replace(&mut self.on_offer, version));
        } else {
            self.earlier.push(version);
        }
        Ok(())
    }
}

/// The offers in the order to show. A clone is another handle on the same ones.
#[derive(Clone, Debug)]
pub struct Catalogue(Arc<[HouseOffer]>);

impl Catalogue {
    /// Those of the house.
    ///
    /// # Errors
    /// They make no sense.
    pub fn house() -> Result<Self, CatalogueError> {
        Self::read(HOUSE)
    }

    /// Those of a text like the house's `offers.toml`, which says what is in there.
    ///
    /// # Errors
    /// It can't be read, or makes no sense.
    pub fn read(text: &str) -> Result<Self, CatalogueError> {
        let mut offers = Vec::new();
        for entry in toml::from_str::<File>(text)?.offer {
            let offer = entry.id.clone();
            add(&mut offers, entry).map_err(|what| CatalogueError::Value { offer, what })?;
        }
        Ok(Self(offers.into()))
    }

    pub(super) fn all(&self) -> &[HouseOffer] {
        &self.0
    }

    pub(super) fn find(&self, id: &str) -> Option<&HouseOffer> {
        self.0.iter().find(|offer| offer.id == id)
    }

    /// Refuses to go on without terms that somebody has accepted; given are offers and versions. An offer that is
    /// none any more has none that count.
    pub(super) fn require(&self, accepted: Vec<(String, u32)>) -> Result<(), CatalogueError> {
        for (offer, version) in accepted {
            if self.find(&offer).is_some_and(|offer| offer.version(version).is_none()) {
                return Err(CatalogueError::Accepted { offer, version });
            }
        }
        Ok(())
    }
}

/// Takes in an offer, or another version of one.
fn add(offers: &mut Vec<HouseOffer>, entry: Entry) -> Result<(), &'static str> {
    check(&entry)?;
    let terms = Terms {
        version: entry.terms_version,
        rule: entry.rule,
        roulette_percent: entry.roulette_percent,
        baccarat_percent: entry.baccarat_percent,
        max_bet_minor: entry.max_bet_minor,
        valid_ms: i64::from(entry.valid_days) * DAY_MS,
    };
    let Entry { id, kind, currency, reward_is_bonus, max_win_minor, words, .. } = entry;
    let version = Version { terms, reward_is_bonus, max_win_minor, words };
    let Some(at) = offers.iter().position(|offer| offer.id == id) else {
        offers.push(HouseOffer { id, kind, currency, on_offer: version, earlier: Vec::new() });
        return Ok(());
    };
    if (offers[at].kind, offers[at].currency) != (kind, currency) {
        return Err("another version has another kind or currency: it is another offer, with an id of its own");
    }
    offers[at].add(version)
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
    use super::super::offer::{Input, Stage, step};
    use super::*;

    /// The house's offers, with the first one in another version as well.
    fn with_another(change: impl FnOnce(String) -> String) -> Result<Catalogue, CatalogueError> {
        let first = HOUSE.split("\n[[offer]]\n").nth(1).expect("an offer");
        Catalogue::read(&format!("{HOUSE}\n[[offer]]\n{}", change(first.to_owned())))
    }

    #[test]
    fn the_house_has_three_offers_in_five_languages() {
        let offers = Catalogue::house().expect("the data is good");
        let ids: Vec<_> = offers.all().iter().map(|offer| offer.id.as_str()).collect();
        assert_eq!(ids, ["welcome-match", "free-bets", "explorer"]);
        for offer in offers.all() {
            for version in std::iter::once(&offer.on_offer).chain(&offer.earlier) {
                let languages: Vec<_> = version.words.keys().map(String::as_str).collect();
                assert_eq!(languages, ["ar", "de", "en", "es", "ja"], "{}", offer.id);
                for (language, words) in &version.words {
                    for text in [&words.title, &words.summary, &words.terms, &words.eligible] {
                        assert!(!text.trim().is_empty(), "{} {language}", offer.id);
                    }
                }
            }
        }
    }

    #[test]
    fn senseless_data_is_refused_by_name() {
        let wrong = HOUSE.replacen("multiplier = 5", "multiplier = 40", 1);
        let error = Catalogue::read(&wrong).expect_err("too much wagering").to_string();
        assert!(error.contains("welcome-match: rule"), "{error}");
        let error = with_another(|first| first).expect_err("twice").to_string();
        assert!(error.contains("welcome-match: there is this terms_version"), "{error}");
        let second = |first: String| first.replacen("terms_version = 1", "terms_version = 2", 1);
        let error = with_another(|first| second(first).replacen("EUR", "USD", 1)).expect_err("dollars").to_string();
        assert!(error.contains("welcome-match: another version has another kind or currency"), "{error}");
    }

    #[test]
    fn what_a_player_has_is_judged_by_the_terms_that_they_accepted() {
        let catalogue = with_another(|first| {
            first.replacen("terms_version = 1", "terms_version = 2", 1).replacen("multiplier = 5", "multiplier = 6", 1)
        });
        let catalogue = catalogue.expect("two versions");
        assert_eq!(catalogue.all().len(), 3);
        let offer = catalogue.find("welcome-match").expect("the offer");
        let version = |terms_version| {
            let standing = Standing { terms_version, ..Standing::NEW };
            offer.version_for(&standing).map(|version| version.terms.version)
        };
        assert_eq!((version(0), version(1), version(2)), (Ok(2), Ok(1), Ok(2)));
        assert!(version(3).is_err());

        // Five times the matched amount: earned, whatever others have to wager by now.
        let earned = Standing {
            stage: Stage::Earned,
            matched_minor: 10_000,
            counted: 50_000,
            settled: 50_000,
            opted_in_at_ms: 1,
            expires_at_ms: 2,
            terms_version: 1,
            version: 4,
        };
        let terms = &offer.version_for(&earned).expect("it is there").terms;
        assert_eq!(step(terms, earned, Input::Tick { now_ms: 3 }), Ok((earned, Vec::new())));
    }

    #[test]
    fn terms_that_somebody_has_are_not_left_out() {
        let house = Catalogue::house().expect("the data is good");
        let accepted = |offer: &str, version| house.require(vec![(offer.to_owned(), version)]);
        assert!(accepted("welcome-match", 1).is_ok());
        assert!(accepted("an-offer-that-is-gone", 7).is_ok());
        let error = accepted("welcome-match", 2).expect_err("it is not there").to_string();
        assert!(error.contains("welcome-match: players have accepted version 2"), "{error}");
    }
}
