//! What a page tells of the fragments on it: what became of each, and how the page felt.
//!
//! | call | body | reply |
//! |---|---|---|
//! | `POST /api/telemetry` | [`Report`] | 204 |
//!
//! Nobody is believed: what one device or one network can add to a release's numbers is bounded, and what goes over
//! that changes nothing.

/// The most releases in a report.
pub const MAX_RELEASES: usize = 32;
/// The most mounts of a release in a report.
pub const MAX_MOUNTS: usize = 16;
/// The most of anything else that is counted of a release.
pub const MAX_COUNT: u32 = 1000;
/// The longest time, ten minutes; what took longer was not waited for.
pub const MAX_MS: u32 = 600_000;
/// The longest time that a release can have been degraded in a report, a day.
pub const MAX_DEGRADED_MS: u32 = 86_400_000;

wire! {
    /// What a page has counted since its last report.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct Report {
        /// By release.
        pub fragments: Vec<ReleaseReport>,
        /// How the page felt; told once, of the releases that are named here.
        #[cfg_attr(feature = "serde", serde(default))]
        pub page: Option<PageVitals>,
    }
}

wire! {
    /// What became of one release.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct ReleaseReport {
        /// Of which fragment.
        pub fragment: String,
        /// Which.
        pub version: String,
        /// How long each mount took, of those of which it is known what became.
        #[cfg_attr(feature = "openapi", schema(max_items = 16))]
        pub mounts_ms: Vec<u32>,
        /// Why those of them ended that have crashed.
        #[cfg_attr(feature = "openapi", schema(max_items = 16))]
        pub crashes: Vec<CrashCause>,
        /// Of the mounts, those that were without what they depend on.
        #[cfg_attr(feature = "openapi", schema(maximum = 16))]
        pub degraded: u32,
        /// For how long.
        #[cfg_attr(feature = "openapi", schema(maximum = 86400000))]
        pub degraded_ms: u32,
        /// Attempts to load that failed, or brought what is not genuine.
        #[cfg_attr(feature = "openapi", schema(maximum = 1000))]
        pub failed: u32,
        /// How often it has taken over from another release on an open page.
        #[cfg_attr(feature = "openapi", schema(maximum = 1000))]
        pub swaps: u32,
    }
}

wire! {
    /// Why a fragment crashed.
    pub enum CrashCause {
        /// It panicked, trapped or threw.
        Panic = "panic",
        /// It ran out of memory.
        Memory = "memory",
        /// It ran on without a pause.
        Endless = "endless",
        /// It did not answer, or its page died.
        Hung = "hung",
    }
}

wire! {
    /// How a page felt; what a browser does not measure, or did not come about, is left out.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct PageVitals {
        /// When the largest thing was painted.
        #[cfg_attr(feature = "serde", serde(default))]
        #[cfg_attr(feature = "openapi", schema(maximum = 600000))]
        pub lcp_ms: Option<u32>,
        /// The longest answer to what the player did.
        #[cfg_attr(feature = "serde", serde(default))]
        #[cfg_attr(feature = "openapi", schema(maximum = 600000))]
        pub inp_ms: Option<u32>,
        /// How far things moved by themselves, in thousandths.
        #[cfg_attr(feature = "serde", serde(default))]
        #[cfg_attr(feature = "openapi", schema(maximum = 600000))]
        pub cls_permille: Option<u32>,
    }
}

impl PageVitals {
    /// Whether one of them is poor, by what is agreed on for the web.
    #[must_use]
    pub fn is_poor(&self) -> bool {
        let told = [(self.lcp_ms, 4000), (self.inp_ms, 500), (self.cls_permille, 250)];
        told.iter().any(|(value, good)| value.is_some_and(|value| value > *good))
    }
}
