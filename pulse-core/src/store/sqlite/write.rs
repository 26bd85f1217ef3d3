//! What is written, each function within a transaction.

use rusqlite::{Connection, OptionalExtension, params};

use super::row;
use crate::{
    model::{Batch, Counts, Millis, Score, Session, SessionId, SessionStart, ViewId, path_of},
    store::{Appended, Opened, StoreError},
};

/// Makes a session known, or fills in what was not known of it.
pub(super) fn open_session(db: &Connection, start: &SessionStart) -> Result<Opened, StoreError> {
    let (key, created) = session_key(db, start)?;
    if !created {
        db.prepare_cached(
            "UPDATE sessions SET
                visitor_id = coalesce(visitor_id, ?2), title = coalesce(title, ?3), referrer = coalesce(referrer, ?4),
                viewport_w = coalesce(viewport_w, ?5), viewport_h = coalesce(viewport_h, ?6),
                page_url = CASE page_url WHEN '' THEN ?7 ELSE page_url END,
                device = CASE device WHEN 'unknown' THEN ?8 ELSE device END
             WHERE id = ?1",
        )?
        .execute(params![
            key,
            start.visitor_id.as_ref().map(|id| id.as_str()),
            start.title,
            start.referrer,
            start.viewport.map(|v| v.w),
            start.viewport.map(|v| v.h),
            start.page_url,
            start.device.as_str(),
        ])?;
    }
    let started_at =
        db.prepare_cached("SELECT started_at FROM sessions WHERE id = ?1")?.query_row([key], |row| row.get(0))?;
    Ok(Opened { created, started_at })
}

/// Stores a batch once, and counts it in its session's totals.
pub(super) fn append(
    db: &Connection,
    batch: &Batch,
    packed: &[u8],
    start: &SessionStart,
) -> Result<Appended, StoreError> {
    let (session, _) = session_key(db, start)?;
    let view = view_key(db, session, &batch.id().view)?;
    let stored = db
        .prepare_cached(
            "INSERT INTO batches (view, seq, start, received, shifted, page_url, title, events)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (view, seq) DO NOTHING",
        )?
        .execute(params![
            view,
            batch.id().seq,
            batch.start(),
            batch.received_at(),
            batch.shifted_ms(),
            text_key(db, session, batch.page_url())?,
            text_key(db, session, batch.title())?,
            packed,
        ])?;
    if stored == 0 {
        return Ok(Appended::Duplicate);
    }
    for page in batch.pages() {
        add_page(db, session, page)?;
    }
    let mut counts: Counts = db
        .prepare_cached("SELECT counts FROM sessions WHERE id = ?1")?
        .query_row([session], |row| row.get(0))
        .map_err(StoreError::from)
        .and_then(|text: String| row::json(&text))?;
    counts.add(Counts::of(batch.events()));
    db.prepare_cached(
        "UPDATE sessions SET batches = batches + 1, counts = ?2, last_seen = max(last_seen, ?3),
            started_at = min(started_at, ?4) WHERE id = ?1",
    )?
    .execute(params![session, row::to_json(&counts)?, batch.end(), batch.start()])?;
    Ok(Appended::Stored)
}

/// Keeps what a session's events mean, unless newer figures are kept already.
pub(super) fn put_score(db: &Connection, id: &SessionId, score: &Score) -> Result<(), StoreError> {
    db.prepare_cached(
        "UPDATE sessions SET frustration = ?2, scored_batches = ?3, score = ?4
         WHERE session_id = ?1 AND scored_batches <= ?3",
    )?
    .execute(params![id.as_str(), score.frustration, score.of_batches, row::to_json(score)?])?;
    Ok(())
}

/// Deletes some sessions that were last seen before a time, with everything of them.
pub(super) fn expire(db: &Connection, before: Millis, limit: usize) -> Result<usize, StoreError> {
    let mut query = db.prepare_cached("SELECT id FROM sessions WHERE last_seen < ?1 LIMIT ?2")?;
    let keys: Vec<i64> = query.query_map(params![before, limit as i64], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for key in &keys {
        for delete in [
            "DELETE FROM batches WHERE view IN (SELECT id FROM views WHERE session = ?1)",
            "DELETE FROM views WHERE session = ?1",
            "DELETE FROM session_pages WHERE session = ?1",
            "DELETE FROM texts WHERE session = ?1",
            "DELETE FROM sessions WHERE id = ?1",
        ] {
            db.prepare_cached(delete)?.execute([key])?;
        }
    }
    Ok(keys.len())
}

/// The session's number, and whether it is new.
fn session_key(db: &Connection, start: &SessionStart) -> Result<(i64, bool), StoreError> {
    let known = db
        .prepare_cached("SELECT id FROM sessions WHERE session_id = ?1")?
        .query_row([start.session_id.as_str()], |row| row.get(0))
        .optional()?;
    if let Some(key) = known {
        return Ok((key, false));
    }
    db.prepare_cached(
        "INSERT INTO sessions (session_id, visitor_id, started_at, last_seen, page_url, title, referrer, device,
            viewport_w, viewport_h, counts) VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        start.session_id.as_str(),
        start.visitor_id.as_ref().map(|id| id.as_str()),
        start.started_at,
        start.page_url,
        start.title,
        start.referrer,
        start.device.as_str(),
        start.viewport.map(|v| v.w),
        start.viewport.map(|v| v.h),
        row::to_json(&Counts::default())?,
    ])?;
    Ok((db.last_insert_rowid(), true))
}

fn view_key(db: &Connection, session: i64, view: &ViewId) -> Result<i64, StoreError> {
    let known = db
        .prepare_cached("SELECT id FROM views WHERE session = ?1 AND view = ?2")?
        .query_row(params![session, view.as_str()], |row| row.get(0))
        .optional()?;
    if let Some(key) = known {
        return Ok(key);
    }
    db.prepare_cached("INSERT INTO views (session, view) VALUES (?1, ?2)")?.execute(params![session, view.as_str()])?;
    Ok(db.last_insert_rowid())
}

fn text_key(db: &Connection, session: i64, text: Option<&str>) -> Result<Option<i64>, StoreError> {
    let Some(text) = text else { return Ok(None) };
    let known = db
        .prepare_cached("SELECT id FROM texts WHERE session = ?1 AND text = ?2")?
        .query_row(params![session, text], |row| row.get(0))
        .optional()?;
    if known.is_some() {
        return Ok(known);
    }
    db.prepare_cached("INSERT INTO texts (session, text) VALUES (?1, ?2)")?.execute(params![session, text])?;
    Ok(Some(db.last_insert_rowid()))
}

fn add_page(db: &Connection, session: i64, page: &str) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO session_pages (session, url, path, place)
         SELECT ?1, ?2, ?3, count(*) FROM session_pages WHERE session = ?1 HAVING count(*) < ?4
         ON CONFLICT (session, url) DO NOTHING",
    )?
    .execute(params![session, page, path_of(page), Session::PAGES as i64])?;
    Ok(())
}
