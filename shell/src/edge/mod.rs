//! The browser edge: carries out what [`crate::core`] decides.
//!
//! It has two halves. `page/edge.js`, which stands in the page itself, does what takes a line there
//! and a kilobyte in Wasm: building elements, chaining promises, `import()`. [`browser`] declares
//! it; everything else here is what connects it to the core.
//!
//! | module | owns |
//! |---|---|
//! | [`page`] | the start, and what all parts share |
//! | [`release`] | a fragment's files: fetch, digests, compiled code |
//! | [`slot`] | a place on the page: supervisor, instance, card |
//! | `host`, `requests` | what a fragment says and asks |
//! | `events` | delivery on the bus |
//! | `session`, `stream` | the server |
//! | `navigation`, `blame` | the address bar, uncaught errors |

mod blame;
pub mod browser;
mod events;
mod host;
mod navigation;
pub mod page;
pub mod release;
mod requests;
mod session;
pub mod slot;
mod stream;
