//! The manifest: what the shell may load, with digests. `GET /manifest.json`, and inlined into
//! index.html.

use crate::wire::{WireError, read};

/// The schema that this version reads. Another one is refused.
pub const SCHEMA: u32 = 1;
/// The header of `GET /manifest.json` with the id of a key, a space, and the base64 of its Ed25519 signature over
/// the exact bytes of the body.
pub const SEAL: &str = "x-croupier-seal";

wire! {
    /// Everything the shell may load.
    pub struct Manifest {
        /// See [`SCHEMA`].
        pub schema: u32,
        /// Rises with every change; an older one is refused.
        pub serial: u64,
        /// Names what the fragments are: edges that number by themselves may give the same another serial.
        pub content: String,
        /// Unix milliseconds.
        pub issued_at_ms: i64,
        /// Unix milliseconds; not used after it.
        pub expires_at_ms: i64,
        /// One entry per fragment; names are unique.
        pub fragments: Vec<Fragment>,
    }
}

wire! {
    /// One release of one fragment: how it is loaded, where it goes, what it may do.
    pub struct Fragment {
        /// `wallet`: lower-case letters, digits and dashes.
        pub name: String,
        /// The release: version and content hash, `0.1.0-3f9c1a2b`.
        pub version: String,
        /// `stable` or `canary`.
        pub channel: Channel,
        /// Where it is mounted.
        pub slots: Vec<Slot>,
        /// Where its instances run.
        pub placement: Placement,
        /// The origin of its own for the placement `frame`: `https://wallet.frames.example.com`.
        /// The gateway fills it in.
        pub site: Option<String>,
        /// The ES module.
        pub entry: File,
        /// The Wasm binary; a fragment in plain JavaScript has none.
        pub wasm: Option<File>,
        /// The style sheet that is adopted by its shadow root.
        pub style: Option<File>,
        /// The message catalogues, one per language, English first.
        pub messages: Vec<Catalogue>,
        /// The topics that it may publish.
        pub publishes: Vec<String>,
        /// The topics that it may subscribe to.
        pub subscribes: Vec<String>,
        /// Its bounds.
        pub limits: Limits,
        /// What it may reach.
        pub capabilities: Capabilities,
        /// The page is not useful without it.
        pub critical: bool,
        /// The operator has switched it off: it is not loaded.
        pub killed: bool,
        /// What takes over when this release keeps failing.
        pub previous: Option<Previous>,
    } native {
        /// Of each topic that it publishes or subscribes to, by which schema it was built.
        pub contracts: Vec<TopicSchema>,
    }
}

wire! {
    /// A topic, and what a fragment takes its payload to be.
    pub struct TopicSchema {
        /// Its name.
        pub topic: String,
        /// The hash of the schema: 16 hexadecimal digits.
        pub schema: String,
    }
}

wire! {
    /// An earlier release of the same fragment that ran well: what it is made of and what it may do. It
    /// goes where the present one goes, and had the same placement.
    pub struct Previous {
        /// As [`Fragment::version`]; another one than the present release's.
        pub version: String,
        /// As [`Fragment::entry`].
        pub entry: File,
        /// As [`Fragment::wasm`].
        pub wasm: Option<File>,
        /// As [`Fragment::style`].
        pub style: Option<File>,
        /// As [`Fragment::messages`].
        pub messages: Vec<Catalogue>,
        /// As [`Fragment::publishes`].
        pub publishes: Vec<String>,
        /// As [`Fragment::subscribes`].
        pub subscribes: Vec<String>,
        /// As [`Fragment::limits`]; how long its steps may take, the present release says.
        pub limits: Limits,
        /// As [`Fragment::capabilities`].
        pub capabilities: Capabilities,
    }
}

wire! {
    /// A place on the page. A slot shows its fragment on every route unless `routes` is given.
    pub struct Slot {
        /// The name of the slot in the page's layout.
        pub name: String,
        /// Only mounted on these routes: `/live/:table/:second`. Empty for all.
        pub routes: Vec<String>,
    }
}

wire! {
    /// A file of a release.
    pub struct File {
        /// A path on the page's own origin; its content never changes.
        pub url: String,
        /// The base64 of its SHA-384.
        pub sha384: String,
        /// Bytes before compression.
        pub size: u64,
    }
}

wire! {
    /// The texts of one language.
    pub struct Catalogue {
        /// `en`, `de`, `es`, `ja`, `ar`.
        pub locale: String,
        /// A JSON object of message id to pattern.
        pub file: File,
    }
}

wire! {
    /// What an instance may use.
    pub struct Limits {
        /// Linear memory, MiB. Written into the binary when it is packed.
        pub memory_mib: u32,
        /// Loop iterations between two refills by the shell, in millions; 0 if they are not counted.
        pub fuel_millions: u32,
        /// From the call of `mount` to its return, milliseconds.
        pub mount_ms: u32,
        /// From the request of its files to the last byte, milliseconds.
        pub load_ms: u32,
        /// The largest payload on the bus, KiB.
        pub payload_kib: u32,
        /// The most events it may publish in a second.
        pub events_per_second: u32,
        /// A framed instance that has not answered the shell for this long has hung, milliseconds.
        pub heartbeat_ms: u32,
    }
}

wire! {
    /// What a fragment may reach through the shell, and outside of it.
    pub struct Capabilities {
        /// Requests: method, space, path; a trailing `*` stands for the rest.
        /// `GET /api/wallet/*`
        pub requests: Vec<String>,
        /// Outside origins, for a vendor's feed and video. They become part of the content security
        /// policy of its frame, or of the page for a fragment in the document.
        pub origins: Vec<String>,
    }
}

wire! {
    /// Which audience a release is for.
    pub enum Channel {
        /// Everybody.
        Stable = "stable",
        /// A share of the players.
        Canary = "canary",
    }
}

wire! {
    /// Where an instance runs.
    pub enum Placement {
        /// A shadow root in the page, linear memory of its own. Not a sandbox.
        Document = "document",
        /// A sandboxed frame on a host name of its own.
        Frame = "frame",
    }
}

impl Manifest {
    /// Reads a manifest and checks everything that can be checked without the network.
    ///
    /// # Errors
    /// The member at fault and what it should have been.
    pub fn read_checked<S: crate::wire::Source>(source: S) -> Result<Self, WireError> {
        // The schema first: the rest of another schema means nothing to us.
        let schema: u32 = read(source.member("schema")).map_err(|error| error.within("schema"))?;
        if schema != SCHEMA {
            return Err(WireError::expected("schema 1").within("schema"));
        }
        let manifest: Self = read(source)?;
        for (index, fragment) in manifest.fragments.iter().enumerate() {
            let here = |error: WireError| error.within(&format!("[{index}]")).within("fragments");
            fragment.check().map_err(here)?;
            if manifest.fragments[..index].iter().any(|other| other.name == fragment.name) {
                return Err(here(WireError::expected("a name that is not taken").within("name")));
            }
        }
        Ok(manifest)
    }
}

impl Fragment {
    fn check(&self) -> Result<(), WireError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if self.name.is_empty() || self.name.len() > 40 || !self.name.bytes().all(plain) {
            return Err(WireError::expected("1 to 40 lower-case letters, digits and dashes").within("name"));
        }
        if self.slots.is_empty() {
            return Err(WireError::expected("at least one slot").within("slots"));
        }
        if let Some(previous) = &self.previous
            && previous.version == self.version
        {
            return Err(WireError::expected("another version").within("version").within("previous"));
        }
        let earlier = self.previous.as_ref().into_iter().flat_map(Previous::files);
        for file in self.files().chain(earlier) {
            // A path on our own origin: an absolute URL or "//host" could load from elsewhere.
            let escapes = file.url.as_bytes().windows(2).any(|pair| pair == b".." || pair == b"//");
            if !file.url.starts_with('/') || escapes {
                return Err(WireError::expected("a path on this origin").within("url"));
            }
            if file.sha384.len() != 64 {
                return Err(WireError::expected("64 characters of base64").within("sha384"));
            }
        }
        Ok(())
    }

    /// Every file of the release, catalogues included; not those of the previous one.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        files(&self.entry, [&self.wasm, &self.style], &self.messages)
    }

    /// Every outside origin that it may reach, the previous release's included.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        let earlier = self.previous.iter().flat_map(|previous| &previous.capabilities.origins);
        self.capabilities.origins.iter().chain(earlier).map(String::as_str)
    }

    /// The catalogue for a locale: exact, else its language, else the first.
    #[must_use]
    pub fn catalogue(&self, locale: &str) -> Option<&Catalogue> {
        let language = locale.split('-').next().unwrap_or_default();
        let named = |name: &str| self.messages.iter().find(|catalogue| catalogue.locale == name);
        named(locale).or_else(|| named(language)).or_else(|| self.messages.first())
    }
}

impl Previous {
    /// Every file of it, catalogues included.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        files(&self.entry, [&self.wasm, &self.style], &self.messages)
    }
}

impl From<Fragment> for Previous {
    fn from(release: Fragment) -> Self {
        let Fragment { version, entry, wasm, style, messages, publishes, subscribes, limits, capabilities, .. } =
            release;
        Self { version, entry, wasm, style, messages, publishes, subscribes, limits, capabilities }
    }
}

fn files<'a>(
    entry: &'a File,
    optional: [&'a Option<File>; 2],
    messages: &'a [Catalogue],
) -> impl Iterator<Item = &'a File> {
    let catalogues = messages.iter().map(|catalogue| &catalogue.file);
    std::iter::once(entry).chain(optional.into_iter().flatten()).chain(catalogues)
}

impl Capabilities {
    /// Whether a request is granted.
    #[must_use]
    pub fn grants(&self, method: &str, path: &str) -> bool {
        // "/api/wallet/../live" must not pass as "/api/wallet/*", nor what a browser takes for that: it reads "\" as
        // "/" and "%2e" as ".", and drops tabs and line ends, from between two dots as well.
        let mut last = 0;
        let escapes = path.bytes().any(|byte| {
            let again = std::mem::replace(&mut last, byte) == byte;
            match byte {
                b'.' | b'/' => again,
                b'\\' | b'%' => true,
                _ => !byte.is_ascii_graphic(),
            }
        });
        if escapes {
            return false;
        }
        let path = path.split(['?', '#']).next().unwrap_or_default();
        self.requests.iter().any(|granted| match granted.split_once(' ') {
            Some((verb, pattern)) if verb == method => match pattern.strip_suffix('*') {
                Some(prefix) => path.starts_with(prefix),
                None => path == pattern,
            },
            _ => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_a_method_and_a_path() {
        let granted = Capabilities {
            requests: vec!["GET /api/wallet/*".into(), "POST /api/wallet/deposits".into()],
            origins: vec![],
        };
        assert!(granted.grants("GET", "/api/wallet/history?limit=5"));
        assert!(granted.grants("POST", "/api/wallet/deposits"));
        for (method, path) in [
            ("POST", "/api/wallet/withdrawals"),
            ("GET", "/api/live/tables"),
            ("GET", "/api/wallet/../live/tables"),
            ("GET", "/api/wallet/%2e%2e/live"),
            ("GET", "//elsewhere/api/wallet/"),
            ("POST", "/api/wallet/deposits/more"),
        ] {
            assert!(!granted.grants(method, path), "{method} {path}");
        }
    }

    #[test]
    fn what_a_browser_drops_from_a_path_hides_nothing_in_it() {
        let granted = Capabilities { requests: vec!["GET /api/wallet/*".into()], origins: vec![] };
        for path in ["/api/wallet/./balance", "/api/wallet/.hidden/a.b?at=1.5~2,3#top", "/api/wallet/?/?"] {
            assert!(granted.grants("GET", path), "{path}");
        }
        for dropped in ["\t", "\n", "\r", " ", "\0", "\u{7f}", "\u{ad}"] {
            for path in [
                format!("/api/wallet/.{dropped}./live"),
                format!("/api/wallet/{dropped}../live"),
                format!("/api/wallet/a/{dropped}/b"),
                format!("{dropped}/api/wallet/balance"),
                format!("/api/wallet/balance{dropped}"),
            ] {
                assert!(!granted.grants("GET", &path), "{path:?}");
            }
        }
    }
}
