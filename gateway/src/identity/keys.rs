//! The secret that signs sessions: [`crate::keys`] says where it is from. A restart signs nobody out.

use super::IdentityError;
use crate::keys;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::path::Path;

/// The signing key. It has no `Debug`: it is never printed.
pub(super) struct Keys(Hmac<Sha256>);

impl Keys {
    /// Reads the key, or makes one.
    pub(super) fn open(path: &Path) -> Result<Self, IdentityError> {
        let failed = |source| IdentityError::Key { path: path.display().to_string(), source };
        let damaged = || IdentityError::DamagedKey { path: path.display().to_string() };
        let secret = keys::secret(path).map_err(failed)?.ok_or_else(damaged)?;
        Hmac::new_from_slice(&secret).map(Self).map_err(|_| damaged())
    }

    /// The tag of a content; `purpose` keeps a tag made for one thing from passing for another.
    pub(super) fn tag(&self, purpose: &[u8], content: &[u8]) -> [u8; 32] {
        self.mac(purpose, content).finalize().into_bytes().into()
    }

    /// Whether the tag is that of the content, in a time that does not depend on where it differs.
    pub(super) fn verify(&self, purpose: &[u8], content: &[u8], tag: &[u8]) -> bool {
        self.mac(purpose, content).verify_slice(tag).is_ok()
    }

    fn mac(&self, purpose: &[u8], content: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(purpose);
        mac.update(&[0]);
        mac.update(content);
        mac
    }
}
