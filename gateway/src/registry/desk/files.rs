//! The store of releases' files: each under the digest of its content, beside it its compressed twins. A folder,
//! or a bucket that speaks S3's protocol.
//!
//! **Architecture invariant:** a file is whole or not there: the twins are written first, then the file itself,
//! each at once. Nothing is compressed when it is asked for.

use std::error::Error;
use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use contract::problem::Code;
use object_store::client::HttpError;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha384};
use thiserror::Error;

use super::super::encoding::{Compressed, Encoding};
use super::bucket;
use super::credentials::{Credentials, CredentialsError};
use crate::problem::ApiError;

/// How long the store may take over one file.
const WITHIN: Duration = Duration::from_secs(15);

/// A place that can't hold files. The message says what to do.
#[derive(Debug, Error)]
pub enum PlaceError {
    /// It is none, or can't be used.
    #[error("--releases {place}: {why}; name a folder as file:///folder, or a bucket as s3://bucket/prefix")]
    Place {
        /// As it was named.
        place: String,
        /// What is wrong with it.
        why: String,
    },
    /// Nobody could use the bucket with these.
    #[error("--releases-credentials {}: {source}", path.display())]
    Credentials {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: CredentialsError,
    },
}

/// Why the store did not do what it was asked.
#[derive(Debug, Error)]
pub(super) enum FilesError {
    /// No room.
    #[error("the store of releases has no room left")]
    Full,
    /// It can't be reached, or does not answer in time.
    #[error("the store of releases can't be used: {0}")]
    Away(String),
    /// It answers, and does not do it: another file may be another matter.
    #[error("the store of releases refuses: {0}")]
    Refused(String),
}

impl From<FilesError> for ApiError {
    fn from(error: FilesError) -> Self {
        tracing::warn!(%error, "the store of releases");
        let detail = match error {
            FilesError::Full => {
                "The store of releases has no room left. What is live is not touched; try again once there is room."
            }
            FilesError::Away(_) => "The store of releases can't be reached. What is live is not touched; try again.",
            FilesError::Refused(_) => {
                "The store of releases does not give or take a file. What is live is not touched. Ask the operator; their log says why."
            }
        };
        Self::new(Code::Unavailable, detail)
    }
}

impl From<object_store::Error> for FilesError {
    fn from(error: object_store::Error) -> Self {
        let first: &(dyn Error + 'static) = &error;
        let causes = || std::iter::successors(Some(first), |cause| (**cause).source());
        let systems = || causes().filter_map(|cause| cause.downcast_ref::<std::io::Error>()).map(std::io::Error::kind);
        let is_full =
            |kind| matches!(kind, ErrorKind::StorageFull | ErrorKind::FileTooLarge | ErrorKind::QuotaExceeded);
        if systems().any(is_full) {
            return Self::Full;
        }
        // A folder answers by an error of the system. What comes of a bucket without a kind of its own is no answer, or
        // one that says that it is not well.
        let is_call = causes().any(|cause| cause.is::<HttpError>());
        let is_answer =
            !matches!(error, object_store::Error::Generic { .. }) || (systems().next().is_some() && !is_call);
        if is_answer { Self::Refused(error.to_string()) } else { Self::Away(error.to_string()) }
    }
}

/// The store. A clone is another handle on it.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Files({}, {})", self.store, self.prefix)
    }
}

impl Files {
    /// A folder, which is made when it is missing, or a bucket, with the file of its credentials if there is one.
    ///
    /// # Errors
    /// It is neither, or can't be used.
    pub fn open(place: &str, credentials: Option<&std::path::Path>) -> Result<Self, PlaceError> {
        let failed = |why: String| PlaceError::Place { place: place.to_owned(), why };
        if let Some(bucket) = place.strip_prefix("s3://") {
            let (name, prefix) = bucket.split_once('/').unwrap_or((bucket, ""));
            if name.is_empty() {
                return Err(failed("names no bucket".to_owned()));
            }
            let held = credentials.map(|path| {
                let wrong = |source| PlaceError::Credentials { path: path.to_owned(), source };
                Credentials::read(path).map_err(wrong)
            });
            let store = bucket::open(name, held.transpose()?).map_err(|error| failed(error.to_string()))?;
            let prefix = Path::parse(prefix).map_err(|error| failed(error.to_string()))?;
            return Ok(Self { store: Arc::new(store), prefix });
        }
        let folder = place.strip_prefix("file://").unwrap_or(place);
        if folder.contains("://") {
            return Err(failed("is neither a folder nor a bucket".to_owned()));
        }
        std::fs::create_dir_all(folder).map_err(|error| failed(error.to_string()))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| failed(error.to_string()))?;
        Ok(Self { store: Arc::new(store.with_fsync(true)), prefix: Path::default() })
    }

    /// A store of a test's own.
    #[cfg(test)]
    pub(super) fn of(store: impl ObjectStore) -> Self {
        Self { store: Arc::new(store), prefix: Path::default() }
    }

    /// Puts a file there with its twins.
    pub(super) async fn put(&self, address: &str, file: &Compressed) -> Result<(), FilesError> {
        // The file itself last: while it is not there, nothing is.
        for encoding in [Encoding::Brotli, Encoding::Zstd, Encoding::Plain] {
            let bytes = file.bytes(encoding).clone();
            within(self.store.put(&self.path(address, encoding), bytes.into())).await?;
        }
        Ok(())
    }

    /// A file with its twins; nothing where it is not there, or is not what its address says.
    pub(super) async fn get(&self, address: &str) -> Result<Option<Compressed>, FilesError> {
        let Some(plain) = self.read(address, Encoding::Plain).await? else { return Ok(None) };
        let twins = (self.read(address, Encoding::Brotli).await?, self.read(address, Encoding::Zstd).await?);
        let (Some(brotli), Some(zstd)) = twins else { return Ok(None) };
        // The digests of a large file keep a processor for a while, and the runtime has few.
        let expected = address.to_owned();
        let digesting = tokio::task::spawn_blocking(move || {
            let is_whole = is_at(&expected, &plain);
            is_whole.then(|| Compressed::of(plain, brotli, zstd))
        });
        let file = digesting.await.map_err(|error| FilesError::Away(error.to_string()))?;
        if file.is_none() {
            tracing::error!(address, "a file in the store of releases is not what it was; publish the release again");
        }
        Ok(file)
    }

    async fn read(&self, address: &str, encoding: Encoding) -> Result<Option<Bytes>, FilesError> {
        let path = self.path(address, encoding);
        let read = within(async { self.store.get(&path).await?.bytes().await }).await;
        match read {
            Ok(bytes) => Ok(Some(bytes)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn path(&self, address: &str, encoding: Encoding) -> Path {
        self.prefix.clone().join(format!("{address}{}", encoding.suffix()))
    }
}

/// Whether these bytes have this address.
pub(in crate::registry) fn is_at(address: &str, bytes: &[u8]) -> bool {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(Sha384::digest(bytes)) == address
}

async fn within<T>(asked: impl Future<Output = object_store::Result<T>>) -> object_store::Result<T> {
    let late = |source| object_store::Error::Generic { store: "releases", source };
    tokio::time::timeout(WITHIN, asked).await.unwrap_or_else(|elapsed| Err(late(elapsed.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_folder_or_a_bucket() {
        for (place, says) in
            [("s3://", "names no bucket"), ("gs://bucket", "neither"), ("/dev/null/releases", "Not a directory")]
        {
            let error = Files::open(place, None).expect_err(place).to_string();
            assert!(
                error.starts_with("--releases ") && error.contains(says) && error.contains("s3://bucket/prefix"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_bucket_is_not_opened_with_credentials_that_are_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("credentials");
        let refused = || Files::open("s3://bucket", Some(&file)).expect_err("refused").to_string();
        assert!(refused().starts_with("--releases-credentials "), "{}", refused());
        std::fs::write(&file, "aws_access_key_id = a").expect("written");
        assert!(refused().contains("aws_secret_access_key"), "{}", refused());
    }

    #[test]
    fn a_store_that_answers_is_not_away() {
        use object_store::client::HttpErrorKind;
        let generic = |source: Box<dyn Error + Send + Sync>| object_store::Error::Generic { store: "any", source };
        let io = |kind| Box::new(std::io::Error::from(kind));
        let refused = || object_store::Error::PermissionDenied { path: "a".into(), source: io(ErrorKind::Other) };
        assert!(matches!(refused().into(), FilesError::Refused(_)), "a bucket's 403");
        assert!(matches!(generic(io(ErrorKind::PermissionDenied)).into(), FilesError::Refused(_)), "a folder's EACCES");
        assert!(matches!(generic(io(ErrorKind::StorageFull)).into(), FilesError::Full));
        let call = HttpError::new(HttpErrorKind::Connect, std::io::Error::from(ErrorKind::ConnectionRefused));
        assert!(matches!(generic(Box::new(call)).into(), FilesError::Away(_)), "nobody is there");
        assert!(matches!(generic("503 Service Unavailable".into()).into(), FilesError::Away(_)), "it is not well");
    }

    #[tokio::test]
    async fn a_file_that_was_damaged_is_as_if_it_were_not_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = Files::open(&format!("file://{}", folder.path().display()), None).expect("a store");
        let file = Compressed::new(b"some code".repeat(20)).expect("compressed");
        let address = base64::Engine::encode(
            &base64::engine::general_purpose::URL_SAFE_NO_PAD,
            Sha384::digest(file.bytes(Encoding::Plain)),
        );
        assert!(files.get(&address).await.expect("an answer").is_none());
        files.put(&address, &file).await.expect("there");
        assert_eq!(files.get(&address).await.expect("an answer").expect("a file").size(), file.size());
        std::fs::write(folder.path().join(&address), "other code").expect("written");
        assert!(files.get(&address).await.expect("an answer").is_none());
    }
}
