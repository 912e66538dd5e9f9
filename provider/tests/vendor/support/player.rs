//! A player's connection: it keeps the state of the tables as a page would.

use std::collections::HashMap;

use contract::feed::{
    Applied, Bets, Clear, FromVendor, LaunchToken, Paid, Phase, Place, Refused, Stake, Subscribe, Table, ToVendor,
};
use futures::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::patiently;

/// What has to be left of `open`.
const MIN_OPEN_MS: i64 = 1_200;

pub(crate) struct Player {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(crate) tables: HashMap<String, Table>,
    /// The bets that stood at the last launch or, once launched, subscription.
    pub(crate) standing: Vec<Bets>,
    watching: usize,
    launched: bool,
    /// Deltas that did not fit.
    pub(crate) gaps: u32,
}

/// What comes in.
#[derive(Debug)]
pub(crate) enum In {
    Frame(FromVendor),
    Garbage(String),
    Closed(Option<CloseFrame>),
}

impl Player {
    pub(crate) async fn connect(url: &str) -> Self {
        let (socket, _) = connect_async(url).await.unwrap();
        Self { socket, tables: HashMap::new(), standing: Vec::new(), watching: 0, launched: false, gaps: 0 }
    }

    pub(crate) async fn say(&mut self, message: &ToVendor) {
        self.say_text(&serde_json::to_string(message).unwrap()).await;
    }

    pub(crate) async fn say_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    pub(crate) async fn subscribe(&mut self, tables: &[&str]) {
        let wish = Subscribe { tables: tables.iter().map(|table| (*table).to_owned()).collect() };
        self.say(&ToVendor::Subscribe(wish)).await;
        self.watching = tables.len();
        for _ in tables {
            self.until("a snapshot", |frame| matches!(frame, FromVendor::Snapshot(_)).then_some(())).await;
        }
        if self.launched {
            self.read_standing().await;
        }
    }

    async fn read_standing(&mut self) {
        self.standing.clear();
        for _ in 0..self.watching {
            let bets = self.bets().await;
            self.standing.push(bets);
        }
    }

    /// Hands over a token and waits for the bets that stand.
    pub(crate) async fn launch(&mut self, token: &str) {
        self.say(&ToVendor::Launch(LaunchToken { token: token.into() })).await;
        self.until("launched", |frame| matches!(frame, FromVendor::Launched(_)).then_some(())).await;
        self.launched = true;
        self.read_standing().await;
    }

    pub(crate) async fn place(&mut self, key: &str, table: &str, stakes: Vec<Stake>) {
        let round = self.tables[table].round.clone();
        self.say(&ToVendor::Place(Place { key: key.into(), table: table.into(), round, stakes })).await;
    }

    pub(crate) async fn clear(&mut self, table: &str, keys: &[&str]) {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        let round = self.tables[table].round.clone();
        self.say(&ToVendor::Clear(Clear { table: table.into(), round, keys })).await;
    }

    /// The next thing that comes; tables are kept up to date.
    pub(crate) async fn next(&mut self) -> In {
        loop {
            let text = match patiently("the next frame", self.socket.next()).await {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(frame))) => return In::Closed(frame),
                Some(Ok(_)) => continue,
                None | Some(Err(_)) => return In::Closed(None),
            };
            let Ok(frame) = serde_json::from_str::<FromVendor>(&text) else {
                return In::Garbage(text.to_string());
            };
            match &frame {
                FromVendor::Snapshot(snapshot) => {
                    self.tables.insert(snapshot.state.table.clone(), snapshot.state.clone());
                }
                FromVendor::Delta(delta) => {
                    let applied = self.tables.get_mut(&delta.table).map(|table| table.apply(delta));
                    self.gaps += u32::from(applied == Some(Applied::Gap));
                }
                _ => {}
            }
            return In::Frame(frame);
        }
    }

    /// Reads until a frame answers; panics if the connection ends first.
    pub(crate) async fn until<T>(&mut self, what: &str, mut answers: impl FnMut(&FromVendor) -> Option<T>) -> T {
        loop {
            match self.next().await {
                In::Frame(frame) => {
                    if let Some(answer) = answers(&frame) {
                        return answer;
                    }
                }
                other => panic!("waiting for {what}: {other:?}"),
            }
        }
    }

    /// Waits until a round takes bets, with time left for a few.
    pub(crate) async fn new_round(&mut self, table: &str) -> String {
        let open = |state: &Table| {
            let left_ms = state.phase_ends_at_ms - provider::clock::now_ms();
            (state.phase == Phase::Open && left_ms > MIN_OPEN_MS).then(|| state.round.clone())
        };
        loop {
            if let Some(round) = open(&self.tables[table]) {
                return round;
            }
            if let In::Closed(frame) = self.next().await {
                panic!("waiting for a round: {frame:?}");
            }
        }
    }

    pub(crate) async fn phase(&mut self, table: &str, phase: Phase) {
        self.until(phase.as_str(), |frame| match frame {
            FromVendor::Delta(delta) if delta.table == table && delta.phase == Some(phase) => Some(()),
            _ => None,
        })
        .await;
    }

    pub(crate) async fn bets(&mut self) -> Bets {
        self.until("bets", |frame| if let FromVendor::Bets(bets) = frame { Some(bets.clone()) } else { None }).await
    }

    pub(crate) async fn paid(&mut self) -> Paid {
        self.until("paid", |frame| if let FromVendor::Paid(paid) = frame { Some(paid.clone()) } else { None }).await
    }

    pub(crate) async fn refused(&mut self) -> Refused {
        self.until("a refusal", |frame| if let FromVendor::Refused(no) = frame { Some(no.clone()) } else { None }).await
    }

    /// Reads until the connection ends.
    pub(crate) async fn closed(&mut self) -> Option<CloseFrame> {
        loop {
            if let In::Closed(frame) = self.next().await {
                return frame;
            }
        }
    }
}
