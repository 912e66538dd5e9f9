//! Reading and writing the contract's types without serde.
//!
//! A fragment receives values that the browser has already parsed. [`Wire`] reads them through
//! the small [`Source`] trait and writes them through [`Sink`]; the SDK implements both for
//! `JsValue`, and the feature `serde` for `serde_json::Value`, so that one test can hold the two
//! codecs against each other.

use std::fmt;

/// A value did not have the shape that the contract gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireError {
    /// Where, as a path from the root: `items[3].amount_minor`. Empty for the root itself.
    pub path: String,
    /// What was expected there.
    pub expected: &'static str,
}

impl WireError {
    /// An error at the value being read.
    #[must_use]
    pub fn expected(expected: &'static str) -> Self {
        Self { path: String::new(), expected }
    }

    /// The same error seen from the object that holds the value under `name`.
    #[must_use]
    pub fn within(mut self, name: &str) -> Self {
        let separator = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = [name, separator, &self.path].concat();
        self
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "value" } else { &self.path };
        write!(f, "{path}: expected {}", self.expected)
    }
}

impl std::error::Error for WireError {}

/// A parsed JSON value, read without copying.
pub trait Source: Sized {
    /// The member `name`; an absent value if there is none or this is no object.
    fn member(&self, name: &str) -> Self;
    /// True for null and for a member that is not there.
    fn is_absent(&self) -> bool;
    /// The text, if this is a string.
    fn text(&self) -> Option<String>;
    /// The number, if this is one.
    fn number(&self) -> Option<f64>;
    /// The truth value, if this is one.
    fn flag(&self) -> Option<bool>;
    /// The items, if this is an array.
    fn items(&self) -> Option<Vec<Self>>;
    /// The names of the members, if this is an object.
    fn names(&self) -> Vec<String>;
}

/// A JSON value being built.
pub trait Sink: Sized {
    /// null
    fn absent() -> Self;
    /// A string.
    fn from_text(text: &str) -> Self;
    /// A number. The contract only holds integers of up to 53 bits.
    fn from_number(number: f64) -> Self;
    /// A truth value.
    fn from_flag(flag: bool) -> Self;
    /// An array.
    fn from_items(items: Vec<Self>) -> Self;
    /// An empty object.
    fn object() -> Self;
    /// Sets a member of an object.
    fn set(&mut self, name: &str, value: Self);
}

/// A type of the contract: it reads itself from a parsed value and writes itself into one.
pub trait Wire: Sized {
    /// Reads and checks.
    ///
    /// # Errors
    /// Names the member at fault and what it should have been.
    fn read<S: Source>(source: &S) -> Result<Self, WireError>;
    /// Writes.
    fn write<S: Sink>(&self) -> S;
}

/// The largest integer that every JSON reader keeps exactly: 2^53 − 1.
pub const MAX_INTEGER: i64 = 9_007_199_254_740_991;

macro_rules! wire_integer {
    ($($type:ty),*) => {$(
        impl Wire for $type {
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // bounds are checked
            fn read<S: Source>(source: &S) -> Result<Self, WireError> {
                let integer = read_integer(source)?;
                <$type>::try_from(integer).map_err(|_| WireError::expected("a smaller integer"))
            }
            #[allow(clippy::cast_precision_loss)] // the contract's integers have at most 53 bits
            fn write<S: Sink>(&self) -> S {
                S::from_number(*self as f64)
            }
        }
    )*};
}
wire_integer!(u8, u16, u32, u64, i64);

#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // bounds are checked
fn read_integer<S: Source>(source: &S) -> Result<i64, WireError> {
    match source.number() {
        Some(n) if n.fract() == 0.0 && n.abs() <= MAX_INTEGER as f64 => Ok(n as i64),
        _ => Err(WireError::expected("an integer of at most 53 bits")),
    }
}

impl Wire for bool {
    fn read<S: Source>(source: &S) -> Result<Self, WireError> {
        source.flag().ok_or(WireError::expected("true or false"))
    }
    fn write<S: Sink>(&self) -> S {
        S::from_flag(*self)
    }
}

impl Wire for String {
    fn read<S: Source>(source: &S) -> Result<Self, WireError> {
        source.text().ok_or(WireError::expected("text"))
    }
    fn write<S: Sink>(&self) -> S {
        S::from_text(self)
    }
}

impl<T: Wire> Wire for Option<T> {
    fn read<S: Source>(source: &S) -> Result<Self, WireError> {
        if source.is_absent() { Ok(None) } else { T::read(source).map(Some) }
    }
    fn write<S: Sink>(&self) -> S {
        self.as_ref().map_or_else(S::absent, T::write)
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn read<S: Source>(source: &S) -> Result<Self, WireError> {
        let items = source.items().ok_or(WireError::expected("a list"))?;
        items
            .iter()
            .enumerate()
            .map(|(index, item)| T::read(item).map_err(|error| error.within(&format!("[{index}]"))))
            .collect()
    }
    fn write<S: Sink>(&self) -> S {
        S::from_items(self.iter().map(T::write).collect())
    }
}

/// Reads the member `name` of an object; the error names it.
///
/// # Errors
/// The member is missing or has another shape.
pub fn read_member<S: Source, T: Wire>(source: &S, name: &str) -> Result<T, WireError> {
    T::read(&source.member(name)).map_err(|error| error.within(name))
}

/// Declares types of the contract. Four forms, each with its docs and attributes:
///
/// ```
/// contract::wire! {
///     /// An object.
///     pub struct Point {
///         /// Across.
///         pub x: i64,
///         /// Down, if known.
///         pub y: Option<i64>,
///     }
/// }
/// contract::wire! {
///     /// One of a few names.
///     pub enum Side { Left = "left", Right = "right" }
/// }
/// contract::wire! {
///     /// One of several objects, told apart by a member.
///     pub union Shape by "type" { Dot(Point) = "dot" }
/// }
/// ```
#[macro_export]
macro_rules! wire {
    ($(#[$meta:meta])* pub struct $name:ident {
        $($(#[$field_meta:meta])* pub $field:ident : $type:ty),* $(,)?
    }) => {
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        $(#[$meta])*
        pub struct $name { $($(#[$field_meta])* pub $field: $type),* }

        impl $crate::wire::Wire for $name {
            #[allow(unused_variables)] // an object without members
            fn read<S: $crate::wire::Source>(source: &S) -> Result<Self, $crate::wire::WireError> {
                Ok(Self { $($field: $crate::wire::read_member(source, stringify!($field))?),* })
            }
            fn write<S: $crate::wire::Sink>(&self) -> S {
                #[allow(unused_mut)]
                let mut object = S::object();
                $(object.set(stringify!($field), $crate::wire::Wire::write(&self.$field));)*
                object
            }
        }
    };
    ($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $text:literal),* $(,)?
    }) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        $(#[$meta])*
        pub enum $name {
            $($(#[$variant_meta])* #[cfg_attr(feature = "serde", serde(rename = $text))] $variant),*
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// The value of that name on the wire.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)* _ => None }
            }
        }

        impl $crate::wire::Wire for $name {
            fn read<S: $crate::wire::Source>(source: &S) -> Result<Self, $crate::wire::WireError> {
                source.text().as_deref().and_then(Self::from_name)
                    .ok_or($crate::wire::WireError::expected(concat!("one of" $(, " ", $text)*)))
            }
            fn write<S: $crate::wire::Sink>(&self) -> S {
                S::from_text(self.as_str())
            }
        }
    };
    ($(#[$meta:meta])* pub union $name:ident by $tag:literal {
        $($(#[$variant_meta:meta])* $variant:ident ( $type:ty ) = $text:literal),* $(,)?
    }) => {
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(tag = $tag))]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        $(#[$meta])*
        pub enum $name {
            $($(#[$variant_meta])* #[cfg_attr(feature = "serde", serde(rename = $text))] $variant($type)),*
        }

        impl $crate::wire::Wire for $name {
            fn read<S: $crate::wire::Source>(source: &S) -> Result<Self, $crate::wire::WireError> {
                let tag: String = $crate::wire::read_member(source, $tag)?;
                match tag.as_str() {
                    $($text => <$type as $crate::wire::Wire>::read(source).map(Self::$variant),)*
                    _ => Err($crate::wire::WireError::expected(concat!("one of" $(, " ", $text)*)).within($tag)),
                }
            }
            fn write<S: $crate::wire::Sink>(&self) -> S {
                match self {
                    $(Self::$variant(value) => {
                        let mut object: S = $crate::wire::Wire::write(value);
                        object.set($tag, S::from_text($text));
                        object
                    })*
                }
            }
        }
    };
}

#[cfg(feature = "serde")]
mod json {
    use super::{Sink, Source};
    use serde_json::Value;

    impl Source for Value {
        fn member(&self, name: &str) -> Self {
            self.get(name).cloned().unwrap_or(Value::Null)
        }
        fn is_absent(&self) -> bool {
            self.is_null()
        }
        fn text(&self) -> Option<String> {
            self.as_str().map(str::to_owned)
        }
        fn number(&self) -> Option<f64> {
            self.as_f64()
        }
        fn flag(&self) -> Option<bool> {
            self.as_bool()
        }
        fn items(&self) -> Option<Vec<Self>> {
            self.as_array().cloned()
        }
        fn names(&self) -> Vec<String> {
            self.as_object().map(|object| object.keys().cloned().collect()).unwrap_or_default()
        }
    }

    impl Sink for Value {
        fn absent() -> Self {
            Value::Null
        }
        fn from_text(text: &str) -> Self {
            text.into()
        }
        #[allow(clippy::cast_possible_truncation)] // the contract's integers have at most 53 bits
        fn from_number(number: f64) -> Self {
            (number as i64).into()
        }
        fn from_flag(flag: bool) -> Self {
            flag.into()
        }
        fn from_items(items: Vec<Self>) -> Self {
            items.into()
        }
        fn object() -> Self {
            Value::Object(serde_json::Map::new())
        }
        fn set(&mut self, name: &str, value: Self) {
            if let Value::Object(map) = self {
                map.insert(name.to_owned(), value);
            }
        }
    }
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use super::*;
    use crate::feed::{FromVendor, RefusalCode, Refused};
    use crate::wallet::{Balance, History};

    fn balance() -> Balance {
        Balance {
            currency: crate::money::Currency::Eur,
            cash_minor: 5,
            bonus_minor: 0,
            version: 3,
            as_of_ms: 1_700_000_000_000,
        }
    }

    #[test]
    fn both_codecs_write_the_same() {
        let written: serde_json::Value = balance().write();
        assert_eq!(written, serde_json::to_value(balance()).unwrap());
        let refused =
            FromVendor::Refused(Refused { key: None, code: RefusalCode::TableLimit, field: None, detail: "no".into() });
        let written: serde_json::Value = refused.write();
        assert_eq!(written, serde_json::to_value(&refused).unwrap());
        assert_eq!(FromVendor::read(&written), Ok(refused));
    }

    #[test]
    fn an_error_names_the_member_by_its_path() {
        let mut entry = serde_json::json!({ "entries": [{ "id": 5 }], "total_in_minor": 0, "total_out_minor": 0, "currency": "EUR" });
        let error = History::read(&entry).unwrap_err();
        assert_eq!(error.to_string(), "entries[0].id: expected text");
        entry["entries"] = serde_json::json!([]);
        entry["total_in_minor"] = serde_json::json!(1.5);
        assert_eq!(History::read(&entry).unwrap_err().path, "total_in_minor");
    }
}
