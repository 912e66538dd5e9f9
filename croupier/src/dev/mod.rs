//! `dev`: a fragment alone, on a page that plays its host, built again whenever a source changes.
//!
//! The host object is the shell's own code (`shell/page`): a fragment that runs here runs there. What the shell
//! decides in Wasm, who may say what and what comes of a request, is played by the page, because whoever develops
//! wants to decide it. With `--floor` a build goes into one browser of a running floor instead. Must never be a way to
//! ship: no player gets any of it.

mod example;
mod facts;
mod http;
mod stand;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::cli::DevOptions;
use crate::failure::explain;
use crate::floor::{self, Wanted};
use crate::ship::Inspection;
use crate::terminal::{Terminal, seconds};
use crate::up::open_page;
use crate::workspace::Workspace;
use stand::Stand;
use watch::Watch;

/// The command `dev`: until Ctrl-C.
///
/// # Errors
/// There is no such fragment, the port is taken, or files can't be watched. That it can't be built is none.
pub(crate) fn run(workspace: &Workspace, terminal: &Terminal, options: &DevOptions) -> Result<()> {
    let wanted = match (&options.fragment, &options.name) {
        (Some(folder), _) => Wanted::In(folder),
        (None, name) => Wanted::Named(name.as_deref().unwrap_or_default()),
    };
    let (name, folder) = floor::source(workspace, &wanted)?;
    // Before the first build: what is changed meanwhile is built next.
    let mut watch = Watch::of(&folder)?;
    let place = match (&options.floor, &options.code) {
        (Some(floor), code) => Place::on_floor(terminal, floor, code.as_deref().unwrap_or_default(), name)?,
        (None, _) => Place::alone(workspace, terminal, &name, options)?,
    };
    loop {
        build(workspace, terminal, &wanted, &place);
        watch.wait()?;
    }
}

/// Where builds are shown.
enum Place {
    /// On a page of their own.
    Alone(Arc<Stand>),
    /// On a running floor, in one browser.
    Floor(Inspection),
}

impl Place {
    fn alone(workspace: &Workspace, terminal: &Terminal, name: &str, options: &DevOptions) -> Result<Self> {
        let listener = http::listen(options.port)?;
        let port = listener.local_addr().context("asking for the port")?.port();
        let stand = Arc::new(Stand::new(workspace, name, port)?);
        http::serve(listener, &stand);
        println!("{}", stand.address());
        terminal.say(format!("{name} is on {}. Ctrl-C ends it; every change of a source is built.", stand.address()));
        if !options.no_open {
            open_page(stand.address());
        }
        Ok(Self::Alone(stand))
    }

    fn on_floor(terminal: &Terminal, floor: &str, code: &str, name: String) -> Result<Self> {
        let inspection = Inspection::of(floor, code)?;
        println!("{floor}");
        terminal.say(format!(
            "{name} goes to {floor}, into the browser that has shown the code. Ctrl-C takes it away again; every \
             change of a source is built."
        ));
        let ending = Inspection::of(floor, code)?;
        ctrlc::set_handler(move || {
            let ended = ending.end(&name);
            if let Err(error) = &ended {
                Terminal::detect().error(&explain(error));
            }
            std::process::exit(i32::from(ended.is_err()));
        })
        .context("waiting for Ctrl-C")?;
        Ok(Self::Floor(inspection))
    }

    /// A build has begun.
    fn building(&self) {
        if let Self::Alone(stand) = self {
            stand.building();
        }
    }

    /// There is a new one; says where to see it.
    fn built(&self, folder: &Path, ms: u128) -> Result<String> {
        match self {
            Self::Alone(stand) => stand.built(folder, ms).map(|()| "it is on the page".to_owned()),
            Self::Floor(inspection) => Ok(format!("that browser shows {}", inspection.show(folder)?)),
        }
    }

    /// There is none, and what was there stays.
    fn failed(&self, why: &str) {
        if let Self::Alone(stand) = self {
            stand.failed(why);
        }
    }
}

/// Serves the page of a release that is packed, for as long as the program runs; gives its address.
///
/// # Errors
/// The release can't be read, or no port is free.
pub(crate) fn serve(workspace: &Workspace, name: &str, release: &Path) -> Result<String> {
    let listener = http::listen(0)?;
    let port = listener.local_addr().context("asking for the port")?.port();
    let stand = Arc::new(Stand::new(workspace, name, port)?);
    stand.built(release, 0)?;
    http::serve(listener, &stand);
    Ok(stand.address().to_owned())
}

fn build(workspace: &Workspace, terminal: &Terminal, wanted: &Wanted<'_>, place: &Place) {
    place.building();
    let began = Instant::now();
    let built =
        packed(workspace, terminal, wanted).and_then(|folder| place.built(&folder, began.elapsed().as_millis()));
    match built {
        Ok(shown) => terminal.say(format!("✓ {shown} ({})", seconds(began.elapsed()))),
        Err(error) => {
            let why = explain(&error);
            terminal.error(&why);
            place.failed(&why);
        }
    }
}

fn packed(workspace: &Workspace, terminal: &Terminal, wanted: &Wanted<'_>) -> Result<PathBuf> {
    let candidate = floor::candidates(workspace, terminal, std::slice::from_ref(wanted))?.pop();
    Ok(candidate.context("one was packed")?.release)
}
