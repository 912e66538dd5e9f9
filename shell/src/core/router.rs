//! Which page a path is, and which slots it shows how.

/// A page of the suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// `/`
    Home,
    /// `/wallet`
    Wallet,
    /// `/live`, the lobby; `/live/:table`; `/live/:table/:second`
    Live,
    /// `/promotions`
    Promotions,
    /// `/account`
    Account,
    /// `/limits`
    Limits,
    /// Any other path.
    NotFound,
}

impl Page {
    /// The name in `data-page`, and in the message ids of titles.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Wallet => "wallet",
            Self::Live => "live",
            Self::Promotions => "promotions",
            Self::Account => "account",
            Self::Limits => "limits",
            Self::NotFound => "not-found",
        }
    }

    /// The slot that the page is about.
    #[must_use]
    pub const fn main_slot(self) -> Option<&'static str> {
        match self {
            Self::Home | Self::Live => Some("live"),
            Self::Wallet => Some("wallet"),
            Self::Promotions => Some("promotions"),
            Self::Account => Some("account"),
            Self::Limits => Some("limits"),
            Self::NotFound => None,
        }
    }
}

/// A path, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// As in the address bar, without query and fragment.
    pub path: String,
    /// Which page.
    pub page: Page,
    /// The first table.
    pub table: Option<String>,
    /// The second table.
    pub second: Option<String>,
}

impl Route {
    /// Understands a path.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let end = path.bytes().position(|byte| byte == b'?' || byte == b'#').unwrap_or(path.len());
        let path = path.get(..end).unwrap_or_default();
        let mut segments = segments(path);
        let first = segments.next();
        let (second, third, more) = (segments.next(), segments.next(), segments.next());
        let (table, other) = (second.and_then(name), third.and_then(name));
        let named = table.is_some() == second.is_some() && other.is_some() == third.is_some() && more.is_none();
        let page = match first {
            None => Page::Home,
            Some(b"wallet") if second.is_none() => Page::Wallet,
            Some(b"promotions") if second.is_none() => Page::Promotions,
            Some(b"account") if second.is_none() => Page::Account,
            Some(b"limits") if second.is_none() => Page::Limits,
            Some(b"live") if named => Page::Live,
            _ => Page::NotFound,
        };
        Self { path: path.to_owned(), page, table, second: other }
    }

    /// The table that a slot shows on this route.
    #[must_use]
    pub fn table_of(&self, slot: &str) -> Option<&str> {
        match slot {
            "live" => self.table.as_deref(),
            "live-2" => self.second.as_deref(),
            _ => None,
        }
    }

    /// `main` or `side`.
    #[must_use]
    pub fn view_of(&self, slot: &str) -> &'static str {
        let main = self.page.main_slot().is_some_and(|main| main == slot) || slot == "live-2";
        if main { "main" } else { "side" }
    }

    /// Whether a slot with these patterns is mounted here. Without patterns it always is.
    #[must_use]
    pub fn wants(&self, patterns: &[String]) -> bool {
        patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, &self.path))
    }
}

/// Whether a path has the shape of a pattern such as `/live/:table`.
fn matches(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (segments(pattern), segments(path));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(segment)) if part == segment => {}
            (Some([b':', ..]), Some(segment)) if name(segment).is_some() => {}
            _ => return false,
        }
    }
}

// Bytes and not text: what is compared is ASCII, and searching text costs two kilobytes.
fn segments(path: &str) -> impl Iterator<Item = &[u8]> {
    path.as_bytes().split(|byte| *byte == b'/').filter(|segment| !segment.is_empty())
}

/// A table's name, if it can be one.
fn name(segment: &[u8]) -> Option<String> {
    let mut name = String::new();
    for byte in segment {
        if name.len() == 40 || !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-') {
            return None;
        }
        name.push(char::from(*byte));
    }
    Some(name)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn paths_are_pages() {
        for (path, page) in [
            ("/", Page::Home),
            ("/?from=mail", Page::Home),
            ("/wallet", Page::Wallet),
            ("/wallet/", Page::Wallet),
            ("/promotions#terms", Page::Promotions),
            ("/account", Page::Account),
            ("/account/password", Page::NotFound),
            ("/limits", Page::Limits),
            ("/limits/deposit", Page::NotFound),
            ("/live/roulette-1", Page::Live),
            ("/live/roulette-1/baccarat-1", Page::Live),
            ("/live", Page::Live),
            ("/live/a/b/c", Page::NotFound),
            ("/live/UPPER", Page::NotFound),
            ("/live/%2e%2e", Page::NotFound),
            ("/nowhere", Page::NotFound),
        ] {
            assert_eq!(Route::of(path).page, page, "{path}");
        }
    }

    #[test]
    fn each_live_slot_has_its_table() {
        let route = Route::of("/live/roulette-1/baccarat-1");
        assert_eq!(route.table_of("live"), Some("roulette-1"));
        assert_eq!(route.table_of("live-2"), Some("baccarat-1"));
        assert_eq!(route.table_of("wallet"), None);
        assert_eq!((route.view_of("live"), route.view_of("live-2"), route.view_of("wallet")), ("main", "main", "side"));
        assert_eq!(Route::of("/wallet").view_of("wallet"), "main");
        assert_eq!(Route::of("/").view_of("live"), "main");
    }

    #[test]
    fn a_slot_with_patterns_comes_and_goes() {
        let patterns = ["/live/:table/:second".to_owned()];
        assert!(Route::of("/live/roulette-1/baccarat-1").wants(&patterns));
        assert!(!Route::of("/live/roulette-1").wants(&patterns));
        assert!(!Route::of("/").wants(&patterns));
        assert!(Route::of("/").wants(&[]));
        assert!(Route::of("/").wants(&["/".to_owned()]));
    }
}
