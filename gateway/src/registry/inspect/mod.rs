//! Inspections: a developer's browser gets the inspector with its pages, and builds of the developer's own in the
//! place of fragments.
//!
//! An inspection is begun by a person at this machine or by an operator, never by a link or by a fragment that
//! somebody else has made, and is one browser's: its cookie can't be read by any script. What is brought into it is
//! held in memory, checked as a release is, and served and signed as one, with that cookie alone. So the page's policy,
//! its digests and its signature are what they are for everybody.
//!
//! **Architecture invariant:** whoever has no inspection gets the same bytes as if this were not here. Of operators it
//! knows no more than what their door lets pass.

mod access;
mod http;
mod layer;
mod overlay;
mod state;

use std::sync::{Mutex, MutexGuard, PoisonError};

use ::http::HeaderMap;
use tokio::sync::watch;

use super::Registry;
pub(super) use http::{openapi, routes};
pub(super) use layer::inspected;
use state::State;

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Inspections(Mutex<State>);

impl Inspections {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Registry {
    /// Changes whenever another build stands in for a fragment in the browser that asks; nothing without an
    /// inspection.
    pub(super) fn own_changes(&self, headers: &HeaderMap) -> Option<watch::Receiver<u64>> {
        let cookie = access::cookie(headers)?;
        self.0.inspections.state().changes(cookie, self.0.clock.now_ms())
    }
}
