CREATE TABLE ledger_entry (
    seq      BIGINT         NOT NULL PRIMARY KEY,
    proposal NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NULL,
    pseq     BIGINT         NULL,
    kind     NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NOT NULL,
    at       DATETIMEOFFSET(3) NOT NULL,
    entry    VARBINARY(MAX) NOT NULL,
    leaf     VARBINARY(32)  NOT NULL
);
-- Not unique, since SQL Server takes two missing values for the same one: the trigger sees to it instead.
CREATE INDEX ledger_entry_trail ON ledger_entry (proposal, pseq);
CREATE INDEX ledger_entry_kind ON ledger_entry (kind, seq);

CREATE TABLE ledger_head (
    id       INT            NOT NULL PRIMARY KEY CHECK (id = 1),
    size     BIGINT         NOT NULL,
    frontier VARBINARY(MAX) NOT NULL,
    root     VARBINARY(32)  NOT NULL,
    last_at  DATETIMEOFFSET(3) NOT NULL
);

CREATE TABLE ledger_proposal_head (
    proposal NVARCHAR(64)  COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    pord     BIGINT        NOT NULL UNIQUE,
    count    BIGINT        NOT NULL,
    last     VARBINARY(32) NOT NULL
);

CREATE TABLE ledger_tile (
    level  INT            NOT NULL,
    number BIGINT         NOT NULL,
    hashes VARBINARY(MAX) NOT NULL,
    PRIMARY KEY (level, number)
);

CREATE TABLE ledger_checkpoint (
    size BIGINT        NOT NULL PRIMARY KEY,
    root VARBINARY(32) NOT NULL,
    note NVARCHAR(MAX) COLLATE Latin1_General_100_BIN2 NOT NULL,
    at   DATETIMEOFFSET(3) NOT NULL
);

-- The only table of the ledger that may ever lose rows: erasure takes them from here.
CREATE TABLE ledger_disclosure (
    digest     NVARCHAR(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    seq        BIGINT        NOT NULL REFERENCES ledger_entry (seq),
    proposal   NVARCHAR(64)  COLLATE Latin1_General_100_BIN2 NULL,
    class      NVARCHAR(16)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    -- Whose key it is sealed under: the person who wrote it, or whom it names.
    subject    UNIQUEIDENTIFIER NOT NULL,
    disclosure VARBINARY(MAX) NOT NULL,
    PRIMARY KEY (seq, digest)
);
CREATE INDEX ledger_disclosure_subject ON ledger_disclosure (subject);

-- Never holds a row. TRUNCATE fires no trigger, but is refused for a table that a foreign key points at.
CREATE TABLE ledger_kept (
    seq      BIGINT       NULL REFERENCES ledger_entry (seq),
    head     INT          NULL REFERENCES ledger_head (id),
    proposal NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NULL REFERENCES ledger_proposal_head (proposal),
    size     BIGINT       NULL REFERENCES ledger_checkpoint (size),
    level    INT          NULL,
    number   BIGINT       NULL,
    FOREIGN KEY (level, number) REFERENCES ledger_tile (level, number)
);
GO

-- Entries are never removed, so an entry whose predecessor is there is the next one: no gaps, nothing in between.
CREATE TRIGGER ledger_entry_next ON ledger_entry AFTER INSERT AS
BEGIN
    SET NOCOUNT ON;
    IF EXISTS (SELECT 1 FROM inserted i WHERE i.seq < 0 OR (i.seq > 0 AND NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.seq = i.seq - 1)))
        OR EXISTS (SELECT 1 FROM inserted i JOIN ledger_entry e ON e.proposal = i.proposal AND e.pseq = i.pseq WHERE e.seq <> i.seq)
        THROW 51000, 'ledger_entry: the next entry must follow the last', 1;
END;
GO
CREATE TRIGGER ledger_entry_no_update ON ledger_entry INSTEAD OF UPDATE AS
    THROW 51000, 'ledger_entry: entries are never changed', 1;
GO
CREATE TRIGGER ledger_entry_no_delete ON ledger_entry INSTEAD OF DELETE AS
    THROW 51000, 'ledger_entry: entries are never removed', 1;
GO

CREATE TRIGGER ledger_head_grows ON ledger_head AFTER UPDATE AS
BEGIN
    SET NOCOUNT ON;
    IF EXISTS (SELECT 1 FROM deleted d WHERE NOT EXISTS (SELECT 1 FROM inserted i WHERE i.id = d.id AND i.size > d.size AND i.last_at >= d.last_at))
        THROW 51000, 'ledger_head: the log only grows', 1;
END;
GO
CREATE TRIGGER ledger_head_no_delete ON ledger_head INSTEAD OF DELETE AS
    THROW 51000, 'ledger_head: the head is never removed', 1;
GO

CREATE TRIGGER ledger_proposal_head_grows ON ledger_proposal_head AFTER UPDATE AS
BEGIN
    SET NOCOUNT ON;
    IF EXISTS (SELECT 1 FROM deleted d WHERE NOT EXISTS (SELECT 1 FROM inserted i WHERE i.proposal = d.proposal AND i.pord = d.pord AND i.count > d.count))
        THROW 51000, 'ledger_proposal_head: a trail only grows', 1;
END;
GO
CREATE TRIGGER ledger_proposal_head_no_delete ON ledger_proposal_head INSTEAD OF DELETE AS
    THROW 51000, 'ledger_proposal_head: a trail is never removed', 1;
GO

CREATE TRIGGER ledger_tile_no_update ON ledger_tile INSTEAD OF UPDATE AS
    THROW 51000, 'ledger_tile: tiles are never changed', 1;
GO
CREATE TRIGGER ledger_tile_no_delete ON ledger_tile INSTEAD OF DELETE AS
    THROW 51000, 'ledger_tile: tiles are never removed', 1;
GO

CREATE TRIGGER ledger_checkpoint_next ON ledger_checkpoint AFTER INSERT AS
BEGIN
    SET NOCOUNT ON;
    IF EXISTS (SELECT 1 FROM inserted i JOIN ledger_checkpoint c ON c.size > i.size)
        THROW 51000, 'ledger_checkpoint: a checkpoint must be larger than the last', 1;
END;
GO
CREATE TRIGGER ledger_checkpoint_no_update ON ledger_checkpoint INSTEAD OF UPDATE AS
    THROW 51000, 'ledger_checkpoint: checkpoints are never changed', 1;
GO
CREATE TRIGGER ledger_checkpoint_no_delete ON ledger_checkpoint INSTEAD OF DELETE AS
    THROW 51000, 'ledger_checkpoint: checkpoints are never removed', 1;
GO

CREATE TRIGGER ledger_disclosure_no_update ON ledger_disclosure INSTEAD OF UPDATE AS
    THROW 51000, 'ledger_disclosure: disclosures are never changed', 1;
GO
CREATE TRIGGER ledger_kept_empty ON ledger_kept INSTEAD OF INSERT AS
    THROW 51000, 'ledger_kept: this table stays empty', 1;
GO
