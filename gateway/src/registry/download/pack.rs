//! Packs: what every page needs, compressed as one. A browser that came with one keeps it, and gets what has changed
//! since as what differs from it.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::response::Response;
use bytes::Bytes;
use contract::manifest::Fragment;
use delivery::{Content, Dictionary};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use sha2::{Digest, Sha256};

use super::super::encoding::Compressed;
use super::super::files::IMMUTABLE;
use super::work::Job;
use super::{Downloads, KEPT, headers};
use crate::signed::hex;

/// One of them.
#[derive(Debug)]
pub(super) struct Pack {
    url: String,
    pub(super) dictionary: Dictionary,
    /// The addresses of what is in it.
    holds: BTreeSet<String>,
    body: Compressed,
}

impl Pack {
    /// Puts files together.
    ///
    /// # Errors
    /// The compressor's.
    fn new(url: String, files: &[Content], plain: Bytes) -> std::io::Result<Self> {
        let brotli = Bytes::from(delivery::compress(&plain)?);
        let zstd = Bytes::from(zstd::bulk::compress(&plain, 19)?);
        tracing::info!(url, bytes = plain.len(), brotli = brotli.len(), "a pack is ready");
        let holds = files.iter().map(|file| file.url.clone()).collect();
        Ok(Self { url, dictionary: Dictionary::new(plain.clone()), holds, body: Compressed::of(plain, brotli, zstd) })
    }

    /// Whether a file is in it.
    pub(super) fn holds(&self, url: &str) -> bool {
        self.holds.contains(url)
    }
}

/// What pages are offered.
#[derive(Clone, Debug)]
pub(in crate::registry) struct Offer(Arc<Pack>);

impl Offer {
    /// The pack's address.
    pub(in crate::registry) fn url(&self) -> &str {
        &self.0.url
    }

    /// Whether a file is in it.
    pub(in crate::registry) fn holds(&self, url: &str) -> bool {
        self.0.holds(url)
    }
}

impl Downloads {
    /// Changes once there is another pack to offer.
    pub(in crate::registry) fn revision(&self) -> u64 {
        self.state().revision
    }

    /// The newest pack, if these releases have anything of it. What has changed since comes singly, until there is
    /// another one; so does whatever a canary has of its own.
    pub(in crate::registry) fn offer(&self, releases: &[Fragment]) -> Option<Offer> {
        let newest = self.state().packs.last().cloned()?;
        let mut needed = delivery::needed(releases).into_iter().flat_map(delivery::files);
        needed.any(|file| newest.holds(&file.url)).then_some(Offer(newest))
    }

    /// A pack by its address.
    pub(in crate::registry) fn pack(&self, url: &str, headers: &HeaderMap) -> Option<Response> {
        let pack = self.state().packs.iter().find(|pack| pack.url == url).cloned()?;
        let mut response = pack.body.respond(headers);
        let out = response.headers_mut();
        out.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        out.insert(CACHE_CONTROL, HeaderValue::from_static(IMMUTABLE));
        headers::mark_pack(out);
        Some(response)
    }

    /// Makes the pack of what everybody sees, if it is not the newest already.
    pub(super) fn put_together(&self, job: &Job) {
        let files = job.packed();
        if files.is_empty() {
            return;
        }
        let plain = Bytes::from(delivery::write(&files));
        let url = format!("/packs/{}.pack", hex(&Sha256::digest(&plain)[..8]));
        if self.state().packs.last().is_some_and(|newest| newest.url == url) {
            return;
        }
        let known = self.state().packs.iter().find(|pack| pack.url == url).cloned();
        let pack = match known.map_or_else(|| Pack::new(url, &files, plain).map(Arc::new), Ok) {
            Ok(pack) => pack,
            Err(error) => return tracing::warn!(%error, "there is no pack; pages load single files"),
        };
        self.change(|state| {
            state.packs.retain(|other| other.url != pack.url);
            state.packs.push(pack);
            let gone = state.packs.len().saturating_sub(KEPT);
            let gone = state.packs.drain(..gone).map(|pack| pack.dictionary.hash).collect();
            state.no_longer_by(&gone);
            state.revision += 1;
        });
    }
}
