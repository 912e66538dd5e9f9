//! Whether the neighbours are as they were: the same instances, the wallet with what the player had
//! typed, and a deposit that goes through.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use super::gallery::Harm;
use crate::browser::Browser;
use crate::control::Control;
use crate::scenario::WALLET;
use crate::until;

const AMOUNT: &str = "[data-test=deposit-form] [data-test=amount]";
/// Typed before the fault.
const TYPED: &str = "77.70";
const TYPED_MINOR: i64 = 7_770;
/// Typed after it, and paid in.
const PAID: &str = "12.34";
const PAID_MINOR: i64 = 1_234;
/// How long the wallet may take for a deposit on a busy machine.
const PATIENCE: Duration = Duration::from_secs(8);

/// The neighbours before the fault.
#[derive(Debug)]
pub(super) struct Neighbours {
    others: Vec<&'static str>,
    instances: Value,
    player: String,
    cash_minor: i64,
}

impl Neighbours {
    /// Types something into the wallet, and looks at who is there.
    pub(super) async fn before(
        browser: &Browser,
        ledger: &Control,
        player: String,
        others: &[&'static str],
    ) -> Result<Self> {
        if browser.count(WALLET, AMOUNT).await? == 0 {
            browser.click(WALLET, "[data-test=open-deposit]").await?;
        }
        browser.fill(WALLET, AMOUNT, TYPED).await?;
        let cash_minor = ledger.cash_minor(&player).await?;
        Ok(Self { others: others.to_vec(), instances: instances(browser, others).await?, player, cash_minor })
    }

    /// What has become of them.
    pub(super) async fn harm(&self, browser: &Browser, ledger: &Control) -> Result<Vec<Harm>> {
        let mut harm = self.touched(browser).await?;
        if harm.iter().all(|harm| *harm == Harm::NeighbourReplaced) {
            harm.extend(self.pay_in(browser, ledger).await?);
        }
        if ledger.ledger_balances().await.is_err() {
            harm.push(Harm::Money);
        }
        Ok(harm)
    }

    /// The same, without a deposit.
    pub(super) async fn touched(&self, browser: &Browser) -> Result<Vec<Harm>> {
        let mut harm = Vec::new();
        if instances(browser, &self.others).await? != self.instances {
            harm.push(Harm::NeighbourReplaced);
        }
        if browser.count(WALLET, AMOUNT).await? == 0 {
            harm.push(Harm::WalletUnusable);
        } else if browser.value(WALLET, AMOUNT).await? != TYPED {
            harm.push(Harm::TypedLost);
        }
        Ok(harm)
    }

    /// Whether what was typed has been paid in, once, and is seen.
    pub(super) async fn typed_is_paid(&self, browser: &Browser, ledger: &Control) -> Result<Vec<Harm>> {
        Ok(match self.credited(browser, ledger).await {
            Ok(cash_minor) if cash_minor == self.cash_minor + TYPED_MINOR => Vec::new(),
            Ok(_) => vec![Harm::Money],
            Err(_) => vec![Harm::WalletUnusable],
        })
    }

    /// The same neighbours: what the wallet's form holds and what the ledger says are taken anew.
    pub(super) async fn once_more(self, browser: &Browser, ledger: &Control) -> Result<Self> {
        let now = Self::before(browser, ledger, self.player, &self.others).await?;
        Ok(Self { instances: self.instances, ..now })
    }

    async fn pay_in(&self, browser: &Browser, ledger: &Control) -> Result<Vec<Harm>> {
        browser.fill(WALLET, AMOUNT, "").await?;
        browser.click(WALLET, AMOUNT).await?;
        // Key by key, to whoever has the focus, as a person does.
        for key in PAID.chars() {
            browser.press(key.to_string()).await?;
        }
        if browser.value(WALLET, AMOUNT).await? != PAID {
            return Ok(vec![Harm::TypingDisturbed]);
        }
        let submit = "[data-test=deposit-submit]";
        let paid = async {
            browser.click(WALLET, submit).await?;
            self.credited(browser, ledger).await
        };
        Ok(match paid.await {
            Ok(cash_minor) if cash_minor == self.cash_minor + PAID_MINOR => Vec::new(),
            Ok(_) => vec![Harm::Money],
            Err(_) => vec![Harm::WalletUnusable],
        })
    }

    /// Waits until the ledger has another balance than before, and the screen shows it.
    async fn credited(&self, browser: &Browser, ledger: &Control) -> Result<i64> {
        until("the deposit is in the ledger and on the screen", PATIENCE, || async {
            let cash_minor = ledger.cash_minor(&self.player).await?;
            let shown = browser.attribute(WALLET, "[data-test=balance]", "data-minor").await?;
            Ok((cash_minor != self.cash_minor && shown == cash_minor.to_string()).then_some(cash_minor))
        })
        .await
    }
}

async fn instances(browser: &Browser, slots: &[&str]) -> Result<Value> {
    let script = "return arguments[0].map((slot) => document.querySelector(`[data-slot=${slot}]`).dataset.instance)";
    browser.run(script, vec![json!(slots)]).await
}
