//! What this process knows of the services that run in others: where they are asked, and what they tell.

use std::collections::BTreeMap;

use super::StartError;
use crate::config::{Config, SplitError};
use crate::faults::Service;
use crate::peers::{Peer, Secret};
use crate::store::{Database, Storage};

/// The services that do not run here; nothing where all do.
#[derive(Default)]
pub(super) struct Elsewhere {
    peers: BTreeMap<Service, Peer>,
    outboxes: BTreeMap<Service, Database>,
    pub(super) secret: Option<Secret>,
}

impl Elsewhere {
    /// Of the settings. Outboxes are opened where one of ours follows them.
    pub(super) fn new(config: &Config, secret: Option<Secret>, storage: &Storage) -> Result<Self, StartError> {
        let Some(secret) = secret else { return Ok(Self::default()) };
        let split = &config.split;
        let mut elsewhere = Self::default();
        for service in Service::ALL.into_iter().filter(|service| !split.runs(*service)) {
            let addresses = split.addresses(service);
            if !addresses.is_empty() {
                elsewhere.peers.insert(service, Peer::new(service, addresses, &secret));
            }
            let followed = match service {
                Service::Identity => split.runs(Service::Live) || split.runs(Service::Events),
                Service::Wallet => split.runs(Service::Promotions) || split.runs(Service::Events),
                Service::Promotions | Service::Live => split.runs(Service::Events),
                Service::Events => false,
            };
            if followed {
                let outbox = storage.follow(service.name());
                elsewhere.outboxes.insert(service, outbox.map_err(|error| StartError::Store(service.name(), error))?);
            }
        }
        elsewhere.secret = Some(secret);
        Ok(elsewhere)
    }

    /// A service that runs elsewhere, as the settings say.
    pub(super) fn peer(&self, service: Service) -> Option<&Peer> {
        self.peers.get(&service)
    }

    /// One without which something here can't be opened.
    pub(super) fn needed(&self, service: Service) -> Result<Peer, StartError> {
        let missing = SplitError::Missing("of this process", service.name());
        self.peer(service).cloned().ok_or(StartError::Config(missing.into()))
    }

    /// All of them.
    pub(super) fn peers(&self) -> Vec<Peer> {
        self.peers.values().cloned().collect()
    }

    /// What a service elsewhere tells.
    pub(super) fn outbox(&self, service: Service) -> Option<&Database> {
        self.outboxes.get(&service)
    }
}
