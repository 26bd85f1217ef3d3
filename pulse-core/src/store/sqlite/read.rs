//! What is read.

use rusqlite::{Connection, OptionalExtension};

use super::{pack, row};
use crate::{
    model::{Batch, BatchId, BatchParts, Session, SessionId},
    store::{SessionLog, StoreError},
};

/// One session with its totals.
pub(super) fn session(db: &Connection, id: &SessionId) -> Result<Option<Session>, StoreError> {
    let mut query = db.prepare_cached(&format!("SELECT {} FROM sessions s WHERE s.session_id = ?1", row::SESSION))?;
    let mut rows = query.query([id.as_str()])?;
    rows.next()?.map(row::session).transpose()
}

/// A batch as it stands in the log: its view, its head and its packed events.
type LogRow = (String, Vec<u8>);

/// Packed bytes of a session that are held at a time: what is older than that is left out.
const MOST_PACKED: usize = 32 * 1024 * 1024;

/// Gives each batch of a session to `each` until that answers false; `last` is the newest of them. False when the
/// session is gone.
pub(super) fn batches(
    db: &Connection,
    session: &SessionId,
    last: i64,
    mut each: impl FnMut(Batch) -> bool,
) -> Result<Found, StoreError> {
    // Back along the log first: what a batch leaves unsaid, the one before it says.
    let mut log: Vec<LogRow> = Vec::new();
    let (mut batch, mut bytes) = (last, 0);
    {
        // One snapshot, so that the session is not deleted on the way.
        let tx = db.unchecked_transaction()?;
        let mut query =
            tx.prepare_cached("SELECT v.view, b.body FROM batches b JOIN views v ON v.id = b.view WHERE b.id = ?1")?;
        while batch != 0 && bytes < MOST_PACKED {
            let mut rows = query.query([batch])?;
            let Some(row) = rows.next()? else {
                // Its newest batch is not there: the session was deleted. An older one cannot be missing.
                let torn = || StoreError::corrupt("a session", pack::PackError::Torn);
                return if batch == last { Ok(Found::Gone) } else { Err(torn()) };
            };
            let body = row.get_ref(1)?.as_blob().map_err(|e| StoreError::corrupt("a batch", e))?;
            let (head, _) = pack::open(body).map_err(unreadable)?;
            batch = if head.back == 0 { 0 } else { batch.saturating_sub_unsigned(head.back) };
            bytes += body.len();
            log.push((row.get::<_, String>(0)?, body.to_vec()));
        }
    }
    let found = if batch == 0 { Found::Whole } else { Found::Newest };
    let (mut page_url, mut title) = (None::<String>, None::<String>);
    for (view, body) in log.into_iter().rev() {
        let (head, events) = pack::open(&body).map_err(unreadable)?;
        page_url = head.page_url.or(page_url.as_deref());
        title = head.title.or(title.as_deref());
        let (moves, events) = pack::unpack(events, head.start).map_err(unreadable)?;
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
    Ok(found)
}

/// How much of a session's log was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Whole,
    /// The session is too large: its newest batches.
    Newest,
    /// The session was deleted.
    Gone,
}

/// The log of a session as far as it fits into `most` bytes of memory; `last` is its newest batch.
pub(super) fn log(db: &Connection, id: &SessionId, last: i64, most: usize) -> Result<Option<SessionLog>, StoreError> {
    let (mut log, mut weight) = (SessionLog::empty(id.clone()), 0);
    let found = batches(db, id, last, |batch| {
        weight += batch.weight();
        log.is_cut = weight > most && !log.batches.is_empty();
        if !log.is_cut {
            log.batches.push(batch);
        }
        !log.is_cut
    })?;
    log.is_cut |= found == Found::Newest;
    Ok((found != Found::Gone).then_some(log))
}

/// Whether a session is known.
pub(super) fn exists(db: &Connection, id: &SessionId) -> Result<bool, StoreError> {
    Ok(db.prepare_cached("SELECT 1 FROM sessions WHERE session_id = ?1")?.exists([id.as_str()])?)
}

/// The newest batch of a session, as its row says.
pub(super) fn last_batch(db: &Connection, id: &SessionId) -> Result<Option<i64>, StoreError> {
    let mut query = db.prepare_cached("SELECT last_batch FROM sessions WHERE session_id = ?1")?;
    Ok(query.query_row([id.as_str()], |row| row.get(0)).optional()?.filter(|batch| *batch != 0))
}

fn unreadable(error: pack::PackError) -> StoreError {
    StoreError::corrupt("a batch", error)
}
