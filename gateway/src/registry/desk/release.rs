//! A release as a team brings it: what is checked of it, and what of it is kept. Pure.
//!
//! A file is known by its digest alone. Where it is served is decided here and nowhere else, so that no name in
//! a document leads out of its fragment's own folder.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::manifest::{Channel, File, Fragment};
use contract::registry::{MAX_FILE_BYTES, MAX_FILES, MAX_RELEASE_BYTES, address};
use release::Release;

use super::super::scan;
use crate::problem::ApiError;
use crate::signed::hex;

/// How many bytes of a file's digest are in its name.
const NAME_BYTES: usize = 8;
const MAX_VERSION_CHARS: usize = 64;

/// A file of a release: what it is called below its fragment's folder, and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::registry) struct Named {
    pub(in crate::registry) name: String,
    pub(in crate::registry) address: String,
    pub(in crate::registry) bytes: u64,
}

/// A release that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::registry) struct Draft {
    /// With URLs of ours, and without what is not the team's to say.
    pub(in crate::registry) release: Release,
    /// Each once.
    pub(in crate::registry) files: Vec<Named>,
}

impl Draft {
    /// Reads a document.
    ///
    /// # Errors
    /// Names the member at fault.
    pub(in crate::registry) fn read(document: serde_json::Value) -> Result<Self, ApiError> {
        let mut release = scan::read(document.clone()).map_err(|error| {
            let path = if error.path.is_empty() { "release" } else { &error.path };
            ApiError::invalid(path, format!("The release can't be used: {}.", error.text()))
        })?;
        // Beside what pages read: what those read who decide about it.
        let Release { browser, schemas, .. } = serde_path_to_error::deserialize(document).map_err(|error| {
            ApiError::invalid(error.path().to_string(), format!("The release can't be used: {}.", error.inner()))
        })?;
        check_version(&release.version)?;
        // What it falls back to, on which site it runs, who sees it and whether it is off is not the document's to say.
        // Its placement is, as far as the list of teams lets it: [`super::bounds::Bounds`].
        (release.previous, release.site, release.killed) = (None, None, false);
        release.channel = Channel::Stable;
        for origin in &release.capabilities.origins {
            scan::known_origin(origin)
                .map_err(|error| ApiError::invalid("capabilities.origins", format!("{error}.")))?;
        }
        let files = name_files(&mut release)?;
        let total: u64 = files.iter().map(|file| file.bytes).sum();
        if files.len() > MAX_FILES || total > MAX_RELEASE_BYTES {
            let detail = format!(
                "A release has at most {MAX_FILES} files and {MAX_RELEASE_BYTES} bytes; this one has {} and {total}.",
                files.len()
            );
            return Err(ApiError::invalid("files", detail));
        }
        Ok(Self { release: Release { fragment: release, browser, schemas }, files })
    }

    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

fn check_version(version: &str) -> Result<(), ApiError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+' | b'_');
    if version.is_empty() || version.len() > MAX_VERSION_CHARS || !version.bytes().all(plain) {
        let detail = format!("A version has 1 to {MAX_VERSION_CHARS} letters, digits, dots, dashes and pluses.");
        return Err(ApiError::invalid("version", detail));
    }
    Ok(())
}

/// Gives every file its place.
fn name_files(release: &mut Fragment) -> Result<Vec<Named>, ApiError> {
    let fragment = release.name.clone();
    let mut files: Vec<Named> = Vec::new();
    let mut name = |field: &str, file: &mut File, stem: &str, extension: &str| {
        let named = named(field, file, stem, extension)?;
        file.url = format!("/fragments/{fragment}/{}", named.name);
        match files.iter().find(|other| other.name == named.name) {
            None => files.push(named),
            Some(same) if *same == named => {}
            Some(_) => return Err(ApiError::invalid(field, "Two files have the same name and another content.")),
        }
        Ok(())
    };
    name("entry", &mut release.entry, &fragment, "js")?;
    if let Some(wasm) = &mut release.wasm {
        name("wasm", wasm, &fragment, "wasm")?;
    }
    if let Some(style) = &mut release.style {
        name("style", style, "style", "css")?;
    }
    for catalogue in &mut release.messages {
        if !(2..=8).contains(&catalogue.locale.len())
            || !catalogue.locale.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            return Err(ApiError::invalid("messages.locale", "A locale is a short name such as \"en\"."));
        }
        name("messages", &mut catalogue.file, &format!("messages.{}", catalogue.locale), "json")?;
    }
    Ok(files)
}

fn named(field: &str, file: &File, stem: &str, extension: &str) -> Result<Named, ApiError> {
    let digest = STANDARD.decode(&file.sha384).ok().zip(address(&file.sha384));
    let (bytes, address) =
        digest.ok_or_else(|| ApiError::invalid(format!("{field}.sha384"), "This is not the base64 of a SHA-384."))?;
    if file.size > MAX_FILE_BYTES {
        let detail = format!("A file has at most {MAX_FILE_BYTES} bytes.");
        return Err(ApiError::invalid(format!("{field}.size"), detail));
    }
    Ok(Named { name: format!("{stem}-{}.{extension}", hex(&bytes[..NAME_BYTES])), address, bytes: file.size })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::testing;
    use serde_json::{Value, json};

    fn document() -> Value {
        let mut document = testing::release("wallet");
        document["version"] = "1.0.0-abc".into();
        document["site"] = "https://evil.example".into();
        document["entry"]["url"] = "/whatever.js".into();
        document["entry"]["size"] = 5.into();
        document["capabilities"]["origins"] = json!(["vendor"]);
        document["killed"] = true.into();
        document
    }

    fn refused(change: impl FnOnce(&mut Value)) -> Option<String> {
        let mut value = document();
        change(&mut value);
        Draft::read(value).expect_err("refused").field
    }

    #[test]
    fn places_are_made_from_digests_and_what_is_not_the_teams_to_say_is_left_out() {
        let draft = Draft::read(document()).expect("good");
        assert_eq!(draft.release.fragment.entry.url, "/fragments/wallet/wallet-0000000000000000.js");
        assert_eq!((&draft.release.fragment.site, draft.release.fragment.killed), (&None, false));
        assert_eq!((draft.files.len(), draft.bytes()), (1, 5));
    }

    #[test]
    fn the_member_at_fault_is_named() {
        assert_eq!(refused(|it| it["name"] = "../evil".into()).as_deref(), Some("name"));
        assert_eq!(refused(|it| it["name"] = "Wallet".into()).as_deref(), Some("name"));
        assert_eq!(refused(|it| it["version"] = "1/../2".into()).as_deref(), Some("version"));
        assert_eq!(refused(|it| it["entry"]["sha384"] = "=".repeat(64).into()).as_deref(), Some("entry.sha384"));
        assert_eq!(refused(|it| it["entry"]["size"] = (MAX_FILE_BYTES + 1).into()).as_deref(), Some("entry.size"));
        assert_eq!(refused(|it| it["entry"]["url"] = "https://evil.example/a.js".into()).as_deref(), Some("url"));
        assert_eq!(
            refused(|it| it["capabilities"]["origins"] = json!(["https://evil.example"])).as_deref(),
            Some("capabilities.origins")
        );
        assert_eq!(refused(|it| it["slots"] = json!([])).as_deref(), Some("slots"));
        assert_eq!(
            refused(|it| drop(it.as_object_mut().unwrap().remove("limits"))).as_deref(),
            Some("limits.memory_mib")
        );
        assert!(refused(|it| *it = json!([])).is_some());
    }
}
