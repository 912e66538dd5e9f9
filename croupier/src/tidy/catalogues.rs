//! Texts: every language says everything, with the same placeholders, and every text that the
//! code asks for is there.

use std::collections::BTreeMap;

use super::{Finding, Source};
use crate::floor::{Catalogue, CatalogueError, LANGUAGES};

/// A folder with catalogues: the shell, or a fragment.
#[derive(Debug)]
pub(super) struct Part {
    /// Its path from the root: `apps/wallet`.
    pub(super) path: String,
    /// Language → what its file says, or why it can't be read.
    pub(super) catalogues: BTreeMap<String, Result<Catalogue, CatalogueError>>,
    /// The files that may ask for texts: Rust, a fragment's markup, and the shell's index.html.
    pub(super) sources: Vec<Source>,
}

/// What is missing, superfluous or different.
pub(super) fn check(parts: &[Part]) -> Vec<Finding> {
    parts
        .iter()
        .flat_map(|part| {
            let mut findings = Vec::new();
            let mut read = BTreeMap::new();
            for language in LANGUAGES {
                match part.catalogues.get(language) {
                    None => findings.push(Finding::new(format!("{}/locales/{language}.ftl", part.path), "is missing")),
                    Some(Err(error)) => findings.push(Finding::new(&part.path, error.to_string())),
                    Some(Ok(catalogue)) => {
                        read.insert(language, catalogue);
                    }
                }
            }
            if let Some(english) = read.get(LANGUAGES[0]) {
                for (language, catalogue) in &read {
                    compare(&format!("{}/locales/{language}.ftl", part.path), english, catalogue, &mut findings);
                }
                for source in &part.sources {
                    asked_for(source, english, &mut findings);
                    holes(source, part, english, &mut findings);
                }
            }
            findings
        })
        .collect()
}

fn compare(place: &str, english: &Catalogue, other: &Catalogue, findings: &mut Vec<Finding>) {
    for (id, message) in &english.messages {
        match other.messages.get(id) {
            None => findings.push(Finding::new(place, format!("lacks {id}"))),
            Some(translated) if translated.placeholders() != message.placeholders() => {
                let expected = message.placeholders().into_iter().collect::<Vec<_>>().join(", ");
                findings.push(Finding::new(
                    place,
                    format!("{id} has other placeholders than the English text ({expected})"),
                ));
            }
            Some(_) => {}
        }
    }
    for id in other.messages.keys().filter(|id| !english.messages.contains_key(*id)) {
        findings.push(Finding::new(place, format!("has {id}, which en.ftl has not")));
    }
}

fn asked_for(source: &Source, english: &Catalogue, findings: &mut Vec<Finding>) {
    for (index, line) in source.text.lines().enumerate() {
        for id in ids(&source.path, line) {
            if !english.messages.contains_key(id) {
                let place = format!("{}:{}", source.path, index + 1);
                findings.push(Finding::new(place, format!("asks for the text {id}, which en.ftl has not")));
            }
        }
    }
}

/// In a fragment's markup each `{hole}` is a text, or a value that the code gives under that name.
fn holes(source: &Source, part: &Part, english: &Catalogue, findings: &mut Vec<Finding>) {
    if !is_markup(&source.path) {
        return;
    }
    for (index, line) in source.text.lines().enumerate() {
        for hole in line.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(hole, _)| hole) {
            let given = format!("(\"{hole}\",");
            let is_given = part.sources.iter().any(|code| code.path.ends_with(".rs") && code.text.contains(&given));
            if !is_given && !english.messages.contains_key(hole) {
                let place = format!("{}:{}", source.path, index + 1);
                findings.push(Finding::new(place, format!("{{{hole}}} is no text of en.ftl, and no code gives it")));
            }
        }
    }
}

fn is_markup(path: &str) -> bool {
    path.starts_with("apps/") && path.ends_with(".html")
}

/// The literal ids in a line. In a fragment `text("id"`, `text_with("id"`, `count("id"`; in the
/// shell `shell.text("id"`; in a page `{{id}}`.
fn ids<'l>(path: &str, line: &'l str) -> Vec<&'l str> {
    if is_markup(path) {
        return Vec::new();
    }
    let (opens, closes): (&[&str], _) = if path.ends_with(".html") {
        (&["{{"], "}}")
    } else if path.starts_with("shell/") {
        (&["shell.text(\"", "self.text(\""], "\"")
    } else {
        (&["text(\"", "text_with(\"", "count(\""], "\"")
    };
    let mut ids = Vec::new();
    for open in opens {
        for (at, _) in line.match_indices(open) {
            // `context("…")` and the method of an element `.text("…")` are none of ours.
            if line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.') {
                continue;
            }
            if let Some((id, _)) = line[at + open.len()..].split_once(closes) {
                ids.push(id);
            }
        }
    }
    // Filled by the gateway from the language itself.
    ids.retain(|id| !(path.ends_with(".html") && ["locale", "dir"].contains(id)));
    ids
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn checked(german: &str, source: (&str, &str)) -> Vec<String> {
        let parse = |text: &str| Catalogue::parse(Path::new("x.ftl"), text);
        let english = "hello = Hello, { $name }\nfree = { $n ->\n [one] { $n } spin\n *[other] { $n } spins\n}\n";
        let mut catalogues: BTreeMap<_, _> = LANGUAGES.map(|language| (language.to_owned(), parse(english))).into();
        catalogues.insert("de".into(), parse(german));
        let sources = vec![Source { path: source.0.into(), text: source.1.into() }];
        let part = Part { path: "apps/wallet".into(), catalogues, sources };
        check(&[part]).iter().map(ToString::to_string).collect()
    }

    const GERMAN: &str = "hello = Hallo, { $name }\nfree = { $n } Drehungen\n";

    #[test]
    fn complete_catalogues_have_no_finding() {
        let source = ("apps/wallet/src/a.rs", "text_with(\"hello\", &[]); count(\"free\", 1, &[]); context(\"no id\")");
        assert_eq!(checked(GERMAN, source), Vec::<String>::new());
        assert_eq!(
            checked(GERMAN, ("shell/index.html", "<html lang=\"{{locale}}\" dir=\"{{dir}}\">{{hello}}")),
            Vec::<String>::new()
        );
    }

    #[test]
    fn each_difference_is_found() {
        let nothing = ("a.rs", "");
        for (german, problem) in [
            ("hello = Hallo, { $name }\n", "de.ftl: lacks free"),
            ("hello = Hallo\nfree = { $n }\n", "hello has other placeholders than the English text (name)"),
            ("hello = Hallo, { $nmae }\nfree = { $n }\n", "hello has other placeholders"),
            ("hello = { $name }\nfree = { $n }\nmore = Mehr\n", "has more, which en.ftl has not"),
            ("hello = { $name\n", "x.ftl:"),
        ] {
            let found = checked(german, nothing);
            assert!(found.iter().any(|finding| finding.contains(problem)), "{german}: {found:?}");
        }
    }

    #[test]
    fn a_hole_that_nobody_fills_is_found() {
        let markup = |text| checked(GERMAN, ("apps/wallet/src/view/markup/a.html", text));
        assert_eq!(markup("<p>{hello} {free}</p>"), Vec::<String>::new());
        assert_eq!(
            markup("<p>\n{amount}</p>"),
            ["apps/wallet/src/view/markup/a.html:2: {amount} is no text of en.ftl, and no code gives it"]
        );
    }

    #[test]
    fn a_text_that_nobody_wrote_is_found_with_its_line() {
        let found = checked(GERMAN, ("apps/wallet/src/a.rs", "fn a() {}\ntext(\"helo\")"));
        assert_eq!(found, ["apps/wallet/src/a.rs:2: asks for the text helo, which en.ftl has not"]);
        assert_eq!(checked(GERMAN, ("shell/index.html", "<p>{{missing}}</p>")).len(), 1);
        assert_eq!(checked(GERMAN, ("shell/src/edge/card.rs", "shell.text(\"missing\"); text(\"method\")")).len(), 1);
    }
}
