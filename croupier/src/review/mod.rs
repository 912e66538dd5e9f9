//! The commands about releases: may this one ship, and what is different from the one before.
//!
//! The rules are those of the crate `release`; here releases are read off a disk and what was found is printed.

mod check;
mod diff;
mod layout;
mod live;
mod read;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::accessibility::Examiner;
use crate::cli::{CheckOptions, DiffOptions};
use crate::failure::Failure;
use crate::floor::{self, Candidate, Wanted};
use crate::gateway::START_ONE;
use crate::size;
use crate::terminal::Terminal;
use crate::workspace::Workspace;
use check::Verdict;
use live::Surroundings;

/// The command `check`.
///
/// # Errors
/// A fragment can't be packed, or what is live can't be read.
pub(crate) fn check(workspace: &Workspace, terminal: &Terminal, options: &CheckOptions) -> Result<ExitCode> {
    let live = Surroundings::find(workspace, options.against.as_deref())?;
    let mut wanted: Vec<_> = options.fragment.iter().map(|folder| Wanted::In(folder)).collect();
    let all = if wanted.is_empty() && options.names.is_empty() { floor::names(workspace)? } else { Vec::new() };
    wanted.extend(options.names.iter().chain(&all).map(|name| Wanted::Named(name)));
    let candidates = floor::candidates(workspace, terminal, &wanted)?;
    let mut verdicts =
        candidates.iter().map(|candidate| verdict(workspace, candidate, &live)).collect::<Result<Vec<_>>>()?;
    if !options.no_accessibility {
        let step = terminal.step("Looking at it in a browser");
        let examiner = Examiner::start(workspace, terminal)?;
        for (verdict, candidate) in verdicts.iter_mut().zip(&candidates) {
            step.detail(&candidate.name);
            verdict.seen(examiner.examine(workspace, candidate)?);
        }
        step.done("");
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&verdicts)?);
    } else {
        let place = options.against.clone().unwrap_or_else(|| floor::default_floor(workspace).display().to_string());
        terminal.say(format!("  against {} live fragments of {place}", live.releases.len()));
        print!("{}", verdicts.iter().map(Verdict::text).collect::<Vec<_>>().join("\n"));
    }
    let ships = verdicts.iter().all(|verdict| verdict.can_ship);
    Ok(if ships { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn verdict(workspace: &Workspace, candidate: &Candidate, live: &Surroundings) -> Result<Verdict> {
    let budget_bytes = size::budget_of(workspace, &candidate.name, candidate.budget_kib)?;
    Ok(Verdict::of(&read::on_disk(&candidate.release)?, budget_bytes, live))
}

/// Packs a fragment to be sent to a gateway, held to the rules beside what is live there. Gives the folder of its
/// release.
///
/// # Errors
/// It can't be packed, what is live can't be read, or it can not ship: then the reasons are printed.
pub(crate) fn pack_to_ship(
    workspace: &Workspace,
    terminal: &Terminal,
    wanted: Wanted<'_>,
    gateway: &str,
) -> Result<PathBuf> {
    let live = Surroundings::of_gateway(workspace, gateway, START_ONE)?;
    let candidate = floor::candidates(workspace, terminal, &[wanted])?.pop().context("one was packed")?;
    let verdict = verdict(workspace, &candidate, &live)?;
    if verdict.can_ship {
        return Ok(candidate.release);
    }
    terminal.say(verdict.text());
    let what = format!("{} can not ship to {gateway}; nothing was sent", candidate.name);
    Err(Failure::new(what, "mend what is marked above, and publish again.").into())
}

/// The command `diff`.
///
/// # Errors
/// A release can't be read.
pub(crate) fn diff(workspace: &Workspace, options: &DiffOptions) -> Result<()> {
    let floor = floor::default_floor(workspace);
    let [old, new] = [&options.old, &options.new].map(|place| read::on_disk(&read::folder(place, &floor)));
    let changes = release::diff(&old?.packed(), &new?.packed());
    if options.json {
        println!("{}", serde_json::to_string_pretty(&changes)?);
    } else {
        print!("{}", diff::table(&changes));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::path::Path;

    use super::*;
    use crate::failure::explain;
    use crate::gateway::testing::vouched_for_by_its_own;

    #[test]
    fn who_publishes_where_nobody_is_reads_how_to_start_somebody() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let (workspace, terminal) = (Workspace::find().unwrap(), Terminal::detect());
        let nothing = Wanted::In(Path::new("/nowhere"));
        let said = explain(&pack_to_ship(&workspace, &terminal, nothing, &format!("http://{free}")).unwrap_err());
        assert!(said.contains("cargo croupier up") && said.ends_with("or name another with --gateway."), "{said}");
    }

    #[test]
    fn who_publishes_at_a_gateway_that_is_not_believed_reads_how_to_believe_it() {
        let (gateway, _) = vouched_for_by_its_own();
        let (workspace, terminal) = (Workspace::find().unwrap(), Terminal::detect());
        let nothing = Wanted::In(Path::new("/nowhere"));
        let said = explain(&pack_to_ship(&workspace, &terminal, nothing, &gateway).unwrap_err());
        assert!(said.contains("SSL_CERT_FILE") && !said.contains("cargo croupier up"), "{said}");
    }
}
