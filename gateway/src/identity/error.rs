//! Why the identity service can't be opened.

use crate::store::StoreError;

/// The service can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// Its database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The signing key can't be read or made.
    #[error("the signing key {path} can't be read or made")]
    Key {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file does not hold a key. Removing it ends all sessions, nothing else.
    #[error("the signing key {path} is damaged; remove it to end all sessions and get a new one")]
    DamagedKey {
        /// The file.
        path: String,
    },
    /// Passwords can't be hashed.
    #[error("passwords can't be hashed: {0}")]
    Passwords(String),
}
