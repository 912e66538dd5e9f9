//! The real program in a process of its own, to be killed.

use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::{Operator, Player, patiently};

pub(crate) struct Process {
    pub(crate) child: Child,
    listening: String,
    control: String,
}

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_provider");

impl Process {
    pub(crate) async fn start(data: &Path, operator: &Operator, dealing_ms: u32) -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--no-video"])
            .args(["--betting-ms", "3000", "--result-ms", "500", "--dealing-ms", &dealing_ms.to_string()])
            .arg("--data")
            .arg(data)
            .args(["--wallet-url", &operator.url()])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = patiently("the ready line", lines.next_line()).await.unwrap().expect("the program ended");
        let ready: serde_json::Value = serde_json::from_str(&line).unwrap();
        operator.trust(data);
        let address = |name: &str| ready[name].as_str().unwrap().to_owned();
        Self { child, listening: address("listening"), control: address("control") }
    }

    pub(crate) async fn player(&self, operator: &Operator, name: &str, table: &str) -> Player {
        operator.fund(name, 10_000);
        let mut player = Player::connect(&format!("{}/feed", self.listening.replacen("http", "ws", 1))).await;
        player.subscribe(&[table]).await;
        player.launch(&operator.token(name, table)).await;
        player
    }

    pub(crate) fn control_url(&self, path: &str) -> String {
        format!("{}{path}", self.control)
    }

    /// SIGKILL: nothing of the program runs any more.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// SIGTERM, and its end.
    pub(crate) async fn terminate(mut self) -> std::process::ExitStatus {
        let id = self.child.id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        patiently("the end of the program", self.child.wait()).await.unwrap()
    }
}
