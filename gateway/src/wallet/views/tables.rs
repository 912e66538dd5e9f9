//! The read models' tables, by name: for whoever compares them or clears them away.

/// A table of read models; a row is found by its generation and these keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: &'static str,
    /// The player is the first.
    pub(super) keys: &'static [&'static str],
    pub(super) fields: &'static [&'static str],
}

/// All of them.
pub(super) const TABLES: [Table; 4] = [
    Table {
        name: "balances",
        keys: &["player"],
        fields: &["currency", "cash_minor", "held_minor", "bonus_minor", "version", "as_of_ms"],
    },
    Table {
        name: "lines",
        keys: &["player", "version"],
        fields: &[
            "id",
            "kind",
            "currency",
            "cash_minor",
            "held_minor",
            "bonus_minor",
            "cash_after_minor",
            "bonus_after_minor",
            "reference",
            "at_ms",
        ],
    },
    Table {
        name: "days",
        keys: &["player", "day"],
        fields: &["deposited_minor", "withdrawn_minor", "staked_minor", "returned_minor", "won_minor", "given_minor"],
    },
    Table { name: "sessions", keys: &["player"], fields: &["started_ms", "last_stake_ms", "net_minor"] },
];
