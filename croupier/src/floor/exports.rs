//! The exports of a Wasm binary, and which of them the glue uses.

use serde_json::{Value, json};

/// The number of the export section.
const EXPORTS: u8 = 7;

/// The names of the exports; none if this is no well-formed binary.
pub(super) fn names(wasm: &[u8]) -> Option<Vec<String>> {
    let mut rest = wasm.strip_prefix(b"\0asm\x01\0\0\0")?;
    while !rest.is_empty() {
        let kind = *take(&mut rest, 1)?.first()?;
        let length = number(&mut rest)?;
        let mut section = take(&mut rest, length)?;
        if kind == EXPORTS {
            let count = number(&mut section)?;
            return (0..count).map(|_| name(&mut section)).collect();
        }
    }
    Some(Vec::new())
}

fn name(section: &mut &[u8]) -> Option<String> {
    let length = number(section)?;
    let name = String::from_utf8(take(section, length)?.to_vec()).ok()?;
    // Kind and index of what is exported.
    take(section, 1)?;
    number(section)?;
    Some(name)
}

fn take<'b>(bytes: &mut &'b [u8], length: usize) -> Option<&'b [u8]> {
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}

/// LEB128, 32 bits.
fn number(bytes: &mut &[u8]) -> Option<usize> {
    let mut value = 0;
    for shift in (0..35).step_by(7) {
        let byte = *take(bytes, 1)?.first()?;
        value |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// The graph for wasm-metadce: the outside reaches the exports whose name the glue holds. A name
/// that stands there by chance keeps its code; none that is used can be missed.
pub(super) fn used(names: &[String], glue: &str) -> Value {
    let used = names.iter().filter(|name| glue.contains(name.as_str())).collect::<Vec<_>>();
    let outside = json!({ "name": "outside", "root": true, "reaches": used });
    Value::Array(
        std::iter::once(outside).chain(used.iter().map(|name| json!({ "name": name, "export": name }))).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module that exports a memory as `memory` and the same once more as `other`.
    const WASM: &[u8] = b"\0asm\x01\0\0\0\x05\x03\x01\0\x01\x07\x12\x02\x06memory\x02\0\x05other\x02\0";

    #[test]
    fn names_are_read_and_nonsense_is_refused() {
        assert_eq!(names(WASM).unwrap(), ["memory", "other"]);
        assert_eq!(names(&WASM[..20]), None);
        assert_eq!(names(b"<html>"), None);
        assert_eq!(names(b"\0asm\x01\0\0\0"), Some(Vec::new()));
    }

    #[test]
    fn only_what_the_glue_names_is_reached() {
        let graph = used(&["memory".into(), "other".into()], "e.memory.buffer");
        assert_eq!(graph[0]["reaches"], json!(["memory"]));
        assert_eq!(graph.as_array().unwrap().len(), 2);
    }
}
