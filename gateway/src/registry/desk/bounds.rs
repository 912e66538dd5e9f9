//! What the releases of a team may be at most, as the operator's list of teams says: where they run, and what they ask
//! the API for. Pure.
//!
//! A request is made with the session of whoever looks at the page, so a frame keeps nothing from what it is granted.
//!
//! **Architecture invariant:** where the list says nothing, a release asks for nothing that is the operators' alone,
//! and one in a frame for nothing but to read. Nobody is kept from going back to what worked, but from what the list
//! names.

use contract::manifest::{Fragment, Placement};
use contract::own_page::is_operators;

use super::rules::Refusal;

/// Everything, where requests are listed.
const ANY: &str = "*";

/// Whether that can stand in a list of requests.
pub(super) fn is_request(text: &str) -> bool {
    text == ANY || text.split_once(' ').is_some_and(|(_, path)| path.starts_with("/api/"))
}

/// What a release of the team may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Where it may run. Without a list that is wherever it likes; but what runs in a frame was put there, and stays.
    pub(super) placements: Option<Vec<Placement>>,
    /// What it may ask for, as grants are written.
    pub(super) requests: Option<Vec<String>>,
}

impl Bounds {
    /// Refuses a release that goes beyond them. `live` is where the fragment runs now; `goes_back` is to what was live
    /// before.
    pub(super) fn must_allow(
        &self,
        release: &Fragment,
        live: Option<Placement>,
        goes_back: bool,
    ) -> Result<(), Refusal> {
        let (fragment, version) = (release.name.clone(), release.version.clone());
        if !self.allow_placement(release.placement, live.filter(|_| !goes_back)) {
            return Err(Refusal::Misplaced { fragment, version, placement: release.placement.as_str() });
        }
        match self.excess(release, goes_back) {
            Some(request) => Err(Refusal::Overreaches { fragment, version, request: request.clone() }),
            None => Ok(()),
        }
    }

    fn allow_placement(&self, placement: Placement, live: Option<Placement>) -> bool {
        match &self.placements {
            Some(listed) => listed.contains(&placement),
            None => placement == Placement::Frame || live != Some(Placement::Frame),
        }
    }

    /// The first request that a release asks for and may not.
    fn excess<'r>(&self, release: &'r Fragment, goes_back: bool) -> Option<&'r String> {
        let is_framed = release.placement == Placement::Frame;
        let mut asked = release.capabilities.requests.iter();
        asked.find(|granted| match &self.requests {
            Some(listed) => !listed.iter().any(|most| covers(most, granted)),
            None if goes_back => false,
            None => is_operators(granted) || (is_framed && !granted.starts_with("GET ")),
        })
    }
}

/// Whether what is listed allows all that a grant allows: a trailing `*` stands for the rest in both.
fn covers(listed: &str, granted: &str) -> bool {
    listed == granted || listed.strip_suffix('*').is_some_and(|start| granted.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{scan, testing};

    fn release(placement: &str, requests: &[&str]) -> Fragment {
        let mut document = testing::release("news");
        document["placement"] = placement.into();
        document["capabilities"]["requests"] = requests.into();
        scan::read(document).expect("a release")
    }

    /// What is refused of a release that comes after nothing.
    fn refused(listed: Option<&[&str]>, placement: &str, requests: &[&str]) -> Option<String> {
        let listed = listed.map(|listed| listed.iter().map(ToString::to_string).collect());
        let bounds = Bounds { placements: None, requests: listed };
        match bounds.must_allow(&release(placement, requests), None, false) {
            Ok(()) => None,
            Err(Refusal::Overreaches { request, .. }) => Some(request),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn without_a_list_nothing_is_asked_as_an_operator_and_nothing_changed_from_a_frame() {
        let own = ["GET /api/wallet/*", "POST /api/wallet/deposits"];
        assert_eq!(refused(None, "document", &own), None);
        assert_eq!(refused(None, "frame", &own).as_deref(), Some("POST /api/wallet/deposits"));
        assert_eq!(refused(None, "frame", &own[..1]), None);
        for wide in ["GET /api/*", "POST /api/o*", "GET /api/operator/session", "DELETE *"] {
            assert_eq!(refused(None, "document", &["GET /api/live/tables", wide]).as_deref(), Some(wide));
        }
    }

    #[test]
    fn a_list_says_what_may_be_asked_for_at_most() {
        let listed: &[&str] = &["GET /api/live/*", "POST /api/live/launch"];
        let refused_of = |granted: &str| refused(Some(listed), "frame", &[granted]);
        for granted in ["GET /api/live/tables", "GET /api/live/t*", "GET /api/live/*", "POST /api/live/launch"] {
            assert_eq!(refused_of(granted), None, "{granted}");
        }
        for granted in ["GET /api/live", "GET /api/l*", "POST /api/live/launch*", "POST /api/live/*", "PUT /api/live"] {
            assert_eq!(refused_of(granted).as_deref(), Some(granted));
        }
        assert_eq!(refused(Some(&[]), "document", &["GET /api/live/tables"]).as_deref(), Some("GET /api/live/tables"));
        assert_eq!(refused(Some(&["*"]), "frame", &["POST /api/operator/*", "GET /api/*"]), None);
    }

    #[test]
    fn whoever_goes_back_is_held_by_what_the_list_says_alone() {
        let (before, silent) = (release("document", &["POST /api/operator/*"]), Bounds::default());
        assert_eq!(silent.must_allow(&before, Some(Placement::Frame), true), Ok(()));
        let named = Bounds { requests: Some(vec![]), ..Bounds::default() };
        assert!(matches!(named.must_allow(&before, None, true), Err(Refusal::Overreaches { .. })));
        let framed = Bounds { placements: Some(vec![Placement::Frame]), ..Bounds::default() };
        assert!(matches!(framed.must_allow(&before, None, true), Err(Refusal::Misplaced { .. })));
    }

    #[test]
    fn a_list_holds_grants() {
        assert!(is_request("*") && is_request("GET /api/live/*"));
        assert!(!is_request("/api/live/*") && !is_request("GET") && !is_request("GET /live"));
    }
}
