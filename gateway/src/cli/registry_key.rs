//! `gateway registry-key`: the public half of the key that signs manifests.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use crate::config::{Place, RegistryKey as Key};
use crate::registry::Sealer;

/// See [`super::Command::RegistryKey`].
#[derive(Debug, Args)]
pub struct RegistryKey {
    /// Where the key is, unless it is named.
    #[command(flatten)]
    pub(super) place: Place,

    /// The key.
    #[command(flatten)]
    pub(super) key: Key,
}

impl RegistryKey {
    /// Prints it.
    #[must_use]
    pub fn run(&self) -> ExitCode {
        match self.line() {
            Ok(line) => {
                println!("{line}");
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("gateway: {error:#}");
                ExitCode::FAILURE
            }
        }
    }

    /// As it stands in a list of trusted keys.
    fn line(&self) -> anyhow::Result<String> {
        let file = self.key.file(&self.place);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("the folder {}", folder.display()))?;
        }
        let sealer = Sealer::open(&file, None)?;
        Ok(format!("{} # {}", sealer.public_key(), sealer.id()))
    }
}
