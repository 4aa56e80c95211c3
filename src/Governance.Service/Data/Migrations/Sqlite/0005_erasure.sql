-- What was erased, by its digest: where it stood and in which entry that was put on record. Never what it said.
CREATE TABLE erased_disclosure (
    digest    TEXT    NOT NULL PRIMARY KEY,
    seq       INTEGER NOT NULL REFERENCES ledger_entry (seq),
    proposal  TEXT    NULL,
    path      TEXT    NOT NULL,
    class     TEXT    NOT NULL,
    many      INTEGER NOT NULL,
    erased_in INTEGER NOT NULL
);
CREATE INDEX erased_disclosure_proposal ON erased_disclosure (proposal);

CREATE TABLE erased_document (
    sha256    TEXT    NOT NULL PRIMARY KEY,
    erased_at TEXT    NOT NULL
);

-- Keys that must go because what they sealed is erased. Written with the erasure and emptied once the key store has
-- destroyed them, so that a crash in between is made good at the next start.
CREATE TABLE doomed (
    id     INTEGER NOT NULL PRIMARY KEY,
    -- key, value or person
    kind   TEXT    NOT NULL,
    name   TEXT    NOT NULL,
    path   TEXT    NOT NULL,
    class  TEXT    NOT NULL,
    many   INTEGER NOT NULL
);
