//! Players and their sessions: `/api/identity/*`.
//!
//! | call | body | reply |
//! |---|---|---|
//! | `POST /api/identity/sign-up` | [`SignUp`] | 201 [`Session`], cookie set |
//! | `POST /api/identity/sign-in` | [`SignIn`] | 200 [`Session`], cookie rotated |
//! | `POST /api/identity/demo` | `{}` | 201 [`Session`]: a fresh player with play money |
//! | `POST /api/identity/sign-out` | `{}` | 200 [`Session`] without a player |
//! | `GET /api/identity/session` | – | 200 [`Session`] |

wire! {
    /// A new account.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct SignUp {
        /// Shown on the page; 1 to 40 characters.
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 40))]
        pub name: String,
        /// At most 254 characters, with an `@`.
        pub email: String,
        /// 8 to 200 characters.
        #[cfg_attr(feature = "openapi", schema(min_length = 8, max_length = 200))]
        pub password: String,
    }
}

wire! {
    /// Credentials.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct SignIn {
        /// As given at sign-up; case does not matter.
        pub email: String,
        /// As given at sign-up.
        pub password: String,
    }
}

wire! {
    /// Who is signed in, and what a state-changing call must carry.
    pub struct Session {
        /// Absent for a visitor.
        pub player: Option<Player>,
        /// For the header `x-csrf-token`; absent for a visitor.
        pub csrf_token: Option<String>,
    }
}

wire! {
    /// What the page may know of a player.
    pub struct Player {
        /// A UUID.
        pub id: String,
        /// As given at sign-up.
        pub name: String,
        /// A throw-away player made by one click.
        pub demo: bool,
    }
}
