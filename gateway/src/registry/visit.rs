//! One request for the page or the manifest: which variant it gets, and who may keep the answer.
//!
//! **Architecture invariant:** without a canary the answer is the same for everybody, and sets no cookie.

use std::sync::Arc;

use http::header::{CACHE_CONTROL, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderValue};

use super::Registry;
use super::audience::Device;
use super::edition::Variant;

/// What a request gets, and what its answer has to say about that.
pub(super) struct Visit {
    pub(super) variant: Arc<Variant>,
    cookies: Vec<HeaderValue>,
    /// What the answer depends on besides what it always does; none while everybody gets the same.
    varies: Option<String>,
}

impl Registry {
    /// Looks at who asks.
    pub(super) async fn visit(&self, headers: &HeaderMap) -> Visit {
        let edition = self.current().await;
        if edition.canaries.is_empty() {
            return Visit { variant: Arc::clone(&edition.everybodys), cookies: Vec::new(), varies: None };
        }
        let mut bytes = [0; 8];
        if let Err(error) = getrandom::fill(&mut bytes) {
            // The system has no random numbers: everybody without a cookie is the same device for now.
            tracing::error!(%error, "no new device can be told from another");
        }
        let audiences = &self.0.audiences;
        let drawn = audiences.draw(&edition.canaries, headers, Device(u64::from_be_bytes(bytes)));
        let variant = edition.variant(drawn.combination, &self.0.sealer).await;
        Visit { variant, cookies: drawn.cookies, varies: Some(audiences.vary()) }
    }
}

impl Visit {
    /// Says who may keep the answer. `always` is what it depends on in any case.
    pub(super) fn mark(self, always: &'static str, out: &mut HeaderMap) {
        let (cache, vary) = match self.varies {
            None => ("no-cache", HeaderValue::from_static(always)),
            Some(more) => {
                let cookie = if always.contains("cookie") { "" } else { ", cookie" };
                let vary = HeaderValue::try_from(format!("{always}{cookie}, {more}"));
                ("private, no-cache", vary.unwrap_or(HeaderValue::from_static("*")))
            }
        };
        out.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
        out.insert(VARY, vary);
        out.extend(self.cookies.into_iter().map(|cookie| (SET_COOKIE, cookie)));
    }
}
