//! The way to a gateway, for the commands that ask one.

use std::net::IpAddr;
use std::sync::LazyLock;

use rustls::CertificateError;
use rustls_native_certs::{CertificateResult, load_native_certs};
use ureq::config::ConfigBuilder;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::typestate::AgentScope;
use ureq::{Agent, Error};

/// What to do for whoever ships and finds nobody there.
pub(crate) const START_ONE: &str = "start one with `cargo croupier up`, or name another with --gateway.";
const TRUST_IT: &str = "nobody whom this machine trusts vouches for the gateway's certificate. If that is your \
    company's own authority, or a proxy that reads along, let SSL_CERT_FILE name the file of its roots (PEM), or have \
    them added to those of the system.";
const CERTIFY_IT: &str = "the gateway's certificate is not for that address, or not for this time: call it by the name \
    in its certificate, set this machine's clock right, or ask whoever runs it.";
const AGREE: &str = "whoever answers there speaks no TLS that this machine does: write http:// if it is that, or ask \
    whoever runs the gateway.";

/// Whom to believe. Read once: the system has a hundred files and more.
static BELIEVED: LazyLock<TlsConfig> = LazyLock::new(|| believing(load_native_certs()));

/// Who calls a host. A proxy of the environment leads away from what is on this machine, so that is called directly.
pub(crate) fn agent_for(host: &str, config: ConfigBuilder<AgentScope>) -> Agent {
    let host = host.trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    let config = if is_here { config.proxy(None) } else { config };
    config.tls_config(BELIEVED.clone()).build().into()
}

/// Believes the roots that were found in the system, where a company adds its own, or in what `SSL_CERT_FILE` names;
/// Mozilla's where the system has none.
fn believing(found: CertificateResult) -> TlsConfig {
    // What can't be read is no reason to believe somebody else.
    let has_none = found.certs.is_empty() && found.errors.is_empty();
    let roots = found.certs.iter().map(|root| Certificate::from_der(root).to_owned());
    let roots = if has_none { RootCerts::WebPki } else { RootCerts::from(roots) };
    TlsConfig::builder().root_certs(roots).build()
}

/// What to do where a call has failed: what mends its TLS, if it is that, or else what the caller knows.
pub(crate) fn remedy_for<'a>(error: &Error, otherwise: &'a str) -> &'a str {
    let tls = match error {
        Error::Rustls(error) => Some(error),
        Error::Io(error) => error.get_ref().and_then(|cause| cause.downcast_ref()),
        _ => None,
    };
    match tls {
        Some(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) => TRUST_IT,
        Some(rustls::Error::InvalidCertificate(_)) => CERTIFY_IT,
        Some(_) => AGREE,
        None => otherwise,
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::sync::Arc;

    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
    use rustls::crypto::ring;
    use rustls::pki_types::PrivateKeyDer;
    use rustls::{ServerConfig, ServerConnection, StreamOwned};

    /// Answers with nothing, by a certificate for which an authority of its own vouches, until the test ends. Gives
    /// where, and the authority's root.
    pub(crate) fn vouched_for_by_its_own() -> (String, String) {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, "the company's own");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let root = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap().der().clone();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key);
        (served(Arc::new(config.unwrap())), root)
    }

    fn served(config: Arc<ServerConfig>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("https://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let connection = ServerConnection::new(config.clone()).unwrap();
                let mut stream = StreamOwned::new(connection, stream.unwrap());
                let lines = BufReader::new(&mut stream).lines().map_while(Result::ok);
                lines.take_while(|line| !line.is_empty()).for_each(drop);
                // Whoever does not believe it is gone.
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").ok();
            }
        });
        address
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io;
    use std::path::Path;

    use super::*;
    use rustls_native_certs::load_certs_from_paths;
    use ureq::Proxy;

    #[test]
    fn what_is_on_this_machine_is_called_past_a_proxy() {
        let is_direct = |host: &str| {
            let proxied = Agent::config_builder().proxy(Some(Proxy::new("http://127.0.0.1:1").unwrap()));
            agent_for(host, proxied).config().proxy().is_none()
        };
        assert!(["localhost", "127.0.0.1", "[::1]"].into_iter().all(is_direct));
        assert!(!["casino.example", "10.0.0.1", ""].into_iter().any(is_direct));
    }

    #[test]
    fn whom_the_system_believes_is_believed_also_a_companys_own() {
        let count = |config: &TlsConfig| match config.root_certs() {
            RootCerts::Specific(roots) => Some(roots.len()),
            _ => None,
        };
        let agent = agent_for("casino.example", Agent::config_builder());
        assert_eq!(count(agent.config().tls_config()), count(&believing(load_native_certs())));
    }

    #[test]
    fn a_gateway_of_a_companys_own_is_believed_by_its_roots_and_refused_with_a_remedy_without() {
        let (address, root) = testing::vouched_for_by_its_own();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("roots.pem");
        fs::write(&file, root).unwrap();
        // As if `SSL_CERT_FILE` named it.
        let ask = |named: Option<&Path>| {
            let believed = believing(load_certs_from_paths(named, None));
            let agent = Agent::from(Agent::config_builder().proxy(None).tls_config(believed).build());
            agent.get(address.as_str()).call().map(drop)
        };
        ask(Some(file.as_path())).unwrap();
        for named in [None, Some(Path::new("/nowhere"))] {
            let refused = ask(named).unwrap_err();
            assert_eq!(remedy_for(&refused, "run it again."), TRUST_IT, "{named:?}: {refused}");
        }
    }

    #[test]
    fn what_else_goes_wrong_is_told_apart() {
        let failed = |error: rustls::Error| Error::Io(io::Error::new(io::ErrorKind::InvalidData, error));
        let expired = failed(rustls::Error::InvalidCertificate(CertificateError::Expired));
        assert_eq!(remedy_for(&expired, "run it again."), CERTIFY_IT);
        let in_the_clear = failed(rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType));
        assert_eq!(remedy_for(&in_the_clear, "run it again."), AGREE);
        assert_eq!(remedy_for(&Error::HostNotFound, "run it again."), "run it again.");
    }
}
