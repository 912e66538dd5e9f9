//! Where releases are that teams ship, and who may ship.

use std::path::PathBuf;

use clap::Args;

use super::Place;

/// The registry's store of files and its list of teams.
#[derive(Clone, Debug, Args)]
pub struct Shipping {
    /// The folder of releases that teams ship; made when it is missing. Without it: releases in the data folder.
    #[arg(long, env = "GATEWAY_RELEASES", value_name = "DIR")]
    pub releases: Option<PathBuf>,

    /// The list of teams that may ship fragments, with their public keys and rights. It is read again with each
    /// call. Without it nothing can be shipped.
    #[arg(long, env = "GATEWAY_REGISTRY_TEAMS", value_name = "FILE")]
    pub registry_teams: Option<PathBuf>,
}

impl Shipping {
    /// The folder of releases.
    #[must_use]
    pub fn releases(&self, place: &Place) -> PathBuf {
        self.releases.clone().unwrap_or_else(|| place.data_file("releases"))
    }
}
