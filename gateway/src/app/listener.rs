//! Takes connections and serves them until the process stops.
//!
//! **Architecture invariant:** no client holds a connection by doing nothing. A request's head has to arrive
//! within [`Patience`], a body within the time that its reply may take (`edge`), and a reply has to be read.
//! What is left are event streams, which are bounded by number and by what waits to be read.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::serve::Listener;
use bytes::Bytes;
use http::header::CONNECTION;
use http::{HeaderValue, Request};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// How long a client may take over its part.
#[derive(Clone, Copy, Debug)]
struct Patience {
    /// For the whole head of a request, counted from the connection or from the end of the reply before it:
    /// so long may a connection also be idle. Longer than the proxies in front keep theirs (60 s), so that
    /// none is closed on them while a request is on its way.
    head: Duration,
    /// For acknowledging that anything of a reply was received.
    reply: Duration,
}

impl Patience {
    const USUAL: Self = Self { head: Duration::from_secs(75), reply: Duration::from_secs(30) };
}

/// Serves until the process stops; then takes no more connections, and waits for the open requests.
pub(super) async fn serve(listener: TcpListener, routes: Router, stopping: watch::Receiver<bool>) {
    serve_with(Patience::USUAL, listener, routes, stopping).await;
}

async fn serve_with(
    patience: Patience,
    mut listener: TcpListener,
    routes: Router,
    mut stopping: watch::Receiver<bool>,
) {
    // Dropped with whoever waits for the end, and every connection with it.
    let mut connections = JoinSet::new();
    loop {
        let (socket, from) = tokio::select! {
            accepted = Listener::accept(&mut listener) => accepted,
            () = stopped(&mut stopping) => break,
            // Those that have ended need no place any more.
            Some(_) = connections.join_next() => continue,
        };
        prepare(&socket, patience.reply);
        connections.spawn(connection(patience, socket, from, routes.clone(), stopping.clone()));
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// An error means that the gateway was dropped.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

#[cfg_attr(not(target_os = "linux"), allow(unused_variables))]
fn prepare(socket: &TcpStream, reply: Duration) {
    // A reply of a few bytes must not wait for more to fill a packet.
    let set = socket.set_nodelay(true);
    // A client that reads nothing would be waited for as long as it says that it lives. Only Linux ends that.
    #[cfg(target_os = "linux")]
    let set = set.and_then(|()| socket2::SockRef::from(socket).set_tcp_user_timeout(Some(reply)));
    if let Err(error) = set {
        tracing::debug!(%error, "a socket keeps its defaults");
    }
}

async fn connection(
    patience: Patience,
    socket: TcpStream,
    from: SocketAddr,
    routes: Router,
    mut stopping: watch::Receiver<bool>,
) {
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(from));
        let (request, unread) = Watched::body_of(request);
        let routes = routes.clone();
        async move {
            let mut response = routes.oneshot(request).await.unwrap_or_else(|never| match never {});
            // The connection ends with this answer: a client that is not told would send its next request on it.
            if unread.load(Ordering::Relaxed) {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(response)
        }
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(patience.head);
    let mut serving = pin!(server.serve_connection(TokioIo::new(socket), answer));
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = stopped(&mut stopping) => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// A request's body, and whether there is more of it than anybody wanted to read.
struct Watched {
    body: Incoming,
    unread: Arc<AtomicBool>,
}

impl Watched {
    fn body_of(request: Request<Incoming>) -> (Request<Body>, Arc<AtomicBool>) {
        let unread = Arc::new(AtomicBool::new(!request.body().is_end_stream()));
        let seen = Arc::clone(&unread);
        (request.map(|body| Body::new(Self { body, unread })), seen)
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if matches!(frame, Poll::Ready(None)) || self.body.is_end_stream() {
            self.unread.store(false, Ordering::Relaxed);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::{get, post};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const SHORT: Patience = Patience { head: Duration::from_millis(300), reply: Duration::from_millis(300) };
    /// Nothing here takes longer unless it is not bounded at all.
    const AT_MOST: Duration = Duration::from_secs(20);

    /// A server, whether it runs for as long as the sender lives, and a connection to it.
    async fn served() -> (watch::Sender<bool>, tokio::task::JoinHandle<()>, TcpStream) {
        let routes = Router::new()
            .route("/", get(async || "yes"))
            .route("/long", get(async || "x".repeat(64 * 1024 * 1024)))
            .route("/early", post(async || "no need"))
            .route("/length", post(async |body: String| body.len().to_string()));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let stopping = watch::Sender::new(false);
        let server = tokio::spawn(serve_with(SHORT, listener, routes, stopping.subscribe()));
        let client = TcpStream::connect(address).await.expect("a connection");
        (stopping, server, client)
    }

    /// What is said until the server hangs up.
    async fn until_closed(client: &mut TcpStream) -> String {
        let mut said = Vec::new();
        // How it hangs up is not told apart.
        let _ = tokio::time::timeout(AT_MOST, client.read_to_end(&mut said)).await.expect("it hangs up");
        String::from_utf8_lossy(&said).into_owned()
    }

    #[tokio::test]
    async fn a_head_that_never_ends_is_given_up() {
        let (_stopping, _server, mut client) = served().await;
        client.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n").await.expect("sent");
        let (mut reading, mut writing) = client.split();
        let trickle = async {
            // A header at a time: the whole head counts, not the pause before the next byte.
            while writing.write_all(b"x-more: 1\r\n").await.is_ok() {
                tokio::time::sleep(SHORT.head / 10).await;
            }
        };
        let mut said = Vec::new();
        let closed = tokio::time::timeout(AT_MOST, async { tokio::join!(trickle, reading.read_to_end(&mut said)).1 });
        let _ = closed.await.expect("it hangs up");
        assert!(!String::from_utf8_lossy(&said).contains("200 OK"));
    }

    #[tokio::test]
    async fn a_body_that_nobody_waits_for_holds_nothing() {
        let (_stopping, _server, mut client) = served().await;
        let head = b"POST /early HTTP/1.1\r\nhost: here\r\ncontent-length: 1000\r\n\r\nx";
        client.write_all(head).await.expect("sent");
        let said = until_closed(&mut client).await;
        assert!(said.contains("connection: close") && said.ends_with("no need"), "{said}");
    }

    #[tokio::test]
    async fn an_idle_connection_is_closed_after_its_reply() {
        let (_stopping, _server, mut client) = served().await;
        client.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n").await.expect("sent");
        assert!(until_closed(&mut client).await.ends_with("yes"));
    }

    #[tokio::test]
    #[cfg(target_os = "linux")]
    async fn a_reply_that_nobody_reads_ends() {
        let (stopping, server, mut client) = served().await;
        client.write_all(b"GET /long HTTP/1.1\r\nhost: here\r\n\r\n").await.expect("sent");
        client.readable().await.expect("it has begun");
        // A stop waits for open requests: this one is open until the client is given up.
        stopping.send_replace(true);
        tokio::time::timeout(AT_MOST, server).await.expect("it gives up").expect("it ends");
    }

    #[tokio::test]
    async fn an_open_request_is_answered_after_the_stop() {
        let (stopping, server, mut client) = served().await;
        let head = b"POST /length HTTP/1.1\r\nhost: here\r\ncontent-length: 4\r\nexpect: 100-continue\r\n\r\n";
        client.write_all(head).await.expect("sent");
        let mut said = [0; 25];
        client.read_exact(&mut said).await.expect("somebody waits for the body");
        assert_eq!(said, *b"HTTP/1.1 100 Continue\r\n\r\n");
        stopping.send_replace(true);
        client.write_all(b"abcd").await.expect("sent");
        let said = until_closed(&mut client).await;
        assert!(said.starts_with("HTTP/1.1 200 OK") && said.ends_with("\r\n4"), "{said}");
        server.await.expect("it ends");
    }
}
