//! The second edge of a floor: a process with a data folder and an address of its own, on the same database, files and
//! keys as the first.

use std::process::Command;

use anyhow::{Context, Result};

use super::{Floor, listening, program};
use crate::process::Process;

impl Floor {
    /// The address of its page.
    #[must_use]
    pub fn second(&self) -> String {
        format!("http://localhost:{}", self.ports.second.0)
    }

    /// Starts it, with the data of before.
    ///
    /// # Errors
    /// It does not come up.
    pub fn start_second(&mut self) -> Result<()> {
        let (page, control) = self.ports.second;
        let mut arguments = self.gateway_arguments(control);
        arguments.extend(self.apart_arguments("edge"));
        let own = [("--listen=", format!("127.0.0.1:{page}")), ("--data=", self.path("second").display().to_string())];
        for (flag, value) in own {
            let of_the_first = arguments.iter_mut().find(|argument| argument.starts_with(flag)).context("a flag")?;
            *of_the_first = format!("{flag}{value}");
        }
        self.second = Some(Process::start(Command::new(program("gateway")).args(&arguments), listening)?.0);
        Ok(())
    }

    /// SIGKILL to it; its data folder goes as well, as it does with a machine.
    ///
    /// # Errors
    /// It was not running.
    pub fn lose_second(&mut self) -> Result<()> {
        self.second.take().context("the second edge runs")?.kill()?;
        Ok(std::fs::remove_dir_all(self.path("second"))?)
    }

    /// What two edges must have in common, and the services with them.
    pub(super) fn shared_by_edges(&self) -> Vec<String> {
        let page = |port| format!("--page-origin=http://localhost:{port}");
        vec![
            page(self.ports.gateway),
            page(self.ports.second.0),
            format!("--frame-site=http://{{fragment}}.localhost:{}", self.ports.gateway),
            format!("--registry-key={}", self.path("registry.key").display()),
            format!("--session-key={}", self.path("session.key").display()),
            format!("--releases={}", self.path("releases").display()),
        ]
    }
}
