//! A NATS server with JetStream for tests and for services that run apart: empty, on a free port of this machine,
//! gone afterwards.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use anyhow::{Context, Result};

use super::server::{free_port, until_said};
use crate::process::quiet_program;
use crate::terminal::Terminal;
use crate::tools::{System, on_path};

/// What it says once it can be connected to.
const READY: &str = "Server is ready";

/// A running server. It is ended and its data removed when this is dropped.
pub(crate) struct Nats {
    server: Child,
    data: PathBuf,
    /// The program, for tests that need a server of their own to kill.
    pub(crate) program: PathBuf,
    /// Where it is.
    pub(crate) url: String,
}

impl Nats {
    /// Installs what is missing, and starts.
    ///
    /// # Errors
    /// It can't be installed, or does not start; says what it printed.
    pub(crate) fn start(terminal: &Terminal) -> Result<Self> {
        let system = System {
            name: "nats-server, over which the gateway's events travel",
            packages: &["nats-server"],
            program: || on_path("nats-server"),
        };
        let program = system.program(terminal)?;
        let step = terminal.step("Starting NATS");
        let data = std::env::temp_dir().join(format!("croupier-nats-{}", std::process::id()));
        let port = free_port()?;
        let mut serve = quiet_program(&program.to_string_lossy());
        serve.args(["--addr", "127.0.0.1", "--port", &port.to_string(), "--jetstream", "--store_dir"]).arg(&data);
        let server = serve.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().context("starting NATS")?;
        let mut running = Self { server, data, program, url: format!("nats://127.0.0.1:{port}") };
        until_said("NATS", &mut running.server, READY)?;
        step.done("");
        Ok(running)
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        // It has nothing to give back: what it keeps goes with it.
        self.server.kill().ok();
        self.server.wait().ok();
        fs::remove_dir_all(&self.data).ok();
    }
}
