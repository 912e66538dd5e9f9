//! The one table of tools and their versions.

/// A tool.
#[derive(Debug)]
pub(crate) struct Tool {
    /// The package's name where it comes from.
    pub(crate) name: &'static str,
    pub(crate) version: Version,
    /// The program that is looked for; of a [`Source::NpmFile`] the file.
    pub(crate) program: &'static str,
    pub(crate) source: Source,
    /// A newer one on PATH is used as well.
    pub(crate) newer_is_fine: bool,
    /// What it is for.
    pub(crate) purpose: &'static str,
}

/// Which version.
#[derive(Debug)]
pub(crate) enum Version {
    Pinned(&'static str),
    /// The version of this package in Cargo.lock: the tool must match the library.
    Locked(&'static str),
}

/// Where it comes from.
#[derive(Debug)]
pub(crate) enum Source {
    /// `cargo install`; `locked` uses the tool's own lock file.
    Cargo { locked: bool },
    /// `npm install`, for its program.
    Npm,
    /// `npm install`, for a file of the package.
    NpmFile,
    /// `pip install` into an environment of its own, with these packages of these versions beside it. Its
    /// program is run by the `python3` that is beside it: the folder is renamed once it is whole, and the
    /// program's first line still names the old one.
    Pip { with: &'static [&'static str] },
}

/// Builds shell and fragments. 0.22 needs a newer compiler than ours.
pub(crate) const TRUNK: Tool = Tool {
    name: "trunk",
    version: Version::Pinned("0.21.14"),
    program: "trunk",
    source: Source::Cargo { locked: true },
    newer_is_fine: false,
    purpose: "builds shell and fragments",
};

/// Writes the glue. Not by its own lock file, which names a package version that is gone.
pub(crate) const WASM_BINDGEN: Tool = Tool {
    name: "wasm-bindgen-cli",
    version: Version::Locked("wasm-bindgen"),
    program: "wasm-bindgen",
    source: Source::Cargo { locked: false },
    newer_is_fine: false,
    purpose: "writes the JavaScript between Wasm and the browser",
};

/// wasm-opt.
pub(crate) const BINARYEN: Tool = Tool {
    name: "binaryen",
    version: Version::Pinned("132.0.0"),
    program: "wasm-opt",
    source: Source::Npm,
    newer_is_fine: false,
    purpose: "makes Wasm smaller",
};

/// Of two minifiers tried on the same glue it left the smaller file: 3.1 KB after brotli, the
/// other 3.6, from 5.2.
pub(crate) const TERSER: Tool = Tool {
    name: "terser",
    version: Version::Pinned("5.51.2"),
    program: "terser",
    source: Source::Npm,
    newer_is_fine: false,
    purpose: "makes JavaScript smaller",
};

/// Runs the headless tests.
pub(crate) const WASM_PACK: Tool = Tool {
    name: "wasm-pack",
    version: Version::Pinned("0.15.1"),
    program: "wasm-pack",
    source: Source::Cargo { locked: true },
    newer_is_fine: false,
    purpose: "runs tests in a headless browser",
};

/// Runs the native tests and the scenarios.
pub(crate) const NEXTEST: Tool = Tool {
    name: "cargo-nextest",
    version: Version::Pinned("0.9.143"),
    program: "cargo-nextest",
    source: Source::Cargo { locked: true },
    newer_is_fine: true,
    purpose: "runs native tests and scenarios",
};

/// Looks for faults of accessibility in the pages of the scenarios.
pub(crate) const AXE: Tool = Tool {
    name: "axe-core",
    version: Version::Pinned("4.14.1"),
    program: "axe.min.js",
    source: Source::NpmFile,
    newer_is_fine: false,
    purpose: "finds faults of accessibility",
};

/// Drives Firefox.
pub(crate) const GECKODRIVER: Tool = Tool {
    name: "geckodriver",
    version: Version::Pinned("0.37.1"),
    program: "geckodriver",
    source: Source::Cargo { locked: true },
    newer_is_fine: true,
    purpose: "drives Firefox for the tests",
};

/// Calls every endpoint with what is made from the API's description. What it makes is hypothesis's, what it
/// accepts jsonschema_rs's; cryptography signs the vendor's calls.
pub(crate) const SCHEMATHESIS: Tool = Tool {
    name: "schemathesis",
    version: Version::Pinned("4.32.5"),
    program: "schemathesis",
    source: Source::Pip { with: &["hypothesis==6.170.17", "jsonschema_rs==0.60.3", "cryptography==50.0.2"] },
    newer_is_fine: false,
    purpose: "calls every endpoint with good and bad input",
};

/// Holds the manifests of `deploy/` against Kubernetes' own schemas, which are in the package.
pub(crate) const KUBERNETES_VALIDATE: Tool = Tool {
    name: "kubernetes-validate",
    version: Version::Pinned("1.37.0"),
    program: "kubernetes-validate",
    source: Source::Pip { with: &["PyYAML==6.0.4", "jsonschema==4.26.0"] },
    newer_is_fine: false,
    purpose: "checks the manifests of a deployment",
};

/// What packing needs.
pub(crate) const FOR_PACKING: &[&Tool] = &[&TRUNK, &WASM_BINDGEN, &BINARYEN, &TERSER];
