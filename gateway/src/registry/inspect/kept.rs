//! Where inspections are kept: in the registry's database, so that whichever edge of a house is asked, it knows them.
//!
//! **Architecture invariant:** of cookies and codes nothing is kept but their hashes.

use std::collections::BTreeMap;

use super::state::{Hashed, Held, Inspection, LASTS_MS, MAX_INSPECTIONS, Refusal};
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
  cookie   BLOB NOT NULL,
  address  TEXT NOT NULL,
  bytes    INTEGER NOT NULL,
  is_whole INTEGER NOT NULL, -- 0 until its last part is here
  PRIMARY KEY (cookie, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE inspected_parts (
  cookie  BLOB NOT NULL,
  address TEXT NOT NULL,
  part    INTEGER NOT NULL, -- from 0
  content BLOB NOT NULL,
  PRIMARY KEY (cookie, address, part)
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
    tx.execute("DELETE FROM inspected_parts WHERE cookie NOT IN (SELECT cookie FROM inspections)", &[])?;
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
    let query = "SELECT address, bytes, is_whole FROM inspected_files WHERE cookie = ?1";
    let files: Vec<(String, Held)> = sql.query_all(query, params![cookie], |row| {
        Ok((row.get(0)?, Held { bytes: row.get(1)?, is_whole: row.get(2)? }))
    })?;
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
    remove_files(tx, cookie, &before, &inspection)?;
    let builds = serde_json::to_string(&inspection.builds).map_err(|error| ApiError::internal(&error))?;
    tx.execute(
        "UPDATE inspections SET changes = ?2, builds = ?3 WHERE cookie = ?1",
        params![cookie, inspection.changes, builds],
    )?;
    Ok(outcome)
}

/// Removes the files that an inspection had before and has no more.
fn remove_files(tx: &Tx<'_>, cookie: Hashed, before: &[String], now: &Inspection) -> Result<(), StoreError> {
    for address in before.iter().filter(|address| !now.files.contains_key(*address)) {
        tx.execute("DELETE FROM inspected_files WHERE cookie = ?1 AND address = ?2", params![cookie, address])?;
        tx.execute("DELETE FROM inspected_parts WHERE cookie = ?1 AND address = ?2", params![cookie, address])?;
    }
    Ok(())
}

/// Makes room for a file whose content has this address and so many bytes, if it has none yet.
pub(super) fn make_room(tx: &Tx<'_>, cookie: Hashed, address: &str, bytes: u64, now_ms: i64) -> Result<(), ApiError> {
    let mut inspection = live(tx, cookie, now_ms)?.ok_or(Refusal::Ended)?;
    let sum = "SELECT COALESCE(CAST(SUM(bytes) AS BIGINT), 0) FROM inspected_files WHERE cookie <> ?1";
    let others: u64 = tx.query_one(sum, params![cookie], |row| row.get(0))?;
    let before: Vec<String> = inspection.files.keys().cloned().collect();
    inspection.make_room(address, bytes, others)?;
    remove_files(tx, cookie, &before, &inspection)?;
    tx.execute(
        "INSERT INTO inspected_files (cookie, address, bytes, is_whole) VALUES (?1, ?2, ?3, 0) ON CONFLICT DO NOTHING",
        params![cookie, address, i64::try_from(bytes).unwrap_or(i64::MAX)],
    )?;
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::parts;
    use super::super::state::tests::{address, draft};
    use super::*;
    use crate::store::{Database, Storage};
    use bytes::Bytes;

    /// With two inspections, `a` and `b`.
    pub(in super::super) async fn begun() -> (Database, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Storage::Folder(folder.path().into()).open("registry", &[SCHEMA]).expect("a database");
        for cookie in ["a", "b"] {
            database.write(move |tx: &Tx<'_>| begin(tx, Hashed::of(cookie), 0)).await.expect("begun");
        }
        (database, folder)
    }

    pub(in super::super) async fn live_at(
        database: &Database,
        cookie: &'static str,
        now_ms: i64,
    ) -> Option<Inspection> {
        database.read(move |sql| live(sql, Hashed::of(cookie), now_ms)).await.expect("an answer")
    }

    pub(in super::super) async fn put(database: &Database, cookie: &'static str, content: &'static [u8]) {
        for part in parts::of(Hashed::of(cookie), &address(content), &Bytes::from_static(content)) {
            database.write(move |tx: &Tx<'_>| part.put(tx, 0)).await.expect("room");
        }
    }

    pub(in super::super) async fn held(
        database: &Database,
        cookie: &'static str,
        file: &'static [u8],
    ) -> Option<Vec<u8>> {
        database.read(move |sql| parts::content(sql, Hashed::of(cookie), &address(file))).await.expect("an answer")
    }

    async fn rows(database: &Database, table: &'static str) -> u32 {
        let count = format!("SELECT COUNT(*) FROM {table}");
        database.read(move |sql| sql.query_one(&count, &[], |row| row.get(0))).await.expect("an answer")
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
        let file = Held { bytes: 3, is_whole: true };
        assert_eq!((inspection.changes, inspection.files), (1, BTreeMap::from([(address(b"one"), file)])));
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
        assert_eq!((rows(&database, "inspected_files").await, rows(&database, "inspected_parts").await), (0, 0));
        let mut changes = database.read(all).await.expect("an answer");
        changes.sort_by_key(|(_, changes, _)| *changes);
        assert_eq!(changes, [(Hashed::of("b"), 0, LASTS_MS), (Hashed::of("a"), 2, LASTS_MS)]);
    }

    #[tokio::test]
    async fn a_file_leaves_builds_as_another_version_has_written_them() {
        let (database, _folder) = begun().await;
        let written = |tx: &Tx<'_>| tx.execute("UPDATE inspections SET builds = 'of another version'", &[]);
        assert_eq!(database.write(written).await, Ok(2));
        put(&database, "a", b"one").await;
        let query = "SELECT COUNT(*) FROM inspections WHERE builds = 'of another version'";
        let left = database.read(move |sql| sql.query_one(query, &[], |row| row.get::<u32>(0))).await;
        assert_eq!(left, Ok(2));
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
        let files = (rows(&database, "inspected_files").await, rows(&database, "inspected_parts").await);
        assert_eq!(files, (0, 0), "they went with it");
        assert_eq!(database.read(all).await.expect("an answer").len(), MAX_INSPECTIONS as usize);
        assert!(live_at(&database, "0", LASTS_MS).await.is_some());
        assert!(live_at(&database, "0", LASTS_MS + 1).await.is_none());
        let ended = move |tx: &Tx<'_>| forget(tx, LASTS_MS + 1, MAX_INSPECTIONS);
        database.write(ended).await.expect("removed");
        assert!(database.read(all).await.expect("an answer").is_empty());
    }
}
