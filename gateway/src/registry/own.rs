//! Pages that fragments bring along: for each a slot, an entry in the navigation, and a title.
//!
//! The layout knows nothing of them, so a page without any is the same to the byte as if this were not here. What
//! they look like is the shell's: it stands in its `own.html`.

use std::path::Path;

use contract::manifest::{Fragment, Manifest};
use serde_json::Value;

use super::page::{Catalogue, PageError, escape};

/// The file in the shell's folder.
pub(super) const FILE: &str = "own.html";
/// What divides it: the style comes first, then the link, then the slot.
const DIVIDERS: [&str; 2] = ["<!-- croupier:link -->", "<!-- croupier:slot -->"];
/// Before which tag of the page each of them goes.
const PLACES: [&str; 3] = ["</head>", "</nav>", "</main>"];
/// The text of a fragment's catalogue that its page is called by.
const TITLE: &str = "title";

/// What the page of every such fragment is made from.
#[derive(Debug)]
pub(super) struct Template([String; 3]);

/// The fragments of a manifest that bring a page.
pub(super) fn pages(manifest: &Manifest) -> impl Iterator<Item = &Fragment> {
    manifest.fragments.iter().filter(|fragment| fragment.has_own_page())
}

/// Whether one of them is this path's.
pub(super) fn is_page(manifest: &Manifest, path: &str) -> bool {
    let name = path.trim_matches('/');
    pages(manifest).any(|fragment| fragment.name == name)
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
        let (link, slot) = rest.split_once(DIVIDERS[1])?;
        Some(Self([style, link, slot].map(|part| part.trim().to_owned())))
    }

    /// Adds a fragment's page to the HTML, and its title to the texts of the page.
    pub(super) fn add(&self, html: &mut String, texts: &mut Catalogue, fragment: &Fragment, title: &str) {
        for (part, place) in self.0.iter().zip(PLACES) {
            // A name is letters, digits and dashes, as the manifest was checked for.
            let part = part.replace("{name}", &fragment.name).replace("{title}", &escape(title));
            if let Some(at) = html.rfind(place) {
                html.insert_str(at, &part);
            }
        }
        texts.insert(format!("title-{}", fragment.name), Value::String(title.to_owned()));
    }
}

/// What a fragment's page is called in a language: the text `title` of its catalogue, else its name.
pub(super) fn title(floor: &Path, fragment: &Fragment, locale: &str) -> String {
    let read = || -> Option<String> {
        let file = &fragment.catalogue(locale)?.file;
        let bytes = std::fs::read(floor.join(file.url.trim_start_matches('/'))).ok()?;
        let texts: Catalogue = serde_json::from_slice(&bytes).ok()?;
        texts.get(TITLE)?.as_str().map(str::to_owned)
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
    use super::Template;

    #[test]
    fn a_template_has_three_parts_or_is_none() {
        let parts = Template::parse("<style>\n<!-- croupier:link --> <a> <!-- croupier:slot --><div>\n").unwrap();
        assert_eq!(parts.0, ["<style>", "<a>", "<div>"]);
        assert!(Template::parse("<style><!-- croupier:link --><a>").is_none());
    }
}
