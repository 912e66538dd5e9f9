//! Only the browser's edge names the browser.
//!
//! In the shell the edge is `src/lib.rs` and the folder `src/edge`; everything else is its pure
//! core. In a fragment it is the views: a file that names `ui`, or its framework, leptos or yew, is one; a
//! file without is a pure module, which native tests run.

use super::{Finding, Source};

/// What a view is made with.
const VIEW: [&str; 3] = ["ui", "leptos", "yew"];

const BROWSER: [&str; 6] = ["web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures", "gloo", "reqwasm"];

/// The lines of pure modules that name the browser.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let pure = sources.iter().filter(|source| is_pure(source));
    pure.flat_map(|source| {
        let lines = source.text.lines().enumerate();
        lines.filter_map(|(index, line)| {
            let code = without_comment(line);
            let name = BROWSER.into_iter().find(|name| has_word(code, name))?;
            let place = format!("{}:{}", source.path, index + 1);
            Some(Finding::new(place, format!("names {name}, but is no browser edge; move the call there")))
        })
    })
    .collect()
}

fn is_pure(source: &Source) -> bool {
    if !source.path.ends_with(".rs") {
        return false;
    }
    if let Some(path) = source.path.strip_prefix("shell/src/") {
        return path != "lib.rs" && !path.starts_with("edge/");
    }
    let of_fragment = source.path.strip_prefix("apps/").and_then(|path| path.split_once("/src/"));
    of_fragment.is_some_and(|(_, path)| path != "lib.rs" && !is_view(&source.text))
}

fn is_view(text: &str) -> bool {
    text.lines().map(without_comment).any(|line| VIEW.into_iter().any(|name| has_word(line, name)))
}

fn without_comment(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

/// Whether a name stands in the code, and not as a part of another one.
pub(super) fn has_word(code: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word)
        .any(|(at, _)| !code[..at].ends_with(is_name) && !code[at + word.len()..].starts_with(is_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(path: &str, text: &str) -> Vec<String> {
        check(&[Source { path: path.into(), text: text.into() }]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_pure_module_that_names_the_browser_is_found_with_its_line() {
        let found = checked("shell/src/router.rs", "//! No web_sys here.\nuse web_sys::Window;\n");
        assert!(found.len() == 1 && found[0].starts_with("shell/src/router.rs:2: names web_sys"), "{found:?}");
        assert_eq!(checked("apps/wallet/src/amount.rs", "fn now() -> f64 { js_sys::Date::now() }").len(), 1);
    }

    #[test]
    fn the_edge_may_name_it() {
        assert!(checked("shell/src/edge/dom.rs", "use web_sys::Window;").is_empty());
        assert!(checked("shell/src/lib.rs", "use wasm_bindgen::prelude::*;").is_empty());
        assert!(checked("apps/wallet/src/view/form.rs", "use leptos::prelude::*;\nuse web_sys::Event;").is_empty());
        assert!(checked("apps/happy-hour/src/view.rs", "use web_sys::Event;\nuse yew::{Html, html};").is_empty());
        assert!(checked("apps/live-stream/src/cloth.rs", "use ui::El;\nuse web_sys::Event;").is_empty());
    }

    #[test]
    fn only_whole_names_count() {
        assert!(has_word("use gloo::timers;", "gloo"));
        assert!(!has_word("let igloo_wall = gloomy;", "gloo"));
    }
}
