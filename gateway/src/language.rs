//! Which language a player reads: of the page, and of the texts that services answer with.

use std::collections::BTreeMap;

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;

use crate::cookie;

/// The cookie in which the page keeps a player's choice.
const COOKIE_NAME: &str = "croupier_locale";
/// What is used when nothing else fits.
pub const FALLBACK: &str = "en";

/// The language of the page: the cookie's, else the browser's, else English.
pub fn of_page<'a, T>(headers: &HeaderMap, offered: &'a BTreeMap<String, T>) -> &'a str {
    best(cookie::values(headers, COOKIE_NAME).take(1).chain(accepted(headers)), offered)
}

/// The language of an answer: the one that the request asks for, else English.
pub fn of_answer<'a, T>(headers: &HeaderMap, offered: &'a BTreeMap<String, T>) -> &'a str {
    best(accepted(headers), offered)
}

fn best<'a, 'w, T>(wanted: impl IntoIterator<Item = &'w str>, offered: &'a BTreeMap<String, T>) -> &'a str {
    let find = |wanted: &str| {
        let language = wanted.split('-').next().unwrap_or_default();
        offered
            .keys()
            .find(|name| name.eq_ignore_ascii_case(wanted))
            .or_else(|| offered.keys().find(|name| name.eq_ignore_ascii_case(language)))
            .map(String::as_str)
    };
    wanted
        .into_iter()
        .find_map(find)
        .or_else(|| find(FALLBACK))
        .or_else(|| offered.keys().next().map(String::as_str))
        .unwrap_or(FALLBACK)
}

/// `rtl` or `ltr`.
#[must_use]
pub fn direction(locale: &str) -> &'static str {
    match locale.split('-').next().unwrap_or_default() {
        "ar" | "fa" | "he" | "ur" => "rtl",
        _ => "ltr",
    }
}

/// The languages of `accept-language`, the most wanted first. Qualities are compared as
/// thousandths; those of the same quality keep their order.
fn accepted(headers: &HeaderMap) -> Vec<&str> {
    let header = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut languages: Vec<(u32, &str)> = header
        .split(',')
        .take(20)
        .filter_map(|part| {
            let (name, parameter) = part.split_once(';').unwrap_or((part, "q=1"));
            let quality = thousandths(parameter.trim().strip_prefix("q=")?)?;
            (quality > 0 && !name.trim().is_empty()).then_some((quality, name.trim()))
        })
        .collect();
    languages.sort_by_key(|(quality, _)| std::cmp::Reverse(*quality));
    languages.into_iter().map(|(_, name)| name).collect()
}

fn thousandths(quality: &str) -> Option<u32> {
    let (whole, decimals) = quality.split_once('.').unwrap_or((quality, ""));
    if decimals.len() > 3 {
        return None;
    }
    format!("{whole}{decimals:0<3}").parse().ok().filter(|quality| *quality <= 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::COOKIE;

    fn chosen(cookie: &str, accept: &str) -> String {
        let offered: BTreeMap<String, ()> = ["ar", "de", "en", "ja"].map(|name| (name.to_owned(), ())).into();
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, cookie.parse().expect("a header"));
        headers.insert(ACCEPT_LANGUAGE, accept.parse().expect("a header"));
        of_page(&headers, &offered).to_owned()
    }

    #[test]
    fn the_choice_comes_before_the_browser_and_english_last() {
        assert_eq!(chosen("a=b; croupier_locale=ja", "de"), "ja");
        assert_eq!(chosen("", "fr;q=0.9, de-AT;q=0.8, ar;q=0.5"), "de");
        assert_eq!(chosen("", "ar;q=0.2, DE;q=0.85"), "de");
        assert_eq!(chosen("croupier_locale=../etc", "de;q=0"), "en");
        assert_eq!(chosen("", "*;q=zzz,,;"), "en");
    }
}
