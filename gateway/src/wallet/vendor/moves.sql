-- When a bet was taken, and which transaction ended it when: the vendor's, or one of ours for a bet that
-- nobody has ended in time.
ALTER TABLE bets ADD COLUMN placed_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bets ADD COLUMN ended_by TEXT;
ALTER TABLE bets ADD COLUMN ended_ms INTEGER;
UPDATE bets SET placed_ms = coalesce((SELECT min(e.at_ms) FROM entries e
    WHERE e.player = bets.player AND e.kind = 'bet' AND e.reference = bets.table_id || '/' || bets.round), 0);
CREATE INDEX bets_open ON bets (placed_ms) WHERE state = 'open';

-- What each of the vendor's transactions moved, and the entry that says so: none if it moved nothing.
CREATE TABLE vendor_moves (
    vendor       TEXT NOT NULL,
    id           TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('bet', 'win', 'rollback', 'promo-payout', 'overdue')),
    player       TEXT NOT NULL,
    round        TEXT,
    bet          TEXT,
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    currency     TEXT,
    entry        INTEGER,
    at_ms        INTEGER NOT NULL,
    PRIMARY KEY (vendor, id),
    CHECK ((entry IS NULL) = (amount_minor = 0))
) STRICT, WITHOUT ROWID;
CREATE INDEX vendor_moves_time ON vendor_moves (at_ms);

-- Where they begin: of what is older only the entries are kept.
CREATE TABLE vendor_moves_begin (
    version INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL
) STRICT;
INSERT INTO vendor_moves_begin SELECT coalesce(max(version), 0), coalesce(max(at_ms), -1) FROM entries;
