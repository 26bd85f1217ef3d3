-- Version 3 of the embedded store. `PRAGMA user_version` holds the version.

-- What the batches of a session add up to, as of its batch `last_batch`; `ledger.rs` says when that is.
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
    counts          BLOB NOT NULL DEFAULT x'',  -- a varint for each type of event, in the order of `TYPES`
    last_batch      INTEGER NOT NULL DEFAULT 0,
    frustration     INTEGER NOT NULL DEFAULT 0, -- of the score
    scored_batches  INTEGER NOT NULL DEFAULT 0, -- stamp of the summary; -1 when it has to be made again
    score           TEXT NOT NULL DEFAULT '{}', -- JSON: what the events mean
    rage            INTEGER NOT NULL DEFAULT 0, -- of the score
    errors          INTEGER NOT NULL DEFAULT 0, -- of the counts
    reached         INTEGER NOT NULL DEFAULT 0, -- of the score: 1 when a goal was reached
    excluded        TEXT                        -- why it counts neither on maps nor in problems
);
-- Sessions whose summary is older than their log.
CREATE INDEX sessions_changed ON sessions (id) WHERE scored_batches < batches;

-- Pages by address without query and fragment.
CREATE TABLE pages (
    id    INTEGER PRIMARY KEY,
    url   TEXT NOT NULL UNIQUE,
    path  TEXT NOT NULL
);
CREATE INDEX pages_path ON pages (path);

-- Which session visited which pages; `place` is the order of first visits.
CREATE TABLE session_pages (
    session  INTEGER NOT NULL,
    page     INTEGER NOT NULL,
    place    INTEGER NOT NULL,
    PRIMARY KEY (session, page)
) WITHOUT ROWID;
CREATE INDEX session_pages_page ON session_pages (page, session);

-- Page loads, and which batches of each are stored, as of the session's `last_batch`.
CREATE TABLE views (
    id       INTEGER PRIMARY KEY,
    session  INTEGER NOT NULL,
    view     TEXT NOT NULL,
    seen     BLOB NOT NULL DEFAULT x'',         -- see seen.rs
    UNIQUE (session, view)
);

-- The log: one row per batch, appended at the right edge. It has no index: each batch of a session names the one
-- before it, and `sessions.last_batch` the last.
CREATE TABLE batches (
    id    INTEGER PRIMARY KEY,
    view  INTEGER NOT NULL,
    body  BLOB NOT NULL                         -- see pack/mod.rs
);

-- One row: all batches up to `applied` are counted in `sessions` and `views`; `summaries` is the version of all that is
-- made from the log.
CREATE TABLE ledger (applied INTEGER NOT NULL, summaries INTEGER NOT NULL);
INSERT INTO ledger VALUES (0, 0);

-- Hours (kind 0) and days (kind 1) in which sessions started: see store/summary.rs.
CREATE TABLE buckets (
    kind          INTEGER NOT NULL,
    number        INTEGER NOT NULL,             -- hours or days since the epoch, UTC
    changes       INTEGER NOT NULL DEFAULT 0,
    erasures      INTEGER NOT NULL DEFAULT 0,
    sums          INTEGER,                      -- the set that is published
    sums_changes  INTEGER,                      -- how many changes it knows of
    PRIMARY KEY (kind, number)
) WITHOUT ROWID;

-- The rows of sets. Those that no bucket names are deleted when the file is opened.
CREATE TABLE sums (
    set_id  INTEGER NOT NULL,
    page    TEXT NOT NULL,
    path    TEXT NOT NULL,                      -- of the page
    part    INTEGER NOT NULL,
    layer   INTEGER NOT NULL,
    body    BLOB NOT NULL
);
CREATE INDEX sums_page ON sums (set_id, page, part, layer);
CREATE INDEX sums_path ON sums (set_id, path, part, layer);

-- What was decided about problems: see analyze/problems/mark.rs. It is not made from the log.
CREATE TABLE problems (
    id      TEXT PRIMARY KEY,
    page    TEXT NOT NULL,
    status  TEXT NOT NULL,
    note    TEXT,
    at      INTEGER NOT NULL,
    hit     INTEGER NOT NULL,                   -- visits hit before it was marked,
    visits  INTEGER NOT NULL                    -- of so many
) WITHOUT ROWID;

-- Answers of analysts, the latest to each question about each subject: see store/answers.rs.
CREATE TABLE answers (
    id        INTEGER PRIMARY KEY,
    subject   TEXT NOT NULL,                    -- 'session:ID', 'page:NAME' or 'site'
    question  TEXT NOT NULL,                    -- its digest; empty when none was asked
    digest    TEXT NOT NULL,                    -- of the input
    made_at   INTEGER NOT NULL,
    insight   TEXT NOT NULL,                    -- JSON
    UNIQUE (subject, question)
);

-- The sessions that an answer is about or cites.
CREATE TABLE answer_sessions (
    session_id  TEXT NOT NULL,
    answer      INTEGER NOT NULL,
    PRIMARY KEY (session_id, answer)
) WITHOUT ROWID;
CREATE INDEX answer_sessions_answer ON answer_sessions (answer);

-- How often models were asked on a day, by each credential and in all.
CREATE TABLE asked (
    day    INTEGER NOT NULL,                    -- since the epoch, UTC
    who    TEXT NOT NULL,
    times  INTEGER NOT NULL,
    PRIMARY KEY (day, who)
) WITHOUT ROWID;

-- The orders of the list, each with what lists are filtered by: see list.rs. Only the first changes with each batch.
CREATE INDEX sessions_recent ON sessions
    (last_seen DESC, session_id, started_at, device, frustration, rage, errors, reached);
CREATE INDEX sessions_started ON sessions (started_at DESC, session_id, device, frustration, rage, errors, reached);
CREATE INDEX sessions_frustration ON sessions (frustration DESC, session_id, started_at, device, rage, errors, reached);
CREATE INDEX sessions_visitor ON sessions (visitor_id) WHERE visitor_id IS NOT NULL;
