//! A player without a browser: the same HTTP calls and the same feed, for what is measured or
//! attacked rather than seen.

use anyhow::{Context, Result, ensure};
use contract::feed::{FromVendor, ToVendor};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::floor::Floor;

/// A signed-in demo player.
#[derive(Debug)]
pub struct Player {
    http: reqwest::Client,
    base: String,
    csrf: String,
    /// The player's id.
    pub id: String,
}

impl Player {
    /// One click on "demo".
    ///
    /// # Errors
    /// The gateway refuses.
    pub async fn demo(floor: &Floor) -> Result<Self> {
        let http = reqwest::Client::builder().cookie_store(true).build()?;
        let base = floor.url();
        let reply = http
            .post(format!("{base}/api/identity/demo"))
            .header("origin", &base)
            .json(&json!({}))
            .send()
            .await?
            .error_for_status()?;
        let session: Value = reply.json().await?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let csrf = text(&session["csrf_token"]).context("a CSRF token")?;
        let id = text(&session["player"]["id"]).context("a player id")?;
        Ok(Self { http, base, csrf, id })
    }

    /// A state-changing call.
    ///
    /// # Errors
    /// The gateway does not answer with JSON.
    pub async fn post(&self, path: &str, body: &Value, key: Option<&str>) -> Result<(u16, Value)> {
        let mut request = self
            .http
            .post(format!("{}{path}", self.base))
            .header("origin", &self.base)
            .header(contract::CSRF_TOKEN, &self.csrf)
            .json(body);
        if let Some(key) = key {
            request = request.header(contract::IDEMPOTENCY_KEY, key);
        }
        let reply = request.send().await?;
        Ok((reply.status().as_u16(), reply.json().await?))
    }

    /// Takes a seat at a table: launch token, feed, first snapshot.
    ///
    /// # Errors
    /// The vendor refuses.
    pub async fn sit(&self, floor: &Floor, table: &str) -> Result<Seat> {
        let (status, launch) = self.post("/api/live/launch", &json!({ "table": table }), None).await?;
        ensure!(status == 201, "launch: {status} {launch}");
        let token = launch["token"].as_str().context("a token")?.to_owned();
        let mut seat = Seat::watch(floor, table).await?;
        seat.say(&ToVendor::Launch(contract::feed::LaunchToken { token })).await?;
        Ok(seat)
    }
}

/// A socket on the vendor's feed.
#[derive(Debug)]
pub struct Seat {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Seat {
    /// Watches a table without a player.
    ///
    /// # Errors
    /// The vendor refuses.
    pub async fn watch(floor: &Floor, table: &str) -> Result<Self> {
        let (socket, _) = tokio_tungstenite::connect_async(floor.feed_url()).await?;
        let mut seat = Self { socket };
        seat.say(&ToVendor::Subscribe(contract::feed::Subscribe { tables: vec![table.into()] })).await?;
        Ok(seat)
    }

    /// Sends a message.
    ///
    /// # Errors
    /// The socket is closed.
    pub async fn say(&mut self, message: &ToVendor) -> Result<()> {
        self.socket.send(Message::text(serde_json::to_string(message)?)).await?;
        Ok(())
    }

    /// Waits for a message that `pick` accepts; others are passed over.
    ///
    /// # Errors
    /// The vendor closes the socket, says something that is no message, or 30 s pass.
    pub async fn hear<T>(&mut self, what: &str, pick: impl Fn(FromVendor) -> Option<T>) -> Result<T> {
        let heard = async {
            loop {
                let frame = self.socket.next().await.context("the vendor closed the feed")??;
                if let Message::Text(text) = frame
                    && let Some(value) = pick(serde_json::from_str(&text)?)
                {
                    return Ok(value);
                }
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), heard).await.with_context(|| what.to_owned())?
    }
}
