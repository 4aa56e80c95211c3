CREATE TABLE proposal (
    id              BIGINT         NOT NULL PRIMARY KEY,
    -- The reference of the draft until submission gives the final one.
    reference       NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NOT NULL UNIQUE,
    draft_reference NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NOT NULL UNIQUE,
    version         BIGINT         NOT NULL,
    phase           NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NOT NULL,
    revision        INT            NOT NULL,
    -- Sealed under a key of this proposal's, as are state and the answers below; erasing replaces it (ADR 0010).
    title           VARBINARY(MAX) NOT NULL,
    organisation    VARBINARY(MAX) NOT NULL,
    lead            UNIQUEIDENTIFIER NOT NULL REFERENCES person (id),
    route           NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NOT NULL,
    outcome         NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NOT NULL,
    -- The fold of the proposal's entries, kept to read quickly (design, "A review is a fold").
    state           VARBINARY(MAX) NOT NULL,
    route_state     NVARCHAR(MAX)  COLLATE Latin1_General_100_BIN2 NULL,
    pseudonym_key   VARBINARY(64)  NOT NULL,
    created_at      DATETIMEOFFSET(3) NOT NULL,
    updated_at      DATETIMEOFFSET(3) NOT NULL,
    submitted_at    DATETIMEOFFSET(3) NULL
);
CREATE INDEX proposal_lead ON proposal (lead);
CREATE INDEX proposal_updated ON proposal (updated_at, id);

-- What the lead is writing now: the first draft, or the next revision while changes are asked for.
CREATE TABLE proposal_draft (
    proposal   BIGINT        NOT NULL PRIMARY KEY REFERENCES proposal (id),
    answers    VARBINARY(MAX) NOT NULL,
    documents  VARBINARY(MAX) NOT NULL,
    responses  VARBINARY(MAX) NOT NULL,
    -- The digests of the attached documents, in the open as they are in the ledger: says which stored bytes are in use.
    attached   NVARCHAR(MAX) COLLATE Latin1_General_100_BIN2 NOT NULL,
    updated_at DATETIMEOFFSET(3) NOT NULL
);

CREATE TABLE proposal_revision (
    proposal     BIGINT        NOT NULL REFERENCES proposal (id),
    revision     INT           NOT NULL,
    answers      VARBINARY(MAX) NOT NULL,
    documents    VARBINARY(MAX) NOT NULL,
    attached     NVARCHAR(MAX) COLLATE Latin1_General_100_BIN2 NOT NULL,
    submitted_at DATETIMEOFFSET(3) NOT NULL,
    PRIMARY KEY (proposal, revision)
);

-- Who stands behind a pseudonym. Only people who have acted, or are named as team, are here.
CREATE TABLE proposal_person (
    proposal  BIGINT       NOT NULL REFERENCES proposal (id),
    pseudonym NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    person    UNIQUEIDENTIFIER NOT NULL REFERENCES person (id),
    PRIMARY KEY (proposal, pseudonym)
);

CREATE TABLE document (
    sha256     NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    media_type NVARCHAR(200)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    size       BIGINT         NOT NULL,
    -- Sealed under a key of this document's.
    content    VARBINARY(MAX) NOT NULL,
    stored_at  DATETIMEOFFSET(3) NOT NULL
);

-- Routes, rules, checklists and lists of law, kept as they were when a proposal was pinned to them.
CREATE TABLE pinned_file (
    digest  NVARCHAR(64)   COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    name    NVARCHAR(200)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    content VARBINARY(MAX) NOT NULL
);

CREATE TABLE reference_counter (
    year INT    NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

-- One row for each thing that somebody is asked to do.
CREATE TABLE work_item (
    proposal BIGINT       NOT NULL REFERENCES proposal (id),
    person   UNIQUEIDENTIFIER NOT NULL REFERENCES person (id),
    task     NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    stage    NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    since    DATETIMEOFFSET(3) NOT NULL,
    due      DATE         NULL,
    PRIMARY KEY (proposal, person, task, stage)
);
CREATE INDEX work_item_person ON work_item (person, due);

-- A vote in preparation: saved as often as the reviewer likes, in nobody's sight, gone once the vote is cast.
CREATE TABLE review_draft (
    proposal   BIGINT        NOT NULL REFERENCES proposal (id),
    stage      NVARCHAR(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    person     UNIQUEIDENTIFIER NOT NULL REFERENCES person (id),
    content    VARBINARY(MAX) NOT NULL,
    updated_at DATETIMEOFFSET(3) NOT NULL,
    PRIMARY KEY (proposal, stage, person)
);
