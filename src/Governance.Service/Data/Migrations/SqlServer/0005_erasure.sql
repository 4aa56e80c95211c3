-- What was erased, by its digest: where it stood and in which entry that was put on record. Never what it said.
CREATE TABLE erased_disclosure (
    digest    NVARCHAR(64)  COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    seq       BIGINT        NOT NULL REFERENCES ledger_entry (seq),
    proposal  NVARCHAR(64)  COLLATE Latin1_General_100_BIN2 NULL,
    path      NVARCHAR(400) COLLATE Latin1_General_100_BIN2 NOT NULL,
    class     NVARCHAR(16)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    many      BIT           NOT NULL,
    erased_in BIGINT        NOT NULL
);
CREATE INDEX erased_disclosure_proposal ON erased_disclosure (proposal);

CREATE TABLE erased_document (
    sha256    NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    erased_at DATETIMEOFFSET(3) NOT NULL
);

-- Keys that must go because what they sealed is erased. Written with the erasure and emptied once the key store has
-- destroyed them, so that a crash in between is made good at the next start.
CREATE TABLE doomed (
    id     BIGINT        NOT NULL PRIMARY KEY,
    -- key, value or person
    kind   NVARCHAR(16)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    name   NVARCHAR(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    path   NVARCHAR(400) COLLATE Latin1_General_100_BIN2 NOT NULL,
    class  NVARCHAR(16)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    many   BIT           NOT NULL
);
