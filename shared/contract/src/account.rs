//! A player's own account: `/api/account` and below.
//!
//! | call | body | reply |
//! |---|---|---|
//! | `GET /api/account` | – | [`Account`] |
//! | `POST /api/account` | [`AccountChange`] | [`Account`] as it is now; 409 if it changed meanwhile |
//! | `POST /api/account/password` | [`PasswordChange`] | [`Session`], cookie rotated, every other session ended |
//! | `GET /api/account/sessions` | – | [`Sessions`] |
//! | `POST /api/account/sessions/{id}/end` | `{}` | [`Sessions`] that are left |
//! | `POST /api/account/sessions/end-all` | `{}` | [`Session`] without a player |
//! | `GET /api/account/export` | – | everything that is held on the player, as a file |
//!
//! [`Session`]: crate::identity::Session

wire! {
    /// Who a player is and how to reach them.
    pub struct Account {
        /// Shown on the page.
        pub name: String,
        /// The address to sign in with; a demo player has none.
        pub email: Option<String>,
        /// Where to write to, if not to `email`.
        pub contact_email: Option<String>,
        /// With the country's code: `+4930123456`.
        pub phone: Option<String>,
        /// As it stands on an envelope, a line each.
        pub address: Option<String>,
        /// The language of what we write to the player: `en`, `de`, `es`, `ja`, `ar`.
        pub language: Option<String>,
        /// A throw-away player: nothing of it can be changed.
        pub demo: bool,
        /// When it was made, Unix milliseconds.
        pub created_at_ms: i64,
        /// Counts changes; a change names the one that it was made from.
        pub version: u64,
        /// Everything held on the player can be asked for from then on; absent if at once.
        pub export_after_ms: Option<i64>,
    }
}

wire! {
    /// The details as they should be from now on; what is left out is removed.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct AccountChange {
        /// [`Account::version`] of what was changed.
        pub version: u64,
        /// 1 to 40 characters.
        pub name: String,
        /// At most 254 characters, with an `@`.
        pub contact_email: Option<String>,
        /// `+` and 7 to 15 digits; spaces and the like between them don't count.
        pub phone: Option<String>,
        /// At most 8 lines and 300 characters.
        pub address: Option<String>,
        /// One of the five.
        pub language: Option<String>,
    }
}

wire! {
    /// A new password.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct PasswordChange {
        /// The one until now.
        pub current_password: String,
        /// Another one, 8 to 200 characters.
        pub new_password: String,
    }
}

wire! {
    /// Where a player is signed in, the one that asks first, then the latest seen first.
    pub struct Sessions {
        /// All that are live.
        pub sessions: Vec<SessionInfo>,
    }
}

wire! {
    /// One session.
    pub struct SessionInfo {
        /// A UUID; good for ending the session and nothing else.
        pub id: String,
        /// `Firefox`; absent if it is none that we know.
        pub browser: Option<String>,
        /// `Android`; absent if it is none that we know.
        pub system: Option<String>,
        /// When it began, Unix milliseconds.
        pub created_at_ms: i64,
        /// When it was last used, to some minutes.
        pub seen_at_ms: i64,
        /// The one that asks.
        pub current: bool,
    }
}
