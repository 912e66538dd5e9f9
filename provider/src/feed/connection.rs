//! One connection from its first frame to its last.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use contract::feed::{
    Clear, FromVendor, HEARTBEAT_MS, Heartbeat, LaunchToken, Launched, Place, RefusalCode, Refused, Subscribe, ToVendor,
};
use futures::StreamExt;
use futures::stream::SplitStream;
use tokio::sync::Semaphore;
use tokio::time::{Duration, MissedTickBehavior, interval, timeout};

use super::message;
use super::outbox::{self, Outbox};
use super::seat::Seat;
use crate::clock;
use crate::floor::Floor;
use crate::refusal::Refusal;

/// Connections at once; more are refused with 503.
pub const MAX_CONNECTIONS: usize = 2_048;
/// The most tables of one subscription.
const MAX_TABLES: usize = 8;
/// Requests of one connection that wait for the operator; more are not read meanwhile.
const MAX_WAITING: usize = 16;
/// A ping goes out after this many heartbeats.
const BEATS_PER_PING: u32 = 10;
/// A peer that answers three pings with silence is gone.
const SILENCE: Duration = Duration::from_secs(30);
/// How long the last frames may take.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// WebSocket close codes (RFC 6455): going away; a message that breaks the rules.
const GOING_AWAY: u16 = 1001;
const AGAINST_THE_RULES: u16 = 1008;

/// Why reading ended.
enum End {
    /// The peer has gone.
    Gone,
    /// The vendor ends it; the reason is queued.
    Closed,
}

/// Serves a connection until either side ends it.
pub async fn serve(socket: WebSocket, floor: Arc<Floor>) {
    let (sink, stream) = socket.split();
    let (outbox, queue) = Outbox::new();
    let seat = Arc::new(Seat::new(outbox));
    let _leave = Leave { seat: Arc::clone(&seat), floor: Arc::clone(&floor) };
    let mut closing = floor.closing.subscribe();
    let mut writer = pin!(outbox::write(sink, queue, &floor.faults));
    tokio::select! {
        () = &mut writer => return,
        () = seat.outbox.overflowed() => {
            tracing::info!(seat = seat.id, "a slow reader is cut off");
            return;
        }
        () = floor.faults.stopped() => return,
        _ = closing.wait_for(|closing| *closing) => seat.outbox.close(GOING_AWAY, "the vendor stops"),
        () = beat(&seat) => {}
        end = read(stream, &seat, &floor) => if matches!(end, End::Gone) { return },
    }
    // What is queued, such as the reason of the end, still goes out.
    let _ = timeout(LAST_WORDS, writer).await;
}

/// Takes the connection out of every list, however it ends.
struct Leave {
    seat: Arc<Seat>,
    floor: Arc<Floor>,
}

impl Drop for Leave {
    fn drop(&mut self) {
        for table in self.seat.watch(BTreeSet::new()) {
            if let Some(board) = self.floor.board(&table) {
                board.unsubscribe(self.seat.id);
            }
        }
        if let Some(player) = self.seat.player() {
            self.floor.players.leave(&player, &self.seat);
        }
    }
}

async fn beat(seat: &Seat) {
    let mut beats = interval(Duration::from_millis(HEARTBEAT_MS.unsigned_abs()));
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for count in 1_u32.. {
        beats.tick().await;
        seat.outbox.send(None, &FromVendor::Heartbeat(Heartbeat { now_ms: clock::now_ms() }));
        if count.is_multiple_of(BEATS_PER_PING) {
            seat.outbox.ping();
        }
    }
}

async fn read(mut stream: SplitStream<WebSocket>, seat: &Arc<Seat>, floor: &Arc<Floor>) -> End {
    let waiting = Arc::new(Semaphore::new(MAX_WAITING));
    loop {
        let text = match timeout(SILENCE, stream.next()).await {
            Err(_) | Ok(None | Some(Ok(Message::Close(_)))) => return End::Gone,
            Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => continue,
            Ok(Some(Ok(Message::Text(text)))) => text,
            Ok(Some(Ok(Message::Binary(_)))) => return refuse_and_close(seat, "frames are text"),
            // Too long, no UTF-8, against the WebSocket protocol; or the connection broke, and
            // nobody will read this.
            Ok(Some(Err(error))) => return refuse_and_close(seat, &error.to_string()),
        };
        floor.faults.hung().await;
        let received_ms = clock::now_ms();
        match message::read(&text) {
            Err(refused) => refuse(seat, refused),
            Ok(ToVendor::Subscribe(wish)) => subscribe(floor, seat, &wish).await,
            Ok(ToVendor::Launch(launch)) => self::launch(floor, seat, &launch).await,
            Ok(ToVendor::Place(bet)) => place(floor, seat, bet, received_ms, &waiting).await,
            Ok(ToVendor::Clear(wish)) => clear(floor, seat, wish, received_ms, &waiting).await,
        }
    }
}

fn refuse(seat: &Seat, refused: Refused) {
    seat.outbox.send(None, &message::refused(refused));
}

fn refuse_and_close(seat: &Seat, detail: &str) -> End {
    refuse(seat, Refusal::new(RefusalCode::Malformed, detail).about(None));
    seat.outbox.close(AGAINST_THE_RULES, "malformed");
    End::Closed
}

async fn subscribe(floor: &Arc<Floor>, seat: &Arc<Seat>, wish: &Subscribe) {
    if wish.tables.len() > MAX_TABLES {
        let detail = format!("at most {MAX_TABLES} tables");
        return refuse(seat, Refusal::new(RefusalCode::Malformed, detail).at("tables").about(None));
    }
    if let Some(index) = wish.tables.iter().position(|table| floor.board(table).is_none()) {
        let refusal = Refusal::new(RefusalCode::Unknown, "there is no such table").at(format!("tables[{index}]"));
        return refuse(seat, refusal.about(None));
    }
    let tables: BTreeSet<String> = wish.tables.iter().cloned().collect();
    let former = seat.watch(tables.clone());
    for board in former.difference(&tables).filter_map(|table| floor.board(table)) {
        board.unsubscribe(seat.id);
    }
    for board in tables.iter().filter_map(|table| floor.board(table)) {
        board.subscribe(seat);
    }
    floor.desk.tell_bets(seat).await;
}

async fn launch(floor: &Arc<Floor>, seat: &Arc<Seat>, launch: &LaunchToken) {
    match floor.desk.authenticate(&launch.token).await {
        Err(refusal) => refuse(seat, refusal.about(None)),
        Ok((table, session)) => {
            let (player, currency) = (session.player.clone(), session.currency);
            if let Some(former) = seat.launch(session) {
                floor.players.leave(&former, seat);
            }
            floor.players.join(&player, seat);
            seat.outbox.send(None, &FromVendor::Launched(Launched { table, currency }));
            floor.desk.tell_bets(seat).await;
        }
    }
}

/// Takes a bet into the books in the order of arrival; the operator is asked in the background,
/// and goes on being asked if the connection ends.
async fn place(floor: &Arc<Floor>, seat: &Arc<Seat>, bet: Place, received_ms: i64, waiting: &Arc<Semaphore>) {
    let Ok(slot) = Arc::clone(waiting).acquire_owned().await else { return };
    match floor.desk.take(seat, &bet, received_ms).await {
        Err(refused) => refuse(seat, refused),
        Ok(None) => {}
        Ok(Some(transaction)) => {
            let (floor, seat) = (Arc::clone(floor), Arc::clone(seat));
            tokio::spawn(async move {
                floor.desk.pay(&seat, &bet, transaction).await;
                drop(slot);
            });
        }
    }
}

async fn clear(floor: &Arc<Floor>, seat: &Arc<Seat>, wish: Clear, received_ms: i64, waiting: &Arc<Semaphore>) {
    let Ok(slot) = Arc::clone(waiting).acquire_owned().await else { return };
    match floor.desk.clear(seat, &wish, received_ms).await {
        Err(refusal) => refuse(seat, refusal.about(None)),
        Ok(calls) => {
            let (floor, seat) = (Arc::clone(floor), Arc::clone(seat));
            tokio::spawn(async move {
                for refused in floor.desk.give_back(calls).await {
                    refuse(&seat, refused);
                }
                drop(slot);
            });
        }
    }
}
