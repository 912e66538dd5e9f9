//! WebDriver BiDi, as much of it as the scenarios need: a command and its answer, and the events that
//! came meanwhile. It is Firefox's counterpart of Chromium's debugging protocol.

use anyhow::{Context, Result, bail};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::PATIENCE;

/// The socket of one session.
#[derive(Debug)]
pub(super) struct Bidi {
    line: Mutex<Line>,
}

#[derive(Debug)]
struct Line {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last: u64,
    events: Vec<Value>,
}

impl Bidi {
    /// Opens the socket that a session has named.
    pub(super) async fn connect(url: &str) -> Result<Self> {
        let (socket, _) = tokio_tungstenite::connect_async(url).await.with_context(|| format!("opening {url}"))?;
        Ok(Self { line: Mutex::new(Line { socket, last: 0, events: Vec::new() }) })
    }

    /// Sends a command and waits for its answer.
    ///
    /// # Errors
    /// The browser refuses, or does not answer in time.
    pub(super) async fn command(&self, method: &str, params: Value) -> Result<Value> {
        let mut line = self.line.lock().await;
        let answered = tokio::time::timeout(PATIENCE, line.ask(method, params)).await;
        answered.with_context(|| format!("no answer within {PATIENCE:?}"))?.with_context(|| method.to_owned())
    }

    /// The events since the last call of those that were subscribed to.
    pub(super) async fn events(&self) -> Result<Vec<Value>> {
        // Nobody listens between two commands: what came before an answer has come by then.
        self.command("session.status", json!({})).await?;
        Ok(std::mem::take(&mut self.line.lock().await.events))
    }
}

impl Line {
    async fn ask(&mut self, method: &str, params: Value) -> Result<Value> {
        self.last += 1;
        let id = self.last;
        self.socket.send(Message::text(json!({ "id": id, "method": method, "params": params }).to_string())).await?;
        loop {
            let Message::Text(text) = self.socket.next().await.context("the browser closed the socket")?? else {
                continue;
            };
            let mut said: Value = serde_json::from_str(&text)?;
            if said["type"] == "event" {
                self.events.push(said);
            } else if said["id"] == id {
                if said["type"] == "error" {
                    bail!("{}: {}", said["error"], said["message"]);
                }
                return Ok(said["result"].take());
            }
        }
    }
}
