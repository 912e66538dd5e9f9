//! Brings a database's schema up to date, in one transaction.

use super::{Sql, StoreError, inbox, outbox, params};
use std::cmp::Ordering;

/// The tables that every database has besides its service's own; append-only. They are counted apart, so
/// that a service's list of steps stays its own.
const COMMON: &[&str] = &[outbox::STATE, inbox::SCHEMA];

/// Runs the steps that the database has not had yet; the outbox is the first.
pub(super) fn run(sql: &Sql, name: &str, migrations: &[&str]) -> Result<(), StoreError> {
    sql.engine().begin_write()?;
    let outcome = bring_up_to_date(sql, name, migrations);
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

fn bring_up_to_date(sql: &Sql, name: &str, migrations: &[&str]) -> Result<(), StoreError> {
    // A step may change every row.
    sql.without_end()?;
    missing_steps(sql, name, "common_steps", COMMON)?;
    let own: Vec<&str> = std::iter::once(outbox::SCHEMA).chain(migrations.iter().copied()).collect();
    missing_steps(sql, name, "schema_steps", &own)?;
    outbox::found(sql)
}

/// `counter` is the table that holds how many of the steps the database has had.
fn missing_steps(sql: &Sql, name: &str, counter: &str, steps: &[&str]) -> Result<(), StoreError> {
    sql.engine().define(&format!("CREATE TABLE IF NOT EXISTS {counter} (had INTEGER NOT NULL) STRICT;"))?;
    let had: Option<usize> = sql.query_opt(&format!("SELECT had FROM {counter}"), &[], |row| row.get(0))?;
    let Some(missing) = steps.get(had.unwrap_or(0)..) else {
        return Err(StoreError::Newer { name: name.to_owned(), found: had.unwrap_or(0), known: steps.len() });
    };
    for step in missing {
        sql.engine().define(step)?;
    }
    let now = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    match had {
        Some(_) => sql.execute(&format!("UPDATE {counter} SET had = ?1"), params![now])?,
        None => sql.execute(&format!("INSERT INTO {counter} (had) VALUES (?1)"), params![now])?,
    };
    Ok(())
}
