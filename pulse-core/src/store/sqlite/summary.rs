//! Summaries and sums: the statements, and the part of the store that runs them.

use std::{ops::Range, sync::Arc};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use rusqlite::{Connection, OptionalExtension, ToSql, named_params, params};

use super::{AHEAD, SqliteStore, list, read, row, stream_from};
use crate::{
    model::{Millis, Score, Session, SessionId, path_of},
    store::{
        Bucket, BucketState, Changed, PageMatch, SUMMARY_VERSION, SessionLog, SessionSummary, SetId, StoreError,
        Summaries, SumsQuery, SumsRow,
    },
};

/// Bytes of rows written in one transaction, so that ingest need not wait long.
const SLICE: usize = 1024 * 1024;

/// Throws away what another version has made of the log, and sets that no bucket names.
pub(super) fn check_version(db: &mut Connection) -> Result<(), StoreError> {
    let tx = db.transaction()?;
    let version: i64 = tx.query_row("SELECT summaries FROM ledger", [], |row| row.get(0))?;
    if version != SUMMARY_VERSION {
        forget(&tx)?;
        tx.execute("UPDATE ledger SET summaries = ?1", [SUMMARY_VERSION])?;
    }
    tx.execute("DELETE FROM sums WHERE set_id NOT IN (SELECT sums FROM buckets WHERE sums IS NOT NULL)", [])?;
    Ok(tx.commit()?)
}

/// The number of the newest set that there is, or 0.
pub(super) fn newest_set(db: &Connection) -> Result<i64, StoreError> {
    Ok(db.query_row("SELECT coalesce(max(sums), 0) FROM buckets", [], |row| row.get(0))?)
}

/// Counts a change in the buckets of a session.
pub(super) fn count_change(db: &Connection, started_at: Millis) -> Result<(), StoreError> {
    let mut count = db.prepare_cached(
        "INSERT INTO buckets (kind, number, changes) VALUES (?1, ?2, 1)
         ON CONFLICT (kind, number) DO UPDATE SET changes = changes + 1",
    )?;
    buckets_of(started_at).into_iter().try_for_each(|bucket| Ok(count.execute(bucket.numbers()).map(drop)?))
}

/// Takes the sums away that a session which is erased may be part of. A set that is being made is refused later.
pub(super) fn erase_sums(db: &Connection, started_at: Millis) -> Result<(), StoreError> {
    buckets_of(started_at).into_iter().try_for_each(|bucket| erase_bucket(db, bucket))
}

/// The same for the buckets that a session has left, as it started earlier than was known.
pub(super) fn leave(db: &Connection, before: Millis, started_at: Millis) -> Result<(), StoreError> {
    let now = buckets_of(started_at);
    let mut left = buckets_of(before).into_iter().filter(|bucket| !now.contains(bucket));
    left.try_for_each(|bucket| erase_bucket(db, bucket))
}

fn erase_bucket(db: &Connection, bucket: Bucket) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO buckets (kind, number, changes, erasures) VALUES (?1, ?2, 1, 1)
         ON CONFLICT (kind, number) DO UPDATE SET changes = changes + 1, erasures = erasures + 1",
    )?
    .execute(bucket.numbers())?;
    let set = db
        .prepare_cached("SELECT sums FROM buckets WHERE kind = ?1 AND number = ?2")?
        .query_row(bucket.numbers(), |row| row.get::<_, Option<i64>>(0))?;
    set.map_or(Ok(()), |set| drop_set(db, set))
}

fn buckets_of(started_at: Millis) -> [Bucket; 2] {
    [Bucket::hour_of(started_at), Bucket::day_of(started_at)]
}

fn drop_set(db: &Connection, set: i64) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE buckets SET sums = NULL, sums_changes = NULL WHERE sums = ?1")?.execute([set])?;
    db.prepare_cached("DELETE FROM sums WHERE set_id = ?1")?.execute([set])?;
    Ok(())
}

fn forget(db: &Connection) -> Result<(), StoreError> {
    Ok(db.execute_batch(
        "UPDATE sessions SET scored_batches = -1;
         DELETE FROM sums;
         UPDATE buckets SET sums = NULL, sums_changes = NULL;",
    )?)
}

fn publish(db: &Connection, set: i64, seen: &BucketState) -> Result<bool, StoreError> {
    let (kind, number) = seen.bucket.numbers();
    let mut find = db.prepare_cached(
        "SELECT sums FROM buckets WHERE kind = ?1 AND number = ?2 AND erasures = ?3
            AND (sums_changes IS NULL OR sums_changes < ?4)",
    )?;
    let before: Option<Option<i64>> = find
        .query_row(params![kind, number, seen.erasures as i64, seen.changes as i64], |row| row.get(0))
        .optional()?;
    let Some(before) = before else {
        drop_set(db, set)?;
        return Ok(false);
    };
    if let Some(before) = before {
        drop_set(db, before)?;
    }
    db.prepare_cached("UPDATE buckets SET sums = ?3, sums_changes = ?4 WHERE kind = ?1 AND number = ?2")?
        .execute(params![kind, number, set, seen.changes as i64])?;
    Ok(true)
}

fn changed(db: &Connection, limit: usize) -> Result<Vec<Changed>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT session_id, batches, started_at FROM sessions INDEXED BY sessions_changed
         WHERE scored_batches < batches LIMIT ?1",
    )?;
    let mut rows = query.query([limit as i64])?;
    let mut found = Vec::new();
    while let Some(next) = rows.next()? {
        found.push(Changed {
            id: row::parse(&next.get::<_, String>(0)?)?,
            batches: next.get(1)?,
            is_counted: true,
            started_at: next.get(2)?,
            revision: 0,
        });
    }
    Ok(found)
}

/// Gives the sessions that started within some spans and visited a page to `each` until that answers false.
fn started(
    db: &Connection,
    spans: &[Range<Millis>],
    page: &PageMatch,
    mut each: impl FnMut(Session) -> bool,
) -> Result<(), StoreError> {
    let visited = |pages: &str| {
        format!(
            "AND EXISTS (SELECT 1 FROM session_pages sp WHERE sp.session = s.id
                AND +sp.page IN (SELECT id FROM pages WHERE {pages}))"
        )
    };
    let (condition, page) = match page {
        PageMatch::All => (String::new(), None),
        PageMatch::Page(url) => (visited("url = :page"), Some(url.clone())),
        PageMatch::Path(path) => (visited("path = :page"), Some(path.clone())),
        PageMatch::Glob(glob) if glob.starts_with('/') => (visited("path GLOB :page"), Some(list::glob(glob))),
        PageMatch::Glob(glob) => (visited("url GLOB :page"), Some(list::glob(glob))),
    };
    let mut query = db.prepare_cached(&format!(
        "SELECT {} FROM sessions s INDEXED BY sessions_started
         WHERE s.started_at >= :from AND s.started_at < :to {condition} ORDER BY s.started_at",
        row::SESSION_WITHOUT_PAGES
    ))?;
    for span in spans {
        let mut values: Vec<(&str, &dyn ToSql)> = vec![(":from", &span.start), (":to", &span.end)];
        values.extend(page.as_ref().map(|page| (":page", page as &dyn ToSql)));
        let mut rows = query.query(values.as_slice())?;
        while let Some(next) = rows.next()? {
            let mut session = row::session(next)?;
            session.score.activity.clear();
            if !each(session) {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn buckets(db: &Connection, span: Range<Millis>) -> Result<Vec<BucketState>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT kind, number, changes, erasures, sums, sums_changes FROM buckets
         WHERE kind = :kind AND number BETWEEN :first AND :last ORDER BY number",
    )?;
    let mut found = Vec::new();
    for of in [Bucket::hour_of, Bucket::day_of] {
        let ((kind, first), (_, last)) = (of(span.start).numbers(), of(span.end.saturating_sub(1)).numbers());
        let mut rows = query.query(named_params! { ":kind": kind, ":first": first, ":last": last })?;
        while let Some(next) = rows.next()? {
            let sums = Option::zip(next.get::<_, Option<i64>>(4)?, next.get::<_, Option<i64>>(5)?);
            let Some(bucket) = Bucket::from_numbers(next.get(0)?, next.get(1)?) else { continue };
            found.push(BucketState {
                bucket,
                changes: next.get::<_, i64>(2)?.unsigned_abs(),
                erasures: next.get::<_, i64>(3)?.unsigned_abs(),
                sums: sums.map(|(set, changes)| (SetId::new(set.to_string()), changes.unsigned_abs())),
            });
        }
    }
    Ok(found)
}

/// Gives the rows of a query to `each` until that answers false.
fn sums(db: &Connection, query: &SumsQuery, mut each: impl FnMut((SetId, SumsRow)) -> bool) -> Result<(), StoreError> {
    let (condition, page) = match &query.page {
        PageMatch::All => ("", None),
        PageMatch::Page(url) => ("AND page = :page", Some(url.clone())),
        PageMatch::Path(path) => ("AND path = :page", Some(path.clone())),
        PageMatch::Glob(glob) if glob.starts_with('/') => ("AND path GLOB :page", Some(list::glob(glob))),
        PageMatch::Glob(glob) => ("AND page GLOB :page", Some(list::glob(glob))),
    };
    let index = if matches!(query.page, PageMatch::Path(_)) { "sums_path" } else { "sums_page" };
    let mut parts = String::new();
    if let Some(some) = &query.parts {
        let some: Vec<String> = some.iter().map(u16::to_string).collect();
        parts = format!("AND part IN ({})", some.join(","));
    }
    let layers: Vec<String> = query.layers.iter().map(u8::to_string).collect();
    let sets: Vec<i64> = query.sets.iter().map(number).collect::<Result<_, _>>()?;
    let sets = row::to_json(&sets)?;
    let mut select = db.prepare_cached(&format!(
        "SELECT page, part, layer, body, set_id FROM sums INDEXED BY {index}
         WHERE set_id IN (SELECT value FROM json_each(:sets)) {condition} {parts} AND layer IN ({})
         ORDER BY page, part, layer",
        layers.join(",")
    ))?;
    let mut values: Vec<(&str, &dyn ToSql)> = vec![(":sets", &sets)];
    values.extend(page.as_ref().map(|page| (":page", page as &dyn ToSql)));
    let mut rows = select.query(values.as_slice())?;
    while let Some(next) = rows.next()? {
        let row = SumsRow { page: next.get(0)?, part: next.get(1)?, layer: next.get(2)?, body: next.get(3)? };
        if !each((SetId::new(next.get::<_, i64>(4)?.to_string()), row)) {
            return Ok(());
        }
    }
    Ok(())
}

/// The number of a set, which only this store makes.
fn number(set: &SetId) -> Result<i64, StoreError> {
    set.as_str().parse().map_err(|error: std::num::ParseIntError| StoreError::corrupt("the name of a set", error))
}

#[async_trait]
impl Summaries for SqliteStore {
    async fn changed(&self, limit: usize) -> Result<Vec<Changed>, StoreError> {
        self.read("changed", move |db| changed(db, limit)).await
    }

    async fn put_summaries(&self, summaries: Vec<(Changed, SessionSummary)>) -> Result<(), StoreError> {
        let scores: Vec<(SessionId, Score)> =
            summaries.into_iter().map(|(changed, summary)| (changed.id, summary.score)).collect();
        let ids: Vec<SessionId> = scores.iter().map(|(id, _)| id.clone()).collect();
        let put = move |ledger: &mut super::Ledger, db: &Connection| {
            scores.iter().try_for_each(|(id, score)| ledger.put_summary(db, id, score))
        };
        self.writer.run("put summaries", put).await?;
        ids.iter().for_each(|id| self.tell(id));
        Ok(())
    }

    async fn forget_summaries(&self) -> Result<(), StoreError> {
        let forget = |ledger: &mut super::Ledger, db: &Connection| {
            // What waits to be written would pass for a summary that is right.
            ledger.settle_all(db)?;
            forget(db)
        };
        self.writer.run("forget summaries", forget).await
    }

    fn started(&self, spans: Vec<Range<Millis>>, page: PageMatch) -> BoxStream<'static, Result<Session, StoreError>> {
        stream_from(Arc::clone(&self.readers), 256, move |db, out| {
            started(db, &spans, &page, |session| out.blocking_send(Ok(session)).is_ok())
        })
    }

    fn logs(&self, ids: Vec<SessionId>, most: usize) -> BoxStream<'static, Result<SessionLog, StoreError>> {
        let published = Arc::clone(&self.published);
        // Few ahead: each may be as large as it may be.
        stream_from(Arc::clone(&self.readers), 2, move |db, out| {
            for id in ids {
                let last = match published.of(&id) {
                    Some(ahead) => Some(ahead.totals.last_batch).filter(|batch| *batch != 0),
                    None => read::last_batch(db, &id)?,
                };
                let log = match last {
                    Some(last) => read::log(db, &id, last, most),
                    None => read::exists(db, &id).map(|is| is.then(|| SessionLog::empty(id))),
                };
                if let Some(log) = log.transpose()
                    && out.blocking_send(log).is_err()
                {
                    break;
                }
            }
            Ok(())
        })
    }

    async fn buckets(&self, span: Range<Millis>) -> Result<Vec<BucketState>, StoreError> {
        self.read("buckets", move |db| buckets(db, span)).await
    }

    async fn begin_sums(&self, _: Bucket) -> Result<SetId, StoreError> {
        let set = self.newest_set.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        Ok(SetId::new(set.to_string()))
    }

    async fn add_sums(&self, set: &SetId, rows: Vec<SumsRow>) -> Result<(), StoreError> {
        let set = number(set)?;
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let (mut slice, mut bytes) = (Vec::new(), 0);
            while let Some(row) = rows.next_if(|_| bytes < SLICE) {
                bytes += row.body.len();
                slice.push(row);
            }
            let insert = move |_: &mut super::Ledger, db: &Connection| {
                let mut insert = db.prepare_cached(
                    "INSERT INTO sums (set_id, page, path, part, layer, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?;
                slice.iter().try_for_each(|SumsRow { page, part, layer, body }| {
                    Ok(insert.execute(params![set, page, path_of(page), part, layer, body]).map(drop)?)
                })
            };
            self.writer.run("add sums", insert).await?;
        }
        Ok(())
    }

    async fn publish_sums(&self, set: SetId, seen: &BucketState) -> Result<bool, StoreError> {
        let (set, seen) = (number(&set)?, seen.clone());
        self.writer.run("publish sums", move |_, db| publish(db, set, &seen)).await
    }

    async fn drop_sums(&self, sets: &[SetId]) -> Result<(), StoreError> {
        let sets: Vec<i64> = sets.iter().map(number).collect::<Result<_, _>>()?;
        self.writer.run("drop sums", move |_, db| sets.iter().try_for_each(|set| drop_set(db, *set))).await
    }

    fn sums(&self, query: SumsQuery) -> BoxStream<'static, Result<(SetId, SumsRow), StoreError>> {
        stream_from(Arc::clone(&self.readers), AHEAD, move |db, out| {
            sums(db, &query, |row| out.blocking_send(Ok(row)).is_ok())
        })
    }
}
