-- Version 1 of the embedded store. `PRAGMA user_version` holds the version.

CREATE TABLE sessions (
    id              INTEGER PRIMARY KEY,
    session_id      TEXT NOT NULL UNIQUE,
    visitor_id      TEXT,
    started_at      INTEGER NOT NULL,
    last_seen       INTEGER NOT NULL,
    page_url        TEXT NOT NULL,
    title           TEXT,
    referrer        TEXT,
    device          TEXT NOT NULL,
    viewport_w      REAL,
    viewport_h      REAL,
    batches         INTEGER NOT NULL DEFAULT 0,
    counts          TEXT NOT NULL,              -- JSON: events by type
    frustration     INTEGER NOT NULL DEFAULT 0,
    scored_batches  INTEGER NOT NULL DEFAULT 0,
    score           TEXT NOT NULL DEFAULT '{}'  -- JSON: what the events mean
);
CREATE INDEX sessions_recent ON sessions (last_seen DESC, session_id);
CREATE INDEX sessions_frustration ON sessions (frustration DESC, session_id);
CREATE INDEX sessions_unscored ON sessions (id) WHERE scored_batches < batches;

-- Which session visited which pages, by address without query and fragment; `place` is the order of first visits.
CREATE TABLE session_pages (
    session  INTEGER NOT NULL,
    url      TEXT NOT NULL,
    path     TEXT NOT NULL,
    place    INTEGER NOT NULL,
    PRIMARY KEY (session, url)
) WITHOUT ROWID;
CREATE INDEX session_pages_url ON session_pages (url, session);
CREATE INDEX session_pages_path ON session_pages (path, session);

-- Page loads, so that a batch names one by a small number.
CREATE TABLE views (
    id       INTEGER PRIMARY KEY,
    session  INTEGER NOT NULL,
    view     TEXT NOT NULL,
    UNIQUE (session, view)
);

-- Addresses and titles that the batches of a session share.
CREATE TABLE texts (
    id       INTEGER PRIMARY KEY,
    session  INTEGER NOT NULL,
    text     TEXT NOT NULL,
    UNIQUE (session, text)
);

-- One row per batch, appended at the right edge.
CREATE TABLE batches (
    id        INTEGER PRIMARY KEY,
    view      INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    start     INTEGER NOT NULL,
    received  INTEGER NOT NULL,
    shifted   INTEGER NOT NULL,
    page_url  INTEGER,
    title     INTEGER,
    events    BLOB NOT NULL                     -- see pack.rs
);
CREATE UNIQUE INDEX batches_id ON batches (view, seq);
