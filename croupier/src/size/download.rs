//! What a player downloads: the whole page at a first visit, with the pack, and a changed fragment at a later one.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use contract::manifest::{Fragment, Manifest, SCHEMA};
use delivery::{Content, Dictionary};

use super::budgets::Budgets;
use super::changed;
use super::weigh::{Bytes, Part, all, is_of, of_file, place, read};

/// The language of a first visit.
const LOCALE: &str = "en";
/// Whose view changes.
const CHANGED: &str = "wallet";

/// The lines of the table.
pub(super) fn weigh(floor: &Path, fragments: &[Fragment], budgets: &Budgets) -> Result<Vec<Part>> {
    let files = delivery::needed(fragments).into_iter().flat_map(delivery::files);
    let files: Vec<_> = files
        .map(|file| Ok(Content { url: file.url.clone(), bytes: read(floor, file)?.into() }))
        .collect::<Result<_>>()?;
    Ok(vec![cold(floor, fragments, &files, budgets)?, update(files, budgets)?])
}

/// Everything that a first visit needs, compressed: the page, styles, the shell, the pack and what divides it, and
/// of each fragment its texts.
fn cold(floor: &Path, fragments: &[Fragment], files: &[Content], budgets: &Budgets) -> Result<Part> {
    let shell = floor.join("shell");
    let [wasm, glue, style] = [".wasm", ".js", ".css"].map(|suffix| all(&shell, |name| name.ends_with(suffix)));
    let (mut wasm, mut glue, style) = (wasm?, glue?, style?);
    glue += page(floor, fragments)?;
    for stem in ["pack", "telemetry"] {
        glue += all(&shell, is_of(stem))?;
    }
    for fragment in delivery::needed(fragments) {
        let catalogue = fragment.catalogue(LOCALE).with_context(|| format!("{} has no texts", fragment.name))?;
        glue += of_file(&place(floor, &catalogue.file))?;
    }
    let pack = delivery::write(files);
    wasm += Bytes { raw: pack.len() as u64, brotli: delivery::compress(&pack)?.len() as u64 };
    let counted = wasm.brotli + glue.brotli + style.brotli;
    Ok(Part::new("cold page", [wasm, glue, style], counted, budgets.cold_bytes()))
}

/// The page as a browser gets it: with the manifest and the texts in it.
fn page(floor: &Path, fragments: &[Fragment]) -> Result<Bytes> {
    let manifest = Manifest {
        schema: SCHEMA,
        serial: 1_790_000_000,
        content: "0123456789abcdef0123456789abcdef".to_owned(),
        issued_at_ms: 1_790_000_000_000,
        expires_at_ms: 1_790_600_000_000,
        fragments: fragments.to_vec(),
    };
    let manifest = serde_json::to_string(&manifest)?;
    let text = |name: &str| fs::read_to_string(floor.join("shell").join(name)).with_context(|| name.to_owned());
    let (html, texts) = (text("index.html")?, text(&format!("messages.{LOCALE}.json"))?);
    let catalogues = delivery::needed(fragments).into_iter().filter_map(|fragment| fragment.catalogue(LOCALE));
    let urls = catalogues.map(|catalogue| catalogue.file.url.as_str()).chain(["/api/identity/session"]);
    let preload = |url| format!("<link rel=\"preload\" as=\"fetch\" crossorigin href=\"{url}\">\n");
    let preloads: String = urls.map(preload).collect();
    let offer = text("offer.mjs")?
        .replace("croupier:offered", "/packs/0123456789abcdef.pack")
        .replace("croupier:divider", "/pack-0123456789abcdef.mjs");
    let filled = html
        .replacen("<link rel=\"stylesheet\"", &format!("<script>{}</script><link rel=\"stylesheet\"", offer.trim()), 1)
        .replace("<!-- croupier:preloads -->", &preloads)
        .replace("id=\"manifest\">", &format!("id=\"manifest\">{manifest}"))
        .replace("id=\"messages\">", &format!("id=\"messages\">{texts}"));
    Ok(Bytes { raw: filled.len() as u64, brotli: crate::floor::brotli(filled.as_bytes())?.len() as u64 })
}

/// A fragment with a changed view, for whoever holds the pack of before.
fn update(mut files: Vec<Content>, budgets: &Budgets) -> Result<Part> {
    let is_changed =
        |file: &&mut Content| file.url.starts_with(&format!("/fragments/{CHANGED}/")) && file.url.ends_with(".wasm");
    let file = files.iter_mut().find(is_changed).with_context(|| format!("{CHANGED} has a binary"))?;
    let [before, after] = changed::view(&file.bytes)?;
    file.bytes = before.into();
    let dictionary = Dictionary::new(delivery::write(&files).into());
    let delta = dictionary.delta(&after)?;
    ensure!(dictionary.restore(&delta, after.len())? == after, "the delta does not give back what it stands for");
    let full = crate::floor::brotli(&after)?.len() as u64;
    let wasm = Bytes { raw: after.len() as u64, brotli: delta.len() as u64 };
    let none = Bytes::default();
    Ok(Part::new(&format!("{CHANGED} update"), [wasm, none, none], wasm.brotli, budgets.update_bytes(full)))
}
