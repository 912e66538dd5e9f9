//! Where the services of a test keep their data: files in a folder, or, where `CROUPIER_POSTGRES`
//! names a server, a database of the test's own on it. And how their events travel: inside the process, or,
//! where `CROUPIER_NATS` names a server, over streams of the test's own on that.

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
    /// The server with its own database, and the test's.
    database: Option<(Config, String)>,
    /// The server with the streams, and what their names begin with.
    events: Option<(String, String)>,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::around(tempfile::tempdir().expect("a folder"))
    }

    /// Whose events travel over this server.
    #[allow(dead_code)] // only whole gateways send them
    pub(crate) fn with_events_over(url: String) -> Self {
        let mut place = Self::new();
        place.events = Some((url, stream_prefix()));
        place
    }

    /// In memory where there is such a place, for tests that write thousands of times and whose crashes
    /// are made by hand.
    #[allow(dead_code)] // one of the two suites plays histories
    pub(crate) fn quick() -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        Self::around(folder.expect("a folder"))
    }

    fn around(folder: TempDir) -> Self {
        let database = std::env::var("CROUPIER_POSTGRES").ok().map(|url| {
            let server: Config = url.parse().expect("CROUPIER_POSTGRES is a URL");
            let name = format!("test_{}", Uuid::new_v4().simple());
            administer(&server, format!("CREATE DATABASE {name}"));
            (server, name)
        });
        let events = std::env::var("CROUPIER_NATS").ok().map(|url| (url, stream_prefix()));
        Self { folder, database, events }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The database's address as the gateway's flag takes it.
    #[allow(dead_code)] // only some programs are started on it
    pub(crate) fn database_url(&self) -> Option<String> {
        let (server, name) = self.database.as_ref()?;
        let port = server.get_ports().first()?;
        Some(format!("postgres://{}@127.0.0.1:{port}/{name}", server.get_user()?))
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
            Some((server, name)) => {
                let mut config = server.clone();
                config.dbname(name);
                Storage::Postgres(Box::new(config.into()))
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((server, name)) = self.database.take() {
            administer(&server, format!("DROP DATABASE {name} WITH (FORCE)"));
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

/// On a thread of its own: the driver waits, which a test's runtime does not allow.
/// A connection of a test's own to the server. It waits: not on a thread of the runtime.
#[allow(dead_code)] // only some tests have something to do there
pub(crate) fn connected(server: &Server) -> postgres::Client {
    postgres::Config::from(server.config().clone()).connect(NoTls).expect("the server is there")
}

fn administer(server: &Config, statement: String) {
    let server = server.clone();
    let done = thread::spawn(move || postgres::Config::from(server).connect(NoTls)?.batch_execute(&statement)).join();
    done.expect("no panic").expect("the server does as it is told");
}
