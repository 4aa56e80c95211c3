-- What witnesses signed. Each line verified before it was stored.
CREATE TABLE ledger_cosignature (
    size    INTEGER NOT NULL REFERENCES ledger_checkpoint (size),
    witness TEXT    NOT NULL,
    line    TEXT    NOT NULL,
    at      TEXT    NOT NULL,
    PRIMARY KEY (size, witness)
);

-- How far each witness is, as far as is known, and what went wrong with it last. May be lost: it is asked again.
CREATE TABLE ledger_witness (
    witness TEXT    NOT NULL PRIMARY KEY,
    size    INTEGER NOT NULL,
    fault   TEXT    NULL,
    at      TEXT    NOT NULL
);

-- What the check of the record found. While there is a row, nothing more is written to the record.
CREATE TABLE ledger_finding (
    message  TEXT NOT NULL PRIMARY KEY,
    found_at TEXT NOT NULL
);

-- When the whole record was last looked through, and how many entries it had.
CREATE TABLE ledger_check (
    id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL,
    at   TEXT    NOT NULL
);

CREATE TRIGGER ledger_cosignature_no_update BEFORE UPDATE ON ledger_cosignature
BEGIN
    SELECT RAISE(ABORT, 'ledger_cosignature: cosignatures are never changed');
END;
CREATE TRIGGER ledger_cosignature_no_delete BEFORE DELETE ON ledger_cosignature
BEGIN
    SELECT RAISE(ABORT, 'ledger_cosignature: cosignatures are never removed');
END;
CREATE TRIGGER ledger_cosignature_once BEFORE INSERT ON ledger_cosignature
WHEN EXISTS (SELECT 1 FROM ledger_cosignature WHERE size = NEW.size AND witness = NEW.witness)
BEGIN
    SELECT RAISE(ABORT, 'ledger_cosignature: a witness cosigns a checkpoint once');
END;
