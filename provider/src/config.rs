//! What a vendor is started with, checked before anything is touched.

use std::net::SocketAddr;
use std::path::PathBuf;

use reqwest::Url;

use crate::round::Timing;

/// The shortest time of any part of a round.
const MIN_MS: u32 = 500;
/// The longest; an hour.
const MAX_MS: u32 = 3_600_000;

/// How to run.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where pages reach the vendor.
    pub listen: SocketAddr,
    /// Where operators and tests do; loopback.
    pub control: SocketAddr,
    /// The folder of the keys and the journal.
    pub data: PathBuf,
    /// The operator's wallet, without `/vendor/v1`.
    pub wallet_url: String,
    /// The vendor as pages see it; from the listening port if absent.
    pub public_url: Option<String>,
    /// How long bets are taken.
    pub betting_ms: u32,
    /// How long the ball runs or cards are dealt.
    pub dealing_ms: u32,
    /// How long the result stays.
    pub result_ms: u32,
    /// Render the video.
    pub video: bool,
}

/// A value that can't be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("--{flag} {value}: {reason}")]
pub struct BadConfig {
    /// The flag.
    pub flag: &'static str,
    /// Its value.
    pub value: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// The parts of a configuration that had to be checked.
#[derive(Debug, PartialEq, Eq)]
pub struct Checked {
    /// How long the phases last.
    pub timing: Timing,
    /// The operator's wallet.
    pub wallet: Url,
    /// Without a slash at the end.
    pub public_url: Option<String>,
}

impl Config {
    /// Checks every value.
    ///
    /// # Errors
    /// Names the flag.
    pub fn check(&self) -> Result<Checked, BadConfig> {
        let times = [("betting-ms", self.betting_ms), ("dealing-ms", self.dealing_ms), ("result-ms", self.result_ms)];
        for (flag, value) in times {
            if !(MIN_MS..=MAX_MS).contains(&value) {
                return Err(BadConfig { flag, value: value.to_string(), reason: "from 500 to 3600000" });
            }
        }
        if !self.control.ip().is_loopback() {
            let value = self.control.to_string();
            return Err(BadConfig { flag: "control", value, reason: "only a loopback address: it has no password" });
        }
        let timing = Timing {
            betting_ms: self.betting_ms.into(),
            dealing_ms: self.dealing_ms.into(),
            result_ms: self.result_ms.into(),
        };
        let wallet = plain_http("wallet-url", &self.wallet_url)?;
        let public_url = match &self.public_url {
            None => None,
            Some(url) => {
                let secure = Url::parse(url).is_ok_and(|url| url.scheme() == "https");
                if !secure {
                    plain_http("public-url", url)?;
                }
                Some(url.trim_end_matches('/').to_owned())
            }
        };
        Ok(Checked { timing, wallet, public_url })
    }
}

fn plain_http(flag: &'static str, value: &str) -> Result<Url, BadConfig> {
    let bad = |reason| BadConfig { flag, value: value.to_owned(), reason };
    let url = Url::parse(value).map_err(|_| bad("no URL"))?;
    if url.scheme() != "http" || url.host().is_none() {
        return Err(bad("must begin with http:// and name a host"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(bad("must have no query and no fragment"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config {
            listen: ([127, 0, 0, 1], 0).into(),
            control: ([127, 0, 0, 1], 0).into(),
            data: PathBuf::new(),
            wallet_url: "http://127.0.0.1:8080".into(),
            public_url: Some("http://localhost:9090/".into()),
            betting_ms: 15_000,
            dealing_ms: 9_000,
            result_ms: 5_000,
            video: false,
        }
    }

    #[test]
    fn a_good_configuration_passes() {
        let checked = config().check().unwrap();
        assert_eq!(checked.public_url.as_deref(), Some("http://localhost:9090"));
        assert_eq!(checked.timing.dealing_ms, 9_000);
    }

    #[test]
    fn each_bad_value_names_its_flag() {
        let flag = |change: fn(&mut Config)| {
            let mut config = config();
            change(&mut config);
            config.check().unwrap_err().flag
        };
        assert_eq!(flag(|config| config.betting_ms = 499), "betting-ms");
        assert_eq!(flag(|config| config.dealing_ms = 0), "dealing-ms");
        assert_eq!(flag(|config| config.result_ms = 3_600_001), "result-ms");
        assert_eq!(flag(|config| config.control = ([0, 0, 0, 0], 9091).into()), "control");
        assert_eq!(flag(|config| config.wallet_url = "https://bank".into()), "wallet-url");
        assert_eq!(flag(|config| config.wallet_url = "8080".into()), "wallet-url");
        assert_eq!(flag(|config| config.public_url = Some("ftp://x".into())), "public-url");
    }
}
