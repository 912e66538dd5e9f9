//! Renders the shell's index.html: one constant per manifest and language.
//!
//! Must never put anything of a player or a session into it: the page is shared and cached.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::manifest::{Fragment, Manifest};
use http::HeaderValue;
use serde_json::Value;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::desk::Shown;
use super::download::Offer;
use super::encoding::Compressed;
use super::frame::FramePage;
use super::preload;
use super::seal::Sealed;
use super::sites::Sites;
use super::{frame, markup, offer, own};
use crate::language;

/// Where the preloads go.
const PRELOADS: &str = "<!-- croupier:preloads -->";
/// Where the names of the pages go, for the script that runs before the first paint.
const PAGES: &str = "{{pages}}";
/// Of the ids of pages' titles.
const TITLE: &str = "title-";

/// Why there is no page.
#[derive(Debug, Error)]
pub enum PageError {
    /// A file of the shell can't be read.
    #[error("{0}: {1}")]
    Read(String, std::io::Error),
    /// A catalogue is no JSON object.
    #[error("{0}: {1}")]
    Catalogue(String, serde_json::Error),
    /// The manifest or a catalogue can't be written.
    #[error("can't be written: {0}")]
    Write(#[from] serde_json::Error),
    /// The page can't be compressed.
    #[error("can't be compressed: {0}")]
    Compress(#[from] std::io::Error),
    /// The policy or an address is no header, which only a strange vendor origin or file name can cause.
    #[error("it can't stand in a header: {0}")]
    Header(#[from] http::header::InvalidHeaderValue),
    /// There is none in this language.
    #[error("there is no page in {0:?}")]
    Missing(String),
    /// It was made by code that gave up.
    #[error("making it ended early: {0}")]
    Making(tokio::task::JoinError),
}

/// The texts of one language: a pattern, or an object of plural forms, by message id.
pub(super) type Catalogue = BTreeMap<String, Value>;

/// What the page is made from.
#[derive(Debug)]
pub(super) struct Shell {
    folder: PathBuf,
    template: String,
    catalogues: BTreeMap<String, Catalogue>,
    /// What fragments' own pages are made from.
    own: Option<own::Template>,
    /// What offers a pack.
    packs: Option<offer::Script>,
    /// What frames' pages are made from.
    frame: Option<frame::Template>,
}

/// What stands in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Content<'c> {
    pub(super) sealed: &'c Sealed,
    /// A browser's own builds are in no pack.
    pub(super) offer: Option<&'c Offer>,
    /// The files of what was shipped, which lie over the floor's.
    pub(super) shown: &'c Shown,
    /// The fragment whose page is this one only: one that no player is shown the way to.
    pub(super) unlisted: Option<&'c Fragment>,
}

/// The page of one language.
#[derive(Debug)]
pub(super) struct Page {
    /// The HTML.
    pub(super) body: Compressed,
    /// Its content security policy.
    pub(super) policy: HeaderValue,
}

/// The locale of a catalogue's file name: `messages.de.json`.
pub(super) fn catalogue_locale(file_name: &str) -> Option<&str> {
    file_name.strip_prefix("messages.")?.strip_suffix(".json")
}

impl Shell {
    /// Reads the shell's page and catalogues.
    ///
    /// # Errors
    /// One of them can't be read.
    pub(super) fn read(floor: &Path) -> Result<Self, PageError> {
        let folder = floor.join("shell");
        let named = |name: &str| {
            let name = format!("shell/{name}");
            move |error| PageError::Read(name, error)
        };
        let template = std::fs::read_to_string(folder.join("index.html")).map_err(named("index.html"))?;
        let mut catalogues = BTreeMap::new();
        for entry in std::fs::read_dir(&folder).map_err(named(""))? {
            let name = entry.map_err(named(""))?.file_name().to_string_lossy().into_owned();
            let Some(locale) = catalogue_locale(&name) else { continue };
            let bytes = std::fs::read(folder.join(&name)).map_err(named(&name))?;
            let catalogue =
                serde_json::from_slice(&bytes).map_err(|error| PageError::Catalogue(name.clone(), error))?;
            catalogues.insert(locale.to_owned(), catalogue);
        }
        // A shell without texts is still a page.
        catalogues.entry(language::FALLBACK.to_owned()).or_default();
        let (own, packs) = (own::Template::read(&folder)?, offer::Script::read(&folder)?);
        let frame = frame::Template::read(&folder, &template)?;
        Ok(Self { folder, template, catalogues, own, packs, frame })
    }

    /// Whether its pages can take packs.
    pub(super) fn offers_packs(&self) -> bool {
        self.packs.is_some()
    }

    /// The languages that it is in.
    pub(super) fn locales(&self) -> impl Iterator<Item = &String> {
        self.catalogues.keys()
    }

    /// The page in a language of the shell. Few ask for one that no player is shown the way to, so that is compressed
    /// quickly.
    ///
    /// # Errors
    /// See [`PageError`].
    pub(super) fn render(&self, locale: &str, content: Content<'_>) -> Result<Page, PageError> {
        let html = self.html_in(locale, content)?;
        let policy = HeaderValue::from_str(&policy(&html, &content.sealed.manifest))?;
        let compress = if content.unlisted.is_some() { Compressed::quickly } else { Compressed::new };
        Ok(Page { body: compress(html.into_bytes())?, policy })
    }

    /// The pages of the frames, by fragment. A frame's host knows no device: a canary's page is everybody's.
    ///
    /// # Errors
    /// See [`PageError`].
    pub(super) fn frames<'f>(
        &self,
        fragments: impl Iterator<Item = &'f Fragment>,
        sites: &Sites,
    ) -> Result<BTreeMap<String, FramePage>, PageError> {
        let mut releases: BTreeMap<&str, Vec<&Fragment>> = BTreeMap::new();
        for fragment in fragments.filter(|fragment| frame::is_framed(fragment)) {
            releases.entry(&fragment.name).or_default().push(fragment);
        }
        let lacking = || PageError::Read(format!("shell/{}", frame::SCRIPT), ErrorKind::NotFound.into());
        let page = |(name, releases): (&str, Vec<&Fragment>)| {
            let template = self.frame.as_ref().ok_or_else(lacking)?;
            Ok((name.to_owned(), template.render(name, &releases, sites)?))
        };
        releases.into_iter().map(page).collect()
    }

    /// The page of one browser, with a script of its own before all that runs after the first paint; not compressed.
    ///
    /// # Errors
    /// See [`PageError`].
    pub(super) fn render_with(
        &self,
        locale: &str,
        content: Content<'_>,
        script: &str,
    ) -> Result<(String, HeaderValue), PageError> {
        let html = self.html_in(locale, content)?;
        let html = html.replacen("</head>", &format!("<script>{script}</script></head>"), 1);
        let policy = HeaderValue::from_str(&policy(&html, &content.sealed.manifest))?;
        Ok((html, policy))
    }

    fn html_in(&self, locale: &str, content: Content<'_>) -> Result<String, PageError> {
        let Content { sealed: Sealed { manifest, text, beside, .. }, offer, shown, unlisted } = content;
        let mut texts = self.catalogues[locale].clone();
        let mut html = self.translate(locale).replace(PRELOADS, &preload::tags(manifest, locale, offer));
        if let Some((script, offer)) = self.packs.as_ref().zip(offer) {
            script.add(&mut html, offer.url());
        }
        if let Some(template) = &self.own {
            let floor = self.folder.parent().unwrap_or(&self.folder);
            for fragment in own::listed(manifest).chain(unlisted) {
                template.add(&mut html, &mut texts, fragment, &own::title((shown, floor), fragment, locale));
            }
        }
        let html = html.replace(PAGES, &self.pages(&texts));
        let html = fill(&html, "manifest", text);
        let html = fill(&html, "seal", beside);
        Ok(fill(&html, "messages", &inline_json(&texts)?))
    }

    /// Replaces each `{{id}}`; a text that a language lacks is taken from English.
    fn translate(&self, locale: &str) -> String {
        let mut html = String::with_capacity(self.template.len() * 2);
        let mut rest = self.template.as_str();
        while let Some((before, after)) = rest.split_once("{{") {
            html.push_str(before);
            match after.split_once("}}").filter(|(id, _)| is_id(id)) {
                Some((id, after)) => {
                    html.push_str(&self.text(locale, id));
                    rest = after;
                }
                None => {
                    html.push_str("{{");
                    rest = after;
                }
            }
        }
        html.push_str(rest);
        html
    }

    /// The names of all pages but home: those with a title.
    fn pages(&self, texts: &Catalogue) -> String {
        let english = self.catalogues.get(language::FALLBACK);
        let titles = english.into_iter().chain([texts]).flat_map(Catalogue::keys);
        let names: BTreeSet<&str> = titles.filter_map(|id| id.strip_prefix(TITLE)).filter(|id| is_id(id)).collect();
        names.into_iter().filter(|name| !["home", "not-found"].contains(name)).collect::<Vec<_>>().join(" ")
    }

    fn text(&self, locale: &str, id: &str) -> String {
        match id {
            // Filled once it is known which there are.
            "pages" => return PAGES.to_owned(),
            "locale" => return locale.to_owned(),
            "dir" => return language::direction(locale).to_owned(),
            _ => {}
        }
        let lookup = |locale: &str| self.catalogues.get(locale)?.get(id)?.as_str();
        let text = lookup(locale).or_else(|| lookup(language::FALLBACK)).unwrap_or_else(|| {
            tracing::warn!(id, locale, "the page names a text that no catalogue has");
            id
        });
        escape(text)
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// JSON that can't end the script element that it stands in.
pub(super) fn inline_json<T: serde::Serialize>(value: &T) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string(value)?.replace('<', "\\u003c"))
}

/// Puts `content` into the script element with this id, if there is one.
fn fill(html: &str, id: &str, content: &str) -> String {
    let place = markup::elements(html)
        .into_iter()
        .find(|element| element.name == "script" && element.attribute("id") == Some(id))
        .map(|element| element.content);
    match place {
        Some(place) => [&html[..place.start], content, &html[place.end..]].concat(),
        None => html.to_owned(),
    }
}

/// The content security policy: only what stands in this very page may run, and what that loads.
fn policy(html: &str, manifest: &Manifest) -> String {
    let mut scripts = BTreeSet::new();
    let mut styles = BTreeSet::new();
    for element in markup::elements(html) {
        let hash = || format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(&html[element.content.clone()])));
        if element.is_inline_code() {
            scripts.insert(hash());
        } else if element.name == "style" {
            styles.insert(hash());
        } else if let Some(integrity) = element.attribute("integrity") {
            // A script from a file is trusted by the digest that stands in the page.
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'/' | b'=' | b'_');
            let digests = integrity.split_ascii_whitespace().filter(|digest| digest.bytes().all(plain));
            scripts.extend(digests.map(|digest| format!(" '{digest}'")));
        }
    }
    // A frame has a policy of its own; what it may reach is nothing that the page may.
    let (framed, inside): (Vec<_>, Vec<_>) = manifest.fragments.iter().partition(|one| frame::is_framed(one));
    let outside: BTreeSet<&str> = inside.iter().flat_map(|one| one.origins()).collect();
    let sites: BTreeSet<&str> = framed.iter().filter_map(|one| one.site.as_deref()).collect();
    let frames =
        if sites.is_empty() { " 'none'".to_owned() } else { sites.iter().map(|site| format!(" {site}")).collect() };
    let all: String = outside.iter().map(|origin| format!(" {origin}")).collect();
    let http: String =
        outside.iter().filter(|origin| origin.starts_with("http")).map(|origin| format!(" {origin}")).collect();
    let scripts: String = scripts.into_iter().collect();
    let styles: String = styles.into_iter().collect();
    format!(
        "default-src 'none'; script-src{scripts} 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'{styles}; \
         connect-src 'self' blob:{all}; img-src 'self' data:{http}; media-src 'self' blob:{http}; \
         frame-src{frames}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(template: &str) -> Shell {
        let catalogue = |json: &str| serde_json::from_str(json).expect("a catalogue");
        let catalogues = [
            ("en".to_owned(), catalogue(r#"{"skip":"Skip <now>","only-english":"E"}"#)),
            ("ar".to_owned(), catalogue(r#"{"skip":"تخط</script>"}"#)),
        ];
        Shell {
            folder: PathBuf::new(),
            template: template.to_owned(),
            catalogues: catalogues.into(),
            own: None,
            packs: None,
            frame: None,
        }
    }

    fn empty() -> Manifest {
        Manifest { schema: 1, serial: 1, content: String::new(), issued_at_ms: 0, expires_at_ms: 0, fragments: vec![] }
    }

    fn html(template: &str, locale: &str) -> String {
        let header = HeaderValue::from_static("");
        let sealed = Sealed { manifest: empty(), text: "{}".into(), beside: "[]".into(), header };
        let shown = Shown::default();
        let content = Content { sealed: &sealed, offer: None, shown: &shown, unlisted: None };
        let page = shell(template).render(locale, content).expect("a page");
        String::from_utf8(page.body.plain().to_vec()).expect("utf-8")
    }

    #[test]
    fn texts_are_escaped_and_fall_back_to_english() {
        let template = "<html lang={{locale}} dir={{dir}}>{{skip}} {{only-english}} {{ not an id }} {{";
        assert_eq!(html(template, "en"), "<html lang=en dir=ltr>Skip &lt;now&gt; E {{ not an id }} {{");
        assert!(html(template, "ar").ends_with("dir=rtl>تخط&lt;/script&gt; E {{ not an id }} {{"));
    }

    #[test]
    fn inlined_json_cannot_leave_its_element() {
        let page = html(r#"<script type="application/json" id="messages"></script>"#, "ar");
        assert_eq!(page, r#"<script type="application/json" id="messages">{"skip":"تخط\u003c/script>"}</script>"#);
    }

    #[test]
    fn manifest_and_seal_stand_in_the_page_as_they_were_written() {
        let page = html("<script id=\"manifest\"></script><script id=\"seal\"></script>", "en");
        assert_eq!(page, "<script id=\"manifest\">{}</script><script id=\"seal\">[]</script>");
    }

    #[test]
    fn the_policy_names_every_inline_script_and_no_data() {
        let html = "<script>a()</script><script type=\"application/json\">{}</script>\
                    <script src=\"/x.js\" integrity=\"sha384-abc\"></script>";
        let policy = policy(html, &empty());
        let digest = STANDARD.encode(Sha256::digest("a()"));
        assert!(policy.contains(&format!("script-src 'sha256-{digest}' 'sha384-abc' 'strict-dynamic'")), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    }
}
