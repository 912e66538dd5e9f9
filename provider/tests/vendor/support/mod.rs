//! A vendor under test, the operator it calls, the players at its tables.

pub(crate) mod operator;
pub(crate) mod player;
pub(crate) mod process;

use std::future::Future;
use std::path::Path;
use std::time::Duration;

use contract::feed::Stake;
use provider::config::Config;
use provider::vendor::Vendor;

pub(crate) use operator::{Mode, Operator};
pub(crate) use player::Player;
pub(crate) use process::Process;

/// Nothing that is waited for takes longer, or the test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A vendor in this process, with short rounds and no video.
pub(crate) struct Floor {
    pub(crate) vendor: Vendor,
    pub(crate) operator: Operator,
    pub(crate) data: tempfile::TempDir,
}

pub(crate) fn config(data: &Path, operator: &Operator) -> Config {
    Config {
        listen: ([127, 0, 0, 1], 0).into(),
        control: ([127, 0, 0, 1], 0).into(),
        data: data.to_owned(),
        wallet_url: operator.url(),
        public_url: None,
        betting_ms: 3_000,
        dealing_ms: 600,
        result_ms: 500,
        video: false,
    }
}

impl Floor {
    pub(crate) async fn open() -> Self {
        Self::open_with(|_| ()).await
    }

    pub(crate) async fn open_with(change: impl FnOnce(&mut Config)) -> Self {
        let operator = Operator::start().await;
        let data = tempfile::tempdir().unwrap();
        let mut config = config(data.path(), &operator);
        change(&mut config);
        let vendor = Vendor::start(config).await.unwrap();
        operator.trust(data.path());
        Self { vendor, operator, data }
    }

    /// A player at a table, with 100.00 in the wallet.
    pub(crate) async fn player(&self, name: &str, table: &str) -> Player {
        self.operator.fund(name, 10_000);
        let mut player = Player::connect(&self.feed_url()).await;
        player.subscribe(&[table]).await;
        player.launch(&self.operator.token(name, table)).await;
        player
    }

    pub(crate) fn feed_url(&self) -> String {
        format!("ws://{}/feed", self.vendor.listening)
    }

    pub(crate) fn public_url(&self, path: &str) -> String {
        format!("http://{}{path}", self.vendor.listening)
    }

    pub(crate) fn control_url(&self, path: &str) -> String {
        format!("http://{}{path}", self.vendor.control)
    }

    pub(crate) async fn fault(&self, setting: serde_json::Value) {
        set_fault(&self.control_url("/faults"), setting).await;
    }

    pub(crate) async fn report(&self) -> serde_json::Value {
        get_json(&self.control_url("/rounds")).await
    }
}

pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

pub(crate) async fn set_fault(url: &str, setting: serde_json::Value) {
    let answer = http().post(url).json(&setting).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

pub(crate) async fn get_json(url: &str) -> serde_json::Value {
    http().get(url).send().await.unwrap().json().await.unwrap()
}

pub(crate) fn stakes(spots: &[(&str, i64)]) -> Vec<Stake> {
    spots.iter().map(|(spot, stake_minor)| Stake { spot: (*spot).into(), stake_minor: *stake_minor }).collect()
}

pub(crate) fn key() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Waits for something that the vendor must do in the end.
pub(crate) async fn patiently<T>(what: &str, waited: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, waited).await.unwrap_or_else(|_| panic!("waited in vain: {what}"))
}

/// Asks again until the answer is yes: for states that can only be read.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut ask: impl FnMut() -> F) {
    let asking = async {
        while !ask().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    patiently(what, asking).await;
}
