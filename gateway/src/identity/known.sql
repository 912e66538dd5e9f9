-- Browsers and places that a player signs in with; the mark is a keyed hash.
CREATE TABLE known_marks (
    player  TEXT NOT NULL REFERENCES players (id),
    kind    TEXT NOT NULL CHECK (kind IN ('device', 'place')),
    mark    BLOB NOT NULL,
    seen_ms INTEGER NOT NULL,
    PRIMARY KEY (player, kind, mark)
) STRICT, WITHOUT ROWID;
