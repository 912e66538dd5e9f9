//! Reading and changing the index.html that trunk wrote.

use anyhow::Result;

/// A script that stands in the page itself.
const OPENS: &str = "<script>";
const CLOSES: &str = "</script>";

/// The files of the style sheets, in the order in which the page applies them.
pub(super) fn style_sheets(html: &str) -> Vec<String> {
    html.split('<')
        .filter(|tag| tag.starts_with("link") && attribute(tag, "rel") == Some("stylesheet"))
        .filter_map(|tag| attribute(tag, "href"))
        .map(|href| href.trim_start_matches('/').to_owned())
        .collect()
}

/// The value of a quoted attribute in the text of a tag.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let tag = tag.split('>').next()?;
    let mut rest = tag;
    while let Some(at) = rest.find(name) {
        let (before, found) = rest.split_at(at);
        rest = &found[name.len()..];
        let value = rest.strip_prefix("=\"").filter(|_| before.ends_with(char::is_whitespace));
        if let Some(value) = value {
            return value.split('"').next();
        }
    }
    None
}

/// A file got another name and another content: every mention of it follows.
pub(super) fn rename(html: &str, (old, old_digest): (&str, &str), (new, new_digest): (&str, &str)) -> String {
    html.replace(old, new).replace(&format!("sha384-{old_digest}"), &format!("sha384-{new_digest}"))
}

/// Every script that stands in the page itself becomes what `change` makes of it. Data does not: its
/// element has a type.
pub(super) fn map_inline_scripts(html: &str, change: impl Fn(&str) -> Result<String>) -> Result<String> {
    let mut changed = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, script, after)) = rest.split_once(OPENS).and_then(|(before, from)| {
        let (script, after) = from.split_once(CLOSES)?;
        Some((before, script, after))
    }) {
        changed.extend([before, OPENS, change(script)?.as_str(), CLOSES]);
        rest = after;
    }
    Ok(changed + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = "<head><script type=\"module\">import init from '/shell-1a.js';</script>\
        <link rel=\"stylesheet\" href=\"/a-1.css\" integrity=\"sha384-AAA\"/>\
        <link rel=\"modulepreload\" href=\"/shell-1a.js\" integrity=\"sha384-BBB\">\
        <link data-x=\"stylesheet\" href=\"/no.css\"><link href=\"/b-2.css\" rel=\"stylesheet\"></head>";

    #[test]
    fn style_sheets_come_in_their_order() {
        assert_eq!(style_sheets(HTML), ["a-1.css", "b-2.css"]);
    }

    #[test]
    fn scripts_of_the_page_are_changed_and_nothing_else() {
        let html = "<script>a </script><script type=\"application/json\">b </script><script>c </script>d<script>e";
        let changed = map_inline_scripts(html, |script| Ok(script.trim().to_owned())).unwrap();
        assert_eq!(
            changed,
            "<script>a</script><script type=\"application/json\">b </script><script>c</script>d<script>e"
        );
    }

    #[test]
    fn every_mention_of_a_renamed_file_follows() {
        let html = rename(HTML, ("shell-1a.js", "BBB"), ("shell-2b.js", "CCC"));
        assert!(!html.contains("shell-1a") && !html.contains("BBB"));
        assert_eq!(html.matches("shell-2b.js").count(), 2);
        assert!(html.contains("sha384-AAA") && html.contains("sha384-CCC"));
    }
}
