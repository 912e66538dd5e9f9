//! The fragment ABI, version 1: from the shell's `mount(host)` to a view and back.

use crate::call::callback;
use crate::host::{self, HostObject};
use crate::{panic, scope};
use contract::wire::Encode;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

/// Mounts a fragment into the host's root element. Called by the function that [`crate::app!`]
/// exports.
///
/// The handle's `unmount()` ends whatever is still running and empties the root; `update(props)`
/// hands over changed props.
pub fn mount(host: JsValue, app: impl FnOnce(HtmlElement)) -> JsValue {
    let root = enter(host);
    scope::keep(Shown(root.clone()));
    app(root);
    handle()
}

/// Mounts a fragment that leaves something to the release after it; called by what [`crate::app_with_snapshot!`]
/// exports. The handle's `snapshot()` is that, or null while the fragment may not go.
pub fn mount_leaving<T: Encode, S: Fn() -> Option<T> + 'static>(
    host: JsValue,
    app: impl FnOnce(HtmlElement) -> S,
) -> JsValue {
    let mut snapshot = None;
    let handle = mount(host, |root| snapshot = Some(app(root)));
    if let Some(snapshot) = snapshot {
        set_snapshot(&handle, snapshot);
    }
    handle
}

pub(crate) fn set_snapshot<T: Encode>(handle: &JsValue, snapshot: impl Fn() -> Option<T> + 'static) {
    let snapshot: Closure<dyn Fn() -> JsValue> =
        Closure::new(move || snapshot().map_or(JsValue::NULL, |left| js_wire::write(&left)));
    js_wire::set(handle, "snapshot", &snapshot.into_js_value());
}

/// The view in the root; goes last.
struct Shown(HtmlElement);

impl Drop for Shown {
    fn drop(&mut self) {
        self.0.set_text_content(None);
    }
}

/// All but the view.
pub(crate) fn enter(host: JsValue) -> HtmlElement {
    let host: HostObject = host.unchecked_into();
    panic::report();
    scope::end_with(&host.signal());
    let root = host.root();
    host::adopt(host);
    root
}

pub(crate) fn handle() -> JsValue {
    let handle = js_wire::object();
    let unmount = callback(|_| {
        scope::end_all();
        host::leave();
    });
    let update = callback(|props| host::update(&props));
    js_wire::set(&handle, "unmount", &unmount.into_js_value());
    js_wire::set(&handle, "update", &update.into_js_value());
    handle
}
