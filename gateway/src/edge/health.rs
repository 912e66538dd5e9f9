//! `/healthz`, `/readyz` and `/metrics`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{Router, get};
use contract::problem::Code;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Serialize;
use tokio::sync::watch;

use crate::events::Nats;
use crate::faults::{Mode, Switch};
use crate::peers::Peer;
use crate::problem::ApiError;
use crate::registry::Registry;
use crate::store::Database;
use crate::telemetry;

/// What is asked of a service.
pub struct Probe {
    /// Its name.
    pub service: &'static str,
    /// Its file.
    pub database: Database,
    /// Its switch; the services that can't be switched have none.
    pub switch: Switch,
    /// Entries that its read models lack, where it has any: then queries are answered late, or are older.
    pub behind: Option<watch::Receiver<u64>>,
}

/// Everything that readiness depends on, and the peers, on which it does not: whoever stops one process
/// must not take others out of use.
#[derive(Clone)]
pub struct Health {
    probes: Arc<[Probe]>,
    nats: Option<Nats>,
    registry: Option<Registry>,
    peers: Arc<[Peer]>,
}

#[derive(Serialize)]
struct Readiness {
    ready: bool,
    services: Vec<ServiceState>,
    /// How events travel. Without a connection they wait, and what they tell of goes on: still ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<&'static str>,
    #[serde(flatten)]
    floor: Option<Floor>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    peers: Vec<PeerState>,
}

#[derive(Serialize)]
struct Floor {
    manifest_serial: u64,
    broken_releases: usize,
}

#[derive(Serialize)]
struct PeerState {
    service: &'static str,
    address: String,
    state: &'static str,
}

#[derive(Serialize)]
struct ServiceState {
    service: &'static str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    entries_behind: Option<u64>,
}

impl Health {
    /// Of these services, and of the way events travel past the process.
    #[must_use]
    pub fn new(probes: Vec<Probe>, nats: Option<Nats>, registry: Option<Registry>, peers: Vec<Peer>) -> Self {
        Self { probes: probes.into(), nats, registry, peers: peers.into() }
    }

    /// The three routes.
    pub fn routes(self) -> Router {
        Router::new()
            .route("/healthz", get(async || "ok\n"))
            .route("/readyz", get(readyz))
            .route("/metrics", get(scrape))
            .with_state(self)
    }
}

async fn readyz(State(health): State<Health>) -> Response {
    let mut services = Vec::new();
    for probe in health.probes.iter() {
        let entries_behind = probe.behind.as_ref().map(|behind| *behind.borrow());
        services.push(ServiceState { service: probe.service, state: state(probe).await, entries_behind });
    }
    let ready = services.iter().all(|service| service.state == "ok");
    let floor = health
        .registry
        .as_ref()
        .map(|registry| Floor { manifest_serial: registry.manifest().serial, broken_releases: registry.broken() });
    let events = (!services.is_empty()).then(|| match health.nats.as_ref().map(Nats::is_connected) {
        None => "inside",
        Some(true) => "connected",
        Some(false) => "waiting",
    });
    let readiness = Readiness { ready, services, events, floor, peers: peers(&health.peers).await };
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(readiness)).into_response()
}

async fn peers(peers: &[Peer]) -> Vec<PeerState> {
    let asked = futures::future::join_all(peers.iter().map(Peer::states)).await;
    let states = peers.iter().zip(asked).flat_map(|(peer, states)| {
        let service = peer.service().name();
        let state = move |(address, lives)| {
            let state = if lives { "ok" } else { "unreachable" };
            PeerState { service, address, state }
        };
        states.into_iter().map(state)
    });
    states.collect()
}

async fn state(probe: &Probe) -> &'static str {
    match probe.switch.mode() {
        Mode::Down => return "down",
        Mode::Slow => return "slow",
        Mode::Errors => return "errors",
        Mode::Cut => return "cut",
        Mode::Ok => {}
    }
    // A table that every database has: the answer comes from the database and not from a cache.
    let answers =
        probe.database.read(|sql| sql.query_one("SELECT had FROM schema_steps", &[], |row| row.get::<i64>(0)));
    match answers.await {
        Ok(_) => "ok",
        Err(error) => {
            tracing::warn!(service = probe.service, %error, "not ready");
            "database"
        }
    }
}

async fn scrape() -> Response {
    match telemetry::metrics() {
        Some(handle) => ([(CONTENT_TYPE, "text/plain; version=0.0.4")], handle.render()).into_response(),
        None => ApiError::new(Code::Unavailable, "No metrics are recorded.").into_response(),
    }
}
