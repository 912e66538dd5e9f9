//! What a page asks for at once, in one burst with everything else.
//!
//! A fragment that stands on every page is named in the HTML, which is a constant, or in the pack that is. One on some
//! routes only is named in a header of theirs: no other page pays for its bytes.

use contract::manifest::{Fragment, Manifest};
use http::HeaderValue;
use http::header::InvalidHeaderValue;

use super::download::Offer;
use super::page::escape;

/// The files of a fragment that is not on every page, as the header that asks for them.
#[derive(Debug)]
pub(super) struct Routed {
    /// `/live/:table/:second`
    routes: Vec<String>,
    /// The value of `Link`.
    pub(super) link: HeaderValue,
}

impl Routed {
    /// Whether the fragment stands on the page with this path.
    pub(super) fn is_on(&self, path: &str) -> bool {
        self.routes.iter().any(|route| matches(route, path))
    }
}

/// The tags of what is on every page and in no pack, the session first.
pub(super) fn tags(manifest: &Manifest, locale: &str, offer: Option<&Offer>) -> String {
    let everywhere = manifest.fragments.iter().filter(|fragment| !is_routed(fragment) && !fragment.killed);
    let urls = everywhere.flat_map(|fragment| urls(fragment, locale));
    let urls = urls.filter(|url| !offer.is_some_and(|offer| offer.holds(url)));
    let tag = |url: &str| format!(r#"<link rel="preload" as="fetch" crossorigin href="{}">"#, escape(url));
    std::iter::once("/api/identity/session").chain(urls).map(tag).collect::<Vec<_>>().join("\n")
}

/// What is on some pages only.
///
/// # Errors
/// An address can't stand in a header.
pub(super) fn routed(manifest: &Manifest, locale: &str) -> Result<Vec<Routed>, InvalidHeaderValue> {
    let some = manifest.fragments.iter().filter(|fragment| is_routed(fragment) && !fragment.killed);
    some.map(|fragment| {
        let link = |url: &str| format!("<{url}>; rel=preload; as=fetch; crossorigin=anonymous");
        let link = urls(fragment, locale).map(link).collect::<Vec<_>>().join(", ");
        let routes = fragment.slots.iter().flat_map(|slot| slot.routes.iter().cloned()).collect();
        Ok(Routed { routes, link: HeaderValue::from_str(&link)? })
    })
    .collect()
}

/// On some routes only, in whichever slot.
fn is_routed(fragment: &Fragment) -> bool {
    fragment.slots.iter().all(|slot| !slot.routes.is_empty())
}

/// What the shell fetches of it in this language.
fn urls<'a>(fragment: &'a Fragment, locale: &str) -> impl Iterator<Item = &'a str> {
    let files = [Some(&fragment.entry), fragment.wasm.as_ref(), fragment.style.as_ref()];
    let catalogue = fragment.catalogue(locale).map(|catalogue| &catalogue.file);
    files.into_iter().flatten().chain(catalogue).map(|file| file.url.as_str())
}

/// As the shell's router reads it; to name too much or too little here costs bytes, never a fragment.
fn matches(route: &str, path: &str) -> bool {
    let segments = |text| str::split(text, '/').filter(|segment| !segment.is_empty());
    let (parts, mut found) = (segments(route), segments(path));
    for part in parts {
        if !found.next().is_some_and(|segment| part.starts_with(':') || part == segment) {
            return false;
        }
    }
    found.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_route_is_matched_as_a_whole() {
        for (route, path, fits) in [
            ("/limits", "/limits", true),
            ("/limits", "/limits/", true),
            ("/limits", "/", false),
            ("/limits", "/limits/more", false),
            ("/", "/", true),
            ("/", "/limits", false),
            ("/live/:table/:second", "/live/a/b", true),
            ("/live/:table/:second", "/live/a", false),
        ] {
            assert_eq!(matches(route, path), fits, "{route} {path}");
        }
    }
}
