//! An operator without a browser: made by the program itself, signed in over HTTP.

use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::floor::{Floor, program};

/// What every operator of a scenario signs in with.
pub const PASSWORD: &str = "the house always";

/// A signed-in operator.
#[derive(Debug)]
pub struct Operator {
    http: reqwest::Client,
    base: String,
    csrf: String,
}

impl Operator {
    /// Adds an operator of that role to the running gateway's files; gives the address to sign in with.
    ///
    /// # Errors
    /// The program refuses.
    pub fn add(floor: &Floor, role: &str) -> Result<String> {
        let email = format!("{role}@house.example");
        let mut program = Command::new(program("gateway"))
            .args(["operator", "add", &email, "--role", role, "--data"])
            .arg(floor.path("gateway"))
            .stdin(Stdio::piped())
            .spawn()?;
        program.stdin.take().context("a pipe")?.write_all(format!("{PASSWORD}\n").as_bytes())?;
        ensure!(program.wait()?.success(), "the operator is not added");
        Ok(email)
    }

    /// Adds an operator of that role, and signs in.
    ///
    /// # Errors
    /// The program or the gateway refuses.
    pub async fn on_duty(floor: &Floor, role: &str) -> Result<Self> {
        let email = Self::add(floor, role)?;
        let http = reqwest::Client::builder().cookie_store(true).build()?;
        let base = floor.url();
        let form = json!({ "email": email, "password": PASSWORD });
        let reply = http.post(format!("{base}/api/operator/sign-in")).header("origin", &base).json(&form).send();
        let session: Value = reply.await?.error_for_status()?.json().await?;
        let csrf = session["csrf_token"].as_str().context("a CSRF token")?.to_owned();
        Ok(Self { http, base, csrf })
    }

    /// The withdrawals that wait.
    ///
    /// # Errors
    /// The gateway refuses.
    pub async fn waiting(&self) -> Result<Vec<Value>> {
        let reply = self.http.get(format!("{}/api/operator/withdrawals", self.base)).send().await?;
        let mut list: Value = reply.error_for_status()?.json().await?;
        serde_json::from_value(list["withdrawals"].take()).context("a list")
    }

    /// Decides about one: `release` or `refuse`.
    ///
    /// # Errors
    /// The gateway refuses.
    pub async fn review(&self, withdrawal: &Value, what: &str) -> Result<()> {
        let id = withdrawal["id"].as_str().context("an id")?;
        self.http
            .post(format!("{}/api/operator/withdrawals/{id}/{what}", self.base))
            .header("origin", &self.base)
            .header(contract::CSRF_TOKEN, &self.csrf)
            .header(contract::IDEMPOTENCY_KEY, format!("{what}-{id}"))
            .json(&json!({ "reason": "as agreed with the player" }))
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }
}
