-- The secret that a person's phone or program makes one-time codes from (RFC 6238). Not asked for before it is confirmed.
CREATE TABLE one_time_code (
    person       TEXT    NOT NULL PRIMARY KEY REFERENCES person (id),
    -- Sealed under the person's key.
    secret       BLOB    NOT NULL,
    confirmed_at TEXT    NULL,
    -- The last 30 seconds whose code was used: no code works twice.
    last_step    INTEGER NOT NULL,
    failed       INTEGER NOT NULL
);

-- Codes for a person who has lost the phone. Each works once and is then gone.
CREATE TABLE backup_code (
    person    TEXT NOT NULL REFERENCES person (id),
    code_hash TEXT NOT NULL,
    PRIMARY KEY (person, code_hash)
) WITHOUT ROWID;
