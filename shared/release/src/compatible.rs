//! Whether a reader understands everything that a writer may write: the rule by which schemas of one topic may differ
//! between releases that are live together.
//!
//! A reader looks at the members that it knows, and at no others. So a writer may say more than a reader knows, and
//! may not leave out or widen what the reader counts on: a member that is added breaks nobody, a reader's optional
//! member may be missing, a range may be narrower, a choice smaller. The other way round each of them is a mismatch.

use std::fmt;

use contract::schema::Schema;

/// What a reader would stumble over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Where: `entries[].amount_minor`. Empty for the payload itself.
    pub path: String,
    /// What is wrong there.
    pub problem: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "the payload" } else { &self.path };
        write!(f, "{path} {}", self.problem)
    }
}

/// Whether who expects `reader` understands everything that fits `writer`.
///
/// # Errors
/// The first thing that it would not.
pub fn readable(reader: &Schema, writer: &Schema) -> Result<(), Mismatch> {
    walk(reader, writer, "")
}

fn walk(reader: &Schema, writer: &Schema, path: &str) -> Result<(), Mismatch> {
    let fail = |problem: String| Err(Mismatch { path: path.to_owned(), problem });
    match (reader, writer) {
        (Schema::Text, Schema::Text) | (Schema::Flag, Schema::Flag) => Ok(()),
        (Schema::Integer(least, most), Schema::Integer(from, to)) if least <= from && to <= most => Ok(()),
        (Schema::Integer(least, most), Schema::Integer(from, to)) => {
            fail(format!("may be {from} to {to}, and {least} to {most} is understood"))
        }
        // What is written nowhere is optional to nobody: null is not even a value of the plain kind.
        (Schema::Optional(reader), Schema::Optional(writer)) => walk(reader, writer, path),
        (Schema::Optional(reader), writer) => walk(reader, writer, path),
        (_, Schema::Optional(_)) => fail("may be left out, and is needed".to_owned()),
        (Schema::List(reader), Schema::List(writer)) => walk(reader, writer, &format!("{path}[]")),
        (Schema::Object(needed), Schema::Object(written)) => needed.iter().try_for_each(|(name, reader)| {
            let path = member(path, name);
            match (written.get(name), reader) {
                (Some(writer), reader) => walk(reader, writer, &path),
                (None, Schema::Optional(_)) => Ok(()),
                (None, _) => Err(Mismatch { path, problem: "is never there, and is needed".to_owned() }),
            }
        }),
        (Schema::OneOf(known), Schema::OneOf(written)) => match written.difference(known).next() {
            Some(name) => fail(format!("may be {name:?}, which is not understood")),
            None => Ok(()),
        },
        (Schema::Union { by, variants: known }, Schema::Union { by: other, variants: written }) => {
            if by != other {
                return fail(format!("is told apart by {other:?}, and {by:?} is understood"));
            }
            written.iter().try_for_each(|(name, writer)| match known.get(name) {
                Some(reader) => walk(reader, writer, &format!("{path}({name})")),
                None => fail(format!("may be of the kind {name:?}, which is not understood")),
            })
        }
        (reader, writer) => fail(format!("is {}, and {} is understood", kind(writer), kind(reader))),
    }
}

fn member(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn kind(schema: &Schema) -> &'static str {
    match schema {
        Schema::Text => "text",
        Schema::Flag => "true or false",
        Schema::Integer(..) => "an integer",
        Schema::Optional(_) => "optional",
        Schema::List(_) => "a list",
        Schema::Object(_) => "an object",
        Schema::OneOf(_) => "one of a few names",
        Schema::Union { .. } => "one of several objects",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    fn optional(schema: Schema) -> Schema {
        Schema::Optional(Box::new(schema))
    }

    fn refused(reader: &Schema, writer: &Schema) -> String {
        readable(reader, writer).unwrap_err().to_string()
    }

    #[test]
    fn a_writer_may_say_more_and_not_less() {
        let old = Schema::object([("a", Schema::Text)]);
        let more = Schema::object([("a", Schema::Text), ("b", Schema::Flag)]);
        let maybe = Schema::object([("a", Schema::Text), ("b", optional(Schema::Flag))]);
        assert_eq!(readable(&old, &more), Ok(()));
        assert_eq!(readable(&maybe, &old), Ok(()));
        assert_eq!(readable(&maybe, &more), Ok(()));
        assert_eq!(refused(&more, &old), "b is never there, and is needed");
        assert_eq!(refused(&more, &maybe), "b may be left out, and is needed");
    }

    #[test]
    fn ranges_and_choices_may_shrink_and_not_grow() {
        let list = |schema| Schema::object([("items", Schema::List(Box::new(schema)))]);
        let (byte, more) = (list(Schema::Integer(0, 255)), list(Schema::Integer(0, 65_535)));
        assert_eq!(readable(&more, &byte), Ok(()));
        assert_eq!(refused(&byte, &more), "items[] may be 0 to 65535, and 0 to 255 is understood");
        let (two, three) = (Schema::one_of(&["a", "b"]), Schema::one_of(&["a", "b", "c"]));
        assert_eq!(readable(&three, &two), Ok(()));
        assert_eq!(refused(&two, &three), "the payload may be \"c\", which is not understood");
        let union = |names: &[&'static str]| Schema::union("is", names.iter().map(|name| (*name, byte.clone())));
        assert_eq!(readable(&union(&["x", "y"]), &union(&["x"])), Ok(()));
        assert!(refused(&union(&["x"]), &union(&["x", "y"])).contains("\"y\""));
        assert_eq!(refused(&Schema::Text, &Schema::Flag), "the payload is true or false, and text is understood");
    }

    /// What the contract's readers do with a value, said a second time.
    fn reads(schema: &Schema, value: &Value) -> bool {
        match schema {
            Schema::Text => value.is_string(),
            Schema::Flag => value.is_boolean(),
            Schema::Integer(least, most) => value.as_i64().is_some_and(|it| (*least..=*most).contains(&it)),
            Schema::Optional(inner) => value.is_null() || reads(inner, value),
            Schema::List(inner) => value.as_array().is_some_and(|items| items.iter().all(|item| reads(inner, item))),
            Schema::Object(members) => {
                value.is_object()
                    && members.iter().all(|(name, inner)| reads(inner, value.get(name).unwrap_or(&Value::Null)))
            }
            Schema::OneOf(names) => value.as_str().is_some_and(|name| names.contains(name)),
            Schema::Union { by, variants } => {
                let tag = value.get(by).and_then(Value::as_str);
                tag.and_then(|tag| variants.get(tag)).is_some_and(|inner| reads(inner, value))
            }
        }
    }

    const NAMES: [&str; 3] = ["a", "b", "c"];

    fn members(inner: impl Strategy<Value = Schema> + 'static) -> impl Strategy<Value = Vec<(&'static str, Schema)>> {
        prop::collection::vec((prop::sample::select(&NAMES), inner), 0..3)
    }

    /// Object members have names of which a union's tag is none.
    fn schema() -> impl Strategy<Value = Schema> {
        let leaf = prop_oneof![
            Just(Schema::Text),
            Just(Schema::Flag),
            (0_i64..3, 3_i64..6).prop_map(|(least, most)| Schema::Integer(least, most)),
            prop::sample::subsequence(NAMES.to_vec(), 1..=3).prop_map(|names| Schema::one_of(&names)),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                inner.clone().prop_map(|inner| match inner {
                    Schema::Optional(_) => inner,
                    inner => optional(inner),
                }),
                inner.clone().prop_map(|inner| Schema::List(Box::new(inner))),
                members(inner.clone()).prop_map(Schema::object),
                members(members(inner).prop_map(Schema::object))
                    .prop_filter("a union has a variant", |variants| !variants.is_empty())
                    .prop_map(|variants| Schema::union("is", variants)),
            ]
        })
    }

    /// Values that fit a schema, the one chosen by `pick`.
    fn value(schema: &Schema, pick: &mut dyn FnMut(usize) -> usize) -> Value {
        match schema {
            Schema::Text => json!(NAMES[pick(3)]),
            Schema::Flag => json!(pick(2) == 0),
            Schema::Integer(least, most) => json!([least, most][pick(2)]),
            Schema::Optional(inner) => {
                if pick(2) == 0 {
                    Value::Null
                } else {
                    value(inner, pick)
                }
            }
            Schema::List(inner) => (0..pick(3)).map(|_| value(inner, pick)).collect(),
            Schema::Object(members) => {
                // A member more than is declared: nobody looks at it.
                let mut object = serde_json::Map::from_iter([("unknown".to_owned(), json!(1))]);
                object.extend(members.iter().map(|(name, inner)| (name.clone(), value(inner, pick))));
                object.into()
            }
            Schema::OneOf(names) => json!(names.iter().nth(pick(names.len()))),
            Schema::Union { by, variants } => {
                let (tag, inner) = variants.iter().nth(pick(variants.len())).expect("a variant");
                let mut object = value(inner, pick);
                object[by] = json!(tag);
                object
            }
        }
    }

    /// The same schema with something else here and there, as the next version of a type has.
    fn changed(schema: &Schema, pick: &mut dyn FnMut(usize) -> usize) -> Schema {
        match (schema, pick(4)) {
            (Schema::Optional(inner), 0) => changed(inner, pick),
            (Schema::Optional(inner), _) => optional(changed(inner, pick)),
            (schema, 0) => optional(schema.clone()),
            (Schema::Integer(least, most), 1) => Schema::Integer(least - 1, most - 1),
            (Schema::List(inner), _) => Schema::List(Box::new(changed(inner, pick))),
            (Schema::Object(members), _) => Schema::Object(changed_members(members, pick)),
            (Schema::OneOf(names), 1) => Schema::OneOf(names.iter().skip(1).cloned().chain(["d".to_owned()]).collect()),
            (Schema::Union { by, variants }, _) => {
                let of_object = |(name, inner): (&String, &Schema)| match inner {
                    Schema::Object(members) => (name.clone(), Schema::Object(changed_members(members, pick))),
                    inner => (name.clone(), inner.clone()),
                };
                Schema::Union { by: by.clone(), variants: variants.iter().map(of_object).collect() }
            }
            (schema, _) => schema.clone(),
        }
    }

    fn changed_members(
        members: &BTreeMap<String, Schema>,
        pick: &mut dyn FnMut(usize) -> usize,
    ) -> BTreeMap<String, Schema> {
        let mut kept = BTreeMap::new();
        for (name, inner) in members {
            if pick(5) > 0 {
                kept.insert(name.clone(), changed(inner, pick));
            }
        }
        kept
    }

    proptest! {
        #[test]
        fn every_schema_reads_itself(schema in schema()) {
            prop_assert_eq!(readable(&schema, &schema), Ok(()));
        }

        #[test]
        fn what_is_called_readable_is_read(
            reader in schema(), picks in prop::collection::vec(0_usize..60, 1..40)
        ) {
            let mut at = 0;
            let mut pick = |of: usize| { at += 1; picks[at % picks.len()] % of };
            let writer = changed(&reader, &mut pick);
            let written = value(&writer, &mut pick);
            prop_assert!(reads(&writer, &written));
            if readable(&reader, &writer).is_ok() {
                prop_assert!(reads(&reader, &written), "{written}");
            }
        }
    }
}
