//! `test`: four layers, one sum.

mod browser;
mod counts;
mod failures;
mod layers;
mod made;
mod nats;
mod postgres;
mod scripts;
mod server;

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::{Layer, TestOptions};
use crate::failure::{self, Failure};
use crate::terminal::Terminal;
use crate::workspace::Workspace;
use counts::Counts;
use layers::Runner;

pub(crate) use browser::{chromedriver, drivers};
pub(crate) use layers::stand_ins;
pub(crate) use nats::Nats;
pub(crate) use postgres::{Durability, Postgres};

/// Runs the layers and prints the sum as the last line.
///
/// # Errors
/// The filter can't be a test's name. What goes wrong in a layer counts as a failed test, so that
/// the other layers still run.
pub(crate) fn run(workspace: &Workspace, terminal: &Terminal, options: &TestOptions) -> Result<ExitCode> {
    let filter = options.filter.as_deref();
    check_filter(filter)?;
    let mut runner = Runner::new(workspace, terminal, filter).playing(options.cases);
    if let Some(name) = &options.fragment {
        runner = runner.of_fragment(name)?;
    }
    let mut total = Counts::default();
    for layer in [Layer::Unit, Layer::Wasm, Layer::Api, Layer::E2e] {
        if options.only.is_some_and(|only| only != layer) {
            continue;
        }
        let counted = match layer {
            Layer::Unit => runner.unit(),
            Layer::Wasm => runner.wasm(),
            Layer::Api => runner.api(),
            Layer::E2e => runner.end_to_end(),
        };
        total += counted.unwrap_or_else(|error| {
            terminal.error(&failure::explain(&error));
            Counts { passed: 0, failed: 1 }
        });
    }
    let nothing = total == Counts::default();
    if nothing {
        terminal.say("No test has that name.");
    }
    for failed in runner.failed() {
        terminal.say(format!("✗ {failed}"));
    }
    println!("{total}");
    Ok(if total.failed > 0 || nothing { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The filter becomes part of an expression, so it holds only what names of tests do.
fn check_filter(filter: Option<&str>) -> Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_:-".contains(c);
    match filter {
        Some(name) if name.is_empty() || !name.chars().all(plain) => Err(Failure::new(
            format!("--filter \"{name}\" is no part of a test's name"),
            "use letters, digits, `_`, `-` and `::`.",
        )
        .into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_part_of_a_name() {
        assert!(check_filter(None).is_ok());
        assert!(check_filter(Some("wallet::ledger_balances")).is_ok());
        assert!(check_filter(Some("a) or all(")).is_err());
        assert!(check_filter(Some("")).is_err());
    }
}
