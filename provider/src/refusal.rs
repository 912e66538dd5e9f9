//! Why the vendor says no to a player: one error type for everything a frame can be refused for.

use contract::feed::{RefusalCode, Refused};

/// A refusal; nothing changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Refusal {
    /// What the client chooses its text by.
    pub code: RefusalCode,
    /// The member at fault, as a path: `stakes[2].spot`.
    pub field: Option<String>,
    /// A sentence for logs.
    pub detail: String,
}

impl Refusal {
    /// A refusal that no member is to blame for.
    pub fn new(code: RefusalCode, detail: impl Into<String>) -> Self {
        Self { code, field: None, detail: detail.into() }
    }

    /// The same, with the member at fault.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// As it is told to the client.
    #[must_use]
    pub fn about(self, key: Option<&str>) -> Refused {
        Refused { key: key.map(str::to_owned), code: self.code, field: self.field, detail: self.detail }
    }
}
