//! Where the services of a test keep their data: files in a folder, or, where `CROUPIER_POSTGRES`
//! names a server, a database of the test's own on it.

use std::path::Path;
use std::thread;

use gateway::store::Storage;
use postgres::{Config, NoTls};
use tempfile::TempDir;
use uuid::Uuid;

/// Removed, with all that it holds, when it is dropped.
pub(crate) struct Place {
    folder: TempDir,
    /// The server with its own database, and the test's.
    database: Option<(Config, String)>,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::around(tempfile::tempdir().expect("a folder"))
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
        Self { folder, database }
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
    }
}

/// On a thread of its own: the driver waits, which a test's runtime does not allow.
fn administer(server: &Config, statement: String) {
    let server = server.clone();
    let done = thread::spawn(move || server.connect(NoTls)?.batch_execute(&statement)).join();
    done.expect("no panic").expect("the server does as it is told");
}
