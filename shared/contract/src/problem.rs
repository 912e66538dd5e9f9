//! The one error envelope over HTTP: problem details (RFC 9457), `application/problem+json`.

wire! {
    /// What went wrong, for people and for programs.
    pub struct Problem {
        /// A stable path that names the kind: `/problems/` and a [`Code`].
        pub r#type: String,
        /// The kind in a few words, the same for each occurrence.
        pub title: String,
        /// The HTTP status.
        pub status: u16,
        /// This occurrence, in a sentence that may be shown to a person.
        pub detail: String,
        /// The member of the request at fault, as a path: `amount_minor`.
        pub field: Option<String>,
    }
}

/// Stands in [`Problem::detail`] where a command was [`Code::Unavailable`] and surely changed nothing. Without it the
/// command may be done all the same: its answer came too late.
pub const NOTHING_CHANGED: &str = "Nothing was changed";

wire! {
    /// The kinds of problem. Fragments choose their message by it.
    pub enum Code {
        /// The body is no JSON, lacks a member, or has one too many.
        InvalidBody = "invalid-body",
        /// A member, parameter or header has a value that is not allowed.
        InvalidValue = "invalid-value",
        /// A money command came without an idempotency key.
        KeyMissing = "idempotency-key-missing",
        /// The key was used before with another body.
        KeyReused = "idempotency-key-reused",
        /// A command with this key is still being carried out.
        InFlight = "in-flight",
        /// Nobody is signed in.
        SignedOut = "signed-out",
        /// Wrong address or password.
        WrongCredentials = "wrong-credentials",
        /// The account is locked: nobody can sign in to it.
        Locked = "account-locked",
        /// The address has an account already.
        EmailTaken = "email-taken",
        /// The request comes from another site or lacks its CSRF token.
        Forbidden = "forbidden",
        /// There is no such thing.
        NotFound = "not-found",
        /// The account does not hold enough.
        InsufficientFunds = "insufficient-funds",
        /// The state does not allow it: already opted in, not yet earned, round closed.
        Conflict = "conflict",
        /// A limit of the account, the table or the house.
        LimitReached = "limit-reached",
        /// The player takes a break: a time-out or a self-exclusion is in force.
        PlayBlocked = "play-blocked",
        /// The body is larger than the route takes.
        TooLarge = "too-large",
        /// Too many requests.
        TooMany = "too-many-requests",
        /// The service is down; others are not.
        Unavailable = "unavailable",
        /// Ours; the log has the rest under the request id.
        Internal = "internal",
    }
}

impl Problem {
    /// The kind, when it is one that this version knows.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        self.r#type.strip_prefix("/problems/").and_then(Code::from_name)
    }
}
