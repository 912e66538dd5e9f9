//! Where the data is: flags that serving and verifying have in common.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use tokio_postgres::config::Host;

use super::ConfigError;
use crate::store::{Server, Storage, TlsMode};

/// The data folder, and the database where it is not a file in there.
#[derive(Clone, Debug, Args)]
pub struct Place {
    /// The folder of databases and keys; made when it is missing.
    #[arg(long, env = "GATEWAY_DATA", value_name = "DIR", default_value = "data/gateway")]
    pub data: PathBuf,

    /// Where the services keep their data, as postgres://user@host:port/name. Without it: SQLite files
    /// in the data folder. `?sslmode=` says how the connection is protected: disable, prefer, require or
    /// verify-full; without it verify-full, and disable on this machine.
    #[arg(long, env = "GATEWAY_DATABASE", value_name = "URL")]
    pub database: Option<String>,

    /// The file with the database's password, if it asks for one.
    #[arg(long, env = "GATEWAY_DATABASE_PASSWORD_FILE", value_name = "FILE")]
    pub database_password_file: Option<PathBuf>,

    /// The file with the certificates (PEM) of who vouches for the database's server. Without it: those that
    /// this system believes.
    #[arg(long, env = "GATEWAY_DATABASE_CA", value_name = "FILE")]
    pub database_ca: Option<PathBuf>,
}

impl Place {
    /// Where the services keep their data.
    ///
    /// # Errors
    /// The database's URL or its password's file can't be read.
    pub fn storage(&self) -> Result<Storage, ConfigError> {
        let Some(url) = &self.database else { return Ok(Storage::Folder(self.data.clone())) };
        let (mut database, mode) = postgres_at(url)?;
        if let Some(path) = &self.database_password_file {
            let password = std::fs::read_to_string(path)
                .map_err(|source| ConfigError::DatabasePasswordFile { path: path.clone(), source })?;
            database.password(password.trim_end());
        }
        Ok(Storage::Postgres(Box::new(Server::new(database, mode, self.database_ca.as_deref())?)))
    }

    /// A file in the data folder.
    #[must_use]
    pub fn data_file(&self, name: &str) -> PathBuf {
        self.data.join(name)
    }
}

/// As people are told it: the whole path of the folder, or the URL of the database, in which no password can be once
/// [`Place::storage`] has taken it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.database {
            Some(url) => f.write_str(url),
            None => write!(f, "{}", std::path::absolute(&self.data).as_ref().unwrap_or(&self.data).display()),
        }
    }
}

/// The database of a URL, and how a connection to it is protected.
fn postgres_at(url: &str) -> Result<(tokio_postgres::Config, TlsMode), ConfigError> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(ConfigError::Database("it is no postgres:// URL".to_owned()));
    }
    let (url, mode) = without_mode(url)?;
    let database: tokio_postgres::Config = url.parse().map_err(|error: tokio_postgres::Error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        ConfigError::Database(cause.unwrap_or_else(|| error.to_string()))
    })?;
    match (database.get_password(), database.get_dbname()) {
        (Some(_), _) => Err(ConfigError::DatabasePassword),
        (None, None) => Err(ConfigError::Database("it names no database".to_owned())),
        (None, Some(_)) => {
            let mode = mode.unwrap_or(if is_here(&database) { TlsMode::Disable } else { TlsMode::VerifyFull });
            Ok((database, mode))
        }
    }
}

/// The URL without its `sslmode`: the driver knows only some of them.
fn without_mode(url: &str) -> Result<(String, Option<TlsMode>), ConfigError> {
    let Some((base, query)) = url.split_once('?') else { return Ok((url.to_owned(), None)) };
    let (modes, others): (Vec<&str>, Vec<&str>) = query.split('&').partition(|pair| pair.starts_with("sslmode="));
    let named = |name: &str| TlsMode::ALL.iter().find(|(known, _)| *known == name).map(|(_, mode)| *mode);
    let mode = match modes.as_slice() {
        [] => None,
        [one] => {
            let name = one.trim_start_matches("sslmode=");
            let names = TlsMode::ALL.map(|(name, _)| name).join(", ");
            Some(named(name).ok_or_else(|| ConfigError::Database(format!("sslmode {name:?} is none of {names}")))?)
        }
        _ => return Err(ConfigError::Database("it has more than one sslmode".to_owned())),
    };
    let query = if others.is_empty() { String::new() } else { format!("?{}", others.join("&")) };
    Ok((format!("{base}{query}"), mode))
}

/// Whether the server is on this machine, where nobody is in between.
fn is_here(database: &tokio_postgres::Config) -> bool {
    let is_loopback =
        |host: &str| host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
    let hosts = database.get_hosts();
    let named = hosts.iter().all(|host| match host {
        Host::Tcp(name) => is_loopback(name),
        Host::Unix(_) => true,
    });
    named && database.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_named_without_its_password() {
        let at = |url: &str| postgres_at(url).map(|(database, _)| database.get_dbname().map(str::to_owned));
        assert_eq!(at("postgres://croupier@db.example:5432/floor").expect("a database"), Some("floor".to_owned()));
        for (url, says) in [
            ("postgres://croupier:secret@db/floor", "--database-password-file"),
            ("postgres://croupier@db", "names no database"),
            ("mysql://db/floor", "postgres://"),
            ("postgres://db:none/floor", "postgres://"),
            ("postgres://db/floor?sslmode=verify-ca", "disable, prefer, require, verify-full"),
            ("postgres://db/floor?sslmode=require&sslmode=disable", "more than one sslmode"),
        ] {
            let error = at(url).expect_err(url).to_string();
            assert!(error.contains(says) && !error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_connection_is_protected_unless_it_stays_on_this_machine() {
        let mode = |url: &str| postgres_at(url).map(|(_, mode)| mode).expect(url);
        for url in ["postgres://db.example/floor", "postgres://10.0.0.1/floor", "postgres://localhost,db/floor"] {
            assert_eq!(mode(url), TlsMode::VerifyFull, "{url}");
        }
        for url in ["postgres://localhost/floor", "postgres://127.0.0.1:5432/floor", "postgres://[::1]/floor"] {
            assert_eq!(mode(url), TlsMode::Disable, "{url}");
        }
        for (name, expected) in TlsMode::ALL {
            let url = format!("postgres://db/floor?connect_timeout=1&sslmode={name}&application_name=x");
            assert_eq!(mode(&url), expected);
        }
        let (database, _) = postgres_at("postgres://db/floor?sslmode=require&application_name=x").expect("a database");
        assert_eq!(database.get_application_name(), Some("x"), "the rest is kept");
    }
}
