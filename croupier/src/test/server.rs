//! What the servers that the tests are run on have in common: a free port, and a sign that they are ready.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::process::Child;
use std::thread;

use anyhow::{Context, Result, bail};

/// A port of this machine that nobody listens on.
pub(super) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Waits until a server has said a word on its standard error, which nobody has read yet.
///
/// # Errors
/// It ended before; says what it said until then.
pub(super) fn until_said(name: &str, server: &mut Child, word: &str) -> Result<()> {
    let mut lines = BufReader::new(server.stderr.take().context("its messages")?).lines();
    let mut said = String::new();
    for line in lines.by_ref().map_while(Result::ok) {
        if line.contains(word) {
            // It must not stop because nobody reads what it says.
            thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
            return Ok(());
        }
        said.push_str(&line);
        said.push('\n');
    }
    bail!("{name} ended before it was ready:\n{said}")
}
