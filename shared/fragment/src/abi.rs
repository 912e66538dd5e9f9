//! The fragment ABI, version 1: from the shell's `mount(host)` to a Leptos view and back.

use crate::host::{self, HostObject, Props};
use crate::{lifetime, panic};
use leptos::IntoView;
use leptos::mount::mount_to;
use leptos::prelude::{Set, signal};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Mounts `app` into the host's root element. Called by the function that [`crate::app!`] exports.
///
/// The handle's `unmount()` removes the view and ends whatever is still running; `update(props)`
/// hands over changed props.
pub fn mount<V>(host: JsValue, app: impl FnOnce() -> V + 'static) -> JsValue
where
    V: IntoView + 'static,
{
    let host: HostObject = host.unchecked_into();
    panic::report();
    lifetime::end_with(&host.signal());
    let root = host.root();
    let props = Props::read(&host.props());
    let view = mount_to(root, move || {
        // Inside the root owner, so that the signal lives exactly as long as the view.
        let (props, set_props) = signal(props);
        host::adopt(host, props, set_props);
        app()
    });
    handle(Box::new(move || drop(view)))
}

fn handle(drop_view: Box<dyn FnOnce()>) -> JsValue {
    let handle = js_sys::Object::new();
    let unmount = Closure::once_into_js(move || {
        drop_view();
        lifetime::end_all();
        host::leave();
    });
    let update = Closure::<dyn Fn(JsValue)>::new(|props: JsValue| {
        if let Some(set_props) = host::set_props() {
            set_props.set(Props::read(&props));
        }
    });
    js_wire::set(&handle, "unmount", &unmount);
    js_wire::set(&handle, "update", &update.into_js_value());
    handle.into()
}
