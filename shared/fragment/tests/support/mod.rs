//! A host made of plain JavaScript, which writes down what a fragment asks of it.

#![allow(dead_code)] // each test file uses a part of it

use contract::wire::Encode;
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

/// The fake shell: its object, and what was called on it.
pub(crate) struct FakeHost {
    /// What `mount` is given.
    pub(crate) object: JsValue,
    /// `[name, arguments…]` of each call.
    calls: Array,
    handle: Option<JsValue>,
}

const MAKE: &str = "
    const controller = new AbortController();
    const handlers = new Map();
    const log = (name) => (...args) => { calls.push([name, ...args]); };
    return {
        abi: 1, name: 'wallet', instance: 'wallet-1', locale: 'en', theme: 'dark', restored: null,
        root, props: { view: 'side', path: '/', params: {} }, signal: controller.signal, controller,
        messages: {
            hello: 'Hello {name}',
            bets: { one: '{count} bet at {table}', other: '{count} bets at {table}' },
        },
        publish(topic, payload) {
            if (topic === 'session.stale') throw new Error('session.stale: not granted');
            calls.push(['publish', topic, payload]);
        },
        subscribe(topic, handler) {
            handlers.set(topic, handler);
            return () => { calls.push(['unsubscribe', topic]); handlers.delete(topic); };
        },
        deliver(topic, payload) { handlers.get(topic)?.(payload); },
        handlers,
        navigate: log('navigate'), report: log('report'), fail: log('fail'),
        request(request) { calls.push(['request', request]); return this.answer(request); },
        answer: async () => ({ status: 200, body: {} }),
    };";

/// What typing does: it bubbles.
const TYPE: &str = "field.value = text; field.dispatchEvent(new Event('input', { bubbles: true }));";

impl FakeHost {
    /// A host with a fresh root in the page.
    pub(crate) fn new() -> Self {
        let document = web_sys::window().unwrap().document().unwrap();
        let root: Element = document.create_element("div").unwrap();
        document.body().unwrap().append_child(&root).unwrap();
        let calls = Array::new();
        let object = Function::new_with_args("root, calls", MAKE).call2(&JsValue::NULL, &root, &calls).unwrap();
        Self { object, calls, handle: None }
    }

    /// Mounts a fragment.
    pub(crate) fn mount(&mut self, open: impl FnOnce(HtmlElement)) {
        self.handle = Some(fragment::mount(self.object.clone(), open));
    }

    /// Mounts a fragment that leaves something to the release after it.
    pub(crate) fn mount_leaving<T: Encode, S: Fn() -> Option<T> + 'static>(
        &mut self,
        open: impl FnOnce(HtmlElement) -> S,
    ) {
        self.handle = Some(fragment::mount_leaving(self.object.clone(), open));
    }

    /// What the handle's `snapshot` says, as JSON.
    pub(crate) fn snapshot(&self) -> String {
        js_sys::JSON::stringify(&self.call_handle("snapshot", &JsValue::UNDEFINED)).unwrap().into()
    }

    /// Takes the handle of what was mounted in another way.
    pub(crate) fn mounted(&mut self, handle: JsValue) {
        self.handle = Some(handle);
    }

    /// Calls the handle's `unmount`.
    pub(crate) fn unmount(&mut self) {
        self.call_handle("unmount", &JsValue::UNDEFINED);
    }

    /// Calls the handle's `update`.
    pub(crate) fn update(&self, props: &str) {
        self.call_handle("update", &js_sys::JSON::parse(props).unwrap());
    }

    fn call_handle(&self, name: &str, argument: &JsValue) -> JsValue {
        let handle = self.handle.as_ref().expect("mounted");
        let method: Function = Reflect::get(handle, &name.into()).unwrap().dyn_into().unwrap();
        method.call1(handle, argument).unwrap()
    }

    /// Runs JavaScript with `host` in scope.
    pub(crate) fn run(&self, script: &str) -> JsValue {
        Function::new_with_args("host", script).call1(&JsValue::NULL, &self.object).unwrap()
    }

    /// Delivers an event as the bus would.
    pub(crate) fn deliver(&self, topic: &str, payload: &str) {
        self.run(&format!("host.deliver('{topic}', {payload})"));
    }

    /// The calls of that name, as JSON of their arguments.
    pub(crate) fn calls(&self, name: &str) -> Vec<String> {
        let calls = self.calls.iter().map(|call| call.unchecked_into::<Array>());
        calls
            .filter(|call| call.get(0) == name)
            .map(|call| String::from(js_sys::JSON::stringify(&call.slice(1, call.length())).unwrap()))
            .collect()
    }

    /// The text that the fragment shows.
    pub(crate) fn shown(&self) -> String {
        self.root().inner_text()
    }

    /// The element that the fragment was given.
    pub(crate) fn root(&self) -> HtmlElement {
        Reflect::get(&self.object, &"root".into()).unwrap().unchecked_into::<Object>().unchecked_into()
    }

    /// What the fragment shows, by a selector.
    pub(crate) fn find(&self, selector: &str) -> Option<Element> {
        self.root().query_selector(selector).unwrap()
    }

    /// The same, of what has to be there.
    pub(crate) fn at(&self, selector: &str) -> HtmlElement {
        self.find(selector).unwrap_or_else(|| panic!("no {selector} in {}", self.root().inner_html())).unchecked_into()
    }

    /// Clicks on it, and lets happen what follows.
    pub(crate) async fn press(&self, selector: &str) {
        self.at(selector).click();
        settle().await;
    }

    /// Types `text` into a field in the place of what is there.
    pub(crate) async fn type_in(&self, selector: &str, text: &str) {
        let (field, text) = (self.at(selector), JsValue::from(text));
        Function::new_with_args("field, text", TYPE).call2(&JsValue::NULL, &field, &text).unwrap();
        settle().await;
    }

    /// Unmounts, so that the next test finds an empty page.
    pub(crate) fn close(mut self) {
        self.unmount();
        self.root().remove();
    }
}

/// The selector of what has a name for tests.
pub(crate) fn hook(name: &str) -> String {
    format!("[data-test='{name}']")
}

/// Lets everything that is ready run, then what that made ready.
pub(crate) async fn settle() {
    for _ in 0..4 {
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            let window = web_sys::window().unwrap();
            window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 0).unwrap();
        });
        wasm_bindgen_futures::JsFuture::from(promise).await.unwrap();
    }
}
