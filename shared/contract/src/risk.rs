//! Withdrawals that wait for an operator, and why: `/api/operator/withdrawals`. See [`crate::operator`]
//! for the calls. Nothing of this is ever told to a player.

use crate::money::Currency;

wire! {
    /// What is done with a withdrawal, from the mildest to the gravest.
    pub enum Outcome {
        /// It is paid at once.
        Allow = "allow",
        /// It is set aside until an operator has decided.
        Hold = "hold",
        /// The same, and so is every later one of this player.
        Lock = "lock",
    }
}

wire! {
    /// A page of withdrawals that wait, oldest first.
    pub struct OpenWithdrawals {
        /// Them.
        pub withdrawals: Vec<OpenWithdrawal>,
        /// Pass as `after` for the next page; absent on the last.
        pub next_after: Option<u64>,
    }
}

wire! {
    /// A withdrawal that waits.
    pub struct OpenWithdrawal {
        /// The id of the ledger's entry that set it aside.
        pub id: String,
        /// That entry's position.
        pub version: u64,
        /// Whose it is.
        pub player: String,
        /// How much is set aside.
        pub amount_minor: i64,
        /// The account's currency.
        pub currency: Currency,
        /// Since when, Unix milliseconds.
        pub at_ms: i64,
        /// Whether all of this player's withdrawals are set aside now.
        pub locked: bool,
        /// Why it waits; absent for one from before there were rules.
        pub decision: Option<Decision>,
    }
}

wire! {
    /// What the rules said of a withdrawal, with all that they said it from.
    pub struct Decision {
        /// The gravest outcome of all reasons.
        pub outcome: Outcome,
        /// The version that the rules gave themselves.
        pub rules_version: String,
        /// SHA-256 over the rules, in hex: tells apart what was given one version by mistake.
        pub rules_digest: String,
        /// The rules that held, in their order.
        pub reasons: Vec<Reason>,
        /// What they were asked about.
        pub facts: Vec<Fact>,
    }
}

wire! {
    /// A rule that held.
    pub struct Reason {
        /// Its name.
        pub rule: String,
        /// What it asks for.
        pub outcome: Outcome,
        /// In the house's words.
        pub text: String,
    }
}

wire! {
    /// One thing that was known. A flag is 0 or 1.
    pub struct Fact {
        /// As the rules name it.
        pub name: String,
        /// How much; absent if it has never happened.
        pub value: Option<i64>,
    }
}

wire! {
    /// Releases or refuses a withdrawal.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct ReviewRequest {
        /// Why: 1 to 300 characters, for the log.
        pub reason: String,
    }
}

wire! {
    /// What an operator decided.
    pub enum Verdict {
        /// It was paid, in full.
        Released = "released",
        /// It was given back to the player.
        Refused = "refused",
    }
}

wire! {
    /// A withdrawal that an operator has decided about. There is one for each, for ever.
    pub struct Review {
        /// The withdrawal's id.
        pub id: String,
        /// Whose it was.
        pub player: String,
        /// How it ended.
        pub verdict: Verdict,
        /// How much was paid or given back.
        pub amount_minor: i64,
        /// The account's currency.
        pub currency: Currency,
        /// Who decided: an operator's address.
        pub operator: String,
        /// Why, in the operator's words.
        pub reason: String,
        /// When, Unix milliseconds.
        pub at_ms: i64,
    }
}

wire! {
    /// Whether a player's withdrawals are all set aside.
    pub struct WithdrawalsLock {
        /// Whose.
        pub player: String,
        /// Whether they are.
        pub locked: bool,
    }
}
