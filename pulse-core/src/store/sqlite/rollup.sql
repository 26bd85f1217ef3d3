-- Sums over sessions: see store/rollup.rs.

-- `segment` is the one that a session is a member of, `rolled_batches` how many batches it had when it was summed up.
ALTER TABLE sessions ADD COLUMN segment INTEGER;
ALTER TABLE sessions ADD COLUMN rolled_batches INTEGER;
-- Sessions leave the one index and enter the others when they are summed up; no batch touches any of them.
CREATE INDEX sessions_loose ON sessions (started_at) WHERE segment IS NULL;
CREATE INDEX sessions_rolled ON sessions (segment) WHERE segment IS NOT NULL;
CREATE INDEX sessions_stale ON sessions (segment) WHERE segment IS NOT NULL AND rolled_batches <> batches;

CREATE TABLE segments (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again
    day        INTEGER NOT NULL,                   -- since the epoch, UTC
    members    INTEGER NOT NULL,
    last_seen  INTEGER NOT NULL                    -- of any member
);

CREATE TABLE rollups (
    segment  INTEGER NOT NULL,
    day      INTEGER NOT NULL,                     -- of the segment
    page     TEXT NOT NULL,
    path     TEXT NOT NULL,                        -- of the page
    part     INTEGER NOT NULL,
    layer    INTEGER NOT NULL,
    body     BLOB NOT NULL
);
CREATE INDEX rollups_page ON rollups (layer, page, day, part, segment);
CREATE INDEX rollups_path ON rollups (layer, path, day, part, segment);
CREATE INDEX rollups_segment ON rollups (segment);
