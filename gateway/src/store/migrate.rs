//! Brings a database's schema up to date, in one transaction.

use super::{Sql, StoreError, outbox, params};
use std::cmp::Ordering;

/// How many steps the database has had.
const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS schema_steps (had INTEGER NOT NULL) STRICT;";

/// Runs the steps that the database has not had yet; the outbox is the first.
pub(super) fn run(sql: &Sql, name: &str, migrations: &[&str]) -> Result<(), StoreError> {
    sql.engine().begin_write()?;
    let outcome = missing_steps(sql, name, migrations);
    match outcome {
        Ok(()) => sql.engine().commit(),
        Err(error) => sql.engine().rollback().and(Err(error)),
    }
}

/// Refuses a database that has not had exactly these steps.
pub(super) fn require(sql: &Sql, name: &str, migrations: &[&str]) -> Result<(), StoreError> {
    let had: usize = sql.query_one("SELECT had FROM schema_steps", &[], |row| row.get(0))?;
    let (name, found, known) = (name.to_owned(), had, migrations.len() + 1);
    match found.cmp(&known) {
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(StoreError::Newer { name, found, known }),
        Ordering::Less => Err(StoreError::Older { name, found, known }),
    }
}

fn missing_steps(sql: &Sql, name: &str, migrations: &[&str]) -> Result<(), StoreError> {
    sql.engine().define(SCHEMA)?;
    let had: Option<usize> = sql.query_opt("SELECT had FROM schema_steps", &[], |row| row.get(0))?;
    let steps: Vec<&str> = std::iter::once(outbox::SCHEMA).chain(migrations.iter().copied()).collect();
    let Some(missing) = steps.get(had.unwrap_or(0)..) else {
        return Err(StoreError::Newer { name: name.to_owned(), found: had.unwrap_or(0), known: steps.len() });
    };
    for step in missing {
        sql.engine().define(step)?;
    }
    let now = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    match had {
        Some(_) => sql.execute("UPDATE schema_steps SET had = ?1", params![now])?,
        None => sql.execute("INSERT INTO schema_steps (had) VALUES (?1)", params![now])?,
    };
    Ok(())
}
