//! The registry's key: a flag that serving and `registry-key` have in common.

use std::path::PathBuf;

use clap::Args;

use super::Place;

/// Where the key is that signs manifests.
#[derive(Clone, Debug, Args)]
pub struct RegistryKey {
    /// The file of the key that signs manifests, the same for every edge. Without it: registry.key in the data
    /// folder, made when it is missing.
    #[arg(long, env = "GATEWAY_REGISTRY_KEY", value_name = "FILE")]
    pub registry_key: Option<PathBuf>,
}

impl RegistryKey {
    /// Its file.
    #[must_use]
    pub fn file(&self, place: &Place) -> PathBuf {
        self.registry_key.clone().unwrap_or_else(|| place.data_file("registry.key"))
    }
}
