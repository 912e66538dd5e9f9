//! Which origins are the page's, and which is each frame's.
//!
//! They are settings and not read off requests: what stands in a policy must not be what a client
//! has written into its `host` header.

use thiserror::Error;

/// What stands for the fragment's name in a pattern.
const FRAGMENT: &str = "{fragment}.";

/// Why there are no sites.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SitesError {
    /// The page's origin is more or less than that.
    #[error("--page-origin {0:?} is no origin; write it as https://host:port")]
    PageOrigin(String),
    /// The pattern can't give every fragment a host name of its own.
    #[error(
        "--frame-site {0:?} is no origin of a host that begins with {{fragment}}.; write it as https://{{fragment}}.frames.example.com"
    )]
    Pattern(String),
    /// Below an address there are no host names.
    #[error("frames need host names, and below {0} there are none; set --frame-site as well")]
    Address(String),
    /// The page itself would be taken for a frame.
    #[error("--page-origin {0} is one of the frames' own; choose another --frame-site")]
    Overlap(String),
}

/// The origins of the page and of its frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sites {
    pages: Vec<String>,
    scheme: String,
    /// What follows the fragment's name: host and port.
    below: String,
}

impl Sites {
    /// Of the settings, or from the port alone: then the page is on this very machine.
    ///
    /// # Errors
    /// The first setting that can't work.
    pub fn new(pages: &[String], pattern: Option<&str>, port: u16) -> Result<Self, SitesError> {
        let given = !pages.is_empty();
        let local = || ["localhost", "127.0.0.1"].map(|host| format!("http://{host}:{port}")).to_vec();
        let pages = if given { pages.to_vec() } else { local() };
        let mut derived = None;
        for page in &pages {
            let (scheme, host) = parts(page).ok_or_else(|| SitesError::PageOrigin(page.clone()))?;
            derived.get_or_insert((scheme, host));
        }
        let (scheme, below) = match (pattern, derived) {
            (Some(pattern), _) => named(pattern).ok_or_else(|| SitesError::Pattern(pattern.to_owned()))?,
            (None, Some((_, host))) if is_address(host) => return Err(SitesError::Address(host.to_owned())),
            (None, Some((scheme, host))) => (scheme.to_owned(), host.to_owned()),
            (None, None) => return Err(SitesError::PageOrigin(String::new())),
        };
        let sites = Self { scheme, below, pages };
        let overlap =
            sites.pages.iter().find(|page| parts(page).is_some_and(|(_, host)| sites.fragment_at(host).is_some()));
        match overlap {
            Some(page) => Err(SitesError::Overlap(page.clone())),
            None => Ok(sites),
        }
    }

    /// Players come over HTTPS and nothing else.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.pages.iter().all(|page| page.starts_with("https://"))
    }

    /// The page is there for this very machine and nobody else.
    pub(super) fn is_local(&self) -> bool {
        let local = |page: &String| {
            let host = page.strip_prefix("http://").map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
            matches!(host, Some("localhost" | "127.0.0.1"))
        };
        self.pages.iter().all(local)
    }

    /// The page's origins: whoever may show a frame and speak to it.
    pub(super) fn pages(&self) -> &[String] {
        &self.pages
    }

    /// The origin of a fragment's frames.
    pub(super) fn of(&self, fragment: &str) -> String {
        format!("{}://{fragment}.{}", self.scheme, self.below)
    }

    /// The fragment whose frames a host serves, whether or not there is such a fragment.
    pub(super) fn fragment_at<'h>(&self, host: &'h str) -> Option<&'h str> {
        let name = host.len().checked_sub(self.below.len()).and_then(|at| host.split_at_checked(at));
        let (name, below) = name?;
        let name = name.strip_suffix('.')?;
        (below.eq_ignore_ascii_case(&self.below) && !name.is_empty() && !name.contains('.')).then_some(name)
    }
}

/// Scheme and host of an origin, in lower case as browsers write it.
fn parts(origin: &str) -> Option<(&str, &str)> {
    let (scheme, host) = origin.split_once("://")?;
    // It becomes part of a header and of a page: nothing but host and port may be in it.
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']')
    };
    let good = matches!(scheme, "http" | "https") && !host.is_empty() && host.bytes().all(plain);
    good.then_some((scheme, host))
}

fn named(pattern: &str) -> Option<(String, String)> {
    let (scheme, host) = pattern.split_once("://")?;
    let below = host.strip_prefix(FRAGMENT)?;
    let whole = format!("{scheme}://{below}");
    parts(&whole).filter(|(_, below)| !is_address(below)).map(|(scheme, below)| (scheme.to_owned(), below.to_owned()))
}

fn is_address(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    host.starts_with('[') || name.parse::<std::net::Ipv4Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sites(page: &str, pattern: Option<&str>) -> Result<Sites, SitesError> {
        Sites::new(&[page.to_owned()], pattern, 8080)
    }

    #[test]
    fn https_is_what_every_page_has() {
        let is_https = |pages: &[&str]| {
            let pages = pages.iter().map(ToString::to_string).collect::<Vec<_>>();
            Sites::new(&pages, None, 8080).unwrap().is_https()
        };
        assert!(is_https(&["https://example.com"]));
        assert!(!is_https(&["https://example.com", "http://localhost:8080"]));
        assert!(!is_https(&[]), "this very machine");
    }

    #[test]
    fn without_settings_the_page_is_on_this_machine() {
        let local = Sites::new(&[], None, 8180).expect("good");
        assert_eq!(local.pages(), ["http://localhost:8180", "http://127.0.0.1:8180"]);
        assert_eq!(local.of("live-stream"), "http://live-stream.localhost:8180");
        assert_eq!(local.fragment_at("live-stream.localhost:8180"), Some("live-stream"));
        for host in ["localhost:8180", "127.0.0.1:8180", "a.localhost:80", "a.b.localhost:8180", ".localhost:8180", ""]
        {
            assert_eq!(local.fragment_at(host), None, "{host}");
        }
    }

    #[test]
    fn a_pattern_gives_each_fragment_a_host_of_its_own() {
        let far = sites("https://casino.example", Some("https://{fragment}.frames.example.net")).expect("good");
        assert_eq!(far.of("wallet"), "https://wallet.frames.example.net");
        assert_eq!(far.fragment_at("Wallet.FRAMES.example.net"), Some("Wallet"));
        assert_eq!(far.fragment_at("casino.example"), None);
        let near = sites("https://casino.example", None).expect("good");
        assert_eq!(near.of("wallet"), "https://wallet.casino.example");
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        for page in ["casino.example", "ftp://a", "https://a/b", "https://a;script-src *", "https://A", "https://"] {
            assert_eq!(sites(page, None), Err(SitesError::PageOrigin(page.into())), "{page}");
        }
        for pattern in [
            "https://frames.example",
            "https://a.{fragment}.example",
            "https://{fragment}.example/x",
            "https://{fragment}.1.2.3.4",
        ] {
            assert_eq!(sites("https://a", Some(pattern)), Err(SitesError::Pattern(pattern.into())), "{pattern}");
        }
        assert!(matches!(sites("http://10.0.0.1:80", None), Err(SitesError::Address(_))));
        let overlap = sites("https://www.example.com", Some("https://{fragment}.example.com"));
        assert_eq!(overlap, Err(SitesError::Overlap("https://www.example.com".into())));
    }
}
