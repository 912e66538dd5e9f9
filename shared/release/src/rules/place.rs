//! Whether anybody gets to see it.

use std::collections::{BTreeMap, BTreeSet};

use contract::manifest::Fragment;

use super::{Finding, Findings, Rule};
use crate::document::Release;

/// The page that all fragments are put into: by the names of its slots, the pages that each is seen on.
pub type Layout = BTreeMap<String, BTreeSet<String>>;

/// What a [`Layout`] calls every page that a fragment brings along.
pub const OWN_PAGE: &str = "*";

/// The page of `/`.
const HOME: &str = "home";
/// The page whose address names tables.
const LIVE: &str = "live";

/// What the rule [`Rule::Slots`] says of slots that are on no page, or not on that of a route: nothing is to be seen
/// there, and nothing fails. Those who are live may have brought pages along.
#[must_use]
pub fn check_places(fragment: &Fragment, layout: &Layout, live: &[Release]) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    let name = &fragment.name;
    let others = live.iter().map(|other| &other.fragment);
    let own: Vec<&Fragment> = others.chain([fragment]).filter(|one| one.has_own_page()).collect();
    for slot in &fragment.slots {
        let is_own = slot.name == *name && fragment.has_own_page();
        let Some(pages) = layout.get(&slot.name) else {
            if !is_own {
                let problem = format!("slots: {:?} is on no page", slot.name);
                let known = layout.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                let own = format!("{name:?} with routes = [\"/{name}\"]");
                let remedy = format!("take one of the layout ({known}), or a page of its own: {own}");
                findings.warn(Rule::Slots, problem, remedy);
            }
            continue;
        };
        let is_seen = |page: &str| {
            let page = if own.iter().any(|one| one.name == page) { OWN_PAGE } else { page };
            // A place holder stands for them all.
            page.starts_with(':') || pages.contains(page)
        };
        for route in slot.routes.iter().filter(|route| !page_of(route).is_some_and(is_seen)) {
            let problem = format!("slots: {:?} is not to be seen at {route:?}", slot.name);
            let known = pages.iter().filter(|page| *page != OWN_PAGE).map(|page| address_of(page));
            let known = known.collect::<Vec<_>>().join(", ");
            findings.warn(Rule::Slots, problem, format!("take a page that it is on ({known}), or another slot"));
        }
    }
    findings.0
}

/// The page that a route leads to, as the shell's router reads it; none if there can't be one.
fn page_of(route: &str) -> Option<&str> {
    let mut segments = route.split('/').filter(|segment| !segment.is_empty());
    let (first, more) = (segments.next(), segments.count());
    match first {
        None => Some(HOME),
        // It has one address.
        Some(HOME) => None,
        Some(page) => (more == 0 || (page == LIVE && more <= 2)).then_some(page),
    }
}

fn address_of(page: &str) -> String {
    if page == HOME { "/".to_owned() } else { format!("/{page}") }
}

#[cfg(test)]
mod tests {
    use contract::manifest::Slot;

    use super::super::is_refused;
    use super::super::testing::release;
    use super::*;

    fn with(name: &str, slot: &str, route: &str) -> Release {
        let mut release = release(name, &[], &[]);
        release.fragment.slots = vec![Slot { name: slot.to_owned(), routes: vec![route.to_owned()] }];
        release
    }

    /// What is noted of a fragment in a layout of two slots, beside one that has a page of its own.
    fn noted(slot: &str, route: &str) -> Vec<String> {
        let pages = |pages: &[&str]| pages.iter().map(ToString::to_string).collect();
        let layout = Layout::from([
            ("wallet".to_owned(), pages(&["home", "live", "wallet", OWN_PAGE])),
            ("live".to_owned(), pages(&["home", "live"])),
        ]);
        let candidate = with("happy-hour", slot, route);
        let findings = check_places(&candidate.fragment, &layout, &[with("news", "news", "/news")]);
        assert!(!is_refused(&findings), "{findings:?}");
        findings.into_iter().map(|it| format!("{}; {}", it.problem, it.remedy)).collect()
    }

    #[test]
    fn a_slot_that_is_neither_of_the_layout_nor_a_page_of_its_own_is_noted() {
        assert_eq!(noted("happy-hour", "/happy-hour"), [""; 0]);
        for (slot, route) in [("walet", "/wallet"), ("hapy-hour", "/happy-hour"), ("happy-hour", "/hapy-hour")] {
            let noted = noted(slot, route).concat();
            assert!(noted.starts_with(&format!("slots: {slot:?} is on no page; ")), "{noted}");
        }
    }

    #[test]
    fn a_route_of_the_layouts_slot_that_leads_to_no_page_with_it_is_noted() {
        for (slot, route) in [
            ("live", "/"),
            ("live", "/live"),
            ("live", "/live/:table"),
            ("live", "/live/:table/:second"),
            ("live", "/:page"),
            ("wallet", "/wallet/"),
            ("wallet", "/news"),
        ] {
            assert_eq!(noted(slot, route), [""; 0], "{slot} {route}");
        }
        for (slot, route) in [
            ("live", "/wallet"),
            ("live", "/lve"),
            ("live", "/news"),
            ("live", "/live/:table/:second/:third"),
            ("wallet", "/wallet/history"),
            ("wallet", "/home"),
        ] {
            let noted = noted(slot, route).concat();
            assert!(noted.starts_with(&format!("slots: {slot:?} is not to be seen at {route:?}; ")), "{noted}");
            assert!(noted.contains("(/, /live"), "{noted}");
        }
    }
}
