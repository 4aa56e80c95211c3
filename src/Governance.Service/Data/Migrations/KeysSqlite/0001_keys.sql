-- The key store's own tables, in a file of their own (ADR 0010, 0020). Stores that are older than this script have most of
-- them already.
CREATE TABLE IF NOT EXISTS sealing_key (
    id         INTEGER NOT NULL PRIMARY KEY,
    -- Whose values it seals; null where what is sealed says it.
    subject    TEXT    NULL,
    wrapped    BLOB    NOT NULL,
    retired    INTEGER NOT NULL,
    created_at TEXT    NOT NULL
);
CREATE INDEX IF NOT EXISTS sealing_key_subject ON sealing_key (subject);
CREATE UNIQUE INDEX IF NOT EXISTS sealing_key_current ON sealing_key (subject) WHERE retired = 0 AND subject IS NOT NULL;
CREATE TABLE IF NOT EXISTS value_key (digest TEXT NOT NULL PRIMARY KEY, wrapped BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS destroyed_key (id INTEGER NOT NULL PRIMARY KEY, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS erased_value (digest TEXT NOT NULL PRIMARY KEY, path TEXT NOT NULL, class TEXT NOT NULL, many INTEGER NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS erased_person (person TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL);

-- Grows with each key that is retired, destroyed or wrapped anew: who sees another number forgets what it remembers.
CREATE TABLE IF NOT EXISTS key_change (
    id      INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
);
INSERT OR IGNORE INTO key_change (id, version) VALUES (1, 0);
