//! A PostgreSQL server for the tests: empty, on a free port of this machine, gone afterwards.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use super::server::{free_port, until_said};
use crate::process::{answer, quiet_program, succeed};
use crate::terminal::Terminal;
use crate::tools::{System, is_root, on_path};

/// The user whom the system's package makes for the server, which refuses to run as root.
const USER: &str = "postgres";
/// Every test has connections of its own.
const SETTINGS: [&str; 4] =
    ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=400", "lc_messages=C"];

/// What has to be left of an answered change after a power cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// All of it, as in production.
    Full,
    /// Nothing: a test is done before.
    None,
}

impl Durability {
    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Full => &[],
            Self::None => &["fsync=off", "full_page_writes=off"],
        }
    }
}

/// What it says once it can be connected to.
const READY: &str = "database system is ready to accept connections";

/// A running server. It is stopped and its data removed when this is dropped.
pub(crate) struct Postgres {
    server: Child,
    /// Where its programs are.
    programs: PathBuf,
    data: PathBuf,
    /// Where it is, with the database that every server has.
    pub(crate) url: String,
}

impl Postgres {
    /// Installs what is missing, and starts.
    ///
    /// # Errors
    /// It can't be installed, or does not start; says what it printed.
    pub(crate) fn start(terminal: &Terminal, durability: Durability) -> Result<Self> {
        let system =
            System { name: "PostgreSQL, on which the gateway is tested", packages: &["postgresql"], program: initdb };
        let initdb = system.program(terminal)?;
        let step = terminal.step("Starting PostgreSQL");
        // Not among our own files: the server's user may not be allowed there.
        let data = std::env::temp_dir().join(format!("croupier-postgres-{}", std::process::id()));
        let programs = initdb.parent().context("a program is in a folder")?.to_owned();
        let mut make = as_server(&initdb);
        make.arg("--pgdata").arg(&data).args([
            "--username",
            USER,
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--no-sync",
        ]);
        succeed(&mut make, &step)?;
        let port = free_port()?;
        let mut serve = as_server(&programs.join("postgres"));
        serve.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        serve.args(SETTINGS.iter().chain(durability.settings()).map(|setting| format!("--{setting}")));
        let server = serve.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().context("starting PostgreSQL")?;
        let mut running = Self { server, programs, data, url: format!("postgres://{USER}@127.0.0.1:{port}/postgres") };
        until_said("PostgreSQL", &mut running.server, READY)?;
        step.done("");
        Ok(running)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Politely: it has processes and shared memory of its own to give back. By its own program, since
        // our child is the one that became the server's user, and a signal goes no further.
        let mut stop = as_server(&self.programs.join("pg_ctl"));
        let stopped = answer(stop.arg("stop").arg("-D").arg(&self.data).args(["-m", "fast"]));
        if stopped.is_none() {
            self.server.kill().ok();
        }
        self.server.wait().ok();
        fs::remove_dir_all(&self.data).ok();
    }
}

/// The server's programs are not on the path where several versions can stand side by side.
fn initdb() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.map(|version| version.path().join("bin/initdb")).filter(|program| program.is_file()).max();
    newest.or_else(|| on_path("initdb"))
}

/// The program, run by a user whom the server accepts.
fn as_server(program: &std::path::Path) -> Command {
    if !is_root() {
        return quiet_program(&program.to_string_lossy());
    }
    let mut command = quiet_program("runuser");
    command.args(["-u", USER, "--"]).arg(program);
    // A folder that the other user may be in.
    command.current_dir("/");
    command
}
