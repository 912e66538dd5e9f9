//! What a candidate would live with: the floor of a folder, or that of a running gateway.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use release::{Layout, Neighbours, Operation, Release};
use serde::de::DeserializeOwned;
use ureq::Agent;
use ureq::http::Uri;

use super::{layout, read};
use crate::failure::Failure;
use crate::floor::default_floor;
use crate::gateway::{agent_for, remedy_for};
use crate::workspace::Workspace;

/// No answer that is asked for here is longer.
const MOST_BYTES: u64 = 8 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(20);
const NAME_A_FLOOR: &str = "name the address of a running gateway, such as http://localhost:8080, or a floor's folder.";

/// Everything that somebody is shown, canaries as well, what the API has, and where there is room.
#[derive(Debug)]
pub(super) struct Surroundings {
    pub(super) releases: Vec<Release>,
    pub(super) operations: Vec<Operation>,
    /// The page that all fragments are put into.
    pub(super) layout: Layout,
}

impl Surroundings {
    /// Those of a folder or of an address; without one those of the project's own floor.
    ///
    /// # Errors
    /// There is no such place, or they can't be read.
    pub(super) fn find(workspace: &Workspace, place: Option<&str>) -> Result<Self> {
        let floor = match place {
            Some(url) if url.starts_with("http://") || url.starts_with("https://") => {
                return Self::of_gateway(workspace, url.trim_end_matches('/'), NAME_A_FLOOR);
            }
            Some(folder) if !Path::new(folder).is_dir() => {
                let what = format!("--against {folder}: is no folder, and no address that begins with http");
                return Err(Failure::new(what, NAME_A_FLOOR).into());
            }
            Some(folder) => PathBuf::from(folder),
            // Not there before something was packed.
            None => default_floor(workspace),
        };
        // The gateway's own tests hold it to this description.
        let path = workspace.path("gateway/tests/openapi.snap.json");
        let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        let document = serde_json::from_slice(&bytes).with_context(|| format!("{}", path.display()))?;
        let (releases, operations) = (on_floor(&floor)?, release::operations(&document)?);
        Ok(Self { releases, operations, layout: layout::read(workspace)? })
    }

    /// Those of a running gateway.
    ///
    /// # Errors
    /// They can't be had; says what to do, as whoever asks has named the address in a way of their own.
    pub(super) fn of_gateway(workspace: &Workspace, address: &str, remedy: &str) -> Result<Self> {
        let Neighbours { releases } = get(&format!("{address}/api/releases"), remedy)?;
        let operations = release::operations(&get(&format!("{address}/api/openapi.json"), remedy)?)?;
        Ok(Self { releases, operations, layout: layout::read(workspace)? })
    }
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

fn get<T: DeserializeOwned>(url: &str, remedy: &str) -> Result<T> {
    let uri: Option<Uri> = url.parse().ok();
    let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
    let agent = agent_for(host, Agent::config_builder().timeout_global(Some(PATIENCE)));
    let unreachable = |error: ureq::Error| Failure::new(format!("{url}: {error}"), remedy_for(&error, remedy));
    let mut response = agent.get(url).call().map_err(unreachable)?;
    let bytes = response.body_mut().with_config().limit(MOST_BYTES).read_to_vec().map_err(unreachable)?;
    serde_json::from_slice(&bytes).with_context(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::read::testing;
    use super::*;
    use crate::failure::explain;
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    #[test]
    fn what_is_live_is_read_in_the_order_of_names() {
        let floor = tempfile::tempdir().unwrap();
        let workspace = Workspace::find().unwrap();
        let find = || Surroundings::find(&workspace, floor.path().to_str());
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
        for slot in ["wallet", "live-2"] {
            assert!(found.layout.contains_key(slot), "{slot}: {:?}", found.layout);
        }
        fs::write(floor.path().join("fragments/empty/release.json"), "{").unwrap();
        assert!(format!("{:#}", find().unwrap_err()).contains("empty/release.json"));
    }

    #[test]
    fn a_floor_that_is_named_and_not_there_is_not_taken_for_an_empty_one() {
        let workspace = Workspace::find().unwrap();
        for place in ["localhost:8080", "not/there", ""] {
            let said = explain(&Surroundings::find(&workspace, Some(place)).unwrap_err());
            assert!(said.contains(&format!("--against {place}: ")) && said.contains("http://localhost:8080"), "{said}");
        }
    }

    /// Answers by the files of a folder until the test ends.
    fn served(folder: PathBuf) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
                let first = lines.next().unwrap();
                lines.by_ref().take_while(|line| !line.is_empty()).for_each(drop);
                let path = first.split(' ').nth(1).unwrap().trim_start_matches('/');
                let found = fs::read(folder.join(path));
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
        let release = read::document(&testing::write(root.path(), "wallet", "1", "")).unwrap().unwrap();
        fs::create_dir(root.path().join("api")).unwrap();
        let shown = serde_json::to_vec(&Neighbours { releases: vec![release.clone()] }).unwrap();
        fs::write(root.path().join("api/releases"), shown).unwrap();
        let address = served(root.path().to_owned());
        let workspace = Workspace::find().unwrap();
        let missing = Surroundings::find(&workspace, Some(&address)).unwrap_err();
        assert!(missing.to_string().contains("/api/openapi.json: "), "{missing}");
        fs::write(root.path().join("api/openapi.json"), "{ \"paths\": { \"/api/a\": { \"get\": {} } } }").unwrap();
        let found = Surroundings::find(&workspace, Some(&format!("{address}/"))).unwrap();
        assert_eq!((found.releases, found.operations.len()), (vec![release], 1));
    }
}
