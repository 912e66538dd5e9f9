//! One signed call at a time over kept-alive connections.
//!
//! **Architecture invariant:** nothing is repeated here. Whether a call may be made again is known
//! to those who keep books: [`super::Settler`] and the desk.

use std::time::Duration;

use contract::vendor::{self, Authenticate, Authenticated, Reply};
use reqwest::{StatusCode, Url};

use crate::signer::Signer;

/// After this the vendor no longer waits for an answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The longest answer that is read.
const MAX_REPLY_BYTES: usize = 64 * 1024;

/// Why there is no answer of the operator's.
#[derive(Debug, thiserror::Error)]
pub enum WalletError {
    /// The request never left: the operator has not seen it.
    #[error("no connection to the operator's wallet: {0}")]
    NotSent(reqwest::Error),
    /// No answer in time, or it broke off. The operator may have carried the call out.
    #[error("no answer of the operator's wallet: {0}")]
    NoAnswer(reqwest::Error),
    /// The operator can't answer now. It may have carried the call out.
    #[error("the operator's wallet answered {0}")]
    Unavailable(StatusCode),
    /// The operator refused to look at the call: nothing was carried out.
    #[error("the operator refused the call with {0}: {1}")]
    Rejected(StatusCode, String),
    /// The answer makes no sense.
    #[error("the operator's wallet gave an unreadable answer: {0}")]
    Unreadable(String),
}

impl WalletError {
    /// True if the operator has certainly not carried the call out.
    #[must_use]
    pub const fn nothing_happened(&self) -> bool {
        matches!(self, Self::NotSent(_) | Self::Rejected(..))
    }
}

/// The vendor's end of the seamless wallet.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    signer: Signer,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

impl Client {
    /// A client of the wallet at `base`.
    ///
    /// # Errors
    /// The HTTP client could not be set up.
    pub fn new(base: Url, signer: Signer) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .tcp_nodelay(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { http, base, signer })
    }

    /// Exchanges a launch token for a session.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn authenticate(&self, token: &str) -> Result<Authenticated, WalletError> {
        let body = serde_json::to_vec(&Authenticate { token: token.to_owned() });
        self.call("authenticate", body.map_err(|error| WalletError::Unreadable(error.to_string()))?).await
    }

    /// Debits a bet.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn bet(&self, bet: &vendor::Transaction) -> Result<Reply, WalletError> {
        let body = serde_json::to_vec(bet);
        self.call("bet", body.map_err(|error| WalletError::Unreadable(error.to_string()))?).await
    }

    /// A win, a rollback or a payout, as the journal keeps it.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn settle(&self, name: &str, body: String) -> Result<Reply, WalletError> {
        self.call(name, body.into_bytes()).await
    }

    async fn call<T: serde::de::DeserializeOwned>(&self, name: &str, body: Vec<u8>) -> Result<T, WalletError> {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/vendor/v1/{name}", self.base.path().trim_end_matches('/')));
        let signed = self.signer.headers("POST", url.path(), &body);
        let mut request = self.http.post(url).header(reqwest::header::CONTENT_TYPE, "application/json");
        for (name, value) in signed {
            request = request.header(name, value);
        }
        let response = request.body(body).send().await.map_err(|error| {
            if error.is_connect() { WalletError::NotSent(error) } else { WalletError::NoAnswer(error) }
        })?;
        let status = response.status();
        let body = read_bounded(response).await?;
        match status {
            StatusCode::OK => serde_json::from_slice(&body).map_err(|error| WalletError::Unreadable(error.to_string())),
            StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                let detail: String = String::from_utf8_lossy(&body).chars().take(300).collect();
                Err(WalletError::Rejected(status, detail))
            }
            other => Err(WalletError::Unavailable(other)),
        }
    }
}

async fn read_bounded(mut response: reqwest::Response) -> Result<Vec<u8>, WalletError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(WalletError::NoAnswer)? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_REPLY_BYTES {
            return Err(WalletError::Unreadable(format!("longer than {MAX_REPLY_BYTES} bytes")));
        }
    }
    Ok(body)
}
