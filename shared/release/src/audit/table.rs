//! What of the browser there is to be granted, as data: names, what they are, and why they matter.

/// Something of the browser that a fragment reaches only if its release says so.
#[derive(Debug)]
pub struct Capability {
    /// As `fragment.toml` grants it.
    pub name: &'static str,
    /// What code can do with it.
    pub what: &'static str,
    /// Why somebody should have decided about it.
    pub why: &'static str,
    /// Globals that give it.
    globals: &'static [&'static str],
    /// Members that give it, of whatever object.
    members: &'static [&'static str],
    /// Members that give it when they are called, of whatever object but `this`.
    methods: &'static [&'static str],
}

/// All of them.
pub const CAPABILITIES: &[Capability] = &[
    Capability {
        name: "network",
        what: "makes requests by itself",
        why: "they pass by the shell's session, deadlines and granted paths",
        globals: &["fetch", "fetchLater", "XMLHttpRequest", "EventSource", "WebTransport", "RTCPeerConnection"],
        members: &["sendBeacon"],
        methods: &["fetch"],
    },
    Capability {
        name: "websocket",
        what: "opens sockets",
        why: "a connection of its own, which nobody closes for it",
        globals: &["WebSocket", "WebSocketStream"],
        members: &[],
        methods: &[],
    },
    Capability {
        name: "storage",
        what: "keeps data in the browser, or reads what others keep there",
        why: "it outlives the session, and cookies and storage belong to the whole page",
        globals: &["localStorage", "sessionStorage", "indexedDB", "caches", "cookieStore"],
        members: &["cookie", "localStorage", "sessionStorage", "indexedDB", "caches", "cookieStore"],
        methods: &["getDirectory"],
    },
    Capability {
        name: "eval",
        what: "runs text as code",
        why: "no audit sees that code, and the page's policy refuses it",
        globals: &["eval"],
        members: &[],
        methods: &[],
    },
    Capability {
        name: "modules",
        what: "loads code at run time",
        why: "it is in no manifest and no digest covers it",
        globals: &["importScripts"],
        members: &[],
        methods: &[],
    },
    Capability {
        name: "window",
        what: "holds the window itself",
        why: "from there by a computed name everything can be reached; an audit does not see what",
        globals: &["open", "opener", "frames", "frameElement"],
        members: &["defaultView", "contentWindow", "contentDocument"],
        methods: &["open"],
    },
    Capability {
        name: "navigation",
        what: "reads or changes the page's address and history",
        why: "the shell's router is the one that decides where the player is",
        globals: &["history", "location", "navigation"],
        members: &["location", "pushState", "replaceState"],
        methods: &[],
    },
    Capability {
        name: "messages",
        what: "posts messages to windows, workers and channels",
        why: "fragments meet on the bus, where rights and sizes are checked",
        globals: &["postMessage", "BroadcastChannel"],
        members: &[],
        methods: &["postMessage"],
    },
    Capability {
        name: "workers",
        what: "starts workers",
        why: "they run on after the fragment is unmounted",
        globals: &["Worker", "SharedWorker"],
        members: &["serviceWorker", "audioWorklet"],
        methods: &[],
    },
    Capability {
        name: "dialogs",
        what: "opens dialogs that hold up the page",
        why: "nothing else on the page runs until the player has answered",
        globals: &["alert", "confirm", "prompt", "print"],
        members: &[],
        methods: &["alert", "confirm", "prompt"],
    },
    Capability {
        name: "document-write",
        what: "writes into the stream of the document",
        why: "it can replace the whole page",
        globals: &[],
        members: &[],
        methods: &["write", "writeln"],
    },
    Capability {
        name: "clipboard",
        what: "reads or writes the clipboard",
        why: "what the player has copied elsewhere is nobody's business",
        globals: &["ClipboardItem", "clipboardData"],
        members: &["clipboard"],
        methods: &["execCommand"],
    },
    Capability {
        name: "geolocation",
        what: "asks where the player is",
        why: "personal data",
        globals: &[],
        members: &["geolocation"],
        methods: &[],
    },
    Capability {
        name: "camera",
        what: "uses camera, microphone or the screen's picture",
        why: "personal data",
        globals: &["MediaRecorder"],
        members: &["mediaDevices"],
        methods: &["getUserMedia", "getDisplayMedia"],
    },
    Capability {
        name: "credentials",
        what: "uses passwords, passkeys or payment data that the browser keeps",
        why: "sign-in and payment are the wallet's",
        globals: &["PasswordCredential", "PublicKeyCredential", "FederatedCredential", "PaymentRequest"],
        members: &["credentials"],
        methods: &[],
    },
    Capability {
        name: "notifications",
        what: "shows notifications outside of the page",
        why: "they reach players who have left, also those who take a break",
        globals: &["Notification", "PushManager"],
        members: &["pushManager"],
        methods: &["showNotification"],
    },
    Capability {
        name: "files",
        what: "asks for files of the player's device",
        why: "personal data",
        globals: &["showOpenFilePicker", "showSaveFilePicker", "showDirectoryPicker"],
        members: &[],
        methods: &["showOpenFilePicker", "showSaveFilePicker", "showDirectoryPicker"],
    },
    Capability {
        name: "devices",
        what: "talks to devices and sensors",
        why: "personal data",
        globals: &["Accelerometer", "Gyroscope", "Magnetometer", "NDEFReader"],
        members: &["bluetooth", "wakeLock"],
        methods: &["requestDevice", "requestPort", "requestMIDIAccess"],
    },
];

/// The window, by its names: what is a member of it is a global.
const ROOTS: [&str; 6] = ["window", "self", "globalThis", "global", "top", "parent"];

/// Globals that every script may use: the language itself, what draws and measures, texts and time. What is neither
/// here nor in a capability is granted by its own name. The last three are asked for by libraries that run elsewhere as
/// well, and no page has them.
const PLAIN: &str = "
    AbortController AbortSignal AggregateError Array ArrayBuffer Atomics Audio BigInt BigInt64Array
    BigUint64Array Blob Boolean CSS CSSStyleSheet Comment DOMException DOMParser DOMRect DOMTokenList
    DataTransfer DataView Date Document DocumentFragment Error EvalError EventTarget File FileList
    FinalizationRegistry Float32Array Float64Array FormData Function Headers HTMLCollection Image Infinity
    Int16Array Int32Array Int8Array IntersectionObserver Intl Iterator JSON Map Math MediaSource
    MessageChannel MutationObserver NaN Node NodeFilter NodeList Number Object Option PerformanceObserver
    Promise Proxy Range RangeError ReferenceError Reflect RegExp ReportingObserver Request ResizeObserver
    Response Selection Set ShadowRoot SharedArrayBuffer String Symbol SyntaxError Text TextDecoder
    TextEncoder TreeWalker TypeError URIError URL URLSearchParams Uint16Array Uint32Array Uint8Array
    Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly Window XMLSerializer addEventListener arguments
    atob btoa cancelAnimationFrame cancelIdleCallback clearInterval clearTimeout console crypto
    customElements decodeURI decodeURIComponent devicePixelRatio dispatchEvent document encodeURI
    encodeURIComponent escape event getComputedStyle getSelection innerHeight innerWidth isFinite isNaN
    isSecureContext matchMedia navigator origin parseFloat parseInt performance queueMicrotask
    removeEventListener reportError requestAnimationFrame requestIdleCallback scheduler screen scroll
    scrollBy scrollTo scrollX scrollY setInterval setTimeout structuredClone trustedTypes toString undefined
    unescape visualViewport clearImmediate process setImmediate
";

/// What a global is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Global {
    /// Everybody may use it.
    Plain,
    /// The window itself.
    Root,
    /// Part of a capability.
    Of(&'static str),
    /// In no table.
    Unknown,
}

pub(super) fn global(name: &str) -> Global {
    if ROOTS.contains(&name) {
        return Global::Root;
    }
    if let Some(capability) = CAPABILITIES.iter().find(|capability| capability.globals.contains(&name)) {
        return Global::Of(capability.name);
    }
    // Classes of elements and events are there to ask what something is.
    let is_class = name.starts_with(|c: char| c.is_ascii_uppercase());
    if PLAIN.split_whitespace().any(|plain| plain == name)
        || is_class && (name.ends_with("Element") || name.ends_with("Event"))
    {
        Global::Plain
    } else {
        Global::Unknown
    }
}

/// The capability that a member gives, read or called.
pub(super) fn member(name: &str, called: bool) -> Option<&'static str> {
    let gives =
        |capability: &&Capability| capability.members.contains(&name) || called && capability.methods.contains(&name);
    CAPABILITIES.iter().find(gives).map(|capability| capability.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_name_stands_in_one_place() {
        let mut seen = BTreeSet::new();
        let globals = CAPABILITIES.iter().flat_map(|capability| capability.globals);
        for name in globals.chain(&ROOTS).copied().chain(PLAIN.split_whitespace()) {
            assert!(seen.insert(name), "{name}");
        }
        let mut members = BTreeSet::new();
        for name in CAPABILITIES.iter().flat_map(|capability| capability.members.iter().chain(capability.methods)) {
            assert!(members.insert(name), "{name}");
        }
        let names: BTreeSet<_> = CAPABILITIES.iter().map(|capability| capability.name).collect();
        assert_eq!(names.len(), CAPABILITIES.len());
    }
}
