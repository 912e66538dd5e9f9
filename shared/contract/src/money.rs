//! Money is an integer count of a currency's minor unit. There is no float in this project's money.

use crate::plain::{ascii_figures, cut, decimal};
use std::fmt;

wire! {
    /// A currency, by its ISO 4217 code.
    pub enum Currency {
        /// Euro, two decimals.
        Eur = "EUR",
        /// Pound sterling, two decimals.
        Gbp = "GBP",
        /// US dollar, two decimals.
        Usd = "USD",
        /// Yen, no decimals.
        Jpy = "JPY",
        /// Kuwaiti dinar, three decimals.
        Kwd = "KWD",
    }
}

impl Currency {
    /// How many decimals the minor unit has (ISO 4217).
    #[must_use]
    pub const fn exponent(self) -> u32 {
        match self {
            Self::Eur | Self::Gbp | Self::Usd => 2,
            Self::Jpy => 0,
            Self::Kwd => 3,
        }
    }

    /// An amount as decimal text, for formatters that take text: `-1234` is `-12.34`. A float
    /// would lose cents above 2^46.
    #[must_use]
    pub fn decimal(self, minor: i64) -> String {
        decimal(minor, self.exponent() as usize)
    }
}

/// Why a text is no amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountError {
    /// Nothing was written.
    Empty,
    /// A character that is neither a digit nor a decimal separator, or two separators.
    NotANumber,
    /// More decimals than the currency has.
    TooManyDecimals,
    /// More than [`crate::wire::MAX_INTEGER`] minor units.
    TooLarge,
}

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "no amount",
            Self::NotANumber => "not an amount",
            Self::TooManyDecimals => "more decimals than the currency has",
            Self::TooLarge => "too large",
        })
    }
}

impl std::error::Error for AmountError {}

/// Reads what a person types, `12`, `12.5` or `12,50`, in the digits of any of our languages, into minor units of
/// `currency`.
///
/// # Errors
/// Anything that does not convert exactly.
pub fn parse_amount(text: &str, currency: Currency) -> Result<i64, AmountError> {
    let figures = ascii_figures(text);
    let text = figures.trim();
    if text.is_empty() {
        return Err(AmountError::Empty);
    }
    let (whole, decimals) = cut(text, b'.').or_else(|| cut(text, b',')).unwrap_or((text, ""));
    let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits_only(whole) || !digits_only(decimals) {
        return Err(AmountError::NotANumber);
    }
    let exponent = currency.exponent() as usize;
    if decimals.len() > exponent {
        return Err(AmountError::TooManyDecimals);
    }
    let mut minor: i64 = 0;
    // The decimals that were not written are zeros.
    for digit in whole.bytes().chain(decimals.bytes()).chain([b'0'; 3]).take(whole.len() + exponent) {
        let shifted = minor.checked_mul(10).and_then(|minor| minor.checked_add(i64::from(digit - b'0')));
        minor = shifted.filter(|minor| *minor <= crate::wire::MAX_INTEGER).ok_or(AmountError::TooLarge)?;
    }
    Ok(minor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency() -> impl Strategy<Value = Currency> {
        prop::sample::select(Currency::ALL)
    }

    proptest! {
        #[test]
        fn an_amount_is_read_as_it_was_written(
            minor in 0..=crate::wire::MAX_INTEGER,
            currency in currency(),
            zero in prop::sample::select(vec!['0', '\u{660}', '\u{6F0}', '\u{FF10}']),
        ) {
            let in_script = |sign: char| {
                sign.to_digit(10).and_then(|digit| char::from_u32(u32::from(zero) + digit)).unwrap_or(sign)
            };
            let written: String = currency.decimal(minor).chars().map(in_script).collect();
            prop_assert_eq!(parse_amount(&written, currency), Ok(minor));
        }

        #[test]
        fn a_text_is_worth_the_same_in_every_currency_or_refused(
            whole in 0..1_000_000_i64,
            decimals in "[0-9]{0,4}",
            currency in currency(),
        ) {
            let text = if decimals.is_empty() { whole.to_string() } else { format!("{whole}.{decimals}") };
            // Both sides as ten-thousandths of the unit: nothing is rounded away.
            let written: i64 = whole * 10_000 + format!("{decimals:0<4}").parse::<i64>().unwrap();
            match parse_amount(&text, currency) {
                Ok(minor) => prop_assert_eq!(minor * 10_i64.pow(4 - currency.exponent()), written),
                Err(error) => {
                    prop_assert_eq!(error, AmountError::TooManyDecimals);
                    prop_assert!(decimals.len() > currency.exponent() as usize);
                }
            }
        }

        #[test]
        fn no_text_breaks_the_reader(text in ".{0,40}", currency in currency()) {
            if let Ok(minor) = parse_amount(&text, currency) {
                prop_assert!((0..=crate::wire::MAX_INTEGER).contains(&minor));
            }
        }
    }

    #[test]
    fn the_exponents_are_those_of_iso_4217() {
        let exponents: Vec<_> = Currency::ALL.iter().map(|currency| (currency.as_str(), currency.exponent())).collect();
        assert_eq!(exponents, [("EUR", 2), ("GBP", 2), ("USD", 2), ("JPY", 0), ("KWD", 3)]);
    }

    #[test]
    fn minor_units_become_exact_decimals() {
        assert_eq!(Currency::Eur.decimal(1234), "12.34");
        assert_eq!(Currency::Eur.decimal(-5), "-0.05");
        assert_eq!(Currency::Kwd.decimal(0), "0.000");
        assert_eq!(Currency::Jpy.decimal(500), "500");
        assert_eq!(Currency::Eur.decimal(crate::wire::MAX_INTEGER), "90071992547409.91");
        assert_eq!(decimal(i64::MIN, 0), "-9223372036854775808");
    }

    #[test]
    fn amounts_convert_exactly_or_not_at_all() {
        assert_eq!(parse_amount("12", Currency::Eur), Ok(1200));
        assert_eq!(parse_amount(" 12,5 ", Currency::Eur), Ok(1250));
        assert_eq!(parse_amount("0.001", Currency::Kwd), Ok(1));
        assert_eq!(parse_amount("500", Currency::Jpy), Ok(500));
        for text in ["١٢٫٥", "۱۲٫۵۰", "１２．５", "\u{3000}１２，５０\u{3000}"] {
            assert_eq!(parse_amount(text, Currency::Eur), Ok(1250), "{text}");
        }
        assert_eq!(parse_amount("١٢٫٥٫١", Currency::Eur), Err(AmountError::NotANumber));
        assert_eq!(parse_amount("1.5", Currency::Jpy), Err(AmountError::TooManyDecimals));
        assert_eq!(parse_amount("1.234", Currency::Eur), Err(AmountError::TooManyDecimals));
        assert_eq!(parse_amount("", Currency::Eur), Err(AmountError::Empty));
        for text in ["-1", "1e3", "1.2.3", ".5", "abc", "+1", "१"] {
            assert_eq!(parse_amount(text, Currency::Eur), Err(AmountError::NotANumber), "{text}");
        }
        assert_eq!(parse_amount("99999999999999999999", Currency::Eur), Err(AmountError::TooLarge));
        assert_eq!(parse_amount("90071992547409.92", Currency::Eur), Err(AmountError::TooLarge));
    }
}
