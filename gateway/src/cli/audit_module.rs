//! `gateway audit-module`: what the registry runs to read an entry module.
//!
//! **Architecture invariant:** it knows nothing, opens nothing and writes nothing but its answer: whatever the code
//! does to its reader, it does to this process alone.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use contract::registry::MAX_FILE_BYTES;
use rustix::process::{Resource, Rlimit, setrlimit};

/// Far more than code takes that players could be given, and what an edge with all its streams has to spare.
const MAX_MEMORY_BYTES: u64 = 192 * 1024 * 1024;

/// Reads the code from standard input, and prints what an audit says of it as one JSON document.
#[must_use]
pub fn audit_module() -> ExitCode {
    bound();
    match answer() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gateway: {error}");
            ExitCode::FAILURE
        }
    }
}

/// From here on its memory, its stack included, has an end, and its own end leaves no core behind.
fn bound() {
    for (resource, most) in [(Resource::As, MAX_MEMORY_BYTES), (Resource::Core, 0)] {
        // It fails where a tighter bound holds already, and where the system has no such bound.
        let _ = setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    }
}

fn answer() -> io::Result<()> {
    let mut code = Vec::new();
    io::stdin().lock().take(MAX_FILE_BYTES).read_to_end(&mut code)?;
    // What is no text is no module either, and is told so.
    let outcome = release::audit(&String::from_utf8_lossy(&code));
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, &outcome)?;
    out.flush()
}
