//! Why a database did not do what it was asked.

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
    /// It can't be reached, read or written.
    #[error("the database can't be used: {0}")]
    Unusable(String),
    /// The command panicked; the log has the panic.
    #[error("a database command panicked")]
    Panicked,
    /// The writer is gone: the process is stopping.
    #[error("the database is closed")]
    Closed,
    /// The database comes from a later version of this program.
    #[error("{name} has schema {found}, this program knows {known}: it was written by a newer version")]
    Newer {
        /// The database.
        name: String,
        /// Its schema's version.
        found: usize,
        /// Ours.
        known: usize,
    },
    /// The database was not opened by this version of the program yet.
    #[error("{name} has schema {found}, this program reads {known}: start the service once, it brings it up to date")]
    Older {
        /// The database.
        name: String,
        /// Its schema's version.
        found: usize,
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
