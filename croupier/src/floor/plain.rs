//! A fragment without Rust: `entry.js` is the entry module, and `style.css` its sheet, if it has one.
//!
//! Of plain JavaScript they stand in the fragment's folder, as they are, and `fragment.toml` says the
//! version. With `package.json` in it, [`npm`] makes them in `dist`.
//!
//! The module is one file, as the shell imports it from verified bytes: what it is made of is
//! bundled before. Apart from minifying it, nothing is changed.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::build::Builder;
use super::fragment::Code;
use super::{description, npm};
use crate::failure::Failure;
use crate::terminal::Step;

/// Whether a folder holds no Rust.
pub(super) fn is_plain(folder: &Path) -> bool {
    !folder.join("Cargo.toml").is_file()
}

/// The fragment's code.
///
/// # Errors
/// There is no module, no version, or the module is not JavaScript; or npm can't make it.
pub(super) fn code(builder: &Builder, folder: &Path, step: &Step) -> Result<Code> {
    let parts = read(folder, step)?;
    Ok(Code { entry: builder.minify(&parts.entry)?, ..parts })
}

fn read(folder: &Path, step: &Step) -> Result<Code> {
    let version = version(folder)?;
    if npm::builds(folder) {
        let built = npm::build(folder, step)?;
        let remedy = "let its script `build` bundle the whole fragment into one module of that name.";
        return files(&built, version, "its build wrote no dist/entry.js", remedy);
    }
    let what = format!("{} has neither Cargo.toml, package.json nor entry.js", folder.display());
    files(folder, version, &what, "a fragment is a Rust package, an npm package, or one module named entry.js.")
}

/// The module and its sheet; what to say if there is none.
fn files(folder: &Path, version: String, what: &str, remedy: &str) -> Result<Code> {
    let entry = folder.join("entry.js");
    if !entry.is_file() {
        return Err(Failure::new(what, remedy).into());
    }
    let entry = fs::read_to_string(&entry).with_context(|| format!("reading {}", entry.display()))?;
    let style = folder.join("style.css");
    let sheets = if style.is_file() {
        vec![fs::read_to_string(&style).with_context(|| format!("reading {}", style.display()))?]
    } else {
        Vec::new()
    };
    Ok(Code { entry, wasm: None, sheets, version })
}

/// It is said once.
fn version(folder: &Path) -> Result<String> {
    let described = description::read(folder)?.version;
    let place = folder.join("fragment.toml");
    match (npm::builds(folder), described) {
        (false, Some(version)) => Ok(version),
        (true, None) => npm::version(folder),
        (true, Some(_)) => {
            let what = format!("version: {} says it beside package.json", place.display());
            Err(Failure::new(what, "leave it to package.json.").into())
        }
        (false, None) => {
            let what = format!("version: {} does not say it", place.display());
            Err(Failure::new(what, "without a Cargo.toml it stands there: version = \"0.1.0\".").into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Part, fragment};
    use super::*;
    use crate::terminal::Terminal;

    fn read_in(folder: &Path) -> Result<Code> {
        let step = Terminal::detect().step("Reading");
        let code = read(folder, &step);
        step.done("");
        code
    }

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
        let part =
            Part { name: "plain".into(), folder: source.path().to_owned(), is_shell: false, is_candidate: false };
        assert!(is_plain(source.path()));
        fragment::pack(&part, read_in(source.path()).unwrap(), floor.path()).unwrap();

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
    fn what_is_not_granted_is_packed_for_nobody_but_who_asks_what_is_wrong() {
        let entry = "export function mount() { fetch('/x'); }";
        let source = folder(&[("fragment.toml", TOML), ("entry.js", entry)]);
        let floor = tempfile::tempdir().unwrap();
        let release = floor.path().join("fragments/plain/release.json");
        let part =
            Part { name: "plain".into(), folder: source.path().to_owned(), is_shell: false, is_candidate: false };
        let refused = fragment::pack(&part, read_in(source.path()).unwrap(), floor.path()).unwrap_err();
        let said = crate::failure::explain(&refused);
        assert!(
            said.starts_with("capabilities.browser: `fetch`") && said.contains("browser = [\"network\"]"),
            "{said}"
        );
        assert!(!release.exists(), "nothing is on the floor");
        let candidate = Part { is_candidate: true, ..part };
        fragment::pack(&candidate, read_in(source.path()).unwrap(), floor.path()).unwrap();
        assert!(release.exists());

        let granted = format!("{TOML}[capabilities]\nbrowser = [\"network\"]\n");
        let source = folder(&[("fragment.toml", &granted), ("entry.js", entry)]);
        let part = Part { folder: source.path().to_owned(), is_candidate: false, ..candidate };
        fragment::pack(&part, read_in(source.path()).unwrap(), floor.path()).unwrap();
        let release: serde_json::Value = serde_json::from_slice(&fs::read(release).unwrap()).unwrap();
        assert_eq!(release["browser"], serde_json::json!(["network"]));
    }

    #[test]
    fn what_is_missing_is_named() {
        let refused = |files: &[(&str, &str)]| read_in(folder(files).path()).err().unwrap().to_string();
        assert!(refused(&[("fragment.toml", TOML)]).contains("neither Cargo.toml, package.json nor entry.js"));
        let unversioned = TOML.replace("version = \"1.2.3\"\n", "");
        let error = refused(&[("fragment.toml", &unversioned), ("entry.js", "")]);
        assert!(error.starts_with("version: "), "{error}");
        let error = refused(&[("fragment.toml", TOML), ("package.json", "{ \"version\": \"1.2.3\" }")]);
        assert!(error.starts_with("version: ") && error.contains("package.json"), "{error}");
        let package = "{ \"version\": \"1.2.3\", \"scripts\": { \"build\": \"node --version\" } }";
        let lock = "{ \"version\": \"1.2.3\", \"lockfileVersion\": 3, \"packages\": {} }";
        let files = [("fragment.toml", &*unversioned), ("package.json", package), ("package-lock.json", lock)];
        // Not the one in the folder, which is a source.
        let error = refused(&[&files[..], &[("entry.js", "")]].concat());
        assert!(error.contains("wrote no dist/entry.js"), "{error}");
    }
}
