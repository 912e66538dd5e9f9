//! The fragment in a page with a shell and a vendor of plain JavaScript.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// How long a test waits for something that has to happen.
const PATIENCE_MS: u32 = 4_000;
const STEP_MS: u32 = 10;

/// A mounted fragment with everything around it.
pub(crate) struct Page {
    shell: JsValue,
    handle: JsValue,
}

impl Page {
    /// The lobby; `before` is JavaScript that runs before the fragment is mounted.
    pub(crate) fn lobby(before: &str) -> Self {
        let shell = Function::new_no_args(include_str!("shell.js")).call0(&JsValue::NULL).unwrap();
        run(&shell, before);
        let host = Reflect::get(&shell, &"host".into()).unwrap();
        Self { handle: live_stream::mount(host), shell }
    }

    /// The roulette table, its first snapshot shown and the player at the table.
    pub(crate) async fn table() -> Self {
        let page = Self::at_table("").await;
        page.until("shell.sent('launch').length === 1").await;
        page.run("shell.launched()");
        page
    }

    /// The roulette table, its first snapshot shown.
    pub(crate) async fn at_table(before: &str) -> Self {
        let route = "shell.host.props = { view: 'main', path: '/live/roulette-1', params: { table: 'roulette-1' } };";
        let page = Self::lobby(&[route, before].concat());
        page.until("shell.sent('subscribe').length === 1").await;
        page.run("shell.snapshot()");
        page.until("shell.one('table')?.dataset.phase === 'open'").await;
        page
    }

    /// Runs JavaScript with `shell` in scope.
    pub(crate) fn run(&self, script: &str) -> JsValue {
        run(&self.shell, script)
    }

    /// The value of a JavaScript expression, as text.
    pub(crate) fn text(&self, expression: &str) -> String {
        let value = self.run(&["return String(", expression, ")"].concat());
        value.as_string().unwrap_or_default()
    }

    /// Waits until a JavaScript expression is true.
    pub(crate) async fn until(&self, expression: &str) {
        for _ in 0..PATIENCE_MS / STEP_MS {
            if self.run(&["return !!(", expression, ")"].concat()).is_truthy() {
                return;
            }
            sleep(STEP_MS).await;
        }
        panic!("never became true: {expression}\n{}", self.text("shell.root.innerHTML.slice(0, 3000)"));
    }

    /// Calls the handle's `update`.
    pub(crate) fn update(&self, props: &str) {
        let props = self.run(&["return ", props].concat());
        self.call("update", &props);
    }

    fn call(&self, method: &str, argument: &JsValue) {
        let method: Function = Reflect::get(&self.handle, &method.into()).unwrap().dyn_into().unwrap();
        method.call1(&self.handle, argument).unwrap();
    }

    /// Unmounts the fragment and removes its root.
    pub(crate) fn close(self) {
        self.call("unmount", &Object::new());
        self.run("shell.root.remove()");
    }
}

fn run(shell: &JsValue, script: &str) -> JsValue {
    Function::new_with_args("shell", script).call1(&JsValue::NULL, shell).unwrap()
}

async fn sleep(ms: u32) {
    let wait = Function::new_with_args("ms", "return new Promise((done) => setTimeout(done, ms))");
    let wait: Promise = wait.call1(&JsValue::NULL, &ms.into()).unwrap().unchecked_into();
    JsFuture::from(wait).await.unwrap();
}
