//! The control ports: fault switches and the ledger's own account of things.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

/// One program's control port.
#[derive(Clone, Debug)]
pub struct Control {
    base: String,
    http: reqwest::Client,
}

impl Control {
    pub(crate) fn new(port: u16) -> Self {
        Self { base: format!("http://127.0.0.1:{port}"), http: reqwest::Client::new() }
    }

    /// Sets a fault switch.
    ///
    /// # Errors
    /// The program refuses it.
    pub async fn fault(&self, switch: Value) -> Result<()> {
        let reply = self.http.post(format!("{}/faults", self.base)).json(&switch).send().await?;
        ensure!(reply.status().is_success(), "{switch}: {} {}", reply.status(), reply.text().await?);
        Ok(())
    }

    /// Switches a service of the gateway: `ok`, `down`, `slow` or `errors`.
    ///
    /// # Errors
    /// The gateway refuses it.
    pub async fn service(&self, service: &str, mode: &str) -> Result<()> {
        self.fault(json!({ "service": service, "mode": mode })).await
    }

    /// Lets the gateway's clock jump: so far ahead of the true time, or behind it.
    ///
    /// # Errors
    /// The gateway refuses it.
    pub async fn clock_ahead(&self, ahead_ms: i64) -> Result<()> {
        let jump = json!({ "ahead_ms": ahead_ms });
        self.http.post(format!("{}/clock", self.base)).json(&jump).send().await?.error_for_status()?;
        Ok(())
    }

    /// Reads a JSON document.
    ///
    /// # Errors
    /// The port does not answer, or not with JSON.
    pub async fn get(&self, path: &str) -> Result<Value> {
        let reply = self.http.get(format!("{}{path}", self.base)).send().await?.error_for_status()?;
        Ok(reply.json().await?)
    }

    /// Lets the gateway recompute every account from its transfers.
    ///
    /// # Errors
    /// The book does not balance.
    pub async fn ledger_balances(&self) -> Result<()> {
        self.ledger_entries().await.map(drop)
    }

    /// How many entries the ledger has, once it has been found in order.
    ///
    /// # Errors
    /// The book does not balance.
    pub async fn ledger_entries(&self) -> Result<u64> {
        let verdict = self.get("/ledger/check").await?;
        ensure!(verdict["balanced"] == json!(true), "the ledger does not balance: {verdict}");
        verdict["entries"].as_u64().context("a count of entries")
    }

    /// A player's cash in minor units, summed from the ledger's transfers.
    ///
    /// # Errors
    /// There is no such player.
    pub async fn cash_minor(&self, player: &str) -> Result<i64> {
        let truth = self.get(&format!("/ledger/players/{player}")).await?;
        truth["balance"]["cash_minor"].as_i64().with_context(|| format!("no cash in {truth}"))
    }
}
