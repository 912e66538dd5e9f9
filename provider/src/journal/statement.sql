-- The statement goes through both tables in the order of time.
CREATE INDEX bets_by_time ON bets (taken_ms, id);
CREATE INDEX calls_by_time ON calls (created_ms, id);
