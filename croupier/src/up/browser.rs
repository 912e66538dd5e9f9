//! Opening the page in the user's browser.

use std::process::{Command, Stdio};

/// Opens the address, where there is a display. That it can't be opened is no error: the address
/// is on the screen.
pub(crate) fn open(address: &str) {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if has_display() {
        "xdg-open"
    } else {
        return;
    };
    let quiet =
        Command::new(program).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if let Ok(mut child) = quiet {
        // Some openers end at once, others live as long as the browser: nobody waits for either.
        std::thread::spawn(move || child.wait());
    }
}

fn has_display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    (set("DISPLAY") || set("WAYLAND_DISPLAY")) && !set("CI")
}
