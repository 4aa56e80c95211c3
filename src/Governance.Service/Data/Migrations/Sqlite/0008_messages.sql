-- What is still to be told, one row for each command that made messages, written with its entries: who, what about, and
-- nothing that anybody wrote. Whoever delivers it takes it away again.
CREATE TABLE outbox (
    -- The command's first entry.
    seq      INTEGER NOT NULL PRIMARY KEY,
    proposal INTEGER NOT NULL,
    at       TEXT    NOT NULL,
    messages TEXT    NOT NULL
);

-- One row for each thing that one person was told. The key makes sure that it is told once.
CREATE TABLE message (
    person   TEXT    NOT NULL REFERENCES person (id),
    -- The entry that it follows from; for what a day makes, the last entry of what is due.
    seq      INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    stage    TEXT    NOT NULL,
    proposal INTEGER NOT NULL REFERENCES proposal (id),
    due      TEXT    NULL,
    at       TEXT    NOT NULL,
    read_at  TEXT    NULL,
    PRIMARY KEY (person, seq, kind, stage)
) WITHOUT ROWID;

-- E-mails that are still to be sent, or that could not be. What was sent is not here.
CREATE TABLE message_mail (
    person    TEXT    NOT NULL REFERENCES person (id),
    seq       INTEGER NOT NULL,
    kind      TEXT    NOT NULL,
    stage     TEXT    NOT NULL,
    tries     INTEGER NOT NULL,
    next_try  TEXT    NOT NULL,
    -- In words of ours: what a mail server says may hold an address.
    fault     TEXT    NULL,
    failed_at TEXT    NULL,
    PRIMARY KEY (person, seq, kind, stage)
) WITHOUT ROWID;

-- Who wants no e-mails. Everybody else gets them, where the service sends any.
CREATE TABLE mail_off (
    person TEXT NOT NULL PRIMARY KEY REFERENCES person (id)
);
