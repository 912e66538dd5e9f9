//! What a fragment begins with: files of `croupier/templates`, in which a few words are replaced.
//!
//! A template is several of those folders over each other: what all fragments have, what those of its kind have, its
//! own, and what differs inside and outside of the workspace.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::ValueEnum;
use rust_embed::RustEmbed;

use super::folder::Files;
use super::name::Name;

/// The folder, as it was when this tool was built.
#[derive(RustEmbed)]
#[folder = "templates/"]
struct Embedded;

/// What a fragment is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Template {
    /// Rust with Leptos: a component and a line
    Leptos,
    /// Rust with Yew
    Yew,
    /// Plain JavaScript: one module, nothing to build
    Js,
    /// React, from npm
    React,
}

impl Template {
    /// Whether it is a package of cargo's.
    pub(crate) const fn is_rust(self) -> bool {
        matches!(self, Self::Leptos | Self::Yew)
    }

    /// As it is typed, and the name of its folder.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Leptos => "leptos",
            Self::Yew => "yew",
            Self::Js => "js",
            Self::React => "react",
        }
    }

    const fn kind(self) -> &'static str {
        if self.is_rust() { "rust" } else { "web" }
    }

    /// The files of a fragment in `apps`; `shared` leads there from its folder.
    ///
    /// # Errors
    /// A template is no text.
    pub(super) fn inside(self, name: &Name, shared: &str) -> Result<Files> {
        self.files("inside", name, shared)
    }

    /// The files of a fragment that is no member of the workspace.
    ///
    /// # Errors
    /// A template is no text.
    pub(super) fn outside(self, name: &Name, shared: &str) -> Result<Files> {
        self.files("outside", name, shared)
    }

    fn files(self, place: &str, name: &Name, shared: &str) -> Result<Files> {
        let (kind, own) = (self.kind(), self.name());
        let folders =
            ["all".to_owned(), kind.to_owned(), own.to_owned(), format!("{kind}-{place}"), format!("{own}-{place}")];
        let mut files = Files::new();
        for path in Embedded::iter() {
            let Some((folder, file)) = path.split_once('/') else { continue };
            if !folders.iter().any(|one| one == folder) {
                continue;
            }
            let bytes = Embedded::get(&path).with_context(|| format!("the template {path} is gone"))?.data;
            let text = std::str::from_utf8(&bytes).with_context(|| format!("the template {path}"))?;
            // Under its own name git would follow it here as well.
            let file = if file == "gitignore" { ".gitignore" } else { file };
            files.insert(PathBuf::from(file), fill(text, name, shared));
        }
        Ok(files)
    }
}

fn fill(text: &str, name: &Name, shared: &str) -> String {
    let words = [
        ("{{name}}", name.as_str()),
        ("{{crate}}", &*name.krate()),
        ("{{title}}", &*name.title()),
        ("{{shared}}", shared),
    ];
    words.into_iter().fold(text.to_owned(), |text, (hole, word)| text.replace(hole, word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn rendered(template: Template) -> [Files; 2] {
        let name = Name::new("happy-hour").unwrap();
        [template.inside(&name, "../../shared").unwrap(), template.outside(&name, "../../main/shared").unwrap()]
    }

    #[test]
    fn every_template_is_whole_inside_and_outside() {
        for template in Template::value_variants() {
            let code = match template {
                Template::Leptos | Template::Yew => vec!["Cargo.toml", "Trunk.toml", "src/tables.rs", "tests/page.rs"],
                Template::Js => vec!["entry.js", "tests/entry.test.mjs"],
                Template::React => vec!["package.json", "package-lock.json", "view/entry.jsx", "tests/tables.test.mjs"],
            };
            let [inside, outside] = rendered(*template);
            for files in [&inside, &outside] {
                let catalogues = crate::floor::LANGUAGES.map(|locale| format!("locales/{locale}.ftl"));
                let all = ["fragment.toml", "style.css"].into_iter().chain(catalogues.iter().map(String::as_str));
                for file in all.chain(code.iter().copied()) {
                    assert!(files.contains_key(Path::new(file)), "{template:?} lacks {file}");
                }
                for (path, text) in files {
                    assert!(!text.contains("{{"), "{template:?}: a hole is left in {}", path.display());
                    assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{template:?}: {}", path.display());
                }
            }
            assert_eq!(inside.contains_key(Path::new("tests/scenario.rs")), template.is_rust());
            assert!(!inside.contains_key(Path::new("README.md")));
            assert!(outside[Path::new(".gitignore")].contains("*.key\n"), "{template:?} keeps keys out of git");
            assert!(!inside.contains_key(Path::new("ship.sh")) && outside.contains_key(Path::new("ship.sh")));
        }
    }

    #[test]
    fn the_words_are_in_their_places() {
        let [inside, outside] = rendered(Template::Leptos);
        let text = |files: &Files, path: &str| files[Path::new(path)].clone();
        assert!(text(&inside, "fragment.toml").contains("routes = [\"/happy-hour\"]"));
        assert!(text(&inside, "locales/ar.ftl").contains("title = Happy Hour\n"));
        assert!(text(&inside, "tests/page.rs").contains("happy_hour::mount("));
        assert!(text(&inside, "index.html").contains("\"../../shared/ui/components.css\""));
        assert!(text(&outside, "Cargo.toml").contains("path = \"../../main/shared/fragment\""));
    }

    #[test]
    fn catalogues_are_readable_and_say_the_same() {
        let [files, _] = rendered(Template::Js);
        let read = |locale: &str| {
            let path = PathBuf::from(format!("locales/{locale}.ftl"));
            crate::floor::Catalogue::parse(&path, &files[&path]).unwrap()
        };
        let english = read("en");
        for locale in crate::floor::LANGUAGES {
            let ids = |catalogue: &crate::floor::Catalogue| catalogue.messages.keys().cloned().collect::<Vec<_>>();
            assert_eq!(ids(&read(locale)), ids(&english), "{locale}");
        }
    }
}
