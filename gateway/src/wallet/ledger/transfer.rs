//! Transfers: how much goes from where to where, and whether at once or in two phases. Pure.

use super::account::Account;

/// Money moves from `debit` to `credit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::wallet) struct Transfer {
    pub(in crate::wallet) debit: Account,
    pub(in crate::wallet) credit: Account,
    pub(in crate::wallet) amount_minor: i64,
    pub(in crate::wallet) phase: Phase,
}

impl Transfer {
    /// One that moves its money at once.
    pub(in crate::wallet) fn single(debit: Account, credit: Account, amount_minor: i64) -> Self {
        Self { debit, credit, amount_minor, phase: Phase::Single }
    }
}

/// What a transfer does to the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::wallet) enum Phase {
    /// Moves it at once.
    Single,
    /// Sets it aside.
    Pending {
        /// Until then, if there is an end.
        expires_at_ms: Option<i64>,
    },
    /// Moves what entry `pending` set aside, all or in part; the rest is free again.
    Post {
        /// The entry's position.
        pending: u64,
        /// All that it set aside.
        reserved_minor: i64,
    },
    /// Frees all that entry `pending` set aside.
    Void {
        /// The entry's position.
        pending: u64,
    },
    /// The same, because its time is over.
    Expire {
        /// The entry's position.
        pending: u64,
    },
}

impl Phase {
    /// The name in the book.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Pending { .. } => "pending",
            Self::Post { .. } => "post",
            Self::Void { .. } => "void",
            Self::Expire { .. } => "expire",
        }
    }

    /// The entry that set aside what this ends.
    pub(super) fn pending(self) -> Option<u64> {
        match self {
            Self::Single | Self::Pending { .. } => None,
            Self::Post { pending, .. } | Self::Void { pending } | Self::Expire { pending } => Some(pending),
        }
    }

    /// Until when the money is set aside.
    pub(super) fn expires_at_ms(self) -> Option<i64> {
        if let Self::Pending { expires_at_ms } = self { expires_at_ms } else { None }
    }

    /// By how much the pending and the posted sum of each side change.
    pub(super) fn change(self, amount_minor: i64) -> (i64, i64) {
        match self {
            Self::Single => (0, amount_minor),
            Self::Pending { .. } => (amount_minor, 0),
            Self::Post { reserved_minor, .. } => (-reserved_minor, amount_minor),
            Self::Void { .. } | Self::Expire { .. } => (-amount_minor, 0),
        }
    }
}
