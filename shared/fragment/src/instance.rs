//! All that the SDK holds for this instance of the module.
//!
//! In one place and behind one function: the check that each access to a thread-local makes, written
//! out at each of them, would be a kilobyte and a half.

use crate::{format, host, scope, spawn, state};
use std::cell::OnceCell;

/// One for each Wasm instance, which is one mounted fragment.
#[derive(Default)]
pub(crate) struct Instance {
    pub(crate) scopes: scope::Scopes,
    pub(crate) tasks: spawn::Tasks,
    pub(crate) queue: state::Queue,
    pub(crate) host: host::Adopted,
    pub(crate) formats: format::Formats,
}

thread_local! {
    static INSTANCE: OnceCell<&'static Instance> = const { OnceCell::new() };
}

#[inline(never)]
pub(crate) fn instance() -> &'static Instance {
    // Never freed: its memory goes with the instance.
    INSTANCE.with(|instance| *instance.get_or_init(|| Box::leak(Box::default())))
}
