-- What queries are answered from. All of it is computed from the ledger's entries, and can be thrown away.
-- A generation is one computation of everything; queries are answered from the live one. What it was computed
-- by is in `rules`, how far it has come in `version` and `hash`: the last entry that is counted in.
CREATE TABLE generations (
    gen     INTEGER PRIMARY KEY AUTOINCREMENT,
    state   TEXT NOT NULL CHECK (state IN ('building', 'live', 'rebuilding', 'old')),
    rules   TEXT NOT NULL,
    version INTEGER NOT NULL,
    hash    BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE UNIQUE INDEX generations_live ON generations (state) WHERE state = 'live';

CREATE TABLE balances (
    gen         INTEGER NOT NULL,
    player      TEXT NOT NULL,
    currency    TEXT NOT NULL,
    cash_minor  INTEGER NOT NULL,
    held_minor  INTEGER NOT NULL,
    bonus_minor INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    as_of_ms    INTEGER NOT NULL,
    PRIMARY KEY (gen, player)
) STRICT, WITHOUT ROWID;

-- The history.
CREATE TABLE lines (
    gen               INTEGER NOT NULL,
    player            TEXT NOT NULL,
    version           INTEGER NOT NULL,
    id                TEXT NOT NULL,
    kind              TEXT NOT NULL,
    currency          TEXT NOT NULL,
    cash_minor        INTEGER NOT NULL,
    held_minor        INTEGER NOT NULL,
    bonus_minor       INTEGER NOT NULL,
    cash_after_minor  INTEGER NOT NULL,
    bonus_after_minor INTEGER NOT NULL,
    reference         TEXT,
    at_ms             INTEGER NOT NULL,
    PRIMARY KEY (gen, player, version)
) STRICT, WITHOUT ROWID;

-- What each day of the market's calendar came to, counted from the first of January 1970.
CREATE TABLE days (
    gen             INTEGER NOT NULL,
    player          TEXT NOT NULL,
    day             INTEGER NOT NULL,
    deposited_minor INTEGER NOT NULL,
    withdrawn_minor INTEGER NOT NULL,
    staked_minor    INTEGER NOT NULL,
    returned_minor  INTEGER NOT NULL,
    won_minor       INTEGER NOT NULL,
    given_minor     INTEGER NOT NULL,
    PRIMARY KEY (gen, player, day)
) STRICT, WITHOUT ROWID;

-- The last gaming session of each player who has staked.
CREATE TABLE sessions (
    gen           INTEGER NOT NULL,
    player        TEXT NOT NULL,
    started_ms    INTEGER NOT NULL,
    last_stake_ms INTEGER NOT NULL,
    net_minor     INTEGER NOT NULL,
    PRIMARY KEY (gen, player)
) STRICT, WITHOUT ROWID;
