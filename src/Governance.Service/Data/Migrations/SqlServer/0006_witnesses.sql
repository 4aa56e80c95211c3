-- What witnesses signed. Each line verified before it was stored.
CREATE TABLE ledger_cosignature (
    size    BIGINT        NOT NULL REFERENCES ledger_checkpoint (size),
    witness NVARCHAR(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    line    NVARCHAR(MAX) COLLATE Latin1_General_100_BIN2 NOT NULL,
    at      DATETIMEOFFSET(3) NOT NULL,
    PRIMARY KEY (size, witness)
);

-- How far each witness is, as far as is known, and what went wrong with it last. May be lost: it is asked again.
CREATE TABLE ledger_witness (
    witness NVARCHAR(200) COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    size    BIGINT        NOT NULL,
    fault   NVARCHAR(MAX) COLLATE Latin1_General_100_BIN2 NULL,
    at      DATETIMEOFFSET(3) NOT NULL
);

-- What the check of the record found. While there is a row, nothing more is written to the record. The longest key that
-- there may be: a message of the check's has some two hundred characters.
CREATE TABLE ledger_finding (
    message  NVARCHAR(850) COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY NONCLUSTERED,
    found_at DATETIMEOFFSET(3) NOT NULL
);

-- When the whole record was last looked through, and how many entries it had.
CREATE TABLE ledger_check (
    id   INT    NOT NULL PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL,
    at   DATETIMEOFFSET(3) NOT NULL
);
GO

CREATE TRIGGER ledger_cosignature_no_update ON ledger_cosignature INSTEAD OF UPDATE AS
    THROW 51000, 'ledger_cosignature: cosignatures are never changed', 1;
GO
CREATE TRIGGER ledger_cosignature_no_delete ON ledger_cosignature INSTEAD OF DELETE AS
    THROW 51000, 'ledger_cosignature: cosignatures are never removed', 1;
GO
