-- The orders of the list, each with what lists are filtered by: see list.rs. Only the first changes with each batch.
CREATE INDEX sessions_recent ON sessions (last_seen DESC, session_id, started_at, device, frustration, rage, errors);
CREATE INDEX sessions_started ON sessions (started_at DESC, session_id, device, frustration, rage, errors);
CREATE INDEX sessions_frustration ON sessions (frustration DESC, session_id, started_at, device, rage, errors);
CREATE INDEX sessions_visitor ON sessions (visitor_id) WHERE visitor_id IS NOT NULL;
