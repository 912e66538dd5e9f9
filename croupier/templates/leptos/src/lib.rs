//! {{title}}: who plays where, and a greeting.
//!
//! | module | idea |
//! |---|---|
//! | [`tables`] | what is shown of the tables; pure, natively tested |
//! | [`view`] | what is on the screen |
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
pub mod view;

fragment::leptos_app!(view::App);
