//! The host: how a fragment reaches the shell.

use crate::lifetime;
use crate::request::RequestError;
use contract::event::Topic;
use contract::problem::Problem;
use contract::wire::{Decode, Encode, WireError};
use js_sys::{Function, Promise};
use leptos::prelude::{ReadSignal, Set, WriteSignal, signal};
use std::cell::RefCell;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
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
    #[wasm_bindgen(method, catch)]
    fn publish(this: &HostObject, topic: &str, payload: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn subscribe(this: &HostObject, topic: &str, handler: &JsValue) -> Result<Function, JsValue>;
    #[wasm_bindgen(method)]
    fn navigate(this: &HostObject, path: &str);
    #[wasm_bindgen(method)]
    fn request(this: &HostObject, request: &JsValue) -> Promise;
    #[wasm_bindgen(method)]
    fn report(this: &HostObject, level: &str, message: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn fail(this: &HostObject, message: &str);
}

struct Adopted {
    host: HostObject,
    props: ReadSignal<Props>,
    set_props: WriteSignal<Props>,
}

thread_local! {
    /// Set from mount to unmount. One per Wasm instance, because an instance is one fragment.
    static ADOPTED: RefCell<Option<Adopted>> = const { RefCell::new(None) };
}

pub(crate) fn adopt(host: HostObject, props: ReadSignal<Props>, set_props: WriteSignal<Props>) {
    ADOPTED.set(Some(Adopted { host, props, set_props }));
}

pub(crate) fn leave() {
    ADOPTED.set(None);
}

pub(crate) fn set_props() -> Option<WriteSignal<Props>> {
    ADOPTED.with_borrow(|adopted| adopted.as_ref().map(|adopted| adopted.set_props))
}

/// The shell's object, unless the fragment is unmounted. A clone, so that no borrow is held while
/// the shell runs: it may call back.
pub(crate) fn object() -> Option<HostObject> {
    ADOPTED.with_borrow(|adopted| adopted.as_ref().map(|adopted| adopted.host.clone()))
}

/// Where a fragment is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// In the main column, on its own route.
    Main,
    /// Beside it, in little space.
    Side,
}

/// What the shell says about the place.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// The host of this instance, from anywhere inside the component tree.
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
    ///
    /// # Panics
    /// Outside a mounted fragment.
    #[must_use]
    pub fn props(&self) -> ReadSignal<Props> {
        ADOPTED.with_borrow(|adopted| adopted.as_ref().expect("a mounted fragment").props)
    }

    /// Asks for a resource.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn get<T: Decode>(&self, path: &str) -> Result<T, RequestError> {
        read_reply(&send("GET", path, None, None).await?)
    }

    /// Sends a command. Money commands carry a `key` from [`crate::new_key`]; repeating a command
    /// under the same key has no second effect.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub async fn post<B: Encode, T: Decode>(&self, path: &str, body: &B, key: Option<&str>) -> Result<T, RequestError> {
        read_reply(&send("POST", path, Some(js_wire::write(body)), key).await?)
    }

    /// Publishes an event. A refusal (not granted, too large, too many) is reported, not returned:
    /// it is a fault of the fragment, and no player can do anything about it.
    pub fn publish<T: Topic>(&self, _topic: T, payload: &T::Payload) {
        publish(T::NAME, &js_wire::write(payload));
    }

    /// Calls `handler` for each event of a topic; for a retained topic with its last payload at
    /// once. Ends with the component. A payload that breaks the contract is reported and skipped.
    pub fn subscribe<T: Topic>(&self, _topic: T, handler: impl Fn(T::Payload) + 'static) {
        subscribe(
            T::NAME,
            Closure::new(move |payload: JsValue| match js_wire::read(&payload) {
                Ok(payload) => handler(payload),
                Err(error) => refuse(T::NAME, &error),
            }),
        );
    }

    /// The last payload of a retained topic, and every later one. Ends with the component.
    #[must_use]
    pub fn latest<T: Topic>(&self, topic: T) -> ReadSignal<Option<T::Payload>>
    where
        T::Payload: Send + Sync + 'static,
    {
        let (latest, set_latest) = signal(None);
        self.subscribe(topic, move |payload| set_latest.set(Some(payload)));
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
    report("warn", &[topic, ": ", &error.to_string()].concat());
}

fn publish(topic: &str, payload: &JsValue) {
    let Some(host) = object() else { return };
    if let Err(refused) = host.publish(topic, payload) {
        report("warn", &js_wire::member(&refused, "message").as_string().unwrap_or_default());
    }
}

/// A live subscription: ends when dropped.
struct Subscription {
    unsubscribe: Function,
    _handler: Closure<dyn Fn(JsValue)>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        // The shell's function does not throw; if it did, there is nothing left to undo.
        _ = self.unsubscribe.call0(&JsValue::UNDEFINED);
    }
}

fn subscribe(topic: &str, handler: Closure<dyn Fn(JsValue)>) {
    let Some(host) = object() else { return };
    match host.subscribe(topic, handler.as_ref()) {
        Ok(unsubscribe) => {
            lifetime::keep(Subscription { unsubscribe, _handler: handler });
        }
        Err(refused) => report("warn", &js_wire::member(&refused, "message").as_string().unwrap_or_default()),
    }
}

/// Resolves to the body of a success. Never resolves once the fragment is unmounted.
async fn send(method: &str, path: &str, body: Option<JsValue>, key: Option<&str>) -> Result<JsValue, RequestError> {
    let Some(host) = object() else { return std::future::pending().await };
    let request = js_sys::Object::new();
    js_wire::set(&request, "method", &method.into());
    js_wire::set(&request, "path", &path.into());
    if let Some(body) = body {
        js_wire::set(&request, "body", &body);
    }
    if let Some(key) = key {
        js_wire::set(&request, "idempotencyKey", &key.into());
    }
    let reply = JsFuture::from(host.request(&request)).await;
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

fn read_reply<T: Decode>(body: &JsValue) -> Result<T, RequestError> {
    js_wire::read(body).map_err(RequestError::Malformed)
}

/// For `text`: the catalogue of the page's language.
pub(crate) fn messages() -> JsValue {
    object().map_or(JsValue::UNDEFINED, |host| host.messages().unchecked_into())
}
