//! Which slots the project's own page has, and on which pages each is seen: those whose grid has its area.
//!
//! What a gateway serves has the pages of fragments in it as well, also that of the candidate's present release.

use std::fs;

use anyhow::{Context, Result};
use release::{Layout, OWN_PAGE};

use crate::workspace::Workspace;

/// Reads it off the shell's sources.
///
/// # Errors
/// One of them can't be read.
pub(super) fn read(workspace: &Workspace) -> Result<Layout> {
    let read = |path: &str| {
        let path = workspace.path(path);
        fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    };
    let own = read("shell/page/own.html")?.replace("{name}", OWN_PAGE);
    Ok(layout(&read("shell/index.html")?, &(read("shell/styles/page.css")? + &own)))
}

fn layout(html: &str, styles: &str) -> Layout {
    let rules: Vec<(&str, &str)> = styles.split('}').filter_map(|rule| rule.rsplit_once('{')).collect();
    let slots = html.split("data-slot=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    let seen = slots.map(|(slot, _)| {
        let own = format!("[data-slot=\"{slot}\"]");
        let mut areas = rules.iter().filter(|(selector, _)| selector.trim().ends_with(&own));
        let area = areas.find_map(|(_, body)| value(body, "grid-area")).unwrap_or_default();
        let pages = rules.iter().filter(|(_, body)| has_area(body, area)).filter_map(|(selector, _)| page(selector));
        (slot.to_owned(), pages.map(str::to_owned).collect())
    });
    seen.collect()
}

fn has_area(body: &str, area: &str) -> bool {
    let grid = ["grid-template-areas", "grid-template", "grid"].iter().find_map(|property| value(body, property));
    // The areas of a row stand in quotes; what else the shorthands hold are sizes.
    let rows = grid.unwrap_or_default().split('"').skip(1).step_by(2);
    rows.flat_map(str::split_whitespace).any(|named| named == area)
}

/// Whose grid it is.
fn page(selector: &str) -> Option<&str> {
    let (_, rest) = selector.split_once("[data-page=\"")?;
    rest.split_once('"').map(|(page, _)| page)
}

fn value<'t>(body: &'t str, property: &str) -> Option<&'t str> {
    body.split(';').find_map(|line| line.trim().strip_prefix(property)?.strip_prefix(':')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_seen_where_the_grid_has_its_area() {
        let layout = read(&Workspace::find().unwrap()).unwrap();
        let pages = |slot: &str| layout[slot].iter().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(pages("wallet"), [OWN_PAGE, "account", "home", "limits", "live", "promotions", "wallet"]);
        assert_eq!(pages("promotions"), ["home", "live", "promotions", "wallet"]);
        assert_eq!((pages("live"), pages("live-2")), (vec!["home", "live"], vec!["live"]));
        assert_eq!((pages("account"), pages("limits")), (vec!["account"], vec!["limits"]));
        assert_eq!(layout.len(), 6);
    }

    #[test]
    fn a_shorthand_names_areas_as_well_and_its_sizes_are_none() {
        let html = r#"<i data-slot="a"></i><i data-slot="b"></i><i data-slot="c"></i>"#;
        let styles = r#"
            [data-slot="a"] { grid-area: a; }
            [data-slot="b"] { grid-area: b; }
            [data-slot="c"] { grid-area: auto; }
            [data-page="one"] main { grid-template: "a b" auto "a ." 1fr / minmax(0, 1fr) 22.5rem; }
            [data-page="two"] main { display: grid; grid: "b" auto; }
        "#;
        let layout = layout(html, styles);
        let pages = |slot: &str| layout[slot].iter().map(String::as_str).collect::<Vec<_>>();
        assert_eq!((pages("a"), pages("b")), (vec!["one"], vec!["one", "two"]));
        assert!(pages("c").is_empty());
    }
}
