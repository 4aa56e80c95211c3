-- Who of several alike nodes does a piece of background work. The term grows with each change of hands.
CREATE TABLE lease (
    name   NVARCHAR(100) COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    holder NVARCHAR(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    term   BIGINT NOT NULL,
    until  DATETIMEOFFSET(3) NOT NULL
);

-- The keys that cookies and forms are sealed with, each sealed itself under the wrapping key.
CREATE TABLE protection_key (
    name       NVARCHAR(200) COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    content    VARBINARY(MAX) NOT NULL,
    created_at DATETIMEOFFSET(3) NOT NULL
);

-- The newest migration that a program must know to work on these tables. A migration that takes something away raises it
-- (ADR 0019); one that only adds leaves it as it is.
CREATE TABLE schema_needs (
    id        INT NOT NULL PRIMARY KEY CHECK (id = 1),
    migration INT NOT NULL
);
INSERT INTO schema_needs (id, migration) VALUES (1, 7);
