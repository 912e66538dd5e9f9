//! Reads the floor folder: one `release.json` per fragment.
//!
//! One broken release must not take the others with it: it is reported by name, and the last
//! good one of that fragment stays.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use contract::manifest::{Fragment, Manifest, SCHEMA};
use contract::wire::WireError;
use thiserror::Error;

use super::frame;
use super::sites::Sites;
use crate::config::VendorOrigins;

/// Why a release is not used.
#[derive(Debug, Error)]
pub(super) enum ReleaseError {
    /// It can't be read.
    #[error("can't be read: {0}")]
    Read(#[from] std::io::Error),
    /// It is no JSON.
    #[error("is no JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It lacks something, or something in it is wrong.
    #[error("{0}")]
    Shape(#[from] WireError),
    /// It names another fragment.
    #[error("name: is {0:?}, but the folder has another name")]
    Name(String),
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

/// Reads every release of the floor.
///
/// # Errors
/// The folder of fragments can't be listed. One that is not there counts as empty.
pub(super) fn releases(floor: &Path, vendor: &VendorOrigins, sites: &Sites) -> std::io::Result<Scan> {
    let mut scan = Scan::default();
    for folder in fragment_folders(floor)? {
        let Some(name) = folder.file_name().and_then(|name| name.to_str()).map(str::to_owned) else { continue };
        match release(&folder.join("release.json"), &name, vendor, sites) {
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
        if path.join("release.json").exists() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

fn release(file: &Path, folder: &str, vendor: &VendorOrigins, sites: &Sites) -> Result<Fragment, ReleaseError> {
    let value: serde_json::Value = serde_json::from_slice(&std::fs::read(file)?)?;
    // A manifest of this one release goes through the same checks as the whole will in the shell.
    let manifest = serde_json::json!({
        "schema": SCHEMA, "serial": 0, "issued_at_ms": 0, "expires_at_ms": 0, "fragments": [value],
    });
    let checked = Manifest::read_checked(manifest).map_err(|mut error| {
        error.path = error.path.trim_start_matches("fragments[0]").trim_start_matches('.').to_owned();
        error
    })?;
    let mut fragment = checked.fragments.into_iter().next().ok_or(WireError::expected("a release"))?;
    if fragment.name != folder {
        return Err(ReleaseError::Name(fragment.name));
    }
    let home = format!("/fragments/{folder}/");
    if let Some(foreign) = fragment.files().find(|file| !file.url.starts_with(&home)) {
        return Err(ReleaseError::ForeignFile(foreign.url.clone()));
    }
    let mut origins = Vec::new();
    for origin in &fragment.capabilities.origins {
        match origin.as_str() {
            "vendor" => origins.extend([vendor.http.clone(), vendor.ws.clone()]),
            _ => return Err(ReleaseError::Origin(origin.clone())),
        }
    }
    fragment.capabilities.origins = origins;
    fragment.site = frame::is_framed(&fragment).then(|| sites.of(&fragment.name));
    Ok(fragment)
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
        let mut files: Vec<PathBuf> =
            fragment_folders(floor)?.into_iter().map(|folder| folder.join("release.json")).collect();
        for entry in std::fs::read_dir(floor.join("shell"))? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name == "index.html" || name == frame::SCRIPT || super::page::catalogue_locale(name).is_some() {
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
