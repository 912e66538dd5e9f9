//! How a connection to `PostgreSQL` is protected: TLS, and whom it has to lead to.
//!
//! **Architecture invariant:** a mode that asks for protection never ends in a connection without it.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// What the address of a database may ask for as `sslmode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Never encrypted.
    Disable,
    /// Encrypted if the server can; nobody asks who it is.
    Prefer,
    /// Encrypted. Whose certificate it is, is asked only if an authority is named.
    Require,
    /// Encrypted, with a certificate of a known authority for the very host.
    VerifyFull,
}

impl Mode {
    /// Every mode with its name in an address.
    pub const ALL: [(&str, Self); 4] = [
        ("disable", Self::Disable),
        ("prefer", Self::Prefer),
        ("require", Self::Require),
        ("verify-full", Self::VerifyFull),
    ];
}

/// Why no connection can be protected as it should be.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file can't be read.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: rustls::pki_types::pem::Error,
    },
    /// There is no authority to believe.
    #[error("{0} holds no certificate of an authority")]
    NoAuthority(String),
    /// The library.
    #[error("TLS can't be set up: {0}")]
    Setup(String),
}

/// What carries a client's questions and answers; done when it is over.
pub(super) type Connection = Pin<Box<dyn Future<Output = Result<(), tokio_postgres::Error>> + Send>>;

/// A `PostgreSQL` server, and how a connection to it is made.
#[derive(Clone)]
pub struct Server {
    pub(super) config: tokio_postgres::Config,
    tls: Option<MakeRustlsConnect>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("config", &self.config).field("tls", &self.tls.is_some()).finish()
    }
}

/// One that is spoken to in the clear.
impl From<tokio_postgres::Config> for Server {
    fn from(mut config: tokio_postgres::Config) -> Self {
        config.ssl_mode(SslMode::Disable);
        Self { config, tls: None }
    }
}

impl Server {
    /// One that is spoken to as the mode says. `authority` is a file of PEM certificates that are believed in
    /// the place of those of the system.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn new(mut config: tokio_postgres::Config, mode: Mode, authority: Option<&Path>) -> Result<Self, TlsError> {
        if mode == Mode::Disable {
            return Ok(config.into());
        }
        config.ssl_mode(if mode == Mode::Prefer { SslMode::Prefer } else { SslMode::Require });
        let provider = Arc::new(ring::default_provider());
        let verifier: Arc<dyn ServerCertVerifier> = match (mode, authority) {
            (Mode::VerifyFull, _) => authorities(authority, &provider)?,
            (_, Some(_)) => {
                Arc::new(Lenient { chain: Some(authorities(authority, &provider)?), provider: provider.clone() })
            }
            (_, None) => Arc::new(Lenient { chain: None, provider: provider.clone() }),
        };
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError::Setup(error.to_string()))?
            // Each of them is what the mode asks for; see `Lenient`.
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        Ok(Self { config, tls: Some(MakeRustlsConnect::new(tls)) })
    }

    /// Where it is, and as whom it is asked.
    #[must_use]
    pub fn config(&self) -> &tokio_postgres::Config {
        &self.config
    }

    /// Makes a connection, to be polled for as long as its client is used. An error if the server is not there,
    /// or not as the mode asks for.
    pub(super) async fn connect(&self) -> Result<(Client, Connection), tokio_postgres::Error> {
        match &self.tls {
            None => {
                let (client, connection) = self.config.connect(NoTls).await?;
                Ok((client, Box::pin(connection)))
            }
            Some(tls) => {
                let (client, connection) = self.config.connect(tls.clone()).await?;
                Ok((client, Box::pin(connection)))
            }
        }
    }
}

fn authorities(file: Option<&Path>, provider: &Arc<CryptoProvider>) -> Result<Arc<WebPkiServerVerifier>, TlsError> {
    let mut roots = RootCertStore::empty();
    match file {
        Some(path) => {
            let unreadable = |source| TlsError::File { path: path.to_owned(), source };
            for certificate in CertificateDer::pem_file_iter(path).map_err(unreadable)? {
                roots
                    .add(certificate.map_err(unreadable)?)
                    .map_err(|error| TlsError::NoAuthority(format!("{}: {error}: it", path.display())))?;
            }
        }
        None => {
            // Single ones that this library can't read are no reason to believe none.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        let of_system = || "this system; name a file with --database-ca: it".to_owned();
        return Err(TlsError::NoAuthority(file.map_or_else(of_system, |path| path.display().to_string())));
    }
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .build()
        .map_err(|error| TlsError::Setup(error.to_string()))
}

/// Takes a certificate for any host, and where no authority is named, of anybody. What is signed with it is
/// checked all the same.
#[derive(Debug)]
struct Lenient {
    chain: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        match chain.verify_server_cert(certificate, intermediates, name, ocsp, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
