//! A NATS server of a test's own, which may be killed. `CROUPIER_NATS_SERVER` names the program.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::thread;

use gateway::events::{Nats, NatsServers};
use tempfile::TempDir;

/// It is killed when it is dropped.
pub(crate) struct NatsServer {
    child: Option<Child>,
    port: u16,
    data: TempDir,
    /// Whom it lets in, and with which password; everybody if none are named.
    user: Option<(&'static str, &'static str)>,
}

impl NatsServer {
    /// Nothing listens yet.
    pub(crate) fn stopped() -> Self {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        Self { child: None, port, data: tempfile::tempdir().unwrap(), user: None }
    }

    #[allow(dead_code)] // the other suite begins without it
    pub(crate) fn start() -> Self {
        let mut server = Self::stopped();
        server.resume();
        server
    }

    /// One that asks who is there.
    #[allow(dead_code)] // the other suite's lets everybody in
    pub(crate) fn start_for(user: &'static str, password: &'static str) -> Self {
        let mut server = Self::stopped();
        server.user = Some((user, password));
        server.resume();
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// What was answered may be gone with it: it writes to the disk when it likes.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Starts it with the data that it has, on the same port.
    pub(crate) fn resume(&mut self) {
        let program = std::env::var_os("CROUPIER_NATS_SERVER").expect("CROUPIER_NATS_SERVER names the program");
        let mut child = Command::new(program)
            .args(["--addr", "127.0.0.1", "--port", &self.port.to_string(), "--jetstream", "--store_dir"])
            .arg(self.data.path())
            .args(self.user.iter().flat_map(|(user, password)| ["--user", user, "--pass", password]))
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        assert!(lines.by_ref().map_while(Result::ok).any(|line| line.contains("Server is ready")), "it starts");
        thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        self.child = Some(child);
    }

    /// Takes all that it has kept.
    #[allow(dead_code)] // one of the two suites loses streams
    pub(crate) fn wipe(&mut self) {
        self.kill();
        fs::remove_dir_all(self.data.path()).unwrap();
    }

    /// A gateway's connection to it.
    #[allow(dead_code)] // the other starts whole gateways
    pub(crate) async fn connect(&self) -> Nats {
        self.connect_as(None, None).await
    }

    /// The same under a name, with a secret.
    #[allow(dead_code)] // the other suite's lets everybody in
    pub(crate) async fn connect_as(&self, user: Option<&str>, secret: Option<&str>) -> Nats {
        let servers = NatsServers {
            addresses: vec![self.url().parse().unwrap()],
            user: user.map(str::to_owned),
            secret: secret.map(str::to_owned),
            prefix: "test".to_owned(),
            stream_mib: 8,
        };
        Nats::connect(&servers).await.unwrap()
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.kill();
    }
}
