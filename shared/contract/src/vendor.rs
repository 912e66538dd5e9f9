//! The seamless wallet: what a vendor calls on the operator, under `/vendor/v1/`.
//!
//! | call | body | reply |
//! |---|---|---|
//! | `POST /vendor/v1/authenticate` | [`Authenticate`] | [`Authenticated`] |
//! | `POST /vendor/v1/balance` | [`BalanceQuery`] | [`Reply`] |
//! | `POST /vendor/v1/bet` | [`Transaction`] | [`Reply`] |
//! | `POST /vendor/v1/win` | [`Transaction`] | [`Reply`] |
//! | `POST /vendor/v1/rollback` | [`Rollback`] | [`Reply`] |
//! | `POST /vendor/v1/promo-payout` | [`PromoPayout`] | [`Reply`] |
//!
//! Each call is signed: header [`SIGNATURE`] holds the base64 of an Ed25519 signature over
//! [`crate::signed::text`], [`TIMESTAMP`] the vendor's clock and [`VENDOR`] its name. A repeated
//! transaction id with the same content gets the first answer again; with other content it is
//! refused as `transaction-differs`. Every business answer is HTTP 200 with a [`Status`]; 401 is
//! a bad signature, 400 a malformed body, 503 retry.
//!
//! What other operators' interfaces call their answers: "bet exists" is [`Status::TransactionDiffers`]
//! (the same bet again is `ok`), "bet does not exist" is [`Status::UnknownBet`], "bet already settled"
//! is [`Status::AlreadySettled`], and a temporary error is no status but 503: the call may be repeated
//! as it is.
//!
//! The other way round the operator reads the vendor's statement: `GET /statement` at the vendor, page by
//! page ([`StatementPage`]), each signed in the same way by the vendor over its body.

use crate::money::Currency;

/// The header with the signature.
pub const SIGNATURE: &str = "x-vendor-signature";
/// The header with the time of signing, Unix milliseconds; more than five minutes off is refused.
pub const TIMESTAMP: &str = "x-vendor-timestamp";
/// The header with the vendor's name.
pub const VENDOR: &str = "x-vendor";

wire! {
    /// Exchanges a launch token for a session.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct Authenticate {
        /// From the player's page.
        pub token: String,
    }
}

wire! {
    /// Who the token stands for.
    pub struct Authenticated {
        /// Whether the token was good.
        pub status: Status,
        /// The vendor's session with this player; empty unless `ok`.
        pub session: String,
        /// The player's id; empty unless `ok`.
        pub player: String,
        /// The table that the token was for.
        pub table: String,
        /// The currency of the player's stakes.
        pub currency: Option<Currency>,
        /// What can be staked.
        pub balance_minor: i64,
    }
}

wire! {
    /// Asks for what can be staked.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct BalanceQuery {
        /// From [`Authenticated::session`].
        pub session: String,
    }
}

wire! {
    /// A bet (debit) or a win (credit).
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct Transaction {
        /// The vendor's id of this transaction: a UUID.
        pub transaction: String,
        /// From [`Authenticated::session`]. A win is taken after the session has ended.
        pub session: String,
        /// The player's id; must be the session's.
        pub player: String,
        /// Which table.
        pub table: String,
        /// Which round.
        pub round: String,
        /// More than 0; a win of 0 settles bets that were lost, so that they can't be taken back.
        pub amount_minor: i64,
        /// The session's currency.
        pub currency: Currency,
        /// The game, for promotions.
        pub game: crate::live::Game,
        /// The bets' transactions that a win settles; empty for a bet.
        pub settles: Vec<String>,
        /// What a bet stakes where, in sum its amount, if the vendor tells; absent for a win.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        pub stakes: Option<Vec<crate::feed::Stake>>,
    }
}

wire! {
    /// Takes a bet back.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct Rollback {
        /// The vendor's id of this rollback.
        pub transaction: String,
        /// The bet to take back. One that never arrived leaves a tombstone: it will fail.
        pub bet: String,
        /// The player's id.
        pub player: String,
        /// Which table.
        pub table: String,
        /// Which round.
        pub round: String,
    }
}

wire! {
    /// Gives a player something outside of any round: what a vendor's own promotion pays.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct PromoPayout {
        /// The vendor's id of this transaction: a UUID.
        pub transaction: String,
        /// From [`Authenticated::session`]; it may have ended.
        pub session: String,
        /// The player's id; must be the session's.
        pub player: String,
        /// The vendor's name for its promotion.
        pub promotion: String,
        /// More than 0.
        pub amount_minor: i64,
        /// The session's currency.
        pub currency: Currency,
    }
}

wire! {
    /// The answer to a transaction.
    pub struct Reply {
        /// What became of it.
        pub status: Status,
        /// What can be staked now.
        pub balance_minor: i64,
        /// The session's currency; absent if there is no such session.
        pub currency: Option<Currency>,
        /// A sentence for the vendor's log.
        pub detail: String,
    }
}

wire! {
    /// What became of a vendor's call.
    pub enum Status {
        /// Done, now or before under the same id.
        Ok = "ok",
        /// The token or session is unknown, used, expired or another player's.
        InvalidSession = "invalid-session",
        /// The wallet does not hold enough.
        InsufficientFunds = "insufficient-funds",
        /// The id was used with other content.
        TransactionDiffers = "transaction-differs",
        /// The bet was settled: it can't be taken back.
        AlreadySettled = "already-settled",
        /// The bet was taken back before: it can't be placed or settled any more.
        RolledBack = "rolled-back",
        /// A win for bets that are not there.
        UnknownBet = "unknown-bet",
        /// A limit of the player or the house has no room, a reality check waits to be acknowledged, or
        /// the player takes a break. The refusal of this bet is final.
        LimitReached = "limit-reached",
        /// The currency is not the session's, or the amount is out of range.
        InvalidAmount = "invalid-amount",
    }
}

wire! {
    /// A page of the vendor's statement: everything that it has told the operator or still owes it, in the
    /// order of the vendor's clock.
    pub struct StatementPage {
        /// The lines.
        pub lines: Vec<StatementLine>,
        /// Where the next page begins; absent on the last.
        pub next: Option<String>,
    }
}

wire! {
    /// One transaction, as the vendor's books have it.
    pub struct StatementLine {
        /// The vendor's id of the transaction.
        pub transaction: String,
        /// Which call.
        pub kind: StatementKind,
        /// Whose money it is.
        pub player: String,
        /// Which round; absent for a promotion's payout.
        pub round: Option<String>,
        /// The bets that it settles or takes back; none for a bet or a payout.
        pub bets: Vec<String>,
        /// The stake, the win, the stake that goes back, or the payout.
        pub amount_minor: i64,
        /// In which currency.
        pub currency: Currency,
        /// How far it is.
        pub state: StatementState,
        /// When it was written down, Unix milliseconds on the vendor's clock.
        pub at_ms: i64,
    }
}

wire! {
    /// Which call a line of the statement stands for.
    pub enum StatementKind {
        /// Takes a stake.
        Bet = "bet",
        /// Settles bets and pays what they won.
        Win = "win",
        /// Gives a stake back.
        Rollback = "rollback",
        /// Pays what a promotion of the vendor's promised.
        PromoPayout = "promo-payout",
    }
}

wire! {
    /// How far the vendor is with a transaction.
    pub enum StatementState {
        /// The operator has not given a final answer yet.
        Pending = "pending",
        /// The operator has done it; a bet stands, or was settled.
        Done = "done",
        /// The bet was refused: no money moved.
        Refused = "refused",
        /// The bet is taken back, or is on its way back.
        TakenBack = "taken-back",
        /// The operator refused for good what it should not; the vendor's people have to look.
        Review = "review",
    }
}
