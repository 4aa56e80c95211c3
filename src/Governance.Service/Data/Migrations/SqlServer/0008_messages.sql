-- What is still to be told, one row for each command that made messages, written with its entries: who, what about, and
-- nothing that anybody wrote. Whoever delivers it takes it away again.
CREATE TABLE outbox (
    -- The command's first entry.
    seq      BIGINT NOT NULL PRIMARY KEY,
    proposal BIGINT NOT NULL,
    at       DATETIMEOFFSET(3) NOT NULL,
    messages NVARCHAR(MAX) COLLATE Latin1_General_100_BIN2 NOT NULL
);

-- One row for each thing that one person was told. The key makes sure that it is told once.
CREATE TABLE message (
    person   UNIQUEIDENTIFIER NOT NULL REFERENCES person (id),
    -- The entry that it follows from; for what a day makes, the last entry of what is due.
    seq      BIGINT NOT NULL,
    kind     NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    stage    NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    proposal BIGINT NOT NULL REFERENCES proposal (id),
    due      DATE NULL,
    at       DATETIMEOFFSET(3) NOT NULL,
    read_at  DATETIMEOFFSET(3) NULL,
    PRIMARY KEY (person, seq, kind, stage)
);

-- E-mails that are still to be sent, or that could not be. What was sent is not here.
CREATE TABLE message_mail (
    person    UNIQUEIDENTIFIER NOT NULL REFERENCES person (id),
    seq       BIGINT NOT NULL,
    kind      NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    stage     NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    tries     INT NOT NULL,
    next_try  DATETIMEOFFSET(3) NOT NULL,
    -- In words of ours: what a mail server says may hold an address.
    fault     NVARCHAR(200) COLLATE Latin1_General_100_BIN2 NULL,
    failed_at DATETIMEOFFSET(3) NULL,
    PRIMARY KEY (person, seq, kind, stage)
);

-- Who wants no e-mails. Everybody else gets them, where the service sends any.
CREATE TABLE mail_off (
    person UNIQUEIDENTIFIER NOT NULL PRIMARY KEY REFERENCES person (id)
);
