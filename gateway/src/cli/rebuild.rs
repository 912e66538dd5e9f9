//! `gateway rebuild`.

use std::io::Write;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::ensure;
use clap::Args;

use crate::config::{MarketFile, Place};
use crate::wallet::rebuild::{Progress, Rebuilt, Stage, rebuild, report};

/// See [`super::Command::Rebuild`].
#[derive(Debug, Args)]
pub struct Rebuild {
    /// Where the ledger and its read models are.
    #[command(flatten)]
    pub(super) place: Place,

    /// What the read models are computed by: the gateway's own.
    #[command(flatten)]
    market: MarketFile,

    /// Only compares: what is live stays so.
    #[arg(long)]
    pub(super) check: bool,
}

/// How often a long run says how far it is.
const PROGRESS: Duration = Duration::from_secs(1);

impl Rebuild {
    /// Prints the report.
    pub async fn run(self) -> ExitCode {
        match self.rebuilt().await {
            Ok(rebuilt) => {
                // Whoever closed the pipe has read enough.
                let _ = std::io::stdout().write_all(report(&rebuilt).as_bytes());
                // That there was nothing to compare with is fine where something was to be made.
                let is_fine = rebuilt.is_same() || !rebuilt.was_live && !self.check;
                if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
            }
            Err(error) => {
                eprintln!("gateway: {error:#}");
                ExitCode::FAILURE
            }
        }
    }

    async fn rebuilt(&self) -> anyhow::Result<Rebuilt> {
        let storage = self.place.storage()?;
        // Nothing is made where there is no ledger.
        ensure!(storage.has("wallet")?, "there is no ledger in {}", self.place);
        Ok(rebuild(&storage, self.market.read()?, self.check, progress()).await?)
    }
}

fn progress() -> Progress {
    let said = Mutex::new(Instant::now());
    Arc::new(move |stage| {
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.elapsed() < PROGRESS {
            return;
        }
        *said = Instant::now();
        match stage {
            Stage::Entries { done, of } => eprintln!("{done} of {of} entries"),
            Stage::Rows(rows) => eprintln!("{rows} rows compared"),
        }
    })
}
