-- The key store's own tables, in a database of their own (ADR 0010, 0020).
CREATE TABLE sealing_key (
    id         BIGINT         NOT NULL PRIMARY KEY,
    -- Whose values it seals; null where what is sealed says it. One of a subject's keys is not retired: whoever makes one
    -- holds the row of key_change meanwhile.
    subject    NVARCHAR(100)  COLLATE Latin1_General_100_BIN2 NULL,
    wrapped    VARBINARY(200) NOT NULL,
    retired    BIT            NOT NULL,
    created_at DATETIMEOFFSET(3) NOT NULL
);
CREATE INDEX sealing_key_subject ON sealing_key (subject);

CREATE TABLE value_key (
    digest  NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    wrapped VARBINARY(200) NOT NULL
);

CREATE TABLE destroyed_key (
    id BIGINT NOT NULL PRIMARY KEY,
    at DATETIMEOFFSET(3) NOT NULL
);

CREATE TABLE erased_value (
    digest NVARCHAR(64)  COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    path   NVARCHAR(400) COLLATE Latin1_General_100_BIN2 NOT NULL,
    class  NVARCHAR(16)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    many   BIT           NOT NULL,
    at     DATETIMEOFFSET(3) NOT NULL
);

CREATE TABLE erased_person (
    person UNIQUEIDENTIFIER  NOT NULL PRIMARY KEY,
    at     DATETIMEOFFSET(3) NOT NULL
);

-- Grows with each key that is retired, destroyed or wrapped anew: who sees another number forgets what it remembers.
CREATE TABLE key_change (
    id      INT    NOT NULL PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
);
INSERT INTO key_change (id, version) VALUES (1, 0);
