//! Reading a client's frame: every fault names the member.

use contract::feed::{FromVendor, RefusalCode, Refused, ToVendor};
use contract::wire::{self, Encode};
use serde_json::Value;

use crate::refusal::Refusal;

/// The longest part of a client's own text that is given back.
const MAX_ECHO: usize = 64;

/// Reads a frame.
///
/// # Errors
/// It is no message of the protocol, or has a member too many.
pub(super) fn read(text: &str) -> Result<ToVendor, Refused> {
    let malformed = |detail: String| Refusal::new(RefusalCode::Malformed, detail);
    let value: Value =
        serde_json::from_str(text).map_err(|error| malformed(format!("no JSON: {error}")).about(None))?;
    let key = value.get("key").and_then(Value::as_str).filter(|key| key.len() <= MAX_ECHO);
    let message: ToVendor = wire::read(value.clone()).map_err(|error: wire::WireError| {
        let refusal = malformed(error.to_string());
        if error.path.is_empty() { refusal.about(key) } else { refusal.at(error.path).about(key) }
    })?;
    // What was understood, written again, lacks exactly what was not.
    match unknown_member(&value, &message.write::<Value>()) {
        Some(path) => Err(malformed("there is no such member".into()).at(clipped(path)).about(key)),
        None => Ok(message),
    }
}

fn unknown_member(given: &Value, known: &Value) -> Option<String> {
    match (given, known) {
        (Value::Object(given), Value::Object(known)) => given.iter().find_map(|(name, value)| match known.get(name) {
            None => Some(name.clone()),
            Some(known) => unknown_member(value, known).map(|rest| join(name, &rest)),
        }),
        (Value::Array(given), Value::Array(known)) => given
            .iter()
            .zip(known)
            .enumerate()
            .find_map(|(index, (given, known))| Some(join(&format!("[{index}]"), &unknown_member(given, known)?))),
        _ => None,
    }
}

fn join(head: &str, rest: &str) -> String {
    if rest.starts_with('[') { format!("{head}{rest}") } else { format!("{head}.{rest}") }
}

fn clipped(mut text: String) -> String {
    let end = text.char_indices().nth(MAX_ECHO).map_or(text.len(), |(end, _)| end);
    text.truncate(end);
    text
}

/// A refusal as a message.
pub(super) fn refused(refused: Refused) -> FromVendor {
    FromVendor::Refused(refused)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn field(text: &str) -> Option<String> {
        let refused = read(text).unwrap_err();
        assert_eq!(refused.code, RefusalCode::Malformed);
        refused.field
    }

    #[test]
    fn good_frames_are_read() {
        assert!(matches!(read(r#"{"type":"subscribe","tables":["a"]}"#), Ok(ToVendor::Subscribe(_))));
        let place = r#"{"type":"place","key":"k","table":"t","round":"r","stakes":[{"spot":"red","stake_minor":100}]}"#;
        assert!(matches!(read(place), Ok(ToVendor::Place(_))));
    }

    #[test]
    fn each_fault_names_its_member() {
        assert_eq!(field("nonsense"), None);
        assert_eq!(field("[]"), Some("type".into()));
        assert_eq!(field(r#"{"type":"bribe"}"#), Some("type".into()));
        assert_eq!(field(r#"{"type":"subscribe"}"#), Some("tables".into()));
        assert_eq!(field(r#"{"type":"subscribe","tables":[1]}"#), Some("tables[0]".into()));
        assert_eq!(field(r#"{"type":"launch","token":"x","admin":true}"#), Some("admin".into()));
        let place = |stake: &str| {
            let text = format!(r#"{{"type":"place","key":"k","table":"t","round":"r","stakes":[{stake}]}}"#);
            assert_eq!(read(&text).unwrap_err().key.as_deref(), Some("k"));
            field(&text)
        };
        let amount = Some("stakes[0].stake_minor".to_owned());
        for bad in ["1.5", "1e18", "1000000000000000000", "\"5\"", "null"] {
            assert_eq!(place(&format!(r#"{{"spot":"red","stake_minor":{bad}}}"#)), amount, "{bad}");
        }
        assert_eq!(place(r#"{"spot":"red","stake_minor":1,"odds":36}"#), Some("stakes[0].odds".into()));
        assert_eq!(place("7"), Some("stakes[0].spot".into()));
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in ".{0,200}") {
            let _ = read(&text);
        }
    }
}
