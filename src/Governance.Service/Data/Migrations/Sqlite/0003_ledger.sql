CREATE TABLE ledger_entry (
    seq      INTEGER NOT NULL PRIMARY KEY,
    proposal TEXT    NULL,
    pseq     INTEGER NULL,
    kind     TEXT    NOT NULL,
    at       TEXT    NOT NULL,
    entry    BLOB    NOT NULL,
    leaf     BLOB    NOT NULL,
    UNIQUE (proposal, pseq)
);
CREATE INDEX ledger_entry_kind ON ledger_entry (kind, seq);

CREATE TABLE ledger_head (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    size     INTEGER NOT NULL,
    frontier BLOB    NOT NULL,
    root     BLOB    NOT NULL,
    last_at  TEXT    NOT NULL
);

CREATE TABLE ledger_proposal_head (
    proposal TEXT    NOT NULL PRIMARY KEY,
    pord     INTEGER NOT NULL UNIQUE,
    count    INTEGER NOT NULL,
    last     BLOB    NOT NULL
);

CREATE TABLE ledger_tile (
    level  INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB    NOT NULL,
    PRIMARY KEY (level, number)
);

CREATE TABLE ledger_checkpoint (
    size INTEGER NOT NULL PRIMARY KEY,
    root BLOB    NOT NULL,
    note TEXT    NOT NULL,
    at   TEXT    NOT NULL,
    -- Which node signed it, and in which term of its lease.
    node TEXT NULL,
    term INTEGER NULL
);

-- The only table of the ledger that may ever lose rows: erasure takes them from here. Kept in the order of the entries: by
-- digest, which is random, each row would fall on a page of its own.
CREATE TABLE ledger_disclosure (
    digest     TEXT    NOT NULL,
    seq        INTEGER NOT NULL REFERENCES ledger_entry (seq),
    proposal   TEXT    NULL,
    class      TEXT    NOT NULL,
    -- Whose key it is sealed under: the person who wrote it, or whom it names.
    subject    TEXT    NOT NULL,
    disclosure BLOB    NOT NULL,
    PRIMARY KEY (seq, digest)
) WITHOUT ROWID;

-- REPLACE and UPSERT never reach an UPDATE or DELETE trigger, so the insert itself demands the next number:
-- that stops replacement, gaps and second writers on any connection.
CREATE TRIGGER ledger_entry_next BEFORE INSERT ON ledger_entry
WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), -1) + 1 FROM ledger_entry)
    -- With the next number, REPLACE could still push out the entry that has this place in its trail.
    OR EXISTS (SELECT 1 FROM ledger_entry WHERE proposal = NEW.proposal AND pseq = NEW.pseq)
BEGIN
    SELECT RAISE(ABORT, 'ledger_entry: the next entry must follow the last');
END;
CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry
BEGIN
    SELECT RAISE(ABORT, 'ledger_entry: entries are never changed');
END;
CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry
BEGIN
    SELECT RAISE(ABORT, 'ledger_entry: entries are never removed');
END;

CREATE TRIGGER ledger_head_grows BEFORE UPDATE ON ledger_head
WHEN NEW.size <= OLD.size OR NEW.last_at < OLD.last_at
BEGIN
    SELECT RAISE(ABORT, 'ledger_head: the log only grows');
END;
CREATE TRIGGER ledger_head_no_delete BEFORE DELETE ON ledger_head
BEGIN
    SELECT RAISE(ABORT, 'ledger_head: the head is never removed');
END;
CREATE TRIGGER ledger_head_once BEFORE INSERT ON ledger_head
WHEN EXISTS (SELECT 1 FROM ledger_head)
BEGIN
    SELECT RAISE(ABORT, 'ledger_head: there is one head');
END;

CREATE TRIGGER ledger_proposal_head_grows BEFORE UPDATE ON ledger_proposal_head
WHEN NEW.count <= OLD.count OR NEW.pord <> OLD.pord OR NEW.proposal <> OLD.proposal
BEGIN
    SELECT RAISE(ABORT, 'ledger_proposal_head: a trail only grows');
END;
CREATE TRIGGER ledger_proposal_head_no_delete BEFORE DELETE ON ledger_proposal_head
BEGIN
    SELECT RAISE(ABORT, 'ledger_proposal_head: a trail is never removed');
END;
CREATE TRIGGER ledger_proposal_head_once BEFORE INSERT ON ledger_proposal_head
WHEN EXISTS (SELECT 1 FROM ledger_proposal_head WHERE proposal = NEW.proposal OR pord = NEW.pord)
BEGIN
    SELECT RAISE(ABORT, 'ledger_proposal_head: a trail has one head');
END;

CREATE TRIGGER ledger_tile_no_update BEFORE UPDATE ON ledger_tile
BEGIN
    SELECT RAISE(ABORT, 'ledger_tile: tiles are never changed');
END;
CREATE TRIGGER ledger_tile_no_delete BEFORE DELETE ON ledger_tile
BEGIN
    SELECT RAISE(ABORT, 'ledger_tile: tiles are never removed');
END;
CREATE TRIGGER ledger_tile_once BEFORE INSERT ON ledger_tile
WHEN EXISTS (SELECT 1 FROM ledger_tile WHERE level = NEW.level AND number = NEW.number)
BEGIN
    SELECT RAISE(ABORT, 'ledger_tile: a tile is written once');
END;

CREATE TRIGGER ledger_checkpoint_next BEFORE INSERT ON ledger_checkpoint
WHEN NEW.size <= (SELECT COALESCE(MAX(size), -1) FROM ledger_checkpoint)
BEGIN
    SELECT RAISE(ABORT, 'ledger_checkpoint: a checkpoint must be larger than the last');
END;
CREATE TRIGGER ledger_checkpoint_no_update BEFORE UPDATE ON ledger_checkpoint
BEGIN
    SELECT RAISE(ABORT, 'ledger_checkpoint: checkpoints are never changed');
END;
CREATE TRIGGER ledger_checkpoint_no_delete BEFORE DELETE ON ledger_checkpoint
BEGIN
    SELECT RAISE(ABORT, 'ledger_checkpoint: checkpoints are never removed');
END;

CREATE TRIGGER ledger_disclosure_no_update BEFORE UPDATE ON ledger_disclosure
BEGIN
    SELECT RAISE(ABORT, 'ledger_disclosure: disclosures are never changed');
END;
CREATE TRIGGER ledger_disclosure_once BEFORE INSERT ON ledger_disclosure
WHEN EXISTS (SELECT 1 FROM ledger_disclosure WHERE seq = NEW.seq AND digest = NEW.digest)
BEGIN
    SELECT RAISE(ABORT, 'ledger_disclosure: a disclosure is written once');
END;
