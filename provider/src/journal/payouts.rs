//! What the vendor's own promotions pay, outside of any round.

use contract::money::Currency;
use contract::vendor;
use rusqlite::{OptionalExtension, Transaction, params};
use serde::Serialize;

use super::calls::{self, Call, Kind};
use super::{JournalError, from_name, to_text};

/// A prize that somebody has won.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Payout {
    /// The vendor's name for the promotion.
    pub promotion: String,
    /// At which table.
    pub table: String,
    /// Who won.
    pub player: String,
    /// How much.
    pub amount_minor: i64,
    /// In which currency.
    pub currency: Currency,
    /// The transaction id at the operator.
    pub transaction: String,
}

/// The prize of a promotion, if it was drawn.
///
/// # Errors
/// The database's.
pub fn find(db: &Transaction<'_>, promotion: &str) -> Result<Option<Payout>, JournalError> {
    let found = db
        .prepare_cached("SELECT table_id, player, amount_minor, currency, call FROM payouts WHERE promotion = ?")?
        .query_row([promotion], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?, row.get(4)?))
        })
        .optional()?;
    let Some((table, player, amount_minor, currency, transaction)) = found else { return Ok(None) };
    let currency = from_name("currency", &currency, Currency::from_name)?;
    Ok(Some(Payout { promotion: promotion.to_owned(), table, player, amount_minor, currency, transaction }))
}

/// Writes down who won, and the call that pays it. `session` is the operator's session of the winner.
///
/// # Errors
/// The promotion was drawn before, or the database's.
pub fn owe(db: &Transaction<'_>, payout: &Payout, session: &str, now_ms: i64) -> Result<Call, JournalError> {
    let body = to_text(&vendor::PromoPayout {
        transaction: payout.transaction.clone(),
        session: session.to_owned(),
        player: payout.player.clone(),
        promotion: payout.promotion.clone(),
        amount_minor: payout.amount_minor,
        currency: payout.currency,
    })?;
    let (id, player) = (payout.transaction.clone(), payout.player.clone());
    let call = Call { id, kind: Kind::PromoPayout, body, player, round: None };
    calls::insert(db, &call, now_ms)?;
    db.execute(
        "INSERT INTO payouts (promotion, table_id, player, amount_minor, currency, call) VALUES (?, ?, ?, ?, ?, ?)",
        params![
            payout.promotion,
            payout.table,
            payout.player,
            payout.amount_minor,
            payout.currency.as_str(),
            payout.transaction
        ],
    )?;
    Ok(call)
}
