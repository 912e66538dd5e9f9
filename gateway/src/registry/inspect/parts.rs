//! Files of builds, in parts: one command each, so that who switches a fragment off waits behind one of them and never
//! behind a whole file.
//!
//! Must never show a file of which a part is missing.

use bytes::Bytes;

use super::kept;
use super::state::{Hashed, Refusal};
use crate::problem::ApiError;
use crate::store::{Sql, StoreError, Tx, params};

/// A part of a file at most.
const PART_BYTES: usize = 512 * 1024;

/// A part of a file that a tool brings.
pub(super) struct Part {
    cookie: Hashed,
    address: String,
    /// Of all of the file.
    bytes: u64,
    number: u32,
    is_last: bool,
    content: Bytes,
}

/// The parts of a file whose content has this address, to be taken in one after the other. An empty file has one.
pub(super) fn of(cookie: Hashed, address: &str, content: &Bytes) -> impl Iterator<Item = Part> {
    let starts = (0..content.len().max(1)).step_by(PART_BYTES);
    (0..).zip(starts).map(move |(number, start)| {
        let end = content.len().min(start + PART_BYTES);
        Part {
            cookie,
            address: address.to_owned(),
            bytes: content.len() as u64,
            number,
            is_last: end == content.len(),
            content: content.slice(start..end),
        }
    })
}

impl Part {
    /// Takes it in; says whether the whole file is here. The first one makes room for all of it.
    pub(super) fn put(&self, tx: &Tx<'_>, now_ms: i64) -> Result<bool, ApiError> {
        if self.number == 0 {
            kept::make_room(tx, self.cookie, &self.address, self.bytes, now_ms)?;
        }
        let query = "SELECT is_whole FROM inspected_files WHERE cookie = ?1 AND address = ?2";
        let file: Option<bool> = tx.query_opt(query, params![self.cookie, self.address], |row| row.get(0))?;
        // Its room was given to another file meanwhile, or its inspection has ended.
        let is_whole = file.ok_or(Refusal::Missing)?;
        if is_whole {
            return Ok(true);
        }
        // Another call may bring the same file just now. What has this address is the same.
        tx.execute(
            "INSERT INTO inspected_parts (cookie, address, part, content) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
            params![self.cookie, self.address, self.number, self.content[..]],
        )?;
        if self.is_last {
            self.complete(tx)?;
        }
        Ok(self.is_last)
    }

    /// Shows the file.
    fn complete(&self, tx: &Tx<'_>) -> Result<(), ApiError> {
        let query = "SELECT COUNT(*) FROM inspected_parts WHERE cookie = ?1 AND address = ?2";
        let parts: u32 = tx.query_one(query, params![self.cookie, self.address], |row| row.get(0))?;
        // It lost its room, and another call has begun to bring it again.
        if parts <= self.number {
            return Err(Refusal::Missing.into());
        }
        tx.execute(
            "UPDATE inspected_files SET is_whole = 1 WHERE cookie = ?1 AND address = ?2",
            params![self.cookie, self.address],
        )?;
        Ok(())
    }
}

/// What a file holds.
pub(super) fn content(sql: &Sql, cookie: Hashed, address: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let query = "SELECT p.content FROM inspected_files AS f
                 JOIN inspected_parts AS p ON p.cookie = f.cookie AND p.address = f.address
                 WHERE f.cookie = ?1 AND f.address = ?2 AND f.is_whole = 1 ORDER BY p.part";
    let parts: Vec<Vec<u8>> = sql.query_all(query, params![cookie, address], |row| row.get(0))?;
    Ok((!parts.is_empty()).then(|| parts.concat()))
}

#[cfg(test)]
mod tests {
    use super::super::kept::tests::{begun, held, live_at, put};
    use super::super::state::tests::{address, draft};
    use super::*;
    use crate::store::Database;

    /// Three parts.
    static LONG: [u8; 2 * PART_BYTES + 1] = [7; 2 * PART_BYTES + 1];

    fn long() -> Vec<Part> {
        of(Hashed::of("a"), &address(&LONG), &Bytes::from_static(&LONG)).collect()
    }

    async fn put_part(database: &Database, part: Part) -> Result<bool, ApiError> {
        database.write(move |tx: &Tx<'_>| part.put(tx, 0)).await
    }

    async fn put_build(database: &Database) -> Result<(), ApiError> {
        let put = |tx: &Tx<'_>| {
            kept::change(tx, Hashed::of("a"), 0, |inspection| inspection.put_build(draft("wallet", &LONG), 0))
        };
        database.write(put).await.map(|_| ())
    }

    #[tokio::test]
    async fn a_file_is_there_with_its_last_part_and_not_before() {
        let (database, _folder) = begun().await;
        let parts = long();
        assert_eq!(parts.iter().map(|part| part.content.len()).collect::<Vec<_>>(), [PART_BYTES, PART_BYTES, 1]);
        for (number, part) in parts.into_iter().enumerate() {
            assert_eq!(put_build(&database).await, Err(Refusal::Missing.into()));
            assert_eq!(held(&database, "a", &LONG).await, None);
            assert_eq!(put_part(&database, part).await, Ok(number == 2));
            let file = live_at(&database, "a", 0).await.expect("live").files[&address(&LONG)];
            assert_eq!((file.bytes, file.is_whole), (LONG.len() as u64, number == 2), "all of it has its room");
        }
        assert_eq!(put_build(&database).await, Ok(()));
        assert_eq!(held(&database, "a", &LONG).await.as_deref(), Some(&LONG[..]));
        assert_eq!(put_part(&database, long().remove(0)).await, Ok(true), "no other part of it has to come again");
        put(&database, "b", b"").await;
        assert_eq!(held(&database, "b", b"").await.as_deref(), Some(&b""[..]));
    }

    #[tokio::test]
    async fn what_was_broken_off_is_brought_again_and_lost_room_is_told() {
        let (database, _folder) = begun().await;
        let mut parts = long().into_iter();
        assert_eq!(put_part(&database, parts.next().expect("the first")).await, Ok(false));
        let lose_room = |tx: &Tx<'_>| {
            kept::change(tx, Hashed::of("a"), 0, |inspection| {
                inspection.files.clear();
                Ok(())
            })
        };
        database.write(lose_room).await.expect("lost");
        assert_eq!(put_part(&database, parts.next().expect("the second")).await, Err(Refusal::Missing.into()));
        // Another call begins with it.
        assert_eq!(put_part(&database, long().remove(0)).await, Ok(false));
        let last = parts.next().expect("the last");
        assert_eq!(put_part(&database, last).await, Err(Refusal::Missing.into()), "the second is not here");
        assert_eq!(held(&database, "a", &LONG).await, None);
        put(&database, "a", &LONG).await;
        assert_eq!(held(&database, "a", &LONG).await.as_deref(), Some(&LONG[..]));
    }
}
