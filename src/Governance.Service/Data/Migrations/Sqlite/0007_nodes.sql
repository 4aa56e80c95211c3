-- Who of several alike nodes does a piece of background work. The term grows with each change of hands.
CREATE TABLE lease (
    name   TEXT    NOT NULL PRIMARY KEY,
    holder TEXT    NOT NULL,
    term   INTEGER NOT NULL,
    until  TEXT    NOT NULL
);

-- The keys that cookies and forms are sealed with, each sealed itself under the wrapping key.
CREATE TABLE protection_key (
    name       TEXT NOT NULL PRIMARY KEY,
    content    BLOB NOT NULL,
    created_at TEXT NOT NULL
);

-- The newest migration that a program must know to work on these tables. A migration that takes something away raises it
-- (ADR 0019); one that only adds leaves it as it is.
CREATE TABLE schema_needs (
    id        INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    migration INTEGER NOT NULL
);
INSERT INTO schema_needs (id, migration) VALUES (1, 7);
