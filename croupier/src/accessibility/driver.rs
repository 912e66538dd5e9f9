//! A headless Chromium, driven over WebDriver: as much of it as one page that is looked at needs.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use ureq::Agent;

use crate::gateway::agent_for;

/// How long a page or a script may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The driver says where it listens in one of its first lines.
const FIRST_LINES: usize = 20;

/// Both are ended when this is dropped.
#[derive(Debug)]
pub(super) struct Browser {
    driver: Child,
    agent: Agent,
    driver_url: String,
    session: String,
    /// What it says has somewhere to go.
    _said: BufReader<ChildStdout>,
}

impl Browser {
    /// Starts one with a profile of its own.
    ///
    /// # Errors
    /// The driver or the browser does not start.
    pub(super) fn start(program: &Path) -> Result<Self> {
        let mut driver = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        let mut said = BufReader::new(driver.stdout.take().context("the driver's output is piped")?);
        let lines = said.by_ref().lines().map_while(Result::ok);
        let Some(port) = lines.take(FIRST_LINES).find_map(|line| port(&line)) else {
            driver.kill().ok();
            driver.wait().ok();
            bail!("{} did not say on which port it listens", program.display());
        };
        let config = Agent::config_builder().timeout_global(Some(2 * PATIENCE)).http_status_as_error(false);
        let agent = agent_for("localhost", config);
        let driver_url = format!("http://127.0.0.1:{port}/session");
        let mut browser = Self { driver, agent, driver_url, session: String::new(), _said: said };
        // What moves is in the way of whoever judges colours.
        let arguments =
            ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--force-prefers-reduced-motion"];
        let wishes = json!({ "goog:chromeOptions": { "args": arguments },
            "timeouts": { "script": u64::try_from(PATIENCE.as_millis())? } });
        let made =
            browser.post("", &json!({ "capabilities": { "alwaysMatch": wishes } })).context("starting Chromium")?;
        browser.session = format!("/{}", made["sessionId"].as_str().context("the driver names no session")?);
        Ok(browser)
    }

    /// Opens an address.
    ///
    /// # Errors
    /// It does not load.
    pub(super) fn open(&self, url: &str) -> Result<()> {
        self.post("/url", &json!({ "url": url })).map(drop)
    }

    /// Runs a script and gives what it returns.
    ///
    /// # Errors
    /// It throws.
    pub(super) fn run(&self, script: &str) -> Result<Value> {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Runs a script and gives what it calls its last argument with.
    ///
    /// # Errors
    /// It throws, or never does.
    pub(super) fn wait(&self, script: &str) -> Result<Value> {
        self.post("/execute/async", &json!({ "script": script, "args": [] }))
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let url = format!("{}{}{path}", self.driver_url, self.session);
        let request = self.agent.post(&url).header("content-type", "application/json");
        let mut response = request.send(body.to_string()).context("calling the browser's driver")?;
        let text = response.body_mut().read_to_string().context("reading what the browser's driver says")?;
        let mut answer: Value = serde_json::from_str(&text).context("reading what the browser's driver says")?;
        let value = answer["value"].take();
        if !response.status().is_success() {
            bail!("the browser says: {}", value["message"].as_str().unwrap_or(&text));
        }
        Ok(value)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser ends with its session, the driver does not. That they are gone already is fine.
        self.agent.delete(&format!("{}{}", self.driver_url, self.session)).call().ok();
        self.driver.kill().ok();
        self.driver.wait().ok();
    }
}

fn port(line: &str) -> Option<u16> {
    line.strip_prefix("ChromeDriver was started successfully on port ")?.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_driver_says_its_port() {
        assert_eq!(port("ChromeDriver was started successfully on port 33241."), Some(33_241));
        assert_eq!(port("Only local connections are allowed."), None);
    }
}
