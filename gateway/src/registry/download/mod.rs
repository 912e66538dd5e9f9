//! Delivers what every page needs as one pack, and tells a file of a release by what differs from what the browser holds:
//! an earlier one, or the pack that it came with.
//!
//! **Architecture invariant:** nothing is compressed when it is asked for, and nobody waits for any of it: a worker
//! makes it once what is shown has changed, and until then browsers load whole files. What it makes is of bytes that
//! are what the manifest says; the page compares them all the same.

mod headers;
mod pack;
mod work;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use delivery::{Dictionary, Hash};
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::desk::Shown;
use super::edition::Edition;
use super::files::{IMMUTABLE, content_type};
pub(super) use headers::mark;
pub(super) use pack::Offer;
use pack::Pack;
use work::Job;

/// Of packs, and of each file, so many releases are kept, the newest last: what a browser may hold and gets a delta for.
const KEPT: usize = 4;

/// A file that browsers may hold.
#[derive(Debug)]
struct Held {
    url: String,
    dictionary: Dictionary,
}

/// What there is by now.
#[derive(Clone, Debug, Default)]
struct State {
    /// By the addresses that they are dictionaries for.
    held: BTreeMap<String, Vec<Arc<Held>>>,
    /// The newest last.
    packs: Vec<Arc<Pack>>,
    /// Rises when pages should name another pack.
    revision: u64,
    /// By address, and by the dictionary's hash; nothing where it would not be worth it.
    deltas: BTreeMap<String, BTreeMap<Hash, Option<Bytes>>>,
}

#[derive(Debug, Default)]
struct Inner {
    state: RwLock<State>,
    /// What the worker is to do next, and whether there is one.
    queue: Mutex<(Option<Job>, bool)>,
}

/// The deltas. A clone is another handle on them.
#[derive(Clone, Debug, Default)]
pub(super) struct Downloads(Arc<Inner>);

impl Downloads {
    /// Lets everything be made that browsers may ask for which see this edition, or what may follow it. What was asked
    /// for before and has not begun yet is nobody's wish any more.
    pub(super) fn follow(&self, floor: &Path, edition: &Edition, shown: &Arc<Shown>) {
        let everybodys = edition.everybodys.manifest().fragments.clone();
        let canaries = edition.canaries.iter().map(|canary| canary.fragment.clone()).collect();
        let mut queue = self.queue();
        queue.0 = Some(Job { floor: floor.to_owned(), everybodys, canaries, shown: Arc::clone(shown) });
        if queue.1 {
            return;
        }
        let downloads = self.clone();
        match std::thread::Builder::new().name("deltas".to_owned()).spawn(move || downloads.work()) {
            Ok(_) => queue.1 = true,
            Err(error) => tracing::warn!(%error, "no deltas are made; browsers load whole files"),
        }
    }

    /// Of a file what differs from what this browser holds. Nothing where there is no such delta.
    pub(super) fn serve(&self, url: &str, headers: &HeaderMap) -> Option<Response> {
        let dictionary = headers::available(headers)?;
        let delta = self.state().deltas.get(url)?.get(&dictionary)?.clone()?;
        let mut response = (StatusCode::OK, Body::from(delta)).into_response();
        let out = response.headers_mut();
        out.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(url)));
        out.insert(CONTENT_ENCODING, HeaderValue::from_static(headers::ENCODING));
        out.insert(CACHE_CONTROL, HeaderValue::from_static(IMMUTABLE));
        Some(response)
    }

    fn state(&self) -> std::sync::RwLockReadGuard<'_, State> {
        self.0.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.state.write().unwrap_or_else(PoisonError::into_inner))
    }

    fn queue(&self) -> MutexGuard<'_, (Option<Job>, bool)> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
