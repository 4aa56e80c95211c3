CREATE TABLE person (
    id              TEXT    NOT NULL PRIMARY KEY,
    email           TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    name            TEXT    NOT NULL,
    password_hash   TEXT    NOT NULL,
    security_stamp  TEXT    NOT NULL,
    -- Given by somebody else, who knows it: to be changed before anything else is done.
    password_temporary INTEGER NOT NULL DEFAULT 0,
    active          INTEGER NOT NULL DEFAULT 1,
    failed_sign_ins INTEGER NOT NULL DEFAULT 0,
    locked_until    TEXT    NULL,
    demonstration   TEXT    NULL,
    created_at      TEXT    NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE person_role (
    person TEXT NOT NULL REFERENCES person (id),
    role   TEXT NOT NULL,
    PRIMARY KEY (person, role)
);

CREATE TABLE panel_seat (
    panel  TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES person (id),
    kind   TEXT NOT NULL,
    PRIMARY KEY (panel, person, kind)
);
CREATE INDEX panel_seat_person ON panel_seat (person);

CREATE TABLE api_token (
    id           TEXT NOT NULL PRIMARY KEY,
    person       TEXT NOT NULL REFERENCES person (id),
    name         TEXT NOT NULL,
    token_hash   TEXT NOT NULL UNIQUE,
    created_at   TEXT NOT NULL,
    expires_at   TEXT NOT NULL,
    last_used_at TEXT NULL,
    revoked_at   TEXT NULL
);
CREATE INDEX api_token_person ON api_token (person);

-- Answers already given to a repeated request (Idempotency-Key); removed after a day.
CREATE TABLE idempotency (
    person       TEXT NOT NULL REFERENCES person (id),
    request_key  TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    -- Sealed under the person's key.
    response     BLOB NOT NULL,
    created_at   TEXT NOT NULL,
    PRIMARY KEY (person, request_key)
);
CREATE INDEX idempotency_created ON idempotency (created_at);

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
