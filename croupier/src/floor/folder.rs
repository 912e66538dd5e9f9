//! A folder of the floor: files with hashed names and their compressed twins.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384};

/// A folder being filled. What an earlier run left and this one did not write is removed at the
/// end, so that a page that is being served never misses a file that its manifest names.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    written: BTreeSet<PathBuf>,
}

impl Folder {
    pub(super) fn open(path: PathBuf) -> Result<Self> {
        fs::create_dir_all(&path).with_context(|| format!("making {}", path.display()))?;
        Ok(Self { path, written: BTreeSet::new() })
    }

    /// Writes a file as it is.
    pub(super) fn write(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.path.join(name);
        if fs::read(&path).ok().as_deref() != Some(bytes) {
            replace(&path, bytes)?;
        }
        self.written.insert(path);
        Ok(())
    }

    /// Writes a file and its twins.
    pub(super) fn write_with_twins(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.path.join(name);
        let same = fs::read(&path).ok().as_deref() == Some(bytes);
        self.write(name, bytes)?;
        for (suffix, compress) in [("br", brotli as fn(&[u8]) -> Result<Vec<u8>>), ("zst", zstandard)] {
            let twin = self.path.join(format!("{name}.{suffix}"));
            if !same || !twin.is_file() {
                replace(&twin, &compress(bytes).with_context(|| format!("compressing {name}"))?)?;
            }
            self.written.insert(twin);
        }
        Ok(())
    }

    /// Removes what is left from before; returns the files, as paths below `floor`.
    pub(super) fn finish(self, floor: &Path) -> Result<BTreeSet<PathBuf>> {
        let mut pending = vec![self.path.clone()];
        while let Some(folder) = pending.pop() {
            for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
                let path = entry?.path();
                if path.is_dir() {
                    pending.push(path);
                } else if !self.written.contains(&path) {
                    fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
                }
            }
        }
        let below = |path: PathBuf| path.strip_prefix(floor).map(Path::to_owned).unwrap_or(path);
        Ok(self.written.into_iter().map(below).collect())
    }
}

/// At once: a reader sees the old file or the new one, never a half.
fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    let partial = path.with_file_name(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("making {}", parent.display()))?;
    }
    fs::write(&partial, bytes).with_context(|| format!("writing {}", partial.display()))?;
    fs::rename(&partial, path).with_context(|| format!("writing {}", path.display()))
}

/// As every file of a floor is compressed.
///
/// # Errors
/// The compressor's.
pub(crate) fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    // Quality 11, window 2^22.
    let mut writer = brotli::CompressorWriter::new(&mut compressed, 4096, 11, 22);
    writer.write_all(bytes)?;
    writer.flush()?;
    drop(writer);
    Ok(compressed)
}

fn zstandard(bytes: &[u8]) -> Result<Vec<u8>> {
    Ok(zstd::bulk::compress(bytes, 19)?)
}

/// The base64 of the SHA-384, as the manifest and `integrity` hold it.
pub(super) fn sha384(bytes: &[u8]) -> String {
    STANDARD.encode(Sha384::digest(bytes))
}

/// The part of a file's name that changes with its content.
pub(super) fn content_hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..8])
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twins_hold_the_same_bytes_and_leftovers_go() {
        let floor = tempfile::tempdir().unwrap();
        let path = floor.path().join("shell");
        let mut folder = Folder::open(path.clone()).unwrap();
        folder.write_with_twins("old.js", b"old").unwrap();
        folder.finish(floor.path()).unwrap();
        let mut folder = Folder::open(path.clone()).unwrap();
        let text = b"let a = 1; ".repeat(200);
        folder.write_with_twins("new.js", &text).unwrap();
        let files = folder.finish(floor.path()).unwrap();
        assert_eq!(files.len(), 3);
        assert!(files.contains(Path::new("shell/new.js.br")), "{files:?}");
        assert!(!path.join("old.js").exists() && !path.join("old.js.br").exists());
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut fs::File::open(path.join("new.js.br")).unwrap(), &mut plain).unwrap();
        assert_eq!(plain, text);
        let zst = fs::read(path.join("new.js.zst")).unwrap();
        assert_eq!(zstd::bulk::decompress(&zst, 1 << 20).unwrap(), text);
    }

    #[test]
    fn a_changed_file_gets_new_twins() {
        let floor = tempfile::tempdir().unwrap();
        let path = floor.path().join("shell");
        for text in ["one", "two"] {
            let mut folder = Folder::open(path.clone()).unwrap();
            folder.write_with_twins("a.js", text.as_bytes()).unwrap();
            folder.finish(floor.path()).unwrap();
            assert_eq!(
                zstd::bulk::decompress(&fs::read(path.join("a.js.zst")).unwrap(), 100).unwrap(),
                text.as_bytes()
            );
        }
    }
}
