//! What this process knows of the services that run in others: where they are asked.

use std::collections::BTreeMap;

use super::StartError;
use crate::config::{Config, SplitError};
use crate::peers::{Peer, Secret};
use crate::service::Service;

/// The services that do not run here and are asked from here; nothing where all run here. The others are not even
/// looked at: the way to them may well be closed.
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
        for service in Service::ALL.into_iter().filter(|service| !split.runs(*service) && split.asks(*service)) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[test]
    fn of_one_list_for_all_each_process_has_the_peers_that_it_asks() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), [b'x'; 32]).expect("written");
        let secret = Secret::open(file.path()).expect("long enough");
        let list = "identity=http://a:1,wallet=http://a:2,promotions=http://a:3,live=http://a:4,events=http://a:5";
        let peers = |service: &str| {
            let config = Config::try_parse_from(["gateway", "--service", service, "--peer", list]).expect("flags");
            let elsewhere = Elsewhere::new(&config, Some(secret.clone()));
            elsewhere.peers().iter().map(|peer| peer.service().name()).collect::<Vec<_>>()
        };
        assert_eq!(peers("events"), ["identity"]);
        assert_eq!(peers("wallet"), ["identity", "live"]);
        assert_eq!(peers("edge"), Service::ALL.map(Service::name));
    }
}
