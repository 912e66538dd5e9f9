-- The double-entry book. Debits and credits only ever grow; what a player holds is
-- credits - debits, and the table itself refuses to let that go below zero.
CREATE TABLE accounts (
    id             INTEGER PRIMARY KEY,
    owner          TEXT NOT NULL,
    role           TEXT NOT NULL CHECK (role IN ('cash', 'bonus', 'bank', 'games', 'promotions')),
    currency       TEXT NOT NULL,
    debits_posted  INTEGER NOT NULL DEFAULT 0 CHECK (debits_posted >= 0),
    credits_posted INTEGER NOT NULL DEFAULT 0 CHECK (credits_posted >= 0),
    UNIQUE (owner, role, currency),
    CHECK (role NOT IN ('cash', 'bonus') OR credits_posted >= debits_posted)
) STRICT;

-- A player's two accounts, and the last entry that touched them.
CREATE TABLE holders (
    player       TEXT PRIMARY KEY,
    currency     TEXT NOT NULL,
    cash         INTEGER NOT NULL REFERENCES accounts (id),
    bonus        INTEGER NOT NULL REFERENCES accounts (id),
    last_version INTEGER NOT NULL DEFAULT 0,
    as_of_ms     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One line of a player's history. `version` is the position in the book, without gaps.
CREATE TABLE entries (
    version           INTEGER PRIMARY KEY,
    id                TEXT NOT NULL UNIQUE,
    kind              TEXT NOT NULL,
    player            TEXT NOT NULL REFERENCES holders (player),
    currency          TEXT NOT NULL,
    cash_minor        INTEGER NOT NULL,
    bonus_minor       INTEGER NOT NULL,
    cash_after_minor  INTEGER NOT NULL CHECK (cash_after_minor >= 0),
    bonus_after_minor INTEGER NOT NULL CHECK (bonus_after_minor >= 0),
    reference         TEXT,
    at_ms             INTEGER NOT NULL,
    prev_hash         BLOB NOT NULL CHECK (length(prev_hash) = 32),
    hash              BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX entries_by_player ON entries (player, version);

CREATE TABLE transfers (
    id           INTEGER PRIMARY KEY,
    entry        INTEGER NOT NULL REFERENCES entries (version),
    debit        INTEGER NOT NULL REFERENCES accounts (id),
    credit       INTEGER NOT NULL REFERENCES accounts (id),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    CHECK (debit <> credit)
) STRICT;
CREATE INDEX transfers_by_entry ON transfers (entry);

CREATE TRIGGER entries_stay BEFORE UPDATE ON entries BEGIN SELECT raise(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER entries_last BEFORE DELETE ON entries BEGIN SELECT raise(ABORT, 'an entry is never deleted'); END;
CREATE TRIGGER transfers_stay BEFORE UPDATE ON transfers BEGIN SELECT raise(ABORT, 'a transfer is never changed'); END;
CREATE TRIGGER transfers_last BEFORE DELETE ON transfers BEGIN SELECT raise(ABORT, 'a transfer is never deleted'); END;
