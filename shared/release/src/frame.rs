//! The page that a release runs in when it runs in a frame: one constant, and a policy made of what it is granted.
//!
//! In here because the gateway serves it to players and the tool to whoever develops the fragment: what it may
//! reach must be the same for both.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::manifest::Fragment;
use sha2::{Digest, Sha256};

/// What the pages of all frames have in common.
#[derive(Clone, Debug)]
pub struct Frame {
    /// `frame.mjs` of the shell, which runs one copy of a fragment.
    pub script: String,
    /// The design tokens; everything else comes with the fragment.
    pub style: String,
}

impl Frame {
    /// The page for the fragment of this name, shown by pages of these origins.
    #[must_use]
    pub fn page(&self, name: &str, pages: &[String]) -> String {
        format!(
            "<!doctype html><html data-origins=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>{}</style></head>\
             <body><script type=\"module\">{}</script></body></html>",
            pages.join(" "),
            name,
            self.style,
            self.script,
        )
    }

    /// The policy that the page comes with. No origin but what any of these releases is granted, not even its own, and
    /// no code but what the page hands in: a `blob:` can only be made inside. Forms are allowed for their events'
    /// sake, and may go nowhere.
    #[must_use]
    pub fn policy(&self, releases: &[&Fragment], pages: &[String]) -> String {
        let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
        let granted: BTreeSet<&str> = releases.iter().flat_map(|release| release.origins()).collect();
        let all: String = granted.iter().map(|origin| format!(" {origin}")).collect();
        let http: String =
            granted.iter().filter(|origin| origin.starts_with("http")).map(|origin| format!(" {origin}")).collect();
        let connect = if all.is_empty() { " 'none'" } else { &all };
        format!(
            "default-src 'none'; script-src 'sha256-{}' blob: 'wasm-unsafe-eval'; style-src 'sha256-{}'; \
             connect-src{connect}; img-src data:{http}; media-src blob:{http}; frame-ancestors {}; base-uri 'none'; \
             form-action 'none'; sandbox allow-scripts allow-forms",
            hash(&self.script),
            hash(&self.style),
            pages.join(" "),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::release;

    #[test]
    fn a_frame_reaches_what_it_is_granted_and_nothing_else() {
        let frame = Frame { script: "run()".into(), style: "p{}".into() };
        let pages = ["http://localhost:1".to_owned()];
        let mut fragment = release("happy-hour", &[], &[]).fragment;
        let none = frame.policy(&[&fragment], &pages);
        assert!(none.contains("connect-src 'none'; img-src data:; media-src blob:;"), "{none}");
        assert!(none.contains("frame-ancestors http://localhost:1;") && !none.contains("unsafe-inline"), "{none}");
        fragment.capabilities.origins = vec!["wss://feed.example".into(), "https://video.example".into()];
        let granted = frame.policy(&[&fragment], &pages);
        assert!(granted.contains("connect-src https://video.example wss://feed.example;"), "{granted}");
        assert!(granted.contains("media-src blob: https://video.example;"), "{granted}");
        let page = frame.page("happy-hour", &pages);
        assert!(page.contains("data-origins=\"http://localhost:1\"") && page.contains("<style>p{}</style>"), "{page}");
    }
}
