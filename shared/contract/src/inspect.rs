//! Builds of a developer's own in one browser, under `/api/inspect/`.
//!
//! | call | body | reply | by whom |
//! |---|---|---|---|
//! | `POST /api/inspect/code` | | 201 [`InspectCode`] | page |
//! | `GET /api/inspect/manifest?after=` | | [`crate::manifest::Manifest`], signed | page |
//! | `GET /api/inspect/overrides` | | [`Overrides`] | page, tool |
//! | `POST /api/inspect/missing` | [`crate::registry::Addresses`] | [`crate::registry::Addresses`] | tool |
//! | `PUT /api/inspect/files/{address}` | the file's bytes | 204 | tool |
//! | `PUT /api/inspect/overrides/{fragment}` | [`crate::manifest::Fragment`], as it was packed | [`Override`] | tool |
//! | `DELETE /api/inspect/overrides/{fragment}` | | 204 | page, tool |
//!
//! `after` is what the page was told with the news of another manifest: the answer knows as much, or is a 503.
//!
//! A page is known by the cookie of its inspection, a tool by the code that its developer has copied from there:
//! `authorization: Bearer CODE`.

wire! {
    /// What a developer gives to a tool, so that it may bring builds into their browser.
    pub struct InspectCode {
        /// 22 letters, digits, dashes and underscores.
        pub code: String,
        /// When the inspection ends, and the code with it: Unix milliseconds.
        pub expires_at_ms: i64,
    }
}

wire! {
    /// A build that stands in for a fragment in one browser.
    pub struct Override {
        /// Which fragment.
        pub fragment: String,
        /// As the page shows it: the build's version, and which one of this inspection it is.
        pub version: String,
        /// Since when, Unix milliseconds.
        pub at_ms: i64,
    }
}

wire! {
    /// What stands in for fragments in one browser.
    pub struct Overrides {
        /// By fragment.
        pub overrides: Vec<Override>,
        /// When the inspection ends, and they with it: Unix milliseconds.
        pub expires_at_ms: i64,
    }
}
