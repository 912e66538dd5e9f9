//! What is known of the balance, from whichever side it came: a reply, an event, a receipt.
//!
//! They race each other, so the ledger's version decides and nothing ever goes back. Must never
//! compute a balance: only the ledger does.

use contract::wallet::Balance;

/// A balance and when it was last confirmed to be the current one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// As the wallet service gave it.
    pub balance: Balance,
    /// When it came, Unix milliseconds.
    pub seen_ms: i64,
    /// The change of cash and bonus together since the one before; 0 for the first.
    pub change_minor: i64,
}

/// What is known once `next` has come at `now_ms`; nothing if `next` is older than `known`.
#[must_use]
pub fn merge(known: Option<&Known>, next: Balance, now_ms: i64) -> Option<Known> {
    let Some(known) = known else {
        return Some(Known { balance: next, seen_ms: now_ms, change_minor: 0 });
    };
    if next.version < known.balance.version {
        return None;
    }
    let total = |balance: &Balance| balance.cash_minor.saturating_add(balance.bonus_minor);
    // The same version again confirms what is known; the change that led there still stands.
    let change_minor = if next.version == known.balance.version {
        known.change_minor
    } else {
        total(&next).saturating_sub(total(&known.balance))
    };
    Some(Known { balance: next, seen_ms: now_ms, change_minor })
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::money::Currency;

    fn balance(version: u64, cash_minor: i64) -> Balance {
        Balance { currency: Currency::Eur, cash_minor, held_minor: 0, bonus_minor: 0, version, as_of_ms: 0 }
    }

    #[test]
    fn versions_only_go_forward() {
        let first = merge(None, balance(5, 1000), 10).unwrap();
        assert_eq!(first.change_minor, 0, "the first balance is no change");
        assert_eq!(merge(Some(&first), balance(4, 9999), 11), None);
        let second = merge(Some(&first), balance(7, 1500), 12).unwrap();
        assert_eq!((second.balance.cash_minor, second.change_minor, second.seen_ms), (1500, 500, 12));
    }

    #[test]
    fn the_same_version_confirms() {
        let first = merge(None, balance(5, 1000), 10).unwrap();
        let second = merge(Some(&first), balance(6, 700), 20).unwrap();
        let again = merge(Some(&second), balance(6, 700), 30).unwrap();
        assert_eq!((again.seen_ms, again.change_minor), (30, -300));
    }
}
