//! Statements, values and rows, the same for every kind of database.
//!
//! The services' SQL is written once, in the words that all of them share: marks are `?1`, `?2` …,
//! a new row's number comes from `RETURNING`, an upsert is `ON CONFLICT`, a sum is cast to `BIGINT`.
//! What differs is in the [`Engine`] and nowhere else.
//!
//! **Architecture invariant:** no driver's type gets out of `store`.

use super::StoreError;
use std::cell::Cell;

/// Rows that one statement adds.
const ROWS_AT_ONCE: usize = 32;

/// An open connection. Whoever holds one may query; only a [`super::Tx`] is inside of a
/// transaction that will be committed.
pub struct Sql {
    engine: Box<dyn Engine>,
    /// Statements that may have changed something, since the connection was opened.
    writes: Cell<u64>,
}

/// One connection to a kind of database, used by one thread at a time.
pub(super) trait Engine: Send {
    /// Opens a transaction that may write: the only one on this database until it ends.
    fn begin_write(&self) -> Result<(), StoreError>;
    /// Opens a transaction that sees one state of the database throughout.
    fn begin_read(&self) -> Result<(), StoreError>;
    /// Lifts the bounds on how long the statements of the open transaction may take, where there are any.
    fn without_end(&self) -> Result<(), StoreError>;
    /// Ends the transaction; what it did is on the disk.
    fn commit(&self) -> Result<(), StoreError>;
    /// Ends the transaction; it did nothing.
    fn rollback(&self) -> Result<(), StoreError>;
    /// Undoes what the transaction did since the savepoint, which stays.
    fn undo_to(&self, savepoint: &str) -> Result<(), StoreError>;
    /// Whether a transaction is open. A database may end one by itself, as `SQLite` does when the
    /// disk is full.
    fn is_open(&self) -> bool;
    /// Runs statements that make tables, in `SQLite`'s words.
    fn define(&self, sql: &str) -> Result<(), StoreError>;
    /// Runs a statement; says how many rows it changed.
    fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<usize, StoreError>;
    /// Runs a statement that changes exactly so many rows, without waiting for it where that takes time. If it
    /// fails, or changes another number of rows, [`Engine::settle`] fails.
    fn send(&self, sql: &str, values: &[Value<'_>], rows: usize) -> Result<(), StoreError>;
    /// Waits until all that was sent is known to have worked.
    fn settle(&self) -> Result<(), StoreError>;
    /// Asks what will be wanted soon, where asking for one thing after the other takes time. It is answered as
    /// if it had been asked when it is wanted: whatever is written meanwhile makes it be asked again.
    fn foresee(&self, sql: &str, values: &[Value<'_>]) -> Result<(), StoreError>;
    /// Counts anew what these tables hold, where the way to an answer is chosen by that.
    fn count_anew(&self, tables: &[&str]) -> Result<(), StoreError>;
    /// Hands over each row until one is refused with `false`.
    fn query(&self, sql: &str, values: &[Value<'_>], each: &mut dyn FnMut(&Row<'_>) -> bool) -> Result<(), StoreError>;
}

impl Sql {
    pub(super) fn new(engine: impl Engine + 'static) -> Self {
        Self { engine: Box::new(engine), writes: Cell::new(0) }
    }

    pub(super) fn engine(&self) -> &dyn Engine {
        self.engine.as_ref()
    }

    /// How many statements may have changed something so far.
    pub(super) fn writes(&self) -> u64 {
        self.writes.get()
    }

    /// Waits until all that was sent is known to have worked.
    pub(super) fn settle(&self) -> Result<(), StoreError> {
        self.engine.settle()
    }

    pub(super) fn note_write(&self) {
        self.writes.set(self.writes.get() + 1);
    }

    /// Lets the statements of this transaction take as long as they need: for whoever goes through everything, and for
    /// nobody whom a command waits for.
    ///
    /// # Errors
    /// The database can't be asked.
    pub fn without_end(&self) -> Result<(), StoreError> {
        self.engine.without_end()
    }

    fn query(&self, sql: &str, values: &[Value<'_>], each: &mut dyn FnMut(&Row<'_>) -> bool) -> Result<(), StoreError> {
        if !is_question(sql) {
            self.note_write();
        }
        self.engine.query(sql, values, each)
    }

    /// Runs a statement; says how many rows it changed.
    ///
    /// # Errors
    /// The statement failed.
    pub fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<usize, StoreError> {
        self.note_write();
        self.engine.execute(sql, values)
    }

    /// Runs a statement that changes exactly one row. On a database that is far away nobody waits for it: that it
    /// failed, or changed another number of rows, may show only later, but then the command fails by it, and
    /// nothing of the command stands.
    ///
    /// # Errors
    /// The statement failed, or one before it did.
    pub fn send(&self, sql: &str, values: &[Value<'_>]) -> Result<(), StoreError> {
        self.send_rows(sql, values, 1)
    }

    fn send_rows(&self, sql: &str, values: &[Value<'_>], rows: usize) -> Result<(), StoreError> {
        self.note_write();
        self.engine.send(sql, values, rows)
    }

    /// Sends rows to a table, many with one statement: `into` is the beginning of an insert up to its values.
    ///
    /// # Errors
    /// See [`Self::send`].
    pub fn send_all<const COLUMNS: usize>(&self, into: &str, rows: &[[Value<'_>; COLUMNS]]) -> Result<(), StoreError> {
        let (mut rest, mut count) = (rows, ROWS_AT_ONCE);
        while !rest.is_empty() {
            // By halves, so that there are few statements.
            while count > rest.len() {
                count /= 2;
            }
            let (now, later) = rest.split_at(count);
            let row = |number: usize| {
                let marks: Vec<String> = (1..=COLUMNS).map(|mark| format!("?{}", number * COLUMNS + mark)).collect();
                format!("({})", marks.join(", "))
            };
            let marks: Vec<String> = (0..count).map(row).collect();
            self.send_rows(&format!("{into} VALUES {}", marks.join(", ")), now.as_flattened(), count)?;
            rest = later;
        }
        Ok(())
    }

    /// Asks for what will be wanted before anything is written, so that several questions travel together. A
    /// hint: whether it is given or not, the answers are the same.
    ///
    /// # Errors
    /// The database can't be asked.
    pub fn foresee(&self, sql: &str, values: &[Value<'_>]) -> Result<(), StoreError> {
        self.engine.foresee(sql, values)
    }

    /// Has the database count anew what these tables hold, for whoever has just filled them and asks about all of it:
    /// a server counts by itself, but later. `SQLite` goes by the keys, and would never take such a count back.
    ///
    /// # Errors
    /// The database can't be asked.
    pub fn count_anew(&self, tables: &[&str]) -> Result<(), StoreError> {
        self.note_write();
        self.engine.count_anew(tables)
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// The query failed, or `read` did.
    pub fn query_opt<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let (mut read, mut found) = (Some(read), None);
        self.query(sql, values, &mut |row| {
            found = read.take().map(|read| read(row));
            false
        })?;
        found.transpose()
    }

    /// The first row of a query that always has one.
    ///
    /// # Errors
    /// The query failed or had no row, or `read` failed.
    pub fn query_one<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let found = self.query_opt(sql, values, read)?;
        found.ok_or_else(|| StoreError::Mistake(format!("no row from: {sql}")))
    }

    /// All rows.
    ///
    /// # Errors
    /// The query failed, or `read` did.
    pub fn query_all<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let (mut all, mut outcome) = (Vec::new(), Ok(()));
        self.query(sql, values, &mut |row| {
            match read(row) {
                Ok(one) => all.push(one),
                Err(error) => outcome = Err(error),
            }
            outcome.is_ok()
        })?;
        outcome.map(|()| all)
    }
}

/// Whether a statement certainly changes nothing: `INSERT … RETURNING` has an answer as well.
pub(super) fn is_question(sql: &str) -> bool {
    sql.trim_start().starts_with("SELECT")
}

/// What a statement that was sent has to have changed.
pub(super) fn check_rows(sql: &str, changed: usize, rows: usize) -> Result<(), StoreError> {
    if changed == rows {
        return Ok(());
    }
    Err(StoreError::Mistake(format!("{changed} rows instead of {rows} were changed by: {sql}")))
}

/// What a database stores: a value of a statement, or of a row's column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Nothing.
    Null,
    /// An integer or a truth value.
    Integer(i64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

/// The same, on its own.
#[derive(Clone, Debug)]
pub(super) enum OwnedValue {
    Null,
    Integer(i64),
    Text(Box<str>),
    Blob(Box<[u8]>),
}

impl From<Value<'_>> for OwnedValue {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Integer(number) => Self::Integer(number),
            Value::Text(text) => Self::Text(text.into()),
            Value::Blob(bytes) => Self::Blob(bytes.into()),
        }
    }
}

impl OwnedValue {
    pub(super) fn borrowed(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Integer(number) => Value::Integer(*number),
            Self::Text(text) => Value::Text(text),
            Self::Blob(bytes) => Value::Blob(bytes),
        }
    }
}

/// The values of a statement, in the order of its marks.
#[macro_export]
#[doc(hidden)]
macro_rules! __store_params {
    ($($value:expr),* $(,)?) => { &[$($crate::store::ToValue::to_value(&$value)),*] };
}
pub use crate::__store_params as params;

/// What can be a value of a statement.
pub trait ToValue {
    /// The value, borrowed from this.
    fn to_value(&self) -> Value<'_>;
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value<'_> {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

macro_rules! integers {
    ($($kind:ty),*) => { $(impl ToValue for $kind {
        fn to_value(&self) -> Value<'_> {
            Value::Integer(i64::from(*self))
        }
    })* };
}
integers!(i64, i32, u32, u16, bool);

impl ToValue for str {
    fn to_value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

/// A row of a result.
pub struct Row<'r>(pub(super) &'r dyn Columns);

/// A driver's row.
pub(super) trait Columns {
    fn value(&self, column: usize) -> Result<Value<'_>, StoreError>;
}

impl Row<'_> {
    /// The value of a column, counted from 0.
    ///
    /// # Errors
    /// There is no such column, or it holds something else.
    pub fn get<T: FromValue>(&self, column: usize) -> Result<T, StoreError> {
        let value = self.0.value(column)?;
        T::from_value(value).ok_or_else(|| {
            // Not the value: it may be a player's.
            StoreError::Mistake(format!("column {column} is no {}", std::any::type_name::<T>()))
        })
    }

    /// A column that holds the name of something.
    ///
    /// # Errors
    /// There is no such column, or `known` knows no such name.
    pub fn named<T>(&self, column: usize, known: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
        let name: String = self.get(column)?;
        known(&name).ok_or_else(|| StoreError::Mistake(format!("column {column} holds the unknown name {name:?}")))
    }
}

/// What a column can be read as.
pub trait FromValue: Sized {
    /// None if the value is of another kind, or too large.
    fn from_value(value: Value<'_>) -> Option<Self>;
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

macro_rules! from_integers {
    ($($kind:ty),*) => { $(impl FromValue for $kind {
        fn from_value(value: Value<'_>) -> Option<Self> {
            match value {
                Value::Integer(number) => Self::try_from(number).ok(),
                _ => None,
            }
        }
    })* };
}
from_integers!(i64, u64, u32, u16, usize);

impl FromValue for bool {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Integer(number) => Some(number != 0),
            _ => None,
        }
    }
}

impl FromValue for String {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes.to_owned()),
            _ => None,
        }
    }
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Blob(bytes) => bytes.try_into().ok(),
            _ => None,
        }
    }
}
