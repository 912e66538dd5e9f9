//! The vendor's statement against the wallet's transactions and bets.

use super::Times;
use super::report::{Difference, Kind, Report};
use crate::wallet::reconcile::{Bet, BetState, Books, Move};
use contract::vendor::{StatementKind, StatementLine, StatementState};
use std::collections::{HashMap, HashSet};

/// The wallet's side, by the vendor's ids.
struct Ledger<'a> {
    moves: HashMap<&'a str, &'a Move>,
    bets: HashMap<&'a str, &'a Bet>,
}

pub(super) fn compare(lines: &[StatementLine], wallet: &Books, times: Times, report: &mut Report) {
    let ledger = Ledger {
        moves: wallet.moves.iter().map(|moved| (moved.id.as_str(), moved)).collect(),
        bets: wallet.bets.iter().map(|bet| (bet.id.as_str(), bet)).collect(),
    };
    let known: HashMap<&str, &StatementLine> = lines.iter().map(|line| (line.transaction.as_str(), line)).collect();
    for line in lines.iter().filter(|line| line.at_ms > wallet.begun_ms) {
        let moved = ledger.moves.get(line.transaction.as_str()).copied();
        // A stake may go back days after its bet, by nobody's line: then the bet's own is what tells of it.
        let ended_ms = ledger.bets.get(line.transaction.as_str()).and_then(|bet| bet.ended_ms);
        let newest_ms = moved.map(|moved| moved.at_ms).into_iter().chain(ended_ms).fold(line.at_ms, i64::max);
        if !times.is_judged(newest_ms) {
            continue;
        }
        match line.kind {
            StatementKind::Bet => bet(line, moved, &ledger, report),
            StatementKind::Win => win(line, moved, &ledger, report),
            StatementKind::Rollback => rollback(line, &ledger, report),
            StatementKind::PromoPayout if moved.is_none() => report.add(missing(line, Kind::PayoutNotPaid)),
            StatementKind::PromoPayout => {}
        }
        if let Some(moved) = moved {
            same(line, moved, report);
        }
    }
    let won: HashSet<(&str, Option<&str>)> = lines
        .iter()
        .filter(|line| line.kind == StatementKind::Win)
        .map(|line| (line.player.as_str(), line.round.as_deref()))
        .collect();
    let unknown = |moved: &&Move| !moved.is_ours && !known.contains_key(moved.id.as_str());
    for moved in wallet.moves.iter().filter(unknown).filter(|moved| times.is_judged(moved.at_ms)) {
        let twice = won.contains(&(moved.player.as_str(), moved.round.as_deref()));
        unknown_to_vendor(moved, twice, &known, report);
    }
}

/// A difference of which the wallet has nothing.
fn missing(line: &StatementLine, kind: Kind) -> Difference {
    Difference {
        kind,
        id: line.transaction.clone(),
        player: line.player.clone(),
        expected: Some(line.amount_minor),
        found: None,
        currency: Some(line.currency),
        detail: format!("the vendor's {} is {}", line.kind.as_str(), line.state.as_str()),
        at_ms: line.at_ms,
    }
}

fn bet(line: &StatementLine, moved: Option<&Move>, ledger: &Ledger<'_>, report: &mut Report) {
    let bet = ledger.bets.get(line.transaction.as_str()).copied();
    match (line.state, moved, bet) {
        (StatementState::Done, None, _) => report.add(missing(line, Kind::BetNotInLedger)),
        (StatementState::Done, Some(_), Some(bet)) if bet.state == BetState::RolledBack => {
            report.add(Difference {
                found: Some(0),
                detail: "the stake was given back; the vendor's bet stands".to_owned(),
                at_ms: bet.ended_ms.unwrap_or(bet.placed_ms).max(line.at_ms),
                ..missing(line, Kind::RollbackUnknownToVendor)
            });
        }
        // One that is taken back has a line of its own, which says since when.
        (StatementState::Refused, Some(moved), Some(bet)) if bet.state != BetState::RolledBack => {
            report.add(kept(line, bet, moved.at_ms.max(line.at_ms)));
        }
        _ => {}
    }
}

/// The stake that should have gone back.
fn kept(line: &StatementLine, bet: &Bet, at_ms: i64) -> Difference {
    Difference {
        expected: Some(0),
        found: Some(bet.stake_minor),
        id: bet.id.clone(),
        detail: format!("the vendor's {} is {}; the wallet keeps the stake", line.kind.as_str(), line.state.as_str()),
        at_ms,
        ..missing(line, Kind::RollbackMissing)
    }
}

fn win(line: &StatementLine, moved: Option<&Move>, ledger: &Ledger<'_>, report: &mut Report) {
    if moved.is_none() {
        let kind = if line.amount_minor > 0 { Kind::WonNotPaid } else { Kind::LostNotSettled };
        report.add(missing(line, kind));
        return;
    }
    for bet in line.bets.iter().filter_map(|bet| ledger.bets.get(bet.as_str())) {
        if bet.ended_by.as_deref() != Some(line.transaction.as_str()) {
            let by = bet.ended_by.as_deref().unwrap_or("nothing");
            report.add(Difference {
                detail: format!("it settles bet {}, which ended by {by}", bet.id),
                at_ms: bet.ended_ms.unwrap_or(bet.placed_ms).max(line.at_ms),
                found: Some(line.amount_minor),
                ..missing(line, Kind::PaidTwice)
            });
        }
    }
}

fn rollback(line: &StatementLine, ledger: &Ledger<'_>, report: &mut Report) {
    for bet in line.bets.iter().filter_map(|bet| ledger.bets.get(bet.as_str())) {
        if bet.state != BetState::RolledBack && bet.stake_minor > 0 {
            report.add(kept(line, bet, bet.ended_ms.unwrap_or(bet.placed_ms).max(line.at_ms)));
        }
    }
}

/// One transaction in both books.
fn same(line: &StatementLine, moved: &Move, report: &mut Report) {
    // A rollback of a bet that never came moves nothing, whatever its stake would have been.
    let buried = moved.kind == StatementKind::Rollback && moved.amount_minor == 0;
    let round = line.kind == StatementKind::PromoPayout || line.round == moved.round;
    let amounts = buried || line.amount_minor == moved.amount_minor;
    let currencies = moved.currency.is_none_or(|currency| currency == line.currency);
    if amounts && currencies && round && line.kind == moved.kind && line.player == moved.player {
        return;
    }
    let found = moved.currency.map_or("nothing", contract::money::Currency::as_str);
    report.add(Difference {
        found: Some(moved.amount_minor),
        detail: format!(
            "the vendor's {} in {}, the wallet's {} in {found}, of {} in round {}",
            line.kind.as_str(),
            line.currency.as_str(),
            moved.kind.as_str(),
            moved.player,
            moved.round.as_deref().unwrap_or("none"),
        ),
        at_ms: moved.at_ms.max(line.at_ms),
        ..missing(line, Kind::AmountDiffers)
    });
}

/// What the wallet did and no line of the statement asked for.
fn unknown_to_vendor(moved: &Move, twice: bool, known: &HashMap<&str, &StatementLine>, report: &mut Report) {
    let (kind, detail) = match moved.kind {
        StatementKind::Bet => (Kind::BetUnknownToVendor, "a stake that no bet of the vendor's is for"),
        StatementKind::Win if twice => (Kind::PaidTwice, "a win beside the vendor's own of the same round"),
        StatementKind::Win if moved.amount_minor == 0 => return,
        StatementKind::Win => (Kind::PaidNotWon, "a win that the vendor has not asked for"),
        StatementKind::PromoPayout => (Kind::PayoutUnknownToVendor, "a payout that the vendor has not asked for"),
        StatementKind::Rollback => {
            // If the vendor has the bet, its own line says what is wrong with it.
            let has_bet = moved.bet.as_deref().is_some_and(|bet| known.contains_key(bet));
            if moved.amount_minor == 0 || has_bet {
                return;
            }
            (Kind::RollbackUnknownToVendor, "a stake went back that the vendor has not asked for")
        }
    };
    report.add(Difference {
        kind,
        id: moved.id.clone(),
        player: moved.player.clone(),
        expected: None,
        found: Some(moved.amount_minor),
        currency: moved.currency,
        detail: detail.to_owned(),
        at_ms: moved.at_ms,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reconcile::Compared;
    use contract::live::Game;
    use contract::money::Currency;

    const HOUR_MS: i64 = 3_600_000;
    const PLACED_MS: i64 = 1_800_000_000_000;

    /// A bet that stands at the vendor, and whose stake the wallet gave back so much later.
    fn given_back(after_ms: i64, is_ours: bool) -> (StatementLine, Books) {
        let ended_ms = PLACED_MS + after_ms;
        let line = StatementLine {
            transaction: "bet".to_owned(),
            kind: StatementKind::Bet,
            player: "ada".to_owned(),
            round: Some("1".to_owned()),
            bets: Vec::new(),
            amount_minor: 500,
            currency: Currency::Eur,
            state: StatementState::Done,
            at_ms: PLACED_MS,
        };
        let taken = Move {
            id: "bet".to_owned(),
            kind: StatementKind::Bet,
            is_ours: false,
            player: "ada".to_owned(),
            round: Some("1".to_owned()),
            bet: None,
            amount_minor: 500,
            currency: Some(Currency::Eur),
            entry: None,
            at_ms: PLACED_MS,
        };
        let returned = Move {
            id: "return".to_owned(),
            kind: StatementKind::Rollback,
            is_ours,
            bet: Some("bet".to_owned()),
            at_ms: ended_ms,
            ..taken.clone()
        };
        let bet = Bet {
            id: "bet".to_owned(),
            state: BetState::RolledBack,
            player: "ada".to_owned(),
            round: "1".to_owned(),
            game: Some(Game::Roulette),
            stake_minor: 500,
            currency: Some(Currency::Eur),
            placed_ms: PLACED_MS,
            ended_by: Some("return".to_owned()),
            ended_ms: Some(ended_ms),
        };
        (line, Books { moves: vec![taken, returned], bets: vec![bet], ..Books::default() })
    }

    #[test]
    fn a_stake_that_goes_back_long_after_its_bet_is_judged_when_it_does() {
        // By ourselves, at the end of the 48 hours, or by a rollback that is not the vendor's own.
        for (after_ms, is_ours) in [(48 * HOUR_MS, true), (40 * HOUR_MS, false)] {
            let (line, books) = given_back(after_ms, is_ours);
            let run = |since_ms, now_ms| {
                let times = Times { since_ms, now_ms, grace_ms: 60_000 };
                let mut report = Report::new(&Compared::default(), times);
                compare(std::slice::from_ref(&line), &books, times, &mut report);
                report.differences.into_iter().map(|difference| (difference.kind, difference.id)).collect::<Vec<_>>()
            };
            let named = [(Kind::RollbackUnknownToVendor, "bet".to_owned())];
            assert_eq!(run(PLACED_MS + 13 * HOUR_MS, PLACED_MS + 49 * HOUR_MS), named);
            // Once: what is older than a run's beginning was judged by the one before.
            assert!(run(PLACED_MS + 49 * HOUR_MS, PLACED_MS + 85 * HOUR_MS).is_empty());
        }
    }
}
