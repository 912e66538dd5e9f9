//! Argon2id, off the async threads, a few at once.

use super::IdentityError;
use crate::problem::ApiError;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use contract::problem::Code;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Hashes at once: each takes 19 MiB and a processor.
const AT_ONCE: usize = 2;
/// Hashes that may run or wait; the next one is refused.
const ADMITTED: usize = 64;

pub(super) struct Passwords {
    /// What an unknown address is verified against, so that it takes as long as a known one.
    nobodys: Arc<str>,
    admission: Semaphore,
    slots: Arc<Semaphore>,
}

impl Passwords {
    pub(super) fn new() -> Result<Self, IdentityError> {
        let nobodys = hash("nobody's").map_err(IdentityError::Passwords)?;
        Ok(Self {
            nobodys: nobodys.into(),
            admission: Semaphore::new(ADMITTED),
            slots: Arc::new(Semaphore::new(AT_ONCE)),
        })
    }

    /// The text to store for a password.
    pub(super) async fn hash(&self, password: String) -> Result<String, ApiError> {
        self.run(move || hash(&password)).await?.map_err(|error| ApiError::internal(&error))
    }

    /// Whether the password is the stored one; never, but as slowly, if there is none.
    pub(super) async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, ApiError> {
        let nobodys = Arc::clone(&self.nobodys);
        self.run(move || {
            let matches = verify(&password, stored.as_deref().unwrap_or(&nobodys));
            matches && stored.is_some()
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
        let busy = || ApiError::new(Code::Unavailable, "Too many are signing in right now; try again.");
        let _admitted = self.admission.try_acquire().map_err(|_| busy())?;
        let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| busy())?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(slot); // held until here even if the caller gave up
            done
        })
        .await
        .map_err(|error| ApiError::internal(&error))
    }
}

pub(super) fn hash(password: &str) -> Result<String, String> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|e| e.to_string())
}

fn verify(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|stored| Argon2::default().verify_password(password.as_bytes(), &stored).is_ok())
}
