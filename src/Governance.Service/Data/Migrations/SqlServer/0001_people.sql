-- All text is compared byte for byte, as SQLite does it. What people type is put into lower case before it gets here or is
-- looked for, so that nothing depends on which collations a server has.
CREATE TABLE person (
    id              UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    email           NVARCHAR(320)  COLLATE Latin1_General_100_BIN2 NOT NULL UNIQUE,
    name            NVARCHAR(200)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    password_hash   NVARCHAR(400)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    security_stamp  NVARCHAR(100)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    -- Given by somebody else, who knows it: to be changed before anything else is done.
    password_temporary BIT         NOT NULL DEFAULT 0,
    active          BIT            NOT NULL DEFAULT 1,
    failed_sign_ins INT            NOT NULL DEFAULT 0,
    locked_until    DATETIMEOFFSET(3) NULL,
    demonstration   NVARCHAR(400)  COLLATE Latin1_General_100_BIN2 NULL,
    created_at      DATETIMEOFFSET(3) NOT NULL,
    version         BIGINT         NOT NULL DEFAULT 1
);

CREATE TABLE person_role (
    person UNIQUEIDENTIFIER NOT NULL REFERENCES person (id),
    role   NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    PRIMARY KEY (person, role)
);

CREATE TABLE panel_seat (
    panel  NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    person UNIQUEIDENTIFIER NOT NULL REFERENCES person (id),
    kind   NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    PRIMARY KEY (panel, person, kind)
);
CREATE INDEX panel_seat_person ON panel_seat (person);

CREATE TABLE api_token (
    id           UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    person       UNIQUEIDENTIFIER NOT NULL REFERENCES person (id),
    name         NVARCHAR(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    token_hash   NVARCHAR(100) COLLATE Latin1_General_100_BIN2 NOT NULL UNIQUE,
    created_at   DATETIMEOFFSET(3) NOT NULL,
    expires_at   DATETIMEOFFSET(3) NOT NULL,
    last_used_at DATETIMEOFFSET(3) NULL,
    revoked_at   DATETIMEOFFSET(3) NULL
);
CREATE INDEX api_token_person ON api_token (person);

-- Answers already given to a repeated request (Idempotency-Key); removed after a day.
CREATE TABLE idempotency (
    person       UNIQUEIDENTIFIER NOT NULL REFERENCES person (id),
    request_key  NVARCHAR(400) COLLATE Latin1_General_100_BIN2 NOT NULL,
    request_hash NVARCHAR(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    -- Sealed under the person's key.
    response     VARBINARY(MAX) NOT NULL,
    created_at   DATETIMEOFFSET(3) NOT NULL,
    PRIMARY KEY (person, request_key)
);
CREATE INDEX idempotency_created ON idempotency (created_at);

CREATE TABLE setting (
    name  NVARCHAR(100) COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    value NVARCHAR(MAX) COLLATE Latin1_General_100_BIN2 NOT NULL
);
