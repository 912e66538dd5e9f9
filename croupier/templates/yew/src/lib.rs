//! {{title}}: who plays where, and a greeting.
//!
//! | module | idea |
//! |---|---|
//! | [`tables`] | what is shown of the tables; pure, natively tested |
//! | `view` | what is on the screen |
//!
//! **Architecture invariant:** it shows what the house says and asks for nothing else; it publishes nothing.
//!
//! # Hooks for tests (`data-test`)
//!
//! | hook | element |
//! |---|---|
//! | `{{name}}` | the root |
//! | `hello`, `seated` | the greeting; how many play |
//! | `refresh` | the button that asks again |
//! | `loading`, `failed`, `none` | no answer yet; none at all, what was known stays; no table is open |
//! | `tables`, `table` | the list; a table, `data-table` is its id |

pub mod tables;

mod view;

use fragment::scope;
use web_sys::HtmlElement;
use yew::{AppHandle, Renderer};

/// Shows the fragment in its element.
pub fn open(root: HtmlElement) {
    // Yew would put a hook of its own in the place of the SDK's, which says an instance's last words.
    yew::set_custom_panic_hook(std::panic::take_hook());
    scope::keep(App(Some(Renderer::<view::App>::with_root(root.into()).render())));
}

/// Dropping its handle ends nothing of a Yew app.
struct App(Option<AppHandle<view::App>>);

impl Drop for App {
    fn drop(&mut self) {
        if let Some(app) = self.0.take() {
            app.destroy();
        }
    }
}

fragment::app!(open);
