//! `/api/inspect/*`: what an inspected page calls, and the tool that brings builds into it.

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use contract::inspect::{InspectCode, Override, Overrides};
use contract::manifest::SEAL;
use contract::problem::{Code, Problem};
use contract::registry::{Addresses, MAX_FILE_BYTES};
use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::Value;
use utoipa::OpenApi;

use super::super::desk::{Draft, check_address, check_addresses, is_at};
use super::super::scan::MAX_DOCUMENT_BYTES;
use super::super::{ManifestQuery, Registry};
use super::access::Secret;
use super::state::{Inspection, Refusal};
use super::{kept, overlay};
use crate::identity::operator::{Developer, Operator};
use crate::problem::{ApiError, StrictQuery, body_within, parse, require_json};
use crate::store::Tx;

const MAX_COMMAND_BYTES: usize = 16 * 1024;

#[derive(OpenApi)]
#[openapi(paths(begin, give_code, manifest, overrides, missing, upload, set, remove), components(schemas(Problem)))]
struct Api;

/// The description of the routes.
pub(in crate::registry) fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

pub(in crate::registry) fn routes() -> Router<Registry> {
    Router::new()
        .route("/api/inspect/code", post(give_code))
        .route("/api/inspect/manifest", get(manifest))
        .route("/api/inspect/overrides", get(overrides))
        .route("/api/inspect/missing", post(missing))
        .route("/api/inspect/files/{address}", put(upload))
        .route("/api/inspect/overrides/{fragment}", put(set).delete(remove))
}

/// What an operator calls. It needs their door before it.
pub(in crate::registry) fn operators_routes(registry: Registry) -> Router {
    Router::new().route("/api/operator/inspect", post(begin)).with_state(registry)
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Ended => crate::signed::refused("authorization", "The inspection has ended."),
            Refusal::Full => {
                Self::new(Code::TooLarge, "An inspection holds no more than this. Remove an override.").field("files")
            }
            Refusal::Missing => {
                Self::new(Code::Conflict, "A file of the build is not here. Send it again.").field("files")
            }
        }
    }
}

/// Begins an inspection in an operator's browser.
#[utoipa::path(post, path = "/api/operator/inspect", tag = "operator", responses(
    (status = 204, description = "The cookie is set: load a page with `?inspect`"),
))]
async fn begin(State(registry): State<Registry>, caller: Operator<Developer>) -> Result<Response, ApiError> {
    let secret = Secret::of_cookie()?;
    registry.begin_inspection(secret.hash()).await?;
    tracing::info!(operator = caller.who.email, "an operator begins an inspection");
    let cookie = secret.cookie(registry.0.sites.is_https());
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response())
}

/// Gives the page a code for a tool; an earlier one is good no longer.
#[utoipa::path(post, path = "/api/inspect/code", tag = "inspect", responses((status = 201, body = InspectCode)))]
async fn give_code(State(registry): State<Registry>, method: Method, headers: HeaderMap) -> Result<Response, ApiError> {
    let (cookie, Inspection { ends_ms: expires_at_ms, .. }) = registry.inspected_page(&method, &headers).await?;
    let code = Secret::of_code()?;
    let (hash, now_ms) = (code.hash(), registry.0.clock.now_ms());
    let given = move |tx: &Tx<'_>| kept::set_code(tx, cookie, hash, now_ms);
    registry.0.inspections.database.write(given).await?;
    Ok((StatusCode::CREATED, Json(InspectCode { code: code.into_text(), expires_at_ms })).into_response())
}

/// The manifest with the builds of this browser in it, signed as everybody's.
///
/// A page that was told of another one on its event stream says `?after=` and the place that it was told: an edge that
/// knows less answers 503, and is asked again.
// Not among the parameters: for nearly every number that may stand there 503 is the right answer, and whoever calls by
// the description can't tell it from one of an edge that fails.
#[utoipa::path(get, path = "/api/inspect/manifest", tag = "inspect", responses(
    (status = 200, content_type = "application/json", body = std::collections::BTreeMap<String, serde_json::Value>),
    (status = 400, body = Problem, description = "`after` is no place"),
))]
async fn manifest(
    State(registry): State<Registry>,
    StrictQuery(asked): StrictQuery<ManifestQuery>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (cookie, _) = registry.inspected_page(&method, &headers).await?;
    registry.show_what_was_told(&asked).await?;
    let variant = registry.visit(&headers).await.variant;
    // What was in it before that may be in it no more.
    let builds = registry.inspection(cookie).await?.ok_or(Refusal::Ended)?.builds();
    let sealed = registry.own_manifest(variant.manifest(), builds).map_err(|error| ApiError::internal(&error))?;
    let mut response = sealed.text.into_response();
    response.headers_mut().insert(HeaderName::from_static(SEAL), sealed.header);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// What stands in for fragments.
#[utoipa::path(get, path = "/api/inspect/overrides", tag = "inspect", responses((status = 200, body = Overrides)))]
async fn overrides(
    State(registry): State<Registry>,
    method: Method,
    headers: HeaderMap,
) -> Result<Json<Overrides>, ApiError> {
    let (_, inspection) = registry.inspection_of(&method, &headers).await?;
    Ok(Json(inspection.overrides()))
}

/// Says which of these files are not here.
#[utoipa::path(post, path = "/api/inspect/missing", tag = "inspect", request_body = Addresses, responses(
    (status = 200, body = Addresses), (status = 400, body = Problem, description = "No such address, or too many"),
))]
async fn missing(State(registry): State<Registry>, request: Request) -> Result<Json<Addresses>, ApiError> {
    let (_, Inspection { files: held, .. }) = registry.by_tool(request.headers()).await?;
    require_json(request.headers())?;
    let asked: Addresses = parse(&body_within(request, MAX_COMMAND_BYTES).await?)?;
    check_addresses(&asked)?;
    let is_here = |address: &String| held.get(address).is_some_and(|file| file.is_whole);
    let files = asked.files.into_iter().filter(|address| !is_here(address)).collect();
    Ok(Json(Addresses { files }))
}

/// Takes in a file of a build.
#[utoipa::path(put, path = "/api/inspect/files/{address}", tag = "inspect",
    params(("address" = String, Path, description = "The file's SHA-384 in URL-safe base64")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 204, description = "It is here"), (status = 400, body = Problem, description = "The bytes have another address"),
    (status = 409, body = Problem, description = "Another file has taken its room meanwhile: send it again"),
))]
async fn upload(
    State(registry): State<Registry>,
    Path(address): Path<String>,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let (cookie, _) = registry.by_tool(request.headers()).await?;
    check_address(&address)?;
    let bytes = body_within(request, usize::try_from(MAX_FILE_BYTES).unwrap_or(usize::MAX)).await?;
    if !is_at(&address, &bytes) {
        return Err(ApiError::invalid("address", "The file does not have this digest. Send it again."));
    }
    let now_ms = registry.0.clock.now_ms();
    registry.0.inspections.put_file(cookie, &address, &bytes, now_ms).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a build whose files are here stand in for its fragment, in the one browser.
#[utoipa::path(put, path = "/api/inspect/overrides/{fragment}", tag = "inspect",
    params(("fragment" = String, Path, description = "Its name")),
    request_body(content = std::collections::BTreeMap<String, serde_json::Value>, description = "A fragment as in the manifest, as it was packed"), responses(
    (status = 200, body = Override),
    (status = 400, body = Problem, description = "The build can't be used; `field` names the member at fault"),
    (status = 409, body = Problem, description = "A file is missing, or the fragment can't be where it wants to be"),
    (status = 413, body = Problem, description = "The inspection holds too much"),
))]
async fn set(
    State(registry): State<Registry>,
    Path(fragment): Path<String>,
    request: Request,
) -> Result<Json<Override>, ApiError> {
    let (cookie, _) = registry.by_tool(request.headers()).await?;
    require_json(request.headers())?;
    let max_bytes = usize::try_from(MAX_DOCUMENT_BYTES).unwrap_or(usize::MAX);
    let document: serde_json::Map<String, Value> = parse(&body_within(request, max_bytes).await?)?;
    let draft = Draft::read(document.into())?;
    let build = &draft.release.fragment;
    if build.name != fragment {
        return Err(ApiError::invalid("fragment", format!("The build is one of {:?}.", build.name)));
    }
    overlay::fits(&registry.manifest(), build)
        .map_err(|misfit| ApiError::new(Code::Conflict, misfit.to_string()).field(misfit.field()))?;
    let now_ms = registry.0.clock.now_ms();
    let taken_in =
        move |tx: &Tx<'_>| kept::change(tx, cookie, now_ms, |inspection| inspection.put_build(draft.clone(), now_ms));
    let set = registry.0.inspections.database.write(taken_in).await?;
    tracing::info!(fragment = set.fragment, version = set.version, "a build stands in for a fragment in one browser");
    Ok(Json(set))
}

/// Takes a build away: the browser gets what everybody gets. Harmless where there is none.
#[utoipa::path(delete, path = "/api/inspect/overrides/{fragment}", tag = "inspect",
    params(("fragment" = String, Path, description = "Its name")),
    responses((status = 204, description = "Nothing stands in for it")))]
async fn remove(
    State(registry): State<Registry>,
    Path(fragment): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let (cookie, _) = registry.inspection_of(&method, &headers).await?;
    let now_ms = registry.0.clock.now_ms();
    let taken_away = move |tx: &Tx<'_>| {
        kept::change(tx, cookie, now_ms, |inspection| {
            inspection.remove(&fragment);
            Ok(())
        })
    };
    registry.0.inspections.database.write(taken_away).await?;
    Ok(StatusCode::NO_CONTENT)
}
