//! Faults that an operator or a test switches on: one service is down, slow or broken while the
//! process and its other services live on; or the clock goes wrong for all of them.
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
use tokio::time::Instant;

use crate::clock::Clock;
use crate::problem::{ApiError, StrictJson};
use crate::service::Service;

/// How a service behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// As it should.
    Ok,
    /// It answers 503 at once; for `ms` if that is given, else until it is switched again.
    Down,
    /// It answers late, by `ms`.
    Slow,
    /// It answers 500; for `ms` if that is given, else until it is switched again.
    Errors,
    /// Events only: a stream is cut off once it is `ms` old; a new one is taken.
    Cut,
}

/// The longest time that can be asked for.
const MAX_MS: u64 = 60_000;
/// The furthest that the clock can be sent, either way: ten years.
const MAX_JUMP_MS: i64 = 10 * 366 * 24 * 3600 * 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fault {
    mode: Mode,
    time: Duration,
    since: Instant,
}

impl Fault {
    fn new(mode: Mode, time: Duration) -> Self {
        Self { mode, time, since: Instant::now() }
    }

    /// What is left of it: a burst ends by itself.
    fn mode(&self) -> Mode {
        let is_burst = matches!(self.mode, Mode::Down | Mode::Errors) && !self.time.is_zero();
        if is_burst && self.since.elapsed() >= self.time { Mode::Ok } else { self.mode }
    }
}

/// The switch of one service.
#[derive(Clone, Debug)]
pub struct Switch(watch::Sender<Fault>);

impl Switch {
    fn new() -> Self {
        Self(watch::Sender::new(Fault::new(Mode::Ok, Duration::ZERO)))
    }

    /// The mode now.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.0.borrow().mode()
    }

    /// Waits until a connection that began then has to end: the service is down or broken, or its
    /// streams are cut.
    pub async fn cut_off(&self, began: Instant) {
        let mut fault = self.0.subscribe();
        loop {
            let now = *fault.borrow_and_update();
            match now.mode() {
                Mode::Down | Mode::Errors => return,
                Mode::Cut if began.elapsed() >= now.time => return,
                Mode::Cut => drop(tokio::time::timeout_at(began + now.time, fault.changed()).await),
                // The sender lives as long as `self`, so the wait can't end with an error.
                Mode::Ok | Mode::Slow => drop(fault.changed().await),
            }
        }
    }

    /// What any caller of the service meets, over HTTP or inside the process.
    ///
    /// # Errors
    /// The fault, as the service's own answer would be.
    pub async fn pass(&self) -> Result<(), ApiError> {
        let fault = *self.0.borrow();
        match fault.mode() {
            Mode::Ok | Mode::Cut => Ok(()),
            Mode::Slow => {
                tokio::time::sleep(fault.time).await;
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

/// All switches: those of the services, and the clock.
#[derive(Clone, Debug)]
pub struct Faults {
    switches: Arc<BTreeMap<Service, Switch>>,
    clock: Clock,
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

/// How far ahead of the true time the clock is; negative if it is behind.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ahead {
    ahead_ms: i64,
}

impl Faults {
    /// All is well, and `clock` tells the services the time.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        let switches = Service::ALL.into_iter().map(|service| (service, Switch::new())).collect();
        Self { switches: Arc::new(switches), clock }
    }

    /// The switch of a service.
    #[must_use]
    pub fn switch(&self, service: Service) -> Switch {
        self.switches.get(&service).cloned().unwrap_or_else(Switch::new)
    }

    /// `GET` and `POST` of `/faults` and `/clock`, for the control port.
    pub fn control(&self) -> Router {
        Router::new()
            .route("/faults", get(show).post(set))
            .route("/clock", get(show_clock).post(set_clock))
            .with_state(self.clone())
    }

    fn settings(&self) -> Vec<Setting> {
        let setting = |(service, switch): (&Service, &Switch)| {
            let fault = *switch.0.borrow();
            let ms = u64::try_from(fault.time.as_millis()).unwrap_or(u64::MAX);
            Setting { service: *service, mode: fault.mode(), ms }
        };
        self.switches.iter().map(setting).collect()
    }
}

async fn show(State(faults): State<Faults>) -> Json<serde_json::Value> {
    Json(serde_json::json!({ "faults": faults.settings() }))
}

async fn set(
    State(faults): State<Faults>,
    StrictJson(setting): StrictJson<Setting>,
) -> Result<Json<serde_json::Value>, ApiError> {
    if setting.ms > MAX_MS {
        return Err(ApiError::new(Code::InvalidValue, format!("ms is at most {MAX_MS}")).field("ms"));
    }
    if setting.mode == Mode::Cut && setting.service != Service::Events {
        return Err(ApiError::invalid("mode", "only the events are a stream that can be cut"));
    }
    let fault = Fault::new(setting.mode, Duration::from_millis(setting.ms));
    tracing::warn!(service = ?setting.service, mode = ?setting.mode, ms = setting.ms, "fault switched");
    faults.switch(setting.service).0.send_replace(fault);
    Ok(show(State(faults)).await)
}

async fn show_clock(State(faults): State<Faults>) -> Json<Ahead> {
    Json(Ahead { ahead_ms: faults.clock.ahead_ms() })
}

async fn set_clock(
    State(faults): State<Faults>,
    StrictJson(Ahead { ahead_ms }): StrictJson<Ahead>,
) -> Result<Json<Ahead>, ApiError> {
    if !(-MAX_JUMP_MS..=MAX_JUMP_MS).contains(&ahead_ms) {
        return Err(ApiError::invalid("ahead_ms", format!("from {} to {MAX_JUMP_MS}", -MAX_JUMP_MS)));
    }
    tracing::warn!(ahead_ms, "the clock jumps");
    faults.clock.set_ahead(ahead_ms);
    Ok(show_clock(State(faults)).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_burst_ends_by_itself_and_an_outage_does_not() {
        let now = Instant::now();
        let fault = |mode, ms, old_ms| {
            let (time, age) = (Duration::from_millis(ms), Duration::from_millis(old_ms));
            Fault { mode, time, since: now - age }.mode()
        };
        assert_eq!(fault(Mode::Errors, 5_000, 10), Mode::Errors);
        assert_eq!(fault(Mode::Errors, 50, 51), Mode::Ok);
        assert_eq!(fault(Mode::Down, 0, 500), Mode::Down);
        assert_eq!(fault(Mode::Slow, 10, 500), Mode::Slow);
    }

    #[tokio::test]
    async fn a_cut_ends_what_is_old_enough() {
        let switch = Switch::new();
        let cut = |ms| switch.0.send_replace(Fault::new(Mode::Cut, Duration::from_millis(ms)));
        let began = Instant::now();
        let mut waits = std::pin::pin!(switch.cut_off(began));
        assert!(futures::poll!(waits.as_mut()).is_pending());
        cut(60_000);
        assert!(futures::poll!(waits.as_mut()).is_pending());
        assert_eq!(switch.pass().await, Ok(()));
        cut(20);
        waits.await;
        assert!(began.elapsed() >= Duration::from_millis(20));
    }
}
