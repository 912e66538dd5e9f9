//! A fragment in plain JavaScript: a folder without Cargo.toml, in which `entry.js` is the entry
//! module, `style.css` its sheet, if it has one, and `fragment.toml` says its version.
//!
//! The module is one file, as the shell imports it from verified bytes: what it is made of is
//! bundled before. Apart from minifying it, nothing is changed.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::build::Builder;
use super::description;
use super::fragment::Code;
use crate::failure::Failure;

/// Whether a folder holds no Rust.
pub(super) fn is_plain(folder: &Path) -> bool {
    !folder.join("Cargo.toml").is_file()
}

/// The fragment's code.
///
/// # Errors
/// There is no module, no version, or the module is not JavaScript.
pub(super) fn code(builder: &Builder, folder: &Path) -> Result<Code> {
    let parts = read(folder)?;
    Ok(Code { entry: builder.minify(&parts.entry)?, ..parts })
}

fn read(folder: &Path) -> Result<Code> {
    let entry = folder.join("entry.js");
    if !entry.is_file() {
        let what = format!("{} has neither Cargo.toml nor entry.js", folder.display());
        return Err(Failure::new(what, "a fragment is a Rust package, or one JavaScript module named entry.js.").into());
    }
    let entry = fs::read_to_string(&entry).with_context(|| format!("reading {}", entry.display()))?;
    let version = description::read(folder)?.version.ok_or_else(|| {
        let what = format!("version: {} does not say it", folder.join("fragment.toml").display());
        Failure::new(what, "without a Cargo.toml it stands there: version = \"0.1.0\".")
    })?;
    let style = folder.join("style.css");
    let sheets = if style.is_file() {
        vec![fs::read_to_string(&style).with_context(|| format!("reading {}", style.display()))?]
    } else {
        Vec::new()
    };
    Ok(Code { entry, wasm: None, sheets, version })
}

#[cfg(test)]
mod tests {
    use super::super::{Part, fragment};
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    const TOML: &str = "name = \"plain\"\nversion = \"1.2.3\"\nslots = [{ name = \"promotions\" }]\n";

    #[test]
    fn a_module_and_a_sheet_become_a_release_without_wasm() {
        let source = folder(&[
            ("fragment.toml", TOML),
            ("entry.js", "export function mount(host) {}\n"),
            ("style.css", "/* why */ p { margin: 0 }\n"),
        ]);
        let floor = tempfile::tempdir().unwrap();
        let part = Part { name: "plain".into(), folder: source.path().to_owned(), is_shell: false };
        assert!(is_plain(source.path()));
        fragment::pack(&part, read(source.path()).unwrap(), floor.path()).unwrap();

        let release = floor.path().join("fragments/plain/release.json");
        let release: serde_json::Value = serde_json::from_slice(&fs::read(release).unwrap()).unwrap();
        assert_eq!(release["wasm"], serde_json::Value::Null);
        assert!(release["version"].as_str().unwrap().starts_with("1.2.3-"), "{release}");
        let entry = release["entry"]["url"].as_str().unwrap().trim_start_matches('/');
        assert_eq!(fs::read_to_string(floor.path().join(entry)).unwrap(), "export function mount(host) {}\n");
        let style = release["style"]["url"].as_str().unwrap().trim_start_matches('/');
        assert_eq!(fs::read_to_string(floor.path().join(style)).unwrap(), "p { margin: 0 }");
    }

    #[test]
    fn what_is_missing_is_named() {
        let refused = |files: &[(&str, &str)]| read(folder(files).path()).err().unwrap().to_string();
        assert!(refused(&[("fragment.toml", TOML)]).contains("neither Cargo.toml nor entry.js"));
        let unversioned = TOML.replace("version = \"1.2.3\"\n", "");
        let error = refused(&[("fragment.toml", &unversioned), ("entry.js", "")]);
        assert!(error.starts_with("version: "), "{error}");
    }
}
