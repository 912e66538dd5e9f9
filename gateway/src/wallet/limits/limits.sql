-- What protects a player; a player without a row has set nothing and staked nothing. The session's
-- columns are the last session's, and absent before the first.
CREATE TABLE limit_players (
    player            TEXT PRIMARY KEY,
    version           INTEGER NOT NULL,
    time_out_until_ms INTEGER,
    excluded_until_ms INTEGER,
    told_block        INTEGER NOT NULL,
    check_minutes     INTEGER,
    started_ms        INTEGER,
    last_stake_ms     INTEGER,
    checked_ms        INTEGER,
    check_due         INTEGER NOT NULL,
    net_minor         INTEGER NOT NULL,
    open_bets         INTEGER NOT NULL CHECK (open_bets >= 0),
    wakes_ms          INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX limit_players_by_waking ON limit_players (wakes_ms);

-- The limits that a player has set. A higher one waits while next_from_ms is there.
CREATE TABLE limit_caps (
    player       TEXT NOT NULL,
    kind         TEXT NOT NULL,
    period       TEXT NOT NULL,
    value        INTEGER CHECK (value >= 0),
    next_value   INTEGER CHECK (next_value >= 0),
    next_from_ms INTEGER,
    PRIMARY KEY (player, kind, period)
) STRICT, WITHOUT ROWID;

-- What was consumed on each day of the market's calendar, counted from the first of January 1970.
CREATE TABLE limit_days (
    player          TEXT NOT NULL,
    day             INTEGER NOT NULL,
    deposited_minor INTEGER NOT NULL CHECK (deposited_minor >= 0),
    staked_minor    INTEGER NOT NULL CHECK (staked_minor >= 0),
    won_minor       INTEGER NOT NULL CHECK (won_minor >= 0),
    played_ms       INTEGER NOT NULL CHECK (played_ms >= 0),
    PRIMARY KEY (player, day)
) STRICT, WITHOUT ROWID;

-- The day that each open bet counts on: where it goes back to when it is taken back.
CREATE TABLE limit_stakes (
    vendor TEXT NOT NULL,
    bet    TEXT NOT NULL,
    day    INTEGER NOT NULL,
    PRIMARY KEY (vendor, bet)
) STRICT, WITHOUT ROWID;
