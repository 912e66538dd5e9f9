//! The second codec over `serde_json::Value`, so that a test can hold the two against each other.

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
