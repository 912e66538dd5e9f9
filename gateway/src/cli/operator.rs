//! `gateway operator`: the people who run the house.
//!
//! A password is never an argument: it is asked for on the terminal, or read as one line from
//! standard input.

use std::io::BufRead;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::{Args, Subcommand};
use console::Term;
use contract::operator::Role;

use crate::clock::Clock;
use crate::config::Place;
use crate::identity::operator::command as operators;
use crate::problem::ApiError;
use crate::store::Storage;

/// See [`super::Command::Operator`].
#[derive(Debug, Subcommand)]
pub enum Operator {
    /// Adds one. The password is asked for, or read as one line from standard input.
    Add(Add),
    /// Removes one, who is out at once. What they did stays in the log.
    Remove(Remove),
}

/// See [`Operator::Add`].
#[derive(Debug, Args)]
pub struct Add {
    /// Where the players are.
    #[command(flatten)]
    pub(super) place: Place,

    /// The address to sign in with.
    email: String,

    /// What they may do; each role may do what those before it may.
    #[arg(long, value_name = "developer|viewer|support|risk|admin", value_parser = role)]
    pub(super) role: Role,
}

/// See [`Operator::Remove`].
#[derive(Debug, Args)]
pub struct Remove {
    /// Where the players are.
    #[command(flatten)]
    place: Place,

    /// The address to sign in with.
    email: String,
}

impl Operator {
    /// Does it, and says what was done.
    pub async fn run(self) -> ExitCode {
        let done = match self {
            Self::Add(add) => add.run().await,
            Self::Remove(remove) => remove.run().await,
        };
        match done {
            Ok(done) => {
                println!("{done}");
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("gateway: {error:#}");
                ExitCode::FAILURE
            }
        }
    }
}

impl Add {
    async fn run(self) -> anyhow::Result<String> {
        let storage = storage(&self.place)?;
        let password = password(&Term::stderr())?;
        let now_ms = Clock::system().now_ms();
        let email = operators::add(&storage, &self.email, self.role, password, now_ms).await.map_err(in_words)?;
        Ok(format!("{email} is an operator now, with the role {}, in {}", self.role.as_str(), self.place))
    }
}

impl Remove {
    async fn run(self) -> anyhow::Result<String> {
        let storage = storage(&self.place)?;
        let email = operators::remove(&storage, &self.email, Clock::system().now_ms()).await.map_err(in_words)?;
        Ok(format!("{email} is no operator any more, in {}", self.place))
    }
}

fn storage(place: &Place) -> anyhow::Result<Storage> {
    let storage = place.storage()?;
    // Nothing is made where no gateway has been: it would be the operator of a house that nobody runs.
    ensure!(
        storage.has("identity")?,
        "no gateway has been started in {place}: name where yours keeps its data with --data or --database, or start \
         it once"
    );
    Ok(storage)
}

fn in_words(error: ApiError) -> anyhow::Error {
    anyhow::Error::msg(error.detail)
}

fn role(name: &str) -> Result<Role, String> {
    let names = || Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
    Role::from_name(name).ok_or_else(|| format!("a role is one of {}", names()))
}

fn password(terminal: &Term) -> anyhow::Result<String> {
    if !std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).context("reading the password from standard input")?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let ask = |what: &str| -> anyhow::Result<String> {
        terminal.write_str(what)?;
        Ok(terminal.read_secure_line()?)
    };
    let password = ask("Password: ")?;
    ensure!(password == ask("Once more: ")?, "the two passwords are not the same");
    Ok(password)
}
