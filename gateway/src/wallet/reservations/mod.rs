//! Money that is set aside: reserved, then posted in full or in part, voided, or expired.
//!
//! A reservation is the entry that set the money aside, and is called by that entry's id. What ends it is
//! another entry, and there is at most one. Its time is over when the clock says so, whether or not
//! somebody has looked since: a late post is refused although the money is still set aside.
//!
//! **Architecture invariant:** a row here says where a reservation stands and nothing more; the money is
//! where the transfers are. Nothing is paid out of a reservation but by [`end`].

mod stored;

pub use stored::{Reservation, ReservationState};
pub(super) use stored::{after, open};

use super::WalletError;
use super::ledger::{self, Account, Draft, Holder, Phase, Transfer};
use crate::store::{Sql, Tx};
use contract::money::Currency;
use contract::wallet::{EntryKind, Receipt};
use serde::Serialize;

/// Reservations that one transaction lets expire: a bound on how long others wait for it.
const EXPIRED_AT_ONCE: u32 = 100;

/// Cash to be set aside. See [`super::Wallet::reserve`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reserve {
    /// The caller's name for this one command; it has one effect.
    pub key: String,
    /// The player's id.
    pub player: String,
    /// From 1 to the house's limit.
    pub amount_minor: i64,
    /// The account's currency.
    pub currency: Currency,
    /// After this it comes back by itself.
    pub timeout_ms: Option<i64>,
}

/// How a reservation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum End {
    /// The money is paid: this much of it, or all. The rest comes back.
    Post(Option<i64>),
    /// It comes back.
    Void,
}

/// Sets cash aside.
pub(super) fn reserve(
    tx: &Tx<'_>,
    holder: &mut Holder,
    amount_minor: i64,
    timeout_ms: Option<i64>,
    now_ms: i64,
) -> Result<Receipt, WalletError> {
    let expires_at_ms = timeout_ms.map(|timeout_ms| now_ms.saturating_add(timeout_ms));
    let transfer = out_of_cash(amount_minor, Phase::Pending { expires_at_ms });
    let draft = Draft { kind: EntryKind::Withdrawal, transfers: &[transfer], reference: None, at_ms: now_ms };
    let receipt = ledger::post(tx, holder, draft)?;
    let opened = Reservation {
        id: receipt.entry.id.clone(),
        version: receipt.entry.version,
        player: holder.player.clone(),
        currency: receipt.entry.currency,
        amount_minor,
        posted_minor: 0,
        state: ReservationState::Open,
        expires_at_ms,
        at_ms: now_ms,
    };
    opened.insert(tx)?;
    Ok(receipt)
}

/// Ends a reservation. When several things are wrong, the first of these is said: it does not exist; less
/// was set aside than is to be posted; it has ended; its time is over.
pub(super) fn end(tx: &Tx<'_>, id: &str, end: End, now_ms: i64) -> Result<Receipt, WalletError> {
    let reservation = Reservation::find(tx, id)?.ok_or(WalletError::UnknownReservation)?;
    if let End::Post(Some(posted_minor)) = end {
        if posted_minor <= 0 {
            return Err(WalletError::InvalidAmount { limit_minor: reservation.amount_minor });
        }
        if posted_minor > reservation.amount_minor {
            return Err(WalletError::ExceedsReservation { reserved_minor: reservation.amount_minor });
        }
    }
    match reservation.state {
        ReservationState::Open if reservation.is_over(now_ms) => {
            Err(WalletError::ReservationEnded(ReservationState::Expired))
        }
        ReservationState::Open => match end {
            End::Post(part) => {
                let posted_minor = part.unwrap_or(reservation.amount_minor);
                let phase = Phase::Post { pending: reservation.version, reserved_minor: reservation.amount_minor };
                close(tx, &reservation, ReservationState::Posted, out_of_cash(posted_minor, phase), now_ms)
            }
            End::Void => {
                let transfer = out_of_cash(reservation.amount_minor, Phase::Void { pending: reservation.version });
                close(tx, &reservation, ReservationState::Voided, transfer, now_ms)
            }
        },
        ended => Err(WalletError::ReservationEnded(ended)),
    }
}

/// Gives back what was set aside for longer than it should, oldest first; tells how many, at most
/// [`EXPIRED_AT_ONCE`].
pub(super) fn expire_due(tx: &Tx<'_>, now_ms: i64) -> Result<usize, WalletError> {
    let due = stored::due(tx, now_ms, EXPIRED_AT_ONCE)?;
    for reservation in &due {
        let transfer = out_of_cash(reservation.amount_minor, Phase::Expire { pending: reservation.version });
        close(tx, reservation, ReservationState::Expired, transfer, now_ms)?;
    }
    Ok(due.len())
}

/// Whether there is something for [`expire_due`] to do.
pub(super) fn is_any_due(sql: &Sql, now_ms: i64) -> Result<bool, WalletError> {
    Ok(!stored::due(sql, now_ms, 1)?.is_empty())
}

fn close(
    tx: &Tx<'_>,
    reservation: &Reservation,
    state: ReservationState,
    transfer: Transfer,
    now_ms: i64,
) -> Result<Receipt, WalletError> {
    let Some(mut holder) = Holder::find(tx, &reservation.player)? else {
        return Err(WalletError::Damaged(format!("reservation {} belongs to nobody", reservation.id)));
    };
    let (kind, posted_minor) = match state {
        ReservationState::Posted => (EntryKind::PaidOut, transfer.amount_minor),
        ReservationState::Open | ReservationState::Voided | ReservationState::Expired => (EntryKind::Returned, 0),
    };
    reservation.close(tx, state, posted_minor)?;
    let reference = Some(reservation.id.clone());
    ledger::post(tx, &mut holder, Draft { kind, transfers: &[transfer], reference, at_ms: now_ms })
}

fn out_of_cash(amount_minor: i64, phase: Phase) -> Transfer {
    Transfer { debit: Account::Cash, credit: Account::Bank, amount_minor, phase }
}
