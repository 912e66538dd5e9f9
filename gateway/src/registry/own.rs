//! Pages that fragments bring along: for each a slot, an entry in the navigation, and a title.
//!
//! The layout knows nothing of them, so a page without any is the same to the byte as if this were not here. What
//! they look like is the shell's: it stands in its `own.html`. One that is for operators stands on its own address
//! only, which no navigation names: players' pages are the same to the byte as if it were not there.

use std::path::Path;

use contract::manifest::{Fragment, Manifest};
use serde_json::Value;

use super::desk::Shown;
use super::encoding::Encoding;
use super::page::{Catalogue, PageError, escape};

/// The file in the shell's folder.
pub(super) const FILE: &str = "own.html";
/// What divides it: the style comes first, then the link, then the slot, and the style of a page for operators.
const DIVIDERS: [&str; 3] = ["<!-- croupier:link -->", "<!-- croupier:slot -->", "<!-- croupier:operators -->"];
/// Before which tag of the page each of them goes.
const HEAD: &str = "</head>";
const NAV: &str = "</nav>";
const MAIN: &str = "</main>";
/// The text of a fragment's catalogue that its page is called by.
const TITLE: &str = "title";
/// As much of it stands in every page of every player, twice; a catalogue may be a thousand times as long.
const MAX_TITLE_CHARS: usize = 64;

/// What the page of every such fragment is made from.
#[derive(Debug)]
pub(super) struct Template {
    style: String,
    link: String,
    slot: String,
    /// Of a page for operators, after the other one.
    operators: String,
}

/// The fragments of a manifest that bring a page for everybody.
pub(super) fn listed(manifest: &Manifest) -> impl Iterator<Item = &Fragment> {
    pages(manifest).filter(|fragment| !fragment.is_for_operators())
}

/// Those that bring one for operators.
pub(super) fn unlisted(manifest: &Manifest) -> impl Iterator<Item = &Fragment> {
    pages(manifest).filter(|fragment| fragment.is_for_operators())
}

fn pages(manifest: &Manifest) -> impl Iterator<Item = &Fragment> {
    manifest.fragments.iter().filter(|fragment| fragment.has_own_page())
}

/// The name of the page that a path would lead to.
pub(super) fn name_of(path: &str) -> &str {
    path.trim_matches('/')
}

/// Whether there is one for this path.
pub(super) fn is_page(manifest: &Manifest, path: &str) -> bool {
    pages(manifest).any(|fragment| fragment.name == name_of(path))
}

impl Template {
    /// Reads it; a shell without one shows no such pages.
    ///
    /// # Errors
    /// It can't be read.
    pub(super) fn read(shell: &Path) -> Result<Option<Self>, PageError> {
        let text = match std::fs::read_to_string(shell.join(FILE)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            text => text.map_err(|error| PageError::Read(format!("shell/{FILE}"), error))?,
        };
        Ok(Self::parse(&text))
    }

    fn parse(text: &str) -> Option<Self> {
        let (style, rest) = text.split_once(DIVIDERS[0])?;
        let (link, rest) = rest.split_once(DIVIDERS[1])?;
        let (slot, operators) = rest.split_once(DIVIDERS[2])?;
        let [style, link, slot, operators] = [style, link, slot, operators].map(|part| part.trim().to_owned());
        Some(Self { style, link, slot, operators })
    }

    /// Adds a fragment's page to the HTML, and its title to the texts of the page.
    pub(super) fn add(&self, html: &mut String, texts: &mut Catalogue, fragment: &Fragment, title: &str) {
        let parts = if fragment.is_for_operators() {
            [(&self.style, HEAD), (&self.operators, HEAD), (&self.slot, MAIN)]
        } else {
            [(&self.style, HEAD), (&self.link, NAV), (&self.slot, MAIN)]
        };
        for (part, place) in parts {
            // A name is letters, digits and dashes, as the manifest was checked for.
            let part = part.replace("{name}", &fragment.name).replace("{title}", &escape(title));
            if let Some(at) = html.rfind(place) {
                html.insert_str(at, &part);
            }
        }
        texts.insert(format!("title-{}", fragment.name), Value::String(title.to_owned()));
    }
}

/// What a fragment's page is called in a language: the text `title` of its catalogue, as far as there is room for it,
/// else its name. What was shipped lies over the floor.
pub(super) fn title((shown, floor): (&Shown, &Path), fragment: &Fragment, locale: &str) -> String {
    let read = || -> Option<String> {
        let url = fragment.catalogue(locale)?.file.url.trim_start_matches('/');
        let shipped = url.rsplit('/').next().and_then(|name| shown.file(&fragment.name, name));
        let texts: Catalogue = match shipped {
            Some(file) => serde_json::from_slice(file.bytes(Encoding::Plain)).ok()?,
            None => serde_json::from_slice(&std::fs::read(floor.join(url)).ok()?).ok()?,
        };
        Some(texts.get(TITLE)?.as_str()?.chars().take(MAX_TITLE_CHARS).collect())
    };
    read().unwrap_or_else(|| {
        tracing::warn!(
            fragment = fragment.name,
            locale,
            "its catalogue has no text `title`; its page is called by its name"
        );
        fragment.name.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{scan, testing};
    use serde_json::json;

    #[test]
    fn a_template_has_four_parts_or_is_none() {
        let text = "<style>\n<!-- croupier:link --> <a> <!-- croupier:slot --><div>\n<!-- croupier:operators --><b>";
        let Template { style, link, slot, operators } = Template::parse(text).unwrap();
        assert_eq!([&*style, &link, &slot, &operators], ["<style>", "<a>", "<div>", "<b>"]);
        assert!(Template::parse("<style><!-- croupier:link --><a><!-- croupier:slot --><div>").is_none());
    }

    #[test]
    fn a_title_has_no_more_room_than_a_title_needs() {
        let floor = tempfile::tempdir().expect("a folder");
        let file = |url: &str| json!({ "url": url, "sha384": "A".repeat(64), "size": 1 });
        let mut document = testing::release("news");
        document["slots"][0]["routes"] = json!(["/news"]);
        document["messages"] = json!([{ "locale": "en", "file": file("/texts.json") }]);
        let fragment = scan::read(document).expect("a release");
        let called = |text: &str| {
            let texts = json!({ "title": text }).to_string();
            std::fs::write(floor.path().join("texts.json"), texts).expect("written");
            title((&Shown::default(), floor.path()), &fragment, "en")
        };
        assert_eq!(called("Nachrichten für alle"), "Nachrichten für alle");
        assert_eq!(called(&"ü".repeat(100_000)), "ü".repeat(64));
    }
}
