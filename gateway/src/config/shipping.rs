//! Where releases are that teams ship, and who may ship.

use std::path::PathBuf;

use clap::Args;
use http::HeaderName;
use verdict::{Schedule, ScheduleError};

use super::Place;

/// The registry's store of files and its list of teams.
#[derive(Clone, Debug, Args)]
pub struct Shipping {
    /// Where the files of releases are that teams ship: a folder, made when it is missing, or a bucket as
    /// s3://bucket/prefix, whose endpoint is in the variables AWS_ENDPOINT, AWS_REGION and AWS_ALLOW_HTTP. Without it:
    /// releases in the data folder.
    #[arg(long, env = "GATEWAY_RELEASES", value_name = "PLACE")]
    pub releases: Option<String>,

    /// The file with the bucket's credentials, as S3 clients keep them: aws_access_key_id and aws_secret_access_key.
    /// Without it they are found as such clients find them, in variables or where the machine vouches for itself.
    #[arg(long, env = "GATEWAY_RELEASES_CREDENTIALS", value_name = "FILE")]
    pub releases_credentials: Option<PathBuf>,

    /// The list of teams that may ship fragments, with their public keys and rights. It is read again with each
    /// call. Without it nothing can be shipped.
    #[arg(long, env = "GATEWAY_REGISTRY_TEAMS", value_name = "FILE")]
    pub registry_teams: Option<PathBuf>,

    /// The header in which a proxy of yours says from which country a request comes, by two letters, for canaries that
    /// are for some markets only. The proxy must set it or take it out of every request. Without this nobody is from
    /// anywhere, whatever a request says.
    #[arg(long, env = "GATEWAY_MARKET_HEADER", value_name = "NAME")]
    pub market_header: Option<HeaderName>,

    /// How the share of a canary that is not worse grows: steps of PERCENT:MOUNTS:MINUTES, each with the mounts and the
    /// minutes that it lasts at least; after the last one everybody has it. `by-hand` leaves that to the teams. What is
    /// worse is ended either way.
    #[arg(long, env = "GATEWAY_CANARY_STEPS", value_name = "STEPS", value_parser = Pace::read,
          default_value = "5:500:15,25:1000:30")]
    pub canary_steps: Pace,

    /// The program that reads entry modules when it is told to `audit-module`: this one. No setting; a test, which is
    /// another program, names it.
    #[arg(skip = std::env::current_exe().unwrap_or_default())]
    pub auditor: PathBuf,
}

/// Who lets a canary's share grow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pace {
    /// The gateway, by these steps.
    Steps(Schedule),
    /// Whoever has started it.
    ByHand,
}

impl Pace {
    fn read(text: &str) -> Result<Self, ScheduleError> {
        if text == "by-hand" { Ok(Self::ByHand) } else { text.parse().map(Self::Steps) }
    }

    /// The steps, if there are any.
    #[must_use]
    pub fn steps(&self) -> Option<&Schedule> {
        match self {
            Self::Steps(schedule) => Some(schedule),
            Self::ByHand => None,
        }
    }
}

impl Shipping {
    /// The place of releases.
    #[must_use]
    pub fn releases(&self, place: &Place) -> String {
        self.releases.clone().unwrap_or_else(|| place.data_file("releases").display().to_string())
    }
}
