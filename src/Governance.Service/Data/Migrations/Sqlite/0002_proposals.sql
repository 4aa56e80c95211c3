CREATE TABLE proposal (
    id              INTEGER NOT NULL PRIMARY KEY,
    -- The reference of the draft until submission gives the final one.
    reference       TEXT    NOT NULL UNIQUE,
    draft_reference TEXT    NOT NULL UNIQUE,
    version         INTEGER NOT NULL,
    phase           TEXT    NOT NULL,
    revision        INTEGER NOT NULL,
    -- Sealed under a key of this proposal's, as are state and the answers below; erasing replaces it (ADR 0010).
    title           BLOB    NOT NULL,
    organisation    BLOB    NOT NULL,
    lead            TEXT    NOT NULL REFERENCES person (id),
    route           TEXT    NOT NULL,
    outcome         TEXT    NOT NULL,
    -- The fold of the proposal's entries, kept to read quickly (design, "A review is a fold").
    state           BLOB    NOT NULL,
    route_state     TEXT    NULL,
    pseudonym_key   BLOB    NOT NULL,
    created_at      TEXT    NOT NULL,
    updated_at      TEXT    NOT NULL,
    submitted_at    TEXT    NULL
);
-- Every index on what a command changes costs two pages of its commit, so there is one for the latest changes and no more.
CREATE INDEX proposal_lead ON proposal (lead);
CREATE INDEX proposal_updated ON proposal (updated_at, id);

-- What the lead is writing now: the first draft, or the next revision while changes are asked for.
CREATE TABLE proposal_draft (
    proposal   INTEGER NOT NULL PRIMARY KEY REFERENCES proposal (id),
    answers    BLOB    NOT NULL,
    documents  BLOB    NOT NULL,
    responses  BLOB    NOT NULL,
    -- The digests of the attached documents, in the open as they are in the ledger: says which stored bytes are in use.
    attached   TEXT    NOT NULL,
    updated_at TEXT    NOT NULL
);

CREATE TABLE proposal_revision (
    proposal     INTEGER NOT NULL REFERENCES proposal (id),
    revision     INTEGER NOT NULL,
    answers      BLOB    NOT NULL,
    documents    BLOB    NOT NULL,
    attached     TEXT    NOT NULL,
    submitted_at TEXT    NOT NULL,
    PRIMARY KEY (proposal, revision)
);

-- Who stands behind a pseudonym. Only people who have acted, or are named as team, are here.
CREATE TABLE proposal_person (
    proposal  INTEGER NOT NULL REFERENCES proposal (id),
    pseudonym TEXT    NOT NULL,
    person    TEXT    NOT NULL REFERENCES person (id),
    PRIMARY KEY (proposal, pseudonym)
) WITHOUT ROWID;

CREATE TABLE document (
    sha256     TEXT    NOT NULL PRIMARY KEY,
    media_type TEXT    NOT NULL,
    size       INTEGER NOT NULL,
    -- Sealed under a key of this document's.
    content    BLOB    NOT NULL,
    stored_at  TEXT    NOT NULL
);

-- Routes, rules, checklists and lists of law, kept as they were when a proposal was pinned to them.
CREATE TABLE pinned_file (
    digest  TEXT NOT NULL PRIMARY KEY,
    name    TEXT NOT NULL,
    content BLOB NOT NULL
);

CREATE TABLE reference_counter (
    year INTEGER NOT NULL PRIMARY KEY,
    last INTEGER NOT NULL
);

-- One row for each thing that somebody is asked to do.
CREATE TABLE work_item (
    proposal INTEGER NOT NULL REFERENCES proposal (id),
    person   TEXT    NOT NULL REFERENCES person (id),
    task     TEXT    NOT NULL,
    stage    TEXT    NOT NULL,
    since    TEXT    NOT NULL,
    due      TEXT    NULL,
    PRIMARY KEY (proposal, person, task, stage)
) WITHOUT ROWID;
CREATE INDEX work_item_person ON work_item (person, due);

-- A vote in preparation: saved as often as the reviewer likes, in nobody's sight, gone once the vote is cast.
CREATE TABLE review_draft (
    proposal   INTEGER NOT NULL REFERENCES proposal (id),
    stage      TEXT    NOT NULL,
    person     TEXT    NOT NULL REFERENCES person (id),
    content    BLOB    NOT NULL,
    updated_at TEXT    NOT NULL,
    PRIMARY KEY (proposal, stage, person)
);
