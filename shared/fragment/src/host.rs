//! The host: how a fragment reaches the shell.

use crate::call::{Callback, callback};
use crate::instance::instance;
use crate::request::{Reply, Request, RequestError};
use crate::scope::keep;
use crate::spawn::{Promise, settled};
use crate::state::State;
use contract::event::Topic;
use contract::plain::concat;
use contract::problem::Problem;
use contract::wire::{Decode, Encode, WireError};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{AbortSignal, HtmlElement};

#[wasm_bindgen]
extern "C" {
    /// The object that the shell hands to `mount`.
    #[derive(Clone)]
    pub(crate) type HostObject;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn name(this: &HostObject) -> String;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn instance(this: &HostObject) -> String;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn locale(this: &HostObject) -> String;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn root(this: &HostObject) -> HtmlElement;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn signal(this: &HostObject) -> AbortSignal;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn props(this: &HostObject) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn messages(this: &HostObject) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn restored(this: &HostObject) -> JsValue;
    #[wasm_bindgen(method, catch)]
    fn publish(this: &HostObject, topic: &str, payload: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn subscribe(this: &HostObject, topic: &str, handler: &JsValue) -> Result<Unsubscribe, JsValue>;
    #[wasm_bindgen(method)]
    fn navigate(this: &HostObject, path: &str);
    #[wasm_bindgen(method)]
    fn request(this: &HostObject, request: &JsValue) -> Promise;
    #[wasm_bindgen(method)]
    fn report(this: &HostObject, level: &str, message: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn fail(this: &HostObject, message: &str);

    /// What `subscribe` returns.
    type Unsubscribe;
    #[wasm_bindgen(method, catch)]
    fn call(this: &Unsubscribe) -> Result<(), JsValue>;
}

/// What the fragment was mounted with.
#[derive(Default)]
pub(crate) struct Adopted {
    /// Set from mount to unmount.
    host: RefCell<Option<HostObject>>,
    props: State<Props>,
}

pub(crate) fn adopt(host: HostObject) {
    let adopted = &instance().host;
    adopted.props.set(Props::read(&host.props()));
    adopted.host.replace(Some(host));
}

pub(crate) fn leave() {
    instance().host.host.take();
}

/// Takes over changed props.
pub(crate) fn update(props: &JsValue) {
    instance().host.props.set(Props::read(props));
}

/// The shell's object, unless the fragment is unmounted. A clone, so that no borrow is held while
/// the shell runs: it may call back.
pub(crate) fn object() -> Option<HostObject> {
    instance().host.host.borrow().clone()
}

/// Where a fragment is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// In the main column, on its own route.
    #[default]
    Main,
    /// Beside it, in little space.
    Side,
}

/// What the shell says about the place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Props {
    /// Where the fragment is shown.
    pub view: View,
    /// The route: `/live/roulette-1`.
    pub path: String,
    /// The table that the route names for this slot.
    pub table: Option<String>,
}

impl Props {
    pub(crate) fn read(props: &JsValue) -> Self {
        let side = js_wire::member(props, "view").as_string().as_deref() == Some("side");
        Self {
            view: if side { View::Side } else { View::Main },
            path: js_wire::member(props, "path").as_string().unwrap_or_default(),
            table: js_wire::member(&js_wire::member(props, "params"), "table").as_string(),
        }
    }
}

/// The fragment's way to the shell; see [`host`]. After unmount its methods do nothing.
#[derive(Clone, Copy, Debug)]
pub struct Host(());

/// The host of this instance, from anywhere inside the fragment.
#[must_use]
pub fn host() -> Host {
    Host(())
}

impl Host {
    /// The fragment's name in the manifest.
    #[must_use]
    pub fn name(&self) -> String {
        object().map(|host| host.name()).unwrap_or_default()
    }

    /// This instance's id.
    #[must_use]
    pub fn instance(&self) -> String {
        object().map(|host| host.instance()).unwrap_or_default()
    }

    /// The page's language: `en`, `de`, `es`, `ja`, `ar`.
    #[must_use]
    pub fn locale(&self) -> String {
        object().map(|host| host.locale()).unwrap_or_default()
    }

    /// View and route; changes as the player moves through the page.
    #[must_use]
    pub fn props(&self) -> &'static State<Props> {
        &instance().host.props
    }

    /// What the release before this one has left when it made room on an open page; nothing at a first start, and
    /// nothing after a crash. A release may leave what a later one does not understand: that is reported and dropped.
    #[must_use]
    pub fn restored<T: Decode>(&self) -> Option<T> {
        let left = object()?.restored();
        if left.is_null_or_undefined() {
            return None;
        }
        js_wire::read(&left).map_err(|error| refuse("restored", &error)).ok()
    }

    /// Asks for a resource.
    pub fn get<T: Decode>(&self, path: &str) -> Request<T> {
        Request::new(send("GET", path, None, None))
    }

    /// Sends a command. Money commands carry a `key` from [`crate::new_key`]; repeating a command
    /// under the same key has no second effect.
    pub fn post<B: Encode, T: Decode>(&self, path: &str, body: &B, key: Option<&str>) -> Request<T> {
        Request::new(send("POST", path, Some(js_wire::write(body)), key))
    }

    /// Sends a command of a session that is not the player's, with the `token` that was given for that session.
    pub fn post_with<B: Encode, T: Decode>(&self, token: &str, path: &str, body: &B) -> Request<T> {
        Request::new(send_with(token, path, &js_wire::write(body)))
    }

    /// Sets what a path stands for; with a `key` as [`post`](Self::post).
    pub fn put<B: Encode, T: Decode>(&self, path: &str, body: &B, key: Option<&str>) -> Request<T> {
        Request::new(send("PUT", path, Some(js_wire::write(body)), key))
    }

    /// Publishes an event. A refusal (not granted, too large, too many) is reported, not returned:
    /// it is a fault of the fragment, and no player can do anything about it.
    pub fn publish<T: Topic>(&self, _topic: T, payload: &T::Payload) {
        publish(T::NAME, &js_wire::write(payload));
    }

    /// Calls `handler` for each event of a topic; for a retained topic with its last payload at
    /// once. Ends with the current scope. A payload that breaks the contract is reported and skipped.
    pub fn subscribe<T: Topic>(&self, _topic: T, handler: impl Fn(T::Payload) + 'static) {
        let heard = move |payload| match js_wire::read(&payload) {
            Ok(payload) => handler(payload),
            Err(error) => refuse(T::NAME, &error),
        };
        subscribe(T::NAME, callback(heard));
    }

    /// The last payload of a retained topic, and every later one. Ends with the current scope.
    #[must_use]
    pub fn latest<T: Topic>(&self, topic: T) -> Rc<State<Option<T::Payload>>>
    where
        T::Payload: 'static,
    {
        let latest = Rc::new(State::new(None));
        let heard = latest.clone();
        self.subscribe(topic, move |payload| heard.update(|latest| *latest = Some(payload)));
        latest
    }

    /// Moves the page to another of its routes.
    pub fn navigate(&self, path: &str) {
        if let Some(host) = object() {
            host.navigate(path);
        }
    }

    /// What the fragment depends on is down, and it goes on without: the slot shows it.
    pub fn degraded(&self, message: &str) {
        report("degraded", message);
    }

    /// It is back.
    pub fn healthy(&self) {
        report("healthy", "");
    }

    /// Keeps in `down` whether what the fragment depends on is down, and says so when that changes: with `message`
    /// that it is, or that it is back.
    pub fn set_down(&self, down: &State<bool>, is_down: bool, message: &str) {
        if down.get() == is_down {
            return;
        }
        down.set(is_down);
        if is_down {
            self.degraded(message);
        } else {
            self.healthy();
        }
    }

    /// Something for the operator's eyes.
    pub fn warn(&self, message: &str) {
        report("warn", message);
    }
}

fn report(level: &str, message: &str) {
    if let Some(host) = object() {
        host.report(level, message);
    }
}

fn refuse(topic: &str, error: &WireError) {
    report("warn", &concat(&[topic, ": ", &error.text()]));
}

fn publish(topic: &str, payload: &JsValue) {
    let Some(host) = object() else { return };
    if let Err(refused) = host.publish(topic, payload) {
        report("warn", &js_wire::member(&refused, "message").as_string().unwrap_or_default());
    }
}

/// A live subscription: ends when dropped.
struct Subscription {
    unsubscribe: Unsubscribe,
    _handler: Callback,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        // The shell's function does not throw; if it did, there is nothing left to undo.
        _ = self.unsubscribe.call();
    }
}

fn subscribe(topic: &str, handler: Callback) {
    let Some(host) = object() else { return };
    match host.subscribe(topic, handler.as_ref()) {
        Ok(unsubscribe) => keep(Subscription { unsubscribe, _handler: handler }),
        Err(refused) => report("warn", &js_wire::member(&refused, "message").as_string().unwrap_or_default()),
    }
}

/// Resolves to the body of a success. Never resolves once the fragment is unmounted.
fn send(method: &str, path: &str, body: Option<JsValue>, key: Option<&str>) -> Reply {
    let Some(host) = object() else { return Box::pin(std::future::pending()) };
    let request = js_wire::object();
    js_wire::set(&request, "method", &method.into());
    js_wire::set(&request, "path", &path.into());
    if let Some(body) = body {
        js_wire::set(&request, "body", &body);
    }
    if let Some(key) = key {
        js_wire::set(&request, "idempotencyKey", &key.into());
    }
    Box::pin(answer(host.request(&request)))
}

/// As [`send`], but for the token. On its own: what no view of a fragment asks for is not in its bytes.
fn send_with(token: &str, path: &str, body: &JsValue) -> Reply {
    let Some(host) = object() else { return Box::pin(std::future::pending()) };
    let request = js_wire::object();
    js_wire::set(&request, "method", &"POST".into());
    js_wire::set(&request, "path", &path.into());
    js_wire::set(&request, "body", body);
    js_wire::set(&request, "token", &token.into());
    Box::pin(answer(host.request(&request)))
}

async fn answer(promise: Promise) -> Result<JsValue, RequestError> {
    let reply = settled(&promise).await;
    let reply = reply.map_err(|rejection| RequestError::from_rejection(&rejection))?;
    let body = js_wire::member(&reply, "body");
    match js_wire::member(&reply, "status").as_f64() {
        Some(status) if (200.0..300.0).contains(&status) => Ok(body),
        _ => Err(match js_wire::read::<Problem>(&body) {
            Ok(problem) => RequestError::Problem(problem),
            Err(error) => RequestError::Malformed(error),
        }),
    }
}

/// For `text`: the catalogue of the page's language.
pub(crate) fn messages() -> JsValue {
    object().map_or(JsValue::UNDEFINED, |host| host.messages())
}
