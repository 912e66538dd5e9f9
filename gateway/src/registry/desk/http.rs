//! `/api/registry/*`: what a team's tool calls.

use std::collections::BTreeSet;

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use contract::manifest::Fragment;
use contract::problem::{Code, Problem};
use contract::registry::{
    Addresses, CanaryCommand, EVERYBODY_PERMILLE, EndCanaryCommand, KillCommand, MAX_FILE_BYTES, MAX_FILES,
    MAX_MARKETS, PromoteCommand, PublishedRelease, RegistryStatus, ReviveCommand, RollbackCommand, ShippingHistory,
    Standing, digest,
};
use futures::future::try_join_all;
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, OpenApi};

use super::super::encoding::Compressed;
use super::super::scan::MAX_DOCUMENT_BYTES;
use super::super::{Registry, judge, telemetry};
use super::Desk;
use super::files::is_at;
use super::record::{self, CarryError, Doer, Kept};
use super::release::Draft;
use super::review::{Around, must_be_small};
use super::rules::{Command, Fault};
use super::teams::Right;
use crate::identity::operator::checked_reason;
use crate::problem::{ApiError, StrictQuery};
use crate::store::StoreError;

const MAX_COMMAND_BYTES: usize = 16 * 1024;
const LINES: u32 = 50;

#[derive(OpenApi)]
#[openapi(
    paths(missing, upload, publish, promote, roll_back, canary, end_canary, kill, revive, status, history),
    components(schemas(Problem))
)]
struct Api;

/// The description of the routes.
pub(super) fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

pub(in crate::registry) fn routes() -> Router<Registry> {
    Router::new()
        .route("/api/registry/missing", post(missing))
        .route("/api/registry/files/{address}", put(upload))
        .route("/api/registry/releases", post(publish))
        .route("/api/registry/promote", post(promote))
        .route("/api/registry/rollback", post(roll_back))
        .route("/api/registry/canary", post(canary))
        .route("/api/registry/canary/end", post(end_canary))
        .route("/api/registry/kill", post(kill))
        .route("/api/registry/revive", post(revive))
        .route("/api/registry/status", get(status))
        .route("/api/registry/history", get(history))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MissingQuery {
    /// The fragment whose release they are of. Whoever may not publish it is refused.
    fragment: Option<String>,
}

/// Says which of these files the registry does not have.
#[utoipa::path(post, path = "/api/registry/missing", tag = "registry", params(MissingQuery), request_body = Addresses,
    responses(
    (status = 200, body = Addresses), (status = 400, body = Problem, description = "No such address, or too many"),
))]
async fn missing(
    State(registry): State<Registry>,
    StrictQuery(query): StrictQuery<MissingQuery>,
    request: Request,
) -> Result<Json<Addresses>, ApiError> {
    let desk = registry.desk();
    let (team, _, asked) = desk.admit(request).await?.command::<Addresses>(MAX_COMMAND_BYTES).await?;
    match &query.fragment {
        Some(fragment) => team.may(Right::Publish, fragment)?,
        None => team.must_have(Right::Publish)?,
    }
    check_addresses(&asked)?;
    let files: BTreeSet<String> = asked.files.into_iter().collect();
    let sizes = try_join_all(files.iter().map(|address| desk.size_of(&team.name, address))).await?;
    let files = files.into_iter().zip(sizes).filter(|(_, size)| size.is_none()).map(|(address, _)| address);
    Ok(Json(Addresses { files: files.collect() }))
}

/// What an address is, where something else was sent.
const NO_ADDRESS: &str = "An address is the base64 of a SHA-384 with - and _ in the place of + and /.";

/// Refuses what is no address of a file.
pub(in crate::registry) fn check_address(address: &str) -> Result<(), ApiError> {
    digest(address).map(drop).ok_or_else(|| ApiError::invalid("address", NO_ADDRESS))
}

/// Refuses more files than a release has, and what is no address of one.
pub(in crate::registry) fn check_addresses(asked: &Addresses) -> Result<(), ApiError> {
    if asked.files.len() > MAX_FILES {
        return Err(ApiError::invalid("files", format!("A release has at most {MAX_FILES} files.")));
    }
    if asked.files.iter().any(|address| digest(address).is_none()) {
        return Err(ApiError::invalid("files", NO_ADDRESS));
    }
    Ok(())
}

/// Takes in a file. It is there afterwards, whole, whoever sent it before.
#[utoipa::path(put, path = "/api/registry/files/{address}", tag = "registry",
    params(("address" = String, Path, description = "The file's SHA-384 in URL-safe base64")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 204, description = "It is there"), (status = 400, body = Problem, description = "The bytes have another address"),
))]
async fn upload(
    State(registry): State<Registry>,
    Path(address): Path<String>,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let desk = registry.desk();
    let call = desk.admit(request).await?;
    call.team.must_have(Right::Publish)?;
    check_address(&address)?;
    // Nothing of the body is read before there is room for it.
    let _room = desk.0.room.to_take_in(&call.team.name).await?;
    let bytes = call.body(usize::try_from(MAX_FILE_BYTES).unwrap_or(usize::MAX)).await?;
    if !is_at(&address, &bytes) {
        return Err(ApiError::invalid("address", "The file does not have this digest. Send it again."));
    }
    let compressing = tokio::task::spawn_blocking(move || Compressed::new(bytes.into()));
    let file = compressing.await.map_err(|error| ApiError::internal(&error))?;
    desk.0.files.put(&address, &file.map_err(|error| ApiError::internal(&error))?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Publishes a release whose files are there: from now on it can be promoted, and never changes.
#[utoipa::path(post, path = "/api/registry/releases", tag = "registry",
    request_body(content = std::collections::BTreeMap<String, serde_json::Value>, description = "A fragment as in the manifest, as it was packed"), responses(
    (status = 201, body = PublishedRelease), (status = 200, body = PublishedRelease, description = "It was published before"),
    (status = 400, body = Problem, description = "The release can't be used; `field` names the member at fault"),
    (status = 409, body = Problem, description = "A file is missing, the version has another content, or somebody who is live would not understand it"),
))]
async fn publish(State(registry): State<Registry>, request: Request) -> Result<Response, ApiError> {
    let desk = registry.desk();
    let max_bytes = usize::try_from(MAX_DOCUMENT_BYTES).unwrap_or(usize::MAX);
    let call = desk.admit(request).await?;
    let (team, doer, document) = call.command::<serde_json::Map<String, Value>>(max_bytes).await?;
    let draft = Draft::read(document.into())?;
    team.may(Right::Publish, &draft.release.fragment.name)?;
    must_be_small(&draft.release)?;
    desk.must_hold(&team.name, &draft).await?;
    let (around, release) = (registry.around().await?, &draft.release.fragment);
    let bound = team.bounds().must_allow(release, around.placement_of(&release.name), false);
    bound.map_err(CarryError::Refused)?;
    let draft = desk.must_keep_the_rules(draft, &team, around).await?;
    let Fragment { name: fragment, version, .. } = draft.release.fragment.clone();
    let bytes = draft.bytes();
    let kept = desk.0.database.write(move |tx| record::keep(tx, &doer, &draft)).await?;
    let conflict = |field: &str, detail: String| Err(ApiError::new(Code::Conflict, detail).field(field));
    let is_new = match kept {
        Kept::New => true,
        Kept::Known => false,
        Kept::Differs => {
            let detail = format!(
                "Release {version:?} of {fragment:?} was published with another content, and a release never changes. Raise the version."
            );
            return conflict("version", detail);
        }
        Kept::NameTaken => return conflict("files", "Another file of this fragment has the same name.".to_owned()),
    };
    desk.show().await;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(PublishedRelease { fragment, version, is_new, bytes })).into_response())
}

/// Makes a published release the live one.
#[utoipa::path(post, path = "/api/registry/promote", tag = "registry", request_body = PromoteCommand, responses(
    (status = 200, body = Standing), (status = 404, body = Problem, description = "There is no such release"),
    (status = 409, body = Problem, description = "Another fragment is in its slot, or the newest was rolled back or ended as worse"),
))]
async fn promote(State(registry): State<Registry>, request: Request) -> Result<Json<Standing>, ApiError> {
    let (team, doer, asked) =
        registry.desk().admit(request).await?.command::<PromoteCommand>(MAX_COMMAND_BYTES).await?;
    team.may(Right::Promote, &asked.fragment)?;
    registry.carry_out(doer, asked.fragment, Command::Promote(asked.version)).await.map(Json)
}

/// Goes back to a release that was live before.
#[utoipa::path(post, path = "/api/registry/rollback", tag = "registry", request_body = RollbackCommand, responses(
    (status = 200, body = Standing), (status = 404, body = Problem, description = "There is no such release to go back to"),
    (status = 409, body = Problem, description = "Another fragment is in its slot"),
))]
async fn roll_back(State(registry): State<Registry>, request: Request) -> Result<Json<Standing>, ApiError> {
    let (team, doer, asked) =
        registry.desk().admit(request).await?.command::<RollbackCommand>(MAX_COMMAND_BYTES).await?;
    team.may(Right::Promote, &asked.fragment)?;
    registry.carry_out(doer, asked.fragment, Command::Rollback(asked.to)).await.map(Json)
}

/// Shows a published release to a part of the audience beside the live one, or changes to whom.
#[utoipa::path(post, path = "/api/registry/canary", tag = "registry", request_body = CanaryCommand, responses(
    (status = 200, body = Standing), (status = 400, body = Problem, description = "The share or a market is none; `field` names the member at fault"),
    (status = 404, body = Problem, description = "There is no such release"),
    (status = 409, body = Problem, description = "It is live, another fragment is in its slot, too many have a canary, or the newest was rolled back or ended as worse"),
))]
async fn canary(State(registry): State<Registry>, request: Request) -> Result<Json<Standing>, ApiError> {
    let (team, doer, asked) = registry.desk().admit(request).await?.command::<CanaryCommand>(MAX_COMMAND_BYTES).await?;
    let CanaryCommand { fragment, version, share_permille, markets } = asked;
    team.may(Right::Promote, &fragment)?;
    if share_permille.is_some_and(|share| !(1..=EVERYBODY_PERMILLE).contains(&share)) {
        let detail = format!(
            "A share is 1 to {EVERYBODY_PERMILLE} of a thousand devices; to show it to nobody, end the canary."
        );
        return Err(ApiError::invalid("share_permille", detail));
    }
    let markets = markets.map(markets_of).transpose()?;
    let command = Command::Canary { version, share_permille, markets };
    registry.carry_out(doer, fragment, command).await.map(Json)
}

/// Lower-case letters in order, each market once.
fn markets_of(names: Vec<String>) -> Result<Vec<String>, ApiError> {
    let is_country = |name: &String| name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_alphabetic());
    if names.len() > MAX_MARKETS || !names.iter().all(is_country) {
        let detail = format!("Name up to {MAX_MARKETS} markets by the two letters of their countries, such as \"de\".");
        return Err(ApiError::invalid("markets", detail));
    }
    let markets: BTreeSet<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    Ok(markets.into_iter().collect())
}

/// Shows the live release to everybody again.
#[utoipa::path(post, path = "/api/registry/canary/end", tag = "registry", request_body = EndCanaryCommand, responses(
    (status = 200, body = Standing), (status = 404, body = Problem, description = "There is no such fragment"),
))]
async fn end_canary(State(registry): State<Registry>, request: Request) -> Result<Json<Standing>, ApiError> {
    let (team, doer, asked) =
        registry.desk().admit(request).await?.command::<EndCanaryCommand>(MAX_COMMAND_BYTES).await?;
    team.may(Right::Promote, &asked.fragment)?;
    registry.carry_out(doer, asked.fragment, Command::EndCanary(None)).await.map(Json)
}

/// Switches a fragment off.
#[utoipa::path(post, path = "/api/registry/kill", tag = "registry", request_body = KillCommand, responses(
    (status = 200, body = Standing), (status = 404, body = Problem, description = "There is no such fragment"),
))]
async fn kill(State(registry): State<Registry>, request: Request) -> Result<Json<Standing>, ApiError> {
    let (team, doer, asked) = registry.desk().admit(request).await?.command::<KillCommand>(MAX_COMMAND_BYTES).await?;
    team.may(Right::Kill, &asked.fragment)?;
    let reason = checked_reason(&asked.reason)?;
    registry.carry_out(doer, asked.fragment, Command::Kill(reason)).await.map(Json)
}

/// Switches a fragment on again.
#[utoipa::path(post, path = "/api/registry/revive", tag = "registry", request_body = ReviveCommand, responses(
    (status = 200, body = Standing), (status = 404, body = Problem, description = "There is no such fragment"),
))]
async fn revive(State(registry): State<Registry>, request: Request) -> Result<Json<Standing>, ApiError> {
    let (team, doer, asked) = registry.desk().admit(request).await?.command::<ReviveCommand>(MAX_COMMAND_BYTES).await?;
    team.may(Right::Kill, &asked.fragment)?;
    registry.carry_out(doer, asked.fragment, Command::Revive).await.map(Json)
}

/// Says how every fragment stands.
#[utoipa::path(get, path = "/api/registry/status", tag = "registry", responses((status = 200, body = RegistryStatus)))]
async fn status(State(registry): State<Registry>, request: Request) -> Result<Json<RegistryStatus>, ApiError> {
    registry.desk().admit(request).await?.body(0).await?;
    registry.status().await.map(Json)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct HistoryQuery {
    /// Only of this one.
    fragment: Option<String>,
    /// Lines from before this place.
    #[param(minimum = 1)]
    before: Option<i64>,
}

/// Shows what was done, newest first.
#[utoipa::path(get, path = "/api/registry/history", tag = "registry", params(HistoryQuery),
    responses((status = 200, body = ShippingHistory)))]
async fn history(
    State(registry): State<Registry>,
    StrictQuery(query): StrictQuery<HistoryQuery>,
    request: Request,
) -> Result<Json<ShippingHistory>, ApiError> {
    let desk = registry.desk();
    desk.admit(request).await?.body(0).await?;
    desk.history(query).await.map(Json)
}

impl Desk {
    /// A page of the log.
    pub(super) async fn history(&self, query: HistoryQuery) -> Result<ShippingHistory, ApiError> {
        let HistoryQuery { fragment, before } = query;
        if before.is_some_and(|place| place < 1) {
            return Err(ApiError::invalid("before", "Places begin at 1."));
        }
        let before = before.unwrap_or(i64::MAX);
        let read = self.0.database.read(move |sql| record::lines(sql, fragment.as_deref(), before, LINES));
        let mut lines: Vec<_> = read.await?;
        let more = lines.len() > LINES as usize;
        lines.truncate(LINES as usize);
        let next_before = lines.last().filter(|_| more).map(|line| line.seq);
        Ok(ShippingHistory { lines, next_before })
    }

    /// How large a file is that is there. It is read whole, so that one that was damaged is sent again; few at a time.
    async fn size_of(&self, team: &str, address: &str) -> Result<Option<u64>, ApiError> {
        let _room = self.0.room.to_look(team).await?;
        Ok(self.0.files.get(address).await?.map(|file| file.size()))
    }

    /// Refuses a release whose files are not there, each with its digest and its size.
    async fn must_hold(&self, team: &str, draft: &Draft) -> Result<(), ApiError> {
        let sizes = try_join_all(draft.files.iter().map(|file| self.size_of(team, &file.address))).await?;
        let files = draft.files.iter().zip(sizes);
        let lacking: Vec<&str> =
            files.filter(|(file, size)| *size != Some(file.bytes)).map(|(file, _)| file.name.as_str()).collect();
        if lacking.is_empty() {
            return Ok(());
        }
        let detail =
            format!("These files are not there with that digest and size; send them first: {}.", lacking.join(", "));
        Err(ApiError::new(Code::Conflict, detail).field("files"))
    }

    /// Decides and writes in one transaction, on what everybody has done by then. `around` is what a release that is
    /// shown by it would live with.
    async fn carry_out(
        &self,
        doer: Doer,
        fragment: String,
        command: Command,
        floor: Option<String>,
        around: Option<Around>,
    ) -> Result<Standing, ApiError> {
        let known = self.shown().shelves().clone();
        let standing = self.0.database.write(move |tx| {
            let mut shelves = known.clone();
            record::catch_up(tx, &mut shelves)?;
            if let Some(deed) = shelves.decide(&fragment, command.clone(), floor.as_deref())? {
                if let Some(around) = &around {
                    let around = around.caught_up(tx, &shelves)?;
                    record::must_fit(tx, &doer, &deed, &around)?;
                }
                record::write(tx, &doer, &deed)?;
                record::catch_up(tx, &mut shelves)?;
            }
            Ok::<_, CarryError>(shelves.standing(&fragment, floor.as_deref()))
        });
        let standing = standing.await?;
        self.show().await;
        Ok(standing)
    }
}

impl Registry {
    /// How every fragment stands and does.
    pub(super) async fn status(&self) -> Result<RegistryStatus, ApiError> {
        self.desk().show_others().await;
        let edition = self.current().await;
        let mut fragments = self.desk().shown().standings(&self.floor());
        let now_ms = self.0.clock.now_ms();
        let told = self.desk().0.database.read(move |sql| {
            for Standing { fragment, live, canary, health, .. } in &mut fragments {
                if let Some((canary, live)) = canary.as_mut().zip(live.as_ref()) {
                    canary.figures = judge::figures(sql, fragment, canary, live)?;
                }
                let seen = live.as_ref().or(canary.as_ref().map(|canary| &canary.version));
                *health = seen.map(|version| telemetry::last_day(sql, fragment, version, now_ms)).transpose()?;
            }
            Ok::<_, StoreError>(fragments)
        });
        Ok(RegistryStatus { serial: edition.serial(), fragments: told.await? })
    }

    /// Decides about a fragment, whoever may ask for it.
    pub(super) async fn carry_out(&self, doer: Doer, fragment: String, command: Command) -> Result<Standing, ApiError> {
        let shows_a_release = command.shows_a_release();
        let around = if shows_a_release {
            // The floor and what was shipped as they are now, not as they were at the last look.
            self.desk().show_others().await;
            Some(self.around().await?)
        } else {
            // A switch waits for nothing that it does not need.
            None
        };
        if !self.floor().contains_key(&fragment) && !self.desk().shown().shelves().knows(&fragment) {
            // It may have come to the floor since the last look.
            self.current().await;
        }
        let floor = self.floor().remove(&fragment);
        let standing = self.desk().carry_out(doer, fragment, command, floor, around).await?;
        // Whoever is told that it is done finds it so on the next page. A switch is harmless to be given twice.
        match self.show_what_is_known().await {
            Err(error) if !shows_a_release => Err(error),
            _ => Ok(standing),
        }
    }
}

impl From<CarryError> for ApiError {
    fn from(error: CarryError) -> Self {
        match error {
            CarryError::Refused(refusal) => {
                let code = match refusal.fault() {
                    Fault::Unknown => Code::NotFound,
                    Fault::Invalid => Code::InvalidValue,
                    Fault::Conflict => Code::Conflict,
                    Fault::Forbidden => Code::Forbidden,
                };
                Self::new(code, refusal.to_string()).field(refusal.field())
            }
            CarryError::Store(error) => error.into(),
        }
    }
}
