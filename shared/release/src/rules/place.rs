//! Whether anybody gets to see it.

use contract::manifest::Fragment;

use super::{Finding, Findings, Rule};

/// What the rule [`Rule::Slots`] says of slots that are on no page: nothing is mounted there, and nothing fails.
/// `layout` has those of the page that all fragments are put into.
#[must_use]
pub fn check_places(fragment: &Fragment, layout: &[String]) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    let name = &fragment.name;
    for slot in &fragment.slots {
        let is_own = slot.name == *name && fragment.has_own_page();
        if !is_own && !layout.contains(&slot.name) {
            let problem = format!("slots: {:?} is on no page", slot.name);
            let known = layout.join(", ");
            let remedy =
                format!("take one of the layout ({known}), or a page of its own: {name:?} with routes = [\"/{name}\"]");
            findings.warn(Rule::Slots, problem, remedy);
        }
    }
    findings.0
}

#[cfg(test)]
mod tests {
    use contract::manifest::Slot;

    use super::super::is_refused;
    use super::super::testing::release;
    use super::*;

    #[test]
    fn a_slot_that_is_neither_of_the_layout_nor_a_page_of_its_own_is_noted() {
        let layout = ["wallet".to_owned(), "live".to_owned()];
        let noted = |slot: &str, route: &str| {
            let mut fragment = release("happy-hour", &[], &[]).fragment;
            fragment.slots = vec![Slot { name: slot.to_owned(), routes: vec![route.to_owned()] }];
            let findings = check_places(&fragment, &layout);
            assert!(!is_refused(&findings), "{findings:?}");
            findings.into_iter().map(|it| it.problem).collect::<Vec<_>>()
        };
        assert_eq!(noted("live", "/live/:table"), [""; 0]);
        assert_eq!(noted("happy-hour", "/happy-hour"), [""; 0]);
        for (slot, route) in [("walet", "/wallet"), ("hapy-hour", "/happy-hour"), ("happy-hour", "/hapy-hour")] {
            assert_eq!(noted(slot, route), [format!("slots: {slot:?} is on no page")]);
        }
    }
}
