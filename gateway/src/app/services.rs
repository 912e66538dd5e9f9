//! Every service of the process, wired to the others.

use std::path::Path;

use axum::Router;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{StartError, control, tasks};
use crate::clock::Clock;
use crate::config::{Config, VendorOrigins};
use crate::edge::{Health, Probe};
use crate::events::{self, Events, Nats, Source, Subscription};
use crate::faults::{Faults, Service};
use crate::identity::{Front, Identity, Part};
use crate::live::Live;
use crate::openapi;
use crate::promotions::Promotions;
use crate::registry::{Registry, Sites};
use crate::telemetry;
use crate::wallet::Wallet;
use crate::wallet::risk::Followed;
use crate::wallet::vendor::{VENDOR_NAME, Vendor};

/// Those that write events.
const SOURCES: [&str; 4] = ["identity", "wallet", "promotions", "live"];

/// The services.
pub(super) struct Services {
    identity: Identity,
    wallet: Wallet,
    promotions: Promotions,
    live: Live,
    events: Events,
    /// How events get past this process, if they do.
    nats: Option<Nats>,
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
        let wallet = Wallet::open(storage, config.market.read()?, config.risk_rules()?, clock.clone());
        let wallet = wallet.map_err(named("the wallet"))?;
        let front = Front { https: sites.is_https(), trusted_proxies: config.trusted_proxy.clone() };
        let key = config.place.data_file("session.key");
        let identity = Identity::open(storage, &key, wallet.clone(), clock.clone(), front)?;
        let wallet_switch = faults.switch(Service::Wallet);
        let promotions = Promotions::open(storage, wallet.clone(), wallet_switch, clock.clone())?;
        let live = Live::open(storage, origins.clone(), faults.switch(Service::Live), clock.clone());
        let live = live.await.map_err(named("the lobby"))?;
        let events = Events::open(storage, faults.switch(Service::Events), stopping);
        let events = events.await.map_err(named("the event log"))?;
        let nats = match config.transport.servers()? {
            Some(servers) => Some(Nats::connect(&servers).await?),
            None => None,
        };
        let serial_file = config.place.data_file("manifest-serial.json");
        let registry = Registry::open(config.floor.clone(), origins, sites, serial_file, clock)?;
        Ok(Self { identity, wallet, promotions, live, events, nats, registry, vendor, faults })
    }

    /// Everything on the public port, without the edge.
    pub(super) fn routes(&self) -> Router {
        let guard = |service, routes| self.faults.switch(service).guard(routes);
        let calls = Router::new()
            .merge(guard(Service::Identity, self.identity.routes()))
            .merge(guard(Service::Identity, self.identity.export_routes(self.parts())))
            .merge(guard(Service::Wallet, self.wallet.routes()))
            .merge(guard(Service::Wallet, self.identity.operators(self.wallet.review_routes())))
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
        let (events, sources) = (self.events.clone(), SOURCES.map(|name| self.subscription(name)));
        tasks::keep(&mut set, "relay", move || events.clone().relay(sources.to_vec()));
        let events = self.events.clone();
        tasks::keep(&mut set, "event streams", move || events.clone().serve());
        let wallet = self.wallet.clone();
        tasks::keep(&mut set, "read models", move || wallet.clone().project());
        let identity = self.identity.clone();
        tasks::keep(&mut set, "ended sessions", move || identity.clone().follow_ends());
        let wallet = self.wallet.clone();
        tasks::keep(&mut set, "reservations", move || wallet.clone().expire());
        let live = self.live.clone();
        tasks::keep(&mut set, "lobby", move || live.clone().poll());
        let (promotions, wallet) = (self.promotions.clone(), self.subscription("wallet"));
        tasks::keep(&mut set, "offers", move || promotions.clone().follow(wallet.clone()));
        let (live, identity) = (self.live.clone(), self.subscription("identity"));
        tasks::keep(&mut set, "seats", move || live.clone().follow(identity.clone()));
        let (identity, wallet) = (self.identity.clone(), self.subscription("wallet"));
        tasks::keep(&mut set, "deeds", move || identity.clone().follow(wallet.clone()));
        for (followed, name) in [(Followed::Identity, "identity"), (Followed::Wallet, "wallet")] {
            let (wallet, source) = (self.wallet.clone(), self.subscription(name));
            tasks::keep(&mut set, "facts", move || wallet.clone().follow(followed, source.clone()));
        }
        let promotions = self.promotions.clone();
        tasks::keep(&mut set, "claims", move || promotions.clone().settle());
        let wallet = self.wallet.clone();
        tasks::keep(&mut set, "reality checks", move || wallet.clone().tell_time());
        for source in SOURCES.map(|name| self.source(name)) {
            self.send_on(&mut set, source);
        }
        set
    }

    /// Lets what a service writes into its outbox travel, and the outbox not grow for ever.
    fn send_on(&self, set: &mut JoinSet<()>, source: Source) {
        let outbox = source.clone();
        tasks::keep(set, "outbox", move || events::trim(outbox.clone()));
        if let Some(nats) = self.nats.clone() {
            tasks::keep(set, "publisher", move || nats.clone().publish(source.clone()));
        }
    }

    /// A service's events, whichever way they travel. Made before any task begins: from then on nothing is
    /// trimmed that it has not handed over.
    fn subscription(&self, name: &'static str) -> Subscription {
        match &self.nats {
            Some(nats) => Subscription::over(nats, name),
            None => Subscription::to(self.source(name)),
        }
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
            behind: None,
        };
        let wallet = probe(Service::Wallet, "wallet", self.wallet.database());
        let probes = vec![
            probe(Service::Identity, "identity", self.identity.database()),
            Probe { behind: Some(self.wallet.projection_behind()), ..wallet },
            probe(Service::Promotions, "promotions", self.promotions.database()),
            probe(Service::Live, "live", self.live.database()),
            probe(Service::Events, "events", self.events.database()),
        ];
        Health::new(probes, self.nats.clone(), self.registry.clone())
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
