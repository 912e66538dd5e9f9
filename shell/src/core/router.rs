//! Which page a path names, and which slots it shows how.

/// The page of `/`.
const HOME: &str = "home";
/// The page of every path that no other page has.
pub const NOT_FOUND: &str = "not-found";

/// A path, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// As in the address bar, without query and fragment.
    pub path: String,
    /// The name of the page, as in `data-page` and in the message ids of titles: `home`; `live` with its tables; else
    /// the one segment that the path has. Whether there is such a page the layout says.
    pub page: String,
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
            None => Some(HOME.to_owned()),
            // It has one address.
            Some(b"home") => None,
            Some(first) if second.is_none() || (first == b"live" && named) => name(first),
            Some(_) => None,
        };
        let page = page.unwrap_or_else(|| NOT_FOUND.to_owned());
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
        // Home is about the lobby; there is no slot of the name of the page that is not found.
        let about = if self.page == HOME { "live" } else { &*self.page };
        let main = about == slot || slot == "live-2";
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

/// The name of a page or a table, if it can be one.
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
            ("/", HOME),
            ("/?from=mail", HOME),
            ("/home", NOT_FOUND),
            ("/wallet", "wallet"),
            ("/wallet/", "wallet"),
            ("/promotions#terms", "promotions"),
            ("/account/password", NOT_FOUND),
            ("/happy-hour", "happy-hour"),
            ("/happy-hour/more", NOT_FOUND),
            ("/live/roulette-1", "live"),
            ("/live/roulette-1/baccarat-1", "live"),
            ("/live", "live"),
            ("/live/a/b/c", NOT_FOUND),
            ("/live/UPPER", NOT_FOUND),
            ("/live/%2e%2e", NOT_FOUND),
            ("/%2e%2e", NOT_FOUND),
            ("/Wallet", NOT_FOUND),
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
        assert_eq!(Route::of("/happy-hour").view_of("happy-hour"), "main");
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
