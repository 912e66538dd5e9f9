//! Every service of the process, wired to the others: to their handles where they run here, over the network
//! where they do not.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::watch;
use verdict::Schedule;

use super::StartError;
use super::elsewhere::Elsewhere;
use crate::clock::Clock;
use crate::config::{Config, VendorOrigins};
use crate::edge::Probe;
use crate::events::{Events, Nats};
use crate::faults::Faults;
use crate::identity::{Door, Front, Identity, Part};
use crate::live::Live;
use crate::peers::{IdentityPeer, Secret, WalletPeer, personal};
use crate::promotions::{Catalogue, Promotions, PromotionsError};
use crate::registry::{Desk, Files, Registry, Sealer, Sites};
use crate::service::Service;
use crate::store::{Database, Storage};
use crate::wallet::Wallet;
use crate::wallet::vendor::{VENDOR_NAME, Vendor};

/// The services that run here, and the way to those that do not.
pub(super) struct Services {
    pub(super) identity: Option<Identity>,
    pub(super) wallet: Option<Wallet>,
    pub(super) promotions: Option<Promotions>,
    pub(super) live: Option<Live>,
    pub(super) events: Option<Events>,
    /// How events get past this process, if they do.
    pub(super) nats: Option<Nats>,
    /// None where only other processes have the public port.
    pub(super) registry: Option<Registry>,
    /// None where no player's call is answered.
    pub(super) door: Option<Door>,
    pub(super) vendor: Option<Vendor>,
    pub(super) elsewhere: Elsewhere,
    pub(super) faults: Faults,
    /// Other processes may write to the same databases.
    pub(super) shared: bool,
    /// How the share of a canary grows by itself, if it does.
    pub(super) canary_steps: Option<Schedule>,
}

/// What every service is opened with.
struct Setting<'a> {
    config: &'a Config,
    storage: Storage,
    elsewhere: Elsewhere,
    faults: Faults,
    clock: Clock,
    https: bool,
}

impl Services {
    /// Opens the database of every service that runs here.
    pub(super) async fn open(
        config: &Config,
        (origins, sites): (VendorOrigins, Sites),
        secret: Option<Secret>,
        stopping: watch::Receiver<bool>,
        clock: Clock,
    ) -> Result<Self, StartError> {
        let storage = config.place.storage()?;
        let runs = |service| config.split.runs(service);
        let (elsewhere, faults) = (Elsewhere::new(config, secret), Faults::new(clock.clone()));
        let setting = Setting { config, storage, elsewhere, faults, clock, https: sites.is_https() };
        let vendor = if runs(Service::Wallet) { setting.vendor()? } else { None };
        let wallet = runs(Service::Wallet).then(|| setting.wallet()).transpose()?;
        let identity = runs(Service::Identity).then(|| setting.identity(wallet.clone())).transpose()?;
        let promotions = runs(Service::Promotions).then(|| setting.promotions(wallet.clone())).transpose()?;
        let live = if runs(Service::Live) { Some(setting.live(origins.clone()).await?) } else { None };
        let events = if runs(Service::Events) { Some(setting.events(stopping).await?) } else { None };
        // Events are of services: the edge alone has none.
        let nats = match config.transport.servers()? {
            Some(servers) if config.split.serves() => Some(Nats::connect(&servers).await?),
            _ => None,
        };
        // The edge alone lets nobody in, but for operators where it can make out their tokens.
        let has_door = config.split.serves() || config.session_key.is_some();
        let door = has_door.then(|| setting.door(identity.as_ref())).transpose()?;
        let registry = if config.split.is_edge() { Some(setting.registry(origins, sites).await?) } else { None };
        let Setting { storage, elsewhere, faults, .. } = setting;
        let shared = storage.is_shared();
        let canary_steps = config.shipping.canary_steps.steps().cloned();
        Ok(Self {
            identity,
            wallet,
            promotions,
            live,
            events,
            nats,
            registry,
            door,
            vendor,
            elsewhere,
            faults,
            shared,
            canary_steps,
        })
    }

    /// What each service holds on a player; identity's own part is put before them.
    pub(super) fn parts(&self) -> Vec<Part> {
        let switch = |service| self.faults.switch(service);
        let away = |service| Some(personal(self.elsewhere.peer(service)?.clone(), switch(service)));
        let wallet = self
            .wallet
            .clone()
            .map(|wallet| Part::new("wallet", switch(Service::Wallet), move |player| wallet.clone().personal(player)));
        let promotions = self.promotions.clone().map(|promotions| {
            Part::new("promotions", switch(Service::Promotions), move |player| promotions.clone().personal(player))
        });
        let live = self
            .live
            .clone()
            .map(|live| Part::new("live", switch(Service::Live), move |player| live.clone().personal(player)));
        let parts = [
            wallet.or_else(|| away(Service::Wallet)),
            promotions.or_else(|| away(Service::Promotions)),
            live.or_else(|| away(Service::Live)),
        ];
        parts.into_iter().flatten().collect()
    }

    /// The database of a service that runs here.
    pub(super) fn database(&self, service: Service) -> Option<&Database> {
        match service {
            Service::Identity => self.identity.as_ref().map(Identity::database),
            Service::Wallet => self.wallet.as_ref().map(Wallet::database),
            Service::Promotions => self.promotions.as_ref().map(Promotions::database),
            Service::Live => self.live.as_ref().map(Live::database),
            Service::Events => self.events.as_ref().map(Events::database),
        }
    }

    /// What is asked of each service that runs here.
    pub(super) fn probes(&self) -> Vec<Probe> {
        let probe = |service: Service| {
            let database = self.database(service)?.clone();
            let wallet = self.wallet.as_ref().filter(|_| service == Service::Wallet);
            let behind = wallet.map(Wallet::projection_behind);
            Some(Probe { service: service.name(), database, switch: self.faults.switch(service), behind })
        };
        Service::ALL.into_iter().filter_map(probe).collect()
    }
}

impl Setting<'_> {
    fn wallet(&self) -> Result<Wallet, StartError> {
        let (market, rules) = (self.config.market.read()?, self.config.risk_rules()?);
        Wallet::open(&self.storage, market, rules, self.clock.clone()).map_err(named("the wallet"))
    }

    fn identity(&self, wallet: Option<Wallet>) -> Result<Identity, StartError> {
        let front = Front { https: self.https, trusted_proxies: self.config.trusted_proxy.clone() };
        let (storage, key, clock) = (&self.storage, &self.config.session_key(), self.clock.clone());
        Ok(match wallet {
            Some(wallet) => Identity::open(storage, key, wallet, clock, front),
            None => Identity::open(storage, key, WalletPeer(self.elsewhere.needed(Service::Wallet)?), clock, front),
        }?)
    }

    fn promotions(&self, wallet: Option<Wallet>) -> Result<Promotions, StartError> {
        let (storage, switch, clock) = (&self.storage, self.faults.switch(Service::Wallet), self.clock.clone());
        let offers = Catalogue::house().map_err(PromotionsError::from)?;
        Ok(match wallet {
            Some(wallet) => Promotions::open(storage, offers, wallet, switch, clock),
            None => {
                let wallet = WalletPeer(self.elsewhere.needed(Service::Wallet)?);
                Promotions::open(storage, offers, wallet, switch, clock)
            }
        }?)
    }

    async fn live(&self, origins: VendorOrigins) -> Result<Live, StartError> {
        let switch = self.faults.switch(Service::Live);
        Live::open(&self.storage, origins, switch, self.clock.clone()).await.map_err(named("the lobby"))
    }

    async fn events(&self, stopping: watch::Receiver<bool>) -> Result<Events, StartError> {
        let switch = self.faults.switch(Service::Events);
        Events::open(&self.storage, switch, stopping).await.map_err(named("the event log"))
    }

    fn door(&self, identity: Option<&Identity>) -> Result<Door, StartError> {
        if let Some(identity) = identity {
            return Ok(identity.door());
        }
        let book = Arc::new(IdentityPeer(self.elsewhere.needed(Service::Identity)?));
        Ok(Door::away(&self.config.session_key(), self.https, self.clock.clone(), book)?)
    }

    async fn registry(&self, origins: VendorOrigins, sites: Sites) -> Result<Registry, StartError> {
        let config = self.config;
        let sealer = Sealer::open(&config.registry_key.file(&config.place), config.registry_trust.as_deref())?;
        let serial_file = config.place.data_file("manifest-serial.json");
        let (shipping, releases) = (&config.shipping, config.shipping.releases(&config.place));
        let files = Files::open(&releases, shipping.releases_credentials.as_deref())?;
        let (teams, auditor) = (shipping.registry_teams.as_deref(), shipping.auditor.clone());
        let desk = Desk::open(&self.storage, files, teams, auditor, self.clock.clone()).await?;
        let floor = config.floor.clone();
        let desk = (desk, shipping.market_header.clone());
        Ok(Registry::open(floor, origins, sites, serial_file, sealer, desk, self.clock.clone())?)
    }

    fn vendor(&self) -> Result<Option<Vendor>, StartError> {
        let vendor = self.config.vendor_key.as_deref().map(read_vendor).transpose()?.flatten();
        if vendor.is_none() {
            tracing::warn!("there is no vendor's key: every vendor call is refused; name the file with --vendor-key");
        }
        Ok(vendor)
    }
}

fn named(name: &'static str) -> impl Fn(crate::store::StoreError) -> StartError {
    move |error| StartError::Store(name, error)
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
