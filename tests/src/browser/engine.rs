//! The browsers that the scenarios know, and how each one's driver is started and told what to be:
//! headless, with a fresh profile, in English, and allowed to play a video by itself.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};
use serde::Serialize;
use serde_json::json;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::{BrowserCapabilitiesHelper, Capabilities, CapabilitiesHelper, DesiredCapabilities};

use crate::process::Process;

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// Chromium, by chromedriver.
    Chromium,
    /// Firefox, by geckodriver.
    Firefox,
}

impl Engine {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];

    /// As it is typed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }

    /// The driver's program: from the environment, where `cargo croupier` puts it.
    fn driver(self) -> String {
        let (name, otherwise) = match self {
            Self::Chromium => ("CROUPIER_CHROMEDRIVER", "/usr/bin/chromedriver"),
            Self::Firefox => ("CROUPIER_GECKODRIVER", "geckodriver"),
        };
        std::env::var(name).unwrap_or_else(|_| otherwise.into())
    }

    /// The port that the driver says it listens on.
    fn port(self, line: &str) -> Option<u16> {
        let said = match self {
            Self::Chromium => "started successfully on port ",
            Self::Firefox => "Listening on 127.0.0.1:",
        };
        line.split_once(said)?.1.trim_end_matches('.').parse().ok()
    }

    /// Starts the driver on a port of its own choice. What it and the browser write goes into `folder`: a
    /// browser that is killed cleans nothing up.
    ///
    /// Chromedriver takes a port that is free in IPv6, and ends if somebody has the same one in IPv4.
    pub(super) fn start_driver(self, folder: &Path) -> Result<(Process, u16)> {
        let mut tries = 0;
        loop {
            let mut command = Command::new(self.driver());
            command.arg("--port=0").env("TMPDIR", folder);
            if self == Self::Firefox {
                // Its own port for BiDi is not the drivers' default, which is the same for all.
                command.args(["--websocket-port=0", "--profile-root"]).arg(folder).env("HOME", folder);
            }
            match Process::start(&mut command, move |line| self.port(line)) {
                Err(error) if tries < 5 && error.to_string().contains("Address already in use") => tries += 1,
                started => return started,
            }
        }
    }

    /// What a session is asked to be.
    pub(super) fn wishes(self, width: u32, height: u32) -> Result<Capabilities> {
        let mut wishes = match self {
            Self::Chromium => chromium(width, height)?,
            Self::Firefox => firefox(width, height)?,
        };
        // A dialog stays until a scenario closes it, as it does for a player. Otherwise Firefox closes it
        // unseen.
        wishes.set("unhandledPromptBehavior", "ignore")?;
        Ok(wishes)
    }
}

impl std::str::FromStr for Engine {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        match Self::ALL.into_iter().find(|engine| engine.as_str() == name) {
            Some(engine) => Ok(engine),
            None => bail!("{name:?} is no browser; there are chromium and firefox"),
        }
    }
}

fn chromium(width: u32, height: u32) -> Result<Capabilities> {
    let mut wishes = DesiredCapabilities::chrome();
    for argument in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--autoplay-policy=no-user-gesture-required",
        "--lang=en-GB",
    ] {
        wishes.add_arg(argument)?;
    }
    wishes.add_arg(&format!("--window-size={width},{height}"))?;
    wishes.set_logging_prefs("browser", thirtyfour::LoggingPrefsLogLevel::All)?;
    wishes.set_logging_prefs("performance", thirtyfour::LoggingPrefsLogLevel::All)?;
    Ok(wishes.into())
}

fn firefox(width: u32, height: u32) -> Result<Capabilities> {
    let mut wishes = DesiredCapabilities::firefox();
    for argument in ["-headless".to_owned(), format!("--width={width}"), format!("--height={height}")] {
        wishes.add_arg(&argument)?;
    }
    let preferences = json!({ "media.autoplay.default": 0, "intl.accept_languages": "en-GB" });
    wishes.set_browser_option("prefs", preferences)?;
    wishes.enable_bidi()?;
    Ok(wishes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_known_by_its_name_and_others_are_refused_by_theirs() {
        for engine in Engine::ALL {
            assert_eq!(engine.as_str().parse::<Engine>().unwrap(), engine);
        }
        assert!("safari".parse::<Engine>().unwrap_err().to_string().contains("safari"));
    }

    #[test]
    fn each_driver_says_its_port_in_its_own_words() {
        let chromedriver = "ChromeDriver was started successfully on port 33241.";
        assert_eq!(Engine::Chromium.port(chromedriver), Some(33_241));
        let geckodriver = "1763650000000\tgeckodriver\tINFO\tListening on 127.0.0.1:41413";
        assert_eq!(Engine::Firefox.port(geckodriver), Some(41_413));
        assert_eq!(Engine::Firefox.port(chromedriver), None);
    }
}
