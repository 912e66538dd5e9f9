-- The first answer to each of the vendor's transactions.
CREATE TABLE vendor_transactions (
    vendor        TEXT NOT NULL,
    id            TEXT NOT NULL,
    fingerprint   BLOB NOT NULL,
    status        TEXT NOT NULL,
    balance_minor INTEGER NOT NULL,
    currency      TEXT,
    detail        TEXT NOT NULL,
    PRIMARY KEY (vendor, id)
) STRICT, WITHOUT ROWID;

-- What became of each bet. One that was taken back before it arrived is a tombstone: rolled back
-- with no legs.
CREATE TABLE bets (
    vendor      TEXT NOT NULL,
    id          TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('open', 'settled', 'rolled-back')),
    player      TEXT NOT NULL,
    table_id    TEXT NOT NULL,
    round       TEXT NOT NULL,
    game        TEXT,
    cash_minor  INTEGER NOT NULL CHECK (cash_minor >= 0),
    bonus_minor INTEGER NOT NULL CHECK (bonus_minor >= 0),
    PRIMARY KEY (vendor, id)
) STRICT, WITHOUT ROWID;
