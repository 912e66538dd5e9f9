//! Where releases are that teams ship, and who may ship.

use std::path::PathBuf;

use clap::Args;
use http::HeaderName;

use super::Place;

/// The registry's store of files and its list of teams.
#[derive(Clone, Debug, Args)]
pub struct Shipping {
    /// Where the files of releases are that teams ship: a folder, made when it is missing, or a bucket as
    /// s3://bucket/prefix, whose credentials and endpoint are in the variables AWS_*. Without it: releases in the data
    /// folder.
    #[arg(long, env = "GATEWAY_RELEASES", value_name = "PLACE")]
    pub releases: Option<String>,

    /// The list of teams that may ship fragments, with their public keys and rights. It is read again with each
    /// call. Without it nothing can be shipped.
    #[arg(long, env = "GATEWAY_REGISTRY_TEAMS", value_name = "FILE")]
    pub registry_teams: Option<PathBuf>,

    /// The header in which a proxy of yours says from which country a request comes, by two letters, for canaries that
    /// are for some markets only. The proxy must set it or take it out of every request. Without this nobody is from
    /// anywhere, whatever a request says.
    #[arg(long, env = "GATEWAY_MARKET_HEADER", value_name = "NAME")]
    pub market_header: Option<HeaderName>,
}

impl Shipping {
    /// The place of releases.
    #[must_use]
    pub fn releases(&self, place: &Place) -> String {
        self.releases.clone().unwrap_or_else(|| place.data_file("releases").display().to_string())
    }
}
