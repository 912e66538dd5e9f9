//! The shape that a type of the contract has on the wire, as a value: what is declared with [`wire!`](crate::wire!)
//! describes itself, so a description can't drift from what is read and written.
//!
//! Asked by whoever packs, publishes or compares releases, natively; it is no part of what a player downloads.

use std::collections::{BTreeMap, BTreeSet};

use crate::wire::MAX_INTEGER;

/// A shape. Order means nothing on the wire, so there is none here: one shape has one description.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Schema {
    /// A string.
    Text,
    /// true or false.
    Flag,
    /// An integer from the first to the second number.
    Integer(i64, i64),
    /// What may be null or not there.
    Optional(Box<Schema>),
    /// Any number of one kind.
    List(Box<Schema>),
    /// Members by name. A reader does not look at others.
    Object(BTreeMap<String, Schema>),
    /// One of these names.
    OneOf(BTreeSet<String>),
    /// One of several objects, told apart by a member.
    Union {
        /// The member.
        by: String,
        /// By what stands in it.
        variants: BTreeMap<String, Schema>,
    },
}

/// A type that knows its shape on the wire.
pub trait Describe {
    /// The shape.
    fn schema() -> Schema;
}

macro_rules! integer {
    ($($type:ty: $least:expr, $most:expr);* $(;)?) => {$(
        impl Describe for $type {
            fn schema() -> Schema {
                Schema::Integer($least, $most)
            }
        }
    )*};
}
// As `wire` reads them.
integer! {
    u8: 0, u8::MAX.into();
    u16: 0, u16::MAX.into();
    u32: 0, u32::MAX.into();
    u64: 0, MAX_INTEGER;
    i64: -MAX_INTEGER, MAX_INTEGER;
}

impl Describe for bool {
    fn schema() -> Schema {
        Schema::Flag
    }
}

impl Describe for String {
    fn schema() -> Schema {
        Schema::Text
    }
}

impl<T: Describe> Describe for Option<T> {
    fn schema() -> Schema {
        Schema::Optional(Box::new(T::schema()))
    }
}

impl<T: Describe> Describe for Vec<T> {
    fn schema() -> Schema {
        Schema::List(Box::new(T::schema()))
    }
}

impl Schema {
    /// An object of these members.
    pub fn object(members: impl IntoIterator<Item = (&'static str, Self)>) -> Self {
        Self::Object(members.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect())
    }

    /// One of these names.
    #[must_use]
    pub fn one_of(names: &[&str]) -> Self {
        Self::OneOf(names.iter().map(|name| (*name).to_owned()).collect())
    }

    /// One of these objects, by what stands in the member `by`.
    pub fn union(by: &str, variants: impl IntoIterator<Item = (&'static str, Self)>) -> Self {
        let variants = variants.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
        Self::Union { by: by.to_owned(), variants }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{TOPICS, payload_schema};
    use crate::feed::{FromVendor, Refused};
    use crate::manifest::{Fragment, Placement, Slot, TopicSchema};
    use crate::problem::Problem;

    #[test]
    fn a_declaration_describes_itself() {
        let optional = |schema| Schema::Optional(Box::new(schema));
        let problem = Schema::object([
            ("type", Schema::Text),
            ("title", Schema::Text),
            ("status", Schema::Integer(0, 65_535)),
            ("detail", Schema::Text),
            ("field", optional(Schema::Text)),
        ]);
        assert_eq!(Problem::schema(), problem);
        assert_eq!(Placement::schema(), Schema::one_of(&["frame", "document"]));
        let Schema::Union { by, variants } = FromVendor::schema() else { panic!("a union") };
        assert_eq!((by.as_str(), variants.get("refused")), ("type", Some(&Refused::schema())));
        let slots = Schema::List(Box::new(Slot::schema()));
        assert!(matches!(Fragment::schema(), Schema::Object(members) if members["slots"] == slots
            && members["contracts"] == optional(Schema::List(Box::new(TopicSchema::schema())))));
    }

    #[test]
    fn every_topic_has_a_schema_and_nothing_else_does() {
        assert!(TOPICS.iter().all(|topic| payload_schema(topic.name).is_some()));
        assert_eq!(payload_schema("wallet.balanc"), None);
    }
}
