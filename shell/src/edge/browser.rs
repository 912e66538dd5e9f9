//! Every browser call of the shell, and nothing else: the functions of `page/edge.js`, and the few
//! of the browser's own that are as short from here.
//!
//! One closure type serves listeners, timers and promises alike; a second one would bring a second
//! copy of wasm-bindgen's machinery.

use contract::plain::concat;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    /// Lets `page/swap.mjs` call `furnish(manifest)` with what a newer manifest changes.
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn furnishing(furnish: &JsValue);
    /// What the page opens with: `{manifest, path}`.
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn opening() -> JsValue;
    /// The files of a release that this page needs.
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn needed(entry: &JsValue) -> JsValue;
    /// A promise of their bytes, all or none.
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn load(needed: &JsValue, fresh: bool, ms: u32) -> JsValue;
    /// A promise of the address of a file whose SHA-384 is not what the manifest promises; of nothing if there is none.
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn wrong(files: &JsValue, needed: &JsValue) -> JsValue;
    /// Compiles and imports them: a promise of `{url, module, wasm, sheet, messages}`, or of the
    /// bytes for a frame, `{files}`.
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn assemble(files: &JsValue, entry: &JsValue) -> JsValue;
    /// The entry of the release that it falls back to; undefined if there is none.
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn previous(entry: &JsValue) -> JsValue;
    /// The page died last time while this release was running.
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn is_quarantined(entry: &JsValue) -> bool;
    /// Forgets that.
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn pardon(entry: &JsValue);
    /// Calls `see({slot: whether it is in sight})` for the slots for which that has changed.
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn sight(see: &JsValue);
    /// Says on a slot's element whose it is.
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn dress(slot: &JsValue, entry: &JsValue);
    /// An object of one member.
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn object(name: &str, value: &JsValue) -> JsValue;
    /// A request of JSON, `{method, path, body, idempotencyKey, token}`: a promise of `{status, body}`.
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn send(request: &JsValue, fragment: &str, token: &str, signal: &JsValue, ms: u32) -> JsValue;
    /// Opens the event stream, after an event unless that is 0; `hear(topic, [payload, id])` of these topics and of
    /// `reset` and `signed-out`, `hear("open")`, `hear("lost")` when the
    /// browser tries again, `hear("closed")` when it has given up.
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn stream(after: f64, topics: &JsValue, hear: &JsValue) -> Source;
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn show(slot: &JsValue, from: &str, to: &str, cause: &str, ms: f64, busy: bool);
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn card(slot: &JsValue, card: u32, balance: &JsValue, retry: &JsValue);
    /// Removes a slot's card; of a card, the balance that it tells; of null, nothing.
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn uncard(slot: &JsValue);
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn enter(page: &str, tables: u32, moved: bool);
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn push(path: &str);
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn routes(follow: &JsValue, go: &JsValue);
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn errors(blame: &JsValue);
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn online(is: bool);
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn hidden(slot: &str) -> bool;

    /// One running copy of a fragment, in the document or in a frame.
    #[derive(Clone)]
    pub(crate) type Instance;
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn instance(
        slot: &JsValue,
        code: &JsValue,
        number: u32,
        view: &str,
        path: &str,
        table: Option<&str>,
        ask: &JsValue,
    ) -> Instance;
    /// A promise; settled once `mount` has returned or thrown.
    #[wasm_bindgen(method)]
    pub(crate) fn mount(this: &Instance) -> JsValue;
    /// Asks a frame for a sign of life; while nobody sees the page, answers itself.
    #[wasm_bindgen(method)]
    pub(crate) fn ping(this: &Instance);
    #[wasm_bindgen(method, catch)]
    pub(crate) fn update(this: &Instance, view: &str, path: &str, table: Option<&str>) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(crate) fn unmount(this: &Instance) -> Result<(), JsValue>;
    /// Nothing that it says is heard any more.
    #[wasm_bindgen(method)]
    pub(crate) fn hush(this: &Instance);
    #[wasm_bindgen(method)]
    pub(crate) fn cut(this: &Instance);
    /// Why it died, in a line; `thrown` is how the page saw it.
    #[wasm_bindgen(method)]
    pub(crate) fn why(this: &Instance, thrown: &JsValue) -> String;
    /// It is known to have trapped, or to have been left by an exception.
    #[wasm_bindgen(method)]
    pub(crate) fn died(this: &Instance) -> bool;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn signal(this: &Instance) -> JsValue;

    pub(crate) type Source;
    #[wasm_bindgen(method)]
    pub(crate) fn close(this: &Source);

    #[wasm_bindgen(js_namespace = document, js_name = querySelector)]
    pub(crate) fn query(selector: &str) -> JsValue;
    #[wasm_bindgen(js_namespace = ["document", "documentElement"], js_name = setAttribute)]
    pub(crate) fn set_on_page(name: &str, value: &str);
    #[wasm_bindgen(js_name = addEventListener)]
    fn add_listener(event: &str, callback: &JsValue);
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, ms: u32) -> i32;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: i32);
    #[wasm_bindgen(js_name = queueMicrotask)]
    fn queue_microtask(callback: &JsValue);
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    #[wasm_bindgen(js_namespace = Math, js_name = random)]
    fn random() -> f64;
    /// An `Error` with a name, as programs tell causes apart.
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn error(name: &str, message: &str) -> JsValue;
    /// What was thrown, in a line: `RangeError: too much`.
    #[wasm_bindgen(js_namespace = croupier)]
    pub(crate) fn describe(thrown: &JsValue) -> String;
    #[wasm_bindgen(js_namespace = croupier, js_name = log)]
    fn log_text(level: &str, text: &str);
    /// A promise and the two functions that settle it: `{promise, resolve, reject}`.
    #[wasm_bindgen(js_namespace = Promise, js_name = withResolvers)]
    pub(crate) fn deferred() -> JsValue;
    /// A function.
    #[derive(Clone)]
    pub(crate) type Callable;
    #[wasm_bindgen(method, catch, js_name = call)]
    pub(crate) fn call(this: &Callable, on: &JsValue, value: &JsValue) -> Result<JsValue, JsValue>;
    type Text;
    #[wasm_bindgen(method)]
    fn includes(this: &Text, part: &str) -> bool;
    type Thenable;
    #[wasm_bindgen(method, js_name = then)]
    fn on_settled(this: &Thenable, resolved: &JsValue, rejected: &JsValue);
}

/// Something came to a value, or threw one.
pub(crate) type Outcome = Result<JsValue, JsValue>;

/// A JavaScript function of up to two values. Freed by the browser's garbage collector.
pub(crate) fn function(f: impl Fn(JsValue, JsValue) -> Outcome + 'static) -> JsValue {
    function_boxed(Box::new(f))
}

// One copy of the machinery, whatever is called.
#[inline(never)]
fn function_boxed(f: Box<dyn Fn(JsValue, JsValue) -> Outcome>) -> JsValue {
    Closure::wrap(f).into_js_value()
}

/// A JavaScript function that returns nothing.
pub(crate) fn callback(f: impl Fn(JsValue) + 'static) -> JsValue {
    function(move |value, _| {
        f(value);
        Ok(JsValue::UNDEFINED)
    })
}

/// Listens on the window for as long as the page lives.
pub(crate) fn listen(event: &str, handler: impl Fn() + 'static) {
    add_listener(event, &callback(move |_| handler()));
}

/// A member that should be a text; empty if it is none.
#[inline(never)]
pub(crate) fn text_of(object: &JsValue, name: &str) -> String {
    js_wire::member(object, name).as_string().unwrap_or_default()
}

/// The texts of a list; none if it is no list.
pub(crate) fn texts_of(object: &JsValue, name: &str) -> Vec<String> {
    let mut texts = Vec::new();
    each(&js_wire::member(object, name), |text| texts.push(text.as_string().unwrap_or_default()));
    texts
}

/// Calls `f` with each item of a list; with none if it is no list.
pub(crate) fn each(list: &JsValue, mut f: impl FnMut(JsValue)) {
    if let Some(list) = js_wire::list(list) {
        for index in 0..list.length() {
            f(list.at(index));
        }
    }
}

/// The value as a function, if it is one.
pub(crate) fn callable(value: &JsValue) -> Option<&Callable> {
    value.is_function().then(|| value.unchecked_ref())
}

/// Whether a text of the JavaScript side holds another.
pub(crate) fn holds(text: &JsValue, part: &str) -> bool {
    text.is_string() && text.unchecked_ref::<Text>().includes(part)
}

/// A timer that fires once, unless it is dropped before. One of 0 ms fires as soon as no JavaScript runs any
/// more, so no fragment's either, and before the browser does anything else: paint, for one.
pub(crate) struct Timer(i32);

impl Timer {
    pub(crate) fn new(ms: u32, f: impl Fn() + 'static) -> Self {
        let fire = callback(move |_| f());
        if ms > 0 {
            return Self(set_timeout(&fire, ms));
        }
        queue_microtask(&fire);
        Self(0)
    }

    /// Lets it fire, come what may.
    pub(crate) fn forget(self) {
        std::mem::forget(self);
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(self.0);
    }
}

/// Goes on once a promise is settled. Callbacks in place of `async`, whose state machines and
/// executor cost more bytes than all of what they would be used for here.
pub(crate) fn then(promise: &JsValue, next: impl FnOnce(Outcome) + 'static) {
    then_boxed(promise, Box::new(next));
}

type Next = Rc<Cell<Option<Box<dyn FnOnce(Outcome)>>>>;

#[inline(never)]
fn then_boxed(promise: &JsValue, next: Box<dyn FnOnce(Outcome)>) {
    // One of the two is called, once.
    let next: Next = Rc::new(Cell::new(Some(next)));
    let settled = |next: Next, wrap: fn(JsValue) -> Outcome| {
        callback(move |value| {
            if let Some(next) = next.take() {
                next(wrap(value));
            }
        })
    };
    let (resolved, rejected) = (settled(next.clone(), Ok), settled(next, Err));
    promise.unchecked_ref::<Thenable>().on_settled(&resolved, &rejected);
}

/// Milliseconds on a clock that never goes back.
#[allow(clippy::cast_possible_truncation)] // years fit
pub(crate) fn monotonic_ms() -> i64 {
    performance_now() as i64
}

/// 0 to 999.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 <= random < 1
pub(crate) fn jitter_permille() -> u32 {
    (random() * 1000.0) as u32
}

/// For the operator's eyes: `error`, `warn`, else information.
pub(crate) fn log(level: &str, parts: &[&str]) {
    log_text(level, &concat(parts));
}
