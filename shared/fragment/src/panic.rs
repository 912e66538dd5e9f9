//! A panic's last words, said to the shell before the instance aborts.

use crate::host;
use contract::plain::{concat, integer};
use std::panic::PanicHookInfo;
use std::sync::Once;

/// From now on a panic calls `host.fail("message at file:line")`.
pub(crate) fn report() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // The standard library's hook has nowhere to write to in a browser, and calling it would
        // bring eight kilobytes along. The test runner's hook is worth calling.
        #[cfg(debug_assertions)]
        let earlier = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if let Some(host) = host::object() {
                host.fail(&last_words(info));
            }
            #[cfg(debug_assertions)]
            earlier(info);
        }));
    });
}

fn last_words(info: &PanicHookInfo<'_>) -> String {
    let message = info.payload_as_str().unwrap_or("panic");
    match info.location() {
        Some(place) => concat(&[message, " at ", place.file(), ":", &integer(place.line().into())]),
        None => message.to_owned(),
    }
}
