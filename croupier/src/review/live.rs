//! What a candidate would live with: the floor of a folder, or that of a running gateway.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use contract::manifest::{Fragment, Manifest};
use contract::registry::{ALL_CANARIES, CANARY, NO_CANARY};
use release::{Operation, Release};
use serde::de::DeserializeOwned;
use ureq::Agent;
use ureq::http::Uri;

use super::read;
use crate::failure::Failure;
use crate::gateway::agent_for;
use crate::workspace::Workspace;

/// No answer that is asked for here is longer.
const MOST_BYTES: u64 = 8 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(20);

/// Everything that somebody is shown, canaries as well, and what the API has.
#[derive(Debug)]
pub(super) struct Surroundings {
    pub(super) releases: Vec<Release>,
    pub(super) operations: Vec<Operation>,
}

impl Surroundings {
    /// Those of a folder or of an address.
    ///
    /// # Errors
    /// They can't be read.
    pub(super) fn find(workspace: &Workspace, place: &str) -> Result<Self> {
        if place.starts_with("http://") || place.starts_with("https://") {
            return Self::of_gateway(place.trim_end_matches('/'));
        }
        // The gateway's own tests hold it to this description.
        let path = workspace.path("gateway/tests/openapi.snap.json");
        let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        let document = serde_json::from_slice(&bytes).with_context(|| format!("{}", path.display()))?;
        Ok(Self { releases: on_floor(Path::new(place))?, operations: release::operations(&document)? })
    }

    fn of_gateway(address: &str) -> Result<Self> {
        let url = format!("{address}/manifest.json");
        let mut shown = get::<Manifest>(&url, NO_CANARY)?.fragments;
        // What the gateway holds a release to when it is published: those that everybody sees, and the canaries.
        for fragment in get::<Manifest>(&url, ALL_CANARIES)?.fragments {
            let is_live = shown.iter().any(|live| live.name == fragment.name && live.version == fragment.version);
            if !is_live {
                shown.push(fragment);
            }
        }
        let releases = shown.into_iter().map(|fragment| shown_at(address, fragment));
        let operations = release::operations(&get(&format!("{address}/api/openapi.json"), NO_CANARY)?)?;
        Ok(Self { releases: releases.collect::<Result<_>>()?, operations })
    }
}

/// A release that a manifest of a gateway names. Of what a team has published there is no document but the
/// manifest, which says by which schemas it was built: they are known here if they are those of this build.
fn shown_at(address: &str, fragment: Fragment) -> Result<Release> {
    let packed: Option<Release> =
        get_if_there(&format!("{address}/fragments/{}/release.json", fragment.name), NO_CANARY)?;
    if let Some(packed) = packed.filter(|packed| packed.fragment.version == fragment.version) {
        return Ok(packed);
    }
    let built_by = fragment.contracts.clone();
    let known = Release::of(fragment, Vec::new());
    if known.fragment.contracts == built_by {
        return Ok(known);
    }
    let what = format!("{} {} was built with another contract", known.fragment.name, known.fragment.version);
    Err(Failure::new(what, "check with the contract that is shown there, or against a floor's folder.").into())
}

/// Every release of a floor. One that was never packed has none.
fn on_floor(floor: &Path) -> Result<Vec<Release>> {
    let folder = floor.join("fragments");
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("reading {}", folder.display()))?,
    };
    let mut releases = Vec::new();
    for entry in entries {
        releases.extend(read::document(&entry?.path())?);
    }
    releases.sort_by(|a: &Release, b| a.fragment.name.cmp(&b.fragment.name));
    Ok(releases)
}

fn get<T: DeserializeOwned>(url: &str, canaries: &str) -> Result<T> {
    get_if_there(url, canaries)?.ok_or_else(|| unreachable(url, &ureq::Error::StatusCode(404)).into())
}

/// Who holds no cookie and asks for no canaries would be drawn anew with each call, and see one now and then.
fn get_if_there<T: DeserializeOwned>(url: &str, canaries: &str) -> Result<Option<T>> {
    let uri: Option<Uri> = url.parse().ok();
    let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
    let agent = agent_for(host, Agent::config_builder().timeout_global(Some(PATIENCE)));
    let mut response = match agent.get(url).header(CANARY, canaries).call() {
        Err(ureq::Error::StatusCode(404)) => return Ok(None),
        response => response.map_err(|error| unreachable(url, &error))?,
    };
    let bytes = response.body_mut().with_config().limit(MOST_BYTES).read_to_vec();
    let bytes = bytes.map_err(|error| unreachable(url, &error))?;
    Ok(Some(serde_json::from_slice(&bytes).with_context(|| url.to_owned())?))
}

fn unreachable(url: &str, error: &ureq::Error) -> Failure {
    let what = format!("{url}: {error}");
    Failure::new(what, "name the address of a running gateway, such as http://localhost:8080, or a floor's folder.")
}

#[cfg(test)]
mod tests {
    use super::super::read::testing;
    use super::*;
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::path::PathBuf;

    #[test]
    fn what_is_live_is_read_in_the_order_of_names() {
        let floor = tempfile::tempdir().unwrap();
        let workspace = Workspace::find().unwrap();
        let find = || Surroundings::find(&workspace, &floor.path().display().to_string());
        assert!(find().unwrap().releases.is_empty());
        for name in ["wallet", "limits"] {
            testing::write(floor.path(), name, "1", "");
        }
        fs::create_dir(floor.path().join("fragments/empty")).unwrap();
        let found = find().unwrap();
        let names: Vec<_> = found.releases.into_iter().map(|release| release.fragment.name).collect();
        assert_eq!(names, ["limits", "wallet"]);
        let tables = |it: &Operation| it.method == "GET" && it.path == "/api/live/tables";
        assert!(found.operations.iter().any(tables), "{:?}", found.operations);
        fs::write(floor.path().join("fragments/empty/release.json"), "{").unwrap();
        assert!(format!("{:#}", find().unwrap_err()).contains("empty/release.json"));
    }

    /// Answers by the files of a folder until the test ends; whoever asks for all canaries gets what is in `canaries`
    /// there, where it has the file.
    fn served(folder: PathBuf) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let first = lines.next().unwrap().unwrap();
                let headers: Vec<_> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
                let path = first.split(' ').nth(1).unwrap().trim_start_matches('/');
                let asks = headers.iter().any(|line| line.eq_ignore_ascii_case("x-croupier-canary: all"));
                let canaries = asks.then(|| fs::read(folder.join("canaries").join(path)).ok()).flatten();
                let found = canaries.or_else(|| fs::read(folder.join(path)).ok());
                let (status, body) = found.map_or(("404 Not Found", vec![]), |body| ("200 OK", body));
                let length = body.len();
                write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n").unwrap();
                stream.write_all(&body).unwrap();
            }
        });
        address
    }

    #[test]
    fn a_running_gateway_is_asked_for_all_that_somebody_is_shown() {
        let root = tempfile::tempdir().unwrap();
        let release = testing::write(root.path(), "wallet", "1", "");
        let release: serde_json::Value =
            serde_json::from_slice(&fs::read(release.join("release.json")).unwrap()).unwrap();
        let manifest = |fragments: &[&serde_json::Value]| {
            serde_json::json!({ "schema": 1, "serial": 1, "content": "", "issued_at_ms": 0,
                "expires_at_ms": 0, "fragments": fragments })
            .to_string()
        };
        fs::write(root.path().join("manifest.json"), manifest(&[&release])).unwrap();
        let address = served(root.path().to_owned());
        let workspace = Workspace::find().unwrap();
        let missing = Surroundings::find(&workspace, &address).unwrap_err();
        assert!(missing.to_string().contains("/api/openapi.json: "), "{missing}");
        fs::create_dir(root.path().join("api")).unwrap();
        fs::write(root.path().join("api/openapi.json"), "{ \"paths\": { \"/api/a\": { \"get\": {} } } }").unwrap();
        let found = Surroundings::find(&workspace, &format!("{address}/")).unwrap();
        assert_eq!((found.releases[0].fragment.name.as_str(), found.operations.len()), ("wallet", 1));
        let versions = || -> Vec<_> {
            let found = Surroundings::find(&workspace, &address).unwrap().releases.into_iter();
            found.map(|release| release.fragment.name + " " + &release.fragment.version).collect()
        };
        assert_eq!(versions(), ["wallet 1"]);

        let (mut canary, mut new) = (release.clone(), release.clone());
        canary["version"] = "2".into();
        new["name"] = "happy-hour".into();
        fs::create_dir(root.path().join("canaries")).unwrap();
        fs::write(root.path().join("canaries/manifest.json"), manifest(&[&new, &canary])).unwrap();
        assert_eq!(versions(), ["wallet 1", "happy-hour 1", "wallet 2"], "the live release, and beside it canaries");
    }

    #[test]
    fn of_what_was_published_the_manifest_knows_the_schemas() {
        let root = tempfile::tempdir().unwrap();
        let on_floor = testing::write(root.path(), "wallet", "1", "");
        let mut published = read::document(&on_floor).unwrap().unwrap().fragment;
        published.version = "2".into();
        published.subscribes = vec!["wallet.balance".into()];
        let address = served(root.path().to_owned());
        let unknown = shown_at(&address, published.clone()).unwrap_err();
        assert!(unknown.to_string().contains("wallet 2 was built with another contract"), "{unknown}");
        published.contracts = Release::of(published.clone(), vec![]).fragment.contracts;
        let found = shown_at(&address, published.clone()).unwrap();
        assert!(found.schema_of("wallet.balance").is_some());
        published.name = "nowhere".into();
        assert_eq!(shown_at(&address, published).unwrap().fragment.version, "2", "it has no document on the floor");
    }
}
