//! A packed release: its document, and the files that it names.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use contract::registry::address;

/// What is shipped.
pub(super) struct Release {
    /// All of it: the gateway asks the same rules of it as the tool did.
    pub(super) document: ::release::Release,
    /// By address: each content once.
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl Release {
    /// Reads it from the folder that it was packed into.
    ///
    /// # Errors
    /// Something is missing.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join("release.json");
        let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let document: ::release::Release =
            serde_json::from_str(&text).with_context(|| format!("reading {}", path.display()))?;
        let mut files = BTreeMap::new();
        for file in document.fragment.files() {
            let path = folder.join(file.url.rsplit('/').next().unwrap_or_default());
            let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
            let address = address(&file.sha384).with_context(|| format!("{} has no digest", path.display()))?;
            files.insert(address, bytes);
        }
        Ok(Self { document, files })
    }
}
