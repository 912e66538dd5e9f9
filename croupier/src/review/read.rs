//! Reading releases off a disk.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use contract::manifest::File;
use release::{Bytes, Packed, Release};

use crate::failure::Failure;

/// A release with what it is made of.
#[derive(Debug)]
pub(super) struct OnDisk {
    pub(super) release: Release,
    pub(super) entry: String,
    pub(super) wasm: Option<Vec<u8>>,
    /// By what they are.
    pub(super) files: BTreeMap<String, Bytes>,
}

impl OnDisk {
    pub(super) fn packed(&self) -> Packed {
        Packed { release: self.release.clone(), files: self.files.clone() }
    }

    /// What its budget is about: binary and entry module, after brotli.
    pub(super) fn counted_bytes(&self) -> u64 {
        ["entry", "wasm"].iter().filter_map(|name| self.files.get(*name)).map(|bytes| bytes.brotli).sum()
    }
}

/// Where a release is: a folder that holds one, or else a fragment of the floor.
pub(super) fn folder(place: &Path, floor: &Path) -> PathBuf {
    if place.join(DOCUMENT).is_file() { place.to_owned() } else { floor.join("fragments").join(place) }
}

const DOCUMENT: &str = "release.json";

/// The release of a folder.
///
/// # Errors
/// There is none, or a file that it names is not there.
pub(super) fn on_disk(folder: &Path) -> Result<OnDisk> {
    let release = document(folder)?.ok_or_else(|| {
        let what = format!("{} holds no release", folder.display());
        Failure::new(what, "name a folder with a release.json, or a fragment that `cargo croupier pack` has packed.")
    })?;
    let fragment = &release.fragment;
    let read = |file: &File| {
        let path = folder.join(name_of(file));
        fs::read(&path).with_context(|| format!("reading {}", path.display()))
    };
    let entry = String::from_utf8(read(&fragment.entry)?).context("the entry module is no text")?;
    let wasm = fragment.wasm.as_ref().map(read).transpose()?;
    let parts =
        [("entry", Some(&fragment.entry)), ("wasm", fragment.wasm.as_ref()), ("style", fragment.style.as_ref())];
    let parts = parts.into_iter().filter_map(|(name, file)| Some((name.to_owned(), file?)));
    let texts = fragment.messages.iter().map(|texts| (format!("messages.{}", texts.locale), &texts.file));
    let files = parts.chain(texts).map(|(name, file)| Ok((name, weigh(folder, file)?))).collect::<Result<_>>()?;
    Ok(OnDisk { entry, wasm, files, release })
}

/// The document of a folder; none if it holds no release.
///
/// # Errors
/// It can't be read.
pub(super) fn document(folder: &Path) -> Result<Option<Release>> {
    let path = folder.join(DOCUMENT);
    let bytes = match fs::read(&path) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        bytes => bytes.with_context(|| format!("reading {}", path.display()))?,
    };
    Ok(Some(serde_json::from_slice(&bytes).with_context(|| format!("{}", path.display()))?))
}

/// Its name in the folder of the release.
fn name_of(file: &File) -> &str {
    file.url.rsplit('/').next().unwrap_or_default()
}

fn weigh(folder: &Path, file: &File) -> Result<Bytes> {
    let twin = folder.join(format!("{}.br", name_of(file)));
    let brotli = fs::metadata(&twin).with_context(|| format!("reading {}", twin.display()))?.len();
    Ok(Bytes { raw: file.size, brotli })
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;

    /// A release in plain JavaScript in a folder `fragments/NAME` of a floor.
    pub(crate) fn write(floor: &Path, name: &str, version: &str, entry: &str) -> PathBuf {
        let folder = floor.join("fragments").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("entry.js"), entry).unwrap();
        fs::write(folder.join("entry.js.br"), "1234").unwrap();
        let document = serde_json::json!({
            "name": name, "version": version, "channel": "stable", "placement": "document", "site": null,
            "slots": [{ "name": name, "routes": [] }], "wasm": null, "style": null, "messages": [],
            "entry": { "url": format!("/fragments/{name}/entry.js"), "sha384": "A".repeat(64), "size": entry.len() },
            "publishes": [], "subscribes": [], "critical": false, "killed": false, "previous": null,
            "limits": { "memory_mib": 8, "fuel_millions": 2, "mount_ms": 1, "load_ms": 1, "payload_kib": 1,
                "events_per_second": 1, "heartbeat_ms": 1 },
            "capabilities": { "requests": [], "origins": [] },
        });
        fs::write(folder.join(DOCUMENT), document.to_string()).unwrap();
        folder
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_read_from_a_folder_or_off_the_floor() {
        let floor = tempfile::tempdir().unwrap();
        let place = testing::write(floor.path(), "wallet", "1", "export function mount() {}");
        assert_eq!(folder(&place, Path::new("/nowhere")), place);
        let by_name = folder(Path::new("wallet"), floor.path());
        let read = on_disk(&by_name).unwrap();
        assert_eq!((read.release.fragment.version.as_str(), read.counted_bytes(), read.wasm), ("1", 4, None));
        assert_eq!(read.files["entry"], Bytes { raw: 26, brotli: 4 });
        let error = on_disk(&folder(Path::new("walet"), floor.path())).unwrap_err().to_string();
        assert!(error.contains("fragments/walet holds no release"), "{error}");
        fs::remove_file(place.join("entry.js")).unwrap();
        assert!(on_disk(&place).unwrap_err().to_string().contains("entry.js"));
    }
}
