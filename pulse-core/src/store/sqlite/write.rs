//! The statements that write, and those that writing needs to read.

use rusqlite::{Connection, OptionalExtension, params};

use super::{entry::Totals, pack, row, seen::Seen};
use crate::{
    model::{Exclusion, Millis, Score, SessionId, SessionStart, ViewId, path_of},
    store::StoreError,
};

/// A row of the log that is not counted yet.
pub(super) struct LogRow {
    pub(super) batch: i64,
    pub(super) session: SessionId,
    pub(super) view: ViewId,
    pub(super) body: Vec<u8>,
}

/// The batch up to which all are counted.
pub(super) fn applied(db: &Connection) -> Result<i64, StoreError> {
    Ok(db.prepare_cached("SELECT applied FROM ledger")?.query_row([], |row| row.get(0))?)
}

pub(super) fn set_applied(db: &Connection, batch: i64) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE ledger SET applied = ?1")?.execute([batch])?;
    Ok(())
}

/// The newest batch, or 0.
pub(super) fn last_batch(db: &Connection) -> Result<i64, StoreError> {
    Ok(db.prepare_cached("SELECT coalesce(max(id), 0) FROM batches")?.query_row([], |row| row.get(0))?)
}

/// Gives each row of the log behind a batch, in order, to `each`.
pub(super) fn log_behind(
    db: &Connection,
    batch: i64,
    mut each: impl FnMut(LogRow) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut query = db.prepare_cached(
        "SELECT b.id, s.session_id, v.view, b.body
         FROM batches b JOIN views v ON v.id = b.view JOIN sessions s ON s.id = v.session
         WHERE b.id > ?1 ORDER BY b.id",
    )?;
    let mut rows = query.query([batch])?;
    while let Some(next) = rows.next()? {
        each(LogRow {
            batch: next.get(0)?,
            session: row::parse(&next.get::<_, String>(1)?)?,
            view: row::parse(&next.get::<_, String>(2)?)?,
            body: next.get(3)?,
        })?;
    }
    Ok(())
}

/// Appends a batch to the log.
pub(super) fn batch(db: &Connection, id: i64, view: i64, body: &[u8]) -> Result<(), StoreError> {
    db.prepare_cached("INSERT INTO batches (id, view, body) VALUES (?1, ?2, ?3)")?.execute(params![id, view, body])?;
    Ok(())
}

/// A new session; its number.
pub(super) fn session(db: &Connection, start: &SessionStart) -> Result<i64, StoreError> {
    db.prepare_cached(
        "INSERT INTO sessions (session_id, visitor_id, started_at, last_seen, page_url, title, referrer, device,
            viewport_w, viewport_h, excluded) VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
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
        start.excluded.map(Exclusion::as_str),
    ])?;
    Ok(db.last_insert_rowid())
}

/// Fills in what was not known of a session; whether anything was. Its summary depends on it.
pub(super) fn fill_in(db: &Connection, session: i64, start: &SessionStart) -> Result<bool, StoreError> {
    let filled = db
        .prepare_cached(
            "UPDATE sessions SET
                visitor_id = coalesce(visitor_id, ?2), title = coalesce(title, ?3), referrer = coalesce(referrer, ?4),
                viewport_w = coalesce(viewport_w, ?5), viewport_h = coalesce(viewport_h, ?6),
                page_url = CASE page_url WHEN '' THEN ?7 ELSE page_url END,
                device = CASE device WHEN 'unknown' THEN ?8 ELSE device END,
                excluded = coalesce(excluded, ?9), scored_batches = -1
             WHERE id = ?1 AND (visitor_id IS NULL AND ?2 IS NOT NULL OR title IS NULL AND ?3 IS NOT NULL
                OR referrer IS NULL AND ?4 IS NOT NULL OR viewport_w IS NULL AND ?5 IS NOT NULL
                OR page_url = '' AND ?7 <> '' OR device = 'unknown' AND ?8 <> 'unknown'
                OR excluded IS NULL AND ?9 IS NOT NULL)",
        )?
        .execute(params![
            session,
            start.visitor_id.as_ref().map(|id| id.as_str()),
            start.title,
            start.referrer,
            start.viewport.map(|v| v.w),
            start.viewport.map(|v| v.h),
            start.page_url,
            start.device.as_str(),
            start.excluded.map(Exclusion::as_str),
        ])?;
    Ok(filled > 0)
}

/// A session's number and totals.
pub(super) fn totals(db: &Connection, id: &SessionId) -> Result<Option<(i64, Totals)>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT id, started_at, last_seen, batches, last_batch, counts FROM sessions WHERE session_id = ?1",
    )?;
    let mut rows = query.query([id.as_str()])?;
    let Some(found) = rows.next()? else { return Ok(None) };
    let totals = Totals {
        started_at: found.get(1)?,
        last_seen: found.get(2)?,
        batches: found.get(3)?,
        last_batch: found.get(4)?,
        counts: row::counts(&found.get::<_, Vec<u8>>(5)?)?,
        left: None,
    };
    Ok(Some((found.get(0)?, totals)))
}

pub(super) fn set_totals(db: &Connection, session: i64, totals: &Totals) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE sessions SET last_seen = ?2, batches = ?3, last_batch = ?4, counts = ?5 WHERE id = ?1")?
        .execute(params![
            session,
            totals.last_seen,
            totals.batches,
            totals.last_batch,
            row::counts_blob(totals.counts),
        ])?;
    // These stand in further indexes, and hardly ever change.
    db.prepare_cached(
        "UPDATE sessions SET started_at = ?2, errors = ?3 WHERE id = ?1 AND (started_at <> ?2 OR errors <> ?3)",
    )?
    .execute(params![session, totals.started_at, totals.counts.error as i64])?;
    Ok(())
}

/// Keeps a score, unless one of more batches is kept already; whether it was.
pub(super) fn set_score(db: &Connection, session: i64, score: &Score) -> Result<bool, StoreError> {
    let newer = db
        .prepare_cached(
            "UPDATE sessions SET scored_batches = ?2, score = ?3
             WHERE id = ?1 AND scored_batches <= ?2",
        )?
        .execute(params![session, score.of_batches, row::to_json(score)?])?;
    if newer > 0 {
        db.prepare_cached(
            "UPDATE sessions SET frustration = ?2, rage = ?3, reached = ?4
             WHERE id = ?1 AND (frustration <> ?2 OR rage <> ?3 OR reached <> ?4)",
        )?
        .execute(params![session, score.frustration, score.rage, score.reached])?;
    }
    Ok(newer > 0)
}

/// A page load's number, and which of its batches are stored; it is made known if it is not.
pub(super) fn view(db: &Connection, session: i64, view: &ViewId) -> Result<(i64, Seen), StoreError> {
    let known = db
        .prepare_cached("SELECT id, seen FROM views WHERE session = ?1 AND view = ?2")?
        .query_row(params![session, view.as_str()], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))
        .optional()?;
    if let Some((key, seen)) = known {
        return Ok((key, Seen::from_bytes(&seen).map_err(|e| StoreError::corrupt("a page load", e))?));
    }
    db.prepare_cached("INSERT INTO views (session, view) VALUES (?1, ?2)")?.execute(params![session, view.as_str()])?;
    Ok((db.last_insert_rowid(), Seen::default()))
}

pub(super) fn set_seen(db: &Connection, view: i64, seen: &Seen) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE views SET seen = ?2 WHERE id = ?1")?.execute(params![view, seen.to_bytes()])?;
    Ok(())
}

/// The pages of a session, in order of first visits.
pub(super) fn pages(db: &Connection, session: i64) -> Result<Vec<Box<str>>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT p.url FROM session_pages sp JOIN pages p ON p.id = sp.page WHERE sp.session = ?1 ORDER BY sp.place",
    )?;
    let pages = query.query_map([session], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(pages)
}

/// A page that a session has not visited before.
pub(super) fn page(db: &Connection, session: i64, url: &str, place: usize) -> Result<(), StoreError> {
    db.prepare_cached("INSERT INTO pages (url, path) VALUES (?1, ?2) ON CONFLICT (url) DO NOTHING")?
        .execute(params![url, path_of(url)])?;
    db.prepare_cached(
        "INSERT INTO session_pages (session, page, place) SELECT ?1, id, ?3 FROM pages WHERE url = ?2
         ON CONFLICT (session, page) DO NOTHING",
    )?
    .execute(params![session, url, place as i64])?;
    Ok(())
}

/// Some sessions that were last seen before a time.
pub(super) fn seen_before(db: &Connection, before: Millis, limit: usize) -> Result<Vec<SessionId>, StoreError> {
    let mut query = db.prepare_cached("SELECT session_id FROM sessions WHERE last_seen < ?1 LIMIT ?2")?;
    let mut rows = query.query(params![before, limit as i64])?;
    let mut found = Vec::new();
    while let Some(next) = rows.next()? {
        found.push(row::parse(&next.get::<_, String>(0)?)?);
    }
    Ok(found)
}

/// Deletes a session with everything of it.
pub(super) fn erase(db: &Connection, session: i64, last_batch: i64) -> Result<(), StoreError> {
    let mut batch = last_batch;
    while batch != 0 {
        let body: Option<Vec<u8>> = db
            .prepare_cached("DELETE FROM batches WHERE id = ?1 RETURNING body")?
            .query_row([batch], |row| row.get(0))
            .optional()?;
        match body.as_deref().map(pack::open) {
            Some(Ok((head, _))) if head.back == 0 => batch = 0,
            Some(Ok((head, _))) => batch = batch.saturating_sub_unsigned(head.back),
            // A torn batch does not say which one stands before it, so all batches are looked through.
            Some(Err(_)) | None => {
                db.execute("DELETE FROM batches WHERE view IN (SELECT id FROM views WHERE session = ?1)", [session])?;
                batch = 0;
            }
        }
    }
    for delete in [
        "DELETE FROM views WHERE session = ?1",
        // What was decided about a page that nobody else visited would still name it.
        "DELETE FROM problems WHERE page IN (SELECT p.url FROM pages p JOIN session_pages own ON own.page = p.id
            WHERE own.session = ?1 AND NOT EXISTS
                (SELECT 1 FROM session_pages sp WHERE sp.page = p.id AND sp.session <> ?1))",
        "DELETE FROM pages WHERE id IN (SELECT page FROM session_pages WHERE session = ?1)
            AND NOT EXISTS (SELECT 1 FROM session_pages sp WHERE sp.page = pages.id AND sp.session <> ?1)",
        "DELETE FROM session_pages WHERE session = ?1",
        "DELETE FROM sessions WHERE id = ?1",
    ] {
        db.prepare_cached(delete)?.execute([session])?;
    }
    Ok(())
}
