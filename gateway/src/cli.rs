//! The command line: without a subcommand the gateway serves; with one it does that and ends.

use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, Place};
use crate::wallet::verify::{Head, report, verify};

/// The server of Croupier: page, manifest, players, wallet, promotions, lobby and events.
///
/// Prints one line of JSON with its addresses once it listens; logs go to stderr.
#[derive(Debug, Parser)]
#[command(name = "gateway", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// How to serve.
    #[command(flatten)]
    pub serve: Config,

    /// What to do in the place of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the gateway does besides serving.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Recomputes the whole ledger and holds what is stored against it.
    ///
    /// Goes through every entry: the chain of hashes, the sums of each account, what is set aside. Writes
    /// nothing, and may run beside a gateway that serves. Prints a report; ends with 0 if nothing differs,
    /// with 1 if something does or the ledger can't be read.
    Verify(Verify),
}

/// See [`Command::Verify`].
#[derive(Debug, Args)]
pub struct Verify {
    /// Where the ledger is.
    #[command(flatten)]
    place: Place,

    /// The head that an earlier report printed. Its entry has to be there still: this finds a book whose
    /// end was cut off, and one that was written anew from some entry on.
    #[arg(long, value_name = "HASH")]
    expect_head: Option<Head>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_a_subcommand_it_serves() {
        let cli = Cli::try_parse_from(["gateway", "--data", "here"]).expect("good flags");
        assert!(cli.command.is_none() && cli.serve.place.data.ends_with("here"));
        let hash = "0".repeat(64);
        let cli = Cli::try_parse_from(["gateway", "verify", "--data", "there", "--expect-head", &hash]);
        let Some(Command::Verify(verify)) = cli.expect("good flags").command else { panic!("it serves") };
        assert!(verify.place.data.ends_with("there") && verify.expect_head.is_some());
        let refused = Cli::try_parse_from(["gateway", "verify", "--expect-head", "abc"]).expect_err("no hash");
        assert!(refused.to_string().contains("64 hexadecimal digits"), "{refused}");
    }
}
