//! A running vendor: starts the parts in the right order and stops them in the reverse one.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::config::{BadConfig, Checked, Config};
use crate::desk::Desk;
use crate::faults::{Fault, Faults};
use crate::feed::{MAX_CONNECTIONS, Players};
use crate::floor::Floor;
use crate::journal::{Journal, JournalError, rounds};
use crate::keys::{self, KeyError};
use crate::linger::Lingering;
use crate::scene::Scene;
use crate::signer::Signer;
use crate::table::{self, Board, Dealer, DealerError};
use crate::video::{self, Stream};
use crate::wallet::{Client, Settler};
use crate::{control, public};

/// How long a stop waits for the operator to answer for what is owed.
const SETTLE_ON_STOP: Duration = Duration::from_secs(3);
/// How long it then waits for connections to end.
const CLOSE_ON_STOP: Duration = Duration::from_secs(3);
/// Before a dealer that failed deals again.
const DEALER_PAUSE: Duration = Duration::from_secs(1);

/// Why a vendor could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A flag.
    #[error(transparent)]
    Config(#[from] BadConfig),
    /// The data folder can't be made.
    #[error("data folder {0}: {1}")]
    Data(String, io::Error),
    /// The key pair.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// An address is taken or not this machine's.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The books.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// What an earlier run left could not be ended.
    #[error("ending what an earlier run left open: {0}")]
    Recovery(#[from] DealerError),
    /// The HTTP client.
    #[error("the wallet's client: {0}")]
    Client(#[from] reqwest::Error),
}

/// A vendor that runs until [`Self::stop`].
#[derive(Debug)]
pub struct Vendor {
    /// Where pages reach it.
    pub listening: SocketAddr,
    /// Where operators do.
    pub control: SocketAddr,
    floor: Arc<Floor>,
    settler: Settler,
    stop: watch::Sender<bool>,
    dealers: JoinSet<()>,
    servers: JoinSet<io::Result<()>>,
}

impl Vendor {
    /// Starts: keys, ports, books, what an earlier run left open, tables, servers.
    ///
    /// # Errors
    /// One of these failed; nothing runs.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let Checked { timing, wallet, public_url } = config.check()?;
        std::fs::create_dir_all(&config.data)
            .map_err(|error| StartError::Data(config.data.display().to_string(), error))?;
        let signer = Signer::new(keys::load_or_make(&config.data)?);
        let (public_listener, listening) = listen(config.listen).await?;
        let (control_listener, control) = listen(config.control).await?;
        let public_url = public_url.unwrap_or_else(|| format!("http://localhost:{}", listening.port()));

        let journal = Journal::open(&config.data.join("journal.db"))?;
        let players = Arc::new(Players::default());
        let client = Client::new(wallet, signer.clone())?;
        let told = Arc::clone(&players);
        let on_paid = Arc::new(move |player: &str, paid| told.tell_paid(player, paid));
        let settler = Settler::new(journal.clone(), client.clone(), on_paid);
        let specs = table::all();
        let order: Vec<String> = specs.iter().map(|spec| spec.id.to_owned()).collect();
        let faults = Arc::new(Faults::new(order.clone()));

        let mut boards = BTreeMap::new();
        for spec in specs {
            boards.insert(spec.id.to_owned(), Arc::new(open_board(&journal, spec, &faults).await?));
        }
        let boards = Arc::new(boards);
        let owed = settler.resume().await?;
        if owed > 0 {
            tracing::warn!(owed, "calls of an earlier run are made now");
        }
        let mut made = Vec::new();
        for id in &order {
            let dealer = Dealer {
                board: Arc::clone(&boards[id]),
                journal: journal.clone(),
                settler: settler.clone(),
                players: Arc::clone(&players),
                faults: Arc::clone(&faults),
                timing,
                scene: watch::Sender::new(table::empty_scene(&boards[id])),
                has_video: config.video,
            };
            dealer.recover().await?;
            made.push(Arc::new(dealer));
        }

        let desk = Desk {
            boards: Arc::clone(&boards),
            journal: journal.clone(),
            client,
            settler: settler.clone(),
            players: Arc::clone(&players),
            faults: Arc::clone(&faults),
        };
        let closing = watch::Sender::new(false);
        let connections = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        let floor =
            Arc::new(Floor { boards, order, desk, players, faults, journal, signer, public_url, connections, closing });

        let stop = watch::Sender::new(false);
        let mut dealers = JoinSet::new();
        let mut scenes = Vec::new();
        for dealer in made {
            scenes.push((dealer.board.spec.id.to_owned(), dealer.scene.subscribe()));
            dealers.spawn(deal(dealer, stop.subscribe()));
        }
        let streams = if config.video { cameras(scenes, &floor.faults) } else { Vec::new() };
        let mut servers = JoinSet::new();
        let public = public::router(Arc::clone(&floor), video::router(streams));
        servers.spawn(serve(public_listener, public, floor.closing.subscribe()));
        servers.spawn(serve(control_listener, control::router(Arc::clone(&floor)), floor.closing.subscribe()));
        Ok(Self { listening, control, floor, settler, stop, dealers, servers })
    }

    /// Stops: open rounds end, the operator is asked for what is owed, connections close. What
    /// remains is in the journal for the next start.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.dealers.join_next().await.is_some() {}
        let owed = self.settler.drained(SETTLE_ON_STOP).await;
        if owed > 0 {
            tracing::warn!(owed, "the operator has not answered for all; the next start goes on");
        }
        self.floor.closing.send_replace(true);
        let feeds = u32::try_from(MAX_CONNECTIONS).unwrap_or(u32::MAX);
        let closed = async {
            while self.servers.join_next().await.is_some() {}
            // Each connection of the feed holds one until its last frame is out.
            drop(self.floor.connections.acquire_many(feeds).await);
        };
        if tokio::time::timeout(CLOSE_ON_STOP, closed).await.is_err() {
            tracing::warn!("connections were cut off");
        }
        self.floor.journal.close().await;
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen(address, error);
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

async fn open_board(journal: &Journal, spec: table::Spec, faults: &Arc<Faults>) -> Result<Board, JournalError> {
    let id = spec.id;
    let (seq, history) =
        journal.write(move |db| Ok((rounds::reserve_sequence(db, id, 0)?, rounds::history(db, id)?))).await?;
    Ok(Board::new(spec, Arc::clone(faults), seq, history))
}

/// Keeps a table dealing: when the dealer fails, what it left is ended and it begins again.
async fn deal(dealer: Arc<Dealer>, stop: watch::Receiver<bool>) {
    loop {
        let (shift, stopped) = (Arc::clone(&dealer), stop.clone());
        let table = dealer.board.spec.id;
        match tokio::spawn(async move { shift.run(stopped).await }).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => tracing::error!(table, %error, "the dealer stopped"),
            Err(panic) => tracing::error!(table, %panic, "the dealer panicked"),
        }
        dealer.board.set_round(None);
        loop {
            let mut stopped = stop.clone();
            if tokio::time::timeout(DEALER_PAUSE, stopped.wait_for(|stop| *stop)).await.is_ok() {
                return;
            }
            match dealer.recover().await {
                Ok(()) => break,
                Err(error) => tracing::error!(table, %error, "the open round could not be ended"),
            }
        }
    }
}

/// A camera for each table, which stands still when it is told to.
fn cameras(scenes: Vec<(String, watch::Receiver<Scene>)>, faults: &Arc<Faults>) -> Vec<(String, Stream)> {
    let mut cameras = Vec::new();
    for (table, scene) in scenes {
        let (frozen, stands_still) = watch::channel(false);
        cameras.push((table.clone(), Stream::spawn(scene, stands_still)));
        let (faults, mut setting) = (Arc::clone(faults), faults.watch());
        tokio::spawn(async move {
            while setting.changed().await.is_ok() {
                let still = faults.is_on(Fault::FrozenVideo, Some(&table));
                frozen.send_if_modified(|frozen| std::mem::replace(frozen, still) != still);
            }
        });
    }
    cameras
}

async fn serve(listener: TcpListener, router: Router, mut closing: watch::Receiver<bool>) -> io::Result<()> {
    let stop = async move {
        let _ = closing.wait_for(|closing| *closing).await;
    };
    axum::serve(Lingering(listener), router).with_graceful_shutdown(stop).await
}
