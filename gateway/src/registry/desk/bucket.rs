//! A bucket that speaks S3's protocol, as the store of releases' files.
//!
//! Who may use it says a file, or it comes as it comes to every such client: by the variables `AWS_*`, or from where
//! the machine or the cluster vouches for it. Connections are made here, with the same cryptography as those to the database, so
//! that no second one is built.
//!
//! **Architecture invariant:** no wait is without an end: a bucket that goes away is an error within seconds.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::client::{
    self, ClientOptions, HttpClient, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};
use object_store::{BackoffConfig, RetryConfig};

use super::credentials::Credentials;

/// How long a connection may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
/// How long an answer may take to begin.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// A call that failed is made again so often, if it is still worth it.
const RETRIES: usize = 2;
const RETRY_WITHIN: Duration = Duration::from_secs(5);

/// Opens it. Whether it is there, the first call will show.
///
/// # Errors
/// A variable makes no sense.
pub(super) fn open(name: &str, credentials: Option<Credentials>) -> object_store::Result<AmazonS3> {
    let retry = RetryConfig { backoff: BackoffConfig::default(), max_retries: RETRIES, retry_timeout: RETRY_WITHIN };
    let mut bucket = AmazonS3Builder::from_env();
    if let Some(credentials) = credentials {
        bucket = bucket
            .with_config(AmazonS3ConfigKey::AccessKeyId, credentials.access_key_id)
            .with_config(AmazonS3ConfigKey::SecretAccessKey, credentials.secret_access_key);
        if let Some(token) = credentials.session_token {
            bucket = bucket.with_token(token);
        }
    }
    bucket.with_bucket_name(name).with_retry(retry).with_http_connector(Connector).build()
}

#[derive(Debug)]
struct Connector;

impl client::HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let failed = |source: std::io::Error| object_store::Error::Generic { store: "S3", source: source.into() };
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(CONNECT_WITHIN));
        let tls = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::ring::default_provider())
            .map_err(failed)?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        Ok(HttpClient::new(Service(Client::builder(TokioExecutor::new()).build(tls))))
    }
}

#[derive(Debug)]
struct Service(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl HttpService for Service {
    fn call<'s, 'c>(
        &'s self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>
    where
        's: 'c,
        Self: 'c,
    {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let answered = self.0.request(http::Request::from_parts(head, Full::new(body)));
            let late = |elapsed| HttpError::new(HttpErrorKind::Timeout, elapsed);
            let answer = tokio::time::timeout(ANSWER_WITHIN, answered).await.map_err(late)?;
            let answer = answer.map_err(|error| {
                let kind = if error.is_connect() { HttpErrorKind::Connect } else { HttpErrorKind::Request };
                HttpError::new(kind, error)
            })?;
            Ok(answer.map(|body| {
                HttpResponseBody::new(body.map_err(|error| HttpError::new(HttpErrorKind::Interrupted, error)))
            }))
        })
    }
}
