//! What can be typed to ship a fragment.

use std::path::PathBuf;

use clap::Args;

/// Where a team ships to, and as whom.
#[derive(Args, Debug)]
pub(crate) struct Desk {
    /// The gateway that is shipped to
    #[arg(long, env = "CROUPIER_GATEWAY", value_name = "URL", default_value = "http://localhost:8080")]
    pub(crate) gateway: String,
    /// The team's secret key. `up` makes the default one, which may do everything on this machine
    #[arg(long, env = "CROUPIER_KEY", value_name = "FILE", default_value = "data/team.key")]
    pub(crate) key: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct PublishOptions {
    #[command(flatten)]
    pub(crate) desk: Desk,
    /// The fragment, by its name in apps
    #[arg(value_name = "NAME", required_unless_present = "fragment")]
    pub(crate) name: Option<String>,
    /// Publish a fragment from another folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "name")]
    pub(crate) fragment: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct PromoteOptions {
    #[command(flatten)]
    pub(crate) desk: Desk,
    /// The fragment
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Which release; without it the one that was published last
    #[arg(value_name = "VERSION")]
    pub(crate) version: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct RollbackOptions {
    #[command(flatten)]
    pub(crate) desk: Desk,
    /// The fragment
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// To which release; without it to the one that was live before the present one
    #[arg(long, value_name = "VERSION")]
    pub(crate) to: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct KillOptions {
    #[command(flatten)]
    pub(crate) desk: Desk,
    /// The fragment
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Don't ask whether it is meant
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ReviveOptions {
    #[command(flatten)]
    pub(crate) desk: Desk,
    /// The fragment
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}

/// Of `status` and of `history`.
#[derive(Args, Debug)]
pub(crate) struct ShowOptions {
    #[command(flatten)]
    pub(crate) desk: Desk,
    /// Only this fragment
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct KeyOptions {
    /// The file; made when it is missing, and never replaced
    #[arg(long, env = "CROUPIER_KEY", value_name = "FILE", default_value = "data/team.key")]
    pub(crate) key: PathBuf,
}
