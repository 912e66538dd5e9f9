//! `gateway verify`.

use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;

use crate::config::Place;
use crate::wallet::verify::{Head, report, verify};

/// See [`super::Command::Verify`].
#[derive(Debug, Args)]
pub struct Verify {
    /// Where the ledger is.
    #[command(flatten)]
    pub(super) place: Place,

    /// The head that an earlier report printed. Its entry has to be there still: this finds a book whose
    /// end was cut off, and one that was written anew from some entry on.
    #[arg(long, value_name = "HASH")]
    pub(super) expect_head: Option<Head>,
}

/// How often a long run says how far it is.
const PROGRESS: Duration = Duration::from_secs(1);

impl Verify {
    /// Prints the report.
    #[must_use]
    pub fn run(&self) -> ExitCode {
        let mut said = Instant::now();
        let progress = |done: u64, all: u64| {
            // The clock is not asked for every entry.
            if done.is_multiple_of(1_000) && said.elapsed() >= PROGRESS {
                said = Instant::now();
                eprintln!("{done} of {all} entries");
            }
        };
        let verified = self.place.storage().map_err(|error| error.to_string()).and_then(|storage| {
            verify(&storage, self.expect_head, progress).map_err(|error| format!("the ledger can't be read: {error}"))
        });
        match verified {
            Ok(audit) => {
                // Whoever closed the pipe has read enough.
                let _ = std::io::stdout().write_all(report(&audit).as_bytes());
                if audit.balanced { ExitCode::SUCCESS } else { ExitCode::FAILURE }
            }
            Err(error) => {
                eprintln!("gateway: {error}");
                ExitCode::FAILURE
            }
        }
    }
}
