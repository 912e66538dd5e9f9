//! One connection of one player, kept open: as little work as possible on the caller's side.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// A connection, and the session on it if there is one.
pub(crate) struct Caller {
    connection: SendRequest<Full<Bytes>>,
    origin: String,
    cookie: String,
    csrf: String,
}

impl Caller {
    /// Connects as a visitor.
    pub(crate) async fn visitor(origin: &str) -> Result<Self> {
        let address = origin.strip_prefix("http://localhost").context("a floor is on this machine")?;
        let socket = TcpStream::connect(format!("127.0.0.1{address}")).await?;
        socket.set_nodelay(true)?;
        let (connection, io) = handshake(TokioIo::new(socket)).await?;
        // It ends with the connection; what goes wrong on it is the next call's error.
        tokio::spawn(io);
        Ok(Self { connection, origin: origin.to_owned(), cookie: String::new(), csrf: String::new() })
    }

    /// Connects as a new demo player.
    pub(crate) async fn player(origin: &str) -> Result<Self> {
        let mut caller = Self::visitor(origin).await?;
        let reply = caller.send(Method::POST, "/api/identity/demo", None, "{}".into()).await?;
        ensure!(reply.status() == StatusCode::CREATED, "no demo player: {}", reply.status());
        let cookie = reply.headers().get(SET_COOKIE).context("a cookie")?.to_str()?;
        caller.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let session: Value = serde_json::from_slice(&reply.into_body().collect().await?.to_bytes())?;
        caller.csrf = session["csrf_token"].as_str().context("a CSRF token")?.to_owned();
        Ok(caller)
    }

    /// A call whose answer is read and forgotten.
    pub(crate) async fn call(
        &mut self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: String,
    ) -> Result<StatusCode> {
        let reply = self.send(method, path, key, body).await?;
        let status = reply.status();
        reply.into_body().collect().await?;
        Ok(status)
    }

    /// A call whose answer goes on for as long as somebody listens.
    pub(crate) async fn stream(&mut self, path: &str) -> Result<Incoming> {
        let reply = self.send(Method::GET, path, None, String::new()).await?;
        ensure!(reply.status() == StatusCode::OK, "no stream: {}", reply.status());
        Ok(reply.into_body())
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: String,
    ) -> Result<Response<Incoming>> {
        let host = self.origin.strip_prefix("http://").unwrap_or_default();
        let mut request = Request::builder().method(method).uri(path).header(HOST, host).header(ORIGIN, &self.origin);
        if !self.cookie.is_empty() {
            request = request.header(COOKIE, &self.cookie).header(contract::CSRF_TOKEN, &self.csrf);
        }
        if let Some(key) = key {
            request = request.header(contract::IDEMPOTENCY_KEY, key);
        }
        let request = request.header(CONTENT_TYPE, "application/json").body(Full::from(body))?;
        self.connection.ready().await?;
        Ok(self.connection.send_request(request).await?)
    }
}
