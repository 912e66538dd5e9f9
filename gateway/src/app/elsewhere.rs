//! What this process knows of the services that run in others: where they are asked.

use std::collections::BTreeMap;

use super::StartError;
use crate::config::{Config, SplitError};
use crate::peers::{Peer, Secret};
use crate::service::Service;

/// The services that do not run here; nothing where all do.
#[derive(Default)]
pub(super) struct Elsewhere {
    peers: BTreeMap<Service, Peer>,
    pub(super) secret: Option<Secret>,
}

impl Elsewhere {
    /// Of the settings.
    pub(super) fn new(config: &Config, secret: Option<Secret>) -> Self {
        let Some(secret) = secret else { return Self::default() };
        let split = &config.split;
        let mut peers = BTreeMap::new();
        for service in Service::ALL.into_iter().filter(|service| !split.runs(*service)) {
            let addresses = split.addresses(service);
            if !addresses.is_empty() {
                peers.insert(service, Peer::new(service, addresses, &secret));
            }
        }
        Self { peers, secret: Some(secret) }
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
}
