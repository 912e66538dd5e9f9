//! The address bar: links, history, and which page is shown.

use super::browser::{callback, enter, function, push, query, routes};
use super::page::Shell;
use crate::core::router::{NOT_FOUND, Route};
use contract::plain::concat;
use std::rc::Rc;
use wasm_bindgen::JsValue;

impl Shell {
    /// Takes over links and history, and shows the page that the address names.
    pub(crate) fn start_navigation(self: &Rc<Self>) {
        let shell = self.clone();
        let follow = function(move |path, _| {
            let path = path.as_string().unwrap_or_default();
            let ours = is_page(&Route::of(&path).page);
            if ours {
                shell.navigate(&path);
            }
            Ok(JsValue::from_bool(ours))
        });
        let shell = self.clone();
        let go = callback(move |path| shell.enter(Route::of(&path.as_string().unwrap_or_default()), true));
        routes(&follow, &go);
        self.enter(Route::of(&self.route().path), false);
    }

    /// Moves to another page of the suite.
    pub(crate) fn navigate(&self, path: &str) {
        let mut bytes = path.bytes();
        // "//host" would leave the origin.
        if bytes.next() == Some(b'/') && bytes.next() != Some(b'/') && path != self.route().path {
            push(path);
            self.enter(Route::of(path), true);
        }
    }

    fn enter(&self, route: Route, moved: bool) {
        let page = if is_page(&route.page) { &*route.page } else { NOT_FOUND };
        enter(page, u32::from(route.table.is_some()) + u32::from(route.second.is_some()), moved);
        self.set_route(route);
        self.follow_route();
    }
}

/// The pages are those that the header leads to, or that have a place of their own. A name holds nothing that ends a selector.
fn is_page(name: &str) -> bool {
    !query(&concat(&["[data-for='", name, "']"])).is_null()
}
