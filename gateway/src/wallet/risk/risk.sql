-- What withdrawals are decided from. Money by the day, counted in UTC from the first of January 1970. A stake
-- that is given back counts on the day it comes back, so a day may go below zero; the sum of days is right.
CREATE TABLE risk_days (
    player          TEXT NOT NULL,
    day             INTEGER NOT NULL,
    deposited_minor INTEGER NOT NULL,
    staked_minor    INTEGER NOT NULL,
    bonus_minor     INTEGER NOT NULL,
    PRIMARY KEY (player, day)
) STRICT, WITHOUT ROWID;

-- When each of these last happened to a player's account, as identity tells.
CREATE TABLE risk_players (
    player      TEXT PRIMARY KEY,
    opened_ms   INTEGER,
    device_ms   INTEGER,
    place_ms    INTEGER,
    password_ms INTEGER,
    contact_ms  INTEGER
) STRICT, WITHOUT ROWID;

-- What lies where in the rounds of late, as the wallet's own events tell.
CREATE TABLE risk_stakes (
    bet         TEXT NOT NULL,
    spot        TEXT NOT NULL,
    player      TEXT NOT NULL,
    table_id    TEXT NOT NULL,
    round       TEXT NOT NULL,
    stake_minor INTEGER NOT NULL CHECK (stake_minor > 0),
    at_ms       INTEGER NOT NULL,
    PRIMARY KEY (bet, spot)
) STRICT, WITHOUT ROWID;
CREATE INDEX risk_stakes_by_round ON risk_stakes (table_id, round);
CREATE INDEX risk_stakes_by_age ON risk_stakes (at_ms);

-- A player's rounds, and whether the stakes covered each other.
CREATE TABLE risk_rounds (
    player       TEXT NOT NULL,
    table_id     TEXT NOT NULL,
    round        TEXT NOT NULL,
    staked_minor INTEGER NOT NULL,
    hedged       INTEGER NOT NULL CHECK (hedged IN (0, 1)),
    at_ms        INTEGER NOT NULL,
    PRIMARY KEY (player, table_id, round)
) STRICT, WITHOUT ROWID;
CREATE INDEX risk_rounds_by_age ON risk_rounds (at_ms);

-- Rounds in which the stakes of two players covered each other; one row for each of the two.
CREATE TABLE risk_opposed (
    player   TEXT NOT NULL,
    other    TEXT NOT NULL,
    table_id TEXT NOT NULL,
    round    TEXT NOT NULL,
    at_ms    INTEGER NOT NULL,
    PRIMARY KEY (player, other, table_id, round)
) STRICT, WITHOUT ROWID;
CREATE INDEX risk_opposed_by_round ON risk_opposed (table_id, round);
CREATE INDEX risk_opposed_by_age ON risk_opposed (at_ms);

-- The rules that ever decided, word for word.
CREATE TABLE risk_rules (
    digest  TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    text    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Each withdrawal's decision with what it was made from; named by the ledger's entry.
CREATE TABLE risk_decisions (
    withdrawal    TEXT PRIMARY KEY,
    player        TEXT NOT NULL,
    amount_minor  INTEGER NOT NULL CHECK (amount_minor > 0),
    outcome       TEXT NOT NULL CHECK (outcome IN ('allow', 'hold', 'lock')),
    rules         TEXT NOT NULL REFERENCES risk_rules (digest),
    reasons       TEXT NOT NULL,
    facts         TEXT NOT NULL,
    at_ms         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX risk_decisions_by_player ON risk_decisions (player, at_ms);

-- What operators decided about those that were set aside.
CREATE TABLE risk_reviews (
    withdrawal TEXT PRIMARY KEY,
    verdict    TEXT NOT NULL CHECK (verdict IN ('released', 'refused')),
    operator   TEXT NOT NULL,
    reason     TEXT NOT NULL,
    at_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER risk_rules_stay BEFORE UPDATE ON risk_rules BEGIN SELECT raise(ABORT, 'rules that decided are never changed'); END;
CREATE TRIGGER risk_rules_last BEFORE DELETE ON risk_rules BEGIN SELECT raise(ABORT, 'rules that decided are never deleted'); END;
CREATE TRIGGER risk_decisions_stay BEFORE UPDATE ON risk_decisions BEGIN SELECT raise(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER risk_decisions_last BEFORE DELETE ON risk_decisions BEGIN SELECT raise(ABORT, 'a decision is never deleted'); END;
CREATE TRIGGER risk_reviews_stay BEFORE UPDATE ON risk_reviews BEGIN SELECT raise(ABORT, 'a review is never changed'); END;
CREATE TRIGGER risk_reviews_last BEFORE DELETE ON risk_reviews BEGIN SELECT raise(ABORT, 'a review is never deleted'); END;
