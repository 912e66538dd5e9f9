//! The file with a bucket's credentials, as S3's own clients keep them, so that none has to stand in the environment.
//!
//! **Architecture invariant:** what it holds is never printed.

use std::path::Path;

use thiserror::Error;

/// A file with more than that holds something else.
const MAX_BYTES: usize = 16 * 1024;

/// Why there are no credentials in it. Each message says what to do.
#[derive(Debug, Error)]
pub enum CredentialsError {
    /// It can't be read.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// Something is not in it.
    #[error("{0} is missing; write it as `{0} = …` on a line of its own")]
    Missing(&'static str),
    /// It is no such file.
    #[error("it has more than {MAX_BYTES} bytes: it holds something else")]
    TooLarge,
}

/// Who may use a bucket. It has no `Debug`.
#[derive(PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) access_key_id: String,
    pub(super) secret_access_key: String,
    pub(super) session_token: Option<String>,
}

impl Credentials {
    /// Reads a file.
    ///
    /// # Errors
    /// See [`CredentialsError`].
    pub(super) fn read(path: &Path) -> Result<Self, CredentialsError> {
        let text = std::fs::read_to_string(path)?;
        if text.len() > MAX_BYTES {
            return Err(CredentialsError::TooLarge);
        }
        Self::of(&text)
    }

    /// The first that are named, whichever profile they stand in.
    fn of(text: &str) -> Result<Self, CredentialsError> {
        let find = |name: &str| {
            let mut pairs = text.lines().filter_map(|line| line.split_once('='));
            let value = pairs.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim().to_owned());
            value.filter(|value| !value.is_empty())
        };
        let needed = |name: &'static str| find(name).ok_or(CredentialsError::Missing(name));
        Ok(Self {
            access_key_id: needed("aws_access_key_id")?,
            secret_access_key: needed("aws_secret_access_key")?,
            session_token: find("aws_session_token"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_read_as_clients_write_them() {
        let text = "[default]\n# of ours\naws_access_key_id=AK=1\n aws_secret_access_key = s/e+c= \n";
        let read = Credentials::of(text).expect("credentials");
        assert_eq!((read.access_key_id.as_str(), read.secret_access_key.as_str()), ("AK=1", "s/e+c="));
        assert_eq!(read.session_token, None);
        let with = Credentials::of(&format!("{text}aws_session_token = t")).expect("credentials");
        assert_eq!(with.session_token.as_deref(), Some("t"));
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_of_the_rest_is_told() {
        let refused = |text: &str| Credentials::of(text).err().expect("refused").to_string();
        assert!(refused("").starts_with("aws_access_key_id is missing"));
        let told = refused("aws_access_key_id = a\naws_secret_access_key =\naws_secret = hidden");
        assert!(told.starts_with("aws_secret_access_key is missing") && !told.contains("hidden"), "{told}");
    }
}
