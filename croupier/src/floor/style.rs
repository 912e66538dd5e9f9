//! Style sheets: joined in their order, without comments and indentation.

/// Joins sheets, so that a later one wins over an earlier one as it would on the page.
pub(super) fn join(sheets: &[String]) -> String {
    sheets.iter().map(|sheet| squeeze(sheet)).collect::<Vec<_>>().join("\n")
}

/// Drops comments, indentation and empty lines: nothing that could change a meaning. What else a
/// minifier would save, compression saves.
pub(super) fn squeeze(sheet: &str) -> String {
    let bare = without_comments(sheet);
    // A string can't go on in the next line (unless it is escaped, which no sheet of ours does).
    let lines = bare.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn without_comments(sheet: &str) -> String {
    let mut bare = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (before, found) = rest.split_at(at);
        bare.push_str(before);
        if let Some(comment) = found.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            // A comment is no white space, but it keeps two words apart.
            if bare.ends_with(is_part_of_word) && rest.starts_with(is_part_of_word) {
                bare.push_str("/**/");
            }
        } else if let Some(after) = found.strip_prefix('/') {
            bare.push('/');
            rest = after;
        } else {
            let end = end_of_string(found);
            bare.push_str(&found[..end]);
            rest = &found[end..];
        }
    }
    bare.push_str(rest);
    bare
}

fn is_part_of_word(character: char) -> bool {
    !character.is_whitespace() && !matches!(character, '{' | '}' | ';' | ',')
}

/// The length of the string that `text` begins with, quotes included.
fn end_of_string(text: &str) -> usize {
    let quote = text.as_bytes()[0];
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            _ if byte == quote => return index + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go_and_strings_stay() {
        let sheet = "/* a */\n.a {\n    color: red; /* why */\n\n    content: \"/* kept */ \\\" '\";\n}\n.b{background:url(/x.png)}";
        assert_eq!(squeeze(sheet), ".a {\ncolor: red;\ncontent: \"/* kept */ \\\" '\";\n}\n.b{background:url(/x.png)}");
        assert_eq!(squeeze(".a/* x */.b{}"), ".a/**/.b{}");
        assert_eq!(squeeze(".a{} /* open"), ".a{}");
    }

    #[test]
    fn sheets_keep_their_order() {
        assert_eq!(join(&[".a{}".into(), ".b{}".into()]), ".a{}\n.b{}");
    }
}
