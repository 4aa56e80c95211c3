-- Which login with an OpenID provider an account belongs to: the first one that came with its e-mail address. From then on the
-- login decides and not the address, which may pass to somebody else (OpenID Connect Core 1.0, section 5.7).
CREATE TABLE openid_link (
    person    UNIQUEIDENTIFIER NOT NULL PRIMARY KEY REFERENCES person (id),
    issuer    NVARCHAR(400) COLLATE Latin1_General_100_BIN2 NOT NULL,
    subject   NVARCHAR(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
    linked_at DATETIMEOFFSET(3) NOT NULL,
    UNIQUE (issuer, subject)
);
