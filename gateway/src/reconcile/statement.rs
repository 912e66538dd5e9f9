//! Fetches the vendor's statement, page by page, and believes only what the vendor has signed.

use crate::wallet::vendor::Vendor;
use contract::vendor::{StatementLine, StatementPage};
use reqwest::{Client, StatusCode, Url};
use std::time::Duration;

/// How long the vendor may take for a page.
const TIMEOUT: Duration = Duration::from_secs(20);
/// No page is longer.
const MAX_PAGE_BYTES: usize = 4 * 1024 * 1024;
/// More lines than this are no statement of one vendor for a few days: something goes round in a circle.
const MAX_LINES: usize = 20_000_000;

/// Why there is no statement.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// The address is none.
    #[error("{0:?} is no http:// or https:// address of a vendor's statement")]
    Address(String),
    /// No answer.
    #[error("the vendor's statement can't be fetched: {0}")]
    Http(#[from] reqwest::Error),
    /// Another answer than a page.
    #[error("the vendor answered {0} in the place of a page of its statement")]
    Status(StatusCode),
    /// It is too long.
    #[error("a page of the vendor's statement is longer than {MAX_PAGE_BYTES} bytes, or there are too many")]
    TooLong,
    /// Somebody else has written it, or something else was asked for.
    #[error("the vendor's statement is not signed by the vendor's key: {0}")]
    NotSigned(String),
    /// It makes no sense.
    #[error("the vendor's statement can't be read: {0}")]
    Unreadable(#[from] serde_json::Error),
}

/// Where a vendor's statement is.
#[derive(Clone, Debug)]
pub struct Statement {
    base: Url,
    vendor: Vendor,
    http: Client,
}

impl Statement {
    /// At the vendor's address; `vendor` says by whom it has to be signed.
    ///
    /// # Errors
    /// The address is none.
    pub fn at(address: &str, vendor: Vendor) -> Result<Self, StatementError> {
        let no_address = || StatementError::Address(address.to_owned());
        let base = Url::parse(address).map_err(|_| no_address())?;
        if !matches!(base.scheme(), "http" | "https") || base.query().is_some() {
            return Err(no_address());
        }
        let http = Client::builder().timeout(TIMEOUT).no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { base, vendor, http })
    }

    /// Everything that the vendor has written down at this time or later.
    ///
    /// # Errors
    /// See [`StatementError`]; a part of a statement is none.
    pub async fn since(&self, since_ms: i64, now_ms: impl Fn() -> i64) -> Result<Vec<StatementLine>, StatementError> {
        let mut lines = Vec::new();
        let mut which = ("since_ms", since_ms.to_string());
        loop {
            let page = self.page(&which, &now_ms).await?;
            // A page that ends where it began would begin again for ever.
            let moves_on = !page.lines.is_empty();
            lines.extend(page.lines);
            match page.next {
                None => return Ok(lines),
                Some(next) if moves_on && lines.len() <= MAX_LINES => which = ("after", next),
                Some(_) => return Err(StatementError::TooLong),
            }
        }
    }

    async fn page(
        &self,
        (name, value): &(&str, String),
        now_ms: &impl Fn() -> i64,
    ) -> Result<StatementPage, StatementError> {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/statement", self.base.path().trim_end_matches('/')));
        url.query_pairs_mut().append_pair(name, value);
        let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        let mut answer = self.http.get(url).send().await?;
        if answer.status() != StatusCode::OK {
            return Err(StatementError::Status(answer.status()));
        }
        let headers = answer.headers().clone();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > MAX_PAGE_BYTES {
                return Err(StatementError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        let signed = self.vendor.verify("GET", &path, &headers, &body, now_ms());
        signed.map_err(|error| StatementError::NotSigned(error.detail))?;
        Ok(serde_json::from_slice(&body)?)
    }
}
