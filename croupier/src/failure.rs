//! What a person is told when something can't be done: what went wrong, and what to do about it.

use std::fmt;
use std::io;

/// A failure with its remedy.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    remedy: String,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Failure {}

/// The message for the terminal: the causes from the outermost in, then what to do.
pub(crate) fn explain(error: &anyhow::Error) -> String {
    let mut text = error.chain().map(ToString::to_string).collect::<Vec<_>>().join("\n  because: ");
    let remedy = error.chain().find_map(|cause| {
        if let Some(failure) = cause.downcast_ref::<Failure>() {
            return Some(failure.remedy.clone());
        }
        let io = cause.downcast_ref::<io::Error>()?;
        (io.kind() == io::ErrorKind::StorageFull).then(|| DISK_FULL.to_owned())
    });
    if let Some(remedy) = remedy.or_else(|| diagnose(&text).map(str::to_owned)) {
        text.push_str("\n\nWhat to do: ");
        text.push_str(&remedy);
    }
    text
}

const DISK_FULL: &str = "free some space (`df -h .` shows how much there is), then run the command again. \
    `cargo clean` and the folder ~/.cache/croupier can be deleted at any time; they are rebuilt.";

/// Recognises the usual causes in what a tool printed.
pub(crate) fn diagnose(output: &str) -> Option<&'static str> {
    let says = |needles: &[&str]| needles.iter().any(|needle| output.contains(needle));
    if says(&["No space left on device", "ENOSPC", "os error 28"]) {
        Some(DISK_FULL)
    } else if says(&[
        "linker `cc` not found",
        "failed to find tool \"c",
        "is `cc` not installed",
        "is `c++` not installed",
    ]) {
        Some("install a C and C++ compiler; on Debian and Ubuntu: `apt-get install build-essential`.")
    } else if says(&["--locked was passed to prevent this"]) {
        Some(
            "a Cargo.toml asks for what Cargo.lock does not have: run `cargo fetch` once in the project, and commit Cargo.lock with the change.",
        )
    } else if says(&[
        "Could not resolve host",
        "Couldn't resolve host",
        "failed to download",
        "download of config.json failed",
        "could not download file",
        "Could not connect to server",
        "ENOTFOUND",
        "EAI_AGAIN",
        "ECONNREFUSED",
        "ETIMEDOUT",
        "network failure",
        "spurious network error",
        "Temporary failure resolving",
        "unable to update registry",
        "you're using offline mode",
        "--offline was specified",
    ]) {
        Some(
            "this step needs the network: check the connection or the proxy, then run the command again. What is installed already is kept.",
        )
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn the_remedy_stands_after_the_causes() {
        let error = anyhow::Error::from(Failure::new("port 8080 is taken", "use --port")).context("starting");
        assert_eq!(explain(&error), "starting\n  because: port 8080 is taken\n\nWhat to do: use --port");
    }

    #[test]
    fn a_full_disk_is_recognised_as_an_error_and_in_a_tools_output() {
        let error = Err::<(), _>(io::Error::from(io::ErrorKind::StorageFull)).context("writing a.wasm").unwrap_err();
        assert!(explain(&error).contains("df -h"), "{}", explain(&error));
        assert!(diagnose("rustc: error: No space left on device (os error 28)").unwrap().contains("df -h"));
    }

    #[test]
    fn a_dependency_that_was_just_added_is_told_from_a_network_that_is_not_there() {
        let said = "error: cannot update the lock file /a/Cargo.lock because --locked was passed to prevent this\n\
            help: to generate the lock file without accessing the network, remove the --locked flag and use --offline \
            instead.";
        assert!(diagnose(said).unwrap().contains("run `cargo fetch` once"), "{said}");
    }

    #[test]
    fn the_network_and_the_compiler_are_told_apart() {
        assert!(diagnose("Could not resolve host: index").unwrap().contains("network"));
        assert!(diagnose("npm error code EAI_AGAIN").unwrap().contains("network"));
        assert!(diagnose("error: linker `cc` not found").unwrap().contains("compiler"));
        assert_eq!(diagnose("error[E0308]: mismatched types"), None);
    }
}
