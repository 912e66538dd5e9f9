//! Short names between a binary and its glue.
//!
//! wasm-bindgen gives each import a name with a hash of sixteen digits, which compresses to nothing
//! less than eight bytes, once in the binary and once in the glue.

use walrus::Module;

/// Renames imports and exports in both, and returns the glue. Exports that a program gave a name
/// itself keep it. The glue is minified: no variable of it has one of these names.
pub(super) fn rename(module: &mut Module, glue: &str) -> String {
    let mut glue = glue.to_owned();
    let mut names = (0..).map(short);
    for (import, name) in module.imports.iter_mut().zip(&mut names) {
        // A key of the object that the glue hands over.
        glue = replace_word(&glue, "", &import.name, &name);
        import.name = name;
    }
    let own = |name: &str| name.starts_with("__") || name.starts_with("wasm_bindgen__");
    for (export, name) in module.exports.iter_mut().filter(|export| own(&export.name)).zip(&mut names) {
        // A member of the instance's exports.
        glue = replace_word(&glue, ".", &export.name, &name);
        export.name = name;
    }
    glue
}

/// `a`, `b`, … `Z`, `aa`, …: names that are no word of JavaScript before there are thousands.
fn short(number: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut name = String::new();
    let mut rest = number;
    loop {
        name.push(char::from(LETTERS[rest % LETTERS.len()]));
        match (rest / LETTERS.len()).checked_sub(1) {
            Some(more) => rest = more,
            None => return name,
        }
    }
}

/// Replaces `before` + `word` by `before` + `by`, where it is a word and not a part of one.
fn replace_word(text: &str, before: &str, word: &str, by: &str) -> String {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_$".contains(byte));
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    let wanted = format!("{before}{word}");
    while let Some(at) = rest.find(&wanted) {
        let after = at + wanted.len();
        let starts = !before.is_empty() || !is_part(at.checked_sub(1).and_then(|at| rest.as_bytes().get(at)));
        let is_word = starts && !is_part(rest.as_bytes().get(after));
        replaced.push_str(&rest[..at]);
        if is_word {
            replaced.push_str(before);
            replaced.push_str(by);
        } else {
            replaced.push_str(&wanted);
        }
        rest = &rest[after..];
    }
    replaced.push_str(rest);
    replaced
}

#[cfg(test)]
mod tests {
    use super::super::testing::{exports, module};
    use super::*;

    #[test]
    fn binary_and_glue_agree_on_shorter_names() {
        let mut module = module(
            "(module
               (import \"./x_bg.js\" \"__wbg_log_0123456789abcdef\" (func))
               (import \"./x_bg.js\" \"__wbg_log_0123456789abcdef0\" (func))
               (func (export \"mount\"))
               (func (export \"__wbindgen_malloc\")))",
        );
        let glue = "const imports = { __wbg_log_0123456789abcdef: f, __wbg_log_0123456789abcdef0: g };
            e.__wbindgen_malloc(1); e.mount(); e.__wbindgen_malloc_all()";
        let glue = rename(&mut module, glue);
        assert_eq!(module.imports.iter().map(|import| &*import.name).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(exports(&module), ["mount", "c"]);
        assert!(glue.contains("{ a: f, b: g }"), "{glue}");
        assert!(glue.contains("e.c(1); e.mount(); e.__wbindgen_malloc_all()"), "{glue}");
    }

    #[test]
    fn no_two_names_are_the_same() {
        let names: std::collections::HashSet<String> = (0..10_000).map(short).collect();
        assert_eq!(names.len(), 10_000);
        assert_eq!((short(0), short(51), short(52)), ("a".into(), "Z".into(), "aa".into()));
    }
}
