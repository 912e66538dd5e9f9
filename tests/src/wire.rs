//! The wire between a player and a program: it can be cut, stopped up, or made long, and somebody may sit on it.
//!
//! It stands between two ports of this machine and looks at nothing but a request that it is told to hold up
//! or to answer. So it works for pages, event streams and sockets, in any browser.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, mpsc};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// What becomes of what is sent over the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Weather {
    /// It arrives.
    #[default]
    Clear,
    /// Connections break, and none can be made.
    Cut,
    /// Connections stay, and can be made; nothing arrives until this is over.
    Silent,
    /// It arrives so much later, each way.
    Far(Duration),
    /// A request with this text in it arrives so much later.
    Held(String, Duration),
    /// A request that begins with this never arrives: whoever sits on the wire gives this answer, head and body.
    Answered(String, Vec<u8>),
}

#[derive(Debug, Default)]
struct Line {
    weather: Mutex<Weather>,
    changed: Condvar,
    /// Both ends of each connection, to be broken.
    open: Mutex<HashMap<usize, [TcpStream; 2]>>,
}

/// A port that leads to another one. It lives as long as the test's process.
#[derive(Clone, Debug)]
pub struct Wire {
    line: Arc<Line>,
}

impl Wire {
    /// Leads from a port to another.
    ///
    /// # Errors
    /// The port is taken.
    pub fn new(from: u16, to: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", from)).context("the wire's port")?;
        let line = Arc::new(Line::default());
        let accepting = Arc::clone(&line);
        std::thread::spawn(move || {
            for (number, near) in listener.incoming().map_while(Result::ok).enumerate() {
                // A refused connection is dropped, which the other side hears of.
                let _ = accepting.connect(number, near, to);
            }
        });
        Ok(Self { line })
    }

    /// Changes the weather.
    pub fn set(&self, weather: Weather) {
        if weather == Weather::Cut {
            for ends in self.line.open().drain().flat_map(|(_, ends)| ends) {
                // It may have ended by itself.
                let _ = ends.shutdown(Shutdown::Both);
            }
        }
        *self.line.weather() = weather;
        self.line.changed.notify_all();
    }
}

impl Line {
    fn weather(&self) -> MutexGuard<'_, Weather> {
        self.weather.lock().expect("nobody panics with it")
    }

    fn open(&self) -> MutexGuard<'_, HashMap<usize, [TcpStream; 2]>> {
        self.open.lock().expect("nobody panics with it")
    }

    fn connect(self: &Arc<Self>, number: usize, near: TcpStream, to: u16) -> std::io::Result<()> {
        if *self.weather() == Weather::Cut {
            return Ok(());
        }
        let far = TcpStream::connect(("127.0.0.1", to))?;
        for end in [&near, &far] {
            end.set_nodelay(true)?;
        }
        self.open().insert(number, [near.try_clone()?, far.try_clone()?]);
        for (from, into) in [(near.try_clone()?, far.try_clone()?), (far, near)] {
            let (line, back) = (Arc::clone(self), from.try_clone()?);
            let (send, arrive) = mpsc::channel();
            std::thread::spawn(move || read(from, &send));
            std::thread::spawn(move || {
                line.write(into, back, arrive);
                line.open().remove(&number);
            });
        }
        Ok(())
    }

    /// Hands on what arrives, as the weather is, or answers it; then says that there is no more.
    fn write(&self, mut into: TcpStream, mut back: TcpStream, arrive: mpsc::Receiver<(Instant, Vec<u8>)>) {
        for (sent, bytes) in arrive {
            let late = self.pass(&bytes);
            std::thread::sleep((sent + late).saturating_duration_since(Instant::now()));
            // Silence may have fallen meanwhile.
            self.pass(&[]);
            let written = match self.answer(&bytes) {
                Some(answer) => back.write_all(&answer),
                None => into.write_all(&bytes),
            };
            if written.is_err() {
                break;
            }
        }
        self.pass(&[]);
        let _ = into.shutdown(Shutdown::Write);
    }

    /// What whoever sits on the wire says to this.
    fn answer(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        match &*self.weather() {
            Weather::Answered(asked, answer) if bytes.starts_with(asked.as_bytes()) => Some(answer.clone()),
            _ => None,
        }
    }

    /// Waits while nothing passes; says how late this is to arrive.
    fn pass(&self, bytes: &[u8]) -> Duration {
        let silent = |weather: &mut Weather| *weather == Weather::Silent;
        let weather = self.changed.wait_while(self.weather(), silent).expect("nobody panics with it");
        match &*weather {
            Weather::Far(late) => *late,
            Weather::Held(text, late) if bytes.windows(text.len()).any(|part| part == text.as_bytes()) => *late,
            _ => Duration::ZERO,
        }
    }
}

fn read(mut from: TcpStream, send: &mpsc::Sender<(Instant, Vec<u8>)>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if send.send((Instant::now(), buffer[..read].to_vec())).is_err() {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that gives back what it gets.
    fn echo() -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        std::thread::spawn(move || {
            for mut socket in listener.incoming().map_while(Result::ok) {
                std::thread::spawn(move || {
                    let mut back = socket.try_clone().expect("a handle");
                    std::io::copy(&mut socket, &mut back).ok();
                });
            }
        });
        port
    }

    fn wire() -> (Wire, u16) {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        (Wire::new(port, echo()).expect("a wire"), port)
    }

    fn connect(port: u16) -> TcpStream {
        let socket = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
        socket.set_read_timeout(Some(Duration::from_millis(300))).expect("a time");
        socket
    }

    fn there_and_back(socket: &mut TcpStream, text: &str) -> std::io::Result<Duration> {
        let sent = Instant::now();
        socket.write_all(text.as_bytes())?;
        socket.read_exact(&mut vec![0; text.len()])?;
        Ok(sent.elapsed())
    }

    #[test]
    fn what_is_sent_arrives_late_or_not_at_all() {
        let (wire, port) = wire();
        let mut socket = connect(port);
        there_and_back(&mut socket, "clear").expect("it arrives");
        wire.set(Weather::Far(Duration::from_millis(50)));
        assert!(there_and_back(&mut socket, "far").expect("it arrives") >= Duration::from_millis(100));
        wire.set(Weather::Held("GET /slow".into(), Duration::from_millis(100)));
        assert!(there_and_back(&mut socket, "GET /fast").expect("it arrives") < Duration::from_millis(90));
        assert!(there_and_back(&mut socket, "GET /slow").expect("it arrives") >= Duration::from_millis(100));
        wire.set(Weather::Silent);
        assert!(there_and_back(&mut socket, "silent").is_err());
        wire.set(Weather::Clear);
        socket.read_exact(&mut [0; 6]).expect("nothing is lost");
        there_and_back(&mut socket, "clear").expect("the same connection");
    }

    #[test]
    fn somebody_on_the_wire_answers_what_they_are_told_to() {
        let (wire, port) = wire();
        wire.set(Weather::Answered("GET / ".into(), b"a copy".to_vec()));
        let mut socket = connect(port);
        socket.write_all(b"GET / HTTP/1.1").expect("it is sent");
        let mut answer = [0; 6];
        socket.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer, b"a copy");
        there_and_back(&mut socket, "GET /other").expect("the rest passes");
        wire.set(Weather::Clear);
        there_and_back(&mut socket, "GET / HTTP/1.1").expect("it passes again");
    }

    #[test]
    fn a_cut_breaks_what_is_open_and_lets_nobody_in() {
        let (wire, port) = wire();
        let mut socket = connect(port);
        there_and_back(&mut socket, "clear").expect("it arrives");
        wire.set(Weather::Cut);
        assert!(there_and_back(&mut socket, "cut").is_err());
        assert!(there_and_back(&mut connect(port), "again").is_err());
        wire.set(Weather::Clear);
        there_and_back(&mut connect(port), "clear").expect("a new one");
    }
}
