//! Progress against the bets in the ledger, and rewards against claims.
//!
//! What a bet counts is computed here a second time, from the terms as they are written; nothing of what
//! counts bets as they come is used.

use super::Times;
use super::report::{Difference, Kind, Report};
use crate::promotions::offer::{Rule, Stage, Terms};
use crate::promotions::reconcile::{CountedBet, House, Taken};
use crate::wallet::reconcile::{Bet, BetState, Books, Entry};
use contract::live::Game;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Bets so near to the moment from which on they count may have been written in another order than that of
/// their times: either is right.
const EDGE_MS: i64 = 5_000;

/// The wallet's side, by player.
struct Ledger<'a> {
    bets: HashMap<&'a str, &'a Bet>,
    bets_of: HashMap<&'a str, Vec<&'a Bet>>,
    deposits_of: HashMap<&'a str, Vec<&'a Entry>>,
    rewards: BTreeMap<(&'a str, &'a str), Vec<&'a Entry>>,
}

pub(super) fn compare(taken: &[Taken], wallet: &Books, times: Times, report: &mut Report) {
    let mut ledger = Ledger {
        bets: wallet.bets.iter().map(|bet| (bet.id.as_str(), bet)).collect(),
        bets_of: HashMap::new(),
        deposits_of: HashMap::new(),
        rewards: BTreeMap::new(),
    };
    for bet in &wallet.bets {
        ledger.bets_of.entry(&bet.player).or_default().push(bet);
    }
    for deposit in &wallet.deposits {
        ledger.deposits_of.entry(&deposit.player).or_default().push(deposit);
    }
    for reward in &wallet.rewards {
        let offer = reward.reference.as_deref().unwrap_or_default();
        ledger.rewards.entry((&reward.player, offer)).or_default().push(reward);
    }
    for taken in taken {
        sums(taken, report);
        // Where the offer ended before, its bets were judged then and are not read again: only the claim is new.
        if let Some(house) = taken.house.as_ref().filter(|_| times.is_judged(taken.standing.expires_at_ms)) {
            progress(taken, house, &ledger, report);
        }
        let entries = ledger.rewards.remove(&(taken.player.as_str(), taken.offer.as_str())).unwrap_or_default();
        rewards(taken, &entries, report);
    }
    let unclaimed = ledger.rewards.values().flatten().filter(|entry| times.is_judged(entry.at_ms));
    for entry in unclaimed {
        report.add(reward(entry, Kind::RewardWithoutClaim, None, "nobody has taken the offer"));
    }
}

fn differs(taken: &Taken, (expected, found): (i64, i64), at_ms: i64, detail: String) -> Difference {
    Difference {
        kind: Kind::ProgressDiffers,
        id: taken.offer.clone(),
        player: taken.player.clone(),
        expected: Some(expected),
        found: Some(found),
        currency: None,
        detail,
        at_ms,
    }
}

/// What is kept beside the counted bets is their sum. They are of one snapshot: nothing is in flight.
fn sums(taken: &Taken, report: &mut Report) {
    let sum =
        |of: &dyn Fn(&CountedBet) -> bool| taken.bets.iter().filter(|bet| of(bet)).map(|bet| bet.counted).sum::<i64>();
    let standing = &taken.standing;
    for (what, sum, kept) in
        [("counted", sum(&|_| true), standing.counted), ("settled", sum(&|bet| bet.settled), standing.settled)]
    {
        if sum != kept {
            let detail = format!("what is {what} is not the sum of its bets");
            report.add(differs(taken, (sum, kept), standing.opted_in_at_ms, detail));
        }
    }
}

/// The counted bets are the ledger's that qualify, each with what it counts by the terms.
fn progress(taken: &Taken, house: &House, ledger: &Ledger<'_>, report: &mut Report) {
    let standing = &taken.standing;
    let Some(From { may_ms, must_ms }) = counts_from(taken, house, ledger, report) else { return };
    let mut first_of: BTreeSet<&str> = BTreeSet::new();
    for counted in &taken.bets {
        let Some(bet) = ledger.bets.get(counted.id.as_str()).filter(|bet| bet.player == taken.player) else {
            let detail = format!("bet {} counts and is not in the ledger", counted.id);
            report.add(differs(taken, (0, counted.counted), standing.opted_in_at_ms, detail));
            continue;
        };
        let moved_ms = bet.ended_ms.unwrap_or(bet.placed_ms).max(bet.placed_ms);
        if bet.state == BetState::RolledBack {
            let detail = format!("bet {} counts and was taken back", bet.id);
            report.add(differs(taken, (0, counted.counted), moved_ms, detail));
        } else if counted.settled && bet.state == BetState::Open {
            let detail = format!("bet {} counts as settled and is open", bet.id);
            report.add(differs(taken, (0, counted.counted), moved_ms, detail));
        } else if !counted.settled && bet.state == BetState::Settled {
            let detail = format!("bet {} was settled and does not count as that", bet.id);
            report.add(differs(taken, (counted.counted, 0), moved_ms, detail));
        }
        let in_time = (may_ms..standing.expires_at_ms).contains(&bet.placed_ms);
        let share = contribution(&house.terms, bet).filter(|_| in_time && bet.currency == Some(house.currency));
        let expected = match house.terms.rule {
            // One bet of a round counts for it, whichever.
            Rule::Rounds { .. } => share.map(|_| i64::from(counted.counted > 0 && first_of.insert(&counted.round))),
            Rule::Match { .. } | Rule::Wager { .. } => share,
        };
        if expected.unwrap_or(0) != counted.counted {
            let detail = format!("bet {} counts otherwise than the terms say", bet.id);
            report.add(differs(taken, (expected.unwrap_or(0), counted.counted), moved_ms, detail));
        }
    }
    missing(taken, house, ledger, must_ms, report);
}

/// The ledger's bets that qualify and do not count. After a claim none has to.
fn missing(taken: &Taken, house: &House, ledger: &Ledger<'_>, must_ms: i64, report: &mut Report) {
    if matches!(taken.standing.stage, Stage::Claiming | Stage::Claimed) {
        return;
    }
    let counted: BTreeSet<&str> = taken.bets.iter().map(|bet| bet.id.as_str()).collect();
    let certain = must_ms..taken.standing.expires_at_ms;
    for bet in ledger.bets_of.get(taken.player.as_str()).into_iter().flatten() {
        let share = contribution(&house.terms, bet).filter(|_| bet.currency == Some(house.currency));
        let (Some(share), false) = (share, counted.contains(bet.id.as_str())) else { continue };
        if certain.contains(&bet.placed_ms) && bet.state != BetState::RolledBack {
            let detail = format!("bet {} qualifies and does not count", bet.id);
            report.add(differs(taken, (share, 0), bet.placed_ms, detail));
        }
    }
}

/// From when on a bet may count, and from when on it must.
struct From {
    may_ms: i64,
    must_ms: i64,
}

/// From when on bets count: the opt-in, or the deposit that is matched. Nothing if there is none yet.
fn counts_from(taken: &Taken, house: &House, ledger: &Ledger<'_>, report: &mut Report) -> Option<From> {
    let standing = &taken.standing;
    let Rule::Match { percent, cap_minor, min_deposit_minor, .. } = house.terms.rule else {
        return Some(From {
            may_ms: standing.opted_in_at_ms,
            must_ms: standing.opted_in_at_ms.saturating_add(EDGE_MS),
        });
    };
    let in_time = |deposit: &&&Entry| {
        deposit.currency == house.currency
            && deposit.cash_minor >= min_deposit_minor
            && (standing.opted_in_at_ms..standing.expires_at_ms).contains(&deposit.at_ms)
    };
    let first = ledger.deposits_of.get(taken.player.as_str())?.iter().find(in_time);
    let matched_minor = first.map_or(0, |deposit| share(deposit.cash_minor, percent).min(cap_minor));
    if matched_minor != standing.matched_minor {
        let at_ms = first.map_or(standing.opted_in_at_ms, |deposit| deposit.at_ms);
        let detail = "another deposit is matched than the first that qualifies".to_owned();
        let currency = Some(house.currency);
        report.add(Difference { currency, ..differs(taken, (matched_minor, standing.matched_minor), at_ms, detail) });
        return None;
    }
    first.map(|deposit| From {
        may_ms: deposit.at_ms.saturating_sub(EDGE_MS).max(standing.opted_in_at_ms),
        must_ms: deposit.at_ms.saturating_add(EDGE_MS),
    })
}

/// What a bet counts by the terms; nothing if it does not.
fn contribution(terms: &Terms, bet: &Bet) -> Option<i64> {
    let percent = match bet.game? {
        Game::Roulette => terms.roulette_percent,
        Game::Baccarat => terms.baccarat_percent,
    };
    if percent == 0 || bet.stake_minor < 1 || bet.stake_minor > terms.max_bet_minor {
        return None;
    }
    Some(match terms.rule {
        Rule::Rounds { .. } => 1,
        Rule::Match { .. } | Rule::Wager { .. } => share(bet.stake_minor, percent),
    })
}

fn share(amount_minor: i64, percent: u32) -> i64 {
    i64::try_from(i128::from(amount_minor) * i128::from(percent) / 100).unwrap_or(i64::MAX)
}

fn rewards(taken: &Taken, entries: &[&Entry], report: &mut Report) {
    let standing = &taken.standing;
    let owed = taken.owed.as_ref().map(|owed| (owed.amount_minor, owed.bonus)).or_else(|| {
        // An earlier version did not write down what is owed: it is what the terms say.
        taken.house.as_ref().map(|house| (standing.reward_minor(&house.terms), house.bonus))
    });
    let claimed_ms = taken.owed.as_ref().map_or(standing.opted_in_at_ms, |owed| owed.claimed_at_ms);
    let unpaid = |kind, detail: &str| Difference {
        kind,
        expected: owed.map(|(amount_minor, _)| amount_minor),
        found: None,
        currency: taken.house.as_ref().map(|house| house.currency),
        ..differs(taken, (0, 0), claimed_ms, detail.to_owned())
    };
    match (standing.stage, entries) {
        (Stage::Claimed, []) => report.add(unpaid(Kind::ClaimWithoutEntry, "held for paid; no entry says so")),
        (Stage::Claiming, []) => report.add(unpaid(Kind::ClaimNotPaid, "claimed and not credited")),
        (Stage::Claiming, [entry, ..]) => {
            let owed = owed.map(|(amount_minor, _)| amount_minor);
            report.add(reward(entry, Kind::ClaimNotPaid, owed, "credited; the claim is not closed"));
        }
        (Stage::Claimed, _) => {}
        (Stage::Offered | Stage::Active | Stage::Earned | Stage::Expired, entries) => {
            for entry in entries {
                report.add(reward(entry, Kind::RewardWithoutClaim, None, "the reward was not claimed"));
            }
            return;
        }
    }
    let Some((first, more)) = entries.split_first() else { return };
    for entry in more {
        report.add(reward(entry, Kind::RewardPaidTwice, None, &format!("{} is its first credit", first.id)));
    }
    if let Some((amount_minor, bonus)) = owed {
        let paid = if bonus { first.bonus_minor } else { first.cash_minor };
        if paid != amount_minor || first.amount_minor() != amount_minor {
            let what = if bonus { "owed as bonus money" } else { "owed as cash" };
            report.add(reward(first, Kind::RewardAmountDiffers, Some(amount_minor), what));
        }
    }
}

fn reward(entry: &Entry, kind: Kind, expected: Option<i64>, detail: &str) -> Difference {
    Difference {
        kind,
        id: entry.id.clone(),
        player: entry.player.clone(),
        expected,
        found: Some(entry.amount_minor()),
        currency: Some(entry.currency),
        detail: format!("{}: {detail}", entry.reference.as_deref().unwrap_or("no offer")),
        at_ms: entry.at_ms,
    }
}
