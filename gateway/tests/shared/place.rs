//! Where the services of a test keep their data: files in a folder, or, where `CROUPIER_POSTGRES`
//! names a server, a database of the test's own on it. And how their events travel: inside the process, or,
//! where `CROUPIER_NATS` names a server, over streams of the test's own on that.

use std::cell::RefCell;
use std::path::Path;
use std::thread;

use futures::TryStreamExt;
use gateway::store::{Server, Storage};
use postgres::NoTls;
use tempfile::TempDir;
use tokio_postgres::Config;
use uuid::Uuid;

/// Removed, with all that it holds, when it is dropped.
pub(crate) struct Place {
    folder: TempDir,
    database: Option<TestDatabase>,
    /// Whether what comes after it on this thread may have its database.
    is_reused: bool,
    /// The server with the streams, and what their names begin with.
    events: Option<(String, String)>,
}

/// A database of the test's own, and its server. Removed when it is dropped.
struct TestDatabase {
    server: Config,
    name: String,
}

thread_local! {
    /// What the histories before had, emptied. They go as the thread does, at the end of its test.
    static SPARE: RefCell<Vec<TestDatabase>> = const { RefCell::new(Vec::new()) };
}

/// What is in a database before anything has happened: what its schema has had, and where some tables begin.
const STAYS: &str = "'common_steps', 'schema_steps', 'vendor_moves_begin'";

impl TestDatabase {
    /// A new one, where there is a server.
    fn create() -> Option<Self> {
        let url = std::env::var("CROUPIER_POSTGRES").ok()?;
        let server: Config = url.parse().expect("CROUPIER_POSTGRES is a URL");
        let name = format!("test_{}", Uuid::new_v4().simple());
        administer(&server, format!("CREATE DATABASE {name}"));
        Some(Self { server, name })
    }

    fn config(&self) -> Config {
        let mut config = self.server.clone();
        config.dbname(&self.name);
        config
    }

    /// As if nothing had happened in it, which takes a tenth of the time of a new one.
    fn empty(&self) {
        administer(
            &self.config(),
            format!(
                "DO $$ BEGIN EXECUTE (
                     SELECT 'TRUNCATE ' || string_agg(format('%I.%I', schemaname, tablename), ', ') || ' RESTART IDENTITY'
                     FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
                         AND tablename NOT IN ({STAYS})
                 ); END $$"
            ),
        );
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        administer(&self.server, format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::around(tempfile::tempdir().expect("a folder"), TestDatabase::create(), false)
    }

    /// Whose events travel over this server.
    #[allow(dead_code)] // only whole gateways send them
    pub(crate) fn with_events_over(url: String) -> Self {
        let mut place = Self::new();
        place.events = Some((url, stream_prefix()));
        place
    }

    /// In memory where there is such a place, and in a database that was used before, for tests that write
    /// thousands of times and whose crashes are made by hand.
    #[allow(dead_code)] // one of the two suites plays histories
    pub(crate) fn quick() -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        let database = SPARE.with_borrow_mut(Vec::pop).or_else(TestDatabase::create);
        Self::around(folder.expect("a folder"), database, true)
    }

    fn around(folder: TempDir, database: Option<TestDatabase>, is_reused: bool) -> Self {
        let events = std::env::var("CROUPIER_NATS").ok().map(|url| (url, stream_prefix()));
        Self { folder, database, is_reused, events }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The database's address as the gateway's flag takes it.
    #[allow(dead_code)] // only some programs are started on it
    pub(crate) fn database_url(&self) -> Option<String> {
        let TestDatabase { server, name } = self.database.as_ref()?;
        let port = server.get_ports().first()?;
        Some(format!("postgres://{}@127.0.0.1:{port}/{name}", server.get_user()?))
    }

    /// Ends every connection to the database, whatever is under way on it, as a server does that dies. Files have
    /// none.
    #[allow(dead_code)] // one of the two suites plays histories
    pub(crate) fn break_connections(&self) {
        let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        if let Some(database) = &self.database {
            administer(&database.config(), all.to_owned());
        }
    }

    /// Where events travel, as the gateway's flags take it.
    #[allow(dead_code)] // only some programs are started on it
    pub(crate) fn events_flags(&self) -> Vec<String> {
        let Some((url, prefix)) = &self.events else { return Vec::new() };
        // Room for a test, of which many run at once.
        ["--events", url, "--events-prefix", prefix, "--events-stream-mib", "8"].map(str::to_owned).into()
    }

    #[allow(dead_code)] // the other starts single services
    pub(crate) fn storage(&self) -> Storage {
        match &self.database {
            None => Storage::Folder(self.folder.path().into()),
            Some(database) => Storage::Postgres(Box::new(database.config().into())),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.is_reused
            && !thread::panicking()
            && let Some(database) = self.database.take()
        {
            database.empty();
            SPARE.with_borrow_mut(|spare| spare.push(database));
        }
        if let Some((url, prefix)) = self.events.take() {
            let removed = thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
                runtime.block_on(remove_streams(&url, &prefix))
            });
            removed.join().expect("no panic").expect("the server does as it is told");
        }
    }
}

async fn remove_streams(url: &str, prefix: &str) -> Result<(), async_nats::Error> {
    let context = async_nats::jetstream::new(async_nats::connect(url).await?);
    let names: Vec<String> = context.stream_names().try_collect().await?;
    for name in names.iter().filter(|name| name.starts_with(prefix)) {
        context.delete_stream(name).await?;
    }
    Ok(())
}

fn stream_prefix() -> String {
    format!("test_{}", Uuid::new_v4().simple())
}

/// A connection of a test's own to the server. It waits: not on a thread of the runtime.
#[allow(dead_code)] // only some tests have something to do there
pub(crate) fn connected(server: &Server) -> postgres::Client {
    postgres::Config::from(server.config().clone()).connect(NoTls).expect("the server is there")
}

/// On a thread of its own: the driver waits, which a test's runtime does not allow.
fn administer(server: &Config, statement: String) {
    let server = server.clone();
    let done = thread::spawn(move || postgres::Config::from(server).connect(NoTls)?.batch_execute(&statement)).join();
    done.expect("no panic").expect("the server does as it is told");
}
