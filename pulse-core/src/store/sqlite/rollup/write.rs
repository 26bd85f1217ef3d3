//! What changes segments. Each function is part of a transaction.

use rusqlite::{Connection, OptionalExtension, params};

use super::{super::row, read};
use crate::{
    model::path_of,
    store::{Day, Member, RollupRow, StoreError, rollup::day_of},
};

/// Keeps a segment; false, and nothing is kept, when one of its members is not what it was.
pub(super) fn put(db: &Connection, day: Day, members: &[Member], rows: &[RollupRow]) -> Result<bool, StoreError> {
    let mut keys: Vec<i64> = Vec::with_capacity(members.len());
    let mut last_seen = i64::MIN;
    let mut query = db.prepare_cached(&format!(
        "SELECT {}, id, last_seen FROM sessions WHERE session_id = ?1 AND batches = ?2 AND segment IS NULL",
        row::START
    ))?;
    for member in members {
        let mut rows = query.query(params![member.start.session_id.as_str(), member.batches])?;
        let Some(found) = rows.next()? else { return Ok(false) };
        if row::start(found)? != member.start || day_of(member.start.started_at) != day {
            return Ok(false);
        }
        keys.push(found.get(9)?);
        last_seen = last_seen.max(found.get(10)?);
    }
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() || keys.len() < members.len() {
        return Ok(false);
    }
    let id = insert(db, day, keys.len() as i64, last_seen, rows)?;
    let mut claim = db.prepare_cached("UPDATE sessions SET segment = ?2, rolled_batches = batches WHERE id = ?1")?;
    for key in keys {
        claim.execute([key, id])?;
    }
    Ok(true)
}

/// Puts one segment in place of several; false, and nothing changes, when one of them is gone.
pub(super) fn merge(db: &Connection, ids: &[i64], rows: &[RollupRow]) -> Result<bool, StoreError> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut days: Vec<Day> = Vec::new();
    let (mut members, mut last_seen) = (0, i64::MIN);
    for id in &ids {
        let found = db
            .prepare_cached("SELECT day, members, last_seen FROM segments WHERE id = ?1")?
            .query_row([id], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)))
            .optional()?;
        let Some((day, count, seen)) = found else { return Ok(false) };
        days.push(day);
        members += count;
        last_seen = last_seen.max(seen);
    }
    days.dedup();
    let [day] = days[..] else { return Ok(false) };
    let merged = insert(db, day, members, last_seen, rows)?;
    for id in ids {
        db.prepare_cached("UPDATE sessions SET segment = ?2 WHERE segment = ?1")?.execute([id, merged])?;
        delete(db, id)?;
    }
    Ok(true)
}

/// Dissolves the segments that are stale, and says how many were.
pub(super) fn dissolve_stale(db: &Connection) -> Result<usize, StoreError> {
    let stale = read::stale(db)?;
    stale.iter().try_for_each(|id| dissolve(db, *id))?;
    Ok(stale.len())
}

/// Dissolves the segment that a session is a member of.
pub(in super::super) fn dissolve_of(db: &Connection, session: i64) -> Result<(), StoreError> {
    let segment: Option<Option<i64>> = db
        .prepare_cached("SELECT segment FROM sessions WHERE id = ?1")?
        .query_row([session], |row| row.get(0))
        .optional()?;
    segment.flatten().map_or(Ok(()), |id| dissolve(db, id))
}

/// Dissolves a segment, if it is there.
pub(super) fn dissolve(db: &Connection, id: i64) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE sessions SET segment = NULL, rolled_batches = NULL WHERE segment = ?1")?.execute([id])?;
    delete(db, id)
}

fn delete(db: &Connection, id: i64) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM rollups WHERE segment = ?1")?.execute([id])?;
    db.prepare_cached("DELETE FROM segments WHERE id = ?1")?.execute([id])?;
    Ok(())
}

fn insert(db: &Connection, day: Day, members: i64, last_seen: i64, rows: &[RollupRow]) -> Result<i64, StoreError> {
    db.prepare_cached("INSERT INTO segments (day, members, last_seen) VALUES (?1, ?2, ?3)")?
        .execute(params![day, members, last_seen])?;
    let id = db.last_insert_rowid();
    let mut insert = db.prepare_cached(
        "INSERT INTO rollups (segment, day, page, path, part, layer, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for row in rows {
        insert.execute(params![id, day, row.page, path_of(&row.page), row.part, row.layer, row.body])?;
    }
    Ok(id)
}
