//! `/api/operator/releases`: what operators see of what was shipped and do about it, signed in on their page. They
//! need [`crate::identity::Door::operators`] before them.
//!
//! What protects players asks for less than what undoes it: who may switch a fragment off or roll it back may not be
//! who may switch it on or promote.
//!
//! **Architecture invariant:** decides nothing by itself. What follows from a command is the desk's, whoever gives it.

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use contract::health::{FragmentHealth, Span};
use contract::problem::{Code, Problem};
use contract::registry::{
    EndCanaryCommand, KillCommand, PromoteCommand, RegistryStatus, ReviveCommand, RollbackCommand, ShippingHistory,
    Standing,
};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

use super::super::{Registry, telemetry};
use super::http::HistoryQuery;
use super::record::{self, Doer, Who};
use super::rules::Command;
use crate::identity::operator::{Admin, Developer, Operator, Risk, checked_reason};
use crate::problem::{ApiError, StrictJson, StrictQuery};
use crate::store::StoreError;

#[derive(OpenApi)]
#[openapi(paths(releases, history, health, kill, roll_back, end_canary, revive, promote), components(schemas(Problem)))]
struct Api;

/// The description of the routes.
pub(super) fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

pub(in crate::registry) fn routes(registry: Registry) -> Router {
    Router::new()
        .route("/api/operator/releases", get(releases))
        .route("/api/operator/releases/history", get(history))
        .route("/api/operator/releases/health", get(health))
        .route("/api/operator/releases/kill", post(kill))
        .route("/api/operator/releases/rollback", post(roll_back))
        .route("/api/operator/releases/canary/end", post(end_canary))
        .route("/api/operator/releases/revive", post(revive))
        .route("/api/operator/releases/promote", post(promote))
        .with_state(registry)
}

/// Says how every fragment stands.
#[utoipa::path(get, path = "/api/operator/releases", tag = "operator", responses((status = 200, body = RegistryStatus)))]
async fn releases(
    State(registry): State<Registry>,
    _caller: Operator<Developer>,
) -> Result<Json<RegistryStatus>, ApiError> {
    registry.status().await.map(Json)
}

/// Shows what was done to releases, newest first.
#[utoipa::path(get, path = "/api/operator/releases/history", tag = "operator", params(HistoryQuery),
    responses((status = 200, body = ShippingHistory)))]
async fn history(
    State(registry): State<Registry>,
    _caller: Operator<Developer>,
    StrictQuery(query): StrictQuery<HistoryQuery>,
) -> Result<Json<ShippingHistory>, ApiError> {
    registry.desk().history(query).await.map(Json)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HealthQuery {
    /// Whose.
    fragment: String,
    /// How far back: the last day, if it is not named.
    #[param(inline)]
    span: Option<Span>,
}

/// Shows how a fragment has done over time, by what pages have told of it.
#[utoipa::path(get, path = "/api/operator/releases/health", tag = "operator", params(HealthQuery), responses(
    (status = 200, body = FragmentHealth), (status = 404, body = Problem, description = "There is no such fragment"),
))]
async fn health(
    State(registry): State<Registry>,
    _caller: Operator<Developer>,
    StrictQuery(query): StrictQuery<HealthQuery>,
) -> Result<Json<FragmentHealth>, ApiError> {
    let HealthQuery { fragment, span } = query;
    let desk = registry.desk();
    if !registry.floor().contains_key(&fragment) && !desk.shown().shelves().knows(&fragment) {
        return Err(ApiError::new(Code::NotFound, "There is no such fragment.").field("fragment"));
    }
    let (span, now_ms) = (span.unwrap_or(Span::Day), desk.0.clock.now_ms());
    let read = desk.0.database.read(move |sql| {
        let mut health = telemetry::health(sql, &fragment, span, now_ms)?;
        health.changes = record::changes(sql, &fragment, health.from_ms)?;
        Ok::<_, StoreError>(health)
    });
    Ok(Json(read.await?))
}

/// Switches a fragment off.
#[utoipa::path(post, path = "/api/operator/releases/kill", tag = "operator", request_body = KillCommand, responses(
    (status = 200, body = Standing), (status = 404, body = Problem, description = "There is no such fragment"),
))]
async fn kill(
    State(registry): State<Registry>,
    caller: Operator<Risk>,
    StrictJson(asked): StrictJson<KillCommand>,
) -> Result<Json<Standing>, ApiError> {
    let reason = checked_reason(&asked.reason)?;
    carry_out(registry, caller.who, asked.fragment, Command::Kill(reason)).await
}

/// Goes back to a release that was live before.
#[utoipa::path(post, path = "/api/operator/releases/rollback", tag = "operator", request_body = RollbackCommand, responses(
    (status = 200, body = Standing), (status = 404, body = Problem, description = "There is no such release to go back to"),
    (status = 409, body = Problem, description = "Another fragment is in its slot"),
))]
async fn roll_back(
    State(registry): State<Registry>,
    caller: Operator<Risk>,
    StrictJson(asked): StrictJson<RollbackCommand>,
) -> Result<Json<Standing>, ApiError> {
    carry_out(registry, caller.who, asked.fragment, Command::Rollback(asked.to)).await
}

/// Shows the live release to everybody again.
#[utoipa::path(post, path = "/api/operator/releases/canary/end", tag = "operator", request_body = EndCanaryCommand, responses(
    (status = 200, body = Standing), (status = 404, body = Problem, description = "There is no such fragment"),
))]
async fn end_canary(
    State(registry): State<Registry>,
    caller: Operator<Risk>,
    StrictJson(asked): StrictJson<EndCanaryCommand>,
) -> Result<Json<Standing>, ApiError> {
    carry_out(registry, caller.who, asked.fragment, Command::EndCanary(None)).await
}

/// Switches a fragment on again.
#[utoipa::path(post, path = "/api/operator/releases/revive", tag = "operator", request_body = ReviveCommand, responses(
    (status = 200, body = Standing), (status = 404, body = Problem, description = "There is no such fragment"),
))]
async fn revive(
    State(registry): State<Registry>,
    caller: Operator<Admin>,
    StrictJson(asked): StrictJson<ReviveCommand>,
) -> Result<Json<Standing>, ApiError> {
    carry_out(registry, caller.who, asked.fragment, Command::Revive).await
}

/// Makes a published release the live one.
#[utoipa::path(post, path = "/api/operator/releases/promote", tag = "operator", request_body = PromoteCommand, responses(
    (status = 200, body = Standing), (status = 404, body = Problem, description = "There is no such release"),
    (status = 409, body = Problem, description = "Another fragment is in its slot, or the newest was rolled back or ended as worse"),
))]
async fn promote(
    State(registry): State<Registry>,
    caller: Operator<Admin>,
    StrictJson(asked): StrictJson<PromoteCommand>,
) -> Result<Json<Standing>, ApiError> {
    carry_out(registry, caller.who, asked.fragment, Command::Promote(asked.version)).await
}

async fn carry_out(
    registry: Registry,
    who: contract::operator::Operator,
    fragment: String,
    command: Command,
) -> Result<Json<Standing>, ApiError> {
    let at_ms = registry.desk().0.clock.now_ms();
    let doer = Doer { who: Who::Operator(who.email), at_ms };
    registry.carry_out(doer, fragment, command).await.map(Json)
}
