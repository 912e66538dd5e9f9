//! Why a database did not do what it was asked.

use rusqlite::ErrorCode;

/// Nothing was changed, for one of these reasons. It is cloned to every command of a failed batch,
/// so it holds text rather than the driver's error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// More commands or queries are waiting than can be answered in time.
    #[error("too many commands are waiting")]
    Overloaded,
    /// Another program holds the file's lock.
    #[error("the database is locked by another program")]
    Locked,
    /// No room on the disk.
    #[error("the disk is full")]
    Full,
    /// The file can't be read or written.
    #[error("the database file can't be used: {0}")]
    Unusable(String),
    /// The command panicked; the log has the panic.
    #[error("a database command panicked")]
    Panicked,
    /// The writer is gone: the process is stopping.
    #[error("the database is closed")]
    Closed,
    /// The file comes from a later version of this program.
    #[error("{path} has schema {found}, this program knows {known}: it was written by a newer version")]
    Newer {
        /// The file.
        path: String,
        /// Its schema's version.
        found: i64,
        /// Ours.
        known: usize,
    },
    /// A statement is wrong or a constraint was violated: our mistake.
    #[error("database error: {0}")]
    Mistake(String),
}

impl StoreError {
    /// Whether the same command may succeed later.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Overloaded | Self::Locked | Self::Full | Self::Unusable(_) | Self::Closed)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::OutOfMemory,
            ) => Self::Unusable(error.to_string()),
            _ => Self::Mistake(error.to_string()),
        }
    }
}
