CREATE TABLE rounds (
    id        TEXT PRIMARY KEY,
    table_id  TEXT NOT NULL,
    game      TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('open', 'drawn', 'settled', 'cancelled')),
    outcome   TEXT CHECK ((outcome IS NULL) = (state IN ('open', 'cancelled'))),
    opened_ms INTEGER NOT NULL,
    ended_ms  INTEGER
) STRICT;
CREATE INDEX rounds_by_table ON rounds (table_id, opened_ms);
CREATE INDEX rounds_unfinished ON rounds (table_id) WHERE state IN ('open', 'drawn');

-- A win or a rollback: to be repeated until the operator gives a final answer.
CREATE TABLE calls (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('win', 'rollback')),
    body        TEXT NOT NULL,
    player      TEXT NOT NULL,
    round       TEXT NOT NULL REFERENCES rounds (id),
    state       TEXT NOT NULL CHECK (state IN ('pending', 'done', 'review')),
    answer      TEXT,
    created_ms  INTEGER NOT NULL,
    finished_ms INTEGER
) STRICT;
CREATE INDEX calls_unfinished ON calls (created_ms) WHERE state <> 'done';

-- The id is the transaction id of the bet at the operator.
CREATE TABLE bets (
    id           TEXT PRIMARY KEY,
    player       TEXT NOT NULL,
    key          TEXT NOT NULL,
    session      TEXT NOT NULL,
    currency     TEXT NOT NULL,
    table_id     TEXT NOT NULL,
    round        TEXT NOT NULL REFERENCES rounds (id),
    game         TEXT NOT NULL,
    stakes       TEXT NOT NULL,
    staked_minor INTEGER NOT NULL CHECK (staked_minor > 0),
    state        TEXT NOT NULL CHECK (state IN
        ('placing', 'placed', 'refused', 'rolling-back', 'rolled-back', 'paying', 'paid', 'lost', 'review')),
    refusal      TEXT,
    -- What comes back, once the bet counts: also the stake of a cancelled round.
    won_minor    INTEGER CHECK (won_minor >= 0),
    call         TEXT REFERENCES calls (id),
    taken_ms     INTEGER NOT NULL,
    UNIQUE (player, key)
) STRICT;
CREATE INDEX bets_by_round ON bets (round, player);
CREATE INDEX bets_by_call ON bets (call) WHERE call IS NOT NULL;
CREATE INDEX bets_unfinished ON bets (taken_ms)
    WHERE state IN ('placing', 'placed', 'rolling-back', 'paying', 'review');

-- How far each table's sequence numbers may have been given out.
CREATE TABLE sequences (
    table_id TEXT PRIMARY KEY,
    reserved INTEGER NOT NULL CHECK (reserved >= 0)
) STRICT;
