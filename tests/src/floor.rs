//! A whole floor for one scenario: provider, gateway, data and packed files.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;
use tempfile::TempDir;

use crate::control::Control;
use crate::process::Process;

/// How a floor differs from the default.
#[derive(Clone, Debug)]
pub struct Options {
    /// Milliseconds for bets, dealing and result of each round.
    pub round_ms: (u32, u32, u32),
    /// A packed fragment that stands in for the one of the same name.
    pub stand_in: Option<&'static str>,
    /// A fragment that is packed beside the floor, and is put into it.
    pub guest: Option<Guest>,
    /// Fragments that run elsewhere than they were packed for: name and placement.
    pub placements: &'static [(&'static str, &'static str)],
}

/// A fragment that is not of the product, and the one that makes room for it.
#[derive(Clone, Copy, Debug)]
pub struct Guest {
    /// Its name.
    pub name: &'static str,
    /// Which fragment is not there instead.
    pub in_place_of: &'static str,
    /// `document` or `frame`.
    pub placement: &'static str,
}

impl Default for Options {
    fn default() -> Self {
        Self { round_ms: (6_000, 2_500, 1_500), stand_in: None, guest: None, placements: &[] }
    }
}

/// The running programs.
#[derive(Debug)]
pub struct Floor {
    folder: TempDir,
    options: Options,
    ports: Ports,
    gateway: Option<Process>,
    provider: Option<Process>,
}

#[derive(Clone, Copy, Debug)]
struct Ports {
    gateway: u16,
    gateway_control: u16,
    provider: u16,
    provider_control: u16,
}

impl Floor {
    /// Starts provider and gateway.
    ///
    /// # Errors
    /// A program or the packed floor is missing, or a program does not come up.
    pub fn start(options: Options) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        copy_tree(&packed_floor("floor"), &folder.path().join("floor"))?;
        if let Some(name) = options.stand_in {
            let target = folder.path().join("floor/fragments").join(name);
            fs::remove_dir_all(&target).ok();
            copy_tree(&packed_floor("stand-ins").join("fragments").join(name), &target)?;
        }
        if let Some(guest) = options.guest {
            let fragments = folder.path().join("floor/fragments");
            fs::remove_dir_all(fragments.join(guest.in_place_of))?;
            copy_tree(&packed_floor("stand-ins").join("fragments").join(guest.name), &fragments.join(guest.name))?;
            place(folder.path(), guest.name, guest.placement)?;
        }
        for (fragment, placement) in options.placements {
            place(folder.path(), fragment, placement)?;
        }
        let ports = Ports {
            gateway: free_port()?,
            gateway_control: free_port()?,
            provider: free_port()?,
            provider_control: free_port()?,
        };
        let mut floor = Self { folder, options, ports, gateway: None, provider: None };
        floor.start_provider()?;
        floor.start_gateway()?;
        Ok(floor)
    }

    /// The address of the page.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.ports.gateway)
    }

    /// The address of the vendor's feed.
    #[must_use]
    pub fn feed_url(&self) -> String {
        format!("ws://localhost:{}/feed", self.ports.provider)
    }

    /// The gateway's control port.
    #[must_use]
    pub fn gateway_control(&self) -> Control {
        Control::new(self.ports.gateway_control)
    }

    /// The provider's control port.
    #[must_use]
    pub fn provider_control(&self) -> Control {
        Control::new(self.ports.provider_control)
    }

    /// A file of a packed fragment in this floor's private copy: the one whose name begins with
    /// `prefix` and ends with `suffix`.
    ///
    /// # Errors
    /// There is none.
    pub fn file(&self, fragment: &str, suffix: &str) -> Result<PathBuf> {
        let folder = self.folder.path().join("floor/fragments").join(fragment);
        let named = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(suffix));
        let mut entries = fs::read_dir(&folder)?.map_while(Result::ok).map(|entry| entry.path());
        entries.find(|path| named(path)).with_context(|| format!("no *{suffix} in {}", folder.display()))
    }

    /// Moves a fragment of the floor that is being served, by its release's description alone.
    ///
    /// # Errors
    /// It has no release.
    pub fn place(&self, fragment: &str, placement: &str) -> Result<()> {
        place(self.folder.path(), fragment, placement)
    }

    /// Starts the provider on its port, with the journal of before.
    ///
    /// # Errors
    /// It does not come up.
    pub fn start_provider(&mut self) -> Result<()> {
        let (betting, dealing, result) = self.options.round_ms;
        let arguments = [
            format!("--listen=127.0.0.1:{}", self.ports.provider),
            format!("--control=127.0.0.1:{}", self.ports.provider_control),
            format!("--data={}", self.folder.path().join("provider").display()),
            format!("--wallet-url=http://127.0.0.1:{}", self.ports.gateway),
            format!("--public-url=http://localhost:{}", self.ports.provider),
            format!("--betting-ms={betting}"),
            format!("--dealing-ms={dealing}"),
            format!("--result-ms={result}"),
        ];
        self.provider = Some(Process::start(Command::new(program("provider")).args(&arguments), listening)?.0);
        Ok(())
    }

    /// Starts the gateway on its port, with the data of before.
    ///
    /// # Errors
    /// It does not come up.
    pub fn start_gateway(&mut self) -> Result<()> {
        let arguments = [
            format!("--listen=127.0.0.1:{}", self.ports.gateway),
            format!("--control=127.0.0.1:{}", self.ports.gateway_control),
            format!("--data={}", self.folder.path().join("gateway").display()),
            format!("--floor={}", self.folder.path().join("floor").display()),
            format!("--vendor-url=http://localhost:{}", self.ports.provider),
            format!("--vendor-key={}", self.folder.path().join("provider/vendor.pub").display()),
        ];
        self.gateway = Some(Process::start(Command::new(program("gateway")).args(&arguments), listening)?.0);
        Ok(())
    }

    /// SIGKILL to the provider.
    ///
    /// # Errors
    /// It was not running.
    pub fn kill_provider(&mut self) -> Result<()> {
        self.provider.take().context("the provider runs")?.kill()
    }

    /// SIGKILL to the gateway.
    ///
    /// # Errors
    /// It was not running.
    pub fn kill_gateway(&mut self) -> Result<()> {
        self.gateway.take().context("the gateway runs")?.kill()
    }

    /// SIGTERM to both; each must end by itself.
    ///
    /// # Errors
    /// One of them does not end.
    pub fn stop(&mut self) -> Result<()> {
        for process in [self.gateway.as_mut(), self.provider.as_mut()].into_iter().flatten() {
            process.stop()?;
        }
        Ok(())
    }

    /// What both programs wrote last.
    #[must_use]
    pub fn last_words(&self) -> String {
        [&self.gateway, &self.provider].into_iter().flatten().map(Process::last_words).collect::<Vec<_>>().join("\n")
    }
}

fn place(folder: &Path, fragment: &str, placement: &str) -> Result<()> {
    let path = folder.join("floor/fragments").join(fragment).join("release.json");
    let mut release: Value = serde_json::from_slice(&fs::read(&path).with_context(|| path.display().to_string())?)?;
    release["placement"] = placement.into();
    Ok(fs::write(path, release.to_string())?)
}

fn listening(line: &str) -> Option<()> {
    line.contains("\"listening\"").then_some(())
}

/// The workspace's target folder: where cargo put this very program (`target/release/chaos`,
/// `target/release/deps/scenarios-…`).
///
/// # Panics
/// The test program has no path.
#[must_use]
pub fn target_folder() -> PathBuf {
    let program = std::env::current_exe().expect("the test program has a path");
    let profile = program.ancestors().find(|folder| folder.ends_with("release")).expect("below target/release");
    profile.parent().expect("target").to_owned()
}

fn program(name: &str) -> PathBuf {
    target_folder().join("release").join(name)
}

fn packed_floor(name: &str) -> PathBuf {
    target_folder().join(name)
}

/// A port that was free a moment ago. The programs get fixed ports because they must come back
/// on the same one after a kill.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    let entries =
        fs::read_dir(from).with_context(|| format!("{}; pack it with `cargo croupier pack`", from.display()))?;
    for entry in entries {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
            // A compressed twin counts only while it is not older than its file.
            fs::File::options().write(true).open(&target)?.set_modified(entry.metadata()?.modified()?)?;
        }
    }
    Ok(())
}
