//! Which services one process runs, and where it finds the others.
//!
//! Without `--service` a process runs everything and has no peers: nothing here costs it anything.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use thiserror::Error;

use super::{Place, Transport};
use crate::service::Service;

/// What a process can be asked to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The public port: the page, and the way to every service.
    Edge,
    /// A service.
    Service(Service),
}

impl Role {
    const ALL: [Self; 6] = [
        Self::Edge,
        Self::Service(Service::Identity),
        Self::Service(Service::Wallet),
        Self::Service(Service::Promotions),
        Self::Service(Service::Live),
        Self::Service(Service::Events),
    ];

    /// As on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Edge => "edge",
            Self::Service(service) => service.name(),
        }
    }

    /// Whom it asks.
    const fn needs(self) -> &'static [Service] {
        match self {
            Self::Edge => &Service::ALL,
            Self::Service(Service::Identity) => &[Service::Wallet, Service::Promotions, Service::Live],
            Self::Service(Service::Wallet) => &[Service::Identity, Service::Live],
            Self::Service(Service::Promotions) => &[Service::Identity, Service::Wallet],
            Self::Service(Service::Live | Service::Events) => &[Service::Identity],
        }
    }
}

/// Where one process of a service listens for the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerAddress {
    /// The service.
    pub service: Service,
    /// `host:port`.
    pub authority: http::uri::Authority,
}

/// One process of several.
#[derive(Clone, Debug, Args)]
pub struct Split {
    /// Run only these, the others being processes of their own: identity, wallet, promotions, live, events, and
    /// edge for the page and the public port. Needs --database and --events. Without it: everything, in this process.
    #[arg(long, env = "GATEWAY_SERVICE", value_name = "NAME", value_delimiter = ',', value_parser = role)]
    pub service: Vec<Role>,

    /// Where a process of another service listens for its peers, once for each: wallet=http://host:port. Those
    /// of services that run in this process, or that nothing here asks, are not used, so that all processes can be
    /// given one list.
    #[arg(long, env = "GATEWAY_PEER", value_name = "NAME=URL", value_delimiter = ',', value_parser = peer)]
    pub peer: Vec<PeerAddress>,

    /// Where this process listens for its peers, if it runs a service. Never to be reached from outside.
    #[arg(long, env = "GATEWAY_INTERNAL", value_name = "ADDRESS", default_value = "127.0.0.1:8082")]
    pub internal: SocketAddr,

    /// The file with the secret that all processes share, at least 32 characters.
    #[arg(long, env = "GATEWAY_PEER_SECRET", value_name = "FILE")]
    pub peer_secret: Option<PathBuf>,
}

/// Processes that do not go together. Each message says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SplitError {
    /// The other processes could not see what this one writes.
    #[error(
        "--service {0} needs --database postgres://…: SQLite files belong to one process; leave --service out to run everything in this one"
    )]
    Files(&'static str),
    /// What happens in one process would never be heard of in another.
    #[error(
        "--service {0} needs --events nats://…: services tell each other of what happens over NATS where they run apart; leave --service out to run everything in this process"
    )]
    EventsInside(&'static str),
    /// Nobody would be believed.
    #[error("--service needs --peer-secret: a file with at least 32 characters, the same for every process")]
    NoSecret,
    /// It runs everything already.
    #[error("--peer goes with --service: without it, everything runs in this process")]
    PeersOfAll,
    /// Somebody who is asked has no address.
    #[error("--service {0} asks {1}: say where that is with --peer {1}=http://host:port, or run it here as well")]
    Missing(&'static str, &'static str),
}

impl Split {
    /// Whether this process is one of several.
    #[must_use]
    pub fn is_split(&self) -> bool {
        !self.service.is_empty()
    }

    /// Whether this process has the public port.
    #[must_use]
    pub fn is_edge(&self) -> bool {
        self.runs_role(Role::Edge)
    }

    /// Whether this process runs that service.
    #[must_use]
    pub fn runs(&self, service: Service) -> bool {
        self.runs_role(Role::Service(service))
    }

    /// Whether this process runs any service, rather than the edge alone.
    #[must_use]
    pub fn serves(&self) -> bool {
        Service::ALL.into_iter().any(|service| self.runs(service))
    }

    /// The addresses of a service that runs elsewhere.
    #[must_use]
    pub fn addresses(&self, service: Service) -> Vec<http::uri::Authority> {
        self.peer.iter().filter(|peer| peer.service == service).map(|peer| peer.authority.clone()).collect()
    }

    /// Whether anything that runs in this process asks that service.
    #[must_use]
    pub fn asks(&self, service: Service) -> bool {
        Role::ALL.into_iter().any(|role| self.runs_role(role) && role.needs().contains(&service))
    }

    fn runs_role(&self, role: Role) -> bool {
        !self.is_split() || self.service.contains(&role)
    }

    pub(super) fn check(&self, place: &Place, transport: &Transport) -> Result<(), SplitError> {
        if !self.is_split() {
            return if self.peer.is_empty() { Ok(()) } else { Err(SplitError::PeersOfAll) };
        }
        let roles = || Role::ALL.into_iter().filter(|role| self.service.contains(role));
        if let Some(role) = roles().find(|role| *role != Role::Edge) {
            if place.database.is_none() {
                return Err(SplitError::Files(role.name()));
            }
            if transport.events.is_empty() {
                return Err(SplitError::EventsInside(role.name()));
            }
        }
        if self.peer_secret.is_none() {
            return Err(SplitError::NoSecret);
        }
        for role in roles() {
            let known =
                |service: &Service| self.runs(*service) || self.peer.iter().any(|peer| peer.service == *service);
            if let Some(missing) = role.needs().iter().find(|service| !known(service)) {
                return Err(SplitError::Missing(role.name(), missing.name()));
            }
        }
        Ok(())
    }
}

fn role(name: &str) -> Result<Role, String> {
    let names = || Role::ALL.map(Role::name).join(", ");
    Role::ALL.into_iter().find(|role| role.name() == name).ok_or_else(|| format!("there are {}", names()))
}

fn peer(text: &str) -> Result<PeerAddress, String> {
    let named = text.split_once('=').and_then(|(name, url)| Some((Service::from_name(name)?, url)));
    let (service, url) = named.ok_or("write it as wallet=http://host:port; edge is nobody's peer")?;
    // The URL is part of nothing but its authority: what stands after it would be dropped in silence.
    let authority = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/').parse());
    match authority {
        Some(Ok(authority)) => Ok(PeerAddress { service, authority }),
        _ => Err(format!("{url:?} is not of the form http://host:port")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;
    use clap::Parser;

    fn check(arguments: &str) -> Result<(), String> {
        let arguments = ["gateway"].into_iter().chain(arguments.split_whitespace());
        let config = Config::try_parse_from(arguments).map_err(|error| error.to_string())?;
        config.split.check(&config.place, &config.transport).map_err(|error| error.to_string())
    }

    #[test]
    fn what_does_not_go_together_says_what_to_do() {
        let database = "--database postgres://u@h/d --events nats://h --peer-secret s";
        for (arguments, says) in [
            ("--service wallet".to_owned(), "needs --database postgres://"),
            ("--service wallet --database postgres://u@h/d".to_owned(), "needs --events nats://"),
            ("--service wallet --database postgres://u@h/d --events nats://h".to_owned(), "--peer-secret"),
            (format!("--service wallet {database}"), "--peer identity=http://host:port"),
            (format!("--service wallet,identity {database}"), "identity asks promotions"),
            ("--peer wallet=http://a:1".to_owned(), "goes with --service"),
            ("--service bank".to_owned(), "identity, wallet, promotions, live, events"),
            ("--peer edge=http://a:1".to_owned(), "nobody's peer"),
            ("--peer wallet=https://a:1".to_owned(), "http://host:port"),
            ("--peer wallet=http://a:1/path".to_owned(), "http://host:port"),
        ] {
            let error = check(&arguments).expect_err(&arguments);
            assert!(error.contains(says), "{arguments}: {error}");
        }
    }

    #[test]
    fn the_edge_needs_no_stores_and_one_list_of_peers_does_for_all() {
        let peers = "--peer-secret s --peer identity=http://a:1,wallet=http://a:2,wallet=http://b:2 \
                     --peer promotions=http://a:3 --peer live=http://a:4 --peer events=http://a:5";
        assert_eq!(check(&format!("--service edge {peers}")), Ok(()));
        for service in Service::ALL {
            let line = format!("--service {} --database postgres://u@h/d --events nats://h {peers}", service.name());
            assert_eq!(check(&line), Ok(()));
        }
        let arguments = format!("gateway --service edge {peers}");
        let config = Config::try_parse_from(arguments.split_whitespace()).expect("flags");
        assert_eq!(config.split.addresses(Service::Wallet).len(), 2);
        assert!(config.split.is_edge() && !config.split.serves());
    }

    #[test]
    fn a_process_asks_whom_its_services_ask() {
        let asked = |services: &str| {
            let config = Config::try_parse_from(["gateway", "--service", services]).expect("flags");
            let services = Service::ALL.into_iter().filter(|service| config.split.asks(*service));
            services.map(Service::name).collect::<Vec<_>>()
        };
        assert_eq!(asked("events"), ["identity"]);
        assert_eq!(asked("wallet"), ["identity", "live"]);
        assert_eq!(asked("promotions,live"), ["identity", "wallet"]);
        assert_eq!(asked("edge"), Service::ALL.map(Service::name));
    }

    #[test]
    fn without_a_service_everything_runs_here() {
        let config = Config::try_parse_from(["gateway"]).expect("flags");
        assert!(config.split.is_edge() && config.split.serves() && !config.split.is_split());
        assert_eq!(check(""), Ok(()));
    }
}
