//! TLS to the database: what an address asks for is what it gets, or no connection.

use std::time::{Duration, Instant};

use gateway::config;
use gateway::store::{Sql, StoreError};
use postgres::{Client, NoTls};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use crate::place::Place;

/// How long the server may take to read its settings anew.
const PATIENCE: Duration = Duration::from_secs(10);

/// Somebody who vouches for servers, with the file that says so.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    /// Each has a name of its own: by it a certificate says who vouches for it.
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        Self { issuer: Issuer::new(params, key), folder }
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A server's certificate for a name, and its key.
    fn vouches_for(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }
}

/// The server, with TLS until this is dropped.
struct WithTls(Client);

impl WithTls {
    fn on(url: &str, (certificate, key): (String, String)) -> Self {
        let mut admin = Client::connect(url, NoTls).unwrap();
        let data: String = admin.query_one("SHOW data_directory", &[]).unwrap().get(0);
        for (name, pem) in [("tls-test.crt", certificate), ("tls-test.key", key)] {
            // By the server's own hand: it takes no key that others may read.
            let lines = "SELECT line FROM unnest(string_to_array($pem$";
            let program = format!("umask 077; cat > \"{data}/{name}\"");
            let copy = format!("COPY ({lines}{pem}$pem$, E'\\n')) AS line) TO PROGRAM '{program}'");
            admin.batch_execute(&copy).unwrap();
        }
        for setting in ["ssl_cert_file = 'tls-test.crt'", "ssl_key_file = 'tls-test.key'", "ssl = on"] {
            admin.batch_execute(&format!("ALTER SYSTEM SET {setting}")).unwrap();
        }
        admin.batch_execute("SELECT pg_reload_conf()").unwrap();
        Self(admin)
    }
}

impl Drop for WithTls {
    fn drop(&mut self) {
        for setting in ["ssl", "ssl_cert_file", "ssl_key_file"] {
            self.0.batch_execute(&format!("ALTER SYSTEM RESET {setting}")).unwrap();
        }
        self.0.batch_execute("SELECT pg_reload_conf()").unwrap();
    }
}

/// Opens a database as the gateway's flags name it; says whether the connection is encrypted.
fn connect(place: &Place, host: &str, mode: &str, authority: Option<&Authority>) -> Result<bool, String> {
    let url = place.database_url().expect("CROUPIER_POSTGRES names a server").replace("127.0.0.1", host);
    let place = config::Place {
        data: place.folder().into(),
        database: Some(format!("{url}?sslmode={mode}")),
        database_password_file: None,
        database_ca: authority.map(Authority::file),
    };
    let storage = place.storage().map_err(|error| error.to_string())?;
    storage.open("tls", &[]).map_err(|error| error.to_string())?;
    let encrypted = |sql: &Sql| {
        sql.query_one("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", &[], |row| row.get::<bool>(0))
    };
    storage.inspect("tls", &[], encrypted).map_err(|error: StoreError| error.to_string())
}

#[test]
#[ignore = "needs a server; `cargo croupier test` starts one"]
fn a_connection_is_protected_as_the_address_asks() {
    let place = Place::new();
    let says = |host, mode, authority: Option<&Authority>, words: &str| {
        let refused = connect(&place, host, mode, authority).expect_err(mode);
        assert!(refused.contains(words), "{host} {mode}: {refused}");
    };
    let (ours, another) = (Authority::new("ours"), Authority::new("another"));
    // A server that can't is not spoken to in the clear where protection was asked for.
    says("127.0.0.1", "require", None, "server does not support TLS");
    says("localhost", "verify-full", Some(&ours), "server does not support TLS");
    assert_eq!(connect(&place, "127.0.0.1", "prefer", None), Ok(false));

    let tls = WithTls::on(&place.database_url().unwrap(), ours.vouches_for("localhost"));
    let begun = Instant::now();
    while connect(&place, "127.0.0.1", "require", None) != Ok(true) {
        assert!(begun.elapsed() < PATIENCE, "the server speaks TLS");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(connect(&place, "localhost", "verify-full", Some(&ours)), Ok(true));
    says("127.0.0.1", "verify-full", Some(&ours), "certificate not valid for name \"127.0.0.1\"");
    says("localhost", "verify-full", Some(&another), "invalid peer certificate: UnknownIssuer");
    // Who is asked for no name is asked for the authority all the same, if one is named.
    assert_eq!(connect(&place, "127.0.0.1", "require", Some(&ours)), Ok(true));
    says("127.0.0.1", "require", Some(&another), "invalid peer certificate: UnknownIssuer");
    assert_eq!(connect(&place, "127.0.0.1", "prefer", None), Ok(true));
    assert_eq!(connect(&place, "127.0.0.1", "disable", None), Ok(false));
    drop(tls);
}

#[test]
fn a_file_without_an_authority_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("none.pem");
    std::fs::write(&file, "nothing").unwrap();
    let place = config::Place {
        data: folder.path().into(),
        database: Some("postgres://db.example/floor".to_owned()),
        database_password_file: None,
        database_ca: Some(file.clone()),
    };
    let said = |place: &config::Place| place.storage().expect_err("no authority").to_string();
    assert!(said(&place).contains("none.pem holds no certificate"), "{}", said(&place));
    std::fs::remove_file(&file).unwrap();
    assert!(said(&place).contains("none.pem"), "{}", said(&place));
}
