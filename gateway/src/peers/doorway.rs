//! The other end: the port on which a process is asked by the others.

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, middleware};
use contract::problem::Code;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::net::{IpAddr, SocketAddr};

use super::questions::{
    self, BALANCE, BREAK_OF, CREDIT, Credited, ENDED_SINCE, FIND, GRANT_OPENING, LATEST, ON_DUTY, Of, Question, REDEEM,
    RENEW,
};
use super::secret::{PEER, Purpose, Secret};
use crate::edge::FORWARDED_FOR;
use crate::faults::Switch;
use crate::identity::{Book, Purse};
use crate::live::Live;
use crate::problem::{ApiError, Empty, StrictJson};
use crate::promotions::{NoCredit, Payouts, Promotions};
use crate::service::Service;
use crate::wallet::Wallet;
use crate::wallet::vendor::VendorSessions;

/// Lets in whoever has the secret, for that purpose, and nobody else.
pub fn only(secret: &Secret, purpose: Purpose, routes: Router) -> Router {
    routes.layer(middleware::from_fn_with_state((secret.clone(), purpose), let_in))
}

async fn let_in(State((secret, purpose)): State<(Secret, Purpose)>, mut request: Request, next: Next) -> Response {
    if !secret.admits(request.headers(), purpose) {
        metrics::counter!("peer_refused_total").increment(1);
        return ApiError::new(Code::Forbidden, "This port is for the other processes of the house.").into_response();
    }
    request.headers_mut().remove(PEER);
    // The edge has found out who that is; from here on it is where the request comes from.
    let said = request.headers_mut().remove(FORWARDED_FOR);
    let source = said.and_then(|said| said.to_str().ok()?.parse::<IpAddr>().ok());
    request.extensions_mut().remove::<ConnectInfo<SocketAddr>>();
    if let Some(source) = source {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(source, 0)));
    }
    next.run(request).await
}

/// What identity is asked.
pub fn answers_of_identity(book: &(impl Book + Clone + 'static), switch: &Switch) -> Router {
    let [renews, tells, knows] = [(); 3].map(|()| book.clone());
    let routes = answering(Router::new(), &RENEW, move |renew| {
        let book = renews.clone();
        async move { book.renew(renew.player, renew.session).await }
    });
    let routes = answering(routes, &ENDED_SINCE, move |since| {
        let book = tells.clone();
        async move { book.ended_since(since.since_ms).await }
    });
    switch.guard(answering(routes, &ON_DUTY, move |session| {
        let book = knows.clone();
        async move { book.on_duty(session.secret_hash).await }
    }))
}

/// What the wallet is asked.
pub fn answers_of_wallet(wallet: &Wallet, switch: &Switch) -> Router {
    let [grants, shows, lists, pays, knows] = [(); 5].map(|()| wallet.clone());
    let routes = answering(Router::new(), &GRANT_OPENING, move |of| {
        let wallet = grants.clone();
        async move { Purse::grant_opening(&wallet, of.player).await.map(|()| Empty {}) }
    });
    let routes = answering(routes, &BALANCE, move |of| {
        let wallet = shows.clone();
        async move { Purse::balance(&wallet, of.player).await }
    });
    let routes = answering(routes, &LATEST, move |latest| {
        let wallet = lists.clone();
        async move { wallet.latest(latest.player, latest.limit).await }
    });
    let routes = answering(routes, &CREDIT, move |reward| {
        let wallet = pays.clone();
        async move {
            match wallet.credit(reward).await {
                Ok(()) => Ok(Credited::Paid),
                Err(NoCredit::Never(refusal)) => Ok(Credited::Refused(refusal.problem())),
                Err(NoCredit::Later(error)) => Err(error),
            }
        }
    });
    let gives = wallet.clone();
    let routes = switch.guard(giving(routes, Service::Wallet, move |player| gives.clone().personal(player)));
    // Past the switch, as it is within one process.
    routes.merge(answering(Router::new(), &BREAK_OF, move |of| {
        let wallet = knows.clone();
        async move { Payouts::break_of(&wallet, of.player).await }
    }))
}

/// What promotions are asked.
pub fn answers_of_promotions(promotions: &Promotions, switch: &Switch) -> Router {
    let gives = promotions.clone();
    switch.guard(giving(Router::new(), Service::Promotions, move |player| gives.clone().personal(player)))
}

/// What the live service is asked.
pub fn answers_of_live(live: &Live, switch: &Switch) -> Router {
    let (redeems, finds, gives) = (live.clone(), live.clone(), live.clone());
    let routes = switch.guard(giving(Router::new(), Service::Live, move |player| gives.clone().personal(player)));
    // As a vendor's sessions it stands behind its switch by itself.
    let routes = answering(routes, &REDEEM, move |redeem| {
        let live = redeems.clone();
        async move { Ok(live.redeem(&redeem.token).await?) }
    });
    answering(routes, &FIND, move |find| {
        let live = finds.clone();
        async move { Ok(live.session(&find.session).await?) }
    })
}

fn answering<Q, A, F>(
    routes: Router,
    question: &Question<Q, A>,
    answer: impl Fn(Q) -> F + Clone + Send + Sync + 'static,
) -> Router
where
    Q: DeserializeOwned + Send + 'static,
    A: Serialize + 'static,
    F: Future<Output = Result<A, ApiError>> + Send + 'static,
{
    let handler = async move |StrictJson(content): StrictJson<Q>| answer(content).await.map(Json);
    routes.route(question.path, post(handler))
}

/// What is held on a player, which each service says in its own words.
fn giving<F, T>(routes: Router, service: Service, give: impl Fn(String) -> F + Clone + Send + Sync + 'static) -> Router
where
    F: Future<Output = Result<T, ApiError>> + Send + 'static,
    T: Serialize + 'static,
{
    let handler = async move |StrictJson(of): StrictJson<Of>| give(of.player).await.map(Json);
    routes.route(questions::personal(service).path, post(handler))
}
