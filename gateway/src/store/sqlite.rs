//! `SQLite`: a file of our own, on this machine.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, params_from_iter};

use super::sql::{Columns, Engine, Row, Value, check_rows};
use super::{Purpose, StoreError, carrier};

/// How long to wait for another program's lock before the command fails as [`StoreError::Locked`].
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
/// Pages that the writer keeps in memory. What a transaction changes has to fit, or is written twice.
const CACHE_KIB: i64 = 32 * 1024;
/// Prepared statements that a connection keeps.
const STATEMENTS: usize = 128;

/// A connection to a file.
pub(super) struct Sqlite(Connection);

impl Sqlite {
    /// Opens the file for writing, or makes it.
    pub(super) fn open(path: &Path, purpose: Purpose) -> Result<Self, StoreError> {
        let mut connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        let synchronous = match purpose {
            // An answer means that the change survives a power cut.
            Purpose::Record => "FULL",
            // The log is in order all the same, it only reaches the disk later.
            Purpose::ReadModel => "NORMAL",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        carrier::carry(&mut connection, path)?;
        Self::configured(connection)
    }

    /// Opens the file for reading.
    pub(super) fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::configured(Connection::open_with_flags(path, flags)?)
    }

    fn configured(connection: Connection) -> Result<Self, StoreError> {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(Self(connection))
    }
}

impl Engine for Sqlite {
    fn begin_write(&self) -> Result<(), StoreError> {
        self.execute("BEGIN IMMEDIATE", &[]).map(|_| ())
    }

    fn begin_read(&self) -> Result<(), StoreError> {
        self.execute("BEGIN", &[]).map(|_| ())
    }

    fn without_end(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn commit(&self) -> Result<(), StoreError> {
        self.execute("COMMIT", &[]).map(|_| ())
    }

    fn rollback(&self) -> Result<(), StoreError> {
        self.execute("ROLLBACK", &[]).map(|_| ())
    }

    fn undo_to(&self, savepoint: &str) -> Result<(), StoreError> {
        self.execute(&format!("ROLLBACK TO {savepoint}"), &[]).map(|_| ())
    }

    fn is_open(&self) -> bool {
        !self.0.is_autocommit()
    }

    fn define(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.0.execute_batch(sql)?)
    }

    fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<usize, StoreError> {
        Ok(self.0.prepare_cached(sql)?.execute(params_from_iter(values))?)
    }

    fn send(&self, sql: &str, values: &[Value<'_>], rows: usize) -> Result<(), StoreError> {
        check_rows(sql, self.execute(sql, values)?, rows)
    }

    fn settle(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn foresee(&self, _sql: &str, _values: &[Value<'_>]) -> Result<(), StoreError> {
        Ok(())
    }

    fn count_anew(&self, _tables: &[&str]) -> Result<(), StoreError> {
        Ok(())
    }

    fn query(&self, sql: &str, values: &[Value<'_>], each: &mut dyn FnMut(&Row<'_>) -> bool) -> Result<(), StoreError> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            if !each(&Row(row)) {
                break;
            }
        }
        Ok(())
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Columns for rusqlite::Row<'_> {
    fn value(&self, column: usize) -> Result<Value<'_>, StoreError> {
        match self.get_ref(column)? {
            ValueRef::Null => Ok(Value::Null),
            ValueRef::Integer(number) => Ok(Value::Integer(number)),
            ValueRef::Text(text) => std::str::from_utf8(text)
                .map(Value::Text)
                .map_err(|_| StoreError::Mistake(format!("column {column} is not UTF-8"))),
            ValueRef::Blob(bytes) => Ok(Value::Blob(bytes)),
            ValueRef::Real(_) => Err(StoreError::Mistake(format!("column {column} is a float"))),
        }
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
