//! Where inspections are kept: in the registry's database, so that whichever edge of a house is asked, it knows them.
//!
//! **Architecture invariant:** of cookies and codes nothing is kept but their hashes.

use std::collections::BTreeMap;

use super::state::{Hashed, Inspection, LASTS_MS, MAX_INSPECTIONS, Refusal};
use crate::problem::ApiError;
use crate::store::{FromValue, Sql, StoreError, ToValue, Tx, Value, params};

/// What they are kept in.
pub(in crate::registry) const SCHEMA: &str = "
CREATE TABLE inspections (
  cookie  BLOB PRIMARY KEY, -- the hash of it, as of the code
  code    BLOB,
  ends_ms INTEGER NOT NULL,
  changes INTEGER NOT NULL,
  builds  TEXT NOT NULL -- what stands in for fragments, as JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE inspected_files (
  cookie  BLOB NOT NULL,
  address TEXT NOT NULL,
  bytes   INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (cookie, address)
) STRICT;
";

impl ToValue for Hashed {
    fn to_value(&self) -> Value<'_> {
        Value::Blob(&self.0)
    }
}

impl FromValue for Hashed {
    fn from_value(value: Value<'_>) -> Option<Self> {
        <[u8; 32]>::from_value(value).map(Self)
    }
}

/// Begins one.
pub(super) fn begin(tx: &Tx<'_>, cookie: Hashed, now_ms: i64) -> Result<(), StoreError> {
    forget(tx, now_ms, MAX_INSPECTIONS - 1)?;
    tx.execute(
        "INSERT INTO inspections (cookie, ends_ms, changes, builds) VALUES (?1, ?2, 0, '{}')",
        params![cookie, now_ms.saturating_add(LASTS_MS)],
    )?;
    Ok(())
}

/// Removes those that have ended, and of more than so many those that would end first.
pub(super) fn forget(tx: &Tx<'_>, now_ms: i64, most: u32) -> Result<(), StoreError> {
    tx.execute("DELETE FROM inspections WHERE ends_ms <= ?1", params![now_ms])?;
    tx.execute(
        "DELETE FROM inspections WHERE cookie NOT IN (SELECT cookie FROM inspections ORDER BY ends_ms DESC LIMIT ?1)",
        params![most],
    )?;
    tx.execute("DELETE FROM inspected_files WHERE cookie NOT IN (SELECT cookie FROM inspections)", &[])?;
    Ok(())
}

/// Of each, how often something has changed in it, and when it ends.
pub(super) fn all(sql: &Sql) -> Result<Vec<(Hashed, u64, i64)>, StoreError> {
    sql.query_all("SELECT cookie, changes, ends_ms FROM inspections", &[], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })
}

/// What a browser has, if its inspection is under way.
pub(super) fn live(sql: &Sql, cookie: Hashed, now_ms: i64) -> Result<Option<Inspection>, StoreError> {
    let query = "SELECT ends_ms, changes, builds FROM inspections WHERE cookie = ?1 AND ends_ms > ?2";
    let found = sql.query_opt(query, params![cookie, now_ms], |row| {
        let builds: String = row.get(2)?;
        // What another version of this program has written may be none of ours: it is brought again.
        let builds = serde_json::from_str(&builds).unwrap_or_default();
        Ok(Inspection { ends_ms: row.get(0)?, changes: row.get(1)?, files: BTreeMap::new(), builds })
    })?;
    let Some(mut inspection) = found else { return Ok(None) };
    let query = "SELECT address, bytes FROM inspected_files WHERE cookie = ?1";
    let files: Vec<(String, u64)> = sql.query_all(query, params![cookie], |row| Ok((row.get(0)?, row.get(1)?)))?;
    inspection.files.extend(files);
    Ok(Some(inspection))
}

/// Whose code that is, and what their browser has.
pub(super) fn by_code(sql: &Sql, code: Hashed, now_ms: i64) -> Result<Option<(Hashed, Inspection)>, StoreError> {
    let query = "SELECT cookie FROM inspections WHERE code = ?1";
    let Some(cookie) = sql.query_opt(query, params![code], |row| row.get(0))? else { return Ok(None) };
    Ok(live(sql, cookie, now_ms)?.map(|inspection| (cookie, inspection)))
}

/// Gives it another code.
pub(super) fn set_code(tx: &Tx<'_>, cookie: Hashed, code: Hashed, now_ms: i64) -> Result<(), ApiError> {
    let given = "UPDATE inspections SET code = ?2 WHERE cookie = ?1 AND ends_ms > ?3";
    if tx.execute(given, params![cookie, code, now_ms])? == 0 {
        return Err(Refusal::Ended.into());
    }
    Ok(())
}

/// Changes what a browser has, and removes the files that it has no more.
pub(super) fn change<T>(
    tx: &Tx<'_>,
    cookie: Hashed,
    now_ms: i64,
    change: impl FnOnce(&mut Inspection) -> Result<T, Refusal>,
) -> Result<T, ApiError> {
    let mut inspection = live(tx, cookie, now_ms)?.ok_or(Refusal::Ended)?;
    let before: Vec<String> = inspection.files.keys().cloned().collect();
    let outcome = change(&mut inspection)?;
    for address in before.iter().filter(|address| !inspection.files.contains_key(*address)) {
        tx.execute("DELETE FROM inspected_files WHERE cookie = ?1 AND address = ?2", params![cookie, address])?;
    }
    let builds = serde_json::to_string(&inspection.builds).map_err(|error| ApiError::internal(&error))?;
    tx.execute(
        "UPDATE inspections SET changes = ?2, builds = ?3 WHERE cookie = ?1",
        params![cookie, inspection.changes, builds],
    )?;
    Ok(outcome)
}

/// Takes in a file whose content has this address.
pub(super) fn put_file(
    tx: &Tx<'_>,
    cookie: Hashed,
    address: &str,
    content: &[u8],
    now_ms: i64,
) -> Result<(), ApiError> {
    let sum = "SELECT COALESCE(CAST(SUM(bytes) AS BIGINT), 0) FROM inspected_files WHERE cookie <> ?1";
    let others: u64 = tx.query_one(sum, params![cookie], |row| row.get(0))?;
    let bytes = content.len() as u64;
    change(tx, cookie, now_ms, |inspection| inspection.put_file(address, bytes, others))?;
    tx.execute(
        "INSERT INTO inspected_files (cookie, address, bytes, content) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        params![cookie, address, i64::try_from(bytes).unwrap_or(i64::MAX), content],
    )?;
    Ok(())
}

/// What a file holds.
pub(super) fn content(sql: &Sql, cookie: Hashed, address: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let query = "SELECT content FROM inspected_files WHERE cookie = ?1 AND address = ?2";
    sql.query_opt(query, params![cookie, address], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::super::state::tests::{address, draft};
    use super::*;
    use crate::store::{Database, Storage};

    /// With two inspections, `a` and `b`.
    async fn begun() -> (Database, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Storage::Folder(folder.path().into()).open("registry", &[SCHEMA]).expect("a database");
        for cookie in ["a", "b"] {
            database.write(move |tx: &Tx<'_>| begin(tx, Hashed::of(cookie), 0)).await.expect("begun");
        }
        (database, folder)
    }

    async fn live_at(database: &Database, cookie: &'static str, now_ms: i64) -> Option<Inspection> {
        database.read(move |sql| live(sql, Hashed::of(cookie), now_ms)).await.expect("an answer")
    }

    async fn put(database: &Database, cookie: &'static str, content: &'static [u8]) {
        let taken = move |tx: &Tx<'_>| put_file(tx, Hashed::of(cookie), &address(content), content, 0);
        database.write(taken).await.expect("room");
    }

    async fn held(database: &Database, cookie: &'static str, file: &'static [u8]) -> Option<Vec<u8>> {
        database.read(move |sql| content(sql, Hashed::of(cookie), &address(file))).await.expect("an answer")
    }

    #[tokio::test]
    async fn a_build_is_in_the_one_inspection_and_goes_with_its_files() {
        let (database, _folder) = begun().await;
        put(&database, "a", b"one").await;
        put(&database, "a", b"one").await;
        let taken = move |tx: &Tx<'_>| {
            change(tx, Hashed::of("a"), 1, |inspection| inspection.put_build(draft("wallet", b"one"), 1))
        };
        assert_eq!(database.write(taken).await.expect("taken in").version, "1.0.0-abc+local.1");
        let inspection = live_at(&database, "a", 2).await.expect("live");
        assert_eq!(inspection.builds()[0].version, "1.0.0-abc+local.1");
        assert_eq!((inspection.changes, inspection.files), (1, BTreeMap::from([(address(b"one"), 3)])));
        assert_eq!(held(&database, "a", b"one").await.as_deref(), Some(&b"one"[..]));
        assert!(live_at(&database, "b", 2).await.expect("live").builds().is_empty());
        assert_eq!(held(&database, "b", b"one").await, None, "another browser");

        let taken_away = move |tx: &Tx<'_>| {
            change(tx, Hashed::of("a"), 3, |inspection| {
                inspection.remove("wallet");
                Ok(())
            })
        };
        database.write(taken_away).await.expect("gone");
        assert!(live_at(&database, "a", 3).await.expect("live").builds().is_empty());
        assert_eq!(held(&database, "a", b"one").await, None);
        let mut changes = database.read(all).await.expect("an answer");
        changes.sort_by_key(|(_, changes, _)| *changes);
        assert_eq!(changes, [(Hashed::of("b"), 0, LASTS_MS), (Hashed::of("a"), 2, LASTS_MS)]);
    }

    #[tokio::test]
    async fn a_code_is_good_until_there_is_another_one_or_the_end() {
        let (database, _folder) = begun().await;
        let give = async |code: &'static str, now_ms: i64| {
            database.write(move |tx: &Tx<'_>| set_code(tx, Hashed::of("a"), Hashed::of(code), now_ms)).await
        };
        let whose = async |code: &'static str, now_ms: i64| {
            let found = database.read(move |sql| by_code(sql, Hashed::of(code), now_ms)).await.expect("an answer");
            found.map(|(cookie, _)| cookie)
        };
        assert_eq!(give("first", 0).await, Ok(()));
        assert_eq!(whose("first", 1).await, Some(Hashed::of("a")));
        give("second", 1).await.expect("live");
        assert_eq!(whose("first", 1).await, None);
        assert_eq!(whose("second", LASTS_MS).await, None, "it has ended");
        assert_eq!(give("third", LASTS_MS).await, Err(Refusal::Ended.into()));
        assert_eq!(whose("", 1).await, None, "who has no code has no inspection");
    }

    #[tokio::test]
    async fn one_too_many_takes_the_place_of_the_oldest_and_what_has_ended_goes() {
        let (database, _folder) = begun().await;
        put(&database, "a", b"one").await;
        let more = move |tx: &Tx<'_>| {
            (0..MAX_INSPECTIONS).try_for_each(|number| begin(tx, Hashed::of(&number.to_string()), 1))
        };
        database.write(more).await.expect("begun");
        assert!(live_at(&database, "a", 1).await.is_none() && live_at(&database, "b", 1).await.is_none());
        assert_eq!(held(&database, "a", b"one").await, None, "its files went with it");
        assert_eq!(database.read(all).await.expect("an answer").len(), MAX_INSPECTIONS as usize);
        assert!(live_at(&database, "0", LASTS_MS).await.is_some());
        assert!(live_at(&database, "0", LASTS_MS + 1).await.is_none());
        let ended = move |tx: &Tx<'_>| forget(tx, LASTS_MS + 1, MAX_INSPECTIONS);
        database.write(ended).await.expect("removed");
        assert!(database.read(all).await.expect("an answer").is_empty());
    }
}
