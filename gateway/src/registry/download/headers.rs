//! The headers of RFC 9842: what a browser is asked to keep, and what it says that it has.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use delivery::Hash;
use http::header::{CACHE_CONTROL, VARY};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::super::encoding::is_accepted;
use super::super::files::{IMMUTABLE, is_hash};

/// A delta by Zstandard.
pub(super) const ENCODING: &str = "dcz";
/// In a request: the hash of the dictionary that it may be answered with.
const AVAILABLE: HeaderName = HeaderName::from_static("available-dictionary");
/// In an answer: what it is a dictionary for.
const USE_AS: HeaderName = HeaderName::from_static("use-as-dictionary");
/// What an answer depends on that may be a delta.
const VARIES: &str = "accept-encoding, available-dictionary";

/// The dictionary that a browser has; none if it says so otherwise than it should, or takes no delta.
pub(super) fn available(headers: &HeaderMap) -> Option<Hash> {
    if !is_accepted(headers, ENCODING) {
        return None;
    }
    // A structured field: bytes as base64 between colons.
    let named = headers.get(AVAILABLE)?.to_str().ok()?.trim();
    let text = named.strip_prefix(':')?.strip_suffix(':')?;
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// The addresses that this file is and all its releases are at: `/fragments/wallet/wallet-*.wasm`. None if it is of a
/// kind that has no deltas, or if its name says nothing of its content.
pub(super) fn line(url: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    let has_deltas = [".wasm", ".js", ".css"].iter().any(|suffix| url.ends_with(suffix));
    if !has_deltas || !url.bytes().all(plain) {
        return None;
    }
    let at = url.rfind('/')? + 1;
    let hash = url[at..].rsplit(['-', '_', '.']).find(|part| is_hash(part))?;
    let start = at + url[at..].rfind(hash)?;
    Some(format!("{}*{}", &url[..start], &url[start + hash.len()..]))
}

/// Marks a pack: it is a dictionary for whatever it does not hold, where there is no nearer one.
pub(super) fn mark_pack(out: &mut HeaderMap) {
    out.insert(VARY, HeaderValue::from_static("accept-encoding"));
    out.insert(USE_AS, HeaderValue::from_static("match=\"/fragments/*\""));
}

/// Marks a file of a fragment: it may come as a delta or not, and what it is, is a dictionary for the next release.
pub(in crate::registry) fn mark(url: &str, out: &mut HeaderMap) {
    out.insert(VARY, HeaderValue::from_static(VARIES));
    // What can change under its name is none.
    let stays = out.get(CACHE_CONTROL).is_some_and(|caching| caching == IMMUTABLE);
    let line = line(url).filter(|_| stays).and_then(|line| HeaderValue::try_from(format!("match=\"{line}\"")).ok());
    out.extend(line.map(|line| (USE_AS, line)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::ACCEPT_ENCODING;

    #[test]
    fn only_a_hash_between_colons_names_a_dictionary() {
        let named = |accepted: &str, dictionary: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(accepted).expect("a header"));
            headers.insert(AVAILABLE, HeaderValue::from_str(dictionary).expect("a header"));
            available(&headers)
        };
        let good = format!(":{}:", STANDARD.encode([7; 32]));
        assert_eq!(named("gzip, br, zstd, dcb, dcz", &good), Some([7; 32]));
        assert_eq!(named("gzip, br, zstd, dcb", &good), None);
        assert_eq!(named("dcz;q=0", &good), None);
        let short = format!(":{}:", STANDARD.encode([7; 31]));
        for wrong in ["", ":", "::", ":!:", good.trim_matches(':'), &good[1..], &short] {
            assert_eq!(named("dcz", wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_file_is_a_dictionary_for_its_own_line_only() {
        for (url, wanted) in [
            ("/fragments/wallet/wallet-0123456789abcdef.wasm", Some("/fragments/wallet/wallet-*.wasm")),
            ("/fragments/wallet/style-0123456789abcdef.css", Some("/fragments/wallet/style-*.css")),
            ("/fragments/deadbeef1/deadbeef1-0123456789abcdef.js", Some("/fragments/deadbeef1/deadbeef1-*.js")),
            ("/fragments/wallet/messages.en-0123456789abcdef.json", None),
            ("/fragments/wallet/entry.js", None),
            ("/fragments/wallet/a\"-0123456789abcdef.js", None),
            ("/fragments/wallet/*-0123456789abcdef.js", None),
            ("0123456789abcdef.js", None),
        ] {
            assert_eq!(line(url).as_deref(), wanted, "{url}");
        }
    }
}
