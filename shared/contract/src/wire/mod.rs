//! Reading and writing the contract's types without serde.
//!
//! A fragment receives values that the browser has already parsed. [`Wire`] reads them through
//! the small [`Source`] trait and writes them through [`Sink`]; the SDK implements both for
//! `JsValue`, and the feature `serde` for `serde_json::Value`, so that one test can hold the two
//! codecs against each other.

use crate::plain::{concat, integer};
use std::fmt;

/// A value did not have the shape that the contract gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireError {
    /// Where, as a path from the root: `items[3].amount_minor`. Empty for the root itself.
    pub path: String,
    /// What was expected there.
    pub expected: Expected,
}

/// What a value should have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// In words.
    Words(&'static str),
    /// One of these names.
    OneOf(&'static [&'static str]),
}

impl WireError {
    /// An error at the value being read.
    #[must_use]
    pub fn expected(expected: &'static str) -> Self {
        Self { path: String::new(), expected: Expected::Words(expected) }
    }

    /// The same error seen from the object that holds the value under `name`.
    #[must_use]
    pub fn within(mut self, name: &str) -> Self {
        let separator = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = concat(&[name, separator, &self.path]);
        self
    }
}

impl WireError {
    /// In words: `items[3].amount_minor: expected text`.
    #[must_use]
    pub fn text(&self) -> String {
        let path = if self.path.is_empty() { "value" } else { &self.path };
        let mut text = concat(&[path, ": expected "]);
        match self.expected {
            Expected::Words(words) => text.push_str(words),
            Expected::OneOf(names) => {
                text.push_str("one of");
                for name in names {
                    text.push(' ');
                    text.push_str(name);
                }
            }
        }
        text
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
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

/// A value that is being read. The first thing that is wrong is kept; reading goes on with
/// placeholders, and the whole is refused in the end.
///
/// This is not `Result` and `?` for a reason: an early return after each member costs a copy of the
/// clean-up code per member, which is most of what a fragment would then be made of.
#[derive(Debug)]
pub struct Reader<S> {
    value: S,
    error: Option<WireError>,
}

impl<S: Source> Reader<S> {
    /// Keeps the error unless there is one already. Its path is completed on the way out.
    #[inline(never)]
    pub fn fail(&mut self, expected: &'static str) {
        self.fail_with(Expected::Words(expected));
    }

    fn fail_with(&mut self, expected: Expected) {
        if self.error.is_none() {
            self.error = Some(WireError { path: String::new(), expected });
        }
    }

    /// The value at which the reader stands.
    pub fn value(&self) -> &S {
        &self.value
    }

    /// Reads a member of the object at which the reader stands.
    pub fn member<T: Decode>(&mut self, name: &'static str) -> T {
        let inner = self.value.member(name);
        let outer = self.enter(inner);
        let member = T::decode(self);
        self.leave(outer, name);
        member
    }

    /// Takes what a union's reader has to say about its tag.
    #[inline(never)]
    pub fn fail_at(&mut self, member: &'static str, names: &'static [&'static str]) {
        if self.error.is_none() {
            self.error = Some(WireError { path: member.to_owned(), expected: Expected::OneOf(names) });
        }
    }

    #[inline(never)]
    fn enter(&mut self, value: S) -> (S, bool) {
        (std::mem::replace(&mut self.value, value), self.error.is_some())
    }

    #[inline(never)]
    fn leave(&mut self, (outer, had_failed): (S, bool), name: &str) {
        self.value = outer;
        if !had_failed && let Some(error) = self.error.take() {
            self.error = Some(error.within(name));
        }
    }

    #[inline(never)]
    fn text(&mut self) -> String {
        self.value.text().unwrap_or_else(|| {
            self.fail("text");
            String::new()
        })
    }

    /// The text of an enum or of a union's tag; empty for what is no text.
    #[inline(never)]
    pub fn name(&mut self, member: Option<&'static str>) -> String {
        match member {
            Some(member) => self.value.member(member).text(),
            None => self.value.text(),
        }
        .unwrap_or_default()
    }

    /// The place of a name among those that are allowed; the first after a failure.
    #[inline(never)]
    pub fn choice(&mut self, names: &'static [&'static str]) -> usize {
        position(names, &self.name(None)).unwrap_or_else(|| {
            self.fail_with(Expected::OneOf(names));
            0
        })
    }

    #[inline(never)]
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // bounds are checked
    fn integer(&mut self, least: i64, most: i64) -> i64 {
        match self.value.number() {
            Some(n) if n.fract() == 0.0 && n >= least as f64 && n <= most as f64 => n as i64,
            Some(n) if n.fract() == 0.0 && n.abs() <= MAX_INTEGER as f64 => {
                self.fail("a smaller integer");
                0
            }
            _ => {
                self.fail("an integer of at most 53 bits");
                0
            }
        }
    }
}

/// The place of a name in a list.
#[inline(never)]
#[must_use]
pub fn position(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|known| *known == name)
}

/// Reads a value and checks it.
///
/// # Errors
/// Names the member at fault and what it should have been.
pub fn read<S: Source, T: Decode>(value: S) -> Result<T, WireError> {
    let mut reader = Reader { value, error: None };
    let read = T::decode(&mut reader);
    reader.error.map_or(Ok(read), Err)
}

/// A type that reads itself from a parsed value.
pub trait Decode: Sized {
    /// Reads what the reader stands at; after a failure what is returned means nothing.
    fn decode<S: Source>(reader: &mut Reader<S>) -> Self;
}

/// A type that writes itself into a value.
pub trait Encode {
    /// Writes.
    fn write<S: Sink>(&self) -> S;
}

/// A type of the contract: both.
pub trait Wire: Decode + Encode {}

impl<T: Decode + Encode> Wire for T {}

/// The largest integer that every JSON reader keeps exactly: 2^53 − 1.
pub const MAX_INTEGER: i64 = 9_007_199_254_740_991;

macro_rules! wire_integer {
    ($($type:ty: $least:expr, $most:expr);* $(;)?) => {$(
        impl Decode for $type {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within the bounds
            fn decode<S: Source>(reader: &mut Reader<S>) -> Self {
                reader.integer($least, $most) as Self
            }
        }
        impl Encode for $type {
            #[allow(clippy::cast_precision_loss)] // the contract's integers have at most 53 bits
            fn write<S: Sink>(&self) -> S {
                S::from_number(*self as f64)
            }
        }
    )*};
}
wire_integer! {
    u8: 0, u8::MAX as i64;
    u16: 0, u16::MAX as i64;
    u32: 0, u32::MAX as i64;
    u64: 0, MAX_INTEGER;
    i64: -MAX_INTEGER, MAX_INTEGER;
}

impl Decode for bool {
    fn decode<S: Source>(reader: &mut Reader<S>) -> Self {
        reader.value.flag().unwrap_or_else(|| {
            reader.fail("true or false");
            false
        })
    }
}

impl Encode for bool {
    fn write<S: Sink>(&self) -> S {
        S::from_flag(*self)
    }
}

impl Decode for String {
    fn decode<S: Source>(reader: &mut Reader<S>) -> Self {
        reader.text()
    }
}

impl Encode for String {
    fn write<S: Sink>(&self) -> S {
        S::from_text(self)
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode<S: Source>(reader: &mut Reader<S>) -> Self {
        if reader.value.is_absent() { None } else { Some(T::decode(reader)) }
    }
}

impl<T: Encode> Encode for Option<T> {
    fn write<S: Sink>(&self) -> S {
        self.as_ref().map_or_else(S::absent, T::write)
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode<S: Source>(reader: &mut Reader<S>) -> Self {
        let mut list = Self::new();
        reader.each_item(&mut |reader| list.push(T::decode(reader)));
        list
    }
}

impl<S: Source> Reader<S> {
    /// Calls `read` at each item of a list. One loop for the lists of all types.
    #[inline(never)]
    fn each_item(&mut self, read: &mut dyn FnMut(&mut Self)) {
        let Some(items) = self.value.items() else { return self.fail("a list") };
        for (index, item) in items.into_iter().enumerate() {
            let outer = self.enter(item);
            read(self);
            self.leave_item(outer, index);
        }
    }

    #[inline(never)]
    fn leave_item(&mut self, outer: (S, bool), index: usize) {
        if !outer.1 && self.error.is_some() {
            // `format!` would bring its machinery into every fragment.
            self.leave(outer, &concat(&["[", &integer(i64::try_from(index).unwrap_or(i64::MAX)), "]"]));
        } else {
            self.value = outer.0;
        }
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn write<S: Sink>(&self) -> S {
        S::from_items(self.iter().map(T::write).collect())
    }
}

/// The name on the wire of a field: `r#type` is `type`.
#[must_use]
pub const fn member_name(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}

/// Declares types of the contract. Three forms, each with its docs and attributes. Names on the wire are taken as
/// `tt`: as `literal` they would come in a wrapping that the derives of other crates don't look into.
///
/// Members after `native` are those that nothing in the page reads: no code of theirs is in what a player downloads.
/// Where one is not there, it is read as its type's default.
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
    } $(native {
        $($(#[$native_meta:meta])* pub $native:ident : $native_type:ty),* $(,)?
    })?) => {
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        $(#[$meta])*
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
            $($(
                $(#[$native_meta])*
                #[cfg(not(target_arch = "wasm32"))]
                #[cfg_attr(feature = "serde", serde(default))]
                pub $native: $native_type,
            )*)?
        }

        impl $crate::wire::Decode for $name {
            #[allow(unused_variables)] // an object without members
            fn decode<S: $crate::wire::Source>(reader: &mut $crate::wire::Reader<S>) -> Self {
                Self {
                    $($field: reader.member(const { $crate::wire::member_name(stringify!($field)) }),)*
                    $($(
                        #[cfg(not(target_arch = "wasm32"))]
                        $native: reader.member::<Option<$native_type>>(stringify!($native)).unwrap_or_default(),
                    )*)?
                }
            }
        }

        #[cfg(not(target_arch = "wasm32"))]
        impl $crate::schema::Describe for $name {
            fn schema() -> $crate::schema::Schema {
                $crate::schema::Schema::object([
                    $((
                        $crate::wire::member_name(stringify!($field)),
                        <$type as $crate::schema::Describe>::schema(),
                    ),)*
                    $($((
                        stringify!($native),
                        <Option<$native_type> as $crate::schema::Describe>::schema(),
                    ),)*)?
                ])
            }
        }

        impl $crate::wire::Encode for $name {
            fn write<S: $crate::wire::Sink>(&self) -> S {
                #[allow(unused_mut)] // an object without members
                let mut object = S::object();
                $(object.set(const { $crate::wire::member_name(stringify!($field)) }, $crate::wire::Encode::write(&self.$field));)*
                $($(
                    #[cfg(not(target_arch = "wasm32"))]
                    object.set(stringify!($native), $crate::wire::Encode::write(&self.$native));
                )*)?
                object
            }
        }
    };
    ($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $text:tt),* $(,)?
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

            const NAMES: &[&str] = &[$($text),*];

            /// The name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                Self::NAMES[self as usize]
            }

            /// The value of that name on the wire.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                $crate::wire::position(Self::NAMES, name).map(|index| Self::ALL[index])
            }
        }

        impl $crate::wire::Decode for $name {
            fn decode<S: $crate::wire::Source>(reader: &mut $crate::wire::Reader<S>) -> Self {
                Self::ALL[reader.choice(Self::NAMES)]
            }
        }

        impl $crate::wire::Encode for $name {
            fn write<S: $crate::wire::Sink>(&self) -> S {
                S::from_text(self.as_str())
            }
        }

        #[cfg(not(target_arch = "wasm32"))]
        impl $crate::schema::Describe for $name {
            fn schema() -> $crate::schema::Schema {
                $crate::schema::Schema::one_of(Self::NAMES)
            }
        }
    };
    ($(#[$meta:meta])* pub union $name:ident by $tag:tt {
        $(#[$first_meta:meta])* $first:ident ( $first_type:ty ) = $first_text:tt
        $(, $(#[$variant_meta:meta])* $variant:ident ( $type:ty ) = $text:tt)* $(,)?
    }) => {
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(tag = $tag))]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        $(#[$meta])*
        pub enum $name {
            $(#[$first_meta])* #[cfg_attr(feature = "serde", serde(rename = $first_text))] $first($first_type)
            $(, $(#[$variant_meta])* #[cfg_attr(feature = "serde", serde(rename = $text))] $variant($type))*
        }

        impl $crate::wire::Decode for $name {
            fn decode<S: $crate::wire::Source>(reader: &mut $crate::wire::Reader<S>) -> Self {
                let tag = reader.name(Some($tag));
                match tag.as_str() {
                    $($text => return Self::$variant($crate::wire::Decode::decode(reader)),)*
                    $first_text => {}
                    _ => reader.fail_at($tag, &[$first_text $(, $text)*]),
                }
                Self::$first($crate::wire::Decode::decode(reader))
            }
        }

        impl $crate::wire::Encode for $name {
            fn write<S: $crate::wire::Sink>(&self) -> S {
                let (mut object, tag): (S, _) = match self {
                    Self::$first(value) => ($crate::wire::Encode::write(value), $first_text),
                    $(Self::$variant(value) => ($crate::wire::Encode::write(value), $text)),*
                };
                object.set($tag, S::from_text(tag));
                object
            }
        }

        #[cfg(not(target_arch = "wasm32"))]
        impl $crate::schema::Describe for $name {
            fn schema() -> $crate::schema::Schema {
                $crate::schema::Schema::union($tag, [
                    ($first_text, <$first_type as $crate::schema::Describe>::schema())
                    $(, ($text, <$type as $crate::schema::Describe>::schema()))*
                ])
            }
        }
    };
}

#[cfg(feature = "serde")]
mod json;

#[cfg(all(test, feature = "serde"))]
mod tests;
