//! `PostgreSQL`: one database for all services, a schema for each, on another machine.
//!
//! A write transaction begins with a lock that belongs to the service, so that there is one writer
//! at a time among all processes, as there is for a file. What is right on `SQLite` is right here:
//! no command has to be ready for a serialisation failure.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::error::Error as _;
use std::time::Duration;

use bytes::BytesMut;
use postgres::error::SqlState;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, NoTls, Statement};

use super::StoreError;
use super::dialect;
use super::sql::{Columns, Engine, Row, Value};

/// How long to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a commit whose answer was lost may stay unknown.
const ASK_AGAIN: u32 = 20;
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(250);
/// The bounds of every connection: on waiting for a lock, on a statement, and on a transaction
/// whose process hangs while others wait for its lock.
const BOUNDS: &str = "SET lock_timeout = '5s'; SET statement_timeout = '15s'; \
                      SET idle_in_transaction_session_timeout = '30s'; SET synchronous_commit = on;";
/// The first half of our locks' names; the second is the schema's.
const LOCKS: i32 = 0x0043_5250;

/// A connection, made anew when it was lost.
pub(super) struct Postgres {
    config: Config,
    schema: String,
    client: RefCell<Option<Session>>,
    /// The number of the open write transaction: what became of it can be asked for later.
    transaction: RefCell<Option<String>>,
    open: Cell<bool>,
}

/// What lives as long as a connection.
struct Session {
    client: Client,
    statements: HashMap<String, Statement>,
}

impl Postgres {
    /// Connects, and makes the service's schema if there is none. Not to be called by async code:
    /// it waits.
    pub(super) fn open(config: &Config, service: &str) -> Result<Self, StoreError> {
        let this = Self::named(config, service, &format!("croupier-{service}"));
        this.begin_write()?;
        this.simple(&format!("CREATE SCHEMA IF NOT EXISTS {service}"))?;
        this.commit()?;
        Ok(this)
    }

    /// Connects to look at a schema that another process makes, now or later. The same holds.
    pub(super) fn open_existing(config: &Config, service: &str) -> Result<Self, StoreError> {
        let this = Self::named(config, service, &format!("croupier-follows-{service}"));
        this.begin_read()?;
        this.rollback()?;
        Ok(this)
    }

    fn named(config: &Config, service: &str, application: &str) -> Self {
        let mut config = config.clone();
        config.connect_timeout(CONNECT_TIMEOUT).application_name(application);
        Self {
            config,
            schema: service.to_owned(),
            client: RefCell::default(),
            transaction: RefCell::default(),
            open: Cell::new(false),
        }
    }

    /// Runs something on the connection; connects first unless a transaction was lost with it.
    fn with<T>(&self, run: impl FnOnce(&mut Session) -> Result<T, postgres::Error>) -> Result<T, StoreError> {
        let mut held = self.client.borrow_mut();
        if held.as_ref().is_none_or(|session| session.client.is_closed()) {
            if self.open.get() {
                return Err(StoreError::Unusable("the connection was lost".to_owned()));
            }
            *held = Some(self.connect()?);
        }
        let Some(session) = held.as_mut() else { return Err(StoreError::Closed) };
        let outcome = run(session);
        if session.client.is_closed() {
            *held = None;
        }
        Ok(outcome?)
    }

    fn connect(&self) -> Result<Session, StoreError> {
        let mut client = self.config.connect(NoTls)?;
        client.batch_execute(&format!("{BOUNDS} SET search_path = {}", self.schema))?;
        Ok(Session { client, statements: HashMap::new() })
    }

    fn simple(&self, sql: &str) -> Result<(), StoreError> {
        self.with(|session| session.client.batch_execute(sql))
    }

    fn begin(&self, statement: &str) -> Result<(), StoreError> {
        if self.simple(statement).is_err() {
            // The connection may have ended while nobody used it, as when the server was restarted.
            *self.client.borrow_mut() = None;
            self.simple(statement)?;
        }
        self.open.set(true);
        Ok(())
    }

    /// Whether the transaction whose answer was lost is committed.
    fn was_committed(&self, transaction: &str) -> Result<bool, StoreError> {
        for _ in 0..ASK_AGAIN {
            let asked = self.with(|session| {
                let row = session.client.query_one("SELECT pg_xact_status($1::text::xid8)", &[&transaction])?;
                row.try_get::<_, Option<String>>(0)
            });
            match asked.as_ref().map(Option::as_deref) {
                Ok(Some("committed")) => return Ok(true),
                Ok(Some("aborted")) => return Ok(false),
                Ok(_) | Err(_) => std::thread::sleep(ASK_AGAIN_AFTER),
            }
        }
        Err(StoreError::Unusable("the connection was lost during a commit".to_owned()))
    }
}

impl Engine for Postgres {
    fn begin_write(&self) -> Result<(), StoreError> {
        self.begin("BEGIN")?;
        let lock = "SELECT pg_current_xact_id()::text FROM pg_advisory_xact_lock(?1, hashtext(?2))";
        let mut transaction = None;
        self.query(lock, &[Value::Integer(LOCKS.into()), Value::Text(&self.schema)], &mut |row| {
            transaction = row.get(0).ok();
            false
        })?;
        self.transaction.replace(transaction);
        Ok(())
    }

    fn begin_read(&self) -> Result<(), StoreError> {
        self.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    }

    fn commit(&self) -> Result<(), StoreError> {
        let transaction = self.transaction.take();
        let outcome = self.simple("COMMIT");
        self.open.set(false);
        match (outcome, transaction) {
            // It may have been done all the same: only the answer was lost, or an end of the
            // connection came in its place. Another connection knows.
            (Err(error), Some(transaction)) => {
                *self.client.borrow_mut() = None;
                if self.was_committed(&transaction)? { Ok(()) } else { Err(error) }
            }
            (outcome, _) => outcome,
        }
    }

    fn rollback(&self) -> Result<(), StoreError> {
        self.transaction.take();
        let lost = self.client.borrow().is_none();
        let outcome = if lost { Ok(()) } else { self.simple("ROLLBACK") };
        self.open.set(false);
        outcome
    }

    fn is_open(&self) -> bool {
        self.open.get()
    }

    fn define(&self, sql: &str) -> Result<(), StoreError> {
        self.simple(&dialect::to_postgres(sql))
    }

    fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<usize, StoreError> {
        let changed = self.with(|session| {
            let statement = session.statement(sql)?;
            session.client.execute(&statement, &borrowed(values))
        })?;
        usize::try_from(changed).map_err(|error| StoreError::Mistake(error.to_string()))
    }

    fn query(&self, sql: &str, values: &[Value<'_>], each: &mut dyn FnMut(&Row<'_>) -> bool) -> Result<(), StoreError> {
        // All at once: whoever reads a row may ask for more on the same connection.
        let rows = self.with(|session| {
            let statement = session.statement(sql)?;
            session.client.query(&statement, &borrowed(values))
        })?;
        for row in &rows {
            if !each(&Row(row)) {
                break;
            }
        }
        Ok(())
    }
}

impl Session {
    fn statement(&mut self, sql: &str) -> Result<Statement, postgres::Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(&dialect::marks(sql))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

fn borrowed<'a>(values: &'a [Value<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Value<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match *self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(number) if *kind == Type::BOOL => (number != 0).to_sql(kind, out),
            Self::Integer(number) if *kind == Type::INT4 => i32::try_from(number)?.to_sql(kind, out),
            Self::Integer(number) => number.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Blob(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl Columns for postgres::Row {
    fn value(&self, column: usize) -> Result<Value<'_>, StoreError> {
        let Some(of) = self.columns().get(column) else {
            return Err(StoreError::Mistake(format!("there is no column {column}")));
        };
        let value = match *of.type_() {
            Type::INT8 => self.try_get::<_, Option<i64>>(column)?.map(Value::Integer),
            Type::INT4 => self.try_get::<_, Option<i32>>(column)?.map(|number| Value::Integer(number.into())),
            Type::BOOL => self.try_get::<_, Option<bool>>(column)?.map(|yes| Value::Integer(yes.into())),
            Type::TEXT | Type::VARCHAR => self.try_get::<_, Option<&str>>(column)?.map(Value::Text),
            Type::BYTEA => self.try_get::<_, Option<&[u8]>>(column)?.map(Value::Blob),
            ref other => return Err(StoreError::Mistake(format!("column {column} is of type {other}"))),
        };
        Ok(value.unwrap_or(Value::Null))
    }
}

impl From<postgres::Error> for StoreError {
    fn from(error: postgres::Error) -> Self {
        // The driver's own words leave out what the server said.
        let said = error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"));
        let Some(state) = error.code() else { return Self::Unusable(said) };
        if *state == SqlState::DISK_FULL {
            return Self::Full;
        }
        if [SqlState::LOCK_NOT_AVAILABLE, SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED]
            .contains(state)
        {
            return Self::Locked;
        }
        // Connections, resources, the operator, the system; and a server that only reads, as a
        // replica does until it is promoted.
        let class = state.code().get(..2).unwrap_or_default();
        if ["08", "28", "3D", "53", "57", "58"].contains(&class) || *state == SqlState::READ_ONLY_SQL_TRANSACTION {
            return Self::Unusable(said);
        }
        Self::Mistake(said)
    }
}
