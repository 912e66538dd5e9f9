//! Pages that fragments bring along. Asked by whoever renders the page and whoever names a fragment, natively; it is
//! no part of what a player downloads.

use crate::manifest::Fragment;

/// Pages of the shell, addresses of the gateway and parts of the project: no fragment has a page of this name.
const RESERVED: [&str; 24] = [
    "account",
    "api",
    "croupier",
    "data",
    "frame",
    "fragments",
    "gateway",
    "healthz",
    "home",
    "limits",
    "live",
    "live-2",
    "live-stream",
    "manifest",
    "metrics",
    "not-found",
    "promotions",
    "provider",
    "readyz",
    "scenarios",
    "shell",
    "tests",
    "vendor",
    "wallet",
];

/// Whether a name is one of the house's own.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// What only operators may ask for.
const OPERATORS: &str = "/api/operator/";

/// Whether a granted request, as `GET /api/operator/*`, allows anything that only operators may ask for.
#[must_use]
pub fn is_operators(granted: &str) -> bool {
    let Some((_, path)) = granted.split_once(' ') else { return false };
    match path.strip_suffix('*') {
        // `/api/*` allows it as well.
        Some(start) => start.starts_with(OPERATORS) || OPERATORS.starts_with(start),
        None => path.starts_with(OPERATORS),
    }
}

impl Fragment {
    /// Whether it asks for what only operators get. Its page is for them: no player is shown the way there.
    #[must_use]
    pub fn is_for_operators(&self) -> bool {
        self.capabilities.requests.iter().any(|granted| is_operators(granted))
    }

    /// Whether it brings a page of its own: a slot of its name, on the one route of that name. Such a slot is in no
    /// layout; whoever renders the page adds it.
    #[must_use]
    pub fn has_own_page(&self) -> bool {
        let is_own = |route: &String| route.strip_prefix('/') == Some(&*self.name);
        let mut own = self.slots.iter().filter(|slot| slot.name == self.name);
        !is_reserved(&self.name) && own.any(|slot| matches!(&*slot.routes, [route] if is_own(route)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_that_is_wide_enough_is_for_operators_too() {
        for granted in ["GET /api/operator/session", "POST /api/operator/*", "GET /api/op*", "POST /api/*", "GET *"] {
            assert!(is_operators(granted), "{granted}");
        }
        for granted in ["GET /api/operators", "GET /api/wallet/*", "POST /api/live/launch", "/api/operator/"] {
            assert!(!is_operators(granted), "{granted}");
        }
    }
}
