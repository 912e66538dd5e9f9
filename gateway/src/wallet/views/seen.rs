//! An answer out of the read models, and how far behind the ledger it is.

use axum::Json;
use axum::response::{IntoResponse, Response};
use contract::ENTRIES_BEHIND;
use http::HeaderValue;
use http::header::HeaderName;
use serde::Serialize;

/// An answer. Nearly always it is of this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::wallet) struct Seen<T> {
    pub(in crate::wallet) value: T,
    /// How many entries the ledger was ahead, where it did not help to wait, and at least one where that is not
    /// certain; 0 if everything of the player's is counted in.
    pub(in crate::wallet) behind: u64,
}

impl<T: Serialize> IntoResponse for Seen<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.value).into_response();
        if self.behind > 0 {
            response.headers_mut().insert(HeaderName::from_static(ENTRIES_BEHIND), HeaderValue::from(self.behind));
        }
        response
    }
}
