ALTER TABLE players ADD COLUMN contact_email TEXT;
ALTER TABLE players ADD COLUMN phone TEXT;
ALTER TABLE players ADD COLUMN address TEXT;
ALTER TABLE players ADD COLUMN language TEXT;
ALTER TABLE players ADD COLUMN version INTEGER NOT NULL DEFAULT 1; -- counts changes of the details
ALTER TABLE players ADD COLUMN locked_ms INTEGER; -- since when nobody can sign in

ALTER TABLE sessions ADD COLUMN created_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN seen_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN browser TEXT;
ALTER TABLE sessions ADD COLUMN os TEXT;
CREATE INDEX sessions_by_player ON sessions (player);
-- Those from before lasted thirty days as well.
UPDATE sessions SET created_ms = expires_ms - 2592000000, seen_ms = expires_ms - 2592000000;

-- Ended, while a cookie of theirs may still be taken without a look-up.
CREATE TABLE ended_sessions (
    id      TEXT PRIMARY KEY,
    from_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Failures at a password; the subject is a keyed hash.
CREATE TABLE attempts (
    subject  TEXT PRIMARY KEY,
    since_ms INTEGER NOT NULL,
    failures INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_by_age ON attempts (since_ms);

CREATE TABLE operators (
    id         TEXT PRIMARY KEY,
    email      TEXT NOT NULL UNIQUE, -- in lower case
    password   TEXT NOT NULL,        -- argon2id, in PHC form
    role       TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE operator_sessions (
    secret_hash BLOB PRIMARY KEY,
    operator    TEXT NOT NULL REFERENCES operators (id),
    expires_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX operator_sessions_by_operator ON operator_sessions (operator);

CREATE TABLE operator_log (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms    INTEGER NOT NULL,
    operator TEXT NOT NULL, -- as they were called then
    action   TEXT NOT NULL,
    subject  TEXT,
    reason   TEXT
) STRICT;
CREATE TRIGGER operator_log_is_not_changed BEFORE UPDATE ON operator_log BEGIN SELECT raise(ABORT, 'the log is never changed'); END;
CREATE TRIGGER operator_log_is_not_shortened BEFORE DELETE ON operator_log BEGIN SELECT raise(ABORT, 'the log is never shortened'); END;
