//! What a query finds, as of one moment, without a transaction.
//!
//! The manifests are read before and after. Where a segment was dissolved or merged in between, all begins anew. What else
//! may happen is that loose sessions are claimed by new segments, and that those of segments which had been dropped
//! before are let go. Loose sessions are therefore looked for in the direction in which they move: those that point at
//! what was dropped, then those that point at nothing, then those that point at what is open, last at what was opened
//! meanwhile. Some are met twice, and counted once.

use std::{collections::HashSet, future::IntoFuture};

use futures_util::{StreamExt, TryStreamExt, stream, stream::BoxStream};
use mongodb::{
    bson::{Bson, DateTime, doc},
    options::Hint,
};
use tokio::sync::mpsc::Sender;

use super::{
    super::query::like,
    Segments, by_page, by_segment, find,
    manifest::{Entry, Manifest, State},
    numbers,
};
use crate::{
    model::{Session, SessionId},
    store::{Found, PageMatch, RollupQuery, SegmentId, StoreError},
};

/// How often a query is begun anew.
const ATTEMPTS: u32 = 8;

/// Findings that are read ahead. They may be large.
const AHEAD: usize = 4;

#[derive(Debug, thiserror::Error)]
#[error("the segments change all the time")]
struct Contended;

/// Nobody listens any more, or why it failed.
enum Ended {
    Unheard,
    Failed(StoreError),
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// What a query finds.
pub(super) fn run(segments: Segments, query: RollupQuery) -> BoxStream<'static, Result<Found, StoreError>> {
    let (send, receive) = tokio::sync::mpsc::channel(AHEAD);
    tokio::spawn(async move {
        let search = Search { segments, query, found: send.clone() };
        if let Err(Ended::Failed(error)) = search.run().await {
            // Nobody listens any more when this fails.
            let _ = send.send(Err(error)).await;
        }
    });
    stream::unfold(receive, |mut receive| async { receive.recv().await.map(|found| (found, receive)) }).boxed()
}

struct Search {
    segments: Segments,
    query: RollupQuery,
    found: Sender<Result<Found, StoreError>>,
}

impl Search {
    async fn run(&self) -> Result<(), Ended> {
        for _ in 0..ATTEMPTS {
            if self.attempt().await? {
                return Ok(());
            }
            self.give(Found::Restart).await?;
        }
        Err(StoreError::unavailable("rollups")(Contended.into()).into())
    }

    /// False when what was found does not fit together.
    async fn attempt(&self) -> Result<bool, Ended> {
        let except: HashSet<i64> = numbers(&self.query.except)?.into_iter().collect();
        let mut manifests = self.manifests().await?;
        let stale: HashSet<i64> = self.segments.stale().await?.into_iter().collect();
        let counts = |entry: &Entry| {
            let is_stale = entry.leaves.iter().any(|leaf| stale.contains(leaf));
            entry.is_ready() && !is_stale && !except.contains(&entry.id)
        };
        let entries = || manifests.iter().flat_map(|manifest| &manifest.segments);
        let counted: HashSet<i64> = entries().filter(|entry| counts(entry)).map(|entry| entry.id).collect();
        let (open, closed): (Vec<&Entry>, Vec<&Entry>) =
            entries().filter(|entry| !counts(entry)).partition(|entry| entry.state == State::Open);
        let open: Vec<i64> = open.into_iter().map(|entry| entry.id).collect();
        // A session whose first event came late may be of another day than what it points at.
        let closed: HashSet<i64> = closed.into_iter().flat_map(|entry| &entry.leaves).chain(&stale).copied().collect();

        let known: HashSet<i64> = numbers(&self.query.known)?.into_iter().collect();
        for id in counted.intersection(&known) {
            self.give(Found::Known(SegmentId::new(id))).await?;
        }
        self.rows(&counted).await?;
        let mut met = HashSet::new();
        self.loose_of(Vec::from_iter(closed), &mut met).await?;
        self.loose(Bson::Null, &mut met).await?;
        self.loose_of(open, &mut met).await?;
        loop {
            let now = self.manifests().await?;
            let known: HashSet<i64> =
                manifests.iter().flat_map(|manifest| &manifest.segments).map(|entry| entry.id).collect();
            if !now.iter().all(|now| is_continued(&manifests, now)) {
                return Ok(false);
            }
            let new: Vec<i64> = now.iter().flat_map(|now| &now.segments).map(|entry| entry.id).collect();
            let new: Vec<i64> = new.into_iter().filter(|id| !known.contains(id)).collect();
            if new.is_empty() {
                return Ok(true);
            }
            self.loose_of(new, &mut met).await?;
            manifests = now;
        }
    }

    async fn manifests(&self) -> Result<Vec<Manifest>, StoreError> {
        self.segments.manifests(Some(self.query.days.clone())).await
    }

    /// The rows of these segments that match.
    async fn rows(&self, of: &HashSet<i64>) -> Result<(), Ended> {
        let (field, page): (_, Bson) = match &self.query.page {
            PageMatch::All => ("page", doc! { "$gte": "" }.into()),
            PageMatch::Page(page) => ("page", page.into()),
            PageMatch::Path(path) => ("path", path.into()),
            PageMatch::Glob(glob) => (if glob.starts_with('/') { "path" } else { "page" }, like(glob).into()),
        };
        let (first, last) = self.query.days.clone().into_inner();
        let layers: Vec<i32> = self.query.layers.iter().map(|layer| i32::from(*layer)).collect();
        let mut matching = doc! { "layer": { "$in": layers }, field: page, "day": { "$gte": first, "$lte": last } };
        if let Some(parts) = &self.query.parts {
            matching.insert("part", doc! { "$in": parts.iter().map(|part| i32::from(*part)).collect::<Vec<_>>() });
        }
        let passed_over = numbers([&self.query.except[..], &self.query.known].concat().as_slice())?;
        if !passed_over.is_empty() {
            matching.insert("segment", doc! { "$nin": passed_over });
        }
        let data = &self.segments.data;
        let find = self.segments.rows.find(matching).hint(Hint::Keys(by_page(field))).batch_size(find::ROWS);
        let mut cursor = data.call("rollups", find.into_future()).await?;
        while let Some(row) = data.call("rollups", cursor.try_next()).await? {
            if of.contains(&row.segment) {
                self.give(Found::Rollup { segment: SegmentId::new(row.segment), row: row.into_row() }).await?;
            }
        }
        Ok(())
    }

    /// The matching sessions that point at one of these.
    async fn loose_of(&self, segments: Vec<i64>, met: &mut HashSet<SessionId>) -> Result<(), Ended> {
        if segments.is_empty() { Ok(()) } else { self.loose(doc! { "$in": segments }.into(), met).await }
    }

    /// The matching sessions that point so, but for those that were met before. The latest comes first: when a session
    /// turns out to have started earlier, it is still to come.
    async fn loose(&self, pointing: Bson, met: &mut HashSet<SessionId>) -> Result<(), Ended> {
        let (first, last) = self.query.started();
        let started = doc! { "$gte": DateTime::from_millis(first), "$lte": DateTime::from_millis(last) };
        let mut matching = doc! { "segment": pointing, "started_at": started };
        match &self.query.page {
            PageMatch::All => matching.insert("batches", doc! { "$gt": 0 }),
            PageMatch::Page(page) => matching.insert("pages", page),
            PageMatch::Path(path) => matching.insert("paths", path),
            PageMatch::Glob(glob) => matching.insert(if glob.starts_with('/') { "paths" } else { "pages" }, like(glob)),
        };
        let data = &self.segments.data;
        let find = data.sessions.find(matching).hint(Hint::Keys(by_segment()));
        let mut cursor = data.call("rollups", find.into_future()).await?;
        while let Some(session) = data.call("rollups", cursor.try_next()).await? {
            if met.insert(session.key.clone()) {
                self.give(Found::Loose(Box::new(Session::try_from(session)?))).await?;
            }
        }
        Ok(())
    }

    async fn give(&self, found: Found) -> Result<(), Ended> {
        self.found.send(Ok(found)).await.map_err(|_| Ended::Unheard)
    }
}

/// Whether nothing was dissolved or merged since.
fn is_continued(before: &[Manifest], now: &Manifest) -> bool {
    let version = before.iter().find(|before| before.day == now.day).map_or(0, |before| before.version);
    version == now.version
}
