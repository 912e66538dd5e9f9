//! The command line: without a subcommand the gateway serves; with one it does that and ends.

mod audit_module;
mod operator;
mod rebuild;
mod reconcile;
mod registry_key;
mod verify;

pub use audit_module::audit_module;
pub use operator::Operator;
pub use rebuild::Rebuild;
pub use reconcile::Reconcile;
pub use registry_key::RegistryKey;
pub use verify::Verify;

use clap::{Parser, Subcommand};

use crate::config::Config;

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

    /// Computes the wallet's read models from the ledger's log once more and compares them with the live ones.
    ///
    /// Balances, histories, days and gaming sessions. The rebuilt ones take the place of the live ones at once
    /// and as a whole, unless --check is given. May run beside a gateway that serves. Prints a report with each
    /// difference; ends with 0 if there is none, with 1 if something differed or the ledger can't be read.
    Rebuild(Rebuild),

    /// Compares the vendor's statement, the ledger and the promotions, and prints what differs.
    ///
    /// Bets, wins, rollbacks and payouts with their amounts, progress, claims and rewards. What is younger than
    /// the grace time is listed apart: it may be on its way. Writes nothing, and may run beside a gateway that
    /// serves. Ends with 0 if nothing differs, with 1 if something does, with 2 if it could not compare.
    Reconcile(Reconcile),

    /// Prints the public key that manifests are signed with, and makes the key if it is missing.
    ///
    /// The line is one of a list for --registry-trust; behind the # stands the key's id.
    RegistryKey(RegistryKey),

    /// Makes and removes the people who run the house. Also while a gateway serves; not where none has been started.
    #[command(subcommand)]
    Operator(Operator),

    /// Reads an entry module from standard input and prints what it exports, imports and reaches, as JSON.
    ///
    /// Internal: the registry runs it for each release that is published, since code that was made for it ends
    /// whoever reads it. What it prints may change with any version.
    #[command(hide = true)]
    AuditModule,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use contract::operator::Role;

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

    #[test]
    fn rebuilding_takes_the_place_and_the_market_of_serving() {
        let line = ["gateway", "rebuild", "--data", "/d", "--market", "m.toml", "--check"];
        let Some(Command::Rebuild(rebuild)) = Cli::try_parse_from(line).expect("good flags").command else {
            panic!("it does something else")
        };
        assert!(rebuild.place.data.ends_with("/d") && rebuild.check);
    }

    #[test]
    fn the_registrys_key_is_named_or_in_the_data_folder() {
        let key = |line: &[&str]| match Cli::try_parse_from(line).expect("good flags").command {
            Some(Command::RegistryKey(command)) => command.key.file(&command.place),
            _ => panic!("it does something else"),
        };
        assert!(key(&["gateway", "registry-key", "--data", "/d"]).ends_with("/d/registry.key"));
        assert!(key(&["gateway", "registry-key", "--registry-key", "/k/next.key"]).ends_with("/k/next.key"));
    }

    #[test]
    fn an_operator_has_a_role_and_a_place() {
        let line = ["gateway", "operator", "add", "a@b", "--role", "risk", "--data", "/d"];
        let Some(Command::Operator(Operator::Add(add))) = Cli::try_parse_from(line).expect("a command").command else {
            panic!("it does something else")
        };
        assert!(add.place.data.ends_with("/d") && add.role == Role::Risk);
        let strange = Cli::try_parse_from(["gateway", "operator", "add", "a@b", "--role", "boss"]);
        assert!(strange.expect_err("no such role").to_string().contains("developer, viewer, support, risk, admin"));
    }

    #[test]
    fn what_the_registry_runs_is_shown_to_nobody() {
        let cli = Cli::try_parse_from(["gateway", "audit-module"]).expect("a command");
        assert!(matches!(cli.command, Some(Command::AuditModule)));
        let help = Cli::command().render_long_help().to_string();
        assert!(help.contains("registry-key") && !help.contains("audit-module"), "{help}");
    }
}
