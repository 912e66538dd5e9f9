-- Two-phase transfers: what is set aside counts on both sides, apart from what is posted. A player
-- can't set aside, spend and set aside together more than was ever credited.
ALTER TABLE accounts ADD COLUMN debits_pending INTEGER NOT NULL DEFAULT 0 CHECK (debits_pending >= 0);
ALTER TABLE accounts ADD COLUMN credits_pending INTEGER NOT NULL DEFAULT 0
    CHECK (credits_pending >= 0
           AND (role NOT IN ('cash', 'bonus') OR credits_posted - debits_posted >= debits_pending));

-- A transfer moves money at once (single), sets it aside (pending), or ends the one that did: posts it
-- in full or in part, voids it, or lets it expire. `pending` is the entry that set it aside.
ALTER TABLE transfers ADD COLUMN phase TEXT NOT NULL DEFAULT 'single'
    CHECK (phase IN ('single', 'pending', 'post', 'void', 'expire'));
ALTER TABLE transfers ADD COLUMN pending INTEGER REFERENCES entries (version)
    CHECK ((phase IN ('single', 'pending')) = (pending IS NULL));
ALTER TABLE transfers ADD COLUMN expires_at_ms INTEGER CHECK (expires_at_ms IS NULL OR phase = 'pending');
-- What was set aside ends at most once, whatever the program believes.
CREATE UNIQUE INDEX transfers_by_pending ON transfers (pending) WHERE pending IS NOT NULL;

-- The change of what is set aside.
ALTER TABLE entries ADD COLUMN held_minor INTEGER NOT NULL DEFAULT 0;

-- Where each reservation stands. The audit holds it against the transfers.
CREATE TABLE reservations (
    version       INTEGER PRIMARY KEY REFERENCES entries (version),
    id            TEXT NOT NULL UNIQUE,
    player        TEXT NOT NULL REFERENCES holders (player),
    currency      TEXT NOT NULL,
    amount_minor  INTEGER NOT NULL CHECK (amount_minor > 0),
    posted_minor  INTEGER NOT NULL DEFAULT 0 CHECK (posted_minor BETWEEN 0 AND amount_minor),
    state         TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'posted', 'voided', 'expired')),
    expires_at_ms INTEGER,
    at_ms         INTEGER NOT NULL,
    CHECK ((state = 'posted') = (posted_minor > 0))
) STRICT;
CREATE INDEX reservations_open ON reservations (expires_at_ms) WHERE state = 'open';

-- An operator wants to see this player's withdrawals before they are paid.
ALTER TABLE holders ADD COLUMN withdrawals_held INTEGER NOT NULL DEFAULT 0 CHECK (withdrawals_held IN (0, 1));
