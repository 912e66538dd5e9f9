//! Reads the floor folder: one `release.json` per fragment, and where there is one a
//! `previous.json`, an earlier release that takes over when the present one keeps failing.
//!
//! One broken release must not take the others with it: it is reported by name, and the last
//! good one of that fragment stays.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use contract::manifest::{Fragment, Manifest, Previous, SCHEMA};
use contract::wire::WireError;
use release::Release;
use thiserror::Error;

use super::sites::Sites;
use super::{frame, own};
use crate::config::VendorOrigins;

/// A fragment's present release, in its folder.
const RELEASE: &str = "release.json";
/// What takes over when that keeps failing.
const PREVIOUS: &str = "previous.json";

/// No release is longer: all of it becomes part of every page.
pub(super) const MAX_DOCUMENT_BYTES: u64 = 64 * 1024;
/// The one outside origin that a release may ask for.
const VENDOR: &str = "vendor";

/// Why a release is not used.
#[derive(Debug, Error)]
pub(super) enum ReleaseError {
    /// It can't be read.
    #[error("can't be read: {0}")]
    Read(#[from] std::io::Error),
    /// It is too long to be one.
    #[error("has {0} bytes, at most {MAX_DOCUMENT_BYTES} are read")]
    TooLong(u64),
    /// It is no JSON.
    #[error("is no JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It lacks something, or something in it is wrong.
    #[error("{0}")]
    Shape(#[from] WireError),
    /// It names another fragment.
    #[error("name: is {0:?}, but the folder has another name")]
    Name(String),
    /// It wants to be where another fragment is.
    #[error("slots: {0:?} is another fragment's")]
    SlotTaken(String),
    /// It would load a file of someone else's.
    #[error("url: {0:?} is not in the fragment's own folder")]
    ForeignFile(String),
    /// It wants to reach an origin that nobody knows.
    #[error("capabilities.origins: {0:?} is no vendor; only \"vendor\" is known")]
    Origin(String),
}

/// What a look at the folder gave: the good releases, and what is wrong with the others.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// By name.
    pub fragments: BTreeMap<String, Fragment>,
    /// By the folder's name.
    pub broken: BTreeMap<String, ReleaseError>,
}

impl Scan {
    /// Lets no two fragments into one slot. A slot stays with the one of `good`, the releases of before,
    /// that had it and still wants it; else the first by name gets it.
    pub(super) fn share_slots(&mut self, good: &BTreeMap<String, Fragment>) {
        let mut owners = BTreeMap::new();
        for (name, before) in good {
            // Of a broken release the one of before stays.
            let now = if self.broken.contains_key(name) { Some(before) } else { self.fragments.get(name) };
            let kept = before.slots.iter().filter(|slot| now.is_some_and(|now| has(now, &slot.name)));
            owners.extend(kept.map(|slot| (slot.name.clone(), name.clone())));
        }
        for name in self.fragments.keys().cloned().collect::<Vec<_>>() {
            let wanted = || self.fragments[&name].slots.iter().map(|slot| &slot.name);
            match wanted().find(|slot| owners.get(*slot).is_some_and(|owner| *owner != name)).cloned() {
                None => owners.extend(wanted().map(|slot| (slot.clone(), name.clone()))),
                Some(slot) => {
                    self.fragments.remove(&name);
                    self.broken.insert(name, ReleaseError::SlotTaken(slot));
                }
            }
        }
    }
}

/// Whether it wants to be in this slot.
pub(super) fn has(fragment: &Fragment, slot: &str) -> bool {
    fragment.slots.iter().any(|wanted| wanted.name == slot)
}

/// Reads every release of the floor.
///
/// # Errors
/// The folder of fragments can't be listed. One that is not there counts as empty.
pub(super) fn releases(floor: &Path, vendor: &VendorOrigins, sites: &Sites) -> std::io::Result<Scan> {
    let mut scan = Scan::default();
    for folder in fragment_folders(floor)? {
        let Some(name) = folder.file_name().and_then(|name| name.to_str()).map(str::to_owned) else { continue };
        match with_previous(&folder, &name, vendor, sites) {
            Ok(fragment) => drop(scan.fragments.insert(name, fragment)),
            Err(error) => drop(scan.broken.insert(name, error)),
        }
    }
    Ok(scan)
}

/// Folders of fragments that hold a release, in the order of their names.
fn fragment_folders(floor: &Path) -> std::io::Result<Vec<PathBuf>> {
    let listing = match std::fs::read_dir(floor.join("fragments")) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        listing => listing?,
    };
    let mut folders = Vec::new();
    for entry in listing {
        let path = entry?.path();
        if path.join(RELEASE).exists() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

/// The release of a folder, with the previous one if it has one.
fn with_previous(folder: &Path, name: &str, vendor: &VendorOrigins, sites: &Sites) -> Result<Fragment, ReleaseError> {
    let mut fragment = release(&folder.join(RELEASE), name, vendor, sites)?;
    fragment.previous = match release(&folder.join(PREVIOUS), name, vendor, sites) {
        Ok(previous) => way_back(&fragment, previous),
        Err(ReleaseError::Read(error)) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            // Better no way back than none forward.
            tracing::warn!(fragment = name, %error, "broken previous.json; there is no release to fall back to");
            None
        }
    };
    Ok(fragment)
}

fn release(file: &Path, folder: &str, vendor: &VendorOrigins, sites: &Sites) -> Result<Fragment, ReleaseError> {
    let bytes = std::fs::metadata(file)?.len();
    if bytes > MAX_DOCUMENT_BYTES {
        return Err(ReleaseError::TooLong(bytes));
    }
    let fragment = read(serde_json::from_slice(&std::fs::read(file)?)?)?;
    if fragment.name != folder {
        return Err(ReleaseError::Name(fragment.name));
    }
    let home = format!("/fragments/{folder}/");
    if let Some(foreign) = fragment.files().find(|file| !file.url.starts_with(&home)) {
        return Err(ReleaseError::ForeignFile(foreign.url.clone()));
    }
    resolve(fragment, vendor, sites)
}

/// The whole document of the release that the floor has of a fragment, as it was packed; none if there is no good one.
pub(super) fn document(floor: &Path, name: &str) -> Option<Release> {
    let file = floor.join("fragments").join(name).join(RELEASE);
    let is_short = std::fs::metadata(&file).is_ok_and(|metadata| metadata.len() <= MAX_DOCUMENT_BYTES);
    is_short.then(|| serde_json::from_slice(&std::fs::read(&file).ok()?).ok())?
}

/// Reads one release as the shell will read it in the manifest.
///
/// # Errors
/// The member at fault and what it should have been.
pub(super) fn read(release: serde_json::Value) -> Result<Fragment, WireError> {
    let manifest = serde_json::json!({
        "schema": SCHEMA, "serial": 0, "content": "", "issued_at_ms": 0, "expires_at_ms": 0, "fragments": [release],
    });
    let checked = Manifest::read_checked(manifest).map_err(|mut error| {
        error.path = error.path.trim_start_matches("fragments[0]").trim_start_matches('.').to_owned();
        error
    })?;
    checked.fragments.into_iter().next().ok_or(WireError::expected("a release"))
}

/// What a release falls back to: another one, if it ran where this one runs. The page puts it into the place of what
/// failed as that stands, so one from a frame would run in the document.
pub(super) fn way_back(present: &Fragment, earlier: Fragment) -> Option<Previous> {
    if earlier.version == present.version {
        return None;
    }
    if earlier.placement != present.placement {
        let (fragment, version) = (&present.name, &present.version);
        tracing::warn!(fragment, version, "the release before has another placement; there is none to fall back to");
        return None;
    }
    Some(earlier.into())
}

/// Puts in what only this server knows: where vendors are, and on which site the fragment's frames.
///
/// # Errors
/// It wants to reach an origin that nobody knows.
pub(super) fn resolve(mut fragment: Fragment, vendor: &VendorOrigins, sites: &Sites) -> Result<Fragment, ReleaseError> {
    let mut origins = Vec::new();
    for origin in &fragment.capabilities.origins {
        known_origin(origin)?;
        origins.extend([vendor.http.clone(), vendor.ws.clone()]);
    }
    fragment.capabilities.origins = origins;
    fragment.site = frame::is_framed(&fragment).then(|| sites.of(&fragment.name));
    Ok(fragment)
}

/// Refuses an origin that is no vendor's.
///
/// # Errors
/// Always the same.
pub(super) fn known_origin(origin: &str) -> Result<(), ReleaseError> {
    if origin == VENDOR { Ok(()) } else { Err(ReleaseError::Origin(origin.to_owned())) }
}

/// What tells one state of the folder from another without reading its files.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp(Vec<(PathBuf, Option<SystemTime>, u64)>);

impl Stamp {
    /// Looks at the releases and at the shell's page and catalogues.
    ///
    /// # Errors
    /// A folder can't be listed.
    pub(super) fn of(floor: &Path) -> std::io::Result<Self> {
        let mut files: Vec<PathBuf> = fragment_folders(floor)?
            .into_iter()
            .flat_map(|folder| [RELEASE, PREVIOUS].map(|name| folder.join(name)))
            .collect();
        for entry in std::fs::read_dir(floor.join("shell"))? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if ["index.html", frame::SCRIPT, own::FILE].contains(&name) || super::page::catalogue_locale(name).is_some()
            {
                files.push(path);
            }
        }
        files.sort();
        let seen = files.into_iter().map(|path| match path.metadata() {
            Ok(metadata) => (path, metadata.modified().ok(), metadata.len()),
            Err(_) => (path, None, 0),
        });
        Ok(Self(seen.collect()))
    }
}
