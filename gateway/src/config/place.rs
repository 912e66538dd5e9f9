//! Where the data is: flags that serving and verifying have in common.

use std::path::PathBuf;

use clap::Args;

use super::ConfigError;
use crate::store::Storage;

/// The data folder, and the database where it is not a file in there.
#[derive(Clone, Debug, Args)]
pub struct Place {
    /// The folder of databases and keys; made when it is missing.
    #[arg(long, env = "GATEWAY_DATA", value_name = "DIR", default_value = "target/data/gateway")]
    pub data: PathBuf,

    /// Where the services keep their data, as postgres://user@host:port/name. Without it: SQLite files
    /// in the data folder.
    #[arg(long, env = "GATEWAY_DATABASE", value_name = "URL")]
    pub database: Option<String>,

    /// The file with the database's password, if it asks for one.
    #[arg(long, env = "GATEWAY_DATABASE_PASSWORD_FILE", value_name = "FILE")]
    pub database_password_file: Option<PathBuf>,
}

impl Place {
    /// Where the services keep their data.
    ///
    /// # Errors
    /// The database's URL or its password's file can't be read.
    pub fn storage(&self) -> Result<Storage, ConfigError> {
        let Some(url) = &self.database else { return Ok(Storage::Folder(self.data.clone())) };
        let database = postgres_at(url)?;
        let Some(path) = &self.database_password_file else { return Ok(Storage::Postgres(Box::new(database))) };
        let password = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::DatabasePasswordFile { path: path.clone(), source })?;
        let mut database = database;
        database.password(password.trim_end());
        Ok(Storage::Postgres(Box::new(database)))
    }

    /// A file in the data folder.
    #[must_use]
    pub fn data_file(&self, name: &str) -> PathBuf {
        self.data.join(name)
    }
}

fn postgres_at(url: &str) -> Result<postgres::Config, ConfigError> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(ConfigError::Database("it is no postgres:// URL".to_owned()));
    }
    let database: postgres::Config = url.parse().map_err(|error: postgres::Error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        ConfigError::Database(cause.unwrap_or_else(|| error.to_string()))
    })?;
    match (database.get_password(), database.get_dbname()) {
        (Some(_), _) => Err(ConfigError::DatabasePassword),
        (None, None) => Err(ConfigError::Database("it names no database".to_owned())),
        (None, Some(_)) => Ok(database),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_named_without_its_password() {
        let at = |url: &str| postgres_at(url).map(|database| database.get_dbname().map(str::to_owned));
        assert_eq!(at("postgres://croupier@db.example:5432/floor").expect("a database"), Some("floor".to_owned()));
        for (url, says) in [
            ("postgres://croupier:secret@db/floor", "--database-password-file"),
            ("postgres://croupier@db", "names no database"),
            ("mysql://db/floor", "postgres://"),
            ("postgres://db:none/floor", "postgres://"),
        ] {
            let error = at(url).expect_err(url).to_string();
            assert!(error.contains(says) && !error.contains("secret"), "{error}");
        }
    }
}
