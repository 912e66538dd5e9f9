//! What a browser says of itself, in two short words: enough for a player to know it again.
//!
//! Must never keep the text itself: it tells more than is needed.

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::header::USER_AGENT;
use http::request::Parts;
use std::convert::Infallible;

/// A mark in the text and what it stands for. Most browsers also carry the marks of those that they
/// want to be taken for, so the first that fits counts.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// A browser and its system; either may be one that we don't know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Device {
    pub(super) browser: Option<&'static str>,
    pub(super) system: Option<&'static str>,
}

impl Device {
    fn of(headers: &HeaderMap) -> Self {
        let text = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let first = |marks: &[(&str, &'static str)]| marks.iter().find(|(mark, _)| text.contains(mark)).map(|of| of.1);
        Self { browser: first(&BROWSERS), system: first(&SYSTEMS) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Device {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(user_agent: &str) -> (Option<&'static str>, Option<&'static str>) {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, user_agent.parse().unwrap());
        let device = Device::of(&headers);
        (device.browser, device.system)
    }

    #[test]
    fn a_browser_is_not_taken_for_the_one_that_it_copies() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
        assert_eq!(words(&format!("{windows} {webkit}")), (Some("Chrome"), Some("Windows")));
        assert_eq!(words(&format!("{windows} {webkit} Edg/156.0")), (Some("Edge"), Some("Windows")));
        assert_eq!(words(&format!("{windows} {webkit} OPR/120.0")), (Some("Opera"), Some("Windows")));
        let android = "Mozilla/5.0 (Linux; Android 16; Pixel 9)";
        assert_eq!(words(&format!("{android} {webkit}")), (Some("Chrome"), Some("Android")));
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0";
        assert_eq!(words(firefox), (Some("Firefox"), Some("Linux")));
        let safari = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15";
        assert_eq!(
            words(&format!("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {safari}")),
            (Some("Safari"), Some("macOS"))
        );
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15";
        assert_eq!(words(&format!("{iphone} CriOS/156.0 Mobile Safari/604.1")), (Some("Chrome"), Some("iPhone")));
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        assert_eq!(words("curl/8.5.0"), (None, None));
        assert_eq!(Device::of(&HeaderMap::new()), Device::default());
    }
}
