//! A fragment's release: its files, their digests, and the code that all its instances share.
//!
//! Nothing of a file is run, parsed or shown before its digest is compared. JavaScript is imported
//! from a `blob:` URL of the verified bytes, so that what runs is what was verified.
//!
//! Its entry in the manifest is read member by member and not as a whole: whoever made the manifest
//! has checked it by the contract, and a typed copy here would cost six of the shell's kilobytes.
//! What a wrong member could do harm with is checked where it is used.

use super::browser::{assemble, holds, is_quarantined, load, needed, previous, text_of, texts_of, wrong};
use crate::core::supervisor::{Limits, Means};
use contract::manifest::Capabilities;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// One release of one fragment.
pub struct Release {
    /// Its entry in the manifest.
    pub(crate) entry: JsValue,
    /// Its name.
    pub(crate) name: String,
    /// The files that this page needs.
    needed: JsValue,
    /// The promise of the files, for all slots that wait for them.
    files: RefCell<JsValue>,
    /// `{url, module, wasm, sheet, messages}`, or for a frame `{files}`; built once.
    code: RefCell<JsValue>,
}

/// What a manifest has of one fragment.
pub(crate) struct Releases {
    pub(crate) present: Rc<Release>,
    /// What takes over; the present one again, if there is none.
    pub(crate) previous: Rc<Release>,
    pub(crate) means: Means,
}

impl Releases {
    /// Of its entry in the manifest.
    pub(crate) fn new(entry: JsValue) -> Rc<Self> {
        let earlier = previous(&entry);
        let present = Rc::new(Release::new(entry));
        let has_previous = !earlier.is_undefined();
        let previous = if has_previous { Rc::new(Release::new(earlier)) } else { present.clone() };
        let entry = &present.entry;
        let killed = js_wire::member(entry, "killed").as_bool() == Some(true);
        let means = Means { limits: present.time_limits(), has_previous, quarantined: is_quarantined(entry), killed };
        Rc::new(Self { present, previous, means })
    }
}

impl Release {
    /// Nothing is fetched yet.
    #[must_use]
    pub fn new(entry: JsValue) -> Self {
        Self {
            name: text_of(&entry, "name"),
            needed: needed(&entry),
            files: RefCell::new(JsValue::UNDEFINED),
            code: RefCell::new(JsValue::UNDEFINED),
            entry,
        }
    }

    /// Whether a list of its entry holds a text.
    #[inline(never)]
    pub(crate) fn grants(&self, list: &str, text: &str) -> bool {
        js_wire::list(&js_wire::member(&self.entry, list)).is_some_and(|list| list.includes(text))
    }

    /// A bound that the manifest sets; nothing is allowed where it sets none.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
    #[inline(never)]
    pub(crate) fn limit(&self, name: &str) -> u32 {
        let limits = js_wire::member(&self.entry, "limits");
        js_wire::member(&limits, name).as_f64().unwrap_or_default() as u32
    }

    /// The time limits of its steps.
    fn time_limits(&self) -> Limits {
        Limits {
            load_ms: self.limit("load_ms"),
            mount_ms: self.limit("mount_ms"),
            // What runs in the document can't answer while the shell can't ask.
            heartbeat_ms: if text_of(&self.entry, "site").is_empty() { 0 } else { self.limit("heartbeat_ms") },
        }
    }

    /// What it may reach.
    pub(crate) fn capabilities(&self) -> Capabilities {
        let granted = js_wire::member(&self.entry, "capabilities");
        Capabilities { requests: texts_of(&granted, "requests"), origins: Vec::new() }
    }

    /// The code; undefined until it has been built.
    #[inline(never)]
    pub(crate) fn code(&self) -> JsValue {
        self.code.borrow().clone()
    }

    /// Keeps the code, if it is any. Two slots may have built it at a time: the first stays.
    pub(crate) fn keep(&self, code: JsValue) {
        if self.code.borrow().is_undefined() {
            *self.code.borrow_mut() = code;
        }
        // The bytes are not needed any more.
        self.forget();
    }

    /// A promise of the files, in order. Slots that show the same release share one answer.
    pub(crate) fn files(&self, fresh: bool) -> JsValue {
        if fresh {
            self.forget();
        }
        let mut files = self.files.borrow_mut();
        if files.is_undefined() {
            *files = load(&self.needed, fresh, self.limit("load_ms"));
        }
        files.clone()
    }

    /// Lets the next attempt fetch anew.
    pub(crate) fn forget(&self) {
        *self.files.borrow_mut() = JsValue::UNDEFINED;
    }

    /// A promise of the address of a file that is not what the manifest promises, if one is.
    pub(crate) fn wrong(&self) -> JsValue {
        wrong(&self.files(false), &self.needed)
    }

    /// A promise of the code, compiled and imported of what was verified.
    pub(crate) fn assemble(&self) -> JsValue {
        assemble(&self.files(false), &self.entry)
    }

    /// Whether a stack or a file name is of this release's code.
    pub(crate) fn is_in(&self, text: &JsValue) -> bool {
        let url = text_of(&self.code(), "url");
        !url.is_empty() && holds(text, &url)
    }
}
