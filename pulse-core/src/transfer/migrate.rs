//! From one store to another: copied, then compared session by session. What is there already is not copied again, so
//! that a move that broke off goes on when it is begun anew.

use std::{collections::BTreeSet, sync::Arc};

use futures_util::{StreamExt, TryStreamExt, future::join_all};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    export::sessions,
    row::{Format, Row},
};
use crate::{
    model::{Batch, PageRules, Session, SessionId},
    store::{SessionFilter, Store, StoreError},
    wire::SessionSort,
};

/// Sessions that are listed at a time.
const GROUP: usize = 200;

/// Sessions that are moved at once.
const SESSIONS: usize = 8;

/// Batches of a session that are written at once.
const BATCHES: usize = 64;

/// What was moved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Migrated {
    /// Sessions of the source.
    pub sessions: u64,
    /// Their batches, all of which are in the target.
    pub batches: u64,
    /// Their events, the same.
    pub events: u64,
    /// Batches that were not in the target before.
    pub copied: u64,
    /// Marks of problems.
    pub marks: u64,
    /// Sessions of the target that are not of the source.
    pub further: u64,
    /// SHA-256 over all sessions of the source by their ids: the same of the target's.
    pub sha256: String,
}

/// Why a move did not end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// The source cannot be read.
    #[error("the source cannot be read")]
    Source(#[source] StoreError),
    /// The target cannot be read or written.
    #[error("the target cannot be written")]
    Target(#[source] StoreError),
    /// The target holds something else of a session, such as events that came there by another way.
    #[error("session {0} is not the same in the target after it was copied")]
    Differs(SessionId),
}

/// Copies everything of `from` to `to`: sessions, their log, and the marks of problems. What is made from the log is made
/// anew there; kept answers of analysts are not copied. `from` is only read. `progress` is told how many sessions of how
/// many are done.
///
/// # Errors
/// A store is not available, or a session differs after it was copied.
pub async fn migrate(
    from: Arc<dyn Store>,
    to: Arc<dyn Store>,
    rules: &PageRules,
    mut progress: impl FnMut(u64, u64),
) -> Result<Migrated, MigrateError> {
    let filter = SessionFilter { limit: GROUP, sort: SessionSort::Started, ..SessionFilter::default() };
    let total = from.sessions(&SessionFilter { limit: 1, ..filter.clone() }).await.map_err(MigrateError::Source)?.total;
    let (source, target) = (&*from, &*to);
    let moved = sessions(Arc::clone(&from), filter)
        .map_err(MigrateError::Source)
        .map_ok(|session| one(source, target, rules, session))
        .try_buffer_unordered(SESSIONS);
    let mut moved = std::pin::pin!(moved);
    let (mut done, mut digests) = (Migrated::default(), Vec::new());
    while let Some(session) = moved.try_next().await? {
        done.sessions += 1;
        done.batches += session.batches;
        done.events += session.events;
        done.copied += session.copied;
        digests.push((session.id, session.digest));
        progress(done.sessions, total.max(done.sessions));
    }
    for mark in source.problem_marks().await.map_err(MigrateError::Source)? {
        target.mark_problem(&mark).await.map_err(MigrateError::Target)?;
        done.marks += 1;
    }
    let all = SessionFilter { limit: 1, ..SessionFilter::default() };
    let there = target.sessions(&all).await.map_err(MigrateError::Target)?.total;
    done.further = there.saturating_sub(done.sessions);
    digests.sort_unstable();
    let mut all = Sha256::new();
    digests.iter().for_each(|(id, digest)| {
        all.update(id.as_str());
        all.update(digest);
    });
    done.sha256 = all.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(done)
}

struct Moved {
    id: SessionId,
    batches: u64,
    events: u64,
    copied: u64,
    digest: [u8; 32],
}

async fn one(
    source: &dyn Store,
    target: &dyn Store,
    rules: &PageRules,
    session: Session,
) -> Result<Moved, MigrateError> {
    let id = session.start.session_id.clone();
    let log = batches(source, &id).await.map_err(MigrateError::Source)?;
    target.open_session(&session.start).await.map_err(MigrateError::Target)?;
    let there = batches(target, &id).await.map_err(MigrateError::Target)?;
    let known: BTreeSet<_> = there.iter().map(Batch::id).collect();
    let missing: Vec<&Batch> = log.iter().filter(|batch| !known.contains(batch.id())).collect();
    for some in missing.chunks(BATCHES) {
        let stored = join_all(some.iter().map(|batch| async {
            target.append(batch, &batch.pages(rules), &session.start).await.map_err(MigrateError::Target)
        }));
        stored.await.into_iter().collect::<Result<Vec<_>, _>>()?;
    }
    let copied = missing.len() as u64;
    let there = if copied == 0 { there } else { batches(target, &id).await.map_err(MigrateError::Target)? };
    let (batches, events) = (log.len() as u64, log.iter().map(|batch| batch.len() as u64).sum());
    let digest = digest(log);
    if digest == self::digest(there) {
        Ok(Moved { id, batches, events, copied, digest })
    } else {
        Err(MigrateError::Differs(id))
    }
}

/// The log of a session, by the names of its batches.
async fn batches(store: &dyn Store, id: &SessionId) -> Result<Vec<Batch>, StoreError> {
    let mut batches: Vec<Batch> = store.batches(id).boxed().try_collect().await?;
    batches.sort_by(|a, b| a.id().cmp(b.id()));
    Ok(batches)
}

/// What a log says, to the last bit.
fn digest(log: Vec<Batch>) -> [u8; 32] {
    let mut digest = Sha256::new();
    log.into_iter().for_each(|batch| digest.update(Format::Ndjson.write(&Row::of_batch(batch))));
    digest.finalize().into()
}
