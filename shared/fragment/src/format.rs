//! Numbers, money and dates in the page's language, through the browser's `Intl`.
//!
//! Building a formatter costs a hundred times what using it does, so each kind is built once.
//! Money goes in as decimal text: a float would lose cents above 2^46.

use crate::clock;
use crate::host::host;
use crate::instance::instance;
use contract::money::Currency;
use contract::plain::{concat, decimal};
use std::cell::{OnceCell, RefCell};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type NumberFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(locale: &str, options: &JsValue) -> NumberFormat;
    #[wasm_bindgen(method, js_name = format)]
    fn format_decimal(this: &NumberFormat, decimal: &str) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(locale: &str, options: &JsValue) -> DateTimeFormat;
    #[wasm_bindgen(method, js_name = format)]
    fn format_ms(this: &DateTimeFormat, ms: f64) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type RelativeTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(locale: &str, options: &JsValue) -> RelativeTimeFormat;
    #[wasm_bindgen(method, js_name = format)]
    fn format_unit(this: &RelativeTimeFormat, amount: f64, unit: &str) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type PluralRules;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(locale: &str) -> PluralRules;
    #[wasm_bindgen(method)]
    fn select(this: &PluralRules, n: f64) -> String;
}

/// How a number is written, in the words of `Intl.NumberFormat`. A struct and not an enum: what no view of
/// a fragment asks for is not in its bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Style {
    style: &'static str,
    /// Which currency or unit: the option that is called as the style is. Empty where there is none.
    of: &'static str,
    /// With a plus or a minus.
    signed: bool,
}

/// The formatters that were needed so far.
#[derive(Default)]
pub(crate) struct Formats {
    numbers: RefCell<Vec<(Style, NumberFormat)>>,
    date_time: OnceCell<DateTimeFormat>,
    time: OnceCell<DateTimeFormat>,
    relative: OnceCell<RelativeTimeFormat>,
    plural: OnceCell<PluralRules>,
}

/// An amount with its currency: `€12.50`, `¥500`, `KWD 1.234`.
#[must_use]
pub fn money(minor: i64, currency: Currency) -> String {
    format_number("currency", currency.as_str(), false, (minor, currency.exponent()))
}

/// A change of an amount: with a plus or a minus, unless it is zero.
#[must_use]
pub fn money_signed(minor: i64, currency: Currency) -> String {
    format_number("currency", currency.as_str(), true, (minor, currency.exponent()))
}

/// An integer with the language's grouping.
#[must_use]
pub fn number(n: i64) -> String {
    format_number("decimal", "", false, (n, 0))
}

/// `35` as `35%`.
#[must_use]
pub fn percent(n: i64) -> String {
    format_number("percent", "", false, (n, 2))
}

/// Thousandths of a per cent: `1_250` as `1.25%`. The unit, since the style rounds to whole ones.
#[must_use]
pub fn fine_percent(n: i64) -> String {
    format_number("unit", "percent", false, (n, 3))
}

/// `24` as `24 ms`.
#[must_use]
pub fn milliseconds(n: i64) -> String {
    format_number("unit", "millisecond", false, (n, 0))
}

/// How long: `5 min`, `1 hr 20 min`. Whole minutes, from 0.
#[must_use]
pub fn minutes(n: i64) -> String {
    let unit = |unit, n| format_number("unit", unit, false, (n, 0));
    match (n / 60, n % 60) {
        (0, minutes) => unit("minute", minutes),
        (hours, 0) => unit("hour", hours),
        (hours, minutes) => concat(&[&unit("hour", hours), " ", &unit("minute", minutes)]),
    }
}

/// Date and time of Unix milliseconds, in the player's time zone.
#[must_use]
pub fn date_time(ms: i64) -> String {
    let build = || date_format(&[("dateStyle", "medium"), ("timeStyle", "short")]);
    instance().formats.date_time.get_or_init(build).format_ms(as_number(ms))
}

/// The time of day of Unix milliseconds, in the player's time zone.
#[must_use]
pub fn time(ms: i64) -> String {
    instance().formats.time.get_or_init(|| date_format(&[("timeStyle", "short")])).format_ms(as_number(ms))
}

/// How long ago, or how long until: `5 minutes ago`, `in 2 days`.
#[must_use]
pub fn ago(ms: i64) -> String {
    let seconds = (ms - clock::now_ms()) / 1000;
    let (amount, unit) = match seconds.abs() {
        0..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let format = || RelativeTimeFormat::new(&host().locale(), &options(&[("numeric", "auto")]));
    instance().formats.relative.get_or_init(format).format_unit(as_number(amount), unit)
}

/// The plural form that the language uses for `n`.
pub(crate) fn plural_category(n: i64) -> String {
    instance().formats.plural.get_or_init(|| PluralRules::new(&host().locale())).select(as_number(n))
}

fn format_number(style: &'static str, of: &'static str, signed: bool, (minor, decimals): (i64, u32)) -> String {
    let style = Style { style, of, signed };
    let decimal = decimal(minor, decimals as usize);
    let mut formats = instance().formats.numbers.borrow_mut();
    if let Some((_, format)) = formats.iter().find(|(of, _)| *of == style) {
        return format.format_decimal(&decimal);
    }
    let format = NumberFormat::new(&host().locale(), &style.options());
    let text = format.format_decimal(&decimal);
    formats.push((style, format));
    text
}

impl Style {
    fn options(self) -> JsValue {
        let options = options(&[("style", self.style)]);
        if !self.of.is_empty() {
            js_wire::set(&options, self.style, &self.of.into());
        }
        if self.signed {
            js_wire::set(&options, "signDisplay", &"exceptZero".into());
        }
        options
    }
}

fn date_format(pairs: &[(&str, &str)]) -> DateTimeFormat {
    DateTimeFormat::new(&host().locale(), &options(pairs))
}

fn options(pairs: &[(&str, &str)]) -> JsValue {
    let options = js_wire::object();
    for (name, value) in pairs {
        js_wire::set(&options, name, &(*value).into());
    }
    options
}

#[allow(clippy::cast_precision_loss)] // instants and counts, far below 2^53; never money
fn as_number(n: i64) -> f64 {
    n as f64
}
