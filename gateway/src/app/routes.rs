//! What the process answers on its ports: the public one, the one for its peers, the one for operators.

use axum::Router;

use super::services::Services;
use crate::edge::{self, Health};
use crate::openapi;
use crate::peers::{self, LivePeer, Purpose};
use crate::registry::Registry;
use crate::service::Service;
use ipnet::IpNet;
use tokio::sync::watch;

impl Services {
    /// Everything on the public port, without the edge; nothing where another process has it.
    pub(super) fn public(&self, trusted_proxies: &[IpNet], stopping: &watch::Receiver<bool>) -> Option<Router> {
        let registry = self.registry.clone()?;
        let forwarded =
            self.elsewhere.peers().into_iter().map(|peer| edge::forward(peer, trusted_proxies, stopping.clone()));
        // A path of its own among those that are passed on to identity.
        let operators = self.door.as_ref().map(|door| door.guard(door.operators(registry.operators_routes())));
        let routes = forwarded
            .fold(self.calls(), Router::merge)
            .merge(operators.unwrap_or_default())
            .merge(openapi::routes())
            .merge(self.health().routes())
            .merge(registry.routes(trusted_proxies))
            .layer(axum::middleware::from_fn_with_state(registry.clone(), Registry::tell))
            // In front of all of them: a frame's host has none of these.
            .layer(axum::middleware::from_fn_with_state(registry, Registry::by_host));
        Some(routes)
    }

    /// Everything on the port for peers; nothing where there are none, or where they ask nothing of this
    /// process.
    pub(super) fn internal(&self) -> Option<Router> {
        let secret = self.elsewhere.secret.as_ref()?;
        self.door.as_ref()?;
        let calls = peers::only(secret, Purpose::Forward, self.calls());
        let questions = peers::only(secret, Purpose::Question, self.questions());
        Some(calls.merge(questions).merge(self.health().routes()))
    }

    /// Everything on the control port.
    pub(super) fn control(&self) -> Router {
        let ledger = self.wallet.as_ref().map_or_else(Router::new, |wallet| wallet.operator_routes());
        ledger.merge(self.faults.control())
    }

    /// What players and vendors call of the services that run here.
    fn calls(&self) -> Router {
        let guard = |service, routes| self.faults.switch(service).guard(routes);
        let mut calls = Router::new();
        if let Some(identity) = &self.identity {
            calls = calls
                .merge(guard(Service::Identity, identity.routes()))
                .merge(guard(Service::Identity, identity.export_routes(self.parts())));
        }
        let rest = [
            self.wallet.as_ref().map(|wallet| (Service::Wallet, wallet.routes())),
            self.promotions.as_ref().map(|promotions| (Service::Promotions, promotions.routes())),
            self.live.as_ref().map(|live| (Service::Live, live.routes())),
            self.events.as_ref().map(|events| (Service::Events, events.routes())),
        ];
        let calls =
            rest.into_iter().flatten().fold(calls, |calls, (service, routes)| calls.merge(guard(service, routes)));
        let Some(door) = &self.door else { return Router::new() };
        let reviews = self.wallet.as_ref().map(|wallet| door.operators(wallet.review_routes()));
        let calls = calls.merge(guard(Service::Wallet, reviews.unwrap_or_default()));
        door.guard(calls).merge(guard(Service::Wallet, self.vendor_calls()))
    }

    fn vendor_calls(&self) -> Router {
        let Some(wallet) = &self.wallet else { return Router::new() };
        match (&self.live, self.elsewhere.peer(Service::Live)) {
            (Some(live), _) => wallet.vendor_routes(self.vendor.clone(), live.clone()),
            (None, Some(peer)) => wallet.vendor_routes(self.vendor.clone(), LivePeer(peer.clone())),
            (None, None) => Router::new(),
        }
    }

    /// What other processes ask of the services that run here.
    fn questions(&self) -> Router {
        let switch = |service| self.faults.switch(service);
        let answers = [
            self.identity
                .as_ref()
                .map(|identity| peers::answers_of_identity(&identity.book(), &switch(Service::Identity))),
            self.wallet.as_ref().map(|wallet| peers::answers_of_wallet(wallet, &switch(Service::Wallet))),
            self.promotions
                .as_ref()
                .map(|promotions| peers::answers_of_promotions(promotions, &switch(Service::Promotions))),
            self.live.as_ref().map(|live| peers::answers_of_live(live, &switch(Service::Live))),
        ];
        answers.into_iter().flatten().fold(Router::new(), Router::merge)
    }

    fn health(&self) -> Health {
        Health::new(self.probes(), self.nats.clone(), self.registry.clone(), self.elsewhere.peers())
    }
}
