//! Why the wallet refuses.

use super::limits::Reached;
use super::reservations::ReservationState;
use crate::idempotency::{KeyReused, Refusal};
use crate::problem::ApiError;
use crate::store::StoreError;
use contract::money::Currency;
use contract::problem::{Code, Problem};
use http::StatusCode;

/// A refused command. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WalletError {
    /// The player holds less than the amount.
    #[error("the account does not hold enough")]
    InsufficientFunds,
    /// The account is kept in another currency.
    #[error("the account is kept in {}", account.as_str())]
    WrongCurrency {
        /// The account's currency.
        account: Currency,
    },
    /// The amount is not from 1 to the limit.
    #[error("an amount is from 1 to {limit_minor} minor units")]
    InvalidAmount {
        /// The limit.
        limit_minor: i64,
    },
    /// An account would hold more than can be counted.
    #[error("the account can't hold more")]
    AccountFull,
    /// The player has no account.
    #[error("the player has no account")]
    UnknownPlayer,
    /// There is no such reservation.
    #[error("there is no such reservation")]
    UnknownReservation,
    /// More is to be paid than was set aside.
    #[error("only {reserved_minor} minor units were set aside")]
    ExceedsReservation {
        /// What was set aside.
        reserved_minor: i64,
    },
    /// The reservation has ended, and ends only once.
    #[error("the reservation is {}", .0.as_str())]
    ReservationEnded(ReservationState),
    /// A limit of the player's has no room for the deposit, or a break is in force.
    #[error("{0}")]
    Reached(Reached),
    /// A server's own command was repeated with another content.
    #[error("the key was used for another command")]
    KeyReused,
    /// The read models are computed for the first time, and are not complete yet.
    #[error("the read models are being computed")]
    NotProjected,
    /// An answer has to be complete, and the read models are behind the ledger.
    #[error("the read models are behind the ledger")]
    Behind,
    /// What is stored contradicts itself.
    #[error("the ledger is damaged: {0}")]
    Damaged(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WalletError {
    /// Whether asking again gets the same answer: it is what was asked for that is refused.
    #[must_use]
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::Store(_) | Self::Damaged(_))
    }
}

impl From<KeyReused> for WalletError {
    fn from(_: KeyReused) -> Self {
        Self::KeyReused
    }
}

/// For the server's own commands, which come again until they succeed: no refusal is kept. A
/// player's command is refused as an [`ApiError`], which is.
impl Refusal for WalletError {
    fn reply(&self) -> Option<(StatusCode, Problem)> {
        None
    }
}

impl From<WalletError> for ApiError {
    fn from(error: WalletError) -> Self {
        let detail = format!("Refused: {error}.");
        match error {
            WalletError::InsufficientFunds => Self::new(Code::InsufficientFunds, detail).field("amount_minor"),
            WalletError::WrongCurrency { .. } => Self::invalid("currency", detail),
            WalletError::InvalidAmount { .. } => Self::invalid("amount_minor", detail),
            WalletError::UnknownPlayer => Self::new(Code::NotFound, detail).field("id"),
            WalletError::UnknownReservation => Self::new(Code::NotFound, detail).field("id"),
            WalletError::ExceedsReservation { .. } => Self::new(Code::InsufficientFunds, detail).field("amount_minor"),
            WalletError::ReservationEnded(_) => Self::new(Code::Conflict, detail).field("id"),
            WalletError::AccountFull => Self::new(Code::LimitReached, detail).field("amount_minor"),
            WalletError::Reached(reached) => reached.into(),
            WalletError::KeyReused => Self::new(Code::KeyReused, detail),
            WalletError::NotProjected | WalletError::Behind => Self::new(Code::Unavailable, detail),
            WalletError::Damaged(_) => Self::internal(&error),
            WalletError::Store(store) => store.into(),
        }
    }
}
