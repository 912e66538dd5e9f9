-- Calls that belong to no round: what the vendor's own promotions pay. SQLite can't loosen a column, so the
-- table is made anew with its rows.
CREATE TABLE calls_now (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('win', 'rollback', 'promo-payout')),
    body        TEXT NOT NULL,
    player      TEXT NOT NULL,
    round       TEXT REFERENCES rounds (id) CHECK ((round IS NULL) = (kind = 'promo-payout')),
    state       TEXT NOT NULL CHECK (state IN ('pending', 'done', 'review')),
    answer      TEXT,
    created_ms  INTEGER NOT NULL,
    finished_ms INTEGER
) STRICT;
INSERT INTO calls_now SELECT id, kind, body, player, round, state, answer, created_ms, finished_ms
    FROM calls ORDER BY rowid;
DROP TABLE calls;
ALTER TABLE calls_now RENAME TO calls;
CREATE INDEX calls_unfinished ON calls (created_ms) WHERE state <> 'done';

-- Who won a promotion. Each is drawn once, whoever asks again.
CREATE TABLE payouts (
    promotion    TEXT PRIMARY KEY,
    table_id     TEXT NOT NULL,
    player       TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency     TEXT NOT NULL,
    call         TEXT NOT NULL UNIQUE REFERENCES calls (id)
) STRICT;
