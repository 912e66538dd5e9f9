//! Just enough of HTTP for a page on this machine: files are read, and one stream of events is followed.
//!
//! Must never answer anybody but a browser of this machine that was sent here: it listens on loopback only, and a
//! `Host` of another name, which is what a foreign page could make a browser call, is refused.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::failure::Failure;

/// A head is longer for nobody.
const MOST_HEAD_BYTES: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;
/// A page with its frames and streams needs fewer.
const MOST_CONNECTIONS: usize = 64;
const PATIENCE: Duration = Duration::from_secs(10);

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// Without the port.
    pub(super) host: String,
    pub(super) path: String,
    /// What follows the question mark.
    pub(super) query: String,
}

/// What is answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) media_type: &'static str,
    pub(super) body: Vec<u8>,
    /// A policy for the page, if it has one.
    pub(super) policy: Option<String>,
}

impl Answer {
    pub(super) fn ok(media_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, media_type, body: body.into(), policy: None }
    }

    pub(super) fn refused(status: u16, why: &str) -> Self {
        Self { status, media_type: "text/plain; charset=utf-8", body: format!("{why}\n").into_bytes(), policy: None }
    }
}

/// Whoever answers.
pub(super) trait Site: Send + Sync + 'static {
    /// Nothing if the request is for the stream.
    fn answer(&self, request: &Request) -> Option<Answer>;
    /// Writes events until the other end is gone.
    fn follow(&self, stream: &mut dyn Write) -> io::Result<()>;
}

/// Listens on this machine; port 0 is any that is free.
///
/// # Errors
/// The port is taken.
pub(super) fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            Failure::new(format!("port {port} is taken by another program"), "choose another one with --port.").into()
        }
        _ => anyhow::Error::from(error).context(format!("port {port} can't be used")),
    })
}

/// Answers in the background, for as long as the program runs.
pub(super) fn serve<S: Site>(listener: TcpListener, site: &Arc<S>) {
    let (site, open) = (Arc::clone(site), Arc::new(AtomicUsize::new(0)));
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            if open.fetch_add(1, Ordering::SeqCst) >= MOST_CONNECTIONS {
                open.fetch_sub(1, Ordering::SeqCst);
                continue; // closed by being dropped
            }
            let (site, open) = (Arc::clone(&site), Arc::clone(&open));
            thread::spawn(move || {
                // A browser that goes away in the middle is nobody's failure.
                converse(stream, &*site).ok();
                open.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
}

/// One request each: on one machine a connection costs nothing.
fn converse(mut stream: TcpStream, site: &dyn Site) -> Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    let answer = match read(&mut stream)? {
        Err(refused) => refused,
        Ok(request) => match site.answer(&request) {
            Some(answer) => answer,
            None => {
                stream.write_all(
                    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-store\r\n\
                      connection: close\r\n\r\n",
                )?;
                return Ok(site.follow(&mut stream)?);
            }
        },
    };
    write(&mut stream, &answer)?;
    Ok(())
}

fn read(stream: &mut TcpStream) -> Result<Result<Request, Answer>> {
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut chunk)?;
        if read == 0 || head.len() + read > MOST_HEAD_BYTES {
            return Ok(Err(Answer::refused(431, "the request's head is too long, or is none")));
        }
        head.extend_from_slice(&chunk[..read]);
    }
    parse(&head)
}

fn parse(head: &[u8]) -> Result<Result<Request, Answer>> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    request.parse(head).context("this is no HTTP")?;
    if request.method != Some("GET") {
        return Ok(Err(Answer::refused(405, "this page is only read: send GET")));
    }
    let host = request.headers.iter().find(|header| header.name.eq_ignore_ascii_case("host"));
    let host = host.and_then(|header| std::str::from_utf8(header.value).ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if !is_here(name) {
        return Ok(Err(Answer::refused(403, "host: this page is localhost's")));
    }
    let (path, query) =
        request.path.unwrap_or_default().split_once('?').unwrap_or((request.path.unwrap_or_default(), ""));
    Ok(Ok(Request { host: name.to_owned(), path: path.to_owned(), query: query.to_owned() }))
}

fn is_here(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1") || host.ends_with(".localhost")
}

fn write(stream: &mut TcpStream, answer: &Answer) -> io::Result<()> {
    let status = match answer.status {
        200 => "200 OK",
        403 => "403 Forbidden",
        404 => "404 Not Found",
        405 => "405 Method Not Allowed",
        431 => "431 Request Header Fields Too Large",
        _ => "500 Internal Server Error",
    };
    let policy = answer.policy.as_ref().map(|policy| format!("content-security-policy: {policy}\r\n"));
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: {}\r\ncontent-length: {}\r\ncache-control: no-store\r\n\
         x-content-type-options: nosniff\r\n{}connection: close\r\n\r\n",
        answer.media_type,
        answer.body.len(),
        policy.unwrap_or_default(),
    )?;
    stream.write_all(&answer.body)?;
    stream.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(head: &str) -> Result<Request, u16> {
        parse(head.as_bytes()).unwrap().map_err(|answer| answer.status)
    }

    #[test]
    fn a_page_of_this_machine_is_answered_and_no_other() {
        let read = |host: &str| parsed(&format!("GET /stage?locale=ar HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        let wanted = |host: &str| Request { host: host.into(), path: "/stage".into(), query: "locale=ar".into() };
        assert_eq!(read("localhost:8070"), Ok(wanted("localhost")));
        assert_eq!(read("happy-hour.localhost:8070"), Ok(wanted("happy-hour.localhost")));
        for foreign in ["casino.example", "localhost.casino.example:8070", ""] {
            assert_eq!(read(foreign), Err(403), "{foreign}");
        }
        assert_eq!(parsed("POST / HTTP/1.1\r\nhost: localhost\r\n\r\n"), Err(405));
        assert!(parse(b"\x16\x03\x01\r\n\r\n").is_err());
    }

    struct Echo;

    impl Site for Echo {
        fn answer(&self, request: &Request) -> Option<Answer> {
            (request.path != "/events").then(|| Answer::ok("text/plain", request.path.clone()))
        }
        fn follow(&self, stream: &mut dyn Write) -> io::Result<()> {
            stream.write_all(b"data: 1\n\n")
        }
    }

    fn ask(address: std::net::SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        said
    }

    #[test]
    fn files_are_answered_and_events_follow() {
        let listener = listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        serve(listener, &Arc::new(Echo));
        let said = ask(address, "GET /a HTTP/1.1\r\nhost: localhost\r\n\r\n");
        assert!(said.starts_with("HTTP/1.1 200 OK\r\n") && said.ends_with("\r\n\r\n/a"), "{said}");
        let said = ask(address, "GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n");
        assert!(said.contains("text/event-stream") && said.ends_with("data: 1\n\n"), "{said}");
        let long = format!("GET / HTTP/1.1\r\nhost: localhost\r\nx: {}", "x".repeat(MOST_HEAD_BYTES));
        assert!(ask(address, &long).starts_with("HTTP/1.1 431"));
        let taken = self::listen(address.port()).unwrap_err();
        assert!(crate::failure::explain(&taken).contains("--port"), "{taken}");
    }
}
