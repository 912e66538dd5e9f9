//! The floor and the browser that the faults of a family are played on, one after the other.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

use crate::browser::{Browser, Engine};
use crate::chaos::watch;
use crate::control::Control;
use crate::floor::{Floor, Options, SERVICES};
use crate::scenario::Scene;
use crate::wire::Weather;
use crate::{PATIENCE, until};

/// A family's floor, and what a fault has to give back.
pub(super) struct Stage {
    pub(super) scene: Scene,
    player: Option<String>,
    /// What stood in files before a fault changed them.
    kept: Vec<(PathBuf, Option<Vec<u8>>)>,
    /// A lock on a database that somebody else holds.
    pub(super) lock: Option<rusqlite::Connection>,
    releases: u32,
}

impl Stage {
    /// Starts everything.
    pub(super) async fn start(engine: Engine) -> Result<Self> {
        let options = Options { round_ms: (4_000, 1_000, 1_000), wired: true, ..Options::default() };
        let floor = Floor::start(options)?;
        let browser = Browser::start(engine, 1440, 900).await?;
        watch::begin(&browser).await?;
        let scene = Scene { floor, browser, expected_errors: Vec::new() };
        Ok(Self { scene, player: None, kept: Vec::new(), lock: None, releases: 0 })
    }

    pub(super) fn browser(&self) -> &Browser {
        &self.scene.browser
    }

    pub(super) fn gateway(&self) -> Control {
        self.scene.floor.gateway_control()
    }

    /// Opens a page; where nothing is wrong with it, waits until all of it is there.
    pub(super) async fn open(&self, path: &str, good: bool) -> Result<()> {
        if good {
            self.scene.open(path).await?;
            if path.starts_with("/live/") {
                self.browser().see(crate::scenario::LIVE, "[data-test=table][data-feed=live]").await?;
            }
            return Ok(());
        }
        self.browser().open(&format!("{}{path}", self.scene.floor.url())).await
    }

    /// The player, who is signed in once for the family.
    pub(super) async fn player(&mut self) -> Result<String> {
        if self.player.is_none() {
            self.player = Some(self.scene.sign_in_demo().await?);
        }
        self.player.clone().context("somebody is signed in")
    }

    /// Switches a service of the gateway.
    pub(super) async fn service(&self, service: &str, mode: &str, ms: u32) -> Result<()> {
        self.gateway().fault(json!({ "service": service, "mode": mode, "ms": ms })).await
    }

    /// Switches the vendor.
    pub(super) async fn vendor(&self, fault: &str, ms: u32) -> Result<()> {
        self.scene.floor.provider_control().fault(json!({ "fault": fault, "ms": ms })).await
    }

    /// The weather on both wires.
    pub(super) fn weather(&self, weather: &Weather) {
        for wire in self.scene.floor.wires() {
            wire.set(weather.clone());
        }
    }

    /// Waits until so many new rounds have been seen to open at the table.
    pub(super) async fn rounds(&self, count: u32) -> Result<()> {
        let live = crate::scenario::LIVE;
        for _ in 0..count {
            let round = async || self.browser().attribute(live, "[data-test=table]", "data-round").await;
            let before = round().await?;
            until("the next round", PATIENCE, || async { Ok((round().await? != before).then_some(())) }).await?;
        }
        Ok(())
    }

    /// Writes a file of the floor, or takes it away; what stood there comes back with [`Self::restore`].
    pub(super) fn spoil(&mut self, path: &Path, content: Option<&[u8]>) -> Result<()> {
        let before = std::fs::read(path).ok();
        self.kept.push((path.to_owned(), before));
        put(path, content)
    }

    /// Puts back every file that was spoilt, the last one first.
    pub(super) fn restore(&mut self) -> Result<()> {
        while let Some((path, content)) = self.kept.pop() {
            put(&path, content.as_deref())?;
        }
        Ok(())
    }

    /// A fragment's `release.json`.
    pub(super) fn release_file(&self, fragment: &str) -> PathBuf {
        self.scene.floor.path("floor/fragments").join(fragment).join("release.json")
    }

    /// Changes a fragment's `release.json`, to be put back later.
    pub(super) fn edit_release(&mut self, fragment: &str, edit: impl FnOnce(&mut Value)) -> Result<()> {
        let path = self.release_file(fragment);
        let mut release: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
        edit(&mut release);
        self.spoil(&path, Some(release.to_string().as_bytes()))
    }

    /// Gives a file of a fragment a name that no cache has seen, and this content. `which` is `entry` or
    /// `wasm`. The digest stays that of the good one unless the edit changes it.
    pub(super) async fn fresh_file(
        &mut self,
        fragment: &str,
        which: &str,
        suffix: &str,
        change: impl FnOnce(Vec<u8>) -> Option<Vec<u8>>,
    ) -> Result<PathBuf> {
        let release: Value = serde_json::from_slice(&std::fs::read(self.release_file(fragment))?)?;
        let url = release[which]["url"].as_str().context("a url")?.to_owned();
        let folder = self.scene.floor.path("floor/fragments").join(fragment);
        let name = url.rsplit('/').next().context("a file's name")?;
        let good = std::fs::read(folder.join(name))?;
        self.releases += 1;
        let fresh = format!("{fragment}-{:016x}{suffix}", self.releases);
        let path = folder.join(&fresh);
        // First the good one: mending means to have it there.
        put(&path, Some(&good))?;
        self.spoil(&path, change(good).as_deref())?;
        let url = format!("/fragments/{fragment}/{fresh}");
        self.edit_release(fragment, |release| release[which]["url"] = url.clone().into())?;
        // From here on the manifest names it for good; only its content is put back.
        self.kept.pop();
        self.served(&url).await?;
        Ok(path)
    }

    /// The page as the gateway sends it at this moment, head and body, to be sent again by somebody else.
    pub(super) async fn page_as_sent(&self) -> Result<Vec<u8>> {
        let reply = reqwest::get(self.scene.floor.url()).await?.error_for_status()?;
        let mut sent = b"HTTP/1.1 200 OK\r\nconnection: close\r\n".to_vec();
        for (name, value) in reply.headers().iter().filter(|(name, _)| *name != "connection") {
            sent.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
        sent.extend_from_slice(b"\r\n");
        sent.extend(reply.bytes().await?);
        Ok(sent)
    }

    /// Somebody between the gateway and the player answers with this page.
    pub(super) fn page_is(&self, sent: Vec<u8>) {
        self.weather(&Weather::Answered("GET / ".to_owned(), sent));
    }

    /// Waits until the manifest that is served has this in it.
    pub(super) async fn served(&self, text: &str) -> Result<()> {
        let url = format!("{}/manifest.json", self.scene.floor.url());
        until("the manifest is served", PATIENCE, || async {
            Ok(reqwest::get(&url).await?.text().await?.contains(text).then_some(()))
        })
        .await
    }

    /// Waits until the gateway says that so many releases are broken.
    pub(super) async fn broken_releases(&self, count: u32) -> Result<()> {
        let base = self.scene.floor.url();
        until("the gateway has seen the broken release", PATIENCE, || async {
            // It looks at the folder when somebody asks for the page.
            reqwest::get(&base).await?;
            let ready: Value = reqwest::get(format!("{base}/readyz")).await?.json().await?;
            Ok((ready["broken_releases"] == json!(count)).then_some(()))
        })
        .await
    }

    /// The serial of the manifest that is served.
    pub(super) async fn serial(&self) -> Result<u64> {
        let manifest: Value = reqwest::get(format!("{}/manifest.json", self.scene.floor.url())).await?.json().await?;
        manifest["serial"].as_u64().context("a serial")
    }

    /// The page's own clock.
    pub(super) async fn page_ms(&self) -> Result<f64> {
        Ok(self.browser().run("return performance.now()", vec![]).await?.as_f64().unwrap_or_default())
    }

    /// Lets go of everything that a fault may still hold, so that the next one finds all well.
    pub(super) async fn heal(&mut self) -> Result<()> {
        self.lock = None;
        self.weather(&Weather::Clear);
        self.restore()?;
        self.scene.floor.limit_gateway_files(None)?;
        for service in SERVICES {
            self.service(service, "ok", 0).await?;
        }
        self.gateway().clock_ahead(0).await?;
        self.vendor("none", 0).await
    }
}

fn put(path: &Path, content: Option<&[u8]>) -> Result<()> {
    if path.is_dir() {
        std::fs::remove_dir(path)?;
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    match content {
        Some(content) => std::fs::write(path, content).with_context(|| path.display().to_string()),
        None => match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        },
    }
}
