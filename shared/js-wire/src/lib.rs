//! The contract's types read from and written into JavaScript values.
//!
//! The browser parses JSON in native code; this walks the result. Shell and SDK meet at the same
//! values, so they share this one codec.
//!
//! The few functions of the language that it needs are declared here: js-sys brings an executor and
//! exports of its own along, two kilobytes that the shell can do without.
//!
//! **Architecture invariant:** nothing but [`contract`] and wasm-bindgen; no DOM, no network, no
//! state.

use contract::wire::{self, Decode, Encode, Sink, Source, WireError};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    /// An array.
    #[wasm_bindgen(js_name = Array)]
    #[derive(Clone, Debug)]
    pub type List;
    /// An empty one.
    #[wasm_bindgen(constructor, js_class = "Array")]
    pub fn new() -> List;
    /// How many items it has; a text has as many characters.
    #[wasm_bindgen(method, getter)]
    pub fn length(this: &List) -> u32;
    /// Adds an item at the end.
    #[wasm_bindgen(method)]
    pub fn push(this: &List, item: &JsValue);
    /// The item there; undefined past the end.
    #[wasm_bindgen(method)]
    pub fn at(this: &List, index: u32) -> JsValue;
    /// Whether it holds that text.
    #[wasm_bindgen(method)]
    pub fn includes(this: &List, text: &str) -> bool;
    #[wasm_bindgen(js_namespace = Array, js_name = isArray)]
    fn is_list(value: &JsValue) -> bool;

    #[wasm_bindgen(js_name = Object)]
    type Plain;
    #[wasm_bindgen(constructor, js_class = "Object")]
    fn new() -> Plain;
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = get)]
    fn reflect_get(value: &JsValue, name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = set)]
    fn reflect_set(object: &JsValue, name: &str, value: &JsValue) -> Result<bool, JsValue>;

    // The text stays on the JavaScript side: no copy into linear memory and out again.
    #[wasm_bindgen(catch, js_namespace = JSON, js_name = parse)]
    fn json_parse(text: &JsValue) -> Result<JsValue, JsValue>;
    // No text for undefined and functions.
    #[wasm_bindgen(catch, js_namespace = JSON, js_name = stringify)]
    fn json_stringify(value: &JsValue) -> Result<JsValue, JsValue>;
}

/// A JavaScript value seen as JSON. Not `JsValue` itself, because both trait and type are foreign.
struct Json(JsValue);

impl Source for Json {
    fn member(&self, name: &str) -> Self {
        Self(member(&self.0, name))
    }
    fn is_absent(&self) -> bool {
        self.0.is_null_or_undefined()
    }
    fn text(&self) -> Option<String> {
        self.0.as_string()
    }
    fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }
    fn flag(&self) -> Option<bool> {
        self.0.as_bool()
    }
    fn items(&self) -> Option<Vec<Self>> {
        let list = list(&self.0)?;
        Some((0..list.length()).map(|index| Self(list.at(index))).collect())
    }
}

impl Sink for Json {
    fn absent() -> Self {
        Self(JsValue::NULL)
    }
    fn from_text(text: &str) -> Self {
        Self(text.into())
    }
    fn from_number(number: f64) -> Self {
        Self(number.into())
    }
    fn from_flag(flag: bool) -> Self {
        Self(flag.into())
    }
    fn from_items(items: Vec<Self>) -> Self {
        let list = List::new();
        for item in items {
            list.push(&item.0);
        }
        Self(list.into())
    }
    fn object() -> Self {
        Self(object())
    }
    fn set(&mut self, name: &str, value: Self) {
        set(&self.0, name, &value.0);
    }
}

/// Reads a value that the browser has parsed.
///
/// # Errors
/// Names the member at fault and what it should have been.
pub fn read<T: Decode>(value: &JsValue) -> Result<T, WireError> {
    wire::read(Json(value.clone()))
}

/// Writes into a fresh value.
pub fn write<T: Encode>(value: &T) -> JsValue {
    value.write::<Json>().0
}

/// Parses JSON text that stays on the JavaScript side.
///
/// # Errors
/// The value is no text, or the text no JSON.
pub fn parse(text: &JsValue) -> Result<JsValue, WireError> {
    let parsed = if text.is_string() { json_parse(text).ok() } else { None };
    parsed.ok_or(WireError::expected("JSON"))
}

/// The JSON text of a value; empty for what JSON can't express, such as a function.
#[must_use]
pub fn stringify(value: &JsValue) -> String {
    json_stringify(value).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// A copy that shares nothing with the value, and the length of its JSON text.
///
/// # Errors
/// The value is nothing that JSON can express.
pub fn copy(value: &JsValue) -> Result<(JsValue, usize), WireError> {
    let text = json_stringify(value).unwrap_or(JsValue::UNDEFINED);
    let copy = parse(&text)?;
    Ok((copy, length(&text)))
}

/// How many UTF-16 units a text has.
#[must_use]
pub fn length(text: &JsValue) -> usize {
    text.unchecked_ref::<List>().length() as usize
}

/// The value as an array, if it is one.
#[must_use]
pub fn list(value: &JsValue) -> Option<&List> {
    is_list(value).then(|| value.unchecked_ref())
}

/// A fresh plain object.
#[must_use]
pub fn object() -> JsValue {
    Plain::new().into()
}

/// The member `name`; undefined if there is none, or the value has no members at all.
#[must_use]
pub fn member(value: &JsValue, name: &str) -> JsValue {
    reflect_get(value, name).unwrap_or(JsValue::UNDEFINED)
}

/// Sets a member of a plain object.
pub fn set(object: &JsValue, name: &str, value: &JsValue) {
    // Fails on frozen objects and on values that are none; ours are fresh and plain.
    _ = reflect_set(object, name, value);
}
