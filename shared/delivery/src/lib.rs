//! How the files of a floor are put together, and told by what a browser has already, so that players download less.
//!
//! The gateway delivers it and `croupier size` weighs it, by this same code.
//!
//! **Architecture invariant:** performs no I/O and knows no clock; it turns bytes that others have read into bytes
//! that others serve. It runs natively, never in a page.

mod delta;
mod pack;

use contract::manifest::{File, Fragment, Previous};

pub use delta::{Dictionary, Hash, MAGIC, MAX_BYTES};
pub use pack::{Content, compress, needed, read, write};

/// What of a release is the same in every language, the binary last: a page prepares for it meanwhile.
pub fn files(fragment: &Fragment) -> impl Iterator<Item = &File> {
    [Some(&fragment.entry), fragment.style.as_ref(), fragment.wasm.as_ref()].into_iter().flatten()
}

/// The same of an earlier release.
pub fn earlier(previous: &Previous) -> impl Iterator<Item = &File> {
    [Some(&previous.entry), previous.style.as_ref(), previous.wasm.as_ref()].into_iter().flatten()
}
