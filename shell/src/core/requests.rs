//! What a fragment's request must pass, and what its failure is called.

use contract::manifest::Capabilities;

/// No answer for this long is a failure.
pub const DEADLINE_MS: u32 = 10_000;

/// Why a request gives no answer; the name of the `Error` that the fragment gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server can't be reached.
    Offline,
    /// It did not answer within [`DEADLINE_MS`].
    Timeout,
    /// The manifest does not grant it.
    NotGranted,
}

impl Failure {
    /// The `name` of the `Error`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offline => "Offline",
            Self::Timeout => "Timeout",
            Self::NotGranted => "NotGranted",
        }
    }

    /// What `fetch` rejected with, by the name of its error.
    #[must_use]
    pub fn of_fetch(error_name: &str) -> Self {
        if error_name == "TimeoutError" { Self::Timeout } else { Self::Offline }
    }

    /// A status that says that nobody of ours answered: some proxy did, without a body that the
    /// contract knows. A service that is down answers 503 with a problem, and that is an answer.
    #[must_use]
    pub fn of_status(status: u16, has_body: bool) -> Option<Self> {
        match status {
            502 | 503 if !has_body => Some(Self::Offline),
            504 if !has_body => Some(Self::Timeout),
            _ => None,
        }
    }
}

/// Whether a fragment may send this. Only our own API is ever granted, whatever the manifest says.
///
/// # Errors
/// [`Failure::NotGranted`].
pub fn check(capabilities: &Capabilities, method: &str, path: &str) -> Result<(), Failure> {
    if path.starts_with("/api/") && capabilities.grants(method, path) { Ok(()) } else { Err(Failure::NotGranted) }
}

/// Whether a request must carry the session's CSRF token.
#[must_use]
pub fn changes_state(method: &str) -> bool {
    !matches!(method, "GET" | "HEAD")
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn only_granted_paths_of_the_api_pass() {
        let granted = Capabilities { requests: vec!["GET /api/wallet/*".into(), "GET /*".into()], origins: vec![] };
        assert_eq!(check(&granted, "GET", "/api/wallet/balance"), Ok(()));
        assert_eq!(check(&granted, "POST", "/api/wallet/deposits"), Err(Failure::NotGranted));
        assert_eq!(check(&granted, "GET", "/fragments/wallet/wallet.js"), Err(Failure::NotGranted));
        assert_eq!(check(&granted, "GET", "https://elsewhere/api/wallet/balance"), Err(Failure::NotGranted));
    }

    #[test]
    fn failures_have_their_names() {
        assert_eq!(Failure::of_fetch("TimeoutError").as_str(), "Timeout");
        assert_eq!(Failure::of_fetch("TypeError").as_str(), "Offline");
        assert_eq!(Failure::of_status(502, false), Some(Failure::Offline));
        assert_eq!(Failure::of_status(503, true), None, "a service that says so itself");
        assert_eq!(Failure::of_status(500, false), None);
        assert!(changes_state("POST") && !changes_state("GET"));
    }
}
