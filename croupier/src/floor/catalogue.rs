//! Message catalogues: from Fluent to the JSON object that the SDK reads.
//!
//! Only what the SDK understands is accepted: plain messages, placeholders `{ $name }`, and one
//! select over plural categories per message. Anything else is an error with file and line here,
//! instead of a strange text on a player's screen.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey};
use serde::Serialize;

/// The languages of the project; the first one is the fallback.
pub(crate) const LANGUAGES: [&str; 5] = ["en", "de", "es", "ja", "ar"];

const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The texts of one language.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Catalogue {
    pub(crate) messages: BTreeMap<String, Message>,
}

/// One text.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Message {
    /// `Hello, {name}`
    Plain(String),
    /// Plural category → text.
    Plural(BTreeMap<String, String>),
}

/// Why a catalogue is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{file}:{line}: {problem}")]
pub(crate) struct CatalogueError {
    file: String,
    line: usize,
    problem: String,
}

impl Catalogue {
    /// Reads a Fluent file; `file` is its name for errors.
    pub(crate) fn parse(file: &Path, text: &str) -> Result<Self, CatalogueError> {
        let error = |line: usize, problem: String| CatalogueError { file: file.display().to_string(), line, problem };
        let resource = fluent_syntax::parser::parse(text).map_err(|(_, errors)| {
            let (at, problem) = errors
                .first()
                .map_or((0, "not readable".to_owned()), |first| (first.pos.start, first.kind.to_string()));
            error(line_at(text, at), problem)
        })?;
        let mut messages = BTreeMap::new();
        for entry in &resource.body {
            let message = match entry {
                Entry::Message(message) => message,
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => continue,
                Entry::Term(term) => {
                    let id = format!("-{}", term.id.name);
                    return Err(error(line_of(text, &id), "terms are not supported; repeat the word".to_owned()));
                }
                Entry::Junk { content } => return Err(error(line_of(text, content), "not readable".to_owned())),
            };
            let id = message.id.name;
            let refuse = |problem: &str| error(line_of(text, id), format!("{id}: {problem}"));
            if !message.attributes.is_empty() {
                return Err(refuse("attributes are not supported; give it a message of its own"));
            }
            let value = message.value.as_ref().ok_or_else(|| refuse("has no text"))?;
            let converted = convert(value).map_err(refuse)?;
            if messages.insert(id.to_owned(), converted).is_some() {
                return Err(error(last_line_of(text, id), format!("{id}: stands here a second time")));
            }
        }
        Ok(Self { messages })
    }

    /// The file as the SDK reads it.
    pub(crate) fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }
}

impl Message {
    /// The names of the placeholders, over all variants.
    pub(crate) fn placeholders(&self) -> BTreeSet<&str> {
        match self {
            Self::Plain(text) => placeholders(text).collect(),
            Self::Plural(variants) => variants.values().flat_map(|text| placeholders(text)).collect(),
        }
    }
}

fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

fn convert(pattern: &Pattern<&str>) -> Result<Message, &'static str> {
    let mut before = String::new();
    let mut after = String::new();
    let mut select: Option<&[Variant<&str>]> = None;
    for element in &pattern.elements {
        let here = if select.is_some() { &mut after } else { &mut before };
        match element {
            PatternElement::TextElement { value } => here.push_str(value),
            PatternElement::Placeable { expression: Expression::Inline(inline) } => here.push_str(&placeable(inline)?),
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                if select.is_some() {
                    return Err("has two selects; one is supported");
                }
                if !matches!(selector, InlineExpression::VariableReference { .. }) {
                    return Err("only a variable can be selected on");
                }
                select = Some(variants);
            }
        }
    }
    let Some(variants) = select else { return Ok(Message::Plain(before)) };
    let mut texts = BTreeMap::new();
    for variant in variants {
        let VariantKey::Identifier { name } = variant.key else {
            return Err("a variant is chosen by a number; only plural categories are supported");
        };
        if !CATEGORIES.contains(&name) {
            return Err("a variant is none of zero, one, two, few, many, other");
        }
        if variant.default != (name == "other") {
            return Err("the default variant must be other");
        }
        let Message::Plain(text) = convert(&variant.value)? else {
            return Err("a select inside a select is not supported");
        };
        texts.insert(name.to_owned(), format!("{before}{text}{after}"));
    }
    Ok(Message::Plural(texts))
}

fn placeable(inline: &InlineExpression<&str>) -> Result<String, &'static str> {
    match inline {
        InlineExpression::VariableReference { id } => Ok(format!("{{{}}}", id.name)),
        InlineExpression::StringLiteral { value } if !value.contains(['{', '}', '\\']) => Ok((*value).to_owned()),
        InlineExpression::StringLiteral { .. } => Err("a brace or an escape in a literal is not supported"),
        _ => Err("only { $name } can stand in braces"),
    }
}

fn line_at(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().iter().take(offset);
    before.filter(|byte| **byte == b'\n').count() + 1
}

/// The line where a message begins: the syntax tree does not say.
fn line_of(text: &str, id: &str) -> usize {
    lines_of(text, id).next().unwrap_or(1)
}

fn last_line_of(text: &str, id: &str) -> usize {
    lines_of(text, id).last().unwrap_or(1)
}

fn lines_of<'t>(text: &'t str, id: &'t str) -> impl Iterator<Item = usize> + 't {
    let begins = move |line: &str| line.strip_prefix(id).is_some_and(|rest| rest.trim_start().starts_with('='));
    text.lines().enumerate().filter(move |(_, line)| begins(line)).map(|(index, _)| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Catalogue, CatalogueError> {
        Catalogue::parse(Path::new("en.ftl"), text)
    }

    #[test]
    fn placeholders_and_plurals_become_what_the_sdk_reads() {
        let text = "# A comment\nhello = Hello, { $name }!\nfree = You have { $count ->\n    [one] { $count } spin\n   *[other] { $count } spins\n} left\nspace = a{ \" \" }b\n";
        let json = parse(text).unwrap().to_json().unwrap();
        assert_eq!(
            json,
            r#"{"free":{"one":"You have {count} spin left","other":"You have {count} spins left"},"hello":"Hello, {name}!","space":"a b"}"#
        );
    }

    #[test]
    fn a_text_over_several_lines_keeps_its_lines() {
        let Message::Plain(text) = &parse("terms =\n    First.\n    Second.\n").unwrap().messages["terms"] else {
            panic!()
        };
        assert_eq!(text, "First.\nSecond.");
    }

    #[test]
    fn placeholders_are_those_of_all_variants() {
        let catalogue = parse("free = { $n ->\n [one] a { $a }\n *[other] b { $n }\n}\n").unwrap();
        assert_eq!(catalogue.messages["free"].placeholders().into_iter().collect::<Vec<_>>(), ["a", "n"]);
    }

    #[test]
    fn errors_name_file_and_line() {
        for (text, line, problem) in [
            ("a = A\nb = { NUMBER($n) }\n", 2, "b: only { $name }"),
            ("a = A\n\nb = B\n    .title = T\n", 3, "b: attributes"),
            ("-brand = Croupier\n", 1, "terms"),
            ("a = A\na = B\n", 2, "a: stands here a second time"),
            ("a = A\nb = { $n ->\n [0] none\n *[other] some\n}\n", 2, "b: a variant is chosen by a number"),
            ("b = { $n ->\n *[one] one\n [other] some\n}\n", 1, "b: the default variant"),
            ("a = A\nb = { $n\n", 2, "Expected"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.problem.contains(problem), "{text}: {error}");
            assert!(error.to_string().starts_with("en.ftl:"), "{error}");
            assert!(error.line.abs_diff(line) <= usize::from(problem == "Expected"), "{text}: {error}");
        }
    }
}
