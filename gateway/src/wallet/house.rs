//! The house's figures in each currency. Round ones of about the same worth; the minor unit differs.

use super::WalletError;
use contract::money::Currency;

/// The currency of an account that nobody opened in another one.
pub const HOUSE_CURRENCY: Currency = Currency::Eur;

/// A number of whole units, in minor units.
const fn whole(currency: Currency, units: i64) -> i64 {
    units * 10_i64.pow(currency.exponent())
}

/// The most that one command may move.
#[must_use]
pub const fn command_limit_minor(currency: Currency) -> i64 {
    match currency {
        Currency::Eur | Currency::Gbp | Currency::Usd => whole(currency, 1_000_000),
        Currency::Jpy => whole(currency, 150_000_000),
        Currency::Kwd => whole(currency, 300_000),
    }
}

/// The most that one win may pay: the largest stake at the highest odds, many times over.
#[must_use]
pub const fn win_limit_minor(currency: Currency) -> i64 {
    100 * command_limit_minor(currency)
}

/// What a demo player starts with.
#[must_use]
pub const fn opening_deposit_minor(currency: Currency) -> i64 {
    command_limit_minor(currency) / 1_000
}

/// Refuses what no ledger has to be asked for.
pub(super) fn check_amount(amount_minor: i64, currency: Currency) -> Result<(), WalletError> {
    let limit_minor = command_limit_minor(currency);
    if (1..=limit_minor).contains(&amount_minor) {
        return Ok(());
    }
    Err(WalletError::InvalidAmount { limit_minor })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_whole_units_of_each_currency() {
        let said =
            |minor: fn(Currency) -> i64| Currency::ALL.iter().map(move |currency| currency.decimal(minor(*currency)));
        let limits: Vec<_> = said(command_limit_minor).collect();
        assert_eq!(limits, ["1000000.00", "1000000.00", "1000000.00", "150000000", "300000.000"]);
        let openings: Vec<_> = said(opening_deposit_minor).collect();
        assert_eq!(openings, ["1000.00", "1000.00", "1000.00", "150000", "300.000"]);
    }

    #[test]
    fn amounts_are_held_against_their_own_currency() {
        for currency in Currency::ALL.iter().copied() {
            let limit_minor = command_limit_minor(currency);
            assert_eq!(check_amount(1, currency), Ok(()));
            assert_eq!(check_amount(limit_minor, currency), Ok(()));
            for amount in [0, -1, limit_minor + 1, i64::MIN, i64::MAX] {
                assert_eq!(check_amount(amount, currency), Err(WalletError::InvalidAmount { limit_minor }), "{amount}");
            }
        }
    }
}
