//! Three books held against each other: the vendor's statement, the wallet's, the promotions'.
//!
//! Each is read by its own service's function; this module compares what they said. What is younger than
//! the grace time may be on its way from one to the other: it is listed apart, and is no difference.
//!
//! **Architecture invariant:** no table is known here and nothing is written. The comparing is pure: books,
//! times and nothing else go in.

mod ledger;
mod promotions;
mod report;
mod statement;
mod vendor;

pub use report::{Difference, Kind, Report};
pub use statement::{Statement, StatementError};

use crate::promotions::reconcile::Taken;
use crate::wallet::reconcile::Books;
use contract::vendor::StatementLine;

/// What is older than this when a comparison begins is done everywhere, by the 48 hours in which every round
/// ends: the books are read from so much earlier than what is judged.
const LATEST_MS: i64 = crate::wallet::vendor::OPEN_FOR_MS + 3600 * 1000;

/// All that is compared.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// The vendor's statement.
    pub vendor: Vec<StatementLine>,
    /// The wallet's part.
    pub wallet: Books,
    /// The promotions' part.
    pub promotions: Vec<Taken>,
}

/// The times of a comparison, Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// The first moment that is judged.
    pub since_ms: i64,
    /// When it began.
    pub now_ms: i64,
    /// How long something may be on its way.
    pub grace_ms: i64,
}

impl Times {
    /// From when on the vendor's transactions are read, and claims.
    #[must_use]
    pub fn moves_ms(&self) -> i64 {
        self.since_ms.saturating_sub(LATEST_MS).max(0)
    }

    /// From when on bets, deposits and rewards are read: those too that progress which is judged is made of.
    #[must_use]
    pub fn bets_ms(&self, taken: &[Taken]) -> i64 {
        let judged = taken.iter().filter(|taken| self.is_judged(taken.standing.expires_at_ms));
        judged.map(|taken| taken.standing.opted_in_at_ms).fold(self.moves_ms(), i64::min)
    }

    fn is_judged(&self, at_ms: i64) -> bool {
        at_ms >= self.since_ms
    }
}

/// Compares.
#[must_use]
pub fn compare(compared: &Compared, times: Times) -> Report {
    let mut report = Report::new(compared, times);
    vendor::compare(&compared.vendor, &compared.wallet, times, &mut report);
    ledger::compare(&compared.wallet, times, &mut report);
    promotions::compare(&compared.promotions, &compared.wallet, times, &mut report);
    report
}
