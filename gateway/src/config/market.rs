//! The market: a flag that serving and rebuilding have in common.

use std::path::PathBuf;

use clap::Args;

use super::ConfigError;
use crate::wallet::limits::Market;

/// The file with the market's rules.
#[derive(Clone, Debug, Args)]
pub struct MarketFile {
    /// The market's rules: its calendar, limits, breaks and reality checks. Without it: those of the house.
    #[arg(long, env = "GATEWAY_MARKET", value_name = "FILE")]
    pub market: Option<PathBuf>,
}

impl MarketFile {
    /// The market's rules.
    ///
    /// # Errors
    /// The file can't be read, or a value in it makes no sense.
    pub fn read(&self) -> Result<Market, ConfigError> {
        let (path, market) = match &self.market {
            Some(path) => (path.clone(), Market::open(path)),
            None => (PathBuf::from("of the house"), Market::house()),
        };
        market.map_err(|source| ConfigError::Market { path, source })
    }
}
