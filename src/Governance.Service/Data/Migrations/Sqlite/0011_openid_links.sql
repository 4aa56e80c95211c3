-- Which login with an OpenID provider an account belongs to: the first one that came with its e-mail address. From then on the
-- login decides and not the address, which may pass to somebody else (OpenID Connect Core 1.0, section 5.7).
CREATE TABLE openid_link (
    person    TEXT NOT NULL PRIMARY KEY REFERENCES person (id),
    issuer    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    linked_at TEXT NOT NULL,
    UNIQUE (issuer, subject)
);
