//! `publish`: a fragment is packed, held to the rules, and what the registry does not have of it is sent.

use std::collections::BTreeMap;

use anyhow::Result;
use contract::registry::{Addresses, PublishedRelease};

use super::client::Client;
use super::options::PublishOptions;
use super::release::Release;
use super::{make_live, must_be_a_name, told};
use crate::floor::{Wanted, source};
use crate::review;
use crate::terminal::{Terminal, kib};
use crate::workspace::Workspace;

/// Packs a fragment, checks it, and sends what the registry does not have of it; makes it live, if that is wanted.
///
/// # Errors
/// It can't be packed or can not ship, or the registry refuses it.
pub(crate) fn publish(workspace: &Workspace, terminal: &Terminal, options: &PublishOptions) -> Result<()> {
    let client = Client::new(&options.desk)?;
    let wanted = match (&options.fragment, &options.name) {
        (Some(folder), _) => Wanted::In(folder),
        (None, name) => Wanted::Named(name.as_deref().unwrap_or_default()),
    };
    let (name, _) = source(workspace, &wanted)?;
    must_be_a_name(&name)?;
    // Whoever may not publish it, or has the wrong time, learns so before minutes are spent on building.
    missing(&client, &name, Vec::new())?;
    let folder = review::pack_to_ship(workspace, terminal, wanted, client.gateway())?;
    let Release { document, files } = Release::read(&folder)?;
    let total: usize = files.values().map(Vec::len).sum();
    let missing = missing(&client, &name, files.keys().cloned().collect())?;
    send(&client, terminal, &files, &missing)?;
    let published: PublishedRelease = client.post("/api/registry/releases", &document)?;
    let (name, version, json) = (&published.fragment, &published.version, options.desk.json);
    // Beside JSON there is nothing else.
    let say = |sentence: String| if json { terminal.say(sentence) } else { println!("{sentence}") };
    if published.is_new {
        let (size, held) = (kib(total as u64), files.len() - missing.len());
        say(format!(
            "{name} {version} is published: {size} in {}, {held} of them were there already.",
            count(files.len())
        ));
    } else {
        say(format!("{name} {version} was published before, with the same content."));
    }
    if json {
        println!("{}", serde_json::to_string_pretty(&published)?);
    }
    // Only then: what is published is told also where it can't be made live.
    if options.promote {
        say(told(&make_live(&client, name, Some(version))?));
    } else {
        say(what_may_follow(name, version));
    }
    Ok(())
}

/// Which of these files the registry does not have. It refuses whoever may not publish the fragment.
fn missing(client: &Client, fragment: &str, files: Vec<String>) -> Result<Vec<String>> {
    let path = format!("/api/registry/missing?fragment={fragment}");
    let missing: Addresses = client.post(&path, &Addresses { files })?;
    Ok(missing.files)
}

fn send(client: &Client, terminal: &Terminal, files: &BTreeMap<String, Vec<u8>>, missing: &[String]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let missing: Vec<(&String, &Vec<u8>)> = files.iter().filter(|(address, _)| missing.contains(address)).collect();
    let bytes: usize = missing.iter().map(|(_, content)| content.len()).sum();
    let step = terminal.step(format!("Sending to {}", client.gateway()));
    let mut sent = 0;
    for (address, content) in &missing {
        step.progress(sent, bytes as u64);
        client.put(&format!("/api/registry/files/{address}"), content)?;
        sent += content.len() as u64;
    }
    step.done(&format!("{} in {}", kib(bytes as u64), count(missing.len())));
    Ok(())
}

/// Commands that name the release: without its name they mean the canary, where there is one.
fn what_may_follow(name: &str, version: &str) -> String {
    format!(
        "`cargo croupier promote {name} {version}` makes it live, \
         `cargo croupier canary {name} --share 10% --version {version}` for some."
    )
}

fn count(files: usize) -> String {
    if files == 1 { "1 file".to_owned() } else { format!("{files} files") }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{gateway, problem, typed};
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    #[test]
    fn whoever_may_not_publish_is_told_so_before_anything_is_built() {
        let unknown = problem(401, "forbidden", "This key is in no team's name.", "\"x-registry-key\"");
        let (address, calls) = gateway(vec![unknown]);
        let said = typed(&address, &["publish", "wallet"]).expect_err("it is refused");
        assert!(said.contains("x-registry-key: This key is in no team's name."), "{said}");
        assert_eq!(calls.recv().unwrap(), "POST /api/registry/missing?fragment=wallet HTTP/1.1");
    }

    #[test]
    fn what_may_follow_is_typed_as_it_stands_and_means_this_release() {
        let said = what_may_follow("wallet", "1.0.0-abcdef01");
        let commands = said.split('`').skip(1).step_by(2);
        let meant = commands.map(|typed| match Cli::try_parse_from(typed.split(' ').skip(1)).unwrap().command {
            Command::Promote(options) => options.version,
            Command::Canary(options) => options.version,
            other => panic!("{other:?}"),
        });
        assert_eq!(meant.collect::<Vec<_>>(), [Some("1.0.0-abcdef01".to_owned()), Some("1.0.0-abcdef01".to_owned())]);
    }

    #[test]
    fn files_are_counted_in_words() {
        assert_eq!((count(1), count(2)), ("1 file".into(), "2 files".into()));
    }
}
