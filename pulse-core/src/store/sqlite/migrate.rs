//! Brings a file to the schema of this version, in one transaction.

use rusqlite::{Connection, Transaction};

use super::{ledger::Ledger, new_batch::NewBatch, pack, row};
use crate::{
    model::{Batch, BatchId, BatchParts, Device, PageRules, SessionStart},
    store::StoreError,
};

/// Version of `schema.sql` and what belongs to it.
const VERSION: i64 = 4;

/// The indexes that lists are read from, and the sums over sessions.
const LISTS: &str = include_str!("lists.sql");
const ROLLUPS: &str = include_str!("rollup.sql");

/// The file is not a store that this version can use.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("the file was made by a newer version of Pulse")]
    Newer,
    #[error("the file is another program's database")]
    Foreign,
}

pub(super) fn bring_up_to_date(db: &mut Connection) -> Result<(), StoreError> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tx = db.transaction()?;
    match version {
        VERSION => return Ok(()),
        0 => {
            let tables: i64 = tx.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
            if tables > 0 {
                return Err(StoreError::corrupt("the database file", Unusable::Foreign));
            }
            tx.execute_batch(include_str!("schema.sql"))?;
            tx.execute_batch(LISTS)?;
            tx.execute_batch(ROLLUPS)?;
        }
        1 => from_1(&tx)?,
        2 => from_2(&tx)?,
        3 => from_3(&tx)?,
        _ => return Err(StoreError::corrupt("the database file", Unusable::Newer)),
    }
    tx.pragma_update(None, "user_version", VERSION)?;
    Ok(tx.commit()?)
}

/// Version 1 had an index of its batches and counted each at once. Its batches are appended to the log of this version.
fn from_1(tx: &Transaction<'_>) -> Result<(), StoreError> {
    let batches: i64 = tx.query_row("SELECT count(*) FROM batches", [], |row| row.get(0))?;
    tracing::info!(batches, "sqlite: the file is brought to version {VERSION}");
    tx.execute_batch(
        "DROP INDEX sessions_recent;
         DROP INDEX sessions_frustration;
         DROP INDEX sessions_unscored;
         ALTER TABLE sessions RENAME TO old_sessions;
         ALTER TABLE session_pages RENAME TO old_session_pages;
         ALTER TABLE views RENAME TO old_views;
         ALTER TABLE batches RENAME TO old_batches;",
    )?;
    tx.execute_batch(include_str!("schema.sql"))?;
    tx.execute_batch(LISTS)?;
    tx.execute_batch(ROLLUPS)?;
    tx.execute_batch(
        "INSERT INTO sessions (id, session_id, visitor_id, started_at, last_seen, page_url, title, referrer, device,
            viewport_w, viewport_h, frustration, scored_batches, score, rage)
         SELECT id, session_id, visitor_id, started_at, started_at, page_url, title, referrer, device,
            viewport_w, viewport_h, frustration, scored_batches, score, coalesce(score ->> '$.rage', 0)
         FROM old_sessions;",
    )?;
    let mut ledger = Ledger::default();
    ledger.complete(tx)?;
    let mut query = tx.prepare(
        "SELECT s.session_id, v.view, b.seq, b.start, b.received, b.shifted, u.text, t.text, b.events
         FROM old_batches b JOIN old_views v ON v.id = b.view JOIN old_sessions s ON s.id = v.session
         LEFT JOIN texts u ON u.id = b.page_url LEFT JOIN texts t ON t.id = b.title ORDER BY b.id",
    )?;
    let mut rows = query.query([])?;
    while let Some(next) = rows.next()? {
        let id = BatchId {
            session: row::parse(&next.get::<_, String>(0)?)?,
            view: row::parse(&next.get::<_, String>(1)?)?,
            seq: next.get(2)?,
        };
        let start = SessionStart {
            session_id: id.session.clone(),
            visitor_id: None,
            started_at: next.get(3)?,
            page_url: String::new(),
            title: None,
            referrer: None,
            device: Device::Unknown,
            viewport: None,
        };
        let packed: Vec<u8> = next.get(8)?;
        let batch = Batch::new(BatchParts {
            id,
            received_at: next.get(4)?,
            shifted_ms: next.get(5)?,
            page_url: next.get(6)?,
            title: next.get(7)?,
            events: pack::v1::unpack(&packed, start.started_at).map_err(|e| StoreError::corrupt("a batch", e))?,
        });
        let pages = batch.pages(&PageRules::default());
        ledger.append(tx, &NewBatch::new(&batch, pages)?, &start)?;
    }
    ledger.settle_all(tx)?;
    drop(rows);
    drop(query);
    tx.execute_batch(
        "DROP TABLE texts; DROP TABLE old_batches; DROP TABLE old_views; DROP TABLE old_session_pages;
         DROP TABLE old_sessions;",
    )?;
    Ok(())
}

/// Version 2 could not tell by an index which sessions match a list, and kept no sums.
fn from_2(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.execute_batch(
        "ALTER TABLE sessions ADD COLUMN rage INTEGER NOT NULL DEFAULT 0;
         ALTER TABLE sessions ADD COLUMN errors INTEGER NOT NULL DEFAULT 0;
         UPDATE sessions SET rage = coalesce(score ->> '$.rage', 0);",
    )?;
    let mut query = tx.prepare("SELECT id, counts FROM sessions")?;
    let mut rows = query.query([])?;
    while let Some(next) = rows.next()? {
        let errors = row::counts(&next.get::<_, Vec<u8>>(1)?)?.error;
        if errors > 0 {
            tx.prepare_cached("UPDATE sessions SET errors = ?2 WHERE id = ?1")?
                .execute((next.get::<_, i64>(0)?, errors as i64))?;
        }
    }
    tx.execute_batch("DROP INDEX sessions_recent; DROP INDEX sessions_frustration;")?;
    tx.execute_batch(LISTS)?;
    Ok(tx.execute_batch(ROLLUPS)?)
}

/// Version 3 kept sums of another form. They are made anew.
fn from_3(tx: &Transaction<'_>) -> Result<(), StoreError> {
    Ok(tx.execute_batch(
        "DELETE FROM rollups;
         DELETE FROM segments;
         UPDATE sessions SET segment = NULL, rolled_batches = NULL WHERE segment IS NOT NULL;",
    )?)
}
