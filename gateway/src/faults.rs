//! Faults that an operator or a test switches on: one service is down, slow or broken while the
//! process and its other services live on.
//!
//! Must never change what a service does once a request has passed: a fault stands in front of
//! it, as a dead or overloaded process would.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{Router, get};
use contract::problem::Code;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::problem::{ApiError, StrictJson};

/// A part of the server that can be switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Players and sessions.
    Identity,
    /// Money, for players and for vendors.
    Wallet,
    /// Offers.
    Promotions,
    /// The lobby.
    Live,
    /// The event stream.
    Events,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 5] = [Self::Identity, Self::Wallet, Self::Promotions, Self::Live, Self::Events];
}

/// How a service behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// As it should.
    Ok,
    /// It answers 503 at once.
    Down,
    /// It answers late.
    Slow,
    /// It answers 500.
    Errors,
}

/// The longest delay that can be asked for.
const MAX_DELAY_MS: u64 = 60_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fault {
    mode: Mode,
    delay: Duration,
}

/// The switch of one service.
#[derive(Clone, Debug)]
pub struct Switch(watch::Sender<Fault>);

impl Switch {
    fn new() -> Self {
        Self(watch::Sender::new(Fault { mode: Mode::Ok, delay: Duration::ZERO }))
    }

    /// The mode now.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.0.borrow().mode
    }

    /// Waits until the service is down or broken.
    pub async fn broken(&self) {
        let mut fault = self.0.subscribe();
        // The sender lives as long as `self`, so the wait can't end with an error.
        let _ = fault.wait_for(|fault| matches!(fault.mode, Mode::Down | Mode::Errors)).await;
    }

    /// What any caller of the service meets, over HTTP or inside the process.
    ///
    /// # Errors
    /// The fault, as the service's own answer would be.
    pub async fn pass(&self) -> Result<(), ApiError> {
        let fault = *self.0.borrow();
        match fault.mode {
            Mode::Ok => Ok(()),
            Mode::Slow => {
                tokio::time::sleep(fault.delay).await;
                Ok(())
            }
            Mode::Down => Err(ApiError::new(Code::Unavailable, "this service is down; the others are not")),
            Mode::Errors => Err(ApiError::new(Code::Internal, "this service fails on purpose")),
        }
    }

    /// Puts the switch in front of a service's routes.
    pub fn guard(&self, routes: Router) -> Router {
        routes.layer(axum::middleware::from_fn_with_state(self.clone(), stand_in_front))
    }
}

async fn stand_in_front(State(switch): State<Switch>, request: Request, next: Next) -> Response {
    match switch.pass().await {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

/// All switches.
#[derive(Clone, Debug)]
pub struct Faults(Arc<BTreeMap<Service, Switch>>);

impl Default for Faults {
    fn default() -> Self {
        Self(Arc::new(Service::ALL.into_iter().map(|service| (service, Switch::new())).collect()))
    }
}

/// A switch's position, as set and as shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    service: Service,
    mode: Mode,
    #[serde(default)]
    ms: u64,
}

impl Faults {
    /// The switch of a service.
    #[must_use]
    pub fn switch(&self, service: Service) -> Switch {
        self.0.get(&service).cloned().unwrap_or_else(Switch::new)
    }

    /// `GET` and `POST /faults`, for the control port.
    pub fn control(&self) -> Router {
        Router::new().route("/faults", get(show).post(set)).with_state(self.clone())
    }

    fn settings(&self) -> Vec<Setting> {
        let setting = |(service, switch): (&Service, &Switch)| {
            let fault = *switch.0.borrow();
            let ms = u64::try_from(fault.delay.as_millis()).unwrap_or(u64::MAX);
            Setting { service: *service, mode: fault.mode, ms }
        };
        self.0.iter().map(setting).collect()
    }
}

async fn show(State(faults): State<Faults>) -> Json<serde_json::Value> {
    Json(serde_json::json!({ "faults": faults.settings() }))
}

async fn set(
    State(faults): State<Faults>,
    StrictJson(setting): StrictJson<Setting>,
) -> Result<Json<serde_json::Value>, ApiError> {
    if setting.ms > MAX_DELAY_MS {
        return Err(ApiError::new(Code::InvalidValue, format!("ms is at most {MAX_DELAY_MS}")).field("ms"));
    }
    let fault = Fault { mode: setting.mode, delay: Duration::from_millis(setting.ms) };
    tracing::warn!(service = ?setting.service, mode = ?setting.mode, ms = setting.ms, "fault switched");
    faults.switch(setting.service).0.send_replace(fault);
    Ok(show(State(faults)).await)
}
