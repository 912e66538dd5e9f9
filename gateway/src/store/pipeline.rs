//! A connection to `PostgreSQL` on which statements are sent ahead: what nobody waits for is written down and
//! travels with the next question, all of it in one message. The server answers a message at once: for statements
//! on their own, half of its time would go into answering.
//!
//! The server carries out what it gets in order, and after a failure nothing more until the transaction is
//! undone. So whatever was sent after a statement that failed has had no effect either.

use std::collections::{HashMap, VecDeque};
use std::future::{self, Future};
use std::mem;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Row, SimpleQueryMessage, Statement};

use super::sql::{OwnedValue, Value, check_rows, is_question};
use super::tls::{Connection, Server};
use super::{StoreError, dialect};

/// What the server will answer; the question is on its way.
type Answer<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

pub(super) struct Pipeline {
    runtime: Runtime,
    client: Arc<Client>,
    /// None once it is over.
    connection: Option<Connection>,
    statements: HashMap<Arc<str>, Statement>,
    /// The names of those that are sent without waiting.
    names: HashMap<Arc<str>, String>,
    /// What will be sent next, as one message.
    message: String,
    unsent: Vec<Sent>,
    /// What was sent and is not known to have worked.
    sent: VecDeque<(Vec<Sent>, Answer<Vec<SimpleQueryMessage>>)>,
    /// What was asked before it was wanted, and is still true.
    foreseen: Vec<Foreseen>,
}

/// A statement that has to change so many rows.
struct Sent {
    sql: Arc<str>,
    rows: usize,
}

struct Foreseen {
    sql: Arc<str>,
    values: Vec<OwnedValue>,
    rows: Answer<Vec<Row>>,
}

impl Pipeline {
    /// Connects. Not to be called by async code: it waits, as everything here does.
    pub(super) fn connect(server: &Server) -> Result<Self, StoreError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| StoreError::Unusable(error.to_string()))?;
        let (client, connection) = runtime.block_on(server.connect())?;
        Ok(Self {
            runtime,
            client: Arc::new(client),
            connection: Some(connection),
            statements: HashMap::new(),
            names: HashMap::new(),
            message: String::new(),
            unsent: Vec::new(),
            sent: VecDeque::new(),
            foreseen: Vec::new(),
        })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.connection.is_none() || self.client.is_closed()
    }

    /// Runs statements without values.
    pub(super) fn simple(&mut self, sql: &str) -> Result<(), StoreError> {
        self.foreseen.clear();
        self.flush();
        let client = Arc::clone(&self.client);
        let done = self.wait(client.batch_execute(sql));
        self.settle()?;
        Ok(done?)
    }

    /// Undoes the transaction, or what came after a savepoint of it: what became of all that was sent does not
    /// matter any more.
    pub(super) fn undo(&mut self, sql: &str) -> Result<(), StoreError> {
        self.forget();
        self.simple(sql)
    }

    pub(super) fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        self.foreseen.clear();
        let (_, statement) = self.statement(sql)?;
        self.flush();
        let client = Arc::clone(&self.client);
        let changed = self.wait(client.execute(&statement, &borrowed(values)));
        self.settle()?;
        Ok(changed?)
    }

    /// Sends a statement that has to change so many rows; [`Self::settle`] tells whether it did.
    pub(super) fn send(&mut self, sql: &str, values: &[Value<'_>], rows: usize) -> Result<(), StoreError> {
        self.foreseen.clear();
        if values.iter().any(|value| matches!(value, Value::Text(text) if text.contains('\0'))) {
            // Neither does the server keep such a text, but this one alone is to fail by it.
            return Err(StoreError::Mistake(format!("a text with a zero in it was to be written by: {sql}")));
        }
        if !self.names.contains_key(sql) {
            let name = format!("sent_{}", self.names.len());
            self.simple(&format!("PREPARE {name} AS {}", dialect::marks(sql)))?;
            self.names.insert(sql.into(), name);
        }
        let Some((sql, name)) = self.names.get_key_value(sql) else { return Err(StoreError::Closed) };
        dialect::execute(&mut self.message, name, values);
        self.unsent.push(Sent { sql: Arc::clone(sql), rows });
        Ok(())
    }

    /// Puts what was written down on its way.
    fn flush(&mut self) {
        if self.unsent.is_empty() {
            return;
        }
        let (client, message) = (Arc::clone(&self.client), mem::take(&mut self.message));
        let answer = begun(Box::pin(async move { client.simple_query(&message).await }));
        self.sent.push_back((mem::take(&mut self.unsent), answer));
    }

    fn forget(&mut self) {
        self.message.clear();
        self.unsent.clear();
        self.sent.clear();
    }

    /// Waits until all that was sent has worked. Of several failures, the first is told: the others follow
    /// from it.
    pub(super) fn settle(&mut self) -> Result<(), StoreError> {
        self.flush();
        while let Some((sent, answer)) = self.sent.pop_front() {
            let outcome = self.wait(answer).map_err(StoreError::from).and_then(|answers| check(&sent, &answers));
            if outcome.is_err() {
                self.forget();
                return outcome;
            }
        }
        Ok(())
    }

    /// Asks what will be wanted.
    pub(super) fn foresee(&mut self, sql: &str, values: &[Value<'_>]) -> Result<(), StoreError> {
        let (sql, statement) = self.statement(sql)?;
        self.flush();
        let (client, values) = (Arc::clone(&self.client), owned(values));
        let asked = values.clone();
        let rows = begun(Box::pin(async move {
            use futures::TryStreamExt as _;
            client.query_raw(&statement, asked).await?.try_collect().await
        }));
        self.foreseen.push(Foreseen { sql, values, rows });
        Ok(())
    }

    pub(super) fn query(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        let is_same = |foreseen: &Foreseen| {
            *foreseen.sql == *sql && foreseen.values.iter().map(OwnedValue::borrowed).eq(values.iter().copied())
        };
        let rows = if let Some(place) = self.foreseen.iter().position(is_same) {
            let foreseen = self.foreseen.swap_remove(place);
            self.wait(foreseen.rows)
        } else {
            if !is_question(sql) {
                self.foreseen.clear();
            }
            let (_, statement) = self.statement(sql)?;
            self.flush();
            let client = Arc::clone(&self.client);
            self.wait(client.query(&statement, &borrowed(values)))
        };
        self.settle()?;
        Ok(rows?)
    }

    fn statement(&mut self, sql: &str) -> Result<(Arc<str>, Statement), StoreError> {
        if let Some((sql, statement)) = self.statements.get_key_value(sql) {
            return Ok((Arc::clone(sql), statement.clone()));
        }
        self.flush();
        let client = Arc::clone(&self.client);
        let prepared = self.wait(client.prepare(&dialect::marks(sql)));
        self.settle()?;
        let (sql, statement) = (Arc::<str>::from(sql), prepared?);
        self.statements.insert(Arc::clone(&sql), statement.clone());
        Ok((sql, statement))
    }

    /// Waits for an answer, and for as long lets the connection send and receive.
    fn wait<T>(&mut self, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let (mut answer, connection) = (pin!(answer), &mut self.connection);
        self.runtime.block_on(future::poll_fn(|context| {
            if let Poll::Ready(answered) = answer.as_mut().poll(context) {
                return Poll::Ready(answered);
            }
            let ended = connection.as_mut().map_or(Poll::Pending, |connection| connection.as_mut().poll(context));
            let Poll::Ready(ended) = ended else { return Poll::Pending };
            *connection = None;
            // Why it ended says more than that it did.
            ended.err().map_or_else(|| answer.as_mut().poll(context), |error| Poll::Ready(Err(error)))
        }))
    }
}

/// Holds each statement's answer against what it had to do.
fn check(sent: &[Sent], answers: &[SimpleQueryMessage]) -> Result<(), StoreError> {
    let changed = answers.iter().filter_map(|answer| match answer {
        SimpleQueryMessage::CommandComplete(rows) => Some(*rows),
        _ => None,
    });
    let changed: Vec<u64> = changed.collect();
    if changed.len() != sent.len() {
        return Err(StoreError::Mistake(format!("{} answers to {} statements", changed.len(), sent.len())));
    }
    sent.iter().zip(changed).try_for_each(|(Sent { sql, rows }, changed)| {
        check_rows(sql, usize::try_from(changed).unwrap_or(usize::MAX), *rows)
    })
}

/// Puts a question on its way, which its first poll does.
fn begun<T: Send + 'static>(mut answer: Answer<T>) -> Answer<T> {
    match answer.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answered) => Box::pin(future::ready(answered)),
        Poll::Pending => answer,
    }
}

fn owned(values: &[Value<'_>]) -> Vec<OwnedValue> {
    values.iter().map(|value| OwnedValue::from(*value)).collect()
}

fn borrowed<'a>(values: &'a [Value<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
