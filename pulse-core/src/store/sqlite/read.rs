//! What is read.

use rusqlite::Connection;

use super::{pack, row};
use crate::{
    model::{Batch, BatchId, BatchParts, Session, SessionId},
    store::StoreError,
};

/// One session with its totals.
pub(super) fn session(db: &Connection, id: &SessionId) -> Result<Option<Session>, StoreError> {
    let mut query = db.prepare_cached(&format!("SELECT {} FROM sessions s WHERE s.session_id = ?1", row::SESSION))?;
    let mut rows = query.query([id.as_str()])?;
    rows.next()?.map(row::session).transpose()
}

/// Gives each batch of a session to `each` until that answers false; `last` is the newest of them.
pub(super) fn batches(
    db: &Connection,
    session: &SessionId,
    last: i64,
    mut each: impl FnMut(Batch) -> bool,
) -> Result<(), StoreError> {
    // Back along the log first: what a batch leaves unsaid, the one before it says.
    let mut log = Vec::new();
    // One snapshot, so that the session is not deleted on the way.
    let tx = db.unchecked_transaction()?;
    let mut query =
        tx.prepare_cached("SELECT v.view, b.body FROM batches b JOIN views v ON v.id = b.view WHERE b.id = ?1")?;
    let mut batch = last;
    while batch != 0 {
        let mut rows = query.query([batch])?;
        let Some(row) = rows.next()? else {
            // Its newest batch is not there: the session was deleted. An older one cannot be missing.
            let torn = || StoreError::corrupt("a session", pack::PackError::Torn);
            return if batch == last { Ok(()) } else { Err(torn()) };
        };
        let body = row.get_ref(1)?.as_blob().map_err(|e| StoreError::corrupt("a batch", e))?;
        let (head, events) = pack::open(body).map_err(unreadable)?;
        batch = if head.back == 0 { 0 } else { batch.saturating_sub_unsigned(head.back) };
        log.push((row.get::<_, String>(0)?, head, events.to_vec()));
    }
    let (mut page_url, mut title) = (None::<String>, None::<String>);
    for (view, head, events) in log.into_iter().rev() {
        page_url = head.page_url.or(page_url.as_deref());
        title = head.title.or(title.as_deref());
        let (moves, events) = pack::unpack(&events, head.start).map_err(unreadable)?;
        let batch = Batch::new(BatchParts {
            id: BatchId { session: session.clone(), view: row::parse(&view)?, seq: head.seq },
            received_at: head.received_at,
            shifted_ms: head.shifted_ms,
            page_url: page_url.clone(),
            title: title.clone(),
            moves,
            events,
        });
        if !each(batch) {
            break;
        }
    }
    Ok(())
}

fn unreadable(error: pack::PackError) -> StoreError {
    StoreError::corrupt("a batch", error)
}

/// Some sessions whose score is older than their batches.
pub(super) fn unscored(db: &Connection, limit: usize) -> Result<Vec<SessionId>, StoreError> {
    let mut query = db.prepare_cached("SELECT session_id FROM sessions WHERE scored_batches < batches LIMIT ?1")?;
    let mut rows = query.query([limit as i64])?;
    let mut ids = Vec::new();
    while let Some(next) = rows.next()? {
        ids.push(row::parse(&next.get::<_, String>(0)?)?);
    }
    Ok(ids)
}
