//! The player's money: `/api/wallet/*`.
//!
//! | call | body | reply |
//! |---|---|---|
//! | `GET /api/wallet/balance` | – | [`Balance`] |
//! | `POST /api/wallet/deposits` | [`MoneyCommand`], idempotency key | 201 [`Receipt`] |
//! | `POST /api/wallet/withdrawals` | [`MoneyCommand`], idempotency key | 201 [`Receipt`] |
//! | `GET /api/wallet/history?kind=&from_ms=&to_ms=&before=&limit=` | – | [`History`] |
//! | `GET /api/wallet/summary?period=&at_ms=` | – | [`Summary`] |

use crate::limits::Period;
use crate::money::Currency;

wire! {
    /// What a player holds. Cash is spent first and can be withdrawn; bonus money can only be bet.
    /// What is held is neither: it left the cash and has not arrived yet.
    pub struct Balance {
        /// The account's currency.
        pub currency: Currency,
        /// Withdrawable money, without what is held.
        pub cash_minor: i64,
        /// Cash that is set aside for withdrawals which are still being checked.
        pub held_minor: i64,
        /// Money that can only be bet.
        pub bonus_minor: i64,
        /// The ledger position of the last entry that is counted in. A balance with a lower
        /// version is older: drop it.
        pub version: u64,
        /// When that entry was made, Unix milliseconds.
        pub as_of_ms: i64,
    }
}

wire! {
    /// A deposit or a withdrawal.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct MoneyCommand {
        /// More than 0 and at most the house limit.
        #[cfg_attr(feature = "openapi", schema(minimum = 1))]
        pub amount_minor: i64,
        /// The account's currency.
        pub currency: Currency,
    }
}

wire! {
    /// A command that was carried out.
    pub struct Receipt {
        /// The new line of the history.
        pub entry: Entry,
        /// The balance right after it.
        pub balance: Balance,
    }
}

wire! {
    /// Why money moved.
    pub enum EntryKind {
        /// Play money paid in.
        Deposit = "deposit",
        /// Paid out.
        Withdrawal = "withdrawal",
        /// Staked at a table.
        Bet = "bet",
        /// Won at a table, stake included.
        Win = "win",
        /// A bet that was taken back.
        Rollback = "rollback",
        /// Given by a promotion.
        Bonus = "bonus",
        /// Given by a vendor outside of its rounds.
        PromoPayout = "promo-payout",
        /// What a withdrawal had set aside was paid out, all or in part.
        PaidOut = "paid-out",
        /// What was set aside came back.
        Returned = "returned",
    }
}

wire! {
    /// One line of a player's history: one balanced entry of the ledger.
    pub struct Entry {
        /// A UUID.
        pub id: String,
        /// The ledger position; rises with every entry of the whole ledger.
        pub version: u64,
        /// Why.
        pub kind: EntryKind,
        /// The change of cash: negative when it left the player or was set aside.
        pub cash_minor: i64,
        /// The change of what is set aside.
        pub held_minor: i64,
        /// The change of bonus money.
        pub bonus_minor: i64,
        /// The account's currency.
        pub currency: Currency,
        /// Cash right after it.
        pub cash_after_minor: i64,
        /// Bonus money right after it.
        pub bonus_after_minor: i64,
        /// What it belongs to: a table and its round, an offer, a vendor's promotion, or the id of the
        /// entry that set the money aside. Absent for the player's own.
        pub reference: Option<String>,
        /// When, Unix milliseconds.
        pub at_ms: i64,
    }
}

wire! {
    /// A page of the history, newest first.
    pub struct History {
        /// The lines.
        pub entries: Vec<Entry>,
        /// Pass as `before` for the next page; absent on the last.
        pub next_before: Option<u64>,
        /// Sum of all money in over the whole filtered period, all pages.
        pub total_in_minor: i64,
        /// Sum of all money out over the whole filtered period, all pages, as a positive number. What
        /// is set aside is not out before it is paid.
        pub total_out_minor: i64,
        /// The account's currency.
        pub currency: Currency,
    }
}

wire! {
    /// What a day, week or month of the market's calendar came to, from its beginning to its end.
    pub struct Summary {
        /// The account's currency.
        pub currency: Currency,
        /// Which of them.
        pub period: Period,
        /// When it begins, Unix milliseconds.
        pub from_ms: i64,
        /// When the next one begins.
        pub to_ms: i64,
        /// What was paid in.
        pub deposited_minor: i64,
        /// What was paid out. What is set aside is not out before it is paid.
        pub withdrawn_minor: i64,
        /// Paid in less paid out.
        pub net_deposits_minor: i64,
        /// Stakes, without those that were taken back in the period.
        pub staked_minor: i64,
        /// Wins, stakes included.
        pub won_minor: i64,
        /// Wins less stakes: below 0 when the games have cost.
        pub net_win_minor: i64,
    }
}
