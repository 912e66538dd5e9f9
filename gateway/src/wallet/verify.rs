//! The ledger's verification from outside: a command line's report on a book that may or may not be in use.
//!
//! **Architecture invariant:** nothing is written, nothing is brought up to date, nothing is mended.

use super::{Audit, MIGRATIONS, WalletError, audit};
use crate::store::Storage;
use std::fmt::Write;

/// A text that is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 64 hexadecimal digits, as an earlier report printed it")]
pub struct NoHash;

/// The hash of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head([u8; 32]);

impl std::str::FromStr for Head {
    type Err = NoHash;

    fn from_str(text: &str) -> Result<Self, NoHash> {
        let digits = text.trim().as_bytes();
        let mut hash = [0; 32];
        if digits.len() != 64 {
            return Err(NoHash);
        }
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |of: u8| char::from(of).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).ok_or(NoHash);
            *byte = digit(pair[0])? * 16 + digit(pair[1])?;
        }
        Ok(Self(hash))
    }
}

/// Recomputes the whole book. With the head of an earlier report, that entry has to be there still.
/// `progress` hears of entries done and in all.
///
/// # Errors
/// The book can't be read.
pub fn verify(
    storage: &Storage,
    expected: Option<Head>,
    mut progress: impl FnMut(u64, u64) + Send,
) -> Result<Audit, WalletError> {
    storage.inspect("wallet", MIGRATIONS, |sql| audit::check(sql, expected.map(|head| head.0), &mut progress))
}

/// The report, for people.
#[must_use]
pub fn report(audit: &Audit) -> String {
    let mut text = String::new();
    let mut line = |what: &str, value: &dyn std::fmt::Display| {
        // Writing to a String can't fail.
        let _ = writeln!(text, "{what:<20} {value}");
    };
    line("entries", &audit.entries);
    line("head", &audit.head);
    for sums in &audit.sums {
        let currency = sums.currency.as_str();
        let both = |debits, credits| format!("debits {debits}, credits {credits}");
        line(&format!("{currency} posted"), &both(sums.debits_posted, sums.credits_posted));
        line(&format!("{currency} set aside"), &both(sums.debits_pending, sums.credits_pending));
    }
    line("open reservations", &audit.open_reservations);
    if audit.balanced {
        line("differences", &"none");
    } else {
        line("differences", &audit.differences.len());
        for difference in &audit.differences {
            line("", difference);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signed::hex;

    #[test]
    fn a_hash_is_read_as_it_is_printed() {
        let hash: [u8; 32] = std::array::from_fn(|index| u8::try_from(index * 8).unwrap());
        assert_eq!(hex(&hash).parse(), Ok(Head(hash)));
        assert_eq!(format!(" {}\n", hex(&hash).to_uppercase()).parse(), Ok(Head(hash)));
        for text in ["", "0", &"0".repeat(63), &"g".repeat(64), &"é".repeat(32), &"0".repeat(65)] {
            assert_eq!(text.parse::<Head>(), Err(NoHash), "{text}");
        }
    }
}
