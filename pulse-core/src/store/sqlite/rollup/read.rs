//! What is read of segments.

use rusqlite::{Connection, Row, named_params, params};

use super::super::{list, row};
use crate::{
    model::{Millis, Session},
    store::{Found, PageMatch, RollupQuery, RollupRow, Segment, SegmentId, StoreError, rollup::day_of},
};

/// Loose sessions of one day that are ready to be summed up.
pub(super) fn unrolled(db: &Connection, quiet_before: Millis, limit: usize) -> Result<Vec<Session>, StoreError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {} FROM sessions s INDEXED BY sessions_loose
         WHERE s.segment IS NULL AND s.last_seen < ?1 AND s.batches > 0 AND s.scored_batches = s.batches
         ORDER BY s.started_at LIMIT ?2",
        row::SESSION
    ))?;
    let mut rows = query.query(params![quiet_before, limit as i64])?;
    let mut found: Vec<Session> = Vec::new();
    while let Some(next) = rows.next()? {
        let session = row::session(next)?;
        if found.first().is_some_and(|first| day_of(first.start.started_at) != day_of(session.start.started_at)) {
            break;
        }
        found.push(session);
    }
    Ok(found)
}

pub(super) fn segments(db: &Connection) -> Result<Vec<Segment>, StoreError> {
    let mut query = db.prepare_cached("SELECT id, day, members, last_seen FROM segments ORDER BY id")?;
    let segment = |row: &Row<'_>| {
        let id = SegmentId::new(row.get::<_, i64>(0)?);
        Ok(Segment { id, day: row.get(1)?, members: row.get(2)?, last_seen: row.get(3)? })
    };
    Ok(query.query_map([], segment)?.collect::<Result<_, _>>()?)
}

/// Gives the rows of some segments to `each` until that answers false.
pub(super) fn segment_rows(
    db: &Connection,
    ids: &[i64],
    mut each: impl FnMut(RollupRow) -> bool,
) -> Result<(), StoreError> {
    let snapshot = db.unchecked_transaction()?;
    let mut query = snapshot.prepare_cached("SELECT page, part, layer, body FROM rollups WHERE segment = ?1")?;
    for id in ids {
        let mut rows = query.query([id])?;
        while let Some(next) = rows.next()? {
            if !each(rollup(next)?) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Gives what a query finds to `each` until that answers false. Segments that are stale count as dissolved.
pub(super) fn rollups(
    db: &Connection,
    query: &RollupQuery,
    mut except: Vec<i64>,
    known: Vec<i64>,
    mut each: impl FnMut(Found) -> bool,
) -> Result<(), StoreError> {
    let (column, operator, page) = match &query.page {
        PageMatch::All => ("page", ">=", String::new()),
        PageMatch::Page(page) => ("page", "=", page.clone()),
        PageMatch::Path(path) => ("path", "=", path.clone()),
        PageMatch::Glob(pattern) => {
            (if pattern.starts_with('/') { "path" } else { "page" }, "GLOB", list::glob(pattern))
        }
    };
    let snapshot = db.unchecked_transaction()?;
    except.extend(stale(&snapshot)?);
    let passed_over = row::to_json(&[&except[..], &known].concat())?;
    let (except, known) = (row::to_json(&except)?, row::to_json(&known)?);
    let parts = query.parts.as_ref().map(row::to_json).transpose()?;
    let layers = row::to_json(&query.layers)?;

    let mut select = snapshot.prepare_cached(
        "SELECT id FROM segments WHERE id IN (SELECT value FROM json_each(?1))
            AND id NOT IN (SELECT value FROM json_each(?2)) AND day BETWEEN ?3 AND ?4",
    )?;
    let (first, last) = query.days.clone().into_inner();
    let mut rows = select.query(params![known, except, first, last])?;
    while let Some(next) = rows.next()? {
        if !each(Found::Known(SegmentId::new(next.get::<_, i64>(0)?))) {
            return Ok(());
        }
    }

    let mut select = snapshot.prepare_cached(&format!(
        "SELECT page, part, layer, body, segment FROM rollups INDEXED BY rollups_{column}
         WHERE layer IN (SELECT value FROM json_each(:layers)) AND {column} {operator} :page AND day BETWEEN :first AND :last
            AND (:parts IS NULL OR part IN (SELECT value FROM json_each(:parts)))
            AND segment NOT IN (SELECT value FROM json_each(:passed_over))"
    ))?;
    let mut rows = select.query(named_params! {
        ":layers": layers, ":page": page, ":first": first, ":last": last, ":parts": parts,
        ":passed_over": passed_over,
    })?;
    while let Some(next) = rows.next()? {
        if !each(Found::Rollup { segment: SegmentId::new(next.get::<_, i64>(4)?), row: rollup(next)? }) {
            return Ok(());
        }
    }

    // Each statement names each value, used or not, so that all are given in the same way.
    let visited = match &query.page {
        PageMatch::All => "s.batches > 0 AND ?4 IS NOT NULL".to_owned(),
        _ => format!(
            "EXISTS (SELECT 1 FROM session_pages sp JOIN pages p ON p.id = sp.page
                WHERE sp.session = s.id AND p.{} {operator} ?4)",
            if column == "page" { "url" } else { "path" }
        ),
    };
    let (first, last) = query.started();
    for (index, members) in [
        ("sessions_loose", "s.segment IS NULL AND ?1 IS NOT NULL"),
        ("sessions_rolled", "s.segment IN (SELECT value FROM json_each(?1))"),
    ] {
        let mut select = snapshot.prepare_cached(&format!(
            "SELECT {} FROM sessions s INDEXED BY {index}
             WHERE {members} AND s.started_at BETWEEN ?2 AND ?3 AND {visited}",
            row::SESSION
        ))?;
        let mut rows = select.query(params![except, first, last, page])?;
        while let Some(next) = rows.next()? {
            if !each(Found::Loose(Box::new(row::session(next)?))) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The segments of which a member is not what it was.
pub(super) fn stale(db: &Connection) -> Result<Vec<i64>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT DISTINCT segment FROM sessions INDEXED BY sessions_stale
         WHERE segment IS NOT NULL AND rolled_batches <> batches",
    )?;
    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

fn rollup(row: &Row<'_>) -> Result<RollupRow, StoreError> {
    Ok(RollupRow { page: row.get(0)?, part: row.get(1)?, layer: row.get(2)?, body: row.get(3)? })
}
