//! A fragment's release: entry module, Wasm, one style sheet, catalogues, release.json.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use contract::manifest::{Catalogue, File, Fragment, Manifest, SCHEMA};
use sha2::{Digest, Sha256};

use super::build::Builder;
use super::folder::{Folder, content_hash, hex, sha384};
use super::wasm::Bounds;
use super::{LANGUAGES, Part, catalogue, description, document, glue, style};
use crate::failure::Failure;
use crate::workspace;

/// What of a fragment runs and is shown, in the bytes that ship.
pub(super) struct Code {
    /// The entry module.
    pub(super) entry: String,
    pub(super) wasm: Option<Vec<u8>>,
    /// In their order.
    pub(super) sheets: Vec<String>,
    pub(super) version: String,
}

/// The code of what trunk built.
pub(super) fn code(builder: &Builder, part: &Part, built: &Path) -> Result<Code> {
    let described = description::read(&part.folder)?;
    ensure!(described.version.is_none(), "version: of a Rust package it stands in Cargo.toml, not in fragment.toml");
    let limits = described.limits;
    let entry = builder.minify(&glue::factory(&read_only_one(built, ".js")?)?)?;
    let wasm = only_one(built, ".wasm")?;
    let wasm = fs::read(&wasm).with_context(|| format!("reading {}", wasm.display()))?;
    let bounds = Bounds { memory_mib: limits.memory_mib, fuel_millions: limits.fuel_millions };
    let (wasm, entry) = builder.finish(&wasm, &entry, Some(bounds))?;
    Ok(Code { entry, wasm: Some(wasm), sheets: sheets(built)?, version: crate_version(&part.folder)? })
}

/// Packs a fragment's code and what its folder says about it.
pub(super) fn pack(part: &Part, code: Code, floor: &Path) -> Result<BTreeSet<PathBuf>> {
    let described = description::read(&part.folder)?;
    let mut release = Writer::open(floor, &described.name)?;
    let entry = release.add(&described.name, "js", code.entry.as_bytes())?;
    let binary = code.wasm;
    let wasm = binary.as_ref().map(|wasm| release.add(&described.name, "wasm", wasm)).transpose()?;
    let sheet = Some(style::join(&code.sheets)).filter(|sheet| !sheet.is_empty());
    let style = sheet.map(|sheet| release.add("style", "css", sheet.as_bytes())).transpose()?;
    let mut messages = Vec::new();
    for locale in LANGUAGES {
        if let Some(text) = catalogue_of(&part.folder, locale)? {
            let file = release.add(&format!("messages.{locale}"), "json", text.as_bytes())?;
            messages.push(Catalogue { locale: locale.to_owned(), file });
        }
    }
    let fragment = Fragment {
        name: described.name,
        version: String::new(),
        channel: described.channel,
        slots: described.slots,
        placement: described.placement,
        site: described.site,
        entry,
        wasm,
        style,
        messages,
        publishes: described.publishes,
        subscribes: described.subscribes,
        limits: described.limits,
        capabilities: described.capabilities,
        critical: described.critical,
        // That is the operator's to say.
        killed: false,
        // Which one ran well, packing can't know.
        previous: None,
        // The contract that this program is built with is that of the same sources.
        contracts: Vec::new(),
    };
    let mut described = release::Release::of(fragment, described.browser);
    // Everything that makes this release what it is, its limits and rights included.
    let content = hex(&Sha256::digest(serde_json::to_vec(&described)?)[..4]);
    described.fragment.version = format!("{}-{content}", code.version);
    check(&described.fragment)?;
    if !part.is_candidate {
        check_code(&described, &code.entry, binary.as_deref())?;
    }
    release.finish(&described, floor)
}

/// What can be said of the code before anything is known of who is live: the rules of whoever publishes.
fn check_code(release: &release::Release, entry: &str, wasm: Option<&[u8]>) -> Result<()> {
    let module = release::audit(entry);
    // What it weighs, `size` says.
    let candidate = release::Candidate { release, module, wasm, brotli_bytes: 0, budget_bytes: 0 };
    let live = release::Live { releases: &[], platform: &release::Platform::default(), operations: None };
    let mut refused = release::check(&candidate, &live);
    refused.retain(|finding| finding.weight == release::Weight::Refused);
    let Some(first) = refused.first() else { return Ok(()) };
    let problems = refused.iter().map(|finding| finding.problem.as_str()).collect::<Vec<_>>().join("\n  ");
    Err(Failure::new(problems, format!("{}.", first.remedy)).into())
}

/// The shell must be able to read what is packed: the same check that it makes.
fn check(fragment: &Fragment) -> Result<()> {
    let manifest = Manifest {
        schema: SCHEMA,
        serial: 1,
        content: String::new(),
        issued_at_ms: 0,
        expires_at_ms: 0,
        fragments: vec![fragment.clone()],
    };
    let read = Manifest::read_checked(serde_json::to_value(&manifest)?).context("the release is not valid")?;
    ensure!(read == manifest, "the release does not read back as it was written");
    Ok(())
}

struct Writer {
    folder: Folder,
    name: String,
}

impl Writer {
    fn open(floor: &Path, name: &str) -> Result<Self> {
        Ok(Self { folder: Folder::open(floor.join("fragments").join(name))?, name: name.to_owned() })
    }

    fn add(&mut self, stem: &str, extension: &str, bytes: &[u8]) -> Result<File> {
        let name = format!("{stem}-{}.{extension}", content_hash(bytes));
        self.folder.write_with_twins(&name, bytes)?;
        Ok(File { url: format!("/fragments/{}/{name}", self.name), sha384: sha384(bytes), size: bytes.len() as u64 })
    }

    /// The release's description last: what it names is there by then.
    fn finish(mut self, release: &release::Release, floor: &Path) -> Result<BTreeSet<PathBuf>> {
        let text = serde_json::to_string_pretty(release)? + "\n";
        self.folder.write("release.json", text.as_bytes())?;
        self.folder.finish(floor)
    }
}

pub(super) fn only_one(folder: &Path, suffix: &str) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    let mut found = paths.into_iter().filter(|path| path.to_string_lossy().ends_with(suffix));
    match (found.next(), found.next()) {
        (Some(path), None) => Ok(path),
        (None, _) => anyhow::bail!("trunk wrote no *{suffix}; index.html needs a link with data-trunk rel=\"rust\""),
        _ => anyhow::bail!("trunk wrote more than one *{suffix}; a fragment has one"),
    }
}

pub(super) fn read_only_one(folder: &Path, suffix: &str) -> Result<String> {
    let path = only_one(folder, suffix)?;
    fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
}

fn sheets(built: &Path) -> Result<Vec<String>> {
    let html = fs::read_to_string(built.join("index.html")).context("reading the index.html that trunk wrote")?;
    document::style_sheets(&html)
        .into_iter()
        .map(|name| fs::read_to_string(built.join(&name)).with_context(|| format!("reading {name}")))
        .collect()
}

/// The JSON of a catalogue; none if the fragment has none of that language.
pub(super) fn catalogue_of(folder: &Path, locale: &str) -> Result<Option<String>> {
    let path = folder.join("locales").join(locale).with_extension("ftl");
    if !path.is_file() {
        return Ok(None);
    }
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    Ok(Some(catalogue::Catalogue::parse(&path, &text)?.to_json()?))
}

fn crate_version(folder: &Path) -> Result<String> {
    let metadata = workspace::members(&folder.join("Cargo.toml"))?;
    let package = metadata.packages.iter().find(|package| workspace::folder_of(package) == folder);
    Ok(package.with_context(|| format!("{} holds no package", folder.display()))?.version.to_string())
}
