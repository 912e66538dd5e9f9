//! What the page of `dev` is made of, and what it is told: the last good build, and how the latest one went.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use release::{Frame, Release};
use rust_embed::RustEmbed;
use serde_json::{Value, json};

use super::facts::{self, Facts};
use super::http::{Answer, Request, Site};
use crate::floor::{Catalogue, LANGUAGES};
use crate::workspace::Workspace;

/// The page, as it was when this tool was built.
#[derive(RustEmbed)]
#[folder = "dev/"]
struct Embedded;

/// What of the shell stands on the page, so that the host is the shell's own: by the address, where it is.
const OF_THE_SHELL: [(&str, &str); 6] = [
    ("edge.js", "shell/page/edge.js"),
    ("swap.mjs", "shell/page/swap.mjs"),
    ("frame.mjs", "shell/page/frame.mjs"),
    ("tokens.css", "shared/ui/tokens.css"),
    ("page.css", "shell/styles/page.css"),
    ("slot.css", "shell/styles/slot.css"),
];

/// So often whoever follows hears something; who is gone is noticed by it.
const BEAT: Duration = Duration::from_secs(5);

/// Everything that the page asks for.
pub(super) struct Stand {
    root: PathBuf,
    name: String,
    /// The address of the page.
    origin: String,
    /// The description of the API.
    api: Value,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    built: Option<Built>,
    /// How the latest build goes, as the page is told.
    latest: Value,
    /// How many times it was told something.
    told: u64,
}

struct Built {
    release: Release,
    folder: PathBuf,
    serial: u64,
}

impl Stand {
    /// For one fragment, on a page with that port.
    ///
    /// # Errors
    /// The description of the API can't be read.
    pub(super) fn new(workspace: &Workspace, name: &str, port: u16) -> Result<Self> {
        let path = workspace.path("gateway/tests/openapi.snap.json");
        let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        Ok(Self {
            root: workspace.root().to_owned(),
            name: name.to_owned(),
            origin: format!("http://localhost:{port}"),
            api: serde_json::from_slice(&bytes).with_context(|| format!("{}", path.display()))?,
            state: Mutex::default(),
            changed: Condvar::new(),
        })
    }

    /// Where it is.
    pub(super) fn address(&self) -> &str {
        &self.origin
    }

    /// A build has begun.
    pub(super) fn building(&self) {
        self.tell(json!({ "state": "building" }));
    }

    /// There is a new one: from here on the page has it.
    ///
    /// # Errors
    /// It can't be read.
    pub(super) fn built(&self, folder: &Path, ms: u128) -> Result<()> {
        let path = folder.join("release.json");
        let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        let release: Release = serde_json::from_slice(&bytes).with_context(|| format!("{}", path.display()))?;
        let version = release.fragment.version.clone();
        {
            let mut state = self.state();
            let serial = state.built.as_ref().map_or(1, |built| built.serial + 1);
            state.built = Some(Built { release, folder: folder.to_owned(), serial });
        }
        self.tell(json!({ "state": "built", "version": version, "ms": u64::try_from(ms).unwrap_or(u64::MAX) }));
        Ok(())
    }

    /// There is none: the page keeps the last good one, and shows why.
    pub(super) fn failed(&self, why: &str) {
        let version = self.state().built.as_ref().map(|built| built.release.fragment.version.clone());
        self.tell(json!({ "state": "failed", "why": console::strip_ansi_codes(why), "version": version }));
    }

    fn tell(&self, latest: Value) {
        let mut state = self.state();
        state.latest = latest;
        state.told += 1;
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of_build(&self, answer: impl FnOnce(&Built) -> Answer) -> Answer {
        self.state().built.as_ref().map_or_else(|| Answer::refused(404, "there is no build yet"), answer)
    }

    /// A file of the shell, as it is now.
    fn of_shell(&self, name: &str) -> Option<Answer> {
        let (_, place) = OF_THE_SHELL.iter().find(|(known, _)| *known == name)?;
        Some(match fs::read(self.root.join(place)) {
            Ok(bytes) => Answer::ok(media_type(name), bytes),
            Err(error) => Answer::refused(500, &format!("reading {place}: {error}")),
        })
    }

    /// The page of a frame, with the policy that it has on a floor.
    fn frame(&self) -> Answer {
        let read = |place: &str| fs::read_to_string(self.root.join(place));
        let (script, style) = match (read("shell/page/frame.mjs"), read("shared/ui/tokens.css")) {
            (Ok(script), Ok(style)) => (script, style),
            (Err(error), _) | (_, Err(error)) => return Answer::refused(500, &error.to_string()),
        };
        let (frame, pages) = (Frame { script, style }, [self.origin.clone()]);
        self.of_build(|built| {
            let fragment = &built.release.fragment;
            let page = frame.page(&fragment.name, &pages);
            Answer { policy: Some(frame.policy(&[fragment], &pages)), ..Answer::ok(media_type("a.html"), page) }
        })
    }

    /// The page that the fragment stands on: in its language, with what the shell would say there.
    fn stage(&self, query: &str) -> Answer {
        let asked = query.split('&').find_map(|pair| pair.strip_prefix("locale="));
        let locale = LANGUAGES.into_iter().find(|locale| Some(*locale) == asked).unwrap_or("en");
        let path = self.root.join("shell/locales").join(locale).with_extension("ftl");
        let messages = fs::read_to_string(&path)
            .map_err(anyhow::Error::from)
            .and_then(|text| Ok(Catalogue::parse(&path, &text)?.to_json()?));
        let messages = match messages {
            Ok(messages) => messages.replace('<', "\\u003c"),
            Err(error) => return Answer::refused(500, &format!("{}: {error:#}", path.display())),
        };
        let page = embedded("stage.html")
            .replace("{{locale}}", locale)
            .replace("{{dir}}", if locale == "ar" { "rtl" } else { "ltr" })
            .replace("{{messages}}", &messages);
        Answer::ok(media_type("stage.html"), page)
    }

    /// A file of the last good build.
    fn file(&self, path: &str) -> Answer {
        self.of_build(|built| {
            let known = built.release.fragment.files().find(|file| file.url == path).map(|file| file.url.clone());
            let Some(name) = known.as_deref().and_then(|url| url.rsplit('/').next()) else {
                return Answer::refused(404, "the last good build has no such file");
            };
            match fs::read(built.folder.join(name)) {
                Ok(bytes) => Answer::ok(media_type(name), bytes),
                Err(error) => Answer::refused(404, &error.to_string()),
            }
        })
    }
}

impl Site for Stand {
    fn answer(&self, request: &Request) -> Option<Answer> {
        // As on a floor: a frame's host has its page and nothing else.
        if request.host.ends_with(".localhost") {
            return Some(match &*request.path {
                "/frame" => self.frame(),
                _ => Answer::refused(403, "this host has the page of a frame and nothing else"),
            });
        }
        let json = "application/json";
        Some(match &*request.path {
            "/" => Answer::ok(media_type("a.html"), embedded("stand.html").replace("{{name}}", &self.name)),
            "/stage" => self.stage(&request.query),
            "/dev/events" => return None,
            "/manifest.json" => {
                self.of_build(|built| Answer::ok(json, facts::manifest(&built.release, built.serial).to_string()))
            }
            "/dev/facts.json" => {
                self.of_build(|built| Answer::ok(json, json!(Facts::of(&built.release, &self.api)).to_string()))
            }
            path => match (path.strip_prefix("/dev/"), path.strip_prefix("/shell/")) {
                (Some(name), _) if Embedded::get(name).is_some() => Answer::ok(media_type(name), embedded(name)),
                (_, Some(name)) => self.of_shell(name).unwrap_or_else(|| Answer::refused(404, "no such file")),
                _ => self.file(path),
            },
        })
    }

    fn follow(&self, stream: &mut dyn Write) -> io::Result<()> {
        let mut heard = 0;
        loop {
            let (told, latest) = {
                let state = self.state();
                let (state, _) = self
                    .changed
                    .wait_timeout_while(state, BEAT, |state| state.told == heard)
                    .unwrap_or_else(PoisonError::into_inner);
                (state.told, state.latest.to_string())
            };
            if told == heard {
                stream.write_all(b": here\n\n")?;
            } else {
                write!(stream, "event: build\ndata: {latest}\n\n")?;
            }
            heard = told;
            stream.flush()?;
        }
    }
}

fn embedded(name: &str) -> String {
    Embedded::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default()
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, kind)| kind) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(stand: &Stand, host: &str, path: &str) -> (u16, String) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let request = Request { host: host.to_owned(), path: path.to_owned(), query: query.to_owned() };
        let answer = stand.answer(&request).unwrap();
        (answer.status, String::from_utf8(answer.body).unwrap())
    }

    fn packed(folder: &Path) {
        let file = json!({ "url": "/fragments/a/a-1.js", "sha384": "", "size": 1 });
        let release = json!({ "name": "a", "version": "1-1", "channel": "stable", "slots": [], "entry": file,
            "wasm": null, "style": null, "messages": [], "placement": "document", "site": null, "publishes": [],
            "subscribes": [], "critical": false, "killed": false, "previous": null, "contracts": [],
            "limits": { "memory_mib": 1, "fuel_millions": 1, "mount_ms": 1, "load_ms": 1, "payload_kib": 1,
            "events_per_second": 1, "heartbeat_ms": 1 }, "capabilities": { "requests": [], "origins": [] } });
        fs::write(folder.join("release.json"), release.to_string()).unwrap();
        fs::write(folder.join("a-1.js"), "export function mount() {}").unwrap();
        fs::write(folder.join("secret"), "not of the release").unwrap();
    }

    #[test]
    fn the_last_good_build_is_served_and_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        packed(folder.path());
        let stand = Stand::new(&Workspace::find().unwrap(), "a", 1).unwrap();
        assert_eq!(ask(&stand, "localhost", "/manifest.json").0, 404, "there is no build yet");
        stand.failed("\u{1b}[31merror\u{1b}[0m: no");
        assert_eq!(stand.state().latest, json!({ "state": "failed", "why": "error: no", "version": null }));
        stand.built(folder.path(), 5).unwrap();
        stand.built(folder.path(), 5).unwrap();
        let manifest: Value = serde_json::from_str(&ask(&stand, "localhost", "/manifest.json").1).unwrap();
        assert_eq!((&manifest["serial"], &manifest["fragments"][0]["version"]), (&json!(2), &json!("1-1")));
        assert_eq!(ask(&stand, "localhost", "/fragments/a/a-1.js"), (200, "export function mount() {}".to_owned()));
        for other in ["/fragments/a/secret", "/fragments/a/../../secret", "/shell/../Cargo.toml", "/dev/../stand.rs"] {
            assert_eq!(ask(&stand, "localhost", other).0, 404, "{other}");
        }
        stand.failed("no");
        assert_eq!(ask(&stand, "localhost", "/manifest.json").0, 200, "the last good one stays");
        assert_eq!(stand.state().latest["version"], "1-1");
    }

    #[test]
    fn the_page_is_whole_and_each_host_has_its_own() {
        let folder = tempfile::tempdir().unwrap();
        packed(folder.path());
        let stand = Stand::new(&Workspace::find().unwrap(), "a", 1).unwrap();
        stand.built(folder.path(), 5).unwrap();
        let (_, page) = ask(&stand, "localhost", "/");
        let (_, stage) = ask(&stand, "localhost", "/stage?theme=light&locale=ar");
        assert!(stage.contains("lang=\"ar\" dir=\"rtl\"") && stage.contains("card-title"), "{stage}");
        assert!(!page.contains("{{") && !stage.contains("{{"), "no hole is left");
        // Whatever the two pages name is there.
        for named in [&page, &stage]
            .into_iter()
            .flat_map(|html| html.split('"'))
            .filter(|it| it.starts_with("/dev/") || it.starts_with("/shell/"))
        {
            assert_eq!(ask(&stand, "localhost", named).0, 200, "{named}");
        }
        let (_, strange) = ask(&stand, "localhost", "/stage?locale=%3Cscript%3E");
        assert!(strange.contains("lang=\"en\""), "{strange}");
        let (status, frame) = ask(&stand, "a.localhost", "/frame");
        assert!(status == 200 && frame.contains("data-origins=\"http://localhost:1\""), "{frame}");
        for path in ["/", "/stage", "/dev/facts.json", "/manifest.json"] {
            assert_eq!(ask(&stand, "a.localhost", path).0, 403, "a frame's host has no {path}");
        }
    }

    /// Takes what is written until a text has come.
    struct Until(String, &'static str);

    impl Write for Until {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push_str(std::str::from_utf8(bytes).unwrap());
            if self.0.contains(self.1) { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(bytes.len()) }
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn whoever_follows_hears_the_latest_at_once_and_what_comes() {
        let stand = Stand::new(&Workspace::find().unwrap(), "a", 1).unwrap();
        stand.building();
        std::thread::scope(|scope| {
            let following = scope.spawn(|| {
                let mut heard = Until(String::new(), "oh no");
                stand.follow(&mut heard).unwrap_err();
                heard.0
            });
            stand.failed("oh no");
            let heard = following.join().unwrap();
            assert!(heard.starts_with("event: build\ndata: {"), "{heard}");
        });
    }
}
