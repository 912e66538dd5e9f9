//! `/api/promotions/*`.

use axum::Json;
use axum::extract::{Path, State};
use axum::routing::{Router, get, post};
use contract::IDEMPOTENCY_KEY;
use contract::problem::{Code, Problem};
use contract::promotions::{Offer, Offers, OptIn};
use http::header::VARY;
use http::{HeaderMap, HeaderName, StatusCode};
use utoipa::OpenApi;

use super::catalogue::HouseOffer;
use super::claim::Claim;
use super::offer::{Input, Standing};
use super::{Promotions, claim, follow, store};
use crate::idempotency::{self, Fingerprint, Key, Reply};
use crate::identity::{MaybeSignedIn, SignedIn};
use crate::language;
use crate::problem::{ApiError, Empty, StrictJson};
use crate::store::StoreError;

#[derive(OpenApi)]
#[openapi(paths(offers, opt_in, claim_reward), components(schemas(Problem, OptIn, Offer, Offers)))]
struct Api;

/// The description of these routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

pub(super) fn routes(service: Promotions) -> Router {
    Router::new()
        .route("/api/promotions/offers", get(offers))
        .route("/api/promotions/offers/{id}/opt-in", post(opt_in))
        .route("/api/promotions/offers/{id}/claim", post(claim_reward))
        .with_state(service)
}

/// Everything on offer, with where the player stands; a visitor could opt into all of it.
#[utoipa::path(get, path = "/api/promotions/offers", tag = "promotions",
    params(("accept-language" = Option<String>, Header, description = "The language of the texts")),
    responses((status = 200, body = Offers)))]
async fn offers(
    State(promotions): State<Promotions>,
    MaybeSignedIn(caller): MaybeSignedIn,
    headers: HeaderMap,
) -> Result<([(HeaderName, &'static str); 1], Json<Offers>), ApiError> {
    let inner = &promotions.0;
    let now_ms = inner.clock.now_ms();
    let standings = match caller {
        None => vec![Standing::NEW; inner.offers.all().len()],
        Some(signed_in) => standings(&promotions, signed_in.player, now_ms).await?,
    };
    let shown = |(offer, standing): (&HouseOffer, &Standing)| {
        offer.shown_to(standing, language::of_answer(&headers, &offer.on_offer.words), now_ms)
    };
    let offers = inner.offers.all().iter().zip(&standings).map(shown).collect::<Result<Vec<_>, _>>()?;
    Ok(([(VARY, "accept-language, cookie")], Json(Offers { offers })))
}

/// Where the player stands with each offer; what has expired is shown so before it is written.
async fn standings(promotions: &Promotions, player: String, now_ms: i64) -> Result<Vec<Standing>, StoreError> {
    let offers = promotions.0.offers.clone();
    promotions
        .0
        .database
        .read(move |sql| {
            let standing = |offer: &HouseOffer| {
                let stored = store::standing(sql, &player, &offer.id)?;
                let terms = &offer.version_for(&stored)?.terms;
                // Passing time is never refused.
                Ok(super::offer::step(terms, stored, Input::Tick { now_ms }).map_or(stored, |(now, _)| now))
            };
            offers.all().iter().map(standing).collect()
        })
        .await
}

/// Takes part in an offer under the terms that the player was shown.
#[utoipa::path(post, path = "/api/promotions/offers/{id}/opt-in", tag = "promotions", request_body = OptIn,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = Offer),
              (status = 404, body = Problem, description = "There is no such offer"),
              (status = 409, body = Problem,
               description = "Other terms, opted into before, expired, or a command with this key is being carried out"),
              (status = 422, body = Problem,
               description = "The player takes a break, or the key belongs to another command")))]
async fn opt_in(
    State(promotions): State<Promotions>,
    Path(id): Path<String>,
    caller: SignedIn,
    key: Key,
    headers: HeaderMap,
    StrictJson(body): StrictJson<OptIn>,
) -> Result<Reply, ApiError> {
    let inner = &promotions.0;
    let offer = known(&promotions, &id)?.clone();
    let language = language::of_answer(&headers, &offer.on_offer.words).to_owned();
    let fingerprint = Fingerprint::of("opt-in", &(&offer.id, body.terms_version))?;
    let _guard = inner.in_flight.enter(&caller.player, &key)?;
    let taking_a_break = promotions.break_of(&caller.player).await?;
    let clock = inner.clock.clone();
    inner
        .database
        .write(move |tx| {
            idempotency::once(tx, &caller.player, &key, fingerprint, |tx| {
                if let Some(reached) = taking_a_break {
                    return Err(reached.into());
                }
                let now_ms = clock.now_ms();
                follow::happened(tx, &caller.player, &offer, Input::Tick { now_ms }, None, now_ms)?;
                let input = Input::OptIn { terms_version: body.terms_version, now_ms };
                let standing = store::apply(tx, &caller.player, &offer, input, None, now_ms)??;
                Ok((StatusCode::OK, offer.shown_to(&standing, &language, now_ms)?))
            })
        })
        .await
}

/// Asks for an earned reward; it is credited before the answer.
#[utoipa::path(post, path = "/api/promotions/offers/{id}/claim", tag = "promotions", request_body = Empty,
    params(("id" = String, Path), ("idempotency-key" = String, Header)),
    responses((status = 200, body = Offer),
              (status = 404, body = Problem, description = "There is no such offer"),
              (status = 409, body = Problem,
               description = "Not earned, claimed before, expired, or a command with this key is being carried out"),
              (status = 422, body = Problem,
               description = "The player takes a break, or the key belongs to another command"),
              (status = 503, body = Problem,
               description = "Also while the wallet is down; a claim that was accepted is paid later")))]
async fn claim_reward(
    State(promotions): State<Promotions>,
    Path(id): Path<String>,
    caller: SignedIn,
    key: Key,
    headers: HeaderMap,
    StrictJson(Empty {}): StrictJson<Empty>,
) -> Result<Reply, ApiError> {
    let offer = known(&promotions, &id)?.clone();
    let language = language::of_answer(&headers, &offer.on_offer.words).to_owned();
    let key_text = headers.get(IDEMPOTENCY_KEY).and_then(|key| key.to_str().ok()).unwrap_or_default().to_owned();
    let taking_a_break = promotions.break_of(&caller.player).await?;
    let claim = Claim { player: caller.player, offer, key, key_text, language, taking_a_break };
    claim::claim(&promotions, claim).await
}

fn known<'a>(promotions: &'a Promotions, id: &str) -> Result<&'a HouseOffer, ApiError> {
    promotions.offer(id).ok_or_else(|| ApiError::new(Code::NotFound, "There is no such offer.").field("id"))
}
