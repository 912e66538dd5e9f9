//! Why a request gave no answer to work with.

use contract::problem::{Code, Problem};
use contract::wire::WireError;
use std::fmt;
use wasm_bindgen::JsValue;

/// A request through the shell failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestError {
    /// The server says no, and why.
    Problem(Problem),
    /// The server could not be reached.
    Offline,
    /// No answer within the shell's deadline. A command may or may not have been carried out:
    /// repeat it under the same key.
    Timeout,
    /// The manifest does not grant this fragment that request.
    NotGranted,
    /// The answer does not have the shape that the contract gives it.
    Malformed(WireError),
}

impl RequestError {
    /// The kind of problem, where the server named one that this version knows.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Problem(problem) => problem.code(),
            _ => None,
        }
    }

    /// The shell rejects with an `Error` whose name tells the causes apart.
    pub(crate) fn from_rejection(rejection: &JsValue) -> Self {
        match js_wire::member(rejection, "name").as_string().as_deref() {
            Some("Timeout") => Self::Timeout,
            Some("NotGranted") => Self::NotGranted,
            _ => Self::Offline,
        }
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problem(problem) => f.write_str(&problem.detail),
            Self::Offline => f.write_str("the server cannot be reached"),
            Self::Timeout => f.write_str("no answer in time"),
            Self::NotGranted => f.write_str("not granted to this fragment"),
            Self::Malformed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RequestError {}
