//! `publish`, `promote`, `canary`, `rollback`, `kill`, `revive`, `status`, `history`: a team ships its fragment by itself.
//!
//! Must never decide who may ship or what is live: the gateway's registry does. This asks it, and tells what it said.
//! What of a fragment may ship at all, the rules of `review` say before anything is sent.

mod client;
mod figures;
mod inspect;
mod key;
mod options;
mod publish;
mod release;
mod table;
#[cfg(test)]
mod testing;

use std::io::{IsTerminal, Write};

use anyhow::{Context, Result};
use contract::registry::{
    CanaryCommand, EndCanaryCommand, KillCommand, PromoteCommand, RegistryStatus, ReviveCommand, RollbackCommand,
    ShippingHistory, Standing,
};
use serde::Serialize;

use crate::failure::Failure;
use crate::terminal::Terminal;
use client::Client;
pub(crate) use inspect::Inspection;
pub(crate) use key::for_this_machine;
use options::Desk;
pub(crate) use options::{
    CanaryOptions, HistoryOptions, KeyOptions, KillOptions, PromoteOptions, PublishOptions, ReviveOptions,
    RollbackOptions, ShowOptions,
};
pub(crate) use publish::publish;

const HISTORY: &str = "/api/registry/history";

/// Makes a published release the live one.
///
/// # Errors
/// The registry refuses it.
pub(crate) fn promote(options: &PromoteOptions) -> Result<()> {
    let PromoteOptions { desk, name, version } = options;
    let standing = make_live(&Client::new(desk)?, name, version.as_ref())?;
    print_answer(desk, &standing, told)
}

fn make_live(client: &Client, fragment: &str, version: Option<&String>) -> Result<Standing> {
    let command = PromoteCommand { fragment: fragment.to_owned(), version: version.cloned() };
    client.command("/api/registry/promote", fragment, &command)
}

/// Shows a published release to a part of the audience, changes to whom, or ends that.
///
/// # Errors
/// The registry refuses it.
pub(crate) fn canary(options: &CanaryOptions) -> Result<()> {
    let client = Client::new(&options.desk)?;
    let (name, fragment) = (&options.name, options.name.clone());
    let standing: Standing = if options.end {
        client.command("/api/registry/canary/end", name, &EndCanaryCommand { fragment })?
    } else {
        let (version, share_permille, markets) = (options.version.clone(), options.share, options.markets());
        let command = CanaryCommand { fragment, version, share_permille, markets };
        client.command("/api/registry/canary", name, &command)?
    };
    print_answer(&options.desk, &standing, told)
}

/// Goes back to a release that was live before.
///
/// # Errors
/// The registry refuses it.
pub(crate) fn roll_back(options: &RollbackOptions) -> Result<()> {
    let RollbackOptions { desk, name, to } = options;
    let command = RollbackCommand { fragment: name.clone(), to: to.clone() };
    let standing: Standing = Client::new(desk)?.command("/api/registry/rollback", name, &command)?;
    print_answer(desk, &standing, told)
}

/// Switches a fragment off.
///
/// # Errors
/// It is not meant, or the registry refuses it.
pub(crate) fn kill(options: &KillOptions) -> Result<()> {
    let KillOptions { desk, name, reason, yes } = options;
    let client = Client::new(desk)?;
    if !yes {
        confirm(&format!("Switch {name} off for every player of {}?", client.gateway()))?;
    }
    let command = KillCommand { fragment: name.clone(), reason: reason.clone() };
    let standing: Standing = client.command("/api/registry/kill", name, &command)?;
    print_answer(desk, &standing, told)
}

/// Switches a fragment on again.
///
/// # Errors
/// The registry refuses it.
pub(crate) fn revive(options: &ReviveOptions) -> Result<()> {
    let (name, command) = (&options.name, ReviveCommand { fragment: options.name.clone() });
    let standing: Standing = Client::new(&options.desk)?.command("/api/registry/revive", name, &command)?;
    print_answer(&options.desk, &standing, told)
}

/// Prints how fragments stand.
///
/// # Errors
/// The registry refuses it, or does not know the fragment.
pub(crate) fn status(options: &ShowOptions) -> Result<()> {
    let mut status: RegistryStatus = Client::new(&options.desk)?.get("/api/registry/status")?;
    if let Some(name) = &options.name {
        let known = status.fragments.iter().map(|standing| standing.fragment.clone()).collect::<Vec<_>>().join(", ");
        status.fragments.retain(|standing| standing.fragment == *name);
        if status.fragments.is_empty() {
            return Err(Failure::new(format!("there is no fragment {name:?}"), format!("there are: {known}.")).into());
        }
    }
    print_answer(&options.desk, &status, table::status)
}

/// Prints what was done.
///
/// # Errors
/// The registry refuses it.
pub(crate) fn history(options: &HistoryOptions) -> Result<()> {
    let HistoryOptions { show: ShowOptions { desk, name }, before } = options;
    let path = history_of(name.as_deref(), *before)?;
    let history: ShippingHistory = Client::new(desk)?.get(&path)?;
    print_answer(desk, &history, |history| table::history(history, name.as_deref(), *before))
}

/// Prints what the gateway has answered: as it is for a program, otherwise as a person reads it.
fn print_answer<T: Serialize>(desk: &Desk, answer: &T, told: impl FnOnce(&T) -> String) -> Result<()> {
    println!("{}", written(desk.json, answer, told)?.trim_end());
    Ok(())
}

fn written<T: Serialize>(json: bool, answer: &T, told: impl FnOnce(&T) -> String) -> Result<String> {
    Ok(if json { serde_json::to_string_pretty(answer)? } else { told(answer) })
}

/// What is no name of a fragment must not become another query.
fn must_be_a_name(text: &str) -> Result<(), Failure> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if text.bytes().all(plain) {
        return Ok(());
    }
    Err(Failure::new(format!("{text:?} is no name of a fragment"), "names have lower-case letters, digits and dashes."))
}

fn history_of(name: Option<&str>, before: Option<u64>) -> Result<String, Failure> {
    if let Some(name) = name {
        must_be_a_name(name)?;
    }
    let fragment = name.map(|name| format!("fragment={name}"));
    let before = before.map(|place| format!("before={place}"));
    let query = fragment.into_iter().chain(before).collect::<Vec<_>>().join("&");
    Ok(if query.is_empty() { HISTORY.to_owned() } else { format!("{HISTORY}?{query}") })
}

/// Makes a team's key, if there is none, and prints what the operator needs of it.
///
/// # Errors
/// The key can't be read or made.
pub(crate) fn key(terminal: &Terminal, options: &KeyOptions) -> Result<()> {
    let entry = key::Key::ready(&options.key)?.entry("NAME OF THE TEAM", "NAME OF A FRAGMENT");
    terminal.say("For the operator's list of teams (--registry-teams); the key itself stays with you:\n");
    print!("{entry}");
    Ok(())
}

/// One sentence.
fn told(standing: &Standing) -> String {
    let name = &standing.fragment;
    let live = match (&standing.live, &standing.previous) {
        (Some(live), Some(previous)) => format!("{name} {live} is live; it rolls back to {previous}"),
        (Some(live), None) => format!("{name} {live} is live; there is nothing that it rolls back to"),
        (None, _) => format!("no release of {name} is live"),
    };
    let live = match &standing.canary {
        Some(canary) => format!("{live}. Canary: {} for {}", canary.version, table::audience(&canary.audience)),
        None => live,
    };
    match &standing.killed {
        Some(killed) => format!(
            "{name} is switched off: {}. `cargo croupier revive {name}` ends that. Then: {live}.",
            killed.reason
        ),
        None => format!("{live}."),
    }
}

/// Asks whoever sits at the terminal.
///
/// # Errors
/// Nobody does, or it is not meant.
fn confirm(question: &str) -> Result<()> {
    if !std::io::stdin().is_terminal() {
        let remedy = "add --yes where nobody can be asked.";
        return Err(Failure::new(format!("{question} There is nobody to ask."), remedy).into());
    }
    eprint!("{question} [y/N] ");
    std::io::stderr().flush().context("asking")?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).context("asking")?;
    must_be_yes(&answer).map_err(Into::into)
}

fn must_be_yes(answer: &str) -> Result<(), Failure> {
    if matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Failure::new("that was not confirmed, and nothing was changed", "answer y or yes, or add --yes."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::Parser;
    use contract::registry::{Audience, CanaryNote, KillNote, PublishedRelease};

    #[test]
    fn a_history_is_of_one_fragment_or_of_all_and_goes_on_from_a_place() {
        let path = |name, before| history_of(name, before).map_err(|error| error.to_string());
        assert_eq!(path(None, None).unwrap(), "/api/registry/history");
        assert_eq!(path(None, Some(7)).unwrap(), "/api/registry/history?before=7");
        assert_eq!(path(Some("wallet"), Some(7)).unwrap(), "/api/registry/history?fragment=wallet&before=7");
        assert!(path(Some("wallet&before=1"), None).unwrap_err().contains("is no name of a fragment"));
    }

    #[test]
    fn yes_is_yes_in_any_case_and_whatever_else_changes_nothing_and_fails() {
        for yes in ["y", "Y\n", "yes", "YES\n", " Yes "] {
            assert!(must_be_yes(yes).is_ok(), "{yes:?}");
        }
        for no in ["", "\n", "n", "no", "yess", "yes please"] {
            let said = crate::failure::explain(&anyhow::Error::from(must_be_yes(no).expect_err(no)));
            assert!(said.contains("nothing was changed") && said.contains("answer y or yes"), "{said}");
        }
    }

    #[test]
    fn whatever_is_shipped_a_program_can_read_what_came_of_it() {
        for typed in [
            "publish wallet",
            "promote wallet",
            "canary wallet --end",
            "rollback wallet",
            "kill wallet --reason why",
            "revive wallet",
            "status",
            "history",
        ] {
            let line = ["croupier"].into_iter().chain(typed.split(' ')).chain(["--json"]);
            assert!(Cli::try_parse_from(line).is_ok(), "{typed}");
        }
        let published = PublishedRelease { fragment: "a".into(), version: "1".into(), is_new: true, bytes: 9 };
        let told = |json| written(json, &published, |it| format!("{} {}", it.fragment, it.version)).unwrap();
        assert_eq!(told(false), "a 1");
        assert_eq!(serde_json::from_str::<PublishedRelease>(&told(true)).unwrap(), published);
    }

    #[test]
    fn what_was_done_is_told_in_a_sentence() {
        let mut standing = Standing {
            fragment: "wallet".into(),
            live: Some("2".into()),
            previous: Some("1".into()),
            since_ms: None,
            canary: None,
            killed: None,
            health: None,
            releases: vec![],
        };
        assert_eq!(told(&standing), "wallet 2 is live; it rolls back to 1.");
        let audience = Audience { share_permille: 25, markets: vec!["at".into(), "de".into()] };
        standing.canary =
            Some(CanaryNote { version: "3".into(), audience, since_ms: 0, team: "house".into(), figures: None });
        assert_eq!(told(&standing), "wallet 2 is live; it rolls back to 1. Canary: 3 for 2.5% in at, de.");
        standing.killed = Some(KillNote { reason: "wrong sums".into(), team: "house".into(), at_ms: 0 });
        assert!(told(&standing).starts_with("wallet is switched off: wrong sums. `cargo croupier revive wallet`"));
    }
}
