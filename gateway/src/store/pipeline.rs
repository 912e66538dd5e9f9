//! A connection to `PostgreSQL` on which statements are sent ahead: what nobody waits for travels with the next
//! question. Statements that follow each other and can't tell whether one of them was carried out before another
//! are sent as one: the server plans, carries out and answers each one on its own otherwise, and that is most
//! of its work.
//!
//! The server carries out what it gets in order, and after a failure nothing more until the transaction is
//! undone. So whatever was sent after a statement that failed has had no effect either.
//!
//! **Architecture invariant:** nothing here waits without a bound unless it is told to. A host that vanishes says no
//! word of it, and whoever waits for its answer holds up everybody behind them.

use std::collections::{HashMap, VecDeque};
use std::future::{self, Future};
use std::mem;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures::TryStreamExt;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Row, Statement};

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
    /// How long an answer may take before the connection is given up; none is as long as the connection stands.
    patience: Option<Duration>,
    statements: HashMap<Arc<str>, Statement>,
    /// Those that are sent as one, by what they are.
    groups: HashMap<Vec<Arc<str>>, Statement>,
    /// What will be sent next, as one.
    unsent: Vec<Unsent>,
    /// What was sent and is not known to have worked.
    sent: VecDeque<(Vec<Expected>, Answer<Vec<Row>>)>,
    /// What was asked before it was wanted, and is still true.
    foreseen: Vec<Foreseen>,
}

/// A statement that has to change so many rows.
struct Expected {
    sql: Arc<str>,
    rows: usize,
}

struct Unsent {
    expected: Expected,
    values: Vec<OwnedValue>,
}

struct Foreseen {
    sql: Arc<str>,
    values: Vec<OwnedValue>,
    rows: Answer<Vec<Row>>,
}

impl Pipeline {
    /// Connects within a time. Not to be called by async code: it waits, as everything here does.
    pub(super) fn connect(server: &Server, within: Duration) -> Result<Self, StoreError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| StoreError::Unusable(error.to_string()))?;
        let Ok(connected) = runtime.block_on(async { timeout(within, server.connect()).await }) else {
            // A host's name may still be looked up, which nobody can end.
            runtime.shutdown_background();
            return Err(StoreError::Unusable(format!("no connection was made within {within:?}")));
        };
        let (client, connection) = connected?;
        Ok(Self {
            runtime,
            client: Arc::new(client),
            connection: Some(connection),
            patience: Some(within),
            statements: HashMap::new(),
            groups: HashMap::new(),
            unsent: Vec::new(),
            sent: VecDeque::new(),
            foreseen: Vec::new(),
        })
    }

    /// How long an answer may take from now on.
    pub(super) fn answer_within(&mut self, patience: Option<Duration>) {
        self.patience = patience;
    }

    pub(super) fn is_closed(&self) -> bool {
        self.connection.is_none() || self.client.is_closed()
    }

    /// Runs statements without values.
    pub(super) fn simple(&mut self, sql: &str) -> Result<(), StoreError> {
        self.foreseen.clear();
        self.flush()?;
        let client = Arc::clone(&self.client);
        let done = self.wait(client.batch_execute(sql));
        self.settle()?;
        done
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
        self.flush()?;
        let client = Arc::clone(&self.client);
        let changed = self.wait(client.execute(&statement, &borrowed(values)));
        self.settle()?;
        changed
    }

    /// Sends a statement that has to change so many rows; [`Self::settle`] tells whether it did.
    pub(super) fn send(&mut self, sql: &str, values: &[Value<'_>], rows: usize) -> Result<(), StoreError> {
        self.foreseen.clear();
        let table = dialect::only_table(sql);
        let is_apart = |unsent: &Unsent| table.is_some() && dialect::only_table(&unsent.expected.sql) != table;
        if !self.unsent.iter().all(is_apart) {
            self.flush()?;
        }
        self.unsent.push(Unsent { expected: Expected { sql: sql.into(), rows }, values: owned(values) });
        if table.is_none() {
            self.flush()?;
        }
        Ok(())
    }

    /// Puts what waits to be sent on its way.
    fn flush(&mut self) -> Result<(), StoreError> {
        if self.unsent.is_empty() {
            return Ok(());
        }
        let unsent = mem::take(&mut self.unsent);
        let statement = self.group(&unsent)?;
        let (mut expected, mut values) = (Vec::with_capacity(unsent.len()), Vec::new());
        for part in unsent {
            expected.push(part.expected);
            values.extend(part.values);
        }
        self.sent.push_back((expected, self.ask(statement, values)));
        Ok(())
    }

    fn group(&mut self, parts: &[Unsent]) -> Result<Statement, StoreError> {
        let name: Vec<_> = parts.iter().map(|part| Arc::clone(&part.expected.sql)).collect();
        if let Some(statement) = self.groups.get(&name) {
            return Ok(statement.clone());
        }
        let one = dialect::as_one(parts.iter().map(|part| (&*part.expected.sql, part.values.len())));
        let statement = self.prepare(&one)?;
        self.groups.insert(name, statement.clone());
        Ok(statement)
    }

    /// A question that is on its way.
    fn ask(&self, statement: Statement, values: Vec<OwnedValue>) -> Answer<Vec<Row>> {
        let client = Arc::clone(&self.client);
        begun(Box::pin(async move { client.query_raw(&statement, values).await?.try_collect().await }))
    }

    fn forget(&mut self) {
        self.unsent.clear();
        self.sent.clear();
    }

    /// Waits until all that was sent has worked. Of several failures, the first is told: the others follow
    /// from it.
    pub(super) fn settle(&mut self) -> Result<(), StoreError> {
        self.flush()?;
        self.answered()
    }

    /// The same for what is on its way already.
    fn answered(&mut self) -> Result<(), StoreError> {
        while let Some((expected, answer)) = self.sent.pop_front() {
            let outcome = self.wait(answer).and_then(|rows| check(&expected, &rows));
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
        self.flush()?;
        let values = owned(values);
        let rows = self.ask(statement, values.clone());
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
            self.flush()?;
            let client = Arc::clone(&self.client);
            self.wait(client.query(&statement, &borrowed(values)))
        };
        self.settle()?;
        rows
    }

    fn statement(&mut self, sql: &str) -> Result<(Arc<str>, Statement), StoreError> {
        if let Some((sql, statement)) = self.statements.get_key_value(sql) {
            return Ok((Arc::clone(sql), statement.clone()));
        }
        let (sql, statement) = (Arc::<str>::from(sql), self.prepare(sql)?);
        self.statements.insert(Arc::clone(&sql), statement.clone());
        Ok((sql, statement))
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement, StoreError> {
        let client = Arc::clone(&self.client);
        let prepared = self.wait(client.prepare(&dialect::marks(sql)));
        if prepared.is_err() {
            // It may have failed by what was sent before it.
            self.answered()?;
        }
        prepared
    }

    /// Waits for an answer, and for as long lets the connection send and receive. Where none comes, the connection
    /// is over: whatever it would still say came too late.
    fn wait<T>(&mut self, answer: impl Future<Output = Result<T, Error>>) -> Result<T, StoreError> {
        let (mut answer, connection) = (pin!(answer), &mut self.connection);
        let answered = future::poll_fn(|context| {
            if let Poll::Ready(answered) = answer.as_mut().poll(context) {
                return Poll::Ready(answered);
            }
            let ended = connection.as_mut().map_or(Poll::Pending, |connection| connection.as_mut().poll(context));
            let Poll::Ready(ended) = ended else { return Poll::Pending };
            *connection = None;
            // Why it ended says more than that it did.
            ended.err().map_or_else(|| answer.as_mut().poll(context), |error| Poll::Ready(Err(error)))
        });
        let Some(patience) = self.patience else { return Ok(self.runtime.block_on(answered)?) };
        match self.runtime.block_on(async { timeout(patience, answered).await }) {
            Ok(answered) => answered.map_err(StoreError::from),
            Err(_) => {
                self.connection = None;
                tracing::warn!(?patience, "the database does not answer: its connection is given up");
                Err(StoreError::Unusable(format!("it gave no answer within {patience:?}")))
            }
        }
    }
}

/// Holds the rows that each statement has changed against those that it had to change.
fn check(expected: &[Expected], answer: &[Row]) -> Result<(), StoreError> {
    let [counts] = answer else {
        return Err(StoreError::Mistake(format!("{} answers instead of one", answer.len())));
    };
    expected.iter().enumerate().try_for_each(|(place, Expected { sql, rows })| {
        let changed: i64 = counts.try_get(place)?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Write, copy, sink};
    use std::net::{Ipv4Addr, TcpListener};
    use std::thread;
    use std::time::Instant;

    const SHORT: Duration = Duration::from_millis(200);
    const LONG: Duration = Duration::from_secs(60);
    /// Whoever has come is let in, and may ask.
    const WELCOME: &[u8] = b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I";

    /// A server that says this and nothing more, whatever it is told, as one does whose host has vanished.
    fn silent_after(greeting: &'static [u8]) -> Server {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let mut config = tokio_postgres::Config::new();
        config.host("127.0.0.1").port(listener.local_addr().unwrap().port()).user("nobody");
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(greeting).unwrap();
            let _ = copy(&mut stream, &mut sink());
        });
        config.into()
    }

    #[test]
    fn a_server_that_says_nothing_any_more_is_given_up() {
        let begun = Instant::now();
        let refused = Pipeline::connect(&silent_after(b""), SHORT).map(|_| ());
        assert!(matches!(refused, Err(StoreError::Unusable(_))), "{refused:?}");
        for is_simple in [true, false] {
            let mut pipeline = Pipeline::connect(&silent_after(WELCOME), LONG).unwrap();
            pipeline.answer_within(Some(SHORT));
            assert!(!pipeline.is_closed());
            let unanswered =
                if is_simple { pipeline.simple("BEGIN") } else { pipeline.query("SELECT 1", &[]).map(|_| ()) };
            assert!(matches!(unanswered, Err(StoreError::Unusable(_))), "{unanswered:?}");
            assert!(pipeline.is_closed(), "nobody asks it again");
        }
        assert!(begun.elapsed() < LONG);
    }
}
