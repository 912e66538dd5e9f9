//! A whole floor for one scenario: provider, gateway, data and packed files.

mod ports;
mod releases;
mod second;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::control::Control;
use crate::process::Process;
use crate::wire::Wire;
use ports::free_port;
use releases::place;

/// How a floor differs from the default.
#[derive(Clone, Debug)]
pub struct Options {
    /// Milliseconds for bets, dealing and result of each round.
    pub round_ms: (u32, u32, u32),
    /// A packed fragment that stands in for the one of the same name.
    pub stand_in: Option<&'static str>,
    /// The one that it stands in for is its previous release.
    pub falls_back: bool,
    /// A fragment that is packed beside the floor, and is put into it.
    pub guest: Option<Guest>,
    /// Fragments that are packed beside the floor, and are put into it; nobody makes room for them.
    pub beside: &'static [&'static str],
    /// Fragments that run elsewhere than they were packed for: name and placement.
    pub placements: &'static [(&'static str, &'static str)],
    /// Where the gateway keeps its data.
    pub database: Database,
    /// Between the browser and each program there is a wire, see [`Floor::wires`].
    pub wired: bool,
    /// More of the gateway's flags.
    pub gateway_flags: &'static [&'static str],
    /// Each service of the gateway is a process of its own, events travel over the server that `CROUPIER_NATS`
    /// names; needs [`Database::Postgres`].
    pub apart: bool,
    /// Beside the edge runs a second one with a data folder of its own, see [`Floor::second`]; needs `apart`. Both take
    /// releases.
    pub two_edges: bool,
}

/// The services of a gateway that can run apart.
pub(crate) const SERVICES: [&str; 5] = ["identity", "wallet", "promotions", "live", "events"];

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
        Self {
            round_ms: (6_000, 2_500, 1_500),
            stand_in: None,
            falls_back: false,
            guest: None,
            beside: &[],
            placements: &[],
            database: Database::Files,
            wired: false,
            gateway_flags: &[],
            apart: false,
            two_edges: false,
        }
    }
}

/// Where a gateway keeps its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// In SQLite files of the floor's own.
    Files,
    /// In a database of the floor's own on the server that `CROUPIER_POSTGRES` names.
    Postgres,
}

impl Database {
    /// For people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Files => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// Makes it; says where it is, if it is not in the floor's folder.
    fn make(self) -> Result<Option<String>> {
        if self == Self::Files {
            return Ok(None);
        }
        let url = std::env::var("CROUPIER_POSTGRES").context("CROUPIER_POSTGRES names no server")?;
        let server: postgres::Config = url.parse().context("CROUPIER_POSTGRES is no URL")?;
        let name = format!("floor_{}", uuid::Uuid::new_v4().simple());
        let statement = format!("CREATE DATABASE {name}");
        // On a thread of its own: the driver waits, which a scenario's runtime does not allow.
        let made = std::thread::spawn(move || server.connect(postgres::NoTls)?.batch_execute(&statement));
        made.join().map_err(|_| anyhow::anyhow!("the driver panicked"))??;
        let (server, _) = url.rsplit_once('/').context("CROUPIER_POSTGRES names a database")?;
        Ok(Some(format!("{server}/{name}")))
    }
}

/// The running programs.
#[derive(Debug)]
pub struct Floor {
    folder: TempDir,
    options: Options,
    /// See [`Database`].
    database_url: Option<String>,
    /// How events travel, where services run apart.
    events_flags: Vec<String>,
    ports: Ports,
    wires: Option<[Wire; 2]>,
    /// Whoever has the page's port.
    gateway: Option<Process>,
    /// The second edge, where there is one.
    second: Option<Process>,
    /// The services, where they run apart.
    services: BTreeMap<&'static str, Process>,
    provider: Option<Process>,
    /// Gateway and provider believe that it is later than it is.
    is_ahead: bool,
}

#[derive(Clone, Copy, Debug)]
struct Ports {
    gateway: u16,
    gateway_control: u16,
    /// Of the second edge: the page's, and its control port.
    second: (u16, u16),
    provider: u16,
    provider_control: u16,
    /// Where browsers reach the two: their own, or the wires' ends.
    page: u16,
    vendor: u16,
    /// Of each service that runs apart: where the others ask it, and its control port.
    services: [(u16, u16); SERVICES.len()],
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
            if options.falls_back {
                fs::rename(target.join("release.json"), target.join("previous.json"))?;
            } else {
                fs::remove_dir_all(&target).ok();
            }
            copy_tree(&packed_floor("stand-ins").join("fragments").join(name), &target)?;
        }
        if let Some(guest) = options.guest {
            let fragments = folder.path().join("floor/fragments");
            fs::remove_dir_all(fragments.join(guest.in_place_of))?;
            copy_tree(&packed_floor("stand-ins").join("fragments").join(guest.name), &fragments.join(guest.name))?;
            place(folder.path(), guest.name, guest.placement)?;
        }
        for name in options.beside {
            let packed = packed_floor("stand-ins").join("fragments").join(name);
            copy_tree(&packed, &folder.path().join("floor/fragments").join(name))?;
        }
        for (fragment, placement) in options.placements {
            place(folder.path(), fragment, placement)?;
        }
        let (gateway, provider) = (free_port()?, free_port()?);
        let mut services = [(0, 0); SERVICES.len()];
        if options.apart {
            for (internal, control) in &mut services {
                (*internal, *control) = (free_port()?, free_port()?);
            }
        }
        let ports = Ports {
            gateway,
            gateway_control: free_port()?,
            second: (free_port()?, free_port()?),
            provider,
            provider_control: free_port()?,
            page: if options.wired { free_port()? } else { gateway },
            vendor: if options.wired { free_port()? } else { provider },
            services,
        };
        let wire = || Ok::<_, anyhow::Error>([Wire::new(ports.page, gateway)?, Wire::new(ports.vendor, provider)?]);
        let wires = if options.wired { Some(wire()?) } else { None };
        let database_url = options.database.make()?;
        let events_flags = if options.apart { events_flags()? } else { Vec::new() };
        let mut floor = Self {
            folder,
            options,
            database_url,
            events_flags,
            ports,
            wires,
            gateway: None,
            second: None,
            services: BTreeMap::new(),
            provider: None,
            is_ahead: false,
        };
        floor.list_teams("")?;
        floor.start_provider()?;
        if floor.options.apart {
            fs::write(floor.path("peers.secret"), uuid::Uuid::new_v4().to_string())?;
            for service in SERVICES {
                floor.start_service(service)?;
            }
        }
        floor.start_gateway()?;
        if floor.options.two_edges {
            floor.start_second()?;
        }
        Ok(floor)
    }

    /// Who may ship fragments, as the operator's list says from now on.
    ///
    /// # Errors
    /// It can't be written.
    pub fn list_teams(&self, text: &str) -> Result<()> {
        fs::write(self.path("teams.toml"), text).context("writing the list of teams")
    }

    /// The address of the page.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.ports.page)
    }

    /// The wires to gateway and vendor, on a floor that has them.
    ///
    /// # Panics
    /// It has none.
    #[must_use]
    pub fn wires(&self) -> &[Wire; 2] {
        self.wires.as_ref().expect("the floor was started with wires")
    }

    /// A folder or file of this floor: `floor`, `gateway` and `provider` are in it.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Limits how large a file the gateway may write, from this moment on; 0 lets no write to any file
    /// succeed, as on a full disk. `None` takes the limit away.
    ///
    /// # Errors
    /// It does not run, or the system refuses.
    pub fn limit_gateway_files(&self, bytes: Option<u64>) -> Result<()> {
        self.gateway.as_ref().context("the gateway runs")?.limit_files(bytes)
    }

    /// How much memory the gateway holds, in MiB.
    ///
    /// # Errors
    /// It does not run.
    pub fn gateway_memory_mib(&self) -> Result<f64> {
        self.gateway.as_ref().context("the gateway runs")?.memory_mib()
    }

    /// The address of the vendor's feed.
    #[must_use]
    pub fn feed_url(&self) -> String {
        format!("ws://localhost:{}/feed", self.ports.vendor)
    }

    /// Lets both programs believe that it is so much later.
    ///
    /// # Errors
    /// One of them does not answer.
    pub async fn clocks_ahead(&mut self, ahead_ms: i64) -> Result<()> {
        self.is_ahead = ahead_ms != 0;
        self.provider_control().clock_ahead(ahead_ms).await?;
        self.gateway_control().clock_ahead(ahead_ms).await
    }

    /// The gateway's control port; where services run apart, that of the wallet, which knows the money.
    #[must_use]
    pub fn gateway_control(&self) -> Control {
        let wallet = SERVICES.iter().zip(self.ports.services).find(|(service, _)| **service == "wallet");
        let apart = wallet.filter(|_| self.options.apart).map(|(_, (_, control))| control);
        Control::new(apart.unwrap_or(self.ports.gateway_control))
    }

    /// The provider's control port.
    #[must_use]
    pub fn provider_control(&self) -> Control {
        Control::new(self.ports.provider_control)
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
            format!("--public-url=http://localhost:{}", self.ports.vendor),
            format!("--betting-ms={betting}"),
            format!("--dealing-ms={dealing}"),
            format!("--result-ms={result}"),
        ];
        self.provider = Some(Process::start(Command::new(program("provider")).args(&arguments), listening)?.0);
        Ok(())
    }

    /// Starts the gateway on its port, with the data of before; where services run apart, the edge alone.
    ///
    /// # Errors
    /// It does not come up.
    pub fn start_gateway(&mut self) -> Result<()> {
        let mut arguments = self.gateway_arguments(self.ports.gateway_control);
        if self.options.apart {
            arguments.extend(self.apart_arguments("edge"));
        }
        self.gateway = Some(Process::start(Command::new(program("gateway")).args(&arguments), listening)?.0);
        Ok(())
    }

    /// Starts a service that runs apart, where it was before.
    ///
    /// # Errors
    /// There is none of that name, or it does not come up.
    pub fn start_service(&mut self, service: &'static str) -> Result<()> {
        let ports = SERVICES.iter().zip(self.ports.services).find(|(name, _)| **name == service);
        let (_, (internal, control)) = ports.with_context(|| format!("no service is called {service}"))?;
        let mut arguments = self.gateway_arguments(control);
        arguments.extend(self.apart_arguments(service));
        arguments.push(format!("--internal=127.0.0.1:{internal}"));
        let (process, ()) = Process::start(Command::new(program("gateway")).args(&arguments), listening)?;
        self.services.insert(service, process);
        Ok(())
    }

    /// SIGKILL to a service that runs apart.
    ///
    /// # Errors
    /// It was not running.
    pub fn kill_service(&mut self, service: &str) -> Result<()> {
        self.services.remove(service).with_context(|| format!("{service} runs"))?.kill()
    }

    fn gateway_arguments(&self, control: u16) -> Vec<String> {
        let mut arguments = vec![
            format!("--listen=127.0.0.1:{}", self.ports.gateway),
            format!("--control=127.0.0.1:{control}"),
            format!("--data={}", self.folder.path().join("gateway").display()),
            format!("--floor={}", self.folder.path().join("floor").display()),
            format!("--vendor-url=http://localhost:{}", self.ports.vendor),
            format!("--vendor-key={}", self.folder.path().join("provider/vendor.pub").display()),
            format!("--registry-teams={}", self.path("teams.toml").display()),
        ];
        if self.wires.is_some() {
            arguments.push(format!("--page-origin=http://localhost:{}", self.ports.page));
        }
        if self.options.two_edges {
            arguments.extend(self.shared_by_edges());
        }
        arguments.extend(self.database_url.iter().map(|url| format!("--database={url}")));
        arguments.extend(self.options.gateway_flags.iter().map(|&flag| flag.to_owned()));
        arguments
    }

    fn apart_arguments(&self, service: &str) -> Vec<String> {
        let own = [format!("--service={service}"), format!("--peer-secret={}", self.path("peers.secret").display())];
        let ports = SERVICES.iter().zip(self.ports.services);
        let peers = ports.map(|(name, (internal, _))| format!("--peer={name}=http://127.0.0.1:{internal}"));
        own.into_iter().chain(peers).chain(self.events_flags.iter().cloned()).collect()
    }

    /// Holds the books of vendor, wallet and promotions against each other, with nothing on its way; says
    /// what differs. Nothing if one of the programs does not run, as there is nobody to ask, or somebody may be
    /// about to write; nor if they live in another time.
    ///
    /// # Errors
    /// They can't be compared.
    pub fn differences(&self) -> Result<Option<String>> {
        let apart = if self.options.apart { SERVICES.len() } else { 0 };
        if self.is_ahead || self.gateway.is_none() || self.provider.is_none() || self.services.len() < apart {
            return Ok(None);
        }
        let mut reconcile = Command::new(program("gateway"));
        reconcile.args(["reconcile", "--grace", "0"]).args([
            format!("--data={}", self.folder.path().join("gateway").display()),
            format!("--vendor-key={}", self.folder.path().join("provider/vendor.pub").display()),
            format!("--vendor-statement=http://127.0.0.1:{}", self.ports.provider_control),
        ]);
        let output = reconcile.args(self.database_url.iter().map(|url| format!("--database={url}"))).output()?;
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match output.status.code() {
            Some(0) => Ok(None),
            Some(1) => Ok(Some(said(&output.stdout))),
            _ => bail!("the books can't be compared: {}", said(&output.stderr)),
        }
    }

    /// Makes an operator, as whoever runs the house does.
    ///
    /// # Errors
    /// The gateway's program refuses.
    pub fn add_operator(&self, email: &str, role: &str, password: &str) -> Result<()> {
        let mut command = Command::new(program("gateway"));
        command.args(["operator", "add", email, "--role", role, "--data"]).arg(self.path("gateway"));
        command.args(self.database_url.iter().map(|url| format!("--database={url}")));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        // Closed at once: a password is one line.
        child.stdin.take().context("stdin is piped")?.write_all(password.as_bytes())?;
        let ended = child.wait_with_output()?;
        ensure!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
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

    /// SIGTERM to all; each must end by itself.
    ///
    /// # Errors
    /// One of them does not end.
    pub fn stop(&mut self) -> Result<()> {
        for process in
            self.gateway.iter_mut().chain(&mut self.second).chain(self.services.values_mut()).chain(&mut self.provider)
        {
            process.stop()?;
        }
        Ok(())
    }

    /// What the programs wrote last.
    #[must_use]
    pub fn last_words(&self) -> String {
        let all = self.gateway.iter().chain(&self.second).chain(self.services.values()).chain(&self.provider);
        all.map(Process::last_words).collect::<Vec<_>>().join("\n")
    }
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

/// A program of this project, once it is built.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    target_folder().join("release").join(name)
}

fn packed_floor(name: &str) -> PathBuf {
    target_folder().join(name)
}

/// How the events of a floor's processes reach each other: in streams of the floor's own.
fn events_flags() -> Result<Vec<String>> {
    let url = std::env::var("CROUPIER_NATS").context("CROUPIER_NATS names no server")?;
    let prefix = format!("floor_{}", uuid::Uuid::new_v4().simple());
    Ok(vec![format!("--events={url}"), format!("--events-prefix={prefix}"), "--events-stream-mib=8".to_owned()])
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
