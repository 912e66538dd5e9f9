//! A gateway that gives the answers that it was told to give, and commands that are typed to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use clap::Parser;

use super::key::for_this_machine;
use crate::cli::Cli;
use crate::failure::explain;
use crate::terminal::Terminal;

/// An answer: its status and body. Without one the gateway hangs up.
pub(super) type Answer = Option<(u16, String)>;

/// What a gateway says when it refuses; `field` is JSON.
pub(super) fn problem(status: u16, kind: &str, detail: &str, field: &str) -> Answer {
    let text =
        format!(r#"{{"type":"/problems/{kind}","title":"","status":{status},"detail":"{detail}","field":{field}}}"#);
    Some((status, text))
}

/// Gives one answer to each call, and is gone then. Gives its address, and the first line of each call.
pub(super) fn gateway(answers: Vec<Answer>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (called, calls) = channel();
    thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            called.send(read(&stream)).ok();
            if let Some((status, body)) = answer {
                let length = body.len();
                let head = format!("HTTP/1.1 {status} Said\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
                stream.write_all((head + &body).as_bytes()).unwrap();
            }
        }
    });
    (address, calls)
}

/// A call to its end; of what is left unread the caller would hear before the answer.
fn read(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).unwrap();
    let mut length = 0_usize;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(text) = line.strip_prefix("content-length:") {
            length = text.trim().parse().unwrap();
        }
    }
    reader.read_exact(&mut vec![0; length]).unwrap();
    first.trim().to_owned()
}

/// Types a command to a gateway, with a key of its own; gives what is said if it fails.
pub(super) fn typed(gateway: &str, arguments: &[&str]) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    for_this_machine(folder.path()).unwrap();
    let key = folder.path().join("team.key");
    let desk = ["--gateway", gateway, "--key", key.to_str().unwrap()];
    let line = Cli::try_parse_from(["croupier"].iter().chain(arguments).chain(&desk));
    let cli = line.map_err(|error| error.to_string())?;
    crate::run(&cli, &Terminal::detect()).map(drop).map_err(|error| explain(&error))
}
