//! What a comparison found, for people and for programs.

use super::{Compared, Times};
use contract::money::Currency;
use serde::Serialize;
use std::fmt::Write;

/// Differences of a kind that the text lists; the JSON has all.
const LISTED: usize = 20;

/// What two books say otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The vendor says that a bet stands; the wallet never took its stake.
    BetNotInLedger,
    /// The wallet took a stake that the vendor knows nothing of.
    BetUnknownToVendor,
    /// The same transaction with another amount, currency, player, round or kind.
    AmountDiffers,
    /// The vendor owes a win, or says that it was paid; it is not in the ledger.
    WonNotPaid,
    /// The vendor says that bets were lost; the wallet holds them for open.
    LostNotSettled,
    /// The wallet paid a win that the vendor knows nothing of.
    PaidNotWon,
    /// Bets were paid by more than one win.
    PaidTwice,
    /// The vendor says that a bet was taken back or refused; the wallet has its stake.
    RollbackMissing,
    /// The wallet gave a stake back; the vendor says that the bet stands.
    RollbackUnknownToVendor,
    /// What a promotion of the vendor's pays is not in the ledger.
    PayoutNotPaid,
    /// The wallet paid out for a promotion of the vendor's that the vendor knows nothing of.
    PayoutUnknownToVendor,
    /// A bet is open for more than 48 hours.
    BetOpenTooLong,
    /// An entry of a bet, win, rollback or payout that no transaction has made.
    EntryWithoutTransaction,
    /// A transaction whose entry is missing, another's, or of another amount.
    TransactionWithoutEntry,
    /// Progress is not the sum of the qualifying bets that were not taken back.
    ProgressDiffers,
    /// A reward was credited that nobody has claimed.
    RewardWithoutClaim,
    /// A claim is held for paid; no entry says so.
    ClaimWithoutEntry,
    /// A claim waits for its credit.
    ClaimNotPaid,
    /// Another amount was credited than was owed.
    RewardAmountDiffers,
    /// A reward was credited more than once.
    RewardPaidTwice,
}

impl Kind {
    /// Its name in the report.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BetNotInLedger => "bet-not-in-ledger",
            Self::BetUnknownToVendor => "bet-unknown-to-vendor",
            Self::AmountDiffers => "amount-differs",
            Self::WonNotPaid => "won-not-paid",
            Self::LostNotSettled => "lost-not-settled",
            Self::PaidNotWon => "paid-not-won",
            Self::PaidTwice => "paid-twice",
            Self::RollbackMissing => "rollback-missing",
            Self::RollbackUnknownToVendor => "rollback-unknown-to-vendor",
            Self::PayoutNotPaid => "payout-not-paid",
            Self::PayoutUnknownToVendor => "payout-unknown-to-vendor",
            Self::BetOpenTooLong => "bet-open-too-long",
            Self::EntryWithoutTransaction => "entry-without-transaction",
            Self::TransactionWithoutEntry => "transaction-without-entry",
            Self::ProgressDiffers => "progress-differs",
            Self::RewardWithoutClaim => "reward-without-claim",
            Self::ClaimWithoutEntry => "claim-without-entry",
            Self::ClaimNotPaid => "claim-not-paid",
            Self::RewardAmountDiffers => "reward-amount-differs",
            Self::RewardPaidTwice => "reward-paid-twice",
        }
    }
}

/// One thing that two books say otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What differs.
    pub kind: Kind,
    /// Of what: the vendor's id of a transaction, an entry's id, or an offer.
    pub id: String,
    /// Whose it is.
    pub player: String,
    /// The one book's amount or count; nothing if the thing is not in there.
    pub expected: Option<i64>,
    /// The other's.
    pub found: Option<i64>,
    /// The currency of both, if they are amounts in minor units.
    pub currency: Option<Currency>,
    /// In words.
    pub detail: String,
    /// The newest moment at which one of the books moved, Unix milliseconds.
    pub at_ms: i64,
}

/// The result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Nothing differs but what may be on its way.
    pub agrees: bool,
    /// From when on, Unix milliseconds.
    pub since_ms: i64,
    /// When the comparison began, Unix milliseconds.
    pub at_ms: i64,
    /// What is younger than this is listed as in flight.
    pub grace_ms: i64,
    /// Lines of the vendor's statement.
    pub vendor_lines: usize,
    /// The vendor's transactions in the wallet.
    pub wallet_transactions: usize,
    /// Offers that players have taken.
    pub offers_taken: usize,
    /// What differs.
    pub differences: Vec<Difference>,
    /// What differs and may be on its way.
    pub in_flight: Vec<Difference>,
}

impl Report {
    pub(super) fn new(compared: &Compared, times: Times) -> Self {
        Self {
            agrees: true,
            since_ms: times.since_ms,
            at_ms: times.now_ms,
            grace_ms: times.grace_ms,
            vendor_lines: compared.vendor.len(),
            wallet_transactions: compared.wallet.moves.len(),
            offers_taken: compared.promotions.len(),
            differences: Vec::new(),
            in_flight: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, difference: Difference) {
        if difference.at_ms > self.at_ms.saturating_sub(self.grace_ms) {
            self.in_flight.push(difference);
        } else {
            self.agrees = false;
            self.differences.push(difference);
        }
    }

    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut line = |what: &str, value: &dyn std::fmt::Display| {
            // Writing to a String can't fail.
            let _ = writeln!(text, "{what:<28} {value}");
        };
        line("vendor's statement", &format!("{} lines", self.vendor_lines));
        line("wallet", &format!("{} transactions", self.wallet_transactions));
        line("promotions", &format!("{} offers taken", self.offers_taken));
        line("in flight", &self.in_flight.len());
        for difference in &self.in_flight {
            line("", difference);
        }
        if self.differences.is_empty() {
            line("differences", &"none");
            return text;
        }
        line("differences", &self.differences.len());
        let mut kinds: Vec<Kind> = self.differences.iter().map(|difference| difference.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for kind in kinds {
            let of_kind: Vec<_> = self.differences.iter().filter(|difference| difference.kind == kind).collect();
            line(kind.as_str(), &of_kind.len());
            for difference in of_kind.iter().take(LISTED) {
                line("", difference);
            }
            if of_kind.len() > LISTED {
                line("", &format!("and {} more; --json lists all", of_kind.len() - LISTED));
            }
        }
        text
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let amount = |amount: Option<i64>| match (amount, self.currency) {
            (None, _) => "nothing".to_owned(),
            (Some(amount), Some(currency)) => format!("{} {}", currency.decimal(amount), currency.as_str()),
            (Some(count), None) => count.to_string(),
        };
        let (expected, found) = (amount(self.expected), amount(self.found));
        write!(f, "{} of {}: {}; expected {expected}, found {found}", self.id, self.player, self.detail)
    }
}
