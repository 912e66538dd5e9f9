//! The people who run the house: `/api/operator/*`.
//!
//! | call | body | reply | least role |
//! |---|---|---|---|
//! | `POST /api/operator/sign-in` | [`crate::identity::SignIn`] | [`OperatorSession`], cookie set | – |
//! | `POST /api/operator/sign-out` | `{}` | `{}` | – |
//! | `GET /api/operator/session` | – | [`OperatorSession`] | developer |
//! | `GET /api/operator/players?id=` or `?email=` | – | [`FoundPlayers`] | viewer |
//! | `GET /api/operator/players/{id}` | – | [`PlayerFile`] | support |
//! | `POST /api/operator/players/{id}/lock` | [`LockChange`] | [`FoundPlayer`] | support |
//! | `POST /api/operator/players/{id}/unlock` | [`LockChange`] | [`FoundPlayer`] | risk |
//! | `GET /api/operator/log?before=&limit=` | – | [`OperatorLog`] | admin |
//! | `GET /api/operator/withdrawals?after=&limit=` | – | [`crate::risk::OpenWithdrawals`] | viewer |
//! | `POST /api/operator/withdrawals/{id}/release` | [`crate::risk::ReviewRequest`], idempotency key | 201 [`crate::risk::Review`] | risk |
//! | `POST /api/operator/withdrawals/{id}/refuse` | [`crate::risk::ReviewRequest`], idempotency key | 201 [`crate::risk::Review`] | risk |
//! | `POST /api/operator/players/{id}/withdrawals/lock` | [`LockChange`] | [`crate::risk::WithdrawalsLock`] | support |
//! | `POST /api/operator/inspect` | – | 204, cookie of an inspection set: [`crate::inspect`] | developer |
//! | `POST /api/operator/players/{id}/withdrawals/unlock` | [`LockChange`] | [`crate::risk::WithdrawalsLock`] | risk |
//! | `GET /api/operator/releases` | – | [`crate::registry::RegistryStatus`] | developer |
//! | `GET /api/operator/releases/history?fragment=&before=` | – | [`crate::registry::ShippingHistory`] | developer |
//! | `POST /api/operator/releases/kill` | [`crate::registry::KillCommand`] | [`crate::registry::Standing`] | risk |
//! | `POST /api/operator/releases/rollback` | [`crate::registry::RollbackCommand`] | [`crate::registry::Standing`] | risk |
//! | `POST /api/operator/releases/canary/end` | [`crate::registry::EndCanaryCommand`] | [`crate::registry::Standing`] | risk |
//! | `POST /api/operator/releases/revive` | [`crate::registry::ReviveCommand`] | [`crate::registry::Standing`] | admin |
//! | `POST /api/operator/releases/promote` | [`crate::registry::PromoteCommand`] | [`crate::registry::Standing`] | admin |

use crate::account::Account;
use crate::wallet::{Balance, Entry};

wire! {
    /// What an operator may do. Each role may do what those before it may.
    pub enum Role {
        /// Inspects pages, tries builds of their own in their own browser, and reads how releases stand.
        Developer = "developer",
        /// Finds players.
        Viewer = "viewer",
        /// Reads their accounts and locks them.
        Support = "support",
        /// Unlocks them; switches fragments off and rolls them back.
        Risk = "risk",
        /// Reads what operators did; switches fragments on and promotes releases.
        Admin = "admin",
    }
}

wire! {
    /// An operator.
    pub struct Operator {
        /// A UUID.
        pub id: String,
        /// In lower case.
        pub email: String,
        /// What they may do.
        pub role: Role,
    }
}

wire! {
    /// Who is signed in, and what a state-changing call must carry.
    pub struct OperatorSession {
        /// Who.
        pub operator: Operator,
        /// For the header `x-csrf-token`.
        pub csrf_token: String,
    }
}

wire! {
    /// Players that were looked for; none or one.
    pub struct FoundPlayers {
        /// Them.
        pub players: Vec<FoundPlayer>,
    }
}

wire! {
    /// A player as every operator may see them.
    pub struct FoundPlayer {
        /// A UUID.
        pub id: String,
        /// Shown on the page.
        pub name: String,
        /// The address to sign in with; a demo player has none.
        pub email: Option<String>,
        /// When the account was made, Unix milliseconds.
        pub created_at_ms: i64,
        /// Since when nobody can sign in, Unix milliseconds; absent if not locked.
        pub locked_at_ms: Option<i64>,
    }
}

wire! {
    /// A player's account and money, for support.
    pub struct PlayerFile {
        /// Who.
        pub player: FoundPlayer,
        /// The details.
        pub account: Account,
        /// How many sessions are live.
        pub sessions: u32,
        /// What the ledger says they hold.
        pub balance: Balance,
        /// The latest lines of their history, newest first.
        pub entries: Vec<Entry>,
    }
}

wire! {
    /// Locks or unlocks an account.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct LockChange {
        /// Why: 1 to 300 characters, for the log.
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
        pub reason: String,
    }
}

wire! {
    /// A page of what operators did, newest first.
    pub struct OperatorLog {
        /// The lines.
        pub lines: Vec<LogLine>,
        /// Pass as `before` for the next page; absent on the last.
        pub next_before: Option<u64>,
    }
}

wire! {
    /// One thing that an operator did. It is never changed or removed.
    pub struct LogLine {
        /// Its place; rises.
        pub seq: u64,
        /// When, Unix milliseconds.
        pub at_ms: i64,
        /// Who: an operator's address, or `command line`.
        pub operator: String,
        /// What.
        pub action: LogAction,
        /// The player or operator that it was done to.
        pub subject: Option<String>,
        /// Why, in the operator's words.
        pub reason: Option<String>,
    }
}

wire! {
    /// What is logged.
    pub enum LogAction {
        /// An operator was added.
        Added = "operator-added",
        /// An operator was removed.
    Removed = "operator-removed",
    /// An operator signed in.
        SignedIn = "signed-in",
        /// A player's account was locked.
        Locked = "player-locked",
        /// It was unlocked.
        Unlocked = "player-unlocked",
        /// A withdrawal that was set aside was paid.
        WithdrawalReleased = "withdrawal-released",
        /// It was given back to the player.
        WithdrawalRefused = "withdrawal-refused",
        /// From then on a player's withdrawals were set aside.
        WithdrawalsLocked = "withdrawals-locked",
        /// No longer.
        WithdrawalsUnlocked = "withdrawals-unlocked",
    }
}
