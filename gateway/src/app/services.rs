//! Every service of the process, wired to the others.

use std::path::Path;

use axum::Router;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{StartError, control, tasks};
use crate::clock::Clock;
use crate::config::{Config, VendorOrigins};
use crate::edge::{Health, Probe};
use crate::events::{Events, Source, Subscription};
use crate::faults::{Faults, Service};
use crate::identity::{Front, Identity, Part};
use crate::live::Live;
use crate::openapi;
use crate::promotions::Promotions;
use crate::registry::{Registry, Sites};
use crate::telemetry;
use crate::wallet::Wallet;
use crate::wallet::vendor::{VENDOR_NAME, Vendor};

/// The services.
pub(super) struct Services {
    identity: Identity,
    wallet: Wallet,
    promotions: Promotions,
    live: Live,
    events: Events,
    registry: Registry,
    vendor: Option<Vendor>,
    faults: Faults,
}

impl Services {
    /// Opens every service's database.
    pub(super) async fn open(
        config: &Config,
        (origins, sites): (VendorOrigins, Sites),
        stopping: watch::Receiver<bool>,
        clock: Clock,
    ) -> Result<Self, StartError> {
        let faults = Faults::new(clock.clone());
        let storage = &config.place.storage()?;
        let named = |name| move |error| StartError::Store(name, error);
        let vendor = config.vendor_key.as_deref().map(read_vendor).transpose()?.flatten();
        if vendor.is_none() {
            tracing::warn!("there is no vendor's key: every vendor call is refused; name the file with --vendor-key");
        }
        let wallet = Wallet::open(storage, config.market()?, clock.clone()).map_err(named("the wallet"))?;
        let front = Front { https: sites.is_https(), trusted_proxies: config.trusted_proxy.clone() };
        let key = config.place.data_file("session.key");
        let identity = Identity::open(storage, &key, wallet.clone(), clock.clone(), front)?;
        let wallet_switch = faults.switch(Service::Wallet);
        let promotions = Promotions::open(storage, wallet.clone(), wallet_switch, clock.clone())?;
        let live = Live::open(storage, origins.clone(), faults.switch(Service::Live), clock.clone());
        let live = live.await.map_err(named("the lobby"))?;
        let events = Events::open(storage, faults.switch(Service::Events), stopping);
        let events = events.await.map_err(named("the event log"))?;
        let serial_file = config.place.data_file("manifest-serial.json");
        let registry = Registry::open(config.floor.clone(), origins, sites, serial_file, clock)?;
        Ok(Self { identity, wallet, promotions, live, events, registry, vendor, faults })
    }

    /// Everything on the public port, without the edge.
    pub(super) fn routes(&self) -> Router {
        let guard = |service, routes| self.faults.switch(service).guard(routes);
        let calls = Router::new()
            .merge(guard(Service::Identity, self.identity.routes()))
            .merge(guard(Service::Identity, self.identity.export_routes(self.parts())))
            .merge(guard(Service::Wallet, self.wallet.routes()))
            .merge(guard(Service::Promotions, self.promotions.routes()))
            .merge(guard(Service::Live, self.live.routes()))
            .merge(guard(Service::Events, self.events.routes()));
        let vendor = self.wallet.vendor_routes(self.vendor.clone(), self.live.clone());
        Router::new()
            .merge(self.identity.guard(calls))
            .merge(guard(Service::Wallet, vendor))
            .merge(openapi::routes())
            .merge(self.health().routes())
            .merge(self.registry.routes())
            // In front of all of them: a frame's host has none of these.
            .layer(axum::middleware::from_fn_with_state(self.registry.clone(), Registry::by_host))
    }

    /// What each service holds on a player; identity's own part is put before them.
    fn parts(&self) -> Vec<Part> {
        let (wallet, promotions, live) = (self.wallet.clone(), self.promotions.clone(), self.live.clone());
        let (at_wallet, at_promotions) = (self.faults.switch(Service::Wallet), self.faults.switch(Service::Promotions));
        let at_live = self.faults.switch(Service::Live);
        vec![
            Part::new("wallet", at_wallet, move |player| wallet.clone().personal(player)),
            Part::new("promotions", at_promotions, move |player| promotions.clone().personal(player)),
            Part::new("live", at_live, move |player| live.clone().personal(player)),
        ]
    }

    /// Everything on the control port.
    pub(super) fn control(&self) -> Router {
        control::routes(&self.faults, &self.wallet)
    }

    /// Begins the work in the background.
    pub(super) fn start(&self) -> JoinSet<()> {
        let mut set = JoinSet::new();
        tasks::keep(&mut set, "metrics", telemetry::fold_metrics);
        let (events, sources) = (self.events.clone(), self.sources());
        tasks::keep(&mut set, "relay", move || events.clone().relay(sources.clone()));
        let identity = self.identity.clone();
        tasks::keep(&mut set, "ended sessions", move || identity.clone().follow_ends());
        let wallet = self.wallet.clone();
        tasks::keep(&mut set, "reservations", move || wallet.clone().expire());
        let live = self.live.clone();
        tasks::keep(&mut set, "lobby", move || live.clone().poll());
        let (promotions, wallet) = (self.promotions.clone(), self.source("wallet"));
        tasks::keep(&mut set, "offers", move || promotions.clone().follow(Subscription::to(wallet.clone())));
        let (live, identity) = (self.live.clone(), self.source("identity"));
        tasks::keep(&mut set, "seats", move || live.clone().follow(Subscription::to(identity.clone())));
        let promotions = self.promotions.clone();
        tasks::keep(&mut set, "claims", move || promotions.clone().settle());
        let wallet = self.wallet.clone();
        tasks::keep(&mut set, "reality checks", move || wallet.clone().tell_time());
        set
    }

    fn sources(&self) -> Vec<Source> {
        ["identity", "wallet", "promotions", "live"].map(|name| self.source(name)).into()
    }

    fn source(&self, name: &'static str) -> Source {
        let database = match name {
            "identity" => self.identity.database(),
            "wallet" => self.wallet.database(),
            "promotions" => self.promotions.database(),
            _ => self.live.database(),
        };
        Source { name, database: database.clone() }
    }

    fn health(&self) -> Health {
        let probe = |service, name, database: &crate::store::Database| Probe {
            service: name,
            database: database.clone(),
            switch: self.faults.switch(service),
        };
        let probes = vec![
            probe(Service::Identity, "identity", self.identity.database()),
            probe(Service::Wallet, "wallet", self.wallet.database()),
            probe(Service::Promotions, "promotions", self.promotions.database()),
            probe(Service::Live, "live", self.live.database()),
            probe(Service::Events, "events", self.events.database()),
        ];
        Health::new(probes, self.registry.clone())
    }
}

/// The vendor of a key file; nobody if there is no such file yet.
fn read_vendor(file: &Path) -> Result<Option<Vendor>, StartError> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => {
            tracing::warn!(file = %file.display(), %error, "the vendor's key can't be read");
            return Ok(None);
        }
    };
    let vendor = Vendor::new(VENDOR_NAME, &text);
    vendor.map(Some).map_err(|source| StartError::VendorKey { path: file.display().to_string(), source })
}
