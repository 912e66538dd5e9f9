//! The work that goes on beside the requests, of the services that run here.

use tokio::task::JoinSet;

use super::services::Services;
use super::tasks;
use crate::events::{self, Source, Subscription};
use crate::service::Service;
use crate::telemetry;
use crate::wallet::risk::Followed;

/// Those that write events.
const SOURCES: [Service; 4] = [Service::Identity, Service::Wallet, Service::Promotions, Service::Live];

impl Services {
    /// Begins it.
    pub(super) fn start(&self) -> JoinSet<()> {
        let mut set = JoinSet::new();
        tasks::keep(&mut set, "metrics", telemetry::fold_metrics);
        if let Some(door) = self.door.clone().filter(|_| self.shared) {
            tasks::keep(&mut set, "ended sessions", move || door.clone().keep_up());
        }
        if let Some(registry) = self.registry.clone() {
            let desk = registry.desk().clone();
            tasks::keep(&mut set, "releases", move || desk.clone().follow());
            let (judging, steps) = (registry.clone(), self.canary_steps.clone());
            tasks::keep(&mut set, "canaries", move || judging.clone().judge(steps.clone()));
            let (asking, inspected) = (registry.clone(), registry.clone());
            tasks::keep(&mut set, "fit", move || asking.clone().keep_asking_who_fits());
            tasks::keep(&mut set, "inspections", move || inspected.clone().follow_inspections());
            let preparing = registry.clone();
            tasks::keep(&mut set, "pages", move || preparing.clone().keep_pages_ready());
            tasks::keep(&mut set, "floor", move || registry.clone().keep_looking());
        }
        self.start_identity(&mut set);
        self.start_wallet(&mut set);
        self.start_promotions(&mut set);
        self.start_live(&mut set);
        self.start_events(&mut set);
        // Last: nothing is trimmed before everybody here follows.
        for source in SOURCES.into_iter().filter_map(|service| self.source(service)) {
            self.send_on(&mut set, source);
        }
        set
    }

    fn start_identity(&self, set: &mut JoinSet<()>) {
        let Some((identity, wallet)) = self.identity.clone().zip(self.subscription(Service::Wallet)) else { return };
        tasks::keep(set, "deeds", move || identity.clone().follow(wallet.clone()));
    }

    fn start_wallet(&self, set: &mut JoinSet<()>) {
        let Some(wallet) = self.wallet.clone() else { return };
        let (projecting, expiring, telling) = (wallet.clone(), wallet.clone(), wallet.clone());
        tasks::keep(set, "read models", move || projecting.clone().project());
        tasks::keep(set, "reservations", move || expiring.clone().expire());
        tasks::keep(set, "reality checks", move || telling.clone().tell_time());
        for (followed, service) in [(Followed::Identity, Service::Identity), (Followed::Wallet, Service::Wallet)] {
            let Some((wallet, source)) = Some(wallet.clone()).zip(self.subscription(service)) else { continue };
            tasks::keep(set, "facts", move || wallet.clone().follow(followed, source.clone()));
        }
    }

    fn start_promotions(&self, set: &mut JoinSet<()>) {
        let Some(promotions) = self.promotions.clone() else { return };
        let paying = promotions.clone();
        tasks::keep(set, "claims", move || paying.clone().settle());
        if let Some(wallet) = self.subscription(Service::Wallet) {
            tasks::keep(set, "offers", move || promotions.clone().follow(wallet.clone()));
        }
    }

    fn start_live(&self, set: &mut JoinSet<()>) {
        let Some(live) = self.live.clone() else { return };
        let polling = live.clone();
        tasks::keep(set, "lobby", move || polling.clone().poll());
        if let Some(identity) = self.subscription(Service::Identity) {
            tasks::keep(set, "seats", move || live.clone().follow(identity.clone()));
        }
    }

    fn start_events(&self, set: &mut JoinSet<()>) {
        let Some(events) = self.events.clone() else { return };
        let (relaying, sources) = (events.clone(), SOURCES.map(|service| self.subscription(service)));
        tasks::keep(set, "relay", move || relaying.clone().relay(sources.iter().flatten().cloned().collect()));
        tasks::keep(set, "event streams", move || events.clone().serve());
    }

    /// Lets what a service writes into its outbox travel, and the outbox not grow for ever.
    fn send_on(&self, set: &mut JoinSet<()>, source: Source) {
        let outbox = source.clone();
        tasks::keep(set, "outbox", move || events::trim(outbox.clone()));
        if let Some(nats) = self.nats.clone() {
            tasks::keep(set, "publisher", move || nats.clone().publish(source.clone()));
        }
    }

    /// A service's events, whichever way they travel; none if they stay in another process, which the settings
    /// refuse. Made before any outbox is trimmed: from then on nothing is that it has not handed over.
    fn subscription(&self, service: Service) -> Option<Subscription> {
        match &self.nats {
            Some(nats) => Some(Subscription::over(nats, service.name())),
            None => self.source(service).map(Subscription::to),
        }
    }

    /// The outbox of a service that runs here.
    fn source(&self, service: Service) -> Option<Source> {
        Some(Source { name: service.name(), database: self.database(service)?.clone() })
    }
}
