//! What an operator can set: flags, each with a twin in the environment.
//!
//! Must never read the environment anywhere else, nor hold a secret: keys are files.

mod market;
mod place;
mod registry_key;
mod shipping;
mod split;
mod transport;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use thiserror::Error;

pub use market::MarketFile;
pub use place::Place;
pub use registry_key::RegistryKey;
pub use shipping::{Pace, Shipping};
pub use split::{PeerAddress, Role, Split, SplitError};
pub use transport::Transport;

use crate::store::TlsError;
use crate::wallet::limits::MarketError;
use crate::wallet::risk::{Rules, RulesError};

/// How the server serves.
#[derive(Clone, Debug, Parser)]
#[command(name = "gateway")]
pub struct Config {
    /// Where players connect, if this process runs the edge. Port 0 takes a free one.
    #[arg(long, env = "GATEWAY_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Where operators and tests connect: faults and ledger checks. Loopback only.
    #[arg(long, env = "GATEWAY_CONTROL", value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    pub control: SocketAddr,

    /// Where the data is.
    #[command(flatten)]
    pub place: Place,

    /// How events travel.
    #[command(flatten)]
    pub transport: Transport,
    /// Which services run in this process, and where the others are.
    #[command(flatten)]
    pub split: Split,

    /// The file of the key that signs sessions, the same for all processes. Without it: session.key in the
    /// data folder, made when it is missing.
    #[arg(long, env = "GATEWAY_SESSION_KEY", value_name = "FILE")]
    pub session_key: Option<PathBuf>,

    /// The key that signs manifests.
    #[command(flatten)]
    pub registry_key: RegistryKey,

    /// A list of public keys that pages believe besides that one, as `gateway registry-key` prints them, one a
    /// line. So a key is known before it signs, and for as long as pages may still meet what it has signed.
    #[arg(long, env = "GATEWAY_REGISTRY_TRUST", value_name = "FILE")]
    pub registry_trust: Option<PathBuf>,

    /// Where teams' releases are, and who may ship.
    #[command(flatten)]
    pub shipping: Shipping,

    /// The folder of the packed shell and fragments.
    #[arg(long, env = "GATEWAY_FLOOR", value_name = "DIR", default_value = "target/floor")]
    pub floor: PathBuf,

    /// The live vendor's origin, as this server and the players' browsers reach it.
    #[arg(long, env = "GATEWAY_VENDOR_URL", value_name = "URL", default_value = "http://localhost:9090")]
    pub vendor_url: String,

    /// The page's own origin as browsers see it, once for each: frames are shown on no other. Without
    /// it the page is on this machine, as localhost and 127.0.0.1.
    #[arg(long, env = "GATEWAY_PAGE_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub page_origin: Vec<String>,

    /// The origin of each fragment that runs in a frame, with {fragment} in the place of its name:
    /// `https://{fragment}.frames.example.com`. Without it the name is put before the page's host.
    #[arg(long, env = "GATEWAY_FRAME_SITE", value_name = "PATTERN")]
    pub frame_site: Option<String>,

    /// The networks of proxies of ours, once for each: what they say in X-Forwarded-For is believed.
    /// Without it no header is, and behind a proxy all players look like one.
    #[arg(long, env = "GATEWAY_TRUSTED_PROXY", value_name = "NETWORK", value_delimiter = ',')]
    pub trusted_proxy: Vec<ipnet::IpNet>,

    /// The file with the vendor's public key (base64 of 32 bytes). Without it every vendor call is refused.
    #[arg(long, env = "GATEWAY_VENDOR_KEY", value_name = "FILE")]
    pub vendor_key: Option<PathBuf>,

    /// The market's rules.
    #[command(flatten)]
    pub market: MarketFile,

    /// The rules by which withdrawals are paid at once or wait for an operator. Without it: those of the house.
    #[arg(long, env = "GATEWAY_RISK_RULES", value_name = "FILE")]
    pub risk_rules: Option<PathBuf>,

    /// How log lines are written.
    #[arg(long, env = "GATEWAY_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A setting that can't work. Each message says what to do.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// Nothing was packed yet.
    #[error("there is no floor at {}: run `cargo croupier up`, or name another folder with --floor", .0.display())]
    FloorMissing(PathBuf),
    /// The control port would be open to the network.
    #[error("--control {0} is not a loopback address; use 127.0.0.1 or [::1]")]
    ControlNotLoopback(SocketAddr),
    /// The vendor's URL is more or less than an origin.
    #[error("--vendor-url {0:?} is no origin; write it as http://host:port")]
    VendorUrl(String),
    /// The database's URL names no database.
    #[error("--database is not of the form postgres://user@host:port/name: {0}")]
    Database(String),
    /// A command line and an environment are seen by others.
    #[error("--database holds a password; write it into a file and name that with --database-password-file")]
    DatabasePassword,
    /// The password's file can't be read.
    #[error("--database-password-file {}: {source}", path.display())]
    DatabasePasswordFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The events' address is none.
    #[error("--events is not of the form nats://user@host:port: {0}")]
    Events(String),
    /// A command line and an environment are seen by others.
    #[error("--events holds a password; write it into a file and name that with --events-password-file")]
    EventsPassword,
    /// The password's file can't be read.
    #[error("--events-password-file {}: {source}", path.display())]
    EventsPasswordFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Streams can't be called so.
    #[error("--events-prefix {0:?} is no name: up to 64 letters, digits, `-` and `_`")]
    EventsPrefix(String),
    /// The connection to the database can't be protected as it should be.
    #[error("--database-ca: {0}")]
    DatabaseTls(#[from] TlsError),
    /// Processes and peers that do not go together.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// Each edge would show pages something else.
    #[error(
        "--registry-teams with --service needs --database postgres://…: what is shipped to one edge is what all of them serve"
    )]
    ShippingAlone,
    /// The market's rules can't be read, or make no sense.
    #[error("--market {}: {source}", path.display())]
    Market {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: MarketError,
    },
    /// The rules of risk can't be read, or make no sense.
    #[error("--risk-rules {}: {source}", path.display())]
    RiskRules {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: RulesError,
    },
    /// The data folder can't be made.
    #[error("the data folder {} can't be used: {source}; name another with --data", path.display())]
    Data {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// The origins under which a vendor is reached: `http://host:port` and `ws://host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorOrigins {
    /// For the tables, the video and still pictures.
    pub http: String,
    /// For the feed.
    pub ws: String,
}

impl VendorOrigins {
    /// Whether `url` is `origin` itself or something below it.
    #[must_use]
    pub fn holds(origin: &str, url: &str) -> bool {
        url.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl Config {
    /// Checks what can be checked before anything is opened, and makes the data folder.
    ///
    /// # Errors
    /// The first setting that can't work.
    pub fn prepare(&self) -> Result<VendorOrigins, ConfigError> {
        if !self.control.ip().is_loopback() {
            return Err(ConfigError::ControlNotLoopback(self.control));
        }
        let origins = vendor_origins(&self.vendor_url).ok_or(ConfigError::VendorUrl(self.vendor_url.clone()))?;
        self.split.check(&self.place, &self.transport)?;
        if self.split.is_split() && self.shipping.registry_teams.is_some() && self.place.database.is_none() {
            return Err(ConfigError::ShippingAlone);
        }
        if self.split.is_edge() && !self.floor.join("shell/index.html").is_file() {
            return Err(ConfigError::FloorMissing(self.floor.clone()));
        }
        let data = &self.place.data;
        std::fs::create_dir_all(data).map_err(|source| ConfigError::Data { path: data.clone(), source })?;
        Ok(origins)
    }

    /// The file of the key that signs sessions.
    #[must_use]
    pub fn session_key(&self) -> PathBuf {
        self.session_key.clone().unwrap_or_else(|| self.place.data_file("session.key"))
    }

    /// The rules of risk.
    ///
    /// # Errors
    /// The file can't be read, or a value in it makes no sense.
    pub fn risk_rules(&self) -> Result<Rules, ConfigError> {
        let (path, rules) = match &self.risk_rules {
            Some(path) => (path.clone(), Rules::open(path)),
            None => (PathBuf::from("of the house"), Rules::house()),
        };
        rules.map_err(|source| ConfigError::RiskRules { path, source })
    }
}

fn vendor_origins(url: &str) -> Option<VendorOrigins> {
    let url = url.trim_end_matches('/');
    let uri: http::Uri = url.parse().ok()?;
    let ws_scheme = match uri.scheme_str()? {
        "http" => "ws",
        "https" => "wss",
        _ => return None,
    };
    let authority = uri.authority()?.as_str();
    // The origin becomes part of a header and of a policy: nothing but host and port may be in it.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    let origin_only = matches!(uri.path(), "" | "/") && uri.query().is_none() && authority.bytes().all(plain);
    origin_only.then(|| VendorOrigins { http: url.to_owned(), ws: format!("{ws_scheme}://{authority}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendor_is_named_by_its_origin_alone() {
        let origins = vendor_origins("http://localhost:9090/").expect("an origin");
        assert_eq!((origins.http.as_str(), origins.ws.as_str()), ("http://localhost:9090", "ws://localhost:9090"));
        assert_eq!(vendor_origins("https://live.example").expect("an origin").ws, "wss://live.example");
        for url in
            ["", "localhost:9090", "ftp://a", "http://a/path", "http://a;script-src *", "http://user@a", "http://a?x"]
        {
            assert_eq!(vendor_origins(url), None, "{url}");
        }
    }

    #[test]
    fn an_origin_is_not_a_prefix() {
        assert!(VendorOrigins::holds("http://a:1", "http://a:1/video"));
        assert!(!VendorOrigins::holds("http://a:1", "http://a:12/video"));
        assert!(!VendorOrigins::holds("http://a:1", "http://a:1@evil/"));
    }

    #[test]
    fn what_is_shipped_to_one_of_several_edges_needs_a_database_of_all() {
        let peers = ["identity", "wallet", "promotions", "live", "events"].map(|name| format!("{name}=http://a:1"));
        let flags = ["gateway", "--service", "edge", "--peer-secret", "x", "--registry-teams", "y", "--peer"];
        let flags = flags.into_iter().map(str::to_owned).chain([peers.join(",")]);
        let error = Config::try_parse_from(flags).expect("flags").prepare().expect_err("no database").to_string();
        assert!(error.starts_with("--registry-teams with --service needs --database"), "{error}");
    }

    #[test]
    fn a_markets_rules_are_checked_at_start() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("market.toml");
        let config = Config::try_parse_from(["gateway", "--market", file.to_str().expect("utf-8")]).expect("flags");
        assert!(config.market.read().expect_err("no file").to_string().starts_with("--market "));
        std::fs::write(&file, "name = 'nowhere'").expect("written");
        assert!(config.market.read().expect_err("too little").to_string().contains("time_zone"));
        assert!(Config::try_parse_from(["gateway"]).expect("flags").market.read().is_ok(), "the house has its own");
    }

    #[test]
    fn rules_of_risk_are_checked_at_start() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("rules.toml");
        let config = Config::try_parse_from(["gateway", "--risk-rules", file.to_str().expect("utf-8")]).expect("flags");
        let refused = || config.risk_rules().err().expect("refused").to_string();
        assert!(refused().starts_with("--risk-rules "));
        std::fs::write(&file, "version = '1'\n[[rule]]\nname = 'a'\nwhen = 'b > 1'\noutcome = 'hold'\nreason = 'c'")
            .expect("written");
        assert!(refused().contains("rule a: when: there is no fact or amount b"), "{}", refused());
        assert!(Config::try_parse_from(["gateway"]).expect("flags").risk_rules().is_ok(), "the house has its own");
    }

    #[test]
    fn settings_that_cannot_work_say_what_to_do() {
        let folder = tempfile::tempdir().expect("a folder");
        let floor = folder.path().join("floor");
        let arguments = |control: &str| {
            let floor = floor.to_str().expect("utf-8").to_owned();
            Config::try_parse_from(["gateway", "--floor", &floor, "--control", control]).expect("valid flags")
        };
        let missing = arguments("127.0.0.1:0").prepare().expect_err("no floor").to_string();
        assert!(missing.contains("cargo croupier up"), "{missing}");
        let open = arguments("0.0.0.0:0").prepare().expect_err("not loopback").to_string();
        assert!(open.contains("--control"), "{open}");
    }
}
