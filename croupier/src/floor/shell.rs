//! The shell's folder: what trunk wrote, made smaller, under names that follow the content.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::build::Builder;
use super::folder::{Folder, content_hash, sha384};
use super::fragment::{catalogue_of, only_one, read_only_one};
use super::{LANGUAGES, Part, document, files_below, style};

/// The scripts of frames and of inspected pages. The gateway puts them into the pages, so their names stay.
const INLINED: [&str; 3] = ["frame.mjs", "inspect.mjs", "offer.mjs"];

/// Packs what trunk built.
pub(super) fn pack(builder: &Builder, part: &Part, built: &Path, floor: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut folder = Folder::open(floor.join("shell"))?;
    let index = built.join("index.html");
    let mut html = fs::read_to_string(&index).with_context(|| format!("reading {}", index.display()))?;
    let files = files_below(built)?.into_iter().filter(|path| *path != index).collect::<Vec<_>>();
    let (wasm, glue) = program(builder, built)?;
    for path in files {
        let name = path.strip_prefix(built).unwrap_or(&path).to_string_lossy().into_owned();
        let before = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        let after = match name.rsplit_once('.') {
            Some((_, "wasm")) => wasm.clone(),
            Some((_, "js")) => glue.clone().into_bytes(),
            Some((_, "mjs")) => builder.minify(std::str::from_utf8(&before)?)?.into_bytes(),
            Some((_, "css")) => style::squeeze(std::str::from_utf8(&before)?).into_bytes(),
            _ => before.clone(),
        };
        // trunk's hash is of the compiler's output: another minifier would change the content
        // and not the name, which browsers keep for a year.
        let hash = content_hash(&after);
        let renamed = match name.strip_suffix(".mjs") {
            // trunk hashes none of these.
            Some(stem) if !INLINED.contains(&name.as_str()) => format!("{stem}-{hash}.mjs"),
            _ => with_hash(&name, &hash),
        };
        html = document::rename(&html, (&name, &sha384(&before)), (&renamed, &sha384(&after)));
        folder.write_with_twins(&renamed, &after)?;
    }
    for locale in LANGUAGES {
        if let Some(text) = catalogue_of(&part.folder, locale)? {
            folder.write_with_twins(&format!("messages.{locale}.json"), text.as_bytes())?;
        }
    }
    let html = document::map_inline_scripts(&html, |script| builder.minify(script))?;
    folder.write_with_twins("index.html", html.as_bytes())?;
    folder.finish(floor)
}

/// The binary and its glue; other scripts are `.mjs`.
fn program(builder: &Builder, built: &Path) -> Result<(Vec<u8>, String)> {
    let wasm = only_one(built, ".wasm")?;
    let wasm = fs::read(&wasm).with_context(|| format!("reading {}", wasm.display()))?;
    builder.finish(&wasm, &builder.minify(&read_only_one(built, ".js")?)?, None)
}

/// Puts another hash in the place of the one that trunk put into the name, if it did.
fn with_hash(name: &str, hash: &str) -> String {
    let is_hash = |text: &str| text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    for (at, _) in name.match_indices('-') {
        let rest = &name[at + 1..];
        let ends = rest.find(['.', '_']).unwrap_or(rest.len());
        if is_hash(&rest[..ends]) {
            return format!("{}-{hash}{}", &name[..at], &rest[ends..]);
        }
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_in_a_name_is_replaced() {
        assert_eq!(with_hash("shell-39f6a4d7e3080ffb_bg.wasm", "00"), "shell-00_bg.wasm");
        assert_eq!(with_hash("my-shell-39f6a4d7e3080ffb.js", "00"), "my-shell-00.js");
        assert_eq!(with_hash("favicon.svg", "00"), "favicon.svg");
    }
}
