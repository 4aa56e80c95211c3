-- The secret that a person's phone or program makes one-time codes from (RFC 6238). Not asked for before it is confirmed.
CREATE TABLE one_time_code (
    person       UNIQUEIDENTIFIER NOT NULL PRIMARY KEY REFERENCES person (id),
    -- Sealed under the person's key.
    secret       VARBINARY(MAX) NOT NULL,
    confirmed_at DATETIMEOFFSET(3) NULL,
    -- The last 30 seconds whose code was used: no code works twice.
    last_step    BIGINT NOT NULL,
    failed       INT    NOT NULL
);

-- Codes for a person who has lost the phone. Each works once and is then gone.
CREATE TABLE backup_code (
    person    UNIQUEIDENTIFIER NOT NULL REFERENCES person (id),
    code_hash NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    PRIMARY KEY (person, code_hash)
);
