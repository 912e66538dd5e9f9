//! What a fragment may be called: its name is a folder, a package, a slot, an address and a part of a test's name.

use std::fmt;
use std::path::Path;

use contract::own_page::is_reserved;

use crate::failure::Failure;
use crate::workspace::Workspace;

/// Room for it in a navigation, and in a line of Rust.
const LONGEST: usize = 24;

/// Words that Rust keeps for itself, and its own crates: a package's name is an identifier as well.
const RUSTS: [&str; 42] = [
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "core",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "proc-macro",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "where",
];
/// The same, and what cargo does not allow.
const MORE_OF_RUSTS: [&str; 15] = [
    "build",
    "deps",
    "examples",
    "incremental",
    "override",
    "priv",
    "pub",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "use",
    "while",
];

/// A name in kebab-case that is nobody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name(String);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Name {
    /// # Errors
    /// It is none in kebab-case, too long, or reserved.
    pub(crate) fn new(text: &str) -> Result<Self, Failure> {
        let refused = |problem: String, remedy: &str| Err(Failure::new(format!("NAME: {problem}"), remedy));
        if !is_kebab(text) {
            let problem = format!("\"{text}\" is not in kebab-case");
            let remedy = "begin with a lower-case letter, go on with letters, digits and single dashes: `happy-hour`.";
            return refused(problem, remedy);
        }
        if text.len() > LONGEST {
            let problem = format!("\"{text}\" has {} characters, {LONGEST} are the most", text.len());
            return refused(problem, "choose a shorter one: it stands in the address and in the navigation.");
        }
        if is_reserved(text) {
            return refused(format!("\"{text}\" is an address of the house's own"), "choose another one.");
        }
        if RUSTS.contains(&text) || MORE_OF_RUSTS.contains(&text) {
            return refused(format!("\"{text}\" means something to Rust"), "choose another one, or add a word.");
        }
        Ok(Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// As Rust writes it: `happy_hour`.
    pub(crate) fn krate(&self) -> String {
        self.0.replace('-', "_")
    }

    /// As people write it: `Happy Hour`.
    pub(crate) fn title(&self) -> String {
        let words = self.0.split('-').map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_uppercase() + rest
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// Nobody else in the project has it.
    ///
    /// # Errors
    /// A fragment or a package has.
    pub(crate) fn is_free(&self, workspace: &Workspace) -> anyhow::Result<()> {
        let folder = workspace.path("apps").join(&self.0);
        if folder.exists() {
            let what = format!("NAME: apps/{self} is there already");
            return Err(Failure::new(what, "choose another name, or remove the folder.").into());
        }
        if is_locked(&workspace.path("Cargo.lock"), &self.0)? {
            let what = format!("NAME: \"{self}\" is the name of a package that the project is built with");
            return Err(Failure::new(what, "choose another one, or add a word.").into());
        }
        Ok(())
    }
}

fn is_kebab(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.split('-').all(|word| !word.is_empty() && word.chars().all(plain))
}

/// Cargo could not tell two packages of one name apart.
fn is_locked(lock: &Path, name: &str) -> std::io::Result<bool> {
    let line = format!("name = \"{name}\"");
    Ok(std::fs::read_to_string(lock)?.lines().any(|one| one == line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::explain;

    fn refused(text: &str) -> String {
        explain(&Name::new(text).unwrap_err().into())
    }

    #[test]
    fn a_name_is_written_in_each_way_that_is_needed() {
        let name = Name::new("happy-hour-2").unwrap();
        assert_eq!((name.as_str(), &*name.krate(), &*name.title()), ("happy-hour-2", "happy_hour_2", "Happy Hour 2"));
        assert_eq!(format!("{name:<14}|"), "happy-hour-2  |");
    }

    #[test]
    fn what_can_be_no_name_is_refused_with_what_to_do() {
        for text in ["", "Hello", "hello_world", "-a", "a-", "a--b", "2nd", "../x", "a b", "ü", "a.b"] {
            let said = refused(text);
            assert!(said.starts_with("NAME: ") && said.contains("kebab-case") && said.contains("happy-hour"), "{said}");
        }
        assert!(Name::new(&"a".repeat(LONGEST)).is_ok());
        assert!(refused(&"a".repeat(LONGEST + 1)).contains("24 are the most"));
        for text in ["shell", "api", "live", "home", "wallet", "not-found", "frame"] {
            assert!(refused(text).contains("of the house's own"), "{text}");
        }
        for text in ["match", "core", "test", "proc-macro", "use"] {
            assert!(refused(text).contains("means something to Rust"), "{text}");
        }
    }

    #[test]
    fn a_name_that_is_taken_is_refused() {
        let workspace = Workspace::find().unwrap();
        let taken = |text: &str| Name(text.to_owned()).is_free(&workspace).unwrap_err().to_string();
        assert!(taken("promotions").contains("apps/promotions is there already"));
        assert!(taken("serde").contains("is the name of a package"));
        assert!(Name::new("nobody-has-this").unwrap().is_free(&workspace).is_ok());
    }
}
