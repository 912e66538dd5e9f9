//! What is known of the offers, from whichever side it came: the list, a reply, an event.
//!
//! They race each other, so an offer's version decides and nothing ever goes back.

use contract::event::OfferChanged;
use contract::promotions::{Offer, OfferState, Progress, ProgressUnit};

/// Takes in a whole list: its order counts, and of each offer the newer one.
#[must_use]
pub fn merge_list(known: &[Offer], next: Vec<Offer>) -> Vec<Offer> {
    let newer = |offer: Offer| match known.iter().find(|known| known.id == offer.id) {
        // Only where the player stands is versioned; the texts always come from the list.
        Some(known) if known.version > offer.version => Offer {
            state: known.state,
            progress: known.progress.clone(),
            reward_minor: known.reward_minor,
            version: known.version,
            ..offer
        },
        _ => offer,
    };
    next.into_iter().map(newer).collect()
}

/// Takes in one offer, the reply to a command.
pub fn merge_offer(known: &mut [Offer], next: Offer) {
    if let Some(offer) = known.iter_mut().find(|offer| offer.id == next.id && offer.version <= next.version) {
        *offer = next;
    }
}

/// Takes in an event. False if the offer is not known, so that the list has to be asked for.
pub fn merge_change(known: &mut [Offer], change: OfferChanged) -> bool {
    let Some(offer) = known.iter_mut().find(|offer| offer.id == change.offer) else {
        return false;
    };
    if offer.version < change.version {
        offer.state = change.state;
        offer.progress = change.progress;
        offer.reward_minor = change.reward_minor;
        offer.version = change.version;
    }
    true
}

/// How far, 0 to 100. Only what is complete counts as 100.
#[must_use]
pub fn percent(progress: &Progress) -> i64 {
    if progress.target <= 0 {
        return 100;
    }
    let current = i128::from(progress.current.clamp(0, progress.target));
    // The quotient is at most 100.
    i64::try_from(current * 100 / i128::from(progress.target)).unwrap_or(100)
}

/// Whether a player who takes part makes progress, or waits to claim: then the bar is shown.
#[must_use]
pub const fn shows_progress(state: OfferState) -> bool {
    matches!(state, OfferState::Active | OfferState::Earned)
}

/// Whether the progress counts money.
#[must_use]
pub const fn counts_money(progress: &Progress) -> bool {
    matches!(progress.unit, ProgressUnit::Money)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::money::Currency;
    use contract::promotions::{Conditions, OfferKind};

    fn progress(current: i64, target: i64) -> Progress {
        Progress { unit: ProgressUnit::Money, current, target }
    }

    fn offer(id: &str, version: u64, state: OfferState) -> Offer {
        Offer {
            id: id.into(),
            kind: OfferKind::Mission,
            state,
            title: format!("title {version}"),
            summary: String::new(),
            terms: String::new(),
            terms_version: 1,
            conditions: Conditions {
                wagering_multiplier: 0,
                roulette_percent: 100,
                baccarat_percent: 100,
                min_deposit_minor: None,
                max_bet_minor: 0,
                max_win_minor: 0,
                expires_at_ms: 0,
                eligible: String::new(),
            },
            progress: progress(0, 10),
            reward_minor: 500,
            reward_is_bonus: false,
            currency: Currency::Eur,
            version,
        }
    }

    fn change(id: &str, version: u64, state: OfferState) -> OfferChanged {
        OfferChanged { offer: id.into(), state, progress: progress(10, 10), reward_minor: 700, version }
    }

    #[test]
    fn an_older_event_changes_nothing() {
        let mut known = vec![offer("a", 5, OfferState::Active)];
        assert!(merge_change(&mut known, change("a", 5, OfferState::Offered)));
        assert!(merge_change(&mut known, change("a", 4, OfferState::Offered)));
        assert_eq!(known[0].state, OfferState::Active);
        assert!(merge_change(&mut known, change("a", 6, OfferState::Earned)));
        assert_eq!((known[0].state, known[0].reward_minor, known[0].progress.current), (OfferState::Earned, 700, 10));
    }

    #[test]
    fn an_event_of_an_unknown_offer_asks_for_the_list() {
        assert!(!merge_change(&mut [offer("a", 1, OfferState::Offered)], change("b", 1, OfferState::Active)));
    }

    #[test]
    fn a_list_read_before_an_event_keeps_the_event() {
        let mut known = vec![offer("a", 1, OfferState::Active), offer("gone", 1, OfferState::Offered)];
        assert!(merge_change(&mut known, change("a", 3, OfferState::Earned)));
        let merged = merge_list(&known, vec![offer("new", 1, OfferState::Offered), offer("a", 2, OfferState::Active)]);
        let stands: Vec<_> = merged.iter().map(|offer| (offer.id.as_str(), offer.state)).collect();
        assert_eq!(stands, [("new", OfferState::Offered), ("a", OfferState::Earned)]);
        assert_eq!(merged[1].title, "title 2", "texts follow the list");
    }

    #[test]
    fn a_late_reply_does_not_undo_an_event() {
        let mut known = vec![offer("a", 3, OfferState::Claimed)];
        merge_offer(&mut known, offer("a", 2, OfferState::Earned));
        assert_eq!(known[0].state, OfferState::Claimed);
        merge_offer(&mut known, offer("a", 4, OfferState::Expired));
        assert_eq!(known[0].state, OfferState::Expired);
    }

    #[test]
    fn percent_is_exact_at_its_ends() {
        assert_eq!(percent(&progress(0, 300)), 0);
        assert_eq!(percent(&progress(299, 300)), 99, "almost is not done");
        assert_eq!(percent(&progress(300, 300)), 100);
        assert_eq!(percent(&progress(900, 300)), 100);
        assert_eq!(percent(&progress(-5, 300)), 0);
        assert_eq!(percent(&progress(0, 0)), 100);
        assert_eq!(percent(&progress(i64::MAX, i64::MAX)), 100);
    }
}
