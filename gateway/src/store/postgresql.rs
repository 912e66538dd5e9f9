//! `PostgreSQL`: one database for all services, a schema for each, on another machine.
//!
//! A write transaction begins with a lock that belongs to the service, so that there is one writer
//! at a time among all processes, as there is for a file. What is right on `SQLite` is right here:
//! no command has to be ready for a serialisation failure.

use std::cell::{Cell, RefCell};
use std::error::Error as _;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::dialect;
use super::pipeline::Pipeline;
use super::sql::{Columns, Engine, OwnedValue, Row, Value};
use super::tls::Server;
use super::{Purpose, StoreError};

/// How long to wait for a connection to each host that is named.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long to wait for an answer: longer than the server itself works on one.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// How long what was sent may be without the receipt of the other host. One that has vanished gives none, and refuses
/// nothing either.
const RECEIPT_TIMEOUT: Duration = Duration::from_secs(10);
/// While nothing is sent, the other host is asked whether it is there: after this time, so often, this long apart.
const PROBE_AFTER: Duration = Duration::from_secs(10);
const PROBES: u32 = 3;
const PROBE_EVERY: Duration = Duration::from_secs(3);
/// How long a commit whose answer was lost may stay unknown.
const ASK_FOR: Duration = Duration::from_secs(5);
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(250);
/// The bounds of every connection: on waiting for a lock, on a statement, and on a transaction
/// whose process hangs while others wait for its lock.
const BOUNDS: &str = "SET lock_timeout = '5s'; SET statement_timeout = '15s'; \
                      SET idle_in_transaction_session_timeout = '30s';";
/// Takes the service's lock, and asks what has begun with it. The number first: a server that only reads refuses to
/// give one, and says so in words that we know.
const LOCK: &str = "SELECT pg_current_xact_id()::text, left(pg_walfile_name(pg_current_wal_lsn()), 8)
                    FROM pg_advisory_xact_lock(?1, hashtext(?2))";
/// Which timeline a server writes, none if it only reads; and what has become of a transaction of it.
const FATE: &str = "SELECT timeline, CASE WHEN timeline = ?2 THEN pg_xact_status(?1::text::xid8) END
                    FROM (SELECT CASE WHEN NOT pg_is_in_recovery()
                                 THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END AS timeline) AS server";
/// The first half of our locks' names; the second is the schema's.
const LOCKS: i32 = 0x0043_5250;

/// A connection, made anew when it was lost.
pub(super) struct Postgres {
    server: Server,
    schema: String,
    purpose: Purpose,
    client: RefCell<Option<Pipeline>>,
    /// The open write transaction: what became of it can be asked for later.
    transaction: RefCell<Option<Transaction>>,
    open: Cell<bool>,
    /// What first went wrong in the open transaction: from then on the server refuses everything but to undo it,
    /// and would take a commit for that.
    failed: RefCell<Option<StoreError>>,
}

/// A write transaction, as a server can be asked about it.
struct Transaction {
    number: String,
    /// Which timeline it is of. A replica that is promoted begins one of its own, and gives the numbers that it has
    /// not heard of to others.
    timeline: String,
}

impl Transaction {
    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { number: row.get(0)?, timeline: row.get(1)? })
    }

    /// Whether it is committed, by the words of a server; none if that is not known yet.
    fn fate(&self, timeline: Option<&str>, status: Option<&str>) -> Option<Result<bool, StoreError>> {
        if timeline? != self.timeline {
            let lost = "another server has taken over during a commit, and may not know of it";
            return Some(Err(StoreError::Unusable(lost.to_owned())));
        }
        match status? {
            "committed" => Some(Ok(true)),
            "aborted" => Some(Ok(false)),
            _ => None,
        }
    }
}

impl Postgres {
    /// Connects, and makes the service's schema if there is none. Not to be called by async code:
    /// it waits.
    pub(super) fn open(server: &Server, service: &str, purpose: Purpose) -> Result<Self, StoreError> {
        let this = Self { purpose, ..Self::open_as_it_is(server, service) };
        this.begin_write()?;
        // Asked first: to say `IF NOT EXISTS` takes the right to make schemas, and a user may have been given its own
        // and no more.
        if !this.has_schema()? {
            this.simple(&format!("CREATE SCHEMA {service}"))?;
        }
        this.commit()?;
        Ok(this)
    }

    /// Whether the service has been here.
    pub(super) fn has_schema(&self) -> Result<bool, StoreError> {
        let mut is_there = false;
        let asked = "SELECT 1::bigint FROM pg_namespace WHERE nspname::text = ?1";
        self.query(asked, &[Value::Text(&self.schema)], &mut |_| {
            is_there = true;
            false
        })?;
        Ok(is_there)
    }

    /// The same for whoever only looks: connects when it is asked for something, and makes nothing.
    pub(super) fn open_as_it_is(server: &Server, service: &str) -> Self {
        let mut server = server.clone();
        server
            .config
            .application_name(format!("croupier-{service}"))
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_user_timeout(RECEIPT_TIMEOUT)
            .keepalives_idle(PROBE_AFTER)
            .keepalives_interval(PROBE_EVERY)
            .keepalives_retries(PROBES);
        Self {
            server,
            schema: service.to_owned(),
            purpose: Purpose::Record,
            client: RefCell::default(),
            transaction: RefCell::default(),
            open: Cell::new(false),
            failed: RefCell::default(),
        }
    }

    /// Runs something on the connection; connects first unless a transaction was lost with it.
    fn with<T>(&self, run: impl FnOnce(&mut Pipeline) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut held = self.client.borrow_mut();
        if held.as_ref().is_none_or(Pipeline::is_closed) {
            if self.open.get() {
                return Err(self.failed(StoreError::Unusable("the connection was lost".to_owned())));
            }
            *held = Some(self.connect()?);
        }
        let Some(pipeline) = held.as_mut() else { return Err(StoreError::Closed) };
        let outcome = run(pipeline);
        if pipeline.is_closed() {
            *held = None;
        }
        outcome.map_err(|error| self.failed(error))
    }

    /// Notes what went wrong in the open transaction.
    fn failed(&self, error: StoreError) -> StoreError {
        if self.open.get() {
            self.failed.borrow_mut().get_or_insert_with(|| error.clone());
        }
        error
    }

    fn connect(&self) -> Result<Pipeline, StoreError> {
        let hosts = u32::try_from(self.server.config.get_hosts().len()).unwrap_or(u32::MAX).max(1);
        let mut pipeline = Pipeline::connect(&self.server, CONNECT_TIMEOUT.saturating_mul(hosts))?;
        pipeline.answer_within(Some(ANSWER_TIMEOUT));
        let waits = match self.purpose {
            Purpose::Record => "on",
            Purpose::ReadModel => "off",
        };
        pipeline.simple(&format!("{BOUNDS} SET synchronous_commit = {waits}; SET search_path = {}", self.schema))?;
        Ok(pipeline)
    }

    fn simple(&self, sql: &str) -> Result<(), StoreError> {
        self.with(|pipeline| pipeline.simple(sql))
    }

    fn begin(&self, statement: &str) -> Result<(), StoreError> {
        let begin = |pipeline: &mut Pipeline| {
            pipeline.answer_within(Some(ANSWER_TIMEOUT));
            pipeline.simple(statement)
        };
        if self.with(begin).is_err() {
            // The connection may have ended while nobody used it, as when the server was restarted.
            *self.client.borrow_mut() = None;
            self.with(begin)?;
        }
        self.open.set(true);
        self.failed.take();
        Ok(())
    }

    /// Whether the transaction whose answer was lost is committed.
    fn was_committed(&self, transaction: &Transaction) -> Result<bool, StoreError> {
        let values = [Value::Text(&transaction.number), Value::Text(&transaction.timeline)];
        let begun = Instant::now();
        while begun.elapsed() < ASK_FOR {
            let mut fate = None;
            // One that does not answer may do so later.
            let _ = self.query(FATE, &values, &mut |row| {
                let column = |place| row.get::<Option<String>>(place).ok().flatten();
                fate = transaction.fate(column(0).as_deref(), column(1).as_deref());
                false
            });
            match fate {
                Some(known) => return known,
                None => std::thread::sleep(ASK_AGAIN_AFTER),
            }
        }
        Err(StoreError::Unusable("the connection was lost during a commit".to_owned()))
    }
}

impl Engine for Postgres {
    fn begin_write(&self) -> Result<(), StoreError> {
        self.begin("BEGIN")?;
        let mut transaction = None;
        self.query(LOCK, &[Value::Integer(LOCKS.into()), Value::Text(&self.schema)], &mut |row| {
            transaction = Transaction::read(row).ok();
            false
        })?;
        self.transaction.replace(transaction);
        Ok(())
    }

    fn begin_read(&self) -> Result<(), StoreError> {
        self.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    }

    fn without_end(&self) -> Result<(), StoreError> {
        self.with(|pipeline| {
            pipeline.simple("SET LOCAL statement_timeout = 0")?;
            pipeline.answer_within(None);
            Ok(())
        })
    }

    fn commit(&self) -> Result<(), StoreError> {
        self.settle()?;
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
        let outcome = if lost { Ok(()) } else { self.with(|pipeline| pipeline.undo("ROLLBACK")) };
        self.open.set(false);
        outcome
    }

    fn undo_to(&self, savepoint: &str) -> Result<(), StoreError> {
        self.with(|pipeline| pipeline.undo(&format!("ROLLBACK TO {savepoint}")))?;
        self.failed.take();
        Ok(())
    }

    fn is_open(&self) -> bool {
        self.open.get()
    }

    fn define(&self, sql: &str) -> Result<(), StoreError> {
        self.simple(&dialect::to_postgres(sql))
    }

    fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<usize, StoreError> {
        let changed = self.with(|pipeline| pipeline.execute(sql, values))?;
        usize::try_from(changed).map_err(|error| StoreError::Mistake(error.to_string()))
    }

    fn send(&self, sql: &str, values: &[Value<'_>], rows: usize) -> Result<(), StoreError> {
        self.with(|pipeline| pipeline.send(sql, values, rows))
    }

    fn settle(&self) -> Result<(), StoreError> {
        if let Some(error) = self.failed.borrow().as_ref() {
            return Err(error.clone());
        }
        self.with(Pipeline::settle)
    }

    fn foresee(&self, sql: &str, values: &[Value<'_>]) -> Result<(), StoreError> {
        self.with(|pipeline| pipeline.foresee(sql, values))
    }

    fn count_anew(&self, tables: &[&str]) -> Result<(), StoreError> {
        self.simple(&format!("ANALYZE {}", tables.join(", ")))
    }

    fn query(&self, sql: &str, values: &[Value<'_>], each: &mut dyn FnMut(&Row<'_>) -> bool) -> Result<(), StoreError> {
        // All at once: whoever reads a row may ask for more on the same connection.
        let rows = self.with(|pipeline| pipeline.query(sql, values))?;
        for row in &rows {
            if !each(&Row(row)) {
                break;
            }
        }
        Ok(())
    }
}

impl ToSql for OwnedValue {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        self.borrowed().to_sql(kind, out)
    }

    fn accepts(kind: &Type) -> bool {
        Value::accepts(kind)
    }

    to_sql_checked!();
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

impl Columns for tokio_postgres::Row {
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

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
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
        // Connections, resources, the operator, the system; a server that only reads, as a replica does until it
        // is promoted; and one that has not waited for this process, which hung.
        let class = state.code().get(..2).unwrap_or_default();
        let states = [SqlState::READ_ONLY_SQL_TRANSACTION, SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT];
        if ["08", "28", "3D", "53", "57", "58"].contains(&class) || states.contains(state) {
            return Self::Unusable(said);
        }
        Self::Mistake(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_commit_is_asked_of_nobody_who_can_not_know() {
        let transaction = Transaction { number: "741".to_owned(), timeline: "00000001".to_owned() };
        let fate = |timeline, status| transaction.fate(timeline, status);
        assert_eq!(fate(Some("00000001"), Some("committed")), Some(Ok(true)));
        assert_eq!(fate(Some("00000001"), Some("aborted")), Some(Ok(false)));
        assert_eq!(fate(Some("00000001"), Some("in progress")), None);
        assert_eq!(fate(Some("00000001"), None), None, "it is too long ago to be known");
        assert_eq!(fate(None, None), None, "a replica may be promoted yet");
        for status in [None, Some("committed"), Some("aborted")] {
            let refused = fate(Some("00000002"), status);
            assert!(matches!(refused, Some(Err(StoreError::Unusable(_)))), "{status:?}: {refused:?}");
        }
    }
}
